"""Telling git who merges the files of a memory, and knowing a clone that was not told."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass

from hardwon.errors import GitError, UnreadableFileError
from hardwon.files.folder import Folder
from hardwon.files.git import run_git
from hardwon.files.write import write_note, writing
from hardwon.markup.text import line_end, split_lines

ATTRIBUTES = ".gitattributes"
_LINES = ("*.md merge=hardwon", "*.markdown merge=hardwon")
_NAME = "unite evidence by pattern, then count again"


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install_driver` found and did.

    Attributes:
        wrote_attributes: Whether lines were added to `.gitattributes`.
        wrote_command: Whether git's settings named another command, or none.
    """

    wrote_attributes: bool
    wrote_command: bool


def install_driver(folder: Folder) -> Installed:
    """Name hardwon as merge driver: in `.gitattributes` of the memory and in git's settings.

    The first is for all and belongs into a commit; the second holds for this clone only, since
    git runs no program that a repository names.

    Raises:
        GitError: The memory is in no repository, or git refuses.
        HardwonError: `.gitattributes` cannot be written.
    """
    run_git(["rev-parse", "--show-toplevel"], folder.root)
    command = driver_command()
    before = _read_command(folder)
    with writing(folder):
        wrote = _add_lines(folder)
    if before != command:
        run_git(["config", "--local", "merge.hardwon.name", _NAME], folder.root)
        run_git(["config", "--local", "merge.hardwon.driver", command], folder.root)
    return Installed(wrote, before != command)


def driver_command() -> str:
    """Return what git is to run: this very installation, with nothing from the repository.

    `-P` keeps the folder in which git starts it, the repository, off Python's path.
    """
    python = shlex.quote(sys.executable.replace("\\", "/"))
    return f"{python} -P -m hardwon merge-driver run %O %A %B %P %L"


def find_missing_driver(folder: Folder) -> int | None:
    """Return the line of `.gitattributes` that names a driver which this clone does not have.

    None where it names none, where the driver is known, and outside a repository.
    """
    try:
        lines = folder.read_text(ATTRIBUTES).splitlines()
    except UnreadableFileError:
        return None
    named = (n for n, line in enumerate(lines, start=1) if "merge=hardwon" in line.split())
    line = next(named, None)
    if line is None or _read_command(folder) is not None or not _is_tracked(folder):
        return None
    return line


def _is_tracked(folder: Folder) -> bool:
    try:
        return run_git(["rev-parse", "--is-inside-work-tree"], folder.root).strip() == "true"
    except GitError:
        return False


def _read_command(folder: Folder) -> str | None:
    try:
        return run_git(["config", "--get", "merge.hardwon.driver"], folder.root).rstrip("\n")
    except GitError:
        return None


def _add_lines(folder: Folder) -> bool:
    """Add what is missing to `.gitattributes`; every other byte stays."""
    file = folder.root / ATTRIBUTES
    old = folder.read_bytes(ATTRIBUTES) if file.exists() else None
    text = old.decode("utf-8", "surrogateescape") if old is not None else ""
    lines = split_lines(text)
    known = {" ".join(line.split()) for line in lines}
    missing = [line for line in _LINES if line not in known]
    if not missing:
        return False
    end = line_end(lines)
    gap = end if text and not text.endswith(("\n", "\r")) else ""
    new = text + gap + "".join(f"{line}{end}" for line in missing)
    write_note(folder, ATTRIBUTES, new.encode("utf-8", "surrogateescape"), old=old)
    return True
