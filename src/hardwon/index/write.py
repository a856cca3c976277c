"""Filling the index: one file's rows after the other, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hardwon.index.known import UNDATED
from hardwon.index.schema import TEXT_COLUMNS
from hardwon.index.texts import key_of, text_of

_COLUMNS = (
    "id", "path", "line", "kind", "confidence", "date", "own_date", "own_confidence", "pattern",
    "projects", "text_key", *TEXT_COLUMNS,
)  # fmt: skip
_TEXTS = ", ".join(TEXT_COLUMNS)
# So many files or documents are written at once: enough to spare calls, and little memory.
_BATCH = 500


# Hash of a file's bytes (None when the disk refused them, "" when they were not asked for), why
# it could not be read, and in which line.
Row = tuple[str | None, str | None, int | None]


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that search can find.

    Attributes:
        kind: pattern, experience, workflow or checklist.
        line: 1-based.
        date: As the file states it.
        confidence: As a workflow states it; a pattern's is counted later.
        pattern: Folded name of a pattern, and of the one that a workflow was made from.
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


def read_file(connection: sqlite3.Connection, path: str) -> Row | None:
    """Return what is known of the file at `path`; None for nothing."""
    query = "SELECT hash, fault, fault_line FROM files WHERE path = ?"
    row: Row | None = connection.execute(query, (path,)).fetchone()
    return row


class Filling:
    """Rows on their way into the index. A file that is known is dropped before it is put.

    Attributes:
        paths: Files that were put or dropped.
        patterns: Folded names of the patterns among them, and of those that workflows name.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.paths: set[str] = set()
        self.patterns: set[str] = set()
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM documents").fetchone()
        self._first = self._next = last + 1
        self._files: list[tuple[Any, ...]] = []
        self._pages: list[tuple[Any, ...]] = []
        self._documents: list[tuple[Any, ...]] = []

    def put_file(
        self, path: str, stem: str, digest: str, page: str, documents: Iterable[Document]
    ) -> None:
        """Add a file that was read.

        Args:
            path: Of the file.
            stem: What sources of patterns find it by.
            digest: Hash of its bytes.
            page: The encoded page.
            documents: What can be found in it.
        """
        self.paths.add(path)
        self._files.append((path, digest, None, None))
        self._pages.append((path, stem, page))
        for document in documents:
            self._documents.append(_row(self._next, path, document))
            self._next += 1
            if document.pattern is not None:
                self.patterns.add(document.pattern)
        if max(len(self._files), len(self._documents)) >= _BATCH:  # a book holds many
            self._flush()

    def put_fault(self, path: str, row: Row) -> None:
        """Add a file that could not be read."""
        self.paths.add(path)
        self._files.append((path, *row))

    def drop_file(self, path: str) -> None:
        """Delete all rows of a file."""
        self.paths.add(path)
        execute = self._connection.execute
        found = execute("SELECT pattern FROM documents WHERE path = ?", (path,))
        self.patterns.update(row[0] for row in found if row[0] is not None)
        # The full-text table has no texts of its own: it is told what to forget.
        execute(
            f"INSERT INTO documents_fts (documents_fts, rowid, {_TEXTS})"
            f" SELECT 'delete', id, {_TEXTS} FROM documents WHERE path = ?",
            (path,),
        )
        for table in ("files", "pages", "documents", "citations"):
            execute(f"DELETE FROM {table} WHERE path = ?", (path,))

    def finish(self) -> None:
        """Write what is still held back, and index the words of all that was added."""
        self._flush()
        if self._next > self._first:
            self._connection.execute(
                f"INSERT INTO documents_fts (rowid, {_TEXTS})"
                f" SELECT id, {_TEXTS} FROM documents WHERE id >= ?",
                (self._first,),
            )

    def _flush(self) -> None:
        many = self._connection.executemany
        many("INSERT INTO files VALUES (?, ?, ?, ?)", self._files)
        many("INSERT INTO pages VALUES (?, ?, ?)", self._pages)
        marks = ", ".join("?" * len(_COLUMNS))
        many(f"INSERT INTO documents ({', '.join(_COLUMNS)}) VALUES ({marks})", self._documents)
        for rows in (self._files, self._pages, self._documents):
            rows.clear()


