"""Diffs as git makes them: of the working tree, of the index, of commits.

The commands are the plain ones, `diff-index` and `diff-tree`, which do not read what a user set
for `git diff`; what they do read is set here. No program is run that a repository names: neither
diff drivers nor text conversions nor the filters of a working tree.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hardwon.errors import GitError
from hardwon.files.folder import MAX_BYTES
from hardwon.files.git import read_git

# A diff of more is read up to there; unidiff takes 0.08 s for 1,000,000 bytes.
MAX_DIFF_BYTES = 20_000_000
_PATCH = ("--patch", "--full-index", "--src-prefix=a/", "--dst-prefix=b/")
_OPTIONS = (
    "--no-color",
    "--no-relative",
    "--unified=3",
    "--inter-hunk-context=0",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--find-renames=50%",
    "-l1000",
    # The commit that a submodule stands at; what is changed inside is a matter of its own review.
    "--submodule=short",
    "--ignore-submodules=dirty",
    "--ita-invisible-in-index",
)
_SETTINGS = (
    # What is larger git calls binary without reading it.
    f"core.bigFileThreshold={MAX_BYTES}",
    "diff.suppressBlankEmpty=false",
)
_PIPE = "give it a diff: git diff … | hardwon review --diff -"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree.

    Attributes:
        top: Its folder, absolute.
        git_dir: Where git keeps what belongs to this working tree, absolute.
        is_shallow: Whether its history is cut off.
        index: The index to read; None for its own.
    """

    top: Path
    git_dir: Path
    is_shallow: bool
    index: Path | None


@dataclass(frozen=True, slots=True)
class RawDiff:
    """What git says of a comparison.

    Attributes:
        base: As `ChangeSet.base`.
        patch: The diff.
        names: Where `patch` was cut for its length, the paths of all files that differ, in its
            order; else empty.
        commit: Full hash of the commit on the new side; None when there is none.
    """

    base: str
    patch: bytes
    names: tuple[bytes, ...]
    commit: str | None


@dataclass(frozen=True, slots=True)
class Unusual:
    """What a working tree holds besides the files that it was checked out with.

    Attributes:
        untracked: Paths of files that git neither knows nor ignores, sorted; a folder that is a
            repository itself ends in `/`.
        unmerged: Paths of files with a conflict that nobody has solved yet.
    """

    untracked: tuple[bytes, ...]
    unmerged: frozenset[bytes]


def find_repository(cwd: Path) -> Repository:
    """Return the repository around `cwd`.

    The index that a commit is being made from, as git names it to its hooks, is taken when it
    lies in that repository: `git commit -a` and `git commit FILE` make one for the purpose.

    Raises:
        GitError: There is none, it has no working tree, or git refuses to trust it.
    """
    asked = ["--show-toplevel", "--absolute-git-dir", "--is-shallow-repository"]
    try:
        said = os.fsdecode(read_git(["rev-parse", *asked], cwd))
    except GitError as error:
        raise _explained(error, cwd) from error
    top, git_dir, shallow = said.rstrip("\n").rsplit("\n", 2)
    here = Path(top), Path(git_dir)
    return Repository(*here, shallow == "true", _index_of_hook(*here))


def diff_working_tree(repository: Repository) -> RawDiff:
    """Return how the tracked files of the working tree differ from HEAD, staged or not.

    Raises:
        GitError: Git refuses.
    """
    against = _find_commit(repository, "HEAD") or _empty_tree(repository)
    filters = [
        f"filter.{name}.{key}"
        for name in _filters(repository)
        for key in ("clean=", "process=", "required=false")
    ]
    return _diff(repository, "diff-index", [against], "HEAD", None, filters)


def diff_staged(repository: Repository) -> RawDiff:
    """Return how the index differs from HEAD: what a commit would record.

    Raises:
        GitError: Git refuses.
    """
    against = _find_commit(repository, "HEAD") or _empty_tree(repository)
    return _diff(repository, "diff-index", ["--cached", against], "HEAD, staged", None)


