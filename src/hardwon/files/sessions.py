"""What can be found out about a session that is over: its transcript, its commits."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

from hardwon.errors import GitError
from hardwon.files.git import run_git
from hardwon.model.captured import Work

_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
)
# Of a longer transcript the beginning, which has the question, and the end are read.
_HEAD = 256_000
_TAIL = 4_000_000
# Names that clients give to sessions are as long as a UUID; a short one may be in any path.
_SHORTEST_ID = 16
_MAX_COMMITS = 50


def read_transcript(path: str, session: str) -> list[str]:
    """Return lines of the transcript at `path`; none where it is not that of `session`.

    The path comes from the spool, where anything may stand that somebody put there: only a
    regular file that is named after the session, or lies in a folder that is, is opened, and no
    link is followed to it.
    """
    folder, name = os.path.split(path)
    is_named = session in name or session == os.path.basename(folder)  # noqa: PTH119
    if len(session) < _SHORTEST_ID or not is_named or not name.endswith(".jsonl"):
        return []
    if not os.path.isabs(path):  # noqa: PTH117
        return []
    try:
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError):  # ValueError: NUL
        return []
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return []
        with os.fdopen(os.dup(handle), "rb") as file:
            data = file.read(_HEAD)
            rest = status.st_size - len(data)
            if rest > _TAIL:
                file.seek(-_TAIL, os.SEEK_END)
                data += b"\n"
            data += file.read(_TAIL)
    except OSError:
        return []
    finally:
        os.close(handle)
    return data.decode("utf-8", "replace").split("\n")


def read_work(cwd: str, branch: str, began: dt.datetime, ended: dt.datetime) -> Work:
    """Return what was committed in the repository around `cwd` between two times.

    Args:
        cwd: Folder of the session; it need not exist any more.
        branch: Whose commits count; without it, or when it is gone, those of HEAD.
        began: Commits of this second count.
        ended: And those of this one.
    """
    here = Path(cwd)
    try:
        real, below, *_ = run_git(["rev-parse", "--show-toplevel", "--show-prefix"], here).split(
            "\n"
        )
    except GitError:
        return Work(project=here.name)
    project, top = Path(real).name, _without_end(here.as_posix(), below.rstrip("/"))
    tip = _find_tip(branch, here)
    if tip is None:  # nothing was ever committed
        return Work(project, top)
    between = [f"--since={began.isoformat()}", f"--until={ended.isoformat()}"]
    limits = [*between, f"--max-count={_MAX_COMMITS}", "--no-merges"]
    try:
        listed = run_git(["log", *limits, "--format=%h%x09%s", "--end-of-options", tip], here)
        names = run_git(
            ["log", *limits, "--name-only", "-z", "--format=", "--end-of-options", tip], here
        )
    except GitError:
        return Work(project, top)
    pairs = (line.split("\t", 1) for line in listed.splitlines() if "\t" in line)
    commits = tuple((name, subject) for name, subject in pairs)[::-1]
    files = tuple(sorted({name.strip("\n") for name in names.split("\0")} - {""}))
    return Work(project, top, commits, files)


def _without_end(folder: str, below: str) -> str:
    """Return the folder around `folder` in which that is `below`, by the name it was reached by."""
    return folder.removesuffix(f"/{below}") if below else folder


def _find_tip(branch: str, here: Path) -> str | None:
    for name in (f"refs/heads/{branch}" if branch else "", "HEAD"):
        if not name:
            continue
        asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
        try:
            return run_git(asked, here).split()[-1]
        except (GitError, IndexError):
            continue
    return None
