"""Mending a merge that git made without the merge driver."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hardwon.actions.merge import merge_bytes
from hardwon.errors import (
    ChangedOnDiskError,
    GitError,
    HardwonError,
    OutsideMemoryError,
    UnreadableFileError,
)
from hardwon.files.folder import SETTINGS_FILE, Folder
from hardwon.files.gate import inside
from hardwon.files.git import read_blob, run_git
from hardwon.files.sides import CONFLICT_STYLES, Sides, find_sides
from hardwon.files.write import write_note, writing

_MARK = re.compile(rb"^(<{7}|\|{7}|>{7}) .*$", re.MULTILINE)
_NOTES = (".md", ".markdown")


class Outcome(StrEnum):
    """What became of a file of the merge."""

    MENDED = "mended"
    CONFLICT = "sentences disagree"
    BY_HAND = "was edited since the merge, and is left alone"
    REMOVED = "was removed on one side and changed on the other: keep it or remove it"
    UNREADABLE = "cannot be merged as text, and is left alone"
    OUTSIDE = "is not certain to lie in the memory, and is left alone"
    MISSING = "is not in its place, and is left alone"


@dataclass(frozen=True, slots=True)
class Resolved:
    """One file of the merge, relative to the memory folder, and what became of it."""

    path: str
    outcome: Outcome
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A file that both sides changed, from the top of the repository, in three versions."""

    path: str
    base: bytes
    ours: bytes
    theirs: bytes


def resolve_merge(folder: Folder) -> list[Resolved]:
    """Merge again what git merged without the driver; return what became of each file, by path.

    That is the merge that is going on, or else the one that was committed last. A file is
    written anew only while it holds what git itself made of it: what a person has edited since
    stays. A file that cannot be read or merged does not keep the others from it.

    Raises:
        GitError: The memory is in no repository, or git refuses.
        HardwonError: There is no merge, `hardwon.toml` cannot be used, or a file cannot be
            written.
    """
    top = Path(run_git(["rev-parse", "--show-toplevel"], folder.root).rstrip("\n"))
    unmerged = list(_unmerged(folder, top))
    sides = _find_merge(top, "HEAD", "MERGE_HEAD")
    if sides is None and not unmerged:
        sides = _find_merge(top, "HEAD^1", "HEAD^2")
    if sides is None and not unmerged:
        raise HardwonError(
            "there is no merge to mend",
            hint="run it while a merge, rebase or cherry-pick stops, or right behind a merge",
        )
    known = {file.path for file in unmerged}
    merged = (file for file in _changed_on_both(folder, sides) if file.path not in known)
    with writing(folder):
        found = [_resolve(folder, top, file, sides) for file in (*unmerged, *merged)]
    return sorted(found, key=lambda item: item.path)


def _resolve(folder: Folder, top: Path, file: _File, sides: Sides | None) -> Resolved:
    path = (top / file.path).relative_to(folder.root).as_posix()
    if not file.ours or not file.theirs:
        return Resolved(path, Outcome.REMOVED)
    try:
        if not inside(folder.root, path).exists():
            return Resolved(path, Outcome.MISSING)
        return _mend(folder, top, path, file, sides)
    except OutsideMemoryError:
        return Resolved(path, Outcome.OUTSIDE)
    except ChangedOnDiskError:
        return Resolved(path, Outcome.BY_HAND)
    except UnreadableFileError as error:
        if error.path == SETTINGS_FILE:
            raise  # without it no file can be merged
        return Resolved(path, Outcome.UNREADABLE)


def _mend(folder: Folder, top: Path, path: str, file: _File, sides: Sides | None) -> Resolved:
    versions = (file.base, file.ours, file.theirs)
    current = folder.read_bytes(path)
    merged = merge_bytes(versions, file.path, top, sides or find_sides(top, file.path, *versions))
    outcome = Outcome.CONFLICT if merged.conflicts else Outcome.MENDED
    if current != merged.data:
        own = {_strip_names(text) for text in _made_by_git(file, sides, top)}
        if _strip_names(current) not in own:
            return Resolved(path, Outcome.BY_HAND)
        write_note(folder, path, merged.data, old=current)
    return Resolved(path, outcome, merged.conflicts)


def _changed_on_both(folder: Folder, sides: Sides | None) -> Iterator[_File]:
    """Yield the notes, books and workflows that both sides of a merge have changed."""
    if sides is None:
        return
    changed = [_changed(folder, sides.base, side) for side in (sides.ours, sides.theirs)]
    for path in sorted(changed[0] & changed[1]):
        commits = (sides.base, sides.ours, sides.theirs)
        base, ours, theirs = (read_blob(f"{c}:{path}", sides.top) or b"" for c in commits)
        if path.endswith(_NOTES) and ours and theirs and ours != theirs:
            yield _File(path, base, ours, theirs)


def _unmerged(folder: Folder, top: Path) -> Iterator[_File]:
    """Yield the files for which git waits for a decision."""
    listed = run_git(["ls-files", "--unmerged", "--full-name", "-z", "--", "."], folder.root)
    stages: dict[str, dict[int, bytes]] = {}
    for entry in filter(None, listed.split("\0")):
        head, _, path = entry.partition("\t")
        _, name, stage = head.split()
        stages.setdefault(path, {})[int(stage)] = read_blob(name, top) or b""
    for path, texts in stages.items():
        if path.endswith(_NOTES):
            yield _File(path, *(texts.get(stage, b"") for stage in (1, 2, 3)))


def _find_merge(top: Path, ours: str, theirs: str) -> Sides | None:
    """Return the merge of two commits, or None when there is none."""
    try:
        commits = [
            run_git(["rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"], top).strip()
            for name in (ours, theirs)
        ]
        base = run_git(["merge-base", *commits], top).split()[0]
    except GitError:
        return None
    return Sides(top, base, *commits)


def _changed(folder: Folder, base: str, side: str) -> set[str]:
    args = ["diff-tree", "-r", "-z", "--name-only", base, side, "--", "."]
    return set(filter(None, run_git(args, folder.root).split("\0")))


def _made_by_git(file: _File, sides: Sides | None, top: Path) -> Iterator[bytes]:
    """Yield what git makes of the file by itself, in each style of conflict markers."""
    stopped = read_blob(f"AUTO_MERGE:{file.path}", top)  # what git left when it stopped
    if stopped is not None:
        yield stopped
    for style in CONFLICT_STYLES:
        if sides is not None:
            yield sides.merge_plainly(file.path, style) or b""


def _strip_names(data: bytes) -> bytes:
    """Return `data` without what conflict markers say of the sides."""
    return _MARK.sub(rb"\1", data)


def count_left(resolved: Sequence[Resolved]) -> int:
    """Return how many files still need a person."""
    return sum(item.outcome is not Outcome.MENDED for item in resolved)
