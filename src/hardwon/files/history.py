"""When files first came into the history of their repository."""

from __future__ import annotations

from pathlib import Path

from hardwon.errors import GitError
from hardwon.files.git import run_git

# A renamed file keeps its first date only when it is nearly the same file: two short notes
# from one template are alike, too.
_SAME = "-M90%"


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
