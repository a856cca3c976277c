"""The memory folder: where it is, which files it holds, what they say."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hardwon.errors import MemoryNotFoundError, OutsideMemoryError, UnreadableFileError
from hardwon.files.gate import inside

SETTINGS_FILE = "hardwon.toml"
MARKS = ("episodic", "semantic", "procedural", SETTINGS_FILE)
STATE_DIR = ".hardwon"

_SUFFIXES = (".md", ".markdown")
_IGNORED = frozenset(
    {STATE_DIR, ".git", ".hg", ".svn", ".obsidian", ".trash", ".venv", "node_modules"}
)
# A pipe is not waited for, a link not followed, even one that was made a moment ago.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
)
# A note is written by people: what is larger is a log or a dump, and reading it helps nobody.
MAX_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A note's file as the disk lists it.

    Attributes:
        path: Relative to the memory folder, with `/`.
        mtime_ns: Time of the last change, ns.
        size: Bytes.
        inode: Number of the file on its disk.
        ctime_ns: Time of the last change of its record, ns.
    """

    path: str
    mtime_ns: int
    size: int
    inode: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A memory folder on disk; `root` is absolute."""

    root: Path

    @property
    def state_dir(self) -> Path:
        """Return the folder of the index and the lock; it may not exist yet."""
        return self.root / STATE_DIR

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
        """Yield every Markdown file, sorted by path; symbolic links are not followed."""
        yield from sorted(_walk(str(self.root), ""), key=lambda entry: entry.path)

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of `path`.

        Raises:
            UnreadableFileError: It is no regular file of the memory, too large, or the disk
                refuses.
        """
        try:
            handle = os.open(inside(self.root, path), _FLAGS)
        except OutsideMemoryError as error:
            cause = error.__cause__  # None, unless the disk refused
            raise UnreadableFileError(error.message, path=path, hint=error.hint) from cause
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {reason(error)}", path=path) from error
        try:
            with os.fdopen(handle, "rb") as file:
                status = os.fstat(handle)
                if not stat.S_ISREG(status.st_mode):
                    raise UnreadableFileError("is not a regular file", path=path)
                if status.st_size > MAX_BYTES:
                    raise UnreadableFileError(
                        f"has {status.st_size:,} bytes, more than the {MAX_BYTES:,} that are read",
                        path=path,
                        hint="split it, or move it out of the memory folder",
                    )
                return file.read()
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {reason(error)}", path=path) from error

    def read_text(self, path: str) -> str:
        """Return the text of `path`, line ends and byte order mark as they are.

        Raises:
            UnreadableFileError: As `read_bytes`, and for text that is not UTF-8 or holds NUL.
        """
        return decode(self.read_bytes(path), path)


def decode(data: bytes, path: str) -> str:
    """Return `data` as text.

    Raises:
        UnreadableFileError: It is not UTF-8 or holds NUL bytes; the line is named.
    """
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


def _walk(base: str, below: str) -> Iterator[Entry]:
    try:
        entries = list(os.scandir(f"{base}/{below}" if below else base))
    except OSError:
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _IGNORED:
                    yield from _walk(base, path)
            elif entry.name.lower().endswith(_SUFFIXES) and not entry.is_symlink():
                path.encode("utf-8")
                status = entry.stat(follow_symlinks=False)
                yield Entry(
                    path, status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns
                )
        except (OSError, UnicodeEncodeError):
            continue
