"""When files first came into the history of their repository."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

# A renamed file keeps its first date only when it is nearly the same file: two short notes
# from one template are alike, too.
_SAME = "-M90%"

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MAX_SMALL = 4096  # HEAD, one reference, the path of another folder
_MAX_PACKED = 100_000_000  # a million references
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read_head(root: Path) -> str:
    """Return the commit that is checked out around `root`; "" without git or a commit.

    Read from git's own files, since every search asks: starting git would cost as much again.
    """
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            break
    else:
        return ""
    if git.is_file():  # a worktree or a submodule
        git = _resolved(folder, _first_line(git).partition("gitdir:")[2])
    head = _first_line(git / "HEAD")
    name = head.removeprefix("ref:").strip()
    if name == head:
        return head if _COMMIT.fullmatch(head) else ""
    if not name.startswith("refs/") or ".." in name.split("/"):
        return ""
    common = _first_line(git / "commondir")
    shared = _resolved(git, common) if common else git
    places = (_first_line(git / name), _first_line(shared / name))
    commits = (*filter(_COMMIT.fullmatch, places), _packed(shared / "packed-refs", name))
    return commits[0]


def _resolved(base: Path, text: str) -> Path:
    try:
        return (base / text.strip()).resolve()
    except (OSError, ValueError, RuntimeError):  # NUL, or a circle of links
        return base


def _packed(file: Path, name: str) -> str:
    """Return the commit of the reference `name` in git's file of many; "" without one."""
    wanted = f" {name}"
    for line in _lines(file, _MAX_PACKED):
        text = line.rstrip("\n")
        if text.endswith(wanted) and _COMMIT.fullmatch(text.removesuffix(wanted)):
            return text.removesuffix(wanted)
    return ""


def _first_line(file: Path) -> str:
    return next(_lines(file, _MAX_SMALL), "").strip()


def _lines(file: Path, largest: int) -> Iterator[str]:
    """Yield the lines of a regular file of at most so many bytes; of anything else, none.

    A repository may come from anywhere: a pipe would be waited for, a device never ends.
    """
    try:
        with os.fdopen(os.open(file, _FLAGS), encoding="utf-8", errors="replace") as opened:
            status = os.fstat(opened.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size <= largest:
                yield from opened
    except (OSError, ValueError):  # ValueError: NUL in a name
        return


def read_first_commits(root: Path) -> dict[str, str]:
    """Return, by path below `root`, the author's ISO day of the first commit with the file.

    Renames are followed. A shallow clone does not know what came first: files of its oldest
    commit are left out. Empty without git or history.
    """
    from hardwon.errors import GitError
    from hardwon.files.git import run_git

    form = "--format=%x01%as %P"
    log = ["log", "--reverse", "--relative", "-z", "--name-status", "--diff-filter=AR", _SAME]
    try:
        shallow = run_git(["rev-parse", "--is-shallow-repository"], root).strip() == "true"
        printed = run_git([*log, form, "--end-of-options", "HEAD", "--", "."], root)
    except GitError:
        return {}
    return _parse_log(printed, shallow=shallow)


def _parse_log(printed: str, *, shallow: bool) -> dict[str, str]:
    """Return the dates in a log whose commits begin with U+0001, oldest first."""
    dates: dict[str, str] = {}
    day, is_root = "", False
    words = iter(printed.split("\0"))
    for word in words:
        status = word.removeprefix("\n")
        if status.startswith("\x01"):
            day, _, parents = status[1:].rstrip("\n").partition(" ")
            is_root = not parents
        elif status:
            old = next(words) if status.startswith("R") else ""
            path = next(words)
            if old in dates:
                dates.setdefault(path, dates[old])
            elif not (is_root and shallow):
                dates.setdefault(path, day)
    return dates
