"""What a review looks at: a working tree, an index, commits or a diff, as one change set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hardwon.errors import DiffError, GitError, UnreadableFileError
from hardwon.files.diffs import (
    MAX_DIFF_BYTES,
    RawDiff,
    Repository,
    diff_revision,
    diff_staged,
    diff_working_tree,
    find_filtered,
    find_repository,
    list_unusual,
)
from hardwon.files.folder import MAX_BYTES, Folder, reason
from hardwon.files.git import read_blobs
from hardwon.markup.diff_headers import legible
from hardwon.markup.diffs import (
    added_file,
    decode_diff,
    parse_diff,
    with_old_text,
    with_text_found,
)
from hardwon.model.change import ChangedFile, ChangeSet, FileKind, Unread

# More new files that git neither knows nor ignores were unpacked or built, not written.
MAX_UNTRACKED = 1_000


def read_working_tree(cwd: Path, memory: Path | None = None) -> ChangeSet:
    """Return how the working tree around `cwd` differs from HEAD.

    What is staged counts as well, and so do files that git does not know, unless it ignores
    them: they are the newest code of all. Where nothing was committed yet, every file is new.

    Args:
        cwd: Any folder of the repository; all of it is looked at.
        memory: The memory folder; what lies in it is knowledge, not code under review, and is
            left out. None leaves nothing out.

    Raises:
        GitError: There is no repository with a working tree, or git refuses.
    """
    repository = find_repository(cwd)
    found = _change_set(repository, diff_working_tree(repository))
    unusual = list_unusual(repository)
    filtered = find_filtered(repository, [file.path for file in found.files])
    unmerged = {_text(name) for name in unusual.unmerged}
    files = [_unless_odd(file, unmerged, filtered) for file in found.files]
    new = _untracked(repository.top, unusual.untracked)
    return _outside(replace(found, files=(*files, *new)), repository.top, memory)


def read_staged(cwd: Path, memory: Path | None = None) -> ChangeSet:
    """Return how the index of the repository around `cwd` differs from HEAD.

    In a hook of git it is the index that the commit is made from. `memory` and errors are as
    those of `read_working_tree`.
    """
    repository = find_repository(cwd)
    return _outside(_change_set(repository, diff_staged(repository)), repository.top, memory)


def read_revision(cwd: Path, revision: str, memory: Path | None = None) -> ChangeSet:
    """Return what a commit, `A..B` or `A...B` changed, as `files.diffs.diff_revision` has it.

    `memory` and errors are as those of `read_working_tree`.
    """
    repository = find_repository(cwd)
    found = _change_set(repository, diff_revision(repository, revision))
    return _outside(found, repository.top, memory)


def read_diff_file(cwd: Path, path: str, memory: Path | None = None) -> ChangeSet:
    """Return the changes of the diff in the file `path`, relative to `cwd`; see `read_diff`.

    Raises:
        DiffError: It cannot be read, or as `read_diff`.
    """
    try:
        with (cwd / path).open("rb") as file:
            data = file.read(MAX_DIFF_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise DiffError(f"cannot be read: {why}", path=path) from error
    return read_diff(cwd, data, path, memory)


def read_diff(cwd: Path, data: bytes, name: str, memory: Path | None = None) -> ChangeSet:
    """Return the changes of a diff, with whole texts where the checkout around `cwd` has them.

    A text is believed only when the diff fits on it exactly, as the old one or the new one.
    `memory` is as that of `read_working_tree`.

    Args:
        cwd: Names in the diff count from the top of the repository around it, or, where there
            is none or no such file, from here.
        data: The diff, as bytes.
        name: What to call it: its file, or "standard input".
        memory: As for `read_working_tree`.

    Raises:
        DiffError: It is damaged, no diff, or larger than `MAX_DIFF_BYTES`.
    """
    if len(data) > MAX_DIFF_BYTES:
        raise DiffError(
            f"has more than the {MAX_DIFF_BYTES:,} bytes that are read of a diff",
            path=name,
            hint="review it in parts: git diff A..B -- FOLDER",
        )
    files = parse_diff(decode_diff(data), name)
    try:
        top = find_repository(cwd).top
    except GitError:  # a diff can be looked at without one
        top = cwd
    places = [Folder(place) for place in dict.fromkeys((top, cwd))]
    found = (_with_checkout(file, places) if file.hunks else file for file in files)
    return _outside(ChangeSet(name, tuple(found)), top, memory)


def _change_set(repository: Repository, raw: RawDiff) -> ChangeSet:
    parsed = parse_diff(decode_diff(raw.patch), f"git diff of {raw.base}")
    names = [_text(name) for name in raw.names]
    if parsed and parsed[-1].path in names:
        names = names[names.index(parsed[-1].path) + 1 :]
    detail = f"the diff has more than the {MAX_DIFF_BYTES:,} bytes that are read of one"
    rest = (
        ChangedFile(name, FileKind.CHANGED, unread=Unread.TOO_LARGE, detail=detail)
        for name in names
    )
    files = (*_with_blobs(repository, parsed), *rest)
    return ChangeSet(raw.base, files, raw.commit)


def _with_blobs(repository: Repository, files: Sequence[ChangedFile]) -> Iterator[ChangedFile]:
    """Yield `files` with the texts that git's store has the old side of.

    The new text follows from the old one and the hunks: so it is what the diff speaks of, even
    when somebody saves the file meanwhile, and whatever line ends the working tree has.
    """
    wanted = [
        file.old_blob
        for file in files
        if file.old_blob and file.old_text is None and (file.hunks or file.unread is Unread.BINARY)
    ]
    new = [file.new_blob for file in files if file.new_blob and file.unread is Unread.BINARY]
    blobs = read_blobs([*wanted, *new], repository.top, MAX_BYTES)
    for file in files:
        if file.unread is Unread.BINARY:
            yield _sized(file, blobs, repository.top)
            continue
        old = blobs.get(file.old_blob or "") if file.hunks and file.old_text is None else None
        if not isinstance(old, bytes):
            yield file
            continue
        try:
            yield with_old_text(file, old.decode("utf-8"))
        except UnicodeDecodeError:
            yield file.without_lines(Unread.NOT_UTF8)


def _sized(file: ChangedFile, blobs: dict[str, bytes | int], top: Path) -> ChangedFile:
    """Return a file that git calls binary; a large one it does not look into."""
    sizes = [
        size
        for name in (file.old_blob, file.new_blob)
        if isinstance(size := blobs.get(name or ""), int)
    ]
    if not sizes and file.new_blob and file.new_blob not in blobs:  # only the working tree has it
        try:
            sizes = [(top / file.path).lstat().st_size]
        except (OSError, ValueError):
            return file
    if max(sizes, default=0) <= MAX_BYTES:
        return file
    detail = f"{max(sizes):,} bytes, more than the {MAX_BYTES:,} that are read"
    return replace(file, unread=Unread.TOO_LARGE, detail=detail)


def _unless_odd(file: ChangedFile, unmerged: set[str], filtered: dict[str, str]) -> ChangedFile:
    """Return `file`, without its lines where the working tree does not hold what git would."""
    if file.path in unmerged:
        return file.without_lines(Unread.UNMERGED)
    if (name := filtered.get(file.path)) is None:
        return file
    detail = f"git passes it through the program of its filter {name!r}, which is not run"
    return file.without_lines(Unread.FILTERED, f"{detail}: stage it and review what is staged")


def _untracked(top: Path, names: Sequence[bytes]) -> Iterator[ChangedFile]:
    folder = Folder(top)
    size = 0
    for number, name in enumerate(names):
        path = _text(name)
        file = ChangedFile(path.removesuffix("/"), FileKind.ADDED)
        if name.endswith(b"/"):
            yield file.without_lines(Unread.SUBMODULE, "a repository of its own, not added")
        elif number >= MAX_UNTRACKED or size > MAX_DIFF_BYTES:
            detail = f"behind {number:,} other files that git does not know"
            yield file.without_lines(Unread.TOO_LARGE, detail)
        else:
            file = _read_new(folder, file)
            size += len(file.new_text or "")
            yield file


def _read_new(folder: Folder, file: ChangedFile) -> ChangedFile:
    try:
        if (folder.root / file.path).is_symlink():
            return file.without_lines(Unread.LINK)
        data = folder.read_bytes(file.path)
    except (OSError, ValueError) as error:
        return file.without_lines(Unread.UNREADABLE, str(error))
    except UnreadableFileError as error:
        large = "bytes, more than" in error.message
        return file.without_lines(Unread.TOO_LARGE if large else Unread.UNREADABLE, error.message)
    if b"\0" in data:
        return file.without_lines(Unread.BINARY)
    try:
        return added_file(file.path, data.decode("utf-8"))
    except UnicodeDecodeError:
        return file.without_lines(Unread.NOT_UTF8)


def _with_checkout(file: ChangedFile, places: Sequence[Folder]) -> ChangedFile:
    """Return `file` with its texts where it lies in one of `places` as the diff has it."""
    if file.old_text is not None or file.new_text is not None:
        return file
    names = [name for name in (file.path, file.old_path) if name]
    for folder in places:
        for name in names:
            try:
                text = folder.read_text(name)
            except UnreadableFileError:
                continue
            # Git turns the line ends of a working tree into those that it stores.
            for candidate in dict.fromkeys((text, text.replace("\r\n", "\n"))):
                found = with_text_found(file, candidate)
                if found.new_text is not None:
                    return found
    return file


def _outside(found: ChangeSet, top: Path, memory: Path | None) -> ChangeSet:
    if memory is None:
        return found
    try:
        folder = memory.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:  # the memory lies elsewhere
        return found
    # A repository that is a memory holds nothing else.
    return replace(found, files=()) if folder == "." else found.outside(folder)


def _text(name: bytes) -> str:
    """Return a path as git gives it in the form of `ChangedFile.path`."""
    return legible(name.decode("utf-8", "surrogateescape"))
