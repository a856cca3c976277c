"""Whether the index is as the files are: asked of `hardwon watch`, which answers in one file.

The watcher holds a lock on `.hardwon/watch` for as long as it lives, and no other process ever
does: the file is made anew by each watcher. To open it is to ask. The system reports that to
the watcher behind all that was changed before, so a watcher that comes to it has been told of
those changes. It looks at them, and writes two numbers: the time at which it began, and the
state of the index that holds every change up to then. An answer is good for those who asked
before that time and find the index in that state. A watcher that is stopped, hung or dead does
not answer, and nothing that it wrote before is good for a new question.

Every command asks, so this module imports next to nothing.
"""

from __future__ import annotations

import os
import time

try:
    import fcntl
except ImportError:  # Windows, where no watcher answers
    _HAS_LOCKS = False
else:
    _HAS_LOCKS = True

BEAT_FILE = "watch"
# An answer takes a fifth of a millisecond where a processor is free. Looking at all files
# oneself takes longer than this from some ten thousand on.
PATIENCE_SECONDS = 0.05
_PAUSE = 0.0001

_MAGIC = int.from_bytes(b"hardwon1", "little")
_WORD = 8
_WORDS = 7  # magic, clock, view, process, time, state, and the others combined
_SIZE = _WORDS * _WORD
_ASK = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_NOCTTY")
)
_BOOT = "/proc/sys/kernel/random/boot_id"
_NAMESPACES = "/proc/self/ns"


class Question:
    """Whether all changes made until now are in the index; a context manager.

    Asked when it is made, so that the answer comes while the caller does something else.

    Args:
        state_dir: The folder `.hardwon` of the memory.
    """

    def __init__(self, state_dir: str) -> None:
        self._since = time.monotonic_ns()
        self._handle = _open_living(f"{state_dir}/{BEAT_FILE}")

    def __enter__(self) -> Question:
        """Return the question."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file; there is no answer any more."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def answer(self) -> int | None:
        """Return the state of the index that holds all changes; None where nobody vouches.

        Waits at most PATIENCE_SECONDS from when it was asked, and not at all without a watcher.
        """
        if self._handle is None:
            return None
        until = self._since + int(PATIENCE_SECONDS * 1e9)
        while True:
            words = _read(self._handle)
            if words is not None and words[4] >= self._since:
                return words[5]
            if time.monotonic_ns() > until or not _is_locked(self._handle):
                return None
            time.sleep(_PAUSE)


def _open_living(path: str) -> int | None:
    """Return a handle on the file of a watcher that lives and can speak for us; else None."""
    try:
        handle = os.open(path, _ASK)
    except (OSError, ValueError):
        return None
    try:
        if _is_locked(handle):
            words = _read_whole(handle)
            # Its own questions a watcher cannot answer.
            if words is not None and words[1:3] == _identity() and words[3] != os.getpid():
                return handle
    except OSError:
        pass
    os.close(handle)
    return None


def _is_locked(handle: int) -> bool:
    if not _HAS_LOCKS:
        return False
    try:
        # Taken, it goes with the handle; nobody but the watcher needs it.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _identity() -> tuple[int, int]:
    """Return what tells our clock from that of another boot, and our view of the files.

    What one user may read, another may not, and in another container other files may be
    mounted: each index is that of one view.

    Raises:
        OSError: The system does not say.
    """
    handle = os.open(_BOOT, os.O_RDONLY)
    try:
        boot = int(os.read(handle, 64).replace(b"-", b"").strip() or b"0", 16)
    finally:
        os.close(handle)
    try:
        clock = os.stat(f"{_NAMESPACES}/time").st_ino  # noqa: PTH116
    except FileNotFoundError:  # a kernel on which all have one
        clock = 0
    mounts = os.stat(f"{_NAMESPACES}/mnt").st_ino & 0xFFFFFFFF  # noqa: PTH116
    return (boot >> 64) ^ clock, mounts << 32 | os.geteuid()


def _read(handle: int) -> tuple[int, ...] | None:
    """Return the words of the file; None while they do not belong together."""
    try:
        data = os.pread(handle, _SIZE, 0)
    except OSError:
        return None
    if len(data) != _SIZE:
        return None
    words = [int.from_bytes(data[at : at + _WORD], "little") for at in range(0, _SIZE, _WORD)]
    whole = words[0] == _MAGIC and words[-1] == _combined(words[:-1])
    return tuple(words) if whole else None


def _read_whole(handle: int) -> tuple[int, ...] | None:
    """Return the words of the file; None where they never belong together.

    A watcher that is writing them is done in a moment, unless it lost the processor just then.
    """
    until = time.monotonic_ns() + int(PATIENCE_SECONDS * 1e9)
    while (words := _read(handle)) is None:
        if time.monotonic_ns() > until or not _is_locked(handle):
            return None
        time.sleep(_PAUSE)
    return words


def _combined(words: list[int]) -> int:
    """Return a number that differs when some of `words` are of an earlier time."""
    total = 0
    for word in words:
        total = (total * 31 + word) % (1 << 64)
    return total


class Heartbeat:
    """The watcher's side of the file.

    Made aside, at `aside`, so that the watcher can have its opening reported before `appear`
    lets anybody open it.

    Args:
        state_dir: The folder `.hardwon` of the memory, in which no other watcher lives.

    Raises:
        OSError: The disk refuses.
    """

    def __init__(self, state_dir: str) -> None:
        self.path = f"{state_dir}/{BEAT_FILE}"
        self._constant = [_MAGIC, *_identity(), os.getpid()]
        self.aside = f"{self.path}.part"
        _remove(self.aside)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        self._handle = os.open(self.aside, flags, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.beat(0, 0)
        except BaseException:
            self.withdraw()
            raise

    def appear(self) -> None:
        """Put the file in its place. Raises OSError."""
        os.replace(self.aside, self.path)  # noqa: PTH105

    def beat(self, moment: int, state: int) -> None:
        """Say that the index in `state` holds all changes until `moment`. Raises OSError.

        Args:
            moment: As `time.monotonic_ns()` gave it before the system was asked for changes.
            state: Of the index, below 2**64.
        """
        words = [*self._constant, moment, state]
        words.append(_combined(words))
        os.pwrite(self._handle, b"".join(word.to_bytes(_WORD, "little") for word in words), 0)

    def is_in_place(self) -> bool:
        """Return whether those who ask still find this file."""
        try:
            return os.path.samestat(os.lstat(self.path), os.fstat(self._handle))
        except OSError:
            return False

    def withdraw(self) -> None:
        """Take back what was said, remove the file, and let go of it."""
        try:  # noqa: SIM105 - contextlib is not imported for this
            self.beat(0, 0)
        except OSError:
            pass
        if self.is_in_place():
            _remove(self.path)
        _remove(self.aside)
        os.close(self._handle)


def _remove(path: str) -> None:
    try:  # noqa: SIM105
        os.unlink(path)  # noqa: PTH108
    except OSError:
        pass
