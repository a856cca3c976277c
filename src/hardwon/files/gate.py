"""The one gate for paths: what passes it lies in the memory folder, whoever named it."""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

from hardwon.errors import OutsideMemoryError

_DRIVE = re.compile(r"[A-Za-z]:")
# Windows gives these to devices, whatever follows the first dot, in any case.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE
)
_NOT_PORTABLE = frozenset('<>:"|?*')
_JUNCTION = 0xA0000003  # stat.IO_REPARSE_TAG_MOUNT_POINT, which only Windows' module names


def inside(root: Path, path: str) -> Path:
    """Return `path` below `root`, proven to lie there part by part.

    A part that exists is taken as it is named, unless it is a symbolic link. A part that is
    missing is about to be made, so its name must be one that every system can hold.

    Args:
        root: The memory folder, absolute; it may be reached by links itself.
        path: Relative to it, with `/`; it comes from anywhere and need not exist.

    Raises:
        OutsideMemoryError: It is absolute, has a part that is empty, `.`, `..` or `.git`, holds
            a backslash, a drive letter or NUL, goes through a symbolic link, or cannot be
            looked at; or a part that would be made has a name that some system refuses.
    """
    _check_text(path)
    place = root
    missing = False
    for part in path.split("/"):
        place = _below(place, part, path)
        if not missing:
            missing = not _exists(place, path)
        if missing:
            _check_name(part, path)
    return place


def _check_text(path: str) -> None:
    """Refuse what would make the system read `path` otherwise than part by part."""
    if "\0" in path:
        raise OutsideMemoryError("a path cannot hold NUL", path=path)
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        raise OutsideMemoryError("a path must be valid Unicode", path=path) from error
    if path.startswith("/"):
        raise OutsideMemoryError("is absolute", path=path, expected="a path in the memory folder")
    if "\\" in path:
        raise OutsideMemoryError(
            "holds a backslash, which Windows takes for a separator",
            path=path,
            hint="write / between folders, and rename a file whose name holds one",
        )


def _below(place: Path, part: str, path: str) -> Path:
    if part in {"", ".", ".."}:
        raise OutsideMemoryError(
            f"has the part {part!r}", path=path, expected="names of folders, then of a file"
        )
    if _DRIVE.match(part):
        raise OutsideMemoryError("begins a part like a drive of Windows", path=path)
    if part.casefold() == ".git":
        raise OutsideMemoryError("lies in git's own folder", path=path)
    return place / part


def _exists(place: Path, path: str) -> bool:
    try:
        status = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise OutsideMemoryError(f"cannot be looked at: {why}", path=path) from error
    if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION:
        link = "the path" if place.name == path else repr(place.name)
        raise OutsideMemoryError(
            f"{link} is a symbolic link, and what leads out of the memory folder is not followed",
            path=path,
            hint="put the file or folder itself in its place",
        )
    return True


def _check_name(part: str, path: str) -> None:
    """Refuse a name for something new that not every system can hold."""
    if any(c in _NOT_PORTABLE or unicodedata.category(c) == "Cc" for c in part):
        raise OutsideMemoryError(
            f"{part!r} cannot be the name of a file or folder on every system", path=path
        )
    if part.endswith((".", " ")):
        raise OutsideMemoryError(
            f"{part!r} ends in a dot or a space, which Windows drops", path=path
        )
    if _DEVICES.match(part):
        raise OutsideMemoryError(f"{part!r} is the name of a device on Windows", path=path)
