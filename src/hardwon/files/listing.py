"""What the disk lists below a memory folder, and what differs from an earlier listing.

Looking at 100,000 files again is most of what a search costs, so what was listed is kept as the
disk calls it, in bytes, and compared in one piece for each folder.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from errno import ENOSYS
from stat import S_ISREG
from typing import NamedTuple

STATE_DIR = ".hardwon"
LINK_FAULT = "is a symbolic link, and hardwon reads only files that lie in the memory"

SUFFIXES = (b".md", b".markdown")
IGNORED = frozenset(
    name.encode()
    for name in (STATE_DIR, *".git .hg .svn .obsidian .trash .venv node_modules".split())
)
_TIMES = 4 * 8  # bytes of the times of one file
# Where a folder can be held open by a handle, names are looked up from there.
_HAS_HANDLES = os.stat in os.supports_dir_fd and os.open in os.supports_dir_fd
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
UNKNOWN = bytes(_TIMES)  # times that no file has: it is to be looked at again


class Entry(NamedTuple):
    """A note's file as the disk lists it.

    Attributes:
        path: Relative to the memory folder, with `/`.
        mtime_ns: Time of the last change, ns.
        size: Bytes.
        inode: Number of the file on its disk.
        ctime_ns: Time of the last change of its record, ns.
        fault: Why it is not read, where the listing shows that already; else None.
    """

    path: str
    mtime_ns: int
    size: int
    inode: int
    ctime_ns: int
    fault: str | None = None


class Listed(NamedTuple):
    """A folder as it was listed; paths and names are the bytes that the disk gave.

    Attributes:
        path: Relative to the memory folder, with `/`; empty for that folder itself.
        own: Times and number of the folder; `UNKNOWN` when a later listing may differ from this
            one without another time.
        names: Of notes, and of links where a note or a folder could stand; sorted.
        folders: Names of the folders in it that are looked into; sorted.
        times: Of each name `mtime_ns`, `ctime_ns`, size and inode, 8 bytes each; `UNKNOWN` for
            a file whose bytes are to be looked at again.
        fault: Why it cannot be listed, or None.
    """

    path: bytes
    own: bytes
    names: tuple[bytes, ...]
    folders: tuple[bytes, ...]
    times: bytes
    fault: str | None = None

    def times_of(self) -> dict[bytes, bytes]:
        """Return the times of each name."""
        found = (self.times[n : n + _TIMES] for n in range(0, len(self.times), _TIMES))
        return dict(zip(self.names, found, strict=True))


class Changes(NamedTuple):
    """What differs from an earlier listing.

    Attributes:
        listed: Folders that are new or differ in anything, by path.
        faults: Why a file, or a folder, of these is not read, by path, where the listing shows it.
        gone: Paths of folders that are no more.
    """

    listed: dict[bytes, Listed]
    faults: dict[bytes, str]
    gone: frozenset[bytes]


def list_entries(root: str) -> Iterator[Entry]:
    """Yield every note's file below `root`, sorted by path.

    What is not read is yielded with a fault: folders that may not be listed, files whose name
    is no text, links where a note or a folder could stand.
    """
    found = find_changes(root, {}, 0)
    entries = []
    for listed in found.listed.values():
        if listed.fault is not None:
            entries.append(Entry(legible(listed.path), 0, 0, 0, 0, listed.fault))
        for name, times in listed.times_of().items():
            path = below(listed.path, name)
            entries.append(entry_of(path, times, found.faults.get(path)))
    yield from sorted(entries, key=lambda entry: (entry.path, entry.fault is None))


def entry_of(path: bytes, times: bytes, fault: str | None = None) -> Entry:
    """Return the file at `path` with `times` as an entry."""
    mtime, ctime, size, inode = array("q", times)
    return Entry(legible(path), mtime, size, inode, ctime, fault)


def find_changes(
    root: str,
    known: Mapping[bytes, Listed],
    young: int,
    folders: Iterable[bytes] | None = None,
) -> Changes:
    """Return what differs below `root` from what is `known`, by path.

    Args:
        root: The memory folder, absolute.
        known: An earlier listing.
        young: Time in ns; a folder that was changed later may change again without another time.
        folders: Only these, and what lies below folders that are not known, are looked at.
    """
    base = os.fsencode(root)
    listed: dict[bytes, Listed] = {}
    faults: dict[bytes, str] = {}
    met: set[bytes] = set()
    todo = [b""] if folders is None else [path for path in folders if path in known]
    while todo:
        path = todo.pop()
        met.add(path)
        before = known.get(path)
        now = before and _look_again(base, before)
        if now is None:
            now = _list(base, path, young, faults)
        if now != before:
            listed[path] = now
        for name in now.folders:
            child = below(path, name)
            if folders is None or child not in known:
                todo.append(child)
    gone = known.keys() - met if folders is None else _gone(known, listed)
    return Changes(listed, faults, frozenset(gone))


def _gone(known: Mapping[bytes, Listed], listed: Mapping[bytes, Listed]) -> Iterator[bytes]:
    """Yield the known folders that lay in one of `listed`, at any depth, and are no more."""
    todo = [
        below(path, name)
        for path, now in listed.items()
        if path in known
        for name in set(known[path].folders) - set(now.folders)
    ]
    while todo:
        path = todo.pop()
        if path in known:
            yield path
            todo += [below(path, name) for name in known[path].folders]


def _look_again(base: bytes, known: Listed) -> Listed | None:
    """Return a folder with the times that its files have now; None where it must be listed.

    While the times of the folder itself are the same no name was added, removed or replaced.
    """
    if known.own == UNKNOWN or not _HAS_HANDLES:
        return None
    stat = os.stat
    try:
        place = below(base, known.path) if known.path else base
        handle = open_folder(place, is_root=not known.path)
        try:
            if _own(os.fstat(handle)) != known.own:
                return None
            # The loop that 100,000 files go through: no calls but the one that must be.
            found: list[int] = []
            for name in known.names:
                s = stat(name, dir_fd=handle, follow_symlinks=False)
                found += (s.st_mtime_ns, s.st_ctime_ns, s.st_size, s.st_ino)
        finally:
            os.close(handle)
    except OSError:
        return None
    times = _pack(found)
    if times == known.times:
        return known
    now = known._replace(times=times)
    return None if any(_is_odd(base, path) for path in _differing(known, now)) else now


def _differing(known: Listed, now: Listed) -> Iterator[bytes]:
    """Yield the paths of files whose times are not those that were known."""
    before = known.times_of()
    for name, times in now.times_of().items():
        if before[name] != times:
            yield below(known.path, name)


def _is_odd(base: bytes, path: bytes) -> bool:
    """Return whether only a listing says why `path` is not read."""
    try:
        mode = os.stat(below(base, path), follow_symlinks=False).st_mode
    except OSError:
        return True
    return not S_ISREG(mode) or not _is_text(path)


def open_folder(place: bytes | str | os.PathLike[str], *, is_root: bool) -> int:
    """Return a handle of the folder at `place`; raises OSError, also where there are none.

    The memory folder itself may be reached by a link; what lies in it may not be one.
    """
    if not _HAS_HANDLES:
        raise OSError(ENOSYS, "this system holds no folder open")
    return os.open(place, _FOLDER if is_root else _FOLDER | os.O_NOFOLLOW)


def _list(base: bytes, path: bytes, young: int, faults: dict[bytes, str]) -> Listed:
    place = below(base, path) if path else base
    try:
        status = os.stat(place, follow_symlinks=not path)  # before what lies in it
        with os.scandir(place) as listing:
            found = sorted((entry.name, entry) for entry in listing)
    except OSError as error:
        # Where not even the memory folder can be listed there is nothing to name.
        fault = f"cannot be listed: {(error.strerror or str(error)).lower()}" if path else None
        return Listed(path, UNKNOWN, (), (), b"", fault)
    names: list[bytes] = []
    folders: list[bytes] = []
    times: list[int] = []
    for name, entry in found:
        is_note = name.lower().endswith(SUFFIXES)
        try:
            if entry.is_dir(follow_symlinks=False):
                if name not in IGNORED:
                    folders.append(name)
                continue
            if not is_note and not (entry.is_symlink() and _leads_to_folder(entry)):
                continue
            s = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # gone since it was listed
        if not _is_text(name) or not _is_text(path):
            faults[below(path, name)] = "has a name that is not UTF-8"
        elif entry.is_symlink():
            faults[below(path, name)] = LINK_FAULT
        names.append(name)
        times += (s.st_mtime_ns, s.st_ctime_ns, s.st_size, s.st_ino)
    is_old = max(status.st_mtime_ns, status.st_ctime_ns) <= young
    own = _own(status) if is_old else UNKNOWN
    return Listed(path, own, tuple(names), tuple(folders), _pack(times))


def _own(status: os.stat_result) -> bytes:
    return _pack([status.st_mtime_ns, status.st_ctime_ns, status.st_dev, status.st_ino])


def _pack(numbers: list[int]) -> bytes:
    try:
        return array("q", numbers).tobytes()
    except OverflowError:  # some systems number files by all 64 bits, or by more
        return array("q", [n & ((1 << 63) - 1) for n in numbers]).tobytes()


def _leads_to_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_text(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def below(folder: bytes, name: bytes) -> bytes:
    """Return the path of `name` in `folder`."""
    return folder + b"/" + name if folder else name


def legible(path: bytes) -> str:
    """Return `path` as text; bytes that are none are written as `\\xNN`."""
    return path.decode("utf-8", "backslashreplace")
