"""Reading a whole memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from hardwon.actions.refresh import Progress, Refreshed, use_index
from hardwon.errors import ChangedOnDiskError
from hardwon.files.folder import Folder, decode
from hardwon.index.query import read_hashes, read_links, read_pages, read_skipped
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

    return use_index(folder, load_snapshot, progress=progress)


def read_with_texts(folder: Folder) -> tuple[Snapshot, Callable[[str], str]]:
    """Return all that the memory holds, and what reads a text that a page was made from.

    The second one raises ChangedOnDiskError for a file that says something else than when it
    was read; its bytes are compared by their hash. Both raise as `read_snapshot` and
    `Folder.read_text`.
    """

    def load(connection: sqlite3.Connection, found: Refreshed) -> tuple[Snapshot, dict[str, str]]:
        return load_snapshot(connection, found), read_hashes(connection)

    snapshot, hashes = use_index(folder, load)

    def read_text(path: str) -> str:
        from hashlib import blake2b

        data = folder.read_bytes(path)
        if blake2b(data, digest_size=16).hexdigest() != hashes.get(path):
            raise ChangedOnDiskError("changed on disk", path=path, hint="run the command again")
        return decode(data, path)

    return snapshot, read_text


def load_snapshot(connection: sqlite3.Connection, _: Refreshed) -> Snapshot:
    """Return all that the index holds."""
    pages, skipped = tuple(read_pages(connection)), tuple(read_skipped(connection))
    return Snapshot(pages, skipped, tuple(read_links(connection)))
