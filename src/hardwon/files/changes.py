"""Being told which files of a memory changed.

On Linux by the system itself, where everything that could be missed is known to be: then nothing
is. Elsewhere by watchfiles, which is told of most changes, and does not say when it was not.
"""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hardwon.errors import HardwonError, MemoryNotFoundError
from hardwon.files import inotify as told
from hardwon.files.folder import SETTINGS_FILE, Folder
from hardwon.files.listing import IGNORED as IGNORED_BYTES
from hardwon.files.listing import STATE_DIR
from hardwon.files.listing import SUFFIXES as SUFFIXES_BYTES
from hardwon.files.mounts import MOUNTS, find_silent, read_mounts

if TYPE_CHECKING:
    from watchfiles.main import FileChange

IGNORED = frozenset(map(os.fsdecode, IGNORED_BYTES))
SUFFIXES = tuple(map(os.fsdecode, SUFFIXES_BYTES))
_CHANGED = (
    told.CREATE | told.DELETE | told.MOVED_FROM | told.MOVED_TO | told.MODIFY | told.CLOSE_WRITE
    | told.ATTRIB | told.DELETE_SELF | told.MOVE_SELF
)  # fmt: skip
_APPEARED = told.CREATE | told.MOVED_TO
_FOLDER = _CHANGED | told.ONLY_FOLDER | told.NO_LINK
# watchfiles looks for news at this pace, and gathers what comes within twice of it.
_STEP_MS = 50


class Stop(Protocol):
    """The wish to end: `fileno` becomes readable, and `is_set` true, when it is made."""

    def is_set(self) -> bool:
        """Return whether it was made."""
        ...

    def fileno(self) -> int:
        """Return what can be polled."""
        ...


@dataclass(slots=True)
class Changes:
    """What was reported.

    Attributes:
        paths: Notes that may have changed, or `hardwon.toml`, relative to the memory.
        everything: Whether any other file may have changed, too.
        state: Names in `.hardwon/` at which something changed.
        asked: Whether a command asked for an answer.
    """

    paths: set[str] = field(default_factory=set)
    everything: bool = False
    state: set[str] = field(default_factory=set)
    asked: bool = False

    def __bool__(self) -> bool:
        """Return whether any file may have changed."""
        return self.everything or bool(self.paths)

    def add(self, more: Changes) -> None:
        """Take in what was reported later."""
        self.paths |= more.paths
        self.everything |= more.everything
        self.state |= more.state
        self.asked |= more.asked


class Source(Protocol):
    """Where changes are heard of.

    Attributes:
        silent: Why some may go unreported; None where none does.
    """

    silent: str | None

    def wait(self, seconds: float) -> None:
        """Return when something was reported, the stop is wished for, or time is up."""
        ...

    def take(self) -> Changes:
        """Return what was reported since the last call.

        Raises:
            HardwonError: It can be told no longer.
        """
        ...

    def listen(self, beat: str) -> None:
        """Have `asked` tell when the file `beat` is opened."""
        ...

    def close(self) -> None:
        """Be told no more."""
        ...


def open_source(folder: Folder, stop: Stop) -> Source:
    """Return where the changes of `folder` are heard of, from now on.

    Raises:
        HardwonError: The system will not tell of them.
    """
    try:
        return SystemSource(folder, stop)
    except told.NoInotifyError:
        return LibrarySource(folder, stop)