def diff_revision(repository: Repository, revision: str) -> RawDiff:
    """Return what `revision` changed.

    `A..B` compares two commits, `A...B` compares B with the commit at which it left A; a side
    that is left out is HEAD. One commit is compared with its first parent, and the first commit
    with nothing.

    Raises:
        GitError: It names no commits that are there, or git refuses.
    """
    for dots in ("...", ".."):
        old, found, new = revision.partition(dots)
        if found:
            break
    if not found:
        commit = _get_commit(repository, revision)
        parent = _parent(repository, commit, revision) or _empty_tree(repository)
        return _diff(repository, "diff-tree", [parent, commit], revision, commit)
    if ".." in new or new.startswith("."):
        raise GitError(f"{revision!r} is no range", hint="give A..B or A...B")
    before = _get_commit(repository, old or "HEAD")
    after = _get_commit(repository, new or "HEAD")
    if dots == "...":
        before = _fork(repository, before, after, revision)
    return _diff(repository, "diff-tree", [before, after], revision, after)


def list_unusual(repository: Repository) -> Unusual:
    """Return what lies in the working tree besides the files that it was checked out with.

    Raises:
        GitError: Git refuses.
    """
    args = ["ls-files", "-t", "--others", "--unmerged", "--exclude-standard", "-z", "--full-name"]
    said = read_git(args, repository.top, index=repository.index).split(b"\0")
    # Tags: `? PATH` for the ones, `M MODE HASH STAGE` and PATH behind a tab for the others.
    untracked = (line[2:] for line in said if line.startswith(b"? "))
    unmerged = (line.partition(b"\t")[2] for line in said if line.startswith(b"M "))
    return Unusual(tuple(sorted(untracked)), frozenset(unmerged))


def find_filtered(repository: Repository, paths: Sequence[str]) -> dict[str, str]:
    """Return, of `paths`, those that a program changes on their way into git, with its name.

    Raises:
        GitError: Git refuses.
    """
    known = _filters(repository) if paths else []
    if not known:
        return {}
    given = b"".join(os.fsencode(path) + b"\0" for path in paths)
    args = ["check-attr", "-z", "--stdin", "filter"]
    words = read_git(args, repository.top, given=given, index=repository.index).split(b"\0")
    said = zip(words[0::3], words[2::3], strict=False)
    named = {os.fsdecode(path): os.fsdecode(name) for path, name in said}
    return {path: name for path, name in named.items() if name in known}


def _diff(
    repository: Repository,
    command: str,
    sides: Sequence[str],
    base: str,
    commit: str | None,
    settings: Sequence[str] = (),
) -> RawDiff:
    """Return the comparison of `sides`, which are options and hashes that git gave."""
    # Without -r git compares folders.
    common = [command, "-r", *_OPTIONS]
    settings = (*_SETTINGS, *settings)
    top, index = repository.top, repository.index
    try:
        patch = read_git(
            [*common, *_PATCH, *sides, "--"],
            top,
            settings=settings,
            index=index,
            most=MAX_DIFF_BYTES,
        )
        if len(patch) <= MAX_DIFF_BYTES:
            return RawDiff(base, patch, (), commit)
        names = [*common, "--name-only", "-z", *sides, "--"]
        listed = read_git(names, top, settings=settings, index=index)
    except GitError as error:
        raise _explained(error, top) from error
    whole = patch[: patch.rfind(b"\ndiff --git ") + 1]  # the last file is cut in the middle
    return RawDiff(base, whole, tuple(listed.rstrip(b"\0").split(b"\0")), commit)


def _filters(repository: Repository) -> list[str]:
    """Return the names of the filters that are set up, which would each run a program."""
    try:
        args = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process)$"]
        said = read_git(args, repository.top)
    except GitError:  # there is none
        return []
    keys = {os.fsdecode(key) for key in said.split(b"\0") if key}
    names = sorted({key.removeprefix("filter.").rpartition(".")[0] for key in keys})
    for name in names:
        if "=" in name or "\n" in name:
            raise GitError(
                f"the filter {name!r} cannot be switched off, and its program would be run",
                hint="review what is staged, or commits: no filter is run for them",
            )
    return names


