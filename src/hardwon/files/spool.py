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
from collections.abc import Iterator

from hardwon.errors import HardwonError, OutsideMemoryError
from hardwon.files.folder import SPOOL, TAKEN, Folder, reason
from hardwon.files.gate import inside
from hardwon.files.listing import STATE_DIR

# More than hooks ever fill it with.
_MAX_BYTES = 5_000_000
# A hook holds the spool for as long as one line takes it, and lives for a second.
_HOOK_SECONDS = 2.0
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
)
_DRAFTED = "drafted"
# Sessions that go on after a thousand others were drafted are new ones.
_MAX_DRAFTED = 1_000


@contextlib.contextmanager
def taking(folder: Folder) -> Iterator[bytes | None]:
    """Give the lines of the spool, and remove them at the end; None where there are none.

    Until the block ends they are moved aside, where they stay if it raises. The lock of the
    memory is held.

    Raises:
        OutsideMemoryError: The spool is a link, or lies behind one.
        HardwonError: It is no regular file, or the disk refuses.
    """
    spool, taken = (inside(folder.root, f"{STATE_DIR}/{name}") for name in (SPOOL, TAKEN))
    with contextlib.ExitStack() as opened:
        try:
            if not taken.exists():
                spool.replace(taken)
            handle = os.open(taken, _FLAGS)
            opened.callback(os.close, handle)
            data = _read(handle)
        except FileNotFoundError:
            data = None
        except OSError as error:
            raise _refused("read", error) from error
        yield data
        if data is None:
            return
        if os.name == "nt":
            opened.close()  # Windows removes no file that is open
        try:
            # Still under our lock: whoever waits for it must find that the file is no more.
            taken.unlink()
        except OSError as error:
            raise _refused("removed", error) from error


def _refused(what: str, error: OSError) -> HardwonError:
    return HardwonError(f"cannot be {what}: {reason(error)}", path=f"{STATE_DIR}/{TAKEN}")


def _read(handle: int) -> bytes:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise HardwonError("is no regular file", path=f"{STATE_DIR}/{TAKEN}", hint="move it away")
    _wait_for_hooks(handle)
    with os.fdopen(os.dup(handle), "rb") as file:
        return file.read(_MAX_BYTES)


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
