"""One commit, as git tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from hardwon.errors import GitError
from hardwon.files.git import run_git


@dataclass(frozen=True, slots=True)
class Commit:
    """What a note needs of a commit.

    Attributes:
        id: Full hash.
        subject: First paragraph of the message, on one line.
        body: The rest of the message.
        date: Day on which its author made it, in the author's time zone.
        files: Paths that differ from the first parent, from the top of the repository.
        repository: Name of the folder that holds the repository.
    """

    id: str
    subject: str
    body: str
    date: dt.date
    files: tuple[str, ...]
    repository: str


def read_commit(revision: str, cwd: Path) -> Commit:
    """Return the one commit that `revision` names in the repository around `cwd`.

    Raises:
        GitError: `revision` begins with `-` or `^`, names no single commit, or git refuses.
    """
    if revision.startswith(("-", "^")):
        raise GitError(
            f"{revision!r} is no revision",
            hint=f"a revision does not begin with {revision[0]!r}",
        )
    top = run_git(["rev-parse", "--show-toplevel"], cwd).rstrip("\n")
    try:
        wanted = ["rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"]
        commit = run_git(wanted, cwd).split()[-1]
    except GitError as error:
        raise GitError(
            f"{revision!r} names no single commit of {top}",
            hint="give a hash, a branch, a tag, or HEAD",
        ) from error
    form = "--format=%P%x00%as%x00%s%x00%b"
    parents, day, subject, body = run_git(
        ["show", "-s", form, "--end-of-options", commit], cwd
    ).split("\0", 3)
    against = [parents.split()[0], commit] if parents else [commit]
    diff = ["diff-tree", "--root", "--no-commit-id", "--name-only", "-r", "-z"]
    changed = run_git([*diff, "--end-of-options", *against], cwd)
    return Commit(
        id=commit,
        subject=subject,
        body=body.strip("\n"),
        date=_parse_day(day, commit),
        files=tuple(path for path in changed.split("\0") if path),
        repository=Path(top).name,
    )


def _parse_day(day: str, commit: str) -> dt.date:
    try:
        return dt.date.fromisoformat(day)
    except ValueError as error:  # a commit made by a broken tool
        raise GitError(f"the commit {commit[:12]} has no readable author date") from error
