"""Files outside the memory that hardwon exports: what they hold, and the record of what was made.

The record, `.hardwon-export.json`, lies in the folder below which the files lie and is committed
with them (docs/adr/0017-export.md). It holds a digest of each file as it was written, so that one
that somebody has edited since, or that is none of ours, is told from one that may be replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hardwon.errors import ExportError, HardwonError, OutsideMemoryError, UnreadableFileError
from hardwon.files.folder import Folder, reason
from hardwon.files.gate import inside
from hardwon.files.write import remove_note, write_note
from hardwon.model.export import Export, Recorded
from hardwon.model.values import Confidence

RECORD = ".hardwon-export.json"
# An export of a large memory has some megabytes; what is larger is none of ours.
MAX_BYTES = 100_000_000
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
)


def digest(data: bytes) -> str:
    r"""Return what tells one text from another; `\r\n` and `\n` are the same to it.

    Git may write the line ends of a checkout otherwise than they were committed.
    """
    return hashlib.blake2b(data.replace(b"\r\n", b"\n"), digest_size=16).hexdigest()


def read_exported(base: Path, path: str) -> bytes | None:
    """Return the bytes of `path` below `base`; None where there is no such file.

    Raises:
        ExportError: The path leads out of `base`, or through a link.
        UnreadableFileError: It is no regular file, too large, or the disk refuses.
    """
    try:
        place = inside(base, path)
        status = place.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFileError("is not a regular file", path=path, hint="move it away")
        if status.st_size > MAX_BYTES:
            raise UnreadableFileError(f"has {status.st_size:,} bytes", path=path)
        with os.fdopen(os.open(place, _FLAGS), "rb") as file:
            return file.read()
    except OutsideMemoryError as error:
        message = error.message.replace("the memory folder", str(base))
        hint = "name a place that is no link with --out" if "link" in message else None
        raise ExportError(message, path=path, hint=hint) from error
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {reason(error)}", path=path) from error


def write_exported(base: Path, path: str, new: bytes | None, *, old: bytes | None) -> None:
    """Put `new` in the place of `path` in one step, if it still holds `old`; None removes it.

    Raises:
        OutsideMemoryError: The path leads out of `base`, or through a link.
        ChangedOnDiskError: The file is not as it was read.
        HardwonError: The disk refuses; the file is as it was then.
    """
    if new is not None:
        write_note(Folder(base), path, new, old=old)
    elif old is not None:
        remove_note(Folder(base), path, old)


def prune(base: Path, path: str, keep: str) -> None:
    """Remove the folders above `path` that are empty, up to the folder `keep` and not it."""
    place = base.joinpath(*path.split("/")).parent
    end = base if keep == "." else base.joinpath(*keep.split("/"))
    while place != end and place.is_relative_to(end):
        with contextlib.suppress(OSError):  # it holds something else
            place.rmdir()
        place = place.parent


def read_record(base: Path) -> tuple[tuple[Recorded, ...], bytes | None]:
    """Return what was exported to `base`, and the bytes of the record; nothing where none is.

    Raises:
        ExportError: The record cannot be read as one; the way out is named.
        UnreadableFileError: As `read_exported`.
    """
    data = read_exported(base, RECORD)
    if data is None:
        return (), None
    try:
        parsed = json.loads(data)
        if parsed["version"] != 1:
            raise ExportError(
                f"was written by another version of hardwon ({parsed['version']!r})", path=RECORD
            )
        return tuple(_recorded(one) for one in parsed["exports"]), data
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ExportError(
            "is not the record of an export",
            path=RECORD,
            hint="restore it from git; or delete it, and hardwon takes no file there for its own",
        ) from error


def _recorded(data: dict[str, Any]) -> Recorded:
    level = data["confidence"]
    export = Export(str(data["form"]), str(data["out"]), Confidence(level) if level else None)
    return Recorded(export, {str(k): tuple(str(v).split()) for k, v in data["files"].items()})


def write_record(base: Path, recorded: Iterable[Recorded], old: bytes | None) -> bytes | None:
    """Write what was exported to `base`, and return the new bytes; no export at all removes it.

    Raises:
        ChangedOnDiskError: Another export has written it meanwhile.
        HardwonError: The disk refuses.
    """
    ordered = sorted(recorded, key=lambda one: (one.export.form, one.export.out))
    data = {
        "version": 1,
        "exports": [
            {
                "form": one.export.form,
                "out": one.export.out,
                "confidence": one.export.confidence,
                "files": {path: " ".join(one.digests[path]) for path in sorted(one.digests)},
            }
            for one in ordered
        ],
    }
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    new = text.encode("utf-8") if ordered else None
    if new is not None and old is not None and digest(new) == digest(old):
        return old
    if new != old:
        write_exported(base, RECORD, new, old=old)
    return new


def require_folder(base: Path) -> None:
    """Make `base` if it is not there.

    Raises:
        HardwonError: It is no folder, or the disk refuses.
    """
    try:
        base.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HardwonError(f"cannot be made: {reason(error)}", path=str(base)) from error
