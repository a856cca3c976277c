"""What the index stands for: the folders as they were listed, settings, history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from hardwon.files.listing import Listed

UNDATED = "kind = 'experience' AND own_date IS NULL"


def read_listing(connection: sqlite3.Connection) -> dict[bytes, Listed]:
    """Return the folders as they were listed, by path."""
    rows = connection.execute("SELECT path, own, names, folders, times, fault FROM folders")
    return {
        path: Listed(path, own, _split(names), _split(folders), times, fault)
        for path, own, names, folders, times, fault in rows
    }


def put_listing(connection: sqlite3.Connection, listed: Iterable[Listed]) -> None:
    """Replace what is known of these folders."""
    connection.executemany(
        "INSERT OR REPLACE INTO folders (path, own, names, folders, times, fault)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (row.path, row.own, b"/".join(row.names), b"/".join(row.folders), row.times, row.fault)
            for row in listed
        ],
    )


def drop_listing(connection: sqlite3.Connection, paths: Iterable[bytes]) -> None:
    """Forget these folders."""
    connection.executemany("DELETE FROM folders WHERE path = ?", [(path,) for path in paths])


def _split(names: bytes) -> tuple[bytes, ...]:
    return tuple(names.split(b"/")) if names else ()


def get_meta(connection: sqlite3.Connection, key: str) -> str | None:
    """Return a value that was noted with `set_meta`, or None."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Note a value under `key`."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def read_version(connection: sqlite3.Connection) -> int:
    """Return a number that is another one when another process has written meanwhile."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def has_undated(connection: sqlite3.Connection) -> bool:
    """Return whether any experience states no date."""
    # SQLite would rather look through all of one kind.
    query = f"SELECT 1 FROM documents INDEXED BY undated WHERE {UNDATED} LIMIT 1"
    return connection.execute(query).fetchone() is not None
