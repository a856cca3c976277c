"""Keeping the index as the files are, whatever happened to either of them."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import hardwon
from hardwon.errors import HardwonError, IndexUnavailableError, OutsideMemoryError
from hardwon.files.folder import SETTINGS_FILE, STATE_DIR, Entry, Folder, decode
from hardwon.files.gate import inside
from hardwon.files.heartbeat import Question
from hardwon.index import write
from hardwon.index.schema import (
    INDEX_FILE,
    clear_place,
    discard_index,
    identify_index,
    is_busy,
    is_damaged,
    open_index,
    reading,
    transaction,
)
from hardwon.index.seal import read_state

if TYPE_CHECKING:
    from hardwon.actions.isolated import Reader

T = TypeVar("T")
Progress = Callable[[int, int], None]  # files read, files to read

# Coarsest time stamp of a file system in use (FAT): within it a second change may not show.
_RACY_NS = 2_000_000_000
# Opened, found to be changed by another process, opened again, found to be damaged, built anew.
_ATTEMPTS = 4
# What a row that no check saw to be damaged may cause, and no file of a memory may.
_SURPRISES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found.

    Attributes:
        files: Files of the memory.
        changed: Files that were new or changed.
        removed: Files that were gone.
        stored: Whether the index is kept on disk, rather than built for this run only.
    """

    files: int
    changed: int
    removed: int
    stored: bool = True


