"""Reading a whole memory."""

from __future__ import annotations

from hardwon.errors import UnreadableFileError
from hardwon.files.folder import Folder
from hardwon.markup.pages import parse_page
from hardwon.model.page import Page
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault


def read_snapshot(folder: Folder) -> Snapshot:
    """Return all that the memory holds, straight from its files."""
    pages: list[Page] = []
    skipped: list[Fault] = []
    for entry in folder.walk():
        try:
            pages.append(parse_page(folder.read_text(entry.path), entry.path))
        except UnreadableFileError as error:
            skipped.append(Fault("unreadable", entry.path, error.line or 1, error.message))
    return Snapshot(tuple(pages), tuple(skipped))
