"""Keeping the index as the files are, whatever happened to either of them."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar

import hardwon
from hardwon.errors import HardwonError, IndexUnavailableError, OutsideMemoryError
from hardwon.files.folder import SETTINGS_FILE, Folder
from hardwon.files.gate import inside
from hardwon.files.heartbeat import Question
from hardwon.files.listing import STATE_DIR, find_changes
from hardwon.index.known import get_meta, has_undated, read_listing, read_version, set_meta
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

T = TypeVar("T")
Progress = Callable[[int, int], None]  # files read, files to read

# Coarsest time stamp of a file system in use (FAT): within it a second change may not show.
_RACY_NS = 2_000_000_000
# Opened, found to be changed by another process, opened again, found to be damaged, built anew.
_ATTEMPTS = 4
# A watcher may write to the index between its answer and the reading; hardly twice in a row.
_QUESTIONS = 3
# What a row that no check saw to be damaged may cause, and no file of a memory may.
_SURPRISES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Refreshed(NamedTuple):
    """What a refresh found.

    Attributes:
        changed: Files that were new or changed.
        removed: Files that were gone.
        stored: Whether the index is kept on disk, rather than built for this run only.
    """

    changed: int
    removed: int
    stored: bool = True


def use_index(
    folder: Folder,
    work: Callable[[sqlite3.Connection, Refreshed], T],
    *,
    rebuild: bool = False,
    folders: Collection[bytes] | None = None,
    progress: Progress | None = None,
) -> T:
    """Refresh the index and return what `work` makes of it.

    A damaged index is built anew; where the disk takes none, one is built in memory.

    Args:
        folder: The memory folder.
        work: May run again when the index proves to be damaged; must only read.
        rebuild: Throw the index away first.
        folders: As for `refresh`.
        progress: Called with the number of files read and to read.

    Raises:
        IndexUnavailableError: Another process kept the index locked, or not even memory takes one.
        SettingsError: `hardwon.toml` cannot be used.
    """
    reader = identify_reader()
    file = folder.state_dir / INDEX_FILE
    usable = has_own_state(folder) and not (rebuild and not _discard(file, identify_index(file)))
    for _ in range(_ATTEMPTS):
        if not (usable and _prepare(folder, file)):
            break
        before = identify_index(file)
        try:
            return _use(folder, file, reader, work, folders, progress)
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
            answer = _use(folder, None, reader, work, None, progress)
            _discard(file, before)
            return answer
    try:
        return _use(folder, None, reader, work, None, progress)
    except sqlite3.Error as error:
        raise IndexUnavailableError(f"the index can be kept nowhere: {error}") from error


def _use(
    folder: Folder,
    file: Path | None,
    reader: str,
    work: Callable[[sqlite3.Connection, Refreshed], T],
    folders: Collection[bytes] | None,
    progress: Progress | None,
) -> T:
    with contextlib.ExitStack() as opened:
        question = opened.enter_context(Question(str(folder.state_dir)))
        connection = opened.enter_context(contextlib.closing(open_index(file, reader)))
        for _ in range(_QUESTIONS if file is not None else 0):
            state = question.answer()
            if state is None:
                break
            with reading(connection):
                if read_state(connection) == state:  # somebody else looked at the files
                    return work(connection, Refreshed(0, 0))
            # What changed after the question was read before the index was.
            question.close()
            question = opened.enter_context(Question(str(folder.state_dir)))
        found = refresh(connection, folder, folders=folders, progress=progress)
        with reading(connection):
            return work(connection, found._replace(stored=file is not None))


def has_own_state(folder: Folder) -> bool:
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


def _discard(file: Path, seen: tuple[int, int, int] | None) -> bool:
    """Delete the index unless it is another one than was `seen`; return False if that fails."""
    try:
        if identify_index(file) == seen:
            discard_index(file)
    except OSError:
        return False
    return True


def _is_replaced(file: Path, seen: tuple[int, int, int] | None) -> bool:
    found = identify_index(file)
    return seen is not None and found is not None and found[0] != seen[0]


def identify_reader() -> str:
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
    folders: Collection[bytes] | None = None,
    progress: Progress | None = None,
) -> Refreshed:
    """Bring the index up to the files: read what changed, drop what is gone.

    Args:
        connection: The index.
        folder: The memory folder.
        folders: Only what lies in these folders is looked at, where they are known, by their
            paths as the disk gives them; None for all.
        progress: Called with the number of files read and to read.

    Raises:
        sqlite3.Error: The index is locked, damaged, or cannot be written.
        SettingsError: `hardwon.toml` cannot be used.
    """
    young = time.time_ns() - _RACY_NS
    version = read_version(connection)
    known = read_listing(connection)
    changes = find_changes(str(folder.root), known, young, folders if known else None)
    settings = _settings_stamp(folder)
    if not (
        changes.listed
        or changes.gone
        or get_meta(connection, "settings") != settings
        or _is_history_new(connection, folder)
    ):
        return Refreshed(0, 0)
    from hardwon.actions.reading import read_changes

    with transaction(connection):
        if read_version(connection) != version:
            # Another process may have done it while this one waited for the lock.
            known = read_listing(connection)
            changes = find_changes(str(folder.root), known, young, folders if known else None)
        done = read_changes(connection, folder, known, changes, young, progress)
        dated = _date_from_git(connection, folder, done.paths)
        _count(connection, folder, settings, done.paths | dated, done.patterns)
    return Refreshed(done.changed, done.removed)


def _settings_stamp(folder: Folder) -> str:
    try:
        status = (folder.root / SETTINGS_FILE).lstat()
    except OSError:
        return "none"
    return f"{status.st_mtime_ns} {status.st_ctime_ns} {status.st_size} {status.st_ino}"


def _is_history_new(connection: sqlite3.Connection, folder: Folder) -> bool:
    if not has_undated(connection):
        return False
    from hardwon.files.head import read_head

    return get_meta(connection, "head") != read_head(folder.root)


def _date_from_git(
    connection: sqlite3.Connection, folder: Folder, changed: Iterable[str]
) -> set[str]:
    """Date undated experiences by their first commits; return the files whose dates differ."""
    from hardwon.index.write import date_undated, put_first_commits

    dated: set[str] = set()
    if _is_history_new(connection, folder):
        from hardwon.files.head import read_head
        from hardwon.files.history import read_first_commits

        head = read_head(folder.root)
        dates = read_first_commits(folder.root) if head else {}
        dated = put_first_commits(connection, dates)
        set_meta(connection, "head", head)
    date_undated(connection, {*changed, *dated})
    return dated


def _count(
    connection: sqlite3.Connection,
    folder: Folder,
    settings: str,
    changed: set[str],
    patterns: set[str],
) -> None:
    """Set what depends on more than one file: the confidence of patterns and workflows."""
    from hardwon.actions.count import count_all, count_changed

    if get_meta(connection, "settings") != settings:
        count_all(connection, folder)
        set_meta(connection, "settings", settings)
    elif changed:
        count_changed(connection, folder, changed, patterns)