def use_index(
    folder: Folder,
    work: Callable[[sqlite3.Connection, Refreshed], T],
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> T:
    """Refresh the index and return what `work` makes of it.

    A damaged index is built anew; where the disk takes none, one is built in memory.

    Args:
        folder: The memory folder.
        work: May run again when the index proves to be damaged; must only read.
        rebuild: Throw the index away first.
        progress: Called with the number of files read and to read.

    Raises:
        IndexUnavailableError: Another process kept the index locked, or not even memory takes one.
        SettingsError: `hardwon.toml` cannot be used.
    """
    reader = _reader()
    file = folder.state_dir / INDEX_FILE
    usable = _is_own(folder) and not (rebuild and not _discard(file, identify_index(file)))
    for _ in range(_ATTEMPTS):
        if not (usable and _prepare(folder, file)):
            break
        before = identify_index(file)
        try:
            return _use(folder, file, reader, work, progress)
        except sqlite3.Error as error:
            if is_busy(error):
                raise IndexUnavailableError(
                    "another process keeps the index locked", hint="wait for it, then run again"
                ) from error
            if is_damaged(error):
                usable = _discard(file, before)
            else:  # the disk refuses, unless another process has just built a new index
                usable = _is_replaced(file, before)
        except MemoryError as error:
            raise IndexUnavailableError("there is not enough memory for the index") from error
        except _SURPRISES:
            # A damaged row that no check saw, or a bug: an index in memory tells which, since
            # a bug is raised again.
            answer = _use(folder, None, reader, work, progress)
            _discard(file, before)
            return answer
    try:
        return _use(folder, None, reader, work, progress)
    except sqlite3.Error as error:
        raise IndexUnavailableError(f"the index can be kept nowhere: {error}") from error


def _use(
    folder: Folder,
    file: Path | None,
    reader: str,
    work: Callable[[sqlite3.Connection, Refreshed], T],
    progress: Progress | None,
) -> T:
    with (
        Question(str(folder.state_dir)) as question,
        contextlib.closing(open_index(file, reader)) as connection,
    ):
        state = question.answer() if file is not None else None
        if state is not None:
            with reading(connection):
                if read_state(connection) == state:  # somebody else looked at the files
                    files = write.count_files(connection)
                    return work(connection, Refreshed(files, 0, 0))
        found = refresh(connection, folder, progress=progress)
        with reading(connection):
            return work(connection, replace(found, stored=file is not None))


def _is_own(folder: Folder) -> bool:
    """Return whether `.hardwon` is a folder of this memory, not a link to somewhere else."""
    try:
        inside(folder.root, STATE_DIR)
    except OutsideMemoryError:
        return False
    return True


def _prepare(folder: Folder, file: Path) -> bool:
    """Return whether an index can stand at `file`: what must go first is gone."""
    try:
        clear_place(file)
        if not file.exists():
            from hardwon.files.write import prepare_state

            prepare_state(folder)
    except (OSError, HardwonError):
        return False
    return True


def _discard(file: Path, seen: tuple[int, int] | None) -> bool:
    """Delete the index unless it is another one than was `seen`; return False if that fails."""
    try:
        if identify_index(file) == seen:
            discard_index(file)
    except OSError:
        return False
    return True


def _is_replaced(file: Path, seen: tuple[int, int] | None) -> bool:
    found = identify_index(file)
    return seen is not None and found is not None and found[0] != seen[0]


def _reader() -> str:
    """Return what identifies the code that reads notes, without reading it.

    INDEX_VERSION is raised by hand when reading changes; this catches what was forgotten.
    """
    package = Path(hardwon.__file__).parent
    sizes = []
    with contextlib.suppress(OSError):
        for layer in ("actions", "index", "learning", "markup", "model"):
            with os.scandir(package / layer) as entries:
                sizes += [(e.name, e.stat().st_size) for e in entries if e.name.endswith(".py")]
    return str(sorted(sizes))


def refresh(
    connection: sqlite3.Connection,
    folder: Folder,
    *,
    progress: Progress | None = None,
) -> Refreshed:
    """Bring the index up to the files: read what changed, drop what is gone.

    Raises:
        sqlite3.Error: The index is locked, damaged, or cannot be written.
        SettingsError: `hardwon.toml` cannot be used.
    """
    began = time.time_ns()
    entries = {entry.path: entry for entry in folder.walk()}
    settings = _settings_stamp(folder)
    result = Refreshed(len(entries), 0, 0)
    if _is_fresh(connection, entries, settings) and not (_is_history_new(connection, folder)):
        return result
    with transaction(connection):
        # Another process may have done it while this one waited for the lock.
        known = write.read_stamps(connection)
        gone = known.keys() - entries.keys()
        for path in gone:
            write.drop_file(connection, path)
        suspects = [e for e in entries.values() if _is_suspect(known.get(e.path), e)]
        changed = _read_files(connection, folder, suspects, known, began, progress)
        if progress is not None:
            progress(len(suspects), len(suspects))
        dated = _date_from_git(connection, folder)
        if changed or gone or dated or write.get_meta(connection, "settings") != settings:
            _count(connection, folder)
            write.set_meta(connection, "settings", settings)
    return Refreshed(len(entries), changed, len(gone))


def _is_fresh(connection: sqlite3.Connection, entries: dict[str, Entry], settings: str) -> bool:
    times = {path: write.times_of(entry) for path, entry in entries.items()}
    return (
        write.read_times(connection) == times and write.get_meta(connection, "settings") == settings
    )


def _is_suspect(stamp: write.Stamp | None, entry: Entry) -> bool:
    return stamp is None or stamp.racy or stamp.hash is None or stamp.times != write.times_of(entry)


def _settings_stamp(folder: Folder) -> str:
    try:
        status = (folder.root / SETTINGS_FILE).lstat()
    except OSError:
        return "none"
    return f"{status.st_mtime_ns} {status.st_ctime_ns} {status.st_size} {status.st_ino}"


def _read_files(
    connection: sqlite3.Connection,
    folder: Folder,
    entries: Sequence[Entry],
    known: Mapping[str, write.Stamp],
    began: int,
    progress: Progress | None,
) -> int:
    """Read files into the index; return of how many the rows changed."""
    if not entries:
        return 0
    from hardwon.actions.isolated import Reader

    changed = 0
    with Reader() as reader:
        for number, entry in enumerate(entries):
            if progress is not None:
                progress(number, len(entries))
            stamp = known.get(entry.path)
            changed += _read_file(connection, folder, entry, stamp, began, reader)
    return changed


def _read_file(
    connection: sqlite3.Connection,
    folder: Folder,
    entry: Entry,
    known: write.Stamp | None,
    began: int,
    reader: Reader,
) -> bool:
    """Read one file into the index; return whether its rows changed."""
    from hashlib import blake2b

    from hardwon.errors import UnreadableFileError

    racy = max(entry.mtime_ns, entry.ctime_ns) > began - _RACY_NS
    digest: str | None = None
    try:
        data = folder.read_entry(entry)
        digest = blake2b(data, digest_size=16).hexdigest()
        if known is not None and known.hash == digest:
            write.touch_file(connection, entry, racy=racy)
            return False
        rows = reader.read(decode(data, entry.path), entry.path)
    except UnreadableFileError as error:
        if digest is None and isinstance(error.__cause__, FileNotFoundError):
            # Deleted since the walk.
            write.drop_file(connection, entry.path)
            return known is not None
        if isinstance(error.__cause__, OSError):
            digest = None  # the disk refused, or a worker: that may be otherwise next time
        elif digest is None:
            digest = ""  # what the listing or the size told: so as long as its times stay
        stamp = write.Stamp(write.times_of(entry), racy, digest)
        write.put_fault(connection, entry, stamp, error.message, error.line)
        return known is None or known.hash is not None or digest is not None
    stamp = write.Stamp(write.times_of(entry), racy, digest)
    write.put_file(connection, entry, stamp, rows.page, rows.documents)
    return True


def _is_history_new(connection: sqlite3.Connection, folder: Folder) -> bool:
    from hardwon.files.history import read_head

    return write.has_undated(connection) and (
        write.get_meta(connection, "head") != read_head(folder.root)
    )


def _date_from_git(connection: sqlite3.Connection, folder: Folder) -> bool:
    """Date undated experiences by their first commits; return whether git was asked."""
    from hardwon.files.history import read_first_commits, read_head

    asked = False
    if write.has_undated(connection):
        head = read_head(folder.root)
        if write.get_meta(connection, "head") != head:
            dates = read_first_commits(folder.root) if head else {}
            write.put_first_commits(connection, dates)
            write.set_meta(connection, "head", head)
            asked = True
    write.date_undated(connection)
    return asked


def _count(connection: sqlite3.Connection, folder: Folder) -> None:
    """Set what depends on more than one file: the confidence of patterns and workflows."""
    from hardwon.files.settings import read_settings
    from hardwon.index.query import read_file_paths, read_pages
    from hardwon.learning.evidence import Notes, weigh
    from hardwon.markup.text import fold
    from hardwon.model.page import Page, Role
    from hardwon.model.snapshot import Snapshot

    thresholds = read_settings(folder).confidence
    books = list(read_pages(connection, role="pattern"))
    patterns = [pattern for page in books for pattern in page.patterns]
    # Of all notes only those that a pattern names are needed whole.
    paths = read_file_paths(connection)
    empty = Notes(Snapshot(tuple(Page(path, Role.PAGE) for path in paths)))
    targets = {source.target for pattern in patterns for source in pattern.sources}
    named = {path.partition("#")[0] for t in targets if (path := empty.paths.find(t))}
    whole = {page.path: page for page in read_pages(connection, paths=named)}
    notes = Notes(Snapshot(tuple(whole.get(path, Page(path, Role.PAGE)) for path in paths)))
    counted = {}
    for pattern in patterns:
        evidence = weigh(pattern, notes, thresholds)
        last = evidence.last.iso if evidence.last else None
        linked = [notes.find_experience(path) for _, path in evidence.sources]
        names = [note.project for note in linked if note] + [e.project for e in pattern.examples]
        projects = {fold(name) for name in names if name}
        level = evidence.confidence.value
        write.set_counted(connection, pattern.path, pattern.line, level, last, projects)
        counted[fold(pattern.name)] = level
    for number, name, stated in write.workflow_patterns(connection):
        write.set_confidence(connection, number, counted.get(fold(name), stated))
