"""Writing without loss: one writer at a time, and a file is the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hardwon.errors import ChangedOnDiskError, HardwonError, LockedError
from hardwon.files.folder import STATE_DIR, Folder, reason
from hardwon.files.gate import inside

_LOCK_SECONDS = 30


@contextlib.contextmanager
def writing(folder: Folder, timeout: float = _LOCK_SECONDS) -> Iterator[None]:
    """Hold the one lock of the memory for the length of the `with` block.

    Raises:
        LockedError: Another process held it for `timeout` seconds.
        HardwonError: The folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    prepare_state(folder)
    inside(folder.root, f"{STATE_DIR}/lock")
    # One lock object a path: a `with` inside a `with` of the same process takes it once.
    lock = FileLock(folder.state_dir / "lock", timeout=timeout, is_singleton=True)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(
            "another hardwon is writing to this memory", hint="wait for it, then run again"
        ) from error
    except OSError as error:
        raise HardwonError(
            f"cannot lock the memory: {reason(error)}", path=f"{STATE_DIR}/lock"
        ) from error
    try:
        yield
    finally:
        lock.release()


def prepare_state(folder: Folder) -> None:
    """Make `.hardwon/` with its own `.gitignore`, unless it is there.

    Raises:
        OutsideMemoryError: It is a link: nothing is written through that.
        HardwonError: The folder cannot be written to.
    """
    inside(folder.root, STATE_DIR)
    ignore = folder.state_dir / ".gitignore"
    try:
        folder.state_dir.mkdir(exist_ok=True)
        if not os.path.lexists(ignore):
            ignore.write_text("*\n", encoding="utf-8")
    except FileExistsError as error:
        raise HardwonError(
            "stands where the index and the lock belong, and is no folder",
            path=STATE_DIR,
            hint="move it away",
        ) from error
    except OSError as error:
        raise HardwonError(
            f"cannot make {folder.state_dir}: {reason(error)}", hint="the memory must be writable"
        ) from error


def write_note(folder: Folder, path: str, new: bytes, *, old: bytes | None) -> None:
    """Put `new` in the place of `path` in one step, if it still holds `old`.

    Args:
        folder: The memory folder.
        path: Relative to it.
        new: All bytes of the file to be.
        old: The bytes that were read; None for a file that must not exist yet.

    Raises:
        OutsideMemoryError: `path` may lie outside the memory.
        ChangedOnDiskError: The file is not as it was read.
        HardwonError: The disk refuses; nothing is changed then.
    """
    target = inside(folder.root, path)
    temporary: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".hardwon-", suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        _copy_mode(target, temporary)
        if _current(target) != old:
            raise ChangedOnDiskError("changed on disk", path=path, hint="run the command again")
        if old is None:
            _link_new(temporary, target, path)
        else:
            Path(temporary).replace(target)
            temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise HardwonError(f"cannot be written: {reason(error)}", path=path) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def remove_note(folder: Folder, path: str, old: bytes) -> None:
    """Remove `path`, if it still holds `old`.

    Raises:
        OutsideMemoryError: `path` may lie outside the memory.
        ChangedOnDiskError: The file is not as it was read.
        HardwonError: The disk refuses.
    """
    target = inside(folder.root, path)
    try:
        if _current(target) != old:
            raise ChangedOnDiskError("changed on disk", path=path, hint="run the command again")
        target.unlink()
    except OSError as error:
        raise HardwonError(f"cannot be removed: {reason(error)}", path=path) from error


def _link_new(temporary: str, target: Path, path: str) -> None:
    """Give the temporary file its name, without overwriting a file made meanwhile."""
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise ChangedOnDiskError(
            "was made by somebody else meanwhile", path=path, hint="run the command again"
        ) from error
    except OSError:  # a file system without hard links
        Path(temporary).rename(target)


def _current(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _copy_mode(target: Path, temporary: str) -> None:
    try:
        mode = target.stat().st_mode & 0o7777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    Path(temporary).chmod(mode)


def _sync_folder(folder: Path) -> None:
    """Ask the disk to keep the new name; where folders cannot be synced, nothing is lost by it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
