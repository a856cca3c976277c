"""Files outside of the memory that are to be imported: which there are, and whence."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hardwon.errors import GitError, HardwonError, UnreadableFileError
from hardwon.files.exports import RECORD
from hardwon.files.folder import Folder, reason
from hardwon.files.git import read_git, run_git
from hardwon.files.listing import IGNORED

SUFFIXES = (".md", ".markdown", ".mdc", ".yaml", ".yml")
# What is made of a project, or comes with it from elsewhere.
_LEFT_OUT = frozenset(name.decode() for name in IGNORED) | {"__pycache__", "vendor", "target"}
# A home folder named by mistake shall not be read for minutes.
MAX_FILES = 20_000
# Folders above what was named, where no repository tells where a project begins: enough to know
# `.claude/projects/<project>/memory` by.
_PARTS = 4
# And enough to say where a file was, which nobody else needs to know in full.
_SHOWN = 2
# What an export leaves beside its files, in the project's folder or above (docs/export.md).
_RECORD_ABOVE = 3
_RULES = frozenset({".cursorrules", ".windsurfrules", ".clinerules"})


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file that may hold something.

    Attributes:
        base: The folder from which it is opened.
        name: Its path below that folder, with `/`.
        path: As it is shown and written down, with `/`: from the top of its repository, else
            from the current folder, else its last parts; never a path of one machine.
        fault: Why it is not read, where the listing shows that already.
        folder: What stands above `name` for readers, who know some files by their folders; ""
            where `path` tells that.
        is_own: Whether this memory was exported to it.
    """

    base: Path
    name: str
    path: str
    fault: str | None = None
    folder: str = ""
    is_own: bool = False

    @property
    def known_as(self) -> str:
        """Return the path by which a reader may know the file."""
        return f"{self.folder}/{self.name}" if self.folder else self.path

    def read_bytes(self) -> bytes:
        """Return its bytes.

        Raises:
            UnreadableFileError: It is no regular file, too large, or the disk refuses.
        """
        if self.fault is not None:
            raise UnreadableFileError(self.fault, path=self.path)
        try:
            return Folder(self.base).read_bytes(self.name)
        except UnreadableFileError as error:
            raise UnreadableFileError(error.message, path=self.path, line=error.line) from error


def find_exported(memory: Path) -> frozenset[Path]:
    """Return the files to which the memory was exported, as the record of that says.

    Importing them would bring in what the memory holds already, in other words. A record that
    cannot be read says nothing.
    """
    found: set[Path] = set()
    for base in memory.parents[:_RECORD_ABOVE]:
        try:
            data = json.loads(Folder(base).read_bytes(RECORD))
            exports = [one["files"] for one in data["exports"]]
            found.update(base / path for files in exports for path in files)
        except (UnreadableFileError, ValueError, TypeError, KeyError, RecursionError):
            continue
    return frozenset(found)


def find_foreign(named: Path, memory: Path, here: Path) -> Iterator[ForeignFile]:
    """Yield the files that `named` means: itself, or all below it that may hold something.

    They are sorted by path. Hidden folders are looked into; links are not followed, and neither
    git's folder nor those of packages nor the memory are entered.

    Args:
        named: A file or folder; it may be reached by a link itself.
        memory: The memory folder, absolute.
        here: The current folder, absolute.

    Raises:
        HardwonError: There is nothing of that name, it lies in the memory, or it holds more
            than MAX_FILES files.
    """
    try:
        place = named.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "is no path that can be followed"
        raise HardwonError(why, path=str(named)) from error
    if place == memory or place.is_relative_to(memory):
        raise HardwonError("lies in the memory already", path=str(named))
    if not place.is_dir():
        front, folder = _front(place.parent, here)
        yield ForeignFile(
            place.parent, place.name, _shown(front, place.name), folder=folder,
            is_own=place in find_exported(memory),
        )  # fmt: skip
        return
    own = find_exported(memory)
    for number, file in enumerate(_walk(place, memory, *_front(place, here))):
        if number == MAX_FILES:
            raise HardwonError(
                f"holds more than {MAX_FILES:,} files that could be imported",
                path=str(named),
                hint="name the folders that hold what you want",
            )
        yield replace(file, is_own=place / file.name in own) if own else file


