"""Reading a whole memory."""

from __future__ import annotations

from collections.abc import Callable

from hardwon.errors import UnreadableFileError
from hardwon.files.folder import Folder
from hardwon.markup.pages import parse_page
from hardwon.model.page import Page
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault


def read_snapshot(folder: Folder, progress: Callable[[int, int], None] | None = None) -> Snapshot:
    """Return all that the memory holds, straight from its files.

    Args:
        folder: The memory.
        progress: Told how many of how many files are read.
    """
    pages: list[Page] = []
    skipped: list[Fault] = []
    entries = list(folder.walk())
    for number, entry in enumerate(entries, start=1):
        try:
            pages.append(parse_page(folder.read_text(entry.path), entry.path))
        except UnreadableFileError as error:
            skipped.append(Fault("unreadable", entry.path, error.line or 1, error.message))
        if progress is not None:
            progress(number, len(entries))
    return Snapshot(tuple(pages), tuple(skipped))