def _find_commit(repository: Repository, revision: str) -> str | None:
    args = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    try:
        said = read_git(args, repository.top).decode("ascii", "replace").split()
    except GitError:
        return None
    return said[-1] if said else None


def _get_commit(repository: Repository, revision: str) -> str:
    if revision.startswith(("-", "^")) or not revision:
        raise GitError(
            f"{revision!r} is no revision",
            hint=f"a revision does not begin with {revision[:1]!r}" if revision else None,
        )
    commit = _find_commit(repository, revision)
    if commit is None:
        hint = "give a hash, a branch, a tag, HEAD, or a range A..B or A...B of them"
        if repository.is_shallow:
            hint = "this clone holds only the latest commits: git fetch --unshallow brings the rest"
        elif Path(revision).is_file():
            hint = f"if it is a file that holds a diff: hardwon review --diff {revision}"
        raise GitError(f"{revision!r} names no commit of {repository.top}", hint=hint)
    return commit


def _parent(repository: Repository, commit: str, revision: str) -> str | None:
    """Return the first parent; None where there is none.

    Raises:
        GitError: There is one, and the clone does not hold it.
    """
    # Where a history is cut off, git speaks of no parents; the commit itself still names them.
    text = read_git(["cat-file", "commit", commit], repository.top)
    header = text.partition(b"\n\n")[0].decode("ascii", "replace").splitlines()
    parents = [line.split(" ")[1] for line in header if line.startswith("parent ")]
    if not parents:
        return None
    if _find_commit(repository, parents[0]) is None:
        raise GitError(
            f"the parent of {revision!r} is not in this shallow clone",
            hint="bring it with: git fetch --deepen=1",
        )
    return parents[0]


def _fork(repository: Repository, old: str, new: str, revision: str) -> str:
    try:
        said = read_git(["merge-base", old, new], repository.top)
    except GitError as error:
        hint = "compare the two as they are: A..B"
        if repository.is_shallow:
            hint = "this clone holds only the latest commits: git fetch --unshallow brings the rest"
        raise GitError(f"the two sides of {revision!r} have no commit in common", hint=hint) from (
            error
        )
    return said.decode("ascii", "replace").split()[0]


def _empty_tree(repository: Repository) -> str:
    """Return the hash of a tree without files, which is another one for SHA-256."""
    return read_git(["hash-object", "-t", "tree", "--stdin"], repository.top).decode().strip()


def _index_of_hook(top: Path, git_dir: Path) -> Path | None:
    named = os.environ.get("GIT_INDEX_FILE")
    if not named:
        return None
    index = Path(os.path.normpath(top / named))  # git counts from the top
    # Any other one is that of the repository whose hook runs, and we were sent to this one.
    return index if os.path.realpath(index.parent) == os.path.realpath(git_dir) else None


def _explained(error: GitError, cwd: Path) -> GitError:
    """Return `error` in words that say what to do."""
    message = error.message
    if "not a git repository" in message:
        return GitError(f"there is no git repository in {cwd} or above", hint=_PIPE)
    if "bare repository" in message or "must be run in a work tree" in message:
        return GitError(
            f"{cwd} belongs to a repository without a working tree",
            hint=f"run hardwon in a clone, or {_PIPE}",
        )
    if "dubious ownership" in message:
        return GitError(
            f"git does not trust {cwd}, which belongs to somebody else", hint=error.hint
        )
    if "promisor" in message or "unable to read" in message or "bad object" in message:
        return GitError(
            f"{cwd} lacks files that the comparison needs, as a partial clone does ({message})",
            hint=f"let git fetch them: {_PIPE}",
        )
    return error
