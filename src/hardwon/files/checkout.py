"""The files of a checkout, as far as git knows them or would: what facts are read from."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from hardwon.files.folder import MAX_BYTES
from hardwon.files.git import read_git


def list_checkout(top: Path) -> tuple[str, ...]:
    """Return the paths of all files that git tracks, or would if asked to, sorted.

    What git ignores is left out, and so are names that are no UTF-8.

    Args:
        top: The folder of the working tree.

    Raises:
        GitError: It is none, or git refuses.
    """
    asked = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = set(read_git(asked, top).split(b"\0")) - {b""}
    paths = []
    for name in names:
        try:
            paths.append(name.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return tuple(sorted(paths))


def read_checkout(top: Path, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files `paths` that are there and are text, in their order.

    Links are not followed, and what is larger than a note may be is left out: 1,000,000 bytes.
    """
    root = Path(os.path.realpath(top))

    @functools.cache
    def is_inside(folder: Path) -> bool:
        return Path(os.path.realpath(folder)) == folder

    for path in paths:
        file = root / path
        try:
            if not is_inside(file.parent) or not stat.S_ISREG(file.lstat().st_mode):
                continue
            with file.open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
            if len(data) <= MAX_BYTES:
                yield path, data.decode("utf-8")
        except (OSError, UnicodeDecodeError, ValueError):
            continue  # gone since it was listed, or no text: it tells nothing
