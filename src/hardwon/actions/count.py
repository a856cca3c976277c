"""Counting what stands behind the patterns in the index, and what their workflows owe to them.

A pattern's confidence depends on its book and on the notes that it lists. Which notes those are
depends on the files of the same name alone; so a change reaches few patterns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.index import write
from hardwon.index.query import read_pages
from hardwon.learning.evidence import NotePaths, Notes, stem_of, weigh
from hardwon.markup.text import fold
from hardwon.model.page import Page, Role
from hardwon.model.pattern import Pattern
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Thresholds


def count_all(connection: sqlite3.Connection, folder: Folder) -> None:
    """Count every pattern, and rate every workflow; raises SettingsError."""
    thresholds = read_settings(folder).confidence
    books = dict.fromkeys(write.read_books(connection))
    names = _count_books(connection, thresholds, books)
    write.rate_workflows(connection, names | write.read_named(connection))


def count_changed(
    connection: sqlite3.Connection, folder: Folder, paths: Collection[str], names: Collection[str]
) -> None:
    """Count the patterns that a change may reach, and rate their workflows.

    Args:
        connection: The index, in a transaction.
        folder: The memory folder.
        paths: Files that were added, changed, removed, or dated anew.
        names: Folded names of the patterns that are or were in them, or are named by them.
    """
    books: dict[str, set[int] | None] = dict(
        write.read_citing(connection, {stem_of(path) for path in paths})
    )
    books |= dict.fromkeys(write.read_books(connection, paths))
    if books:
        names = {*names, *_count_books(connection, read_settings(folder).confidence, books)}
    write.rate_workflows(connection, names)


def _count_books(
    connection: sqlite3.Connection, thresholds: Thresholds, books: dict[str, set[int] | None]
) -> set[str]:
    """Count patterns, by path of the book and lines (None: all); return their folded names."""
    names: set[str] = set()
    for book in read_pages(connection, paths=books):
        lines = books[book.path]
        patterns = [p for p in book.patterns if lines is None or p.line in lines]
        if lines is None:
            stems = {p.line: _stems(p) for p in book.patterns}
            write.put_citations(connection, book.path, stems)
        _weigh(connection, patterns, thresholds)
        names.update(fold(pattern.name) for pattern in patterns)
    return names


def _weigh(
    connection: sqlite3.Connection, patterns: Iterable[Pattern], thresholds: Thresholds
) -> None:
    patterns = list(patterns)
    stems = set().union(*map(_stems, patterns))
    paths = list(write.read_paths(connection, stems))
    find = NotePaths(paths).find
    # Of the notes of those names only those that a pattern means are needed whole.
    meant = {find(source.target) for pattern in patterns for source in pattern.sources} - {None}
    listed = {path.partition("#")[0] for path in meant if path} | (meant & set(paths))
    whole = {page.path: page for page in read_pages(connection, paths=filter(None, listed))}
    pages = (whole.get(path, Page(path, Role.PAGE)) for path in sorted(paths))
    notes = Notes(Snapshot(tuple(pages)))
    for pattern in patterns:
        evidence = weigh(pattern, notes, thresholds)
        linked = [notes.find_experience(path) for _, path in evidence.sources]
        projects = [note.project for note in linked if note] + [e.project for e in pattern.examples]
        write.set_counted(
            connection,
            pattern.path,
            pattern.line,
            evidence.confidence.value,
            evidence.last.iso if evidence.last else None,
            {fold(name) for name in projects if name},
        )


def _stems(pattern: Pattern) -> set[str]:
    """Return the names by which files can be what `pattern` lists."""
    targets = [source.target for source in pattern.sources]
    files = [target.rpartition("#")[0] for target in targets if "#" in target]
    return {stem_of(name) for name in (*targets, *files)}
