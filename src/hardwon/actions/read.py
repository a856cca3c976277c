"""Reading a whole memory."""

from __future__ import annotations

import sqlite3

from hardwon.actions.refresh import Progress, Refreshed, use_index
from hardwon.files.folder import Folder
from hardwon.index.query import read_links, read_pages, read_skipped
from hardwon.model.snapshot import Snapshot


def read_snapshot(folder: Folder, progress: Progress | None = None) -> Snapshot:
    """Return all that the memory holds, by way of its index, which is refreshed first.

    Args:
        folder: The memory folder.
        progress: Called with the number of files read and to read.

    Raises:
        IndexUnavailableError: Another process kept the index locked.
        SettingsError: `hardwon.toml` cannot be used.
    """

    def load(connection: sqlite3.Connection, _: Refreshed) -> Snapshot:
        pages, skipped = tuple(read_pages(connection)), tuple(read_skipped(connection))
        return Snapshot(pages, skipped, tuple(read_links(connection)))

    return use_index(folder, load, progress=progress)
