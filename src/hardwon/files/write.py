"""Writing without loss: one writer at a time, and a file is the old one or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from hardwon.errors import ChangedOnDiskError, HardwonError, LockedError
from hardwon.files.exchange import exchange, has_writer
from hardwon.files.folder import Folder, reason
from hardwon.files.gate import inside
from hardwon.files.listing import STATE_DIR

LOCK_SECONDS = 30.0
# The lock goes to whoever asks first when it is free: who asks seldom waits long.
_ASK_AGAIN_SECONDS = 0.01
# A text on its way to its place. The digests of the text that it replaces and of its own tell
# what a writer that was killed has left behind. A text on its way out keeps its name besides.
# No reader takes any of them for a note.
_TEMPORARY = re.compile(
    r"\.hardwon-(?P<old>[0-9a-f]{16})-(?P<new>[0-9a-f]{16})(?:-(?P<name>.+))?\.tmp", re.DOTALL
)
# Bytes of a name that has room for the rest of the above within the 255 of most file systems.
_LONGEST_NAME = 200
# A program that saves in place empties the file first; this long it may take to fill it again.
_SAVING_SECONDS = 2.0
# Bytes that are compared at a time: what a processor's cache holds costs no fetching.
_PIECE = 1 << 17
# Answers of file systems without hard links (FAT, some network disks).
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}


@contextlib.contextmanager
def writing(folder: Folder) -> Iterator[None]:
    """Hold the one lock of the memory for the length of the `with` block.

    Raises:
        LockedError: Another process held it for LOCK_SECONDS.
        HardwonError: The folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    prepare_state(folder)
    inside(folder.root, f"{STATE_DIR}/lock")
    # One lock object a path: a `with` inside a `with` of the same process takes it once.
    lock = FileLock(folder.state_dir / "lock", timeout=LOCK_SECONDS, is_singleton=True)
    try:
        lock.acquire(poll_interval=_ASK_AGAIN_SECONDS)
    except Timeout as error:
        raise LockedError(
            "another hardwon is writing to this memory", hint="wait for it, then run again"
        ) from error
    except OSError as error:
        raise HardwonError(
            f"cannot lock {folder.state_dir / 'lock'}: {reason(error)}",
            hint="the memory must be writable",
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
    making = inside(folder.root, STATE_DIR)
    try:
        making.mkdir(exist_ok=True)
        making /= ".gitignore"
        # Empty is what a process leaves that was killed before it wrote the line.
        if not os.path.lexists(making) or (making.is_file() and making.lstat().st_size == 0):
            making.write_text("*\n", encoding="utf-8")
    except FileExistsError as error:
        raise HardwonError(
            "stands where the index and the lock belong, and is no folder",
            path=STATE_DIR,
            hint="move it away",
        ) from error
    except OSError as error:
        raise HardwonError(
            f"cannot make {making}: {reason(error)}", hint="the memory must be writable"
        ) from error


def write_state(folder: Folder, name: str, data: bytes) -> None:
    """Put `data` in the place of the file `name` in `.hardwon/` in one step.

    Raises:
        HardwonError: The disk refuses; what was there stays.
    """
    target = inside(folder.root, f"{STATE_DIR}/{name}")
    aside = inside(folder.root, f"{STATE_DIR}/{name}.part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        _sync_folder(folder.state_dir)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise HardwonError(f"cannot write {target}: {reason(error)}") from error


def remove_state(folder: Folder, name: str) -> None:
    """Remove the file `name` of `.hardwon/`, and what was to become of it.

    Raises:
        HardwonError: The disk refuses.
    """
    target = folder.state_dir / name
    try:
        target.unlink(missing_ok=True)
        (folder.state_dir / f"{name}.part").unlink(missing_ok=True)
    except OSError as error:
        raise HardwonError(f"cannot remove {target}: {reason(error)}") from error


def write_note(
    folder: Folder, path: str, new: bytes, *, old: bytes | None, mode: int = 0o666
) -> None:
    """Put `new` in the place of `path` in one step, if it still holds `old`.

    The new bytes are on the disk before they get their name. Where the system can exchange two
    files, what stood there is looked at once more after the step: a text that somebody saved in
    the last moment goes back to its place.

    Args:
        folder: The memory folder; its lock is held.
        path: Relative to it.
        new: All bytes of the file to be.
        old: The bytes that were read; None for a file that must not exist yet.
        mode: Bits of a new file, less those that the umask takes; others keep theirs.

    Raises:
        OutsideMemoryError: `path` leads out of the memory folder, or through a link.
        ChangedOnDiskError: The file is not as it was read.
        HardwonError: The disk refuses; nothing is changed then.
    """
    target = inside(folder.root, path)
    temporary: Path | None = None
    try:
        if old is None:
            target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.parent / _temporary_name(old, new)
        _write_aside(temporary, new, _mode_of(target, mode))
        if not _holds(target, old):
            raise _changed(path)
        if old is None:
            _link_new(temporary, target, path)
        elif exchange(str(temporary), str(target)):
            _look_again(temporary, target, path, old, new)
        else:
            temporary.replace(target)
        _sync_folder(target.parent)
    except FileNotFoundError as error:
        raise _changed(path) from error
    except OSError as error:
        raise HardwonError(f"cannot be written: {reason(error)}", path=path) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def remove_note(folder: Folder, path: str, old: bytes) -> None:
    """Remove `path`, if it still holds `old`; a text saved in the last moment stays.

    Raises:
        OutsideMemoryError: `path` leads out of the memory folder, or through a link.
        ChangedOnDiskError: The file is not as it was read.
        HardwonError: The disk refuses.
    """
    target = inside(folder.root, path)
    try:
        if not _holds(target, old):
            raise _changed(path)
        if len(os.fsencode(target.name)) > _LONGEST_NAME:
            target.unlink()
        else:
            _move_out(target, path, old)
        _sync_folder(target.parent)
    except FileNotFoundError as error:
        raise _changed(path) from error
    except OSError as error:
        raise HardwonError(f"cannot be removed: {reason(error)}", path=path) from error


def _move_out(target: Path, path: str, old: bytes) -> None:
    """Take `target` out of its place, look at it once more, and only then let go of it."""
    aside = target.parent / f".hardwon-{_digest(old)}-{_digest(None)}-{target.name}.tmp"
    target.rename(aside)
    try:
        is_same = _is_still(aside, old)
    except OSError:
        _put_back(aside, target)
        raise
    if not is_same:
        _put_back(aside, target)
        raise _changed(path)
    with contextlib.suppress(OSError):  # it is out of the way; the next run clears it
        aside.unlink()


def _put_back(aside: Path, target: Path) -> None:
    """Give a file its name again, unless a newer one has it."""
    try:
        os.link(aside, target)
    except FileExistsError:
        pass
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        aside.rename(target)
    aside.unlink(missing_ok=True)


def clear_leftovers(folder: Folder) -> None:
    """Remove the temporary files of writers that were killed; the lock is held.

    One that holds neither the old nor the new text, while the new one stands in its place, was
    saved by somebody between the last two steps of a writer: it goes back to where it stood. So
    does one that was being removed and does not hold the old text.
    """
    for parent, folders, names in os.walk(folder.root):
        folders[:] = [name for name in folders if name != STATE_DIR and not name.startswith(".git")]
        for name in names:
            found = _TEMPORARY.fullmatch(name)
            if found is not None:
                with contextlib.suppress(OSError):
                    _clear(Path(parent), found)


def _clear(parent: Path, found: re.Match[str]) -> None:
    leftover, old, new = parent / found[0], found["old"], found["new"]
    if leftover.is_symlink() or not leftover.is_file():
        return
    if _digest(leftover.read_bytes()) not in {old, new}:
        if found["name"]:
            _put_back(leftover, parent / found["name"])
            return
        for target in sorted(parent.iterdir()):
            is_note = target.is_file() and not target.is_symlink() and target != leftover
            if is_note and _digest(target.read_bytes()) == new:
                exchange(str(leftover), str(target))
                break
    leftover.unlink()


def _digest(data: bytes | None) -> str:
    """Return what tells the texts of one writer from others: no key, and a fifth of its time."""
    from zlib import crc32

    return f"{crc32(data):08x}{len(data):08x}" if data is not None else "0" * 16


def _temporary_name(old: bytes | None, new: bytes) -> str:
    return f".hardwon-{_digest(old)}-{_digest(new)}.tmp"


def _write_aside(temporary: Path, new: bytes, mode: int) -> None:
    """Write `new` to a file of its own and wait until the disk has it."""
    # Only a writer that was killed can have left one: the lock is held.
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o600)
    try:
        left = memoryview(new)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.chmod(mode)


def _look_again(temporary: Path, target: Path, path: str, old: bytes, new: bytes) -> None:
    """Put back what stood at `target` in the moment of the exchange, if it is not `old`."""
    try:
        is_same = _is_still(temporary, old)
    except OSError:
        exchange(str(temporary), str(target))
        raise
    if is_same:
        return
    exchange(str(temporary), str(target))
    if temporary.read_bytes() != new:  # saved a second time meanwhile: the newest one stays
        exchange(str(temporary), str(target))
    raise _changed(path)


def _is_still(aside: Path, old: bytes) -> bool:
    """Return whether a text that was taken out of its place is `old`, and stays so.

    Somebody who opened it before that may write to it yet: they are waited for. What they leave
    unfinished is not `old`.
    """
    end = time.monotonic() + _SAVING_SECONDS
    while has_writer(str(aside)):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return _holds(aside, old)


def _changed(path: str) -> ChangedOnDiskError:
    return ChangedOnDiskError("changed on disk", path=path, hint="run the command again")


def _link_new(temporary: Path, target: Path, path: str) -> None:
    """Give the temporary file its name, without overwriting a file made meanwhile."""
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise ChangedOnDiskError(
            "was made by somebody else meanwhile", path=path, hint="run the command again"
        ) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        temporary.rename(target)


def _holds(target: Path, data: bytes | None) -> bool:
    """Return whether `target` holds exactly `data`; for None, whether there is no such file."""
    try:
        with target.open("rb", buffering=0) as file:
            if data is None or os.fstat(file.fileno()).st_size != len(data):
                return False
            at = 0
            while piece := file.read(_PIECE):
                if not data.startswith(piece, at):
                    return False
                at += len(piece)
            return at == len(data)
    except FileNotFoundError:
        return data is None


def _mode_of(target: Path, mode: int) -> int:
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return mode & ~umask


def _sync_folder(folder: Path) -> None:
    """Ask the disk to keep the new name; where folders cannot be synced, nothing is lost by it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def append_text(path: str, text: str) -> None:
    """Add `text` to the end of a file outside the memory that whoever calls us has named.

    Raises:
        HardwonError: The disk refuses.
    """
    try:
        with Path(path).open("a", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise HardwonError(f"cannot be added to: {reason(error)}", path=path) from error
