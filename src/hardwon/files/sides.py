"""The commits that a merge joins, found by what git leaves to its merge drivers."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from hardwon.errors import GitError, UnreadableFileError
from hardwon.files.folder import decode
from hardwon.files.git import merge_tree, read_blob, run_git

CONFLICT_STYLES = ("merge", "diff3", "zdiff3")
# Git names a commit that it merges so. What else stands there might be read as an option.
_GITHEAD = re.compile(r"GITHEAD_([0-9a-f]{40})")
_PLACES = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD")
# Commits that may hold their version of a file; a merge takes one of the newest.
_MAX_COMMITS = 200


@dataclass(frozen=True, slots=True)
class Sides:
    """Three commits of one repository: what both sides began with, ours, and theirs.

    Attributes:
        top: Top folder of the repository.
        base: "" where the sides have no common beginning.
    """

    top: Path
    base: str
    ours: str
    theirs: str

    def read(self, commit: str, path: str) -> str | None:
        """Return the text of `path` (from the top) in one of the commits; None without one."""
        if not commit:
            return None
        data = read_blob(f"{commit}:{path}", self.top)
        try:
            return decode(data, path) if data is not None else None
        except UnreadableFileError:
            return None

    def list_files(self, folder: str) -> set[str]:
        """Return the paths of all files below `folder` (from the top) in any of the commits."""
        found: set[str] = set()
        for commit in filter(None, (self.base, self.ours, self.theirs)):
            listed = ["ls-tree", "-r", "-z", "--name-only", commit, "--", folder]
            found |= set(run_git(listed, self.top).split("\0"))
        return found - {""}

    def merge_plainly(self, path: str, style: str) -> bytes | None:
        """Return `path` (from the top) as git merges it without any driver; None without one.

        Args:
            path: From the top of the repository.
            style: One of `CONFLICT_STYLES`.
        """
        objects = run_git(["rev-parse", "--git-path", "objects"], self.top).rstrip("\n")
        with tempfile.TemporaryDirectory() as folder:
            # A store of its own, that borrows all objects: no settings, no attributes, no driver.
            run_git(["init", "--quiet", "."], Path(folder))
            alternates = Path(folder) / ".git" / "objects" / "info" / "alternates"
            alternates.write_text(f"{(self.top / objects).resolve()}\n", encoding="utf-8")
            tree = merge_tree(self.ours, self.theirs, Path(folder), style)
            return read_blob(f"{tree}:{path}", Path(folder)) if tree else None


def find_sides(top: Path, path: str, base: bytes, ours: bytes, theirs: bytes) -> Sides | None:
    """Return the commits that git is merging at this moment, or None when they are not certain.

    Git tells a merge driver three texts, not where they come from. HEAD is ours; theirs is the
    commit that git names, or one that holds that very text at `path`.

    Args:
        top: Top folder of the repository.
        path: The file that is merged, from the top.
        base: Its bytes in each version; empty for none.
        ours: See `base`.
        theirs: See `base`.
    """
    try:
        if run_git(["rev-parse", "--show-object-format"], top).strip() != "sha1":
            return None
        head = run_git(["rev-parse", "--verify", "HEAD^{commit}"], top).strip()
        if not _holds(top, head, path, ours):
            return None
        for commit in _candidates(top, path, theirs):
            if not _holds(top, commit, path, theirs):
                continue
            for start in _bases(top, head, commit):
                if _holds(top, start, path, base):
                    return Sides(top, start, head, commit)
    except GitError:
        return None
    return None


def _candidates(top: Path, path: str, theirs: bytes) -> Iterator[str]:
    """Yield commits that git may be merging, the likeliest first."""
    yield from (found[1] for found in map(_GITHEAD.fullmatch, os.environ) if found)
    for name in _PLACES:
        found = _try(["rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"], top)
        yield from found.split()
    picked = _picked(top)
    if picked:
        yield from _try(["rev-parse", "--verify", "--end-of-options", picked], top).split()
    log = ["log", "--all", "--reflog", f"--max-count={_MAX_COMMITS}", "--format=%H"]
    yield from _try([*log, f"--find-object={_blob(theirs)}", "--", path], top).split()


def _picked(top: Path) -> str:
    """Return the commit that a rebase is taking over, as its list of work names it; or ""."""
    done = _try(["rev-parse", "--git-path", "rebase-merge/done"], top).strip()
    if not done or not (top / done).is_file():
        return ""
    words = (top / done).read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.split() for line in reversed(words) if line.strip()), [])
    return last[1] if len(last) > 1 else ""


def _bases(top: Path, head: str, commit: str) -> Iterator[str]:
    yield from _try(["merge-base", head, commit], top).split()
    yield from _try(["rev-parse", "--quiet", "--verify", f"{commit}^"], top).split()
    yield ""


def _holds(top: Path, commit: str, path: str, data: bytes) -> bool:
    if not commit:
        return not data
    found = _try(["rev-parse", "--quiet", "--verify", f"{commit}:{path}"], top).strip()
    return found == (_blob(data) if data else "")


def _blob(data: bytes) -> str:
    # Git's own name of a text; no secret hangs on it.
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _try(args: list[str], top: Path) -> str:
    try:
        return run_git(args, top)
    except GitError:
        return ""
