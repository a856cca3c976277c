"""When files first came into the history of their repository."""

from __future__ import annotations

from pathlib import Path

from hardwon.errors import GitError
from hardwon.files.git import run_git

# A renamed file keeps its first date only when it is nearly the same file: two short notes
# from one template are alike, too.
_SAME = "-M90%"


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
    try:
        if git.is_file():  # a worktree or a submodule
            git = (folder / git.read_text().partition("gitdir:")[2].strip()).resolve()
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref:"):
            return head
        name = head.removeprefix("ref:").strip()
        common = git / "commondir"
        shared = (git / common.read_text().strip()).resolve() if common.is_file() else git
        for place in (git / name, shared / name):
            if place.is_file():
                return place.read_text().strip()
        packed = shared / "packed-refs"
        lines = packed.read_text().splitlines() if packed.is_file() else []
        return next((line.split(" ")[0] for line in lines if line.endswith(f" {name}")), "")
    except (OSError, UnicodeDecodeError):
        return ""


def read_first_commits(root: Path) -> dict[str, str]:
    """Return, by path below `root`, the author's ISO day of the first commit with the file.

    Renames are followed. A shallow clone does not know what came first: files of its oldest
    commit are left out. Empty without git or history.
    """
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
