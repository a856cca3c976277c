"""The memory folder: where it is, which files it holds, what they say."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from hardwon.errors import MemoryNotFoundError, OutsideMemoryError, UnreadableFileError
from hardwon.files.gate import inside
from hardwon.files.listing import (
    STATE_DIR,
    Entry,
    below,
    legible,
    list_entries,
    open_folder,
)

SETTINGS_FILE = "hardwon.toml"
MARKS = ("episodic", "semantic", "procedural", SETTINGS_FILE)
# What hooks captured, in `.hardwon/`: as they add to it, and while it becomes drafts.
SPOOL = "spool.jsonl"
TAKEN = "spool.taken.jsonl"

# A pipe is not waited for, a link not followed, even one that was made a moment ago.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
)
# A note is written by people: what is larger is a log or a dump, and reading it helps nobody.
MAX_BYTES = 1_000_000


class Folder(NamedTuple):
    """A memory folder on disk; `root` is absolute."""

    root: Path

    @property
    def state_dir(self) -> Path:
        """Return the folder of the index and the lock; it may not exist yet."""
        return self.root / STATE_DIR

    def has_captures(self) -> bool:
        """Return whether hooks captured something that is no draft yet: two looks at the disk."""
        state = os.path.join(self.root, STATE_DIR)  # noqa: PTH118
        return any(os.path.lexists(os.path.join(state, name)) for name in (SPOOL, TAKEN))  # noqa: PTH118

    def find_fault(self) -> str | None:
        """Return why neither index nor lock can be kept here; None where nothing is wrong."""
        try:
            status = inside(self.root, STATE_DIR).lstat()
        except OutsideMemoryError as error:
            return f"{STATE_DIR}: {error.message}"
        except OSError:  # it is not there yet
            return None
        return None if stat.S_ISDIR(status.st_mode) else f"{STATE_DIR}: is no folder"

    def walk(self) -> Iterator[Entry]:
        """Yield every Markdown file, sorted by path; symbolic links are not followed.

        What cannot be read by its listing alone is yielded with a fault: folders that may not
        be listed, files whose name is no text, links where a note or a folder could stand.
        """
        yield from list_entries(str(self.root))

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of `path`.

        Raises:
            UnreadableFileError: It is no regular file of the memory, too large, or the disk
                refuses.
        """
        try:
            place = inside(self.root, path)
            # A device may act when it is opened.
            if not stat.S_ISREG(place.lstat().st_mode):
                raise UnreadableFileError("is not a regular file", path=path)
            handle = os.open(place, _FLAGS)
        except OutsideMemoryError as error:
            cause = error.__cause__  # None, unless the disk refused
            raise UnreadableFileError(error.message, path=path, hint=error.hint) from cause
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {reason(error)}", path=path) from error
        return _read(handle, path)

    @contextlib.contextmanager
    def opened(self, path: bytes) -> Iterator[Callable[[bytes], bytes]]:
        """Give a function that returns the bytes of a name in the folder at `path`.

        It raises as `read_bytes` does, and spares looking at each folder above for each file.
        """
        handle: int | None = None
        try:
            place = inside(self.root, path.decode("utf-8")) if path else self.root
            handle = open_folder(place, is_root=not path)
        except (OSError, OutsideMemoryError, UnicodeDecodeError):
            pass  # each file tells why

        def read(name: bytes) -> bytes:
            file = legible(below(path, name))
            # What the gate may refuse, or what only Windows takes apart, goes through the gate.
            if handle is None or b"\\" in name or name[1:2] == b":":
                return self.read_bytes(file)
            try:
                if not stat.S_ISREG(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode):
                    return self.read_bytes(file)
                opened = os.open(name, _FLAGS, dir_fd=handle)
            except OSError as error:
                raise UnreadableFileError(f"cannot be read: {reason(error)}", path=file) from error
            return _read(opened, file)

        try:
            yield read
        finally:
            if handle is not None:
                os.close(handle)

    def read_text(self, path: str) -> str:
        """Return the text of `path`, line ends and byte order mark as they are.

        Raises:
            UnreadableFileError: As `read_bytes`, and for text that is not UTF-8 or holds NUL.
        """
        return decode(self.read_bytes(path), path)


def _read(handle: int, path: str) -> bytes:
    """Return the bytes of an open file, and close it."""
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFileError("is not a regular file", path=path)
        if status.st_size > MAX_BYTES:
            raise UnreadableFileError(
                f"has {status.st_size:,} bytes, more than the {MAX_BYTES:,} that are read",
                path=path,
                hint="split it, or move it out of the memory folder",
            )
        data = os.read(handle, status.st_size + 1)
        while len(data) != status.st_size:  # it has grown or shrunk since
            more = os.read(handle, MAX_BYTES)
            if not more or len(data) > MAX_BYTES:
                break
            data += more
        return data[:MAX_BYTES]
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {reason(error)}", path=path) from error
    finally:
        os.close(handle)


def decode(data: bytes, path: str) -> str:
    """Return `data` as text.

    Raises:
        UnreadableFileError: It is not UTF-8 or holds NUL bytes; the line is named.
    """
    other = _other_encoding(data)
    if other is not None:
        raise UnreadableFileError(
            f"is {other}, not UTF-8", path=path, line=1, hint="save it again as UTF-8"
        )
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise UnreadableFileError("holds NUL bytes: it is no text file", path=path, line=line)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"is not UTF-8 (byte 0x{data[error.start]:02x})",
            path=path,
            line=line,
            hint="save it again as UTF-8",
        ) from error


def _other_encoding(data: bytes) -> str | None:
    """Return UTF-16 or UTF-32 where `data` begins with its mark, or has its look; else None."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    if 0 not in data[:1000]:
        return None
    # Without a mark: of every two bytes of a text in Latin letters, the same one is NUL.
    halves = data[:1000:2].count(0), data[1:1000:2].count(0)
    half = len(data[:1000]) // 2
    return "UTF-16" if half and min(halves) == 0 and max(halves) > half * 0.8 else None


def reason(error: OSError) -> str:
    """Return the system's words for `error`, in lower case, without number and path."""
    return (error.strerror or str(error)).lower()


def find_folder(start: Path, named: str | None = None) -> Folder:
    """Return the memory folder that is meant.

    Args:
        start: Folder from which to walk up to the first `memory/` with one of `MARKS`.
        named: A folder named by `--memory` or `HARDWON_MEMORY`, relative to `start`.

    Raises:
        MemoryNotFoundError: There is none.
    """
    start = start.resolve()
    if named:
        root = (start / Path(named).expanduser()).resolve()
        if root.exists() and not root.is_dir():
            raise MemoryNotFoundError(f"{named!r} is a file, not a memory folder")
        if not root.is_dir():
            raise MemoryNotFoundError(
                f"the memory folder {named!r} does not exist", hint="create it with: hardwon init"
            )
        return Folder(root)
    for parent in (start, *start.parents):
        roots = [parent / "memory", *([parent] if parent.name == "memory" else [])]
        for root in roots:
            if any((root / mark).exists() for mark in MARKS):
                return Folder(root)
    raise MemoryNotFoundError(
        f"no memory folder in {start} or above",
        hint="create one with: hardwon init (or name one with --memory DIR)",
    )
