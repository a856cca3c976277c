"""Keeping the index fresh while files change, and answering those who ask whether it is."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hardwon
from hardwon.actions.refresh import Progress, Refreshed, use_index
from hardwon.errors import HardwonError, IndexUnavailableError, LockedError, MemoryNotFoundError
from hardwon.files.changes import Changes, Source, Stop, open_source
from hardwon.files.folder import SETTINGS_FILE, Folder, reason
from hardwon.files.gate import inside
from hardwon.files.head import read_head
from hardwon.files.heartbeat import BEAT_FILE, Heartbeat
from hardwon.files.listing import STATE_DIR
from hardwon.files.write import prepare_state
from hardwon.index.known import has_undated
from hardwon.index.query import count_files
from hardwon.index.schema import INDEX_FILE
from hardwon.index.seal import find_state, read_state

if TYPE_CHECKING:
    import subprocess

LOCK_FILE = "watch.lock"
# A program saves in several steps; unless somebody asks, the last of them is waited for,
_QUIET = 0.05
# but not forever.
_LONGEST = 2.0
# All files are looked at so often anyway, where every change is reported, and where it is not.
_REGULARLY = 300.0
_OFTEN = 60.0
# After a fault, such as another process that keeps the index locked.
_AGAIN = 1.0


class Report(Protocol):
    """Who is told what the watch does."""

    def progress(self) -> contextlib.AbstractContextManager[Progress | None]:
        """Give what is called with the number of files read and to read."""
        ...

    def ready(self, files: int, silent: str | None) -> None:
        """Take note that the index of `files` files is fresh.

        `silent` is what may change without being reported: then no command is answered.
        """
        ...

    def refreshed(self, found: Refreshed) -> None:
        """Take note of a refresh that found changes."""
        ...

    def trouble(self, error: HardwonError) -> None:
        """Take note of what keeps the index from being refreshed."""
        ...


def watch(folder: Folder, stop: Stop, report: Report) -> None:
    """Keep the index of `folder` as its files are until `stop` is wished for.

    Raises:
        LockedError: Another watch does it already.
        MemoryNotFoundError: The memory folder is gone, or another one stands in its place.
        IndexUnavailableError: The disk takes no index.
        HardwonError: The folder cannot be written to or watched; or hardwon itself was changed.
    """
    with (
        contextlib.closing(_Lock(folder)) as lock,
        contextlib.closing(open_source(folder, stop)) as source,
    ):
        _Watch(folder, source, stop, report, lock).run()


class _Lock:
    """The one lock of those who watch `folder`. Raises as `take`."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.take()

    def take(self) -> None:
        """Take the lock, making `.hardwon/` where it is missing.

        Raises:
            LockedError: Another watch holds it.
            HardwonError: The folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        prepare_state(self._folder)
        self._path = inside(self._folder.root, f"{STATE_DIR}/{LOCK_FILE}")
        self._lock = FileLock(self._path, timeout=0)
        try:
            self._lock.acquire()
            self._held = self._path.lstat()
        except Timeout as error:
            raise LockedError(
                "another hardwon watch keeps this memory fresh already",
                hint="end that one first, or leave it at that",
            ) from error
        except OSError as error:
            raise HardwonError(
                f"cannot lock {self._path}: {reason(error)}", hint="the memory must be writable"
            ) from error

    def is_held(self) -> bool:
        """Return whether it keeps others out: its file may have been removed."""
        with contextlib.suppress(OSError):
            return os.path.samestat(self._path.lstat(), self._held)
        return False

    def close(self) -> None:
        """Let go of the lock."""
        self._lock.release()


class _Watch:
    """One run of the watch.

    What it vouches for: everything that was reported before `_moment` is in the index in the
    state `_state`. That holds when a refresh began after all of it was taken from the source,
    and succeeded, and nothing has been reported since.
    """

    def __init__(
        self,
        folder: Folder,
        source: Source,
        stop: Stop,
        report: Report,
        lock: _Lock,
    ) -> None:
        self._folder, self._source, self._stop = folder, source, stop
        self._report, self._lock = report, lock
        self._root = folder.root.stat()
        self._program = _program()
        self._heart: Heartbeat | None = None
        self._stale = Changes(everything=True)
        self._since = self._latest = self._looked = time.monotonic()
        self._not_before = 0.0
        self._state: int | None = None
        self._head: str | None = None  # None where no note is dated by git
        self._trouble = ""
        self._is_ready = False
        self._embedding: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        try:
            while not self._stop.is_set():
                self._source.wait(self._seconds())
                if self._stop.is_set():
                    break
                self._step()
        except _StoppedError:
            pass
        finally:
            self._be_silent()

    def _seconds(self) -> float:
        """Return how long nothing need be done."""
        now = time.monotonic()
        if not self._stale:
            return self._looked + (_OFTEN if self._source.silent else _REGULARLY) - now
        return self._due() - now

    def _due(self) -> float:
        """Return when the stale index is to be refreshed though nobody asks."""
        if not self._is_ready:
            return self._not_before
        return max(min(self._latest + _QUIET, self._since + _LONGEST), self._not_before)

    def _step(self) -> None:
        self._check_root()
        moment, changes = self._take()
        now = time.monotonic()
        if changes.state & {"", BEAT_FILE, LOCK_FILE} and not self._is_in_place():
            # Whoever removes what is ours may be about to remove the memory: nothing is put in
            # their way.
            self._be_silent()
            self._not_before = now + _AGAIN
            changes.everything = True
        if now - self._looked > (_OFTEN if self._source.silent else _REGULARLY):
            changes.everything = True
        # Git is not watched, but looked at before each answer.
        if self._head is not None and read_head(self._folder.root) != self._head:
            changes.everything = True
        if INDEX_FILE in changes.state and self._is_state_new():
            changes.everything = True
        self._add(changes, now)
        is_due = now >= self._due() or (changes.asked and now >= self._not_before)
        if self._stale and is_due:
            self._refresh(moment)
        elif not self._stale and changes.asked:
            self._beat(moment)

    def _take(self) -> tuple[int, Changes]:
        """Return what was reported, and a time before which all of it was, questions included."""
        changes = Changes()
        while True:
            moment = time.monotonic_ns()
            more = self._source.take()
            changes.add(more)
            if not more.asked:
                return moment, changes

    def _add(self, changes: Changes, now: float) -> None:
        if not changes:
            return
        if not self._stale:
            self._since = now
        self._latest = now
        self._stale.add(changes)

    def _check_root(self) -> None:
        """Raise MemoryNotFoundError unless the memory folder is where it was."""
        root = self._folder.root
        with contextlib.suppress(OSError):
            if os.path.samestat(root.stat(), self._root):
                return
        raise MemoryNotFoundError(
            f"the memory folder {root} was moved, removed or replaced",
            hint="run hardwon watch again where it is now",
        )

    def _is_in_place(self) -> bool:
        """Return whether our files in `.hardwon` are there: anybody may remove them."""
        return self._lock.is_held() and (self._heart is None or self._heart.is_in_place())

    def _is_state_new(self) -> bool:
        """Return whether the index is not as the last refresh left it."""
        return find_state(self._folder.state_dir / INDEX_FILE) != self._state

    def _refresh(self, moment: int) -> None:
        """Bring the index up to all that was reported until `moment`, and say so."""
        if _program() != self._program:
            raise HardwonError("hardwon itself was changed", hint="run hardwon watch again")
        if not self._lock.is_held():
            self._lock.close()
            self._lock.take()
        stale, self._stale = self._stale, Changes()
        head = read_head(self._folder.root)
        paths = stale.paths - {SETTINGS_FILE}
        folders = (
            None if stale.everything else {os.fsencode(path.rpartition("/")[0]) for path in paths}
        )
        try:
            with self._report.progress() as progress:
                found, state, is_dated, files = use_index(
                    self._folder, _look, folders=folders, progress=self._stoppable(progress)
                )
        except HardwonError as error:
            self._stale = stale
            self._not_before = time.monotonic() + _AGAIN
            self._be_silent()
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._report.trouble(error)
            return
        if not found.stored and not self._lock.is_held():  # all of ours was removed meanwhile
            self._stale = Changes(everything=True)
            self._not_before = time.monotonic() + _AGAIN
            return
        if not found.stored:
            raise IndexUnavailableError(
                f"the disk takes no index in {self._folder.state_dir}: nothing can be kept fresh",
                hint="make room and the folder writable, then run hardwon watch again",
            )
        self._trouble = ""
        if folders is None:
            self._looked = time.monotonic()
        self._state, self._head = state, head if is_dated else None
        if self._source.silent:
            self._be_silent()
        elif self._heart is None:
            self._be_heard()
        self._beat(moment)
        if not self._is_ready:
            self._is_ready = True
            self._report.ready(files, self._source.silent)
            self._embed()
        elif found.changed or found.removed:
            self._report.refreshed(found)
            self._embed()

    def _embed(self) -> None:
        """Have vectors computed, where they are wanted; a process that does it already goes on."""
        from hardwon.actions.embed import start_embedding
        from hardwon.actions.meaning import choose_model

        with contextlib.suppress(HardwonError):  # `hardwon index` tells what is wrong
            if choose_model(self._folder) is not None:
                if self._embedding is not None:
                    self._embedding.poll()  # one that has ended is to be let go of
                self._embedding = start_embedding(self._folder)

    def _stoppable(self, progress: Progress | None) -> Progress:
        """Return what passes on progress, and ends the work between two files on a stop."""

        def tell(done: int, total: int) -> None:
            if self._stop.is_set():
                raise _StoppedError
            if progress is not None:
                progress(done, total)

        return tell

    def _beat(self, moment: int) -> None:
        if self._heart is None or self._state is None:
            return
        try:
            self._heart.beat(moment, self._state)
        except OSError:
            self._be_silent()

    def _be_heard(self) -> None:
        try:
            self._heart = Heartbeat(str(self._folder.state_dir))
            self._source.listen(self._heart.aside)
            self._heart.appear()
        except OSError:  # full, or taken away this moment: whoever asks looks for themselves
            self._be_silent()

    def _be_silent(self) -> None:
        heart, self._heart = self._heart, None
        if heart is not None:
            heart.withdraw()


class _StoppedError(Exception):
    """The stop was wished for while the index was being refreshed."""


def _look(
    connection: sqlite3.Connection, found: Refreshed
) -> tuple[Refreshed, int | None, bool, int]:
    return found, read_state(connection), has_undated(connection), count_files(connection)


def _program() -> tuple[tuple[str, int, int], ...]:
    """Return what tells whether hardwon was installed anew since it was started."""
    package = Path(hardwon.__file__).parent
    files = []
    with contextlib.suppress(OSError):
        for folder in (package, *(p for p in package.iterdir() if p.is_dir())):
            with os.scandir(folder) as entries:
                found = [entry for entry in entries if entry.name.endswith(".py")]
            files += [(e.path, (s := e.stat()).st_mtime_ns, s.st_size) for e in found]
    return tuple(sorted(files))
