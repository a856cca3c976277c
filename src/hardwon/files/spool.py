"""The spool: what hooks captured, taken away such that no line is lost and none counts twice.

Hooks add lines to `.hardwon/spool.jsonl` (`hardwon.capture`). It is moved aside in one step, read,
and removed when all that follows from it is on the disk. What a crash leaves aside is read again
by the next command, before anything newer; what follows from it is the same.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time

from hardwon.errors import HardwonError, OutsideMemoryError
from hardwon.files.folder import SPOOL, TAKEN, Folder, reason
from hardwon.files.gate import inside
from hardwon.files.listing import STATE_DIR

# A line to a byte more than hooks fill it up to.
_MAX_BYTES = 5_000_000
# A hook holds the spool for as long as one line takes it, and lives for a second.
_HOOK_SECONDS = 2.0
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
)
_DRAFTED = "drafted"
# Sessions that go on after a thousand others were drafted are new ones.
_MAX_DRAFTED = 1_000


def take_spool(folder: Folder) -> bytes | None:
    """Return the lines of the spool, which is moved aside; None where there are none.

    `drop_taken` removes it when nothing more is to be done for it. The lock is held.

    Raises:
        OutsideMemoryError: It is a link, or lies behind one.
        HardwonError: It is no regular file, or the disk refuses.
    """
    spool, taken = (inside(folder.root, f"{STATE_DIR}/{name}") for name in (SPOOL, TAKEN))
    try:
        if not taken.exists():
            spool.replace(taken)
        return _read(taken)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HardwonError(
            f"cannot be read: {reason(error)}", path=f"{STATE_DIR}/{SPOOL}"
        ) from error


def drop_taken(folder: Folder) -> None:
    """Remove the lines that were taken, and are drafts now; the lock is held.

    Raises:
        HardwonError: The disk refuses.
    """
    try:
        inside(folder.root, f"{STATE_DIR}/{TAKEN}").unlink(missing_ok=True)
    except OSError as error:
        raise HardwonError(
            f"cannot be removed: {reason(error)}", path=f"{STATE_DIR}/{TAKEN}"
        ) from error


def _read(taken: os.PathLike[str]) -> bytes:
    handle = os.open(taken, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise HardwonError("is no regular file", path=f"{STATE_DIR}/{TAKEN}")
        _wait_for_hooks(handle)
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read(_MAX_BYTES)
    finally:
        os.close(handle)


def _wait_for_hooks(handle: int) -> None:
    """Wait for hooks that opened the spool before it was moved; later ones make a new one.

    The lock that is taken for it goes when `handle` is closed.
    """
    try:
        import fcntl
    except ImportError:  # Windows moves no file that is open
        return
    end = time.monotonic() + _HOOK_SECONDS
    while time.monotonic() < end:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:  # this file system has no locks
            return
        else:
            return


def read_drafted(folder: Folder) -> list[str]:
    """Return the keys of the sessions that were drafted, oldest first."""
    with contextlib.suppress(OSError, OutsideMemoryError, UnicodeDecodeError):
        file = inside(folder.root, f"{STATE_DIR}/{_DRAFTED}")
        if stat.S_ISREG(file.lstat().st_mode) and file.stat().st_size <= _MAX_BYTES:
            return file.read_text(encoding="utf-8").split()
    return []


def note_drafted(folder: Folder, keys: list[str]) -> None:
    """Have `read_drafted` return these from now on; the lock is held.

    Raises:
        HardwonError: The disk refuses.
    """
    from hardwon.files.write import write_state

    lines = "".join(f"{key}\n" for key in keys[-_MAX_DRAFTED:])
    write_state(folder, _DRAFTED, lines.encode("utf-8"))