def _row(number: int, path: str, document: Document) -> tuple[Any, ...]:
    return (
        number,
        path,
        document.line,
        document.kind,
        document.confidence,
        document.date,
        document.date,
        document.confidence,
        document.pattern,
        _between_newlines(document.projects),
        key_of(text_of(document.title, document.lead, document.body, document.code)),
        document.title,
        document.labels,
        document.lead,
        document.body,
        document.code,
    )


def _between_newlines(names: Iterable[str]) -> str:
    return "".join(f"\n{name}" for name in sorted(set(names))) + "\n"


def put_first_commits(connection: sqlite3.Connection, dates: Mapping[str, str]) -> set[str]:
    """Replace the dates, ISO, of the first commits that hold the files; return whose differ."""
    known = dict(connection.execute("SELECT path, date FROM first_commits"))
    changed = {path for path, _ in known.items() ^ dates.items()}
    connection.executemany("DELETE FROM first_commits WHERE path = ?", [(p,) for p in changed])
    connection.executemany(
        "INSERT INTO first_commits VALUES (?, ?)", [(p, dates[p]) for p in changed if p in dates]
    )
    return changed


def date_undated(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Give experiences of these files that state no date that of their first commit, if known."""
    if connection.execute("SELECT 1 FROM first_commits LIMIT 1").fetchone() is None:
        return
    connection.executemany(
        "UPDATE documents SET date ="
        " (SELECT date FROM first_commits WHERE first_commits.path = documents.path)"
        f" WHERE path = ? AND {UNDATED}",
        [(path,) for path in paths],
    )


def put_citations(connection: sqlite3.Connection, path: str, stems: Mapping[int, set[str]]) -> None:
    """Replace which notes the patterns of the book at `path` list: line → stems of their names."""
    connection.execute("DELETE FROM citations WHERE path = ?", (path,))
    rows = [(path, line, stem) for line, names in stems.items() for stem in names]
    connection.executemany("INSERT INTO citations (path, line, stem) VALUES (?, ?, ?)", rows)


def read_citing(connection: sqlite3.Connection, stems: Iterable[str]) -> dict[str, set[int]]:
    """Return the patterns that list a note of one of these names: path of the book → lines."""
    found: dict[str, set[int]] = {}
    for stem in stems:
        query = "SELECT path, line FROM citations WHERE stem = ?"
        for path, line in connection.execute(query, (stem,)):
            found.setdefault(path, set()).add(line)
    return found


def read_paths(connection: sqlite3.Connection, stems: Iterable[str]) -> Iterator[str]:
    """Yield the files that could be read and have one of these names."""
    for stem in stems:
        for (path,) in connection.execute("SELECT path FROM pages WHERE stem = ?", (stem,)):
            yield path


def read_books(connection: sqlite3.Connection, paths: Iterable[str] | None = None) -> set[str]:
    """Return the files that hold a pattern, of these files or of all."""
    query = "SELECT path FROM documents WHERE kind = 'pattern'"
    if paths is None:
        return {row[0] for row in connection.execute(query)}
    query += " AND path = ? LIMIT 1"
    return {path for path in paths if connection.execute(query, (path,)).fetchone()}


def read_named(connection: sqlite3.Connection) -> set[str]:
    """Return the folded names of all patterns, and of those that workflows name."""
    query = "SELECT pattern FROM documents WHERE pattern IS NOT NULL"
    return {row[0] for row in connection.execute(query)}


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


def rate_workflows(connection: sqlite3.Connection, patterns: Iterable[str]) -> None:
    """Give workflows made from these patterns the confidence that was counted for them.

    Of several patterns of one name the last one counts; without one, what the workflow states.
    """
    connection.executemany(
        "UPDATE documents SET confidence = coalesce("
        " (SELECT confidence FROM documents AS d WHERE d.pattern = ?1 AND d.kind = 'pattern'"
        "  ORDER BY d.path DESC, d.line DESC LIMIT 1), own_confidence)"
        " WHERE pattern = ?1 AND kind <> 'pattern'",
        [(name,) for name in sorted(patterns)],
    )