class SystemSource:
    """Changes as Linux reports them.

    A report stands in the queue before the call that made the change returns, and the queue
    keeps their order. So what `take` is given holds every change that was complete before.

    Raises:
        NoInotifyError: This is not Linux, or one that reports nothing.
        HardwonError: The system watches no more folders, or the memory cannot be listed.
    """

    def __init__(self, folder: Folder, stop: Stop) -> None:
        self._root = folder.root
        self._inotify = told.Inotify()
        self._folders: dict[int, str] = {}
        self._links: set[str] = set()
        self._beat = -1
        self._poll = select.poll()
        self._poll.register(self._inotify, select.POLLIN)
        self._poll.register(stop, select.POLLIN)
        self._mounts: tuple[tuple[str, str, str], ...] = ()
        self._table: int | None = None
        self._remounts = select.poll()
        self._is_remounted = False
        try:
            self._open_mounts()
            self._watch_folders()
        except BaseException:
            self.close()
            raise
        self.silent = find_silent(self._mounts)

    def _open_mounts(self) -> None:
        try:
            self._table = os.open(MOUNTS, os.O_RDONLY | os.O_CLOEXEC)
            self._mounts = read_mounts(self._root)
        except OSError:
            return
        for poll in (self._poll, self._remounts):
            poll.register(self._table, select.POLLPRI)

    def wait(self, seconds: float) -> None:
        """Return when something was reported, the stop is wished for, or time is up."""
        reported = self._poll.poll(int(max(0.0, seconds) * 1000) + 1)
        self._is_remounted |= any(handle == self._table for handle, _ in reported)  # told once

    def listen(self, beat: str) -> None:
        """Have `asked` tell when the file `beat` is opened."""
        if self._beat >= 0:
            self._inotify.forget(self._beat)
        self._beat = self._inotify.watch(beat, told.OPEN | told.NO_LINK)

    def take(self) -> Changes:
        """Return what was reported since the last call.

        Raises:
            MemoryNotFoundError: The memory folder is gone.
            HardwonError: It can be told no longer.
        """
        changes = Changes()
        folders = self._is_mounted_anew()
        for event in self._inotify.read():
            folders |= self._note(event, changes)
        if folders:
            changes.everything = True
            self._watch_folders()
        return changes

    def _is_mounted_anew(self) -> bool:
        """Return whether a file system came or went at, or below, the memory."""
        if not (self._remounts.poll(0) or self._is_remounted):
            return False
        self._is_remounted = False
        if (found := read_mounts(self._root)) == self._mounts:
            return False
        self._mounts = found
        self.silent = find_silent(found)
        return True

    def _note(self, event: told.Event, changes: Changes) -> bool:
        """Note `event` in `changes`; return whether folders are to be looked at again."""
        if event.mask & told.OVERFLOW:  # the system kept some to itself
            return True
        if event.watch == self._beat:
            changes.asked |= bool(event.mask & told.OPEN)
            return False
        below = self._folders.get(event.watch)
        if below is None or event.mask & told.IGNORED:
            return False
        if event.mask & told.UNMOUNT:
            return True
        if below == STATE_DIR:
            changes.state.add(event.name)
            return False
        if not event.name:  # the folder itself, of which the one above reports as well
            return not below
        path = f"{below}/{event.name}" if below else event.name
        if event.mask & told.IS_FOLDER:
            if path == STATE_DIR:
                changes.state.add("")
            return event.name not in IGNORED or path == STATE_DIR
        if event.name.lower().endswith(SUFFIXES) or path == SETTINGS_FILE:
            changes.paths.add(path)
        elif path in self._links or (event.mask & _APPEARED and self._is_link(path)):
            return True  # a link that leads to a folder is named as a fault
        return False

    def _is_link(self, path: str) -> bool:
        try:
            return stat.S_ISLNK((self._root / path).lstat().st_mode)
        except OSError:
            return False

    def _watch_folders(self) -> None:
        """Have every folder reported on in which notes may lie, as they are now.

        A folder is watched before it is listed: what comes into it is in the list, or reported.
        """
        folders: dict[int, str] = {}
        links: set[str] = set()
        waiting = ["", STATE_DIR]
        while waiting:
            below = waiting.pop()
            place = str(self._root / below)
            try:
                folders[self._inotify.watch(place, _FOLDER)] = below
                if below == STATE_DIR:
                    continue
                with os.scandir(place) as listing:
                    entries = list(listing)
            except OSError as error:
                if not below:
                    raise _unwatchable(self._root, error) from error
                # It is gone, or may not be listed, which is a fault that the index notes. The
                # folder above reports what becomes of it.
                continue
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                if entry.is_symlink():
                    links.add(path)
                elif entry.name not in IGNORED and _is_folder(entry):
                    waiting.append(path)
        for number in self._folders.keys() - folders.keys():
            self._inotify.forget(number)
        self._folders, self._links = folders, links

    def close(self) -> None:
        """Be told no more."""
        self._inotify.close()
        if self._table is not None:
            os.close(self._table)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _unwatchable(root: Path, error: OSError) -> HardwonError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MemoryNotFoundError(f"the memory folder {root} is gone")
    why = (error.strerror or str(error)).lower()
    return HardwonError(f"the memory folder {root} cannot be watched: {why}")


class LibrarySource:
    """Changes as watchfiles reports them, on the systems that it knows.

    Raises:
        HardwonError: It cannot watch the folder.
    """

    silent: str | None = "this system"

    def __init__(self, folder: Folder, stop: Stop) -> None:
        self._root = folder.root
        self._stop = stop
        self._changes = Changes()
        self._reports = self._open()
        next(self._reports)  # it watches from here on

    def _open(self) -> Iterator[set[FileChange]]:
        import logging

        from watchfiles import watch

        logging.getLogger("watchfiles").setLevel(logging.CRITICAL)
        try:
            yield from watch(
                self._root,
                watch_filter=None,
                debounce=10 * _STEP_MS,
                step=_STEP_MS,
                rust_timeout=4 * _STEP_MS,
                yield_on_timeout=True,
                stop_event=self._stop,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
        except OSError as error:
            raise _unwatchable(self._root, error) from error

    def wait(self, seconds: float) -> None:  # noqa: ARG002 - it returns at its own pace
        """Return when something was reported, the stop is wished for, or time is up."""
        try:
            for _, path in next(self._reports, ()):
                self._note(path)
        except RuntimeError:  # it gave up, for a name that is no text for instance
            self._changes.everything = True
            self._reports = self._open()
            next(self._reports, None)

    def _note(self, path: str) -> None:
        parts = Path(os.path.relpath(path, self._root)).parts
        below, name = "/".join(parts), parts[-1] if parts else ""
        if parts[:1] == (STATE_DIR,):
            self._changes.state.add(name if len(parts) == 2 else "")
        elif IGNORED.isdisjoint(parts):
            if name.lower().endswith(SUFFIXES) or below == SETTINGS_FILE:
                self._changes.paths.add(below)
            else:  # it does not say whether this is, or was, a folder
                self._changes.everything |= not Path(path).is_file()

    def take(self) -> Changes:
        """Return what was reported since the last call."""
        changes, self._changes = self._changes, Changes()
        return changes

    def listen(self, beat: str) -> None:
        """Do nothing: who cannot know of every change answers nobody."""

    def close(self) -> None:
        """Be told no more."""
        self._reports = iter(())
