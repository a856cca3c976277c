"""Filling the index: one file's rows at a time, inside the caller's transaction."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hardwon.files.folder import Entry

_WORD = re.compile(r"[^\W_]+")
_INODE_BITS = (1 << 63) - 1  # SQLite's integers have a sign


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the index knows of a file on disk; times in ns.

    Attributes:
        times: mtime, ctime, size and inode.
        racy: Whether it may have changed after it was read without another time.
        hash: Of its bytes; None when the disk refused them.
    """

    times: tuple[int, int, int, int]
    racy: bool
    hash: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that search can find.

    Attributes:
        kind: pattern, experience, workflow or checklist.
        line: 1-based.
        date: As the file states it.
        confidence: As a workflow states it; a pattern's is counted later.
        pattern: Name of the pattern that a workflow was made from.
        projects: Folded names.
        labels: Tags, names and words of identifiers.
        lead: What matters most in it.
        body: The rest of its text, or all of it.
        code: Its fenced blocks.
    """

    kind: str
    title: str
    line: int
    date: str | None = None
    confidence: str | None = None
    pattern: str | None = None
    projects: tuple[str, ...] = ()
    labels: str = ""
    lead: str = ""
    body: str = ""
    code: str = ""


def times_of(entry: Entry) -> tuple[int, int, int, int]:
    """Return what is compared to know whether a file changed."""
    return entry.mtime_ns, entry.ctime_ns, entry.size, entry.inode & _INODE_BITS


def count_files(connection: sqlite3.Connection) -> int:
    """Return how many files the index knows."""
    (count,) = connection.execute("SELECT count(*) FROM files").fetchone()
    return int(count)


def read_stamps(connection: sqlite3.Connection) -> dict[str, Stamp]:
    """Return what the index knows of each file, by path."""
    rows = connection.execute("SELECT path, mtime_ns, ctime_ns, size, inode, racy, hash FROM files")
    return {row[0]: Stamp(row[1:5], bool(row[5]), row[6]) for row in rows}


def read_times(connection: sqlite3.Connection) -> dict[str, tuple[int, ...]]:
    """Return the times of each file; none for one whose bytes are to be looked at anyway."""
    query = "SELECT path, racy OR hash IS NULL, mtime_ns, ctime_ns, size, inode FROM files"
    rows = connection.execute(query)
    return {path: () if doubtful else tuple(times) for path, doubtful, *times in rows}


def touch_file(connection: sqlite3.Connection, entry: Entry, *, racy: bool) -> None:
    """Note new times of a file whose bytes are the same."""
    connection.execute(
        "UPDATE files SET mtime_ns = ?, ctime_ns = ?, size = ?, inode = ?, racy = ? WHERE path = ?",
        (*times_of(entry), racy, entry.path),
    )


def put_file(
    connection: sqlite3.Connection,
    entry: Entry,
    stamp: Stamp,
    page: str,
    documents: Iterable[Document],
) -> None:
    """Replace all rows of a file that was read; `page` is its encoded page."""
    _put_stamp(connection, entry.path, stamp)
    connection.execute("INSERT INTO pages VALUES (?, ?)", (entry.path, page))
    columns = "path line kind confidence date own_date own_confidence pattern projects"
    columns += " title_words body_words title labels lead body code"
    names = columns.split()
    connection.executemany(
        f"INSERT INTO documents ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [_row(entry.path, document) for document in documents],
    )


def put_fault(
    connection: sqlite3.Connection, entry: Entry, stamp: Stamp, message: str, line: int | None
) -> None:
    """Replace all rows of a file that could not be read."""
    _put_stamp(connection, entry.path, stamp, message, line or 1)


def drop_file(connection: sqlite3.Connection, path: str) -> None:
    """Delete all rows of a file."""
    for table in ("files", "pages", "documents"):
        connection.execute(f"DELETE FROM {table} WHERE path = ?", (path,))


def _put_stamp(
    connection: sqlite3.Connection,
    path: str,
    stamp: Stamp,
    fault: str | None = None,
    fault_line: int | None = None,
) -> None:
    drop_file(connection, path)
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (path, *stamp.times, stamp.racy, stamp.hash, fault, fault_line),
    )


def _row(path: str, document: Document) -> tuple[Any, ...]:
    texts = (document.labels, document.lead, document.body, document.code)
    return (
        path,
        document.line,
        document.kind,
        document.confidence,
        document.date,
        document.date,
        document.confidence,
        document.pattern,
        _between_newlines(document.projects),
        len(_WORD.findall(document.title)),
        sum(len(_WORD.findall(text)) for text in texts),
        document.title,
        *texts,
    )


def _between_newlines(names: Iterable[str]) -> str:
    return "".join(f"\n{name}" for name in sorted(set(names))) + "\n"


def get_meta(connection: sqlite3.Connection, key: str) -> str | None:
    """Return a value that was noted with `set_meta`, or None."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Note a value under `key`."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def has_undated(connection: sqlite3.Connection) -> bool:
    """Return whether any experience states no date."""
    query = "SELECT 1 FROM documents WHERE kind = 'experience' AND own_date IS NULL LIMIT 1"
    return connection.execute(query).fetchone() is not None


def put_first_commits(connection: sqlite3.Connection, dates: Mapping[str, str]) -> None:
    """Replace the dates, ISO, of the first commits that hold the files."""
    connection.execute("DELETE FROM first_commits")
    connection.executemany("INSERT INTO first_commits VALUES (?, ?)", dates.items())


def date_undated(connection: sqlite3.Connection) -> None:
    """Give experiences that state no date the date of their first commit, if one is known."""
    known = "(SELECT date FROM first_commits WHERE first_commits.path = documents.path)"
    connection.execute(
        f"UPDATE documents SET date = {known}"
        f" WHERE kind = 'experience' AND own_date IS NULL AND date IS NOT {known}"
    )


def set_counted(
    connection: sqlite3.Connection,
    path: str,
    line: int,
    confidence: str,
    date: str | None,
    projects: Iterable[str],
) -> None:
    """Set what was counted for the pattern at `path` and `line`."""
    values = (confidence, date, _between_newlines(projects))
    connection.execute(
        "UPDATE documents SET confidence = ?, date = ?, projects = ?"
        " WHERE path = ? AND line = ? AND kind = 'pattern'"
        " AND (confidence IS NOT ? OR date IS NOT ? OR projects IS NOT ?)",
        (*values, path, line, *values),
    )


def workflow_patterns(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str | None]]:
    """Yield id, name of the pattern and stated confidence of every workflow that names one."""
    query = "SELECT id, pattern, own_confidence FROM documents WHERE pattern IS NOT NULL"
    yield from connection.execute(query).fetchall()


def set_confidence(connection: sqlite3.Connection, number: int, confidence: str | None) -> None:
    """Set the confidence of the document `number`."""
    connection.execute(
        "UPDATE documents SET confidence = ? WHERE id = ? AND confidence IS NOT ?",
        (confidence, number, confidence),
    )
