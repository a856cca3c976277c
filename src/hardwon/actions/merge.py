"""Merging two branches of a memory: what git calls for each file that both have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hardwon.errors import HardwonError, UnreadableFileError
from hardwon.files.folder import MARKS, MAX_BYTES, Folder, decode, reason
from hardwon.files.gate import inside
from hardwon.files.git import merge_file
from hardwon.files.settings import read_settings
from hardwon.files.sides import Sides, find_sides
from hardwon.markup.pages import read_page, role_of_path
from hardwon.merging.pages import is_generated, merge_page
from hardwon.merging.three_way import HOLE_MARK, fill_holes
from hardwon.merging.workflow import patterns_of, redraft
from hardwon.model.page import Page, Role
from hardwon.model.settings import Settings


@dataclass(frozen=True, slots=True)
class MergedFile:
    """A merged file.

    Attributes:
        data: Its bytes, with conflict markers where sentences disagree.
        conflicts: How many do.
    """

    data: bytes
    conflicts: int


@dataclass(frozen=True, slots=True)
class DriverMerge:
    """What became of a file that git had us merge.

    Attributes:
        conflicts: How many conflicts it holds.
        reason: Why it was left to git's merge by lines, on one line; None where it was not.
    """

    conflicts: int
    reason: str | None = None


def merge_bytes(
    versions: Sequence[bytes], path: str, top: Path, sides: Sides | None, size: int = 7
) -> MergedFile:
    """Return the file `path` merged from three versions.

    Args:
        versions: The base (empty when both sides made the file), ours and theirs.
        path: The file, from the top of the repository.
        top: Top folder of the repository, absolute.
        sides: The commits that they come from, as far as they are known; without them a
            workflow follows its pattern at the next learning only.
        size: Characters of a conflict marker.

    Raises:
        OutsideMemoryError: `path` leads out of the repository, or through a link.
        UnreadableFileError: A version is no text, or too large.
        SettingsError: `hardwon.toml` cannot be used.
    """
    inside(top, path)  # the settings are read from the folders that it names
    root, within = find_root(top, path)
    if any(len(data) > MAX_BYTES for data in versions):
        raise UnreadableFileError("is too large to be merged by pattern", path=path)
    base, ours, theirs = (decode(data, path) for data in versions)
    if any(HOLE_MARK in text for text in (base, ours, theirs)):
        raise UnreadableFileError("holds a character that is used while merging", path=path)
    settings = read_settings(Folder(top / root))
    merged = merge_page(base, ours, theirs, within, settings)
    text = merged.text
    if sides is not None and not merged.conflicts and is_workflow(path):
        text = _redraft(text, within, root, sides, settings)
    filled = fill_holes(text, merged.conflicts, ("ours", "theirs"), size)
    return MergedFile(filled.encode("utf-8"), len(merged.conflicts))


def find_root(top: Path, path: str) -> tuple[str, str]:
    """Return the memory folder around `path` from the top of the repository, and the rest.

    The nearest folder above the file that looks like a memory; the top when none does.
    """
    parts = PurePosixPath(path).parts
    for depth in range(len(parts) - 1, 0, -1):
        folder = top.joinpath(*parts[:depth])
        if parts[depth] in MARKS or any((folder / mark).exists() for mark in MARKS):
            return "/".join(parts[:depth]), "/".join(parts[depth:])
    return "", path


def is_workflow(path: str) -> bool:
    """Return whether `path`, from the top of the repository, lies where workflows do."""
    return role_of_path(path) is Role.WORKFLOW


def _redraft(text: str, path: str, root: str, sides: Sides, settings: Settings) -> str:
    """Return a merged workflow as the merged books ask for it."""
    if not is_generated(read_page(text, path)):
        return text
    prefix = f"{root}/" if root else ""
    listed = sides.list_files(f"{prefix}semantic")
    books: dict[str, str] = {}
    for full in sorted(listed):
        name = full.removeprefix(prefix)
        if role_of_path(name) is not Role.BOOK or not name.endswith((".md", ".markdown")):
            continue
        book = _merge_book(sides, full, name, settings)
        if book is None:
            return text  # it holds conflicts: the workflow follows when they are solved
        books[name] = book
    notes = []
    for pattern in patterns_of(text, books):
        for source in pattern.sources:
            page = _read_note(sides, prefix, source.target.partition("#")[0])
            if page is not None:
                notes.append(page)
    return redraft(text, path, books, {page.path: page for page in notes}.values(), settings)


def _merge_book(sides: Sides, full: str, name: str, settings: Settings) -> str | None:
    commits = (sides.base, sides.ours, sides.theirs)
    base, ours, theirs = (sides.read(commit, full) for commit in commits)
    if ours is None or theirs is None:
        return ours or theirs or ""
    merged = merge_page(base or "", ours, theirs, name, settings)
    return None if merged.conflicts else merged.text


def _read_note(sides: Sides, prefix: str, path: str) -> Page | None:
    for commit in (sides.ours, sides.theirs):
        text = sides.read(commit, prefix + path)
        if text is not None:
            return read_page(text, path)
    return None


def read_versions(files: Sequence[Path]) -> list[bytes]:
    """Return the bytes of the files that git made for a merge.

    Raises:
        HardwonError: One of them cannot be read.
    """
    found = []
    for file in files:
        try:
            found.append(file.read_bytes())
        except OSError as error:
            raise HardwonError(f"cannot be read: {reason(error)}", path=str(file)) from error
    return found


def merge_files(files: Sequence[Path], path: str, top: Path, size: int) -> DriverMerge:
    """Merge three files as git calls a merge driver; return what became of them.

    The result is written to the second file, which is git's own copy of our version. What is
    no text, or makes the merge fail, is left to git's own merge by lines: a driver that only
    failed would leave our version there, without a trace of theirs.

    Args:
        files: Base, ours and theirs.
        path: What is merged, from the top of the repository.
        top: Top folder of the repository.
        size: Characters of a conflict marker.

    Raises:
        HardwonError: A file cannot be read or written.
    """
    versions = read_versions(files)
    try:
        sides = find_sides(top, path, *versions) if is_workflow(path) else None
        merged = merge_bytes(versions, path, top, sides, size)
    except Exception as error:  # noqa: BLE001
        base, ours, theirs = files
        return DriverMerge(merge_file(ours, base, theirs, top, size), _why(error, path))
    try:
        files[1].write_bytes(merged.data)
    except OSError as error:
        raise HardwonError(f"cannot be written: {reason(error)}", path=str(files[1])) from error
    return DriverMerge(merged.conflicts)


def _why(error: Exception, path: str) -> str:
    """Return on one line why `path` could not be merged, with another place or a line of it."""
    if not isinstance(error, HardwonError):
        return type(error).__name__
    is_there = error.path == path and error.line is None
    return (error.message if is_there else str(error)).partition("\n")[0]
