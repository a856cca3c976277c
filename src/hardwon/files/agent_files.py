"""Files of coding agents, in a project or a home folder: read and written as people's files."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from hardwon.errors import AgentFileError, GitError, HardwonError
from hardwon.files.folder import Folder, decode, reason
from hardwon.files.git import read_git
from hardwon.files.write import remove_note, write_note

# Claude Code keeps what it knows of all projects in one file, of megabytes.
_MAX_BYTES = 50_000_000
_FLAGS = os.O_RDONLY | sum(getattr(os, x, 0) for x in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))


def find_project(directory: Path) -> Path:
    """Return the folder that agents take for the project: the top of the repository.

    Without a repository, or without git, it is `directory` itself. It is absolute.
    """
    try:
        top = read_git(["rev-parse", "--show-toplevel"], directory)
    except GitError:
        return directory.resolve()
    return Path(os.fsdecode(top).removesuffix("\n")).resolve()


def read_agent_file(root: Path, path: str) -> str | None:
    """Return the text of `path` below `root`, line ends and byte order mark as they are.

    None where there is no such file.

    Raises:
        AgentFileError: It is a link, no regular file, too large or without the right to be
            written, or lies behind a link; or the disk refuses.
        UnreadableFileError: It is no UTF-8, or holds NUL.
    """
    place = root
    parts = path.split("/")
    for number, part in enumerate(parts, 1):
        place /= part
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _fault(f"cannot be looked at: {reason(error)}", place) from error
        if stat.S_ISLNK(mode):
            raise AgentFileError(
                f"is a symbolic link to {place.readlink()}, which is not followed",
                path=str(place),
                hint="put the file or folder itself in its place, or edit what it leads to by hand",
            )
        if number < len(parts) and not stat.S_ISDIR(mode):
            raise _fault("is no folder", place)
    if not stat.S_ISREG(mode):
        raise _fault("is a folder" if stat.S_ISDIR(mode) else "is no regular file", place)
    if not mode & 0o222:
        raise AgentFileError(
            "may not be written to", path=str(place), hint="chmod u+w it if it is to change"
        )
    try:
        with os.fdopen(os.open(place, _FLAGS), "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _fault(f"cannot be read: {reason(error)}", place) from error
    if len(data) > _MAX_BYTES:
        raise _fault(f"has more than the {_MAX_BYTES:,} bytes that are read", place)
    return decode(data, str(place))


def find_sibling(root: Path, path: str) -> str | None:
    """Return the file beside `path` that it is a symbolic link to; None where it is no such link.

    `path` and what is returned lie directly in `root`.
    """
    place = root / path
    with contextlib.suppress(OSError, RuntimeError):
        if place.is_symlink() and (target := place.resolve()).parent == root.resolve():
            return target.name
    return None


def write_agent_file(root: Path, path: str, new: str | None, *, old: str | None) -> None:
    """Put `new` in the place of `path` in one step, if it still holds `old`.

    For None the file goes, with the folders that it leaves empty; `root` stays. A new file may
    be read by all, one that was there keeps its rights.

    Raises:
        ChangedOnDiskError: The file is not as it was read.
        HardwonError: The disk refuses; nothing is changed then.
    """
    before = None if old is None else old.encode("utf-8")
    try:
        if new is not None:
            root.mkdir(parents=True, exist_ok=True)
            write_note(Folder(root), path, new.encode("utf-8"), old=before)
        elif before is not None:
            remove_note(Folder(root), path, before)
            _remove_empty(root, path)
    except OSError as error:
        raise _fault(f"cannot be made: {reason(error)}", root) from error
    except HardwonError as error:
        error.path = str(root / path)
        raise


def _remove_empty(root: Path, path: str) -> None:
    """Remove the folders above `path` that hold nothing, up to `root`."""
    place = (root / path).parent
    with contextlib.suppress(OSError):  # it holds something
        while place != root:
            place.rmdir()
            place = place.parent


def _fault(message: str, place: Path) -> AgentFileError:
    return AgentFileError(message, path=str(place))
