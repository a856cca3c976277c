"""Merging one file of a memory, by what it is for."""

from __future__ import annotations

from hardwon.markup.pages import parse_page
from hardwon.merging.book import UnmergeableError, merge_book
from hardwon.merging.three_way import Merged, merge_texts
from hardwon.merging.workflow import merge_workflow_texts
from hardwon.model.page import Page, Role
from hardwon.model.settings import Settings

# Files with these are not taken apart: what they hold is not what their authors meant.
_UNSURE = frozenset({"conflict-markers", "too-nested", "two-headers"})


def merge_page(base: str, ours: str, theirs: str, path: str, settings: Settings) -> Merged:
    """Return the file `path` with the changes of both sides.

    Books are merged by pattern, generated workflows by section, all else by lines and
    sentences; so is what cannot be read with certainty.

    Args:
        base: The text that both sides began with; "" when both made the file.
        ours: Our text.
        theirs: Their text.
        path: The file, relative to the memory folder.
        settings: Thresholds for the levels.
    """
    if theirs in {ours, base}:
        return Merged(ours)
    if ours == base:
        return Merged(theirs)
    pages = [parse_page(text, path) for text in (base, ours, theirs) if text]
    if any(fault.code in _UNSURE for page in pages for fault in page.faults):
        return merge_texts(base, ours, theirs)
    if is_generated(*pages):
        return merge_workflow_texts(base, ours, theirs, path)
    if all(page.role is Role.BOOK for page in pages):
        try:
            return merge_book(base, ours, theirs, path, settings)
        except UnmergeableError:
            return merge_texts(base, ours, theirs)
    return merge_texts(base, ours, theirs)


def is_generated(*pages: Page) -> bool:
    """Return whether learning wrote all of `pages`, versions of one workflow."""
    return all(page.checklist is not None and page.checklist.hashes for page in pages)