def _front(folder: Path, here: Path) -> tuple[str, str]:
    """Return what stands before the names in `folder` where they are shown, and for readers."""
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return _relative(folder, above), ""
    parts = folder.parts[1:]
    shown = _relative(folder, here) if folder.is_relative_to(here) else "/".join(parts[-_SHOWN:])
    return shown, "/".join(parts[-_PARTS:])


def _relative(folder: Path, above: Path) -> str:
    return "" if folder == above else folder.relative_to(above).as_posix()


def _shown(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _walk(place: Path, memory: Path, front: str, above: str) -> Iterator[ForeignFile]:
    todo = [""]
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(place / folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            fault = f"cannot be listed: {reason(error)}"
            yield ForeignFile(place, folder, _shown(front, folder), fault)
            continue
        below: list[str] = []
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
                is_link = entry.is_symlink()
            except OSError:
                continue  # gone since it was listed
            if is_folder:
                if entry.name not in _LEFT_OUT and place / name != memory:
                    below.append(name)
                continue
            if not _may_hold(entry.name):
                continue
            shown = _shown(front, name)
            if not _is_text(name):
                legible = os.fsencode(shown).decode("utf-8", "backslashreplace")
                yield ForeignFile(place, name, legible, "has a name that is not UTF-8")
            elif is_link:
                yield ForeignFile(place, name, shown, "is a symbolic link, which is not followed")
            else:
                yield ForeignFile(place, name, shown, folder=above)
        todo += reversed(below)


def _may_hold(name: str) -> bool:
    return name.casefold().endswith(SUFFIXES) or name in _RULES


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository around a folder, as its last commit has it.

    Attributes:
        top: Its folder.
        name: `owner/name` of its remote `origin`, else the name of its folder.
        commit: Full hash.
        blobs: Hash of each file in that commit, by path.
    """

    top: Path
    name: str
    commit: str
    blobs: dict[str, str]

    def holds(self, file: Path, data: bytes) -> bool:
        """Return whether the commit has `file` with these very bytes."""
        if not file.is_relative_to(self.top):
            return False
        return self.blobs.get(file.relative_to(self.top).as_posix()) == _blob_hash(
            data, len(self.commit)
        )


def _blob_hash(data: bytes, digits: int) -> str:
    import hashlib

    algorithm = hashlib.sha256 if digits == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(data) + data).hexdigest()


def read_repository(folder: Path) -> Repository | None:
    """Return the repository around `folder`; None without git, repository or commit."""
    try:
        top = Path(run_git(["rev-parse", "--show-toplevel"], folder).rstrip("\n"))
        commit = run_git(["rev-parse", "--verify", "HEAD^{commit}"], folder).strip()
        listed = read_git(["ls-tree", "-r", "-z", "--full-tree", commit], top)
    except GitError:
        return None
    blobs = {}
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        stated, tab, path = line.partition("\t")
        if tab and stated.startswith("100"):
            blobs[path] = stated.split(" ")[2]
    return Repository(top, _remote_name(top) or top.name, commit, blobs)


def _remote_name(top: Path) -> str | None:
    """Return `owner/name` of the remote `origin`; never what stands before, such as a login."""
    try:
        url = run_git(["config", "--get", "remote.origin.url"], top).strip()
    except GitError:
        return None
    if "://" not in url and ":" not in url:
        return None  # a folder of this machine
    path = url.rpartition("@")[2].replace(":", "/").rstrip("/").removesuffix(".git")
    parts = [part for part in path.split("/") if part]
    return "/".join(parts[-2:]) if len(parts) > 1 else None
