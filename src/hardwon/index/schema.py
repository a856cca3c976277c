"""The file of the index: opened, made, and thrown away when it is not what it should be."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from hardwon.index.seal import DamagedRowError, check_untouched, note_state, set_seal

# Raised with every change of a table, of what is stored in one, or of how notes are read.
INDEX_VERSION = 6
INDEX_FILE = "index.sqlite"
# Longer than the first reading of some ten thousand notes takes another process.
WAIT_SECONDS = 30.0

# What is searched, in the order of the weights in query.py.
TEXT_COLUMNS = ("title", "labels", "lead", "body", "code")
_TOKENIZER = "porter unicode61"
_GATHERED = 1 << 26
# Of rows that are few among all others; the last, of all, for the little that it holds.
_INDEXES = {
    "faulty": "files (path, fault) WHERE fault IS NOT NULL",
    "undated": "documents (path) WHERE kind = 'experience' AND own_date IS NULL",
    "named": "documents (pattern, kind, path, line) WHERE pattern IS NOT NULL",
    "texts": "documents (id, text_key)",
}

_BUSY = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
# ERROR (such as a missing table), CORRUPT, SCHEMA, TOOBIG, CONSTRAINT, MISMATCH, FORMAT, NOTADB
_DAMAGED = {1, 11, 17, 18, 19, 20, 24, 26}
_LEFT_BEHIND = 776  # SQLITE_READONLY_ROLLBACK


class OtherIndexError(sqlite3.DatabaseError):
    """The index was made by another version of hardwon, or by something else."""


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another process holds the index: it is sound, only not now."""
    return _code(error) in _BUSY


def is_damaged(error: sqlite3.Error) -> bool:
    """Return whether the index is of no use; any other error leaves it as it is."""
    if isinstance(error, DamagedRowError | OtherIndexError):
        return True
    # Python's own complaint, without a code: a text in the index is not UTF-8.
    if isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode"):
        return True
    return _code(error) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def open_index(file: Path | None, reader: str) -> sqlite3.Connection:
    """Return a connection to the index at `file`, made where there is none.

    Args:
        file: Its path; None builds it in memory.
        reader: What identifies the code that reads notes.

    Raises:
        OtherIndexError: There is one, made by other code.
        sqlite3.Error: See `is_busy` and `is_damaged`; else the disk or the machine refuses.
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


def identify_index(file: Path) -> tuple[int, int, int] | None:
    """Return what tells this index from one that is made or written to later; None for none.

    Number and sealed time alone may be those of an earlier index that was deleted.
    """
    try:
        status = _status(file)
    except OSError:
        return None
    return None if status is None else (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


def clear_place(file: Path) -> None:
    """Take away what stands at the place of the index and cannot be one, or belong to ours.

    Links and special files are removed, folders moved aside with all that is in them. The
    index never uses a write-ahead log: one beside it is foreign, and SQLite would apply it. It
    would also play back a journal whose writer is dead, whoever wrote that, and delete a file
    that it names: then the index goes, and SQLite ignores what is left of the journal.

    Raises:
        OSError: The disk refuses.
    """
    journal = _beside(file, "-journal")
    for path in (file, journal):
        status = _status(path)
        if status is not None and not stat.S_ISREG(status.st_mode):
            _put_away(path)
    for path in (_beside(file, "-wal"), _beside(file, "-shm")):
        if _status(path) is not None:
            _put_away(path)
    if _status(journal) is not None and _is_left_behind(file):
        _put_away(file)


def discard_index(file: Path) -> None:
    """Delete the index at `file`. Raises OSError.

    Its journal stays: it may be that of an index which another process has just begun, and
    SQLite itself drops one that it finds beside an empty index.
    """
    if _status(file) is not None:
        _put_away(file)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _status(path: Path) -> os.stat_result | None:
    """Return the state of `path` itself; never opens it, which would let go of its locks."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _put_away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        aside = (_beside(path, f".aside-{number}") for number in itertools.count(1))
        path.rename(next(place for place in aside if _status(place) is None))
    else:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def _is_left_behind(file: Path) -> bool:
    """Return whether the journal beside `file` is that of no living process.

    Only SQLite can tell, by its locks. A connection that may only read cannot play the journal
    back, and says so.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0)
        ) as connection:
            connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) == _LEFT_BEHIND
    return False


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock of the index for the `with` block; all of it is kept, or nothing.

    Raises:
        DamagedRowError: Something else wrote to the index before.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        check_untouched(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    with _written(connection):
        yield


@contextlib.contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep the index as it is for the `with` block, which only reads.

    Raises:
        DamagedRowError: Something else wrote to the index.
    """
    connection.execute("BEGIN")
    try:
        check_untouched(connection)
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextlib.contextmanager
def _written(connection: sqlite3.Connection) -> Iterator[None]:
    """End the transaction that was begun, and seal the index, changed or not."""
    try:
        yield
        note_state(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        set_seal(connection)


def _is_current(connection: sqlite3.Connection, reader: str) -> bool:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != INDEX_VERSION:
        return False
    row = connection.execute("SELECT value FROM meta WHERE key = 'reader'").fetchone()
    return row is not None and row[0] == reader


def _create(connection: sqlite3.Connection, reader: str) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    if _is_current(connection, reader):  # another process was faster
        connection.execute("ROLLBACK")
    elif pages:
        connection.execute("ROLLBACK")
        raise OtherIndexError("the index was made by other code")
    else:
        with _written(connection):
            _create_tables(connection)
            connection.execute("INSERT INTO meta VALUES ('reader', ?)", (reader,))
            connection.execute(f"PRAGMA user_version = {INDEX_VERSION}")


def _create_tables(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    database.table("meta").create({"key": str, "value": str}, pk="key")
    database.table("first_commits").create({"path": str, "date": str}, pk="path")
    database.table("folders").create(  # as files/listing.py has them
        {
            "path": bytes,
            "own": bytes,
            "names": bytes,
            "folders": bytes,
            "times": bytes,
            "fault": str,
        },
        pk="path",
    )
    database.table("files").create(
        {
            "path": str,
            "hash": str,  # of its bytes; null when the disk refused them
            "fault": str,  # why it could not be read
            "fault_line": int,
        },
        pk="path",
    )
    database.table("pages").create({"path": str, "stem": str, "page": str}, pk="path")
    database.table("pages").create_index(["stem"])
    citations = database.table("citations")  # the notes that patterns list, by their names
    citations.create({"path": str, "line": int, "stem": str})
    citations.create_index(["path"])
    citations.create_index(["stem"])
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
            "pattern": str,  # folded name of a pattern, and of the one a workflow was made from
            "projects": str,  # folded, each between newlines
            "text_key": bytes,  # of what it says: texts.py
            **dict.fromkeys(TEXT_COLUMNS, str),
        },
        pk="id",
    )
    documents.create_index(["path", "line"])  # a book may hold thousands of patterns
    documents.create_index(["kind", "path"])
    documents.enable_fts(TEXT_COLUMNS, tokenize=_TOKENIZER)
    # Words of so many bytes are gathered before they are written: a first index of 100,000
    # notes takes half the time with it.
    connection.execute(
        "INSERT INTO documents_fts (documents_fts, rank) VALUES ('hashsize', ?)", (_GATHERED,)
    )
    for name, columns in _INDEXES.items():
        connection.execute(f"CREATE INDEX {name} ON {columns}")
    for name, kind in (("vocabulary", "row"), ("places", "instance")):
        connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5vocab(documents_fts, {kind})")
