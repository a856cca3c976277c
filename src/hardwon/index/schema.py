"""The file of the index: opened, made, and thrown away when it is not what it should be."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

# Raised with every change of a table, of what is stored in one, or of how notes are read.
INDEX_VERSION = 2
INDEX_FILE = "index.sqlite"
# Longer than the first reading of some ten thousand notes takes another process.
WAIT_SECONDS = 30.0

# What is searched, in the order of the weights in query.py.
TEXT_COLUMNS = ("title", "labels", "lead", "body", "code")
_TOKENIZER = "porter unicode61"

_BUSY = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
_UNWRITABLE = {3, 8, 10, 13, 14, 22}  # PERM, READONLY, IOERR, FULL, CANTOPEN, NOLFS


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another process holds the index: it is sound, only not now."""
    return _code(error) in _BUSY


def is_unwritable(error: sqlite3.Error) -> bool:
    """Return whether the disk refuses: the index is sound, or none can be made."""
    return _code(error) in _UNWRITABLE


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 1) & 0xFF


def open_index(file: Path | None, reader: str) -> sqlite3.Connection:
    """Return a connection to the index at `file`, made anew where it is missing or another's.

    Args:
        file: Its path; None builds it in memory.
        reader: What identifies the code that reads notes; an index that was filled by other
            code is emptied.

    Raises:
        sqlite3.Error: See `is_busy` and `is_unwritable`; else the file is damaged.
    """
    connection = sqlite3.connect(file or ":memory:", timeout=WAIT_SECONDS, isolation_level=None)
    try:
        # A cache need not survive a power cut in its newest state, only in a sound one.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        # What was stored before a credential was known as one is not left in free pages.
        connection.execute("PRAGMA secure_delete = ON")
        if not _is_current(connection, reader):
            _create(connection, reader)
    except BaseException:
        connection.close()
        raise
    return connection


def discard_index(file: Path) -> None:
    """Delete the index at `file`; a folder in its place is moved aside. Raises OSError."""
    if file.is_dir() and not file.is_symlink():
        aside = (Path(f"{file}.aside-{number}") for number in itertools.count(1))
        file.rename(next(path for path in aside if not path.exists()))
    for path in (file, *(Path(f"{file}{suffix}") for suffix in ("-journal", "-wal", "-shm"))):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock of the index for the `with` block; all of it is kept, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_current(connection: sqlite3.Connection, reader: str) -> bool:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != INDEX_VERSION:
        return False
    row = connection.execute("SELECT value FROM meta WHERE key = 'reader'").fetchone()
    return row is not None and row[0] == reader


def _create(connection: sqlite3.Connection, reader: str) -> None:
    with transaction(connection):
        if _is_current(connection, reader):  # another process was faster
            return
        _drop_all(connection)
        _create_tables(connection)
        connection.execute("INSERT INTO meta VALUES ('reader', ?)", (reader,))
        connection.execute(f"PRAGMA user_version = {INDEX_VERSION}")


def _drop_all(connection: sqlite3.Connection) -> None:
    query = (
        "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite_%' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
    )
    for kind, name in connection.execute(query).fetchall():
        quoted = '"' + name.replace('"', '""') + '"'
        connection.execute(f"DROP {kind} IF EXISTS {quoted}")


def _create_tables(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    database.table("meta").create({"key": str, "value": str}, pk="key")
    database.table("first_commits").create({"path": str, "date": str}, pk="path")
    database.table("files").create(
        {
            "path": str,
            "mtime_ns": int,
            "ctime_ns": int,
            "size": int,
            "inode": int,
            "racy": int,  # changed so shortly before it was read that times cannot be trusted
            "hash": str,  # of its bytes; null when the disk refused them
            "fault": str,  # why it could not be read
            "fault_line": int,
        },
        pk="path",
        not_null={"mtime_ns", "ctime_ns", "size", "inode", "racy"},
    )
    # Apart from `files`, so that comparing times reads few pages of the disk.
    database.table("pages").create({"path": str, "page": str}, pk="path")
    documents = database.table("documents")
    documents.create(
        {
            "id": int,
            "path": str,
            "line": int,
            "kind": str,
            "confidence": str,
            "date": str,
            "own_date": str,  # as the note states it; `date` may come from elsewhere
            "own_confidence": str,  # as a workflow states it; `confidence` is counted
            "pattern": str,  # name of the pattern that a workflow was made from
            "projects": str,  # folded, each between newlines
            "title_words": int,
            "body_words": int,
            **dict.fromkeys(TEXT_COLUMNS, str),
        },
        pk="id",
    )
    documents.create_index(["path"])
    documents.enable_fts(TEXT_COLUMNS, tokenize=_TOKENIZER, create_triggers=True)
    for name, kind in (("vocabulary", "row"), ("places", "instance")):
        connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5vocab(documents_fts, {kind})")
