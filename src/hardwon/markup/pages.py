"""One file of a memory, read: what it is for and what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from hardwon.markup.blocks import Document, parse_document
from hardwon.markup.experiences import parse_experiences
from hardwon.markup.secrets import find_secrets, hide
from hardwon.markup.text import has_mojibake
from hardwon.model.page import Page, Role
from hardwon.model.values import Fault

# Pages about the memory itself, by the file names that people give them.
_INDEX_STEMS = frozenset(
    "index readme changelog contributing license skill agents claude gemini memory".split()
)
DRAFTS = "episodic/drafts"
"""Folder of the drafts, relative to the memory folder; notes in it are no experiences yet."""

# How git, hg and jj begin what a merge left open. Their other marks are Markdown, too: `=======`
# underlines a heading, `>>>>>>> x` is a quote of a quote.
_CONFLICT = re.compile(r"<{7,}(?:[ \t\r\n]|$)")


def role_of_path(path: str) -> Role | None:
    """Return the role that the folders of `path` give it, or None when its content decides."""
    *folders, name = path.split("/")
    is_index = name.rsplit(".", 1)[0].casefold() in _INDEX_STEMS
    if "procedural" in folders:
        below = folders[folders.index("procedural") + 1 :][:1]
        if below in (["workflows"], ["checklists"]):
            if is_index:
                return Role.PAGE
            return Role.WORKFLOW if below == ["workflows"] else Role.CHECKLIST
    if is_index:
        return None
    if "episodic" in folders:
        below = folders[folders.index("episodic") + 1 :][:1]
        return Role.DRAFT if below == ["drafts"] else Role.EXPERIENCE
    return Role.BOOK if "semantic" in folders else None


def read_page(text: str, path: str, parse: Callable[[str, str], Page] | None = None) -> Page:
    """Return what `parse_page` (or `parse`) makes of `text` with its credentials masked.

    Each line with a credential is a fault; what is read beside it counts. Whatever is kept or
    shown of a file is read by this function, so that no credential leaves its file. Lines are
    those of `text`; edits of the page are laid over `text` itself.
    """
    secrets = find_secrets(text)
    page = (parse or parse_page)(hide(text, secrets), path)
    if not secrets:
        return page
    faults = (Fault("secret", path, s.line, f"holds {s.named}") for s in secrets)
    return replace(page, faults=(*page.faults, *dict.fromkeys(faults)))


def parse_page(text: str, path: str) -> Page:
    """Return what the file `path` (relative to the memory folder) with `text` holds.

    Never raises for what an author can write: a fault becomes an entry of `faults`, and the
    rest is read.
    """
    try:
        document = parse_document(text)
        too_deep = document.too_deep
    except RecursionError:
        too_deep = 1
    if too_deep is not None:
        # What lies deeper is left out, and so is all that follows it: such a text is not judged.
        fault = Fault("too-nested", path, too_deep, "is nested too deeply to be read")
        return Page(path, Role.PAGE, faults=(fault,))
    faults = tuple(_faults(text, document, path))
    role = role_of_path(path)
    if role in {Role.WORKFLOW, Role.CHECKLIST}:
        from hardwon.markup.checklists import parse_checklist

        return Page(path, role, checklist=parse_checklist(document, path), faults=faults)
    if role is Role.DRAFT:
        return Page(path, role, faults=faults)
    if role is Role.EXPERIENCE:
        return Page(path, role, experiences=parse_experiences(document, path), faults=faults)
    if role in {None, Role.BOOK}:
        from hardwon.markup.patterns import parse_patterns
        from hardwon.markup.totals import parse_totals

        patterns = parse_patterns(document, path)
        if patterns or role is Role.BOOK:
            totals = parse_totals(document)
            return Page(path, Role.BOOK, patterns=patterns, totals=totals, faults=faults)
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()
    if role is Role.PAGE or stem in _INDEX_STEMS:
        return Page(path, Role.PAGE, faults=faults)
    return Page(path, Role.EXPERIENCE, experiences=parse_experiences(document, path), faults=faults)


def _faults(text: str, document: Document, path: str) -> list[Fault]:
    faults = []
    if document.header.fault is not None:
        at, message = document.header.fault
        faults.append(Fault("broken-header", path, at, message))
    if document.header.second is not None:
        message = "a second front matter follows the first: which of the two counts is not known"
        faults.append(Fault("two-headers", path, document.header.second, message))
    conflict = _find_conflict(text, document)
    if conflict is not None:
        message = "holds the conflict markers of an unfinished merge"
        faults.append(Fault("conflict-markers", path, conflict, message))
    garbled = None if text.isascii() else _find_mojibake(document)
    if garbled is not None:
        message = "holds letters that were saved with the wrong encoding (such as â€™ for ’)"
        faults.append(Fault("mojibake", path, garbled, message))
    return faults


def _find_mojibake(document: Document) -> int | None:
    """Return the 1-based line of the first letters that were saved with the wrong encoding."""
    for number, line in enumerate(document.lines, start=1):
        if not line.isascii() and has_mojibake(line):
            return number
    return None


def _find_conflict(text: str, document: Document) -> int | None:
    """Return the 1-based line of the first conflict marker that is not in a code fence."""
    if "<<<<<<<" not in text:
        return None
    blocks = (block for section in document.root.walk() for block in section.blocks)
    spans = (block.span for block in blocks if block.kind == "fence")
    fenced = {number for span in spans for number in range(span.start, span.end)}
    lines = enumerate((line.removeprefix("\ufeff") for line in document.lines), start=1)
    marked = (number for number, line in lines if _CONFLICT.match(line))
    return next((number for number in marked if number not in fenced), None)
