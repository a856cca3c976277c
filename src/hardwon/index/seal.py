"""Knowing that nothing but hardwon wrote to the index.

Whatever writes to a file changes its time. So each transaction notes in the index the number
of its file and a time in whole even seconds, as no clock gives it, and sets the file to that
time afterwards. A program that deletes rows, noise, another database, or an index that came
with somebody's copy of the memory show by another time or another file. Where the time cannot
be set, the numbers of rows must suffice.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

_COUNTED = (
    "folders", "files", "pages", "documents", "documents_fts_docsize", "citations", "first_commits",
)  # fmt: skip
_UNSEALED = "none"
_TICK = 2 * 10**9  # the coarsest times are those of FAT
# How long the process that has just written may take to set the time.
PATIENCE_SECONDS = 0.5
_PAUSE = 0.005


class DamagedRowError(sqlite3.DatabaseError):
    """The index does not hold what was written to it: it is to be rebuilt."""


def note_state(connection: sqlite3.Connection) -> None:
    """Note, as the last step of a transaction, what the index holds and when it was written."""
    _set(connection, "state", os.urandom(8).hex())
    file = _file(connection)
    if file is not None:
        number, _, moment = _seal_of(file).partition(" ")
        _set(connection, "seal", f"{number} {int(moment or 0) // _TICK * _TICK}")


def set_seal(connection: sqlite3.Connection) -> None:
    """Give the file the time that is noted in it."""
    file = _file(connection)
    if file is None:
        return
    with contextlib.suppress(sqlite3.Error):
        connection.execute("BEGIN")  # no other process can write until the time is set
        try:
            refused = not _is_set(file, _get(connection, "seal"))
        finally:
            connection.execute("ROLLBACK")
        if refused:
            connection.execute("BEGIN IMMEDIATE")
            _set(connection, "seal", f"{_UNSEALED} {_count(connection)}")
            connection.execute("COMMIT")


def _is_set(file: Path, seal: str | None) -> bool:
    """Return whether `file` has the time of `seal` now."""
    if seal is None or seal.startswith(_UNSEALED):
        return True
    try:
        os.utime(file, ns=(file.stat().st_atime_ns, int(seal.partition(" ")[2])))
    except (OSError, ValueError):  # the file belongs to somebody else, for instance
        return False
    return _seal_of(file) == seal


def check_untouched(connection: sqlite3.Connection) -> None:
    """Raise DamagedRowError where the index is not as hardwon left it.

    To be called inside a transaction: what is read in it afterwards is what was looked at.
    """
    file, seal = _file(connection), _get(connection, "seal") or ""
    if file is None:
        return
    if seal.startswith(_UNSEALED):
        if seal != f"{_UNSEALED} {_count(connection)}":
            raise DamagedRowError("rows of the index are missing")
        return
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := _seal_of(file)) != seal:
        if not found or time.monotonic() > until:
            raise DamagedRowError("something else wrote to the index")
        time.sleep(_PAUSE)


def read_state(connection: sqlite3.Connection) -> int | None:
    """Return the number that the last transaction gave the index; no other has the same."""
    try:
        return int(_get(connection, "state") or "", 16)
    except ValueError:
        return None


def find_state(file: Path) -> int | None:
    """Return the state of the index at `file`; None where there is none to be read now."""
    try:
        uri = f"{file.as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0)) as connection:
            return read_state(connection)
    except sqlite3.Error:
        return None


def _seal_of(file: Path) -> str:
    """Return the number and the time of `file`; "" when it is gone."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return ""
    return f"{status.st_ino} {status.st_mtime_ns}"


def _count(connection: sqlite3.Connection) -> str:
    """Return the number of rows of each table, and the number of the tables' definition."""
    counts = [connection.execute("PRAGMA schema_version").fetchone()[0]]
    counts += [
        connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED
    ]
    return " ".join(map(str, counts))


def _file(connection: sqlite3.Connection) -> Path | None:
    """Return the file of the index; None for one in memory."""
    name = connection.execute("PRAGMA database_list").fetchone()[2]
    return Path(name) if name else None


def _get(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
