"""Unified diffs: text → changed files, and what a text is with the hunks laid over it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hardwon.errors import DiffError
from hardwon.markup.diff_headers import legible, read_git_header, read_plain_names, unquote
from hardwon.model.change import ChangedFile, FileKind, Hunk, Unread

if TYPE_CHECKING:
    from unidiff import patch

# More changed lines of one file are generated, or moved; a person does not review them either.
MAX_LINES = 20_000
# No line of a hunk begins so: each has a space, `+`, `-` or `\` in front.
_GIT = re.compile(r"diff --(?:git|cc|combined) ")
_UNMERGED = re.compile(r"\* Unmerged path (.+)")
_HUNK = re.compile(r"@@ -\d{1,9}(?:,\d{1,9})? \+\d{1,9}(?:,\d{1,9})? @@", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LFS = "version https://git-lfs.github.com/spec/"
_COLOUR = "\x1b["
_NO_NEWLINE = "\\ No newline at end of file\n"


def decode_diff(data: bytes) -> str:
    """Return the text of a diff; bytes that are no UTF-8 are held as surrogates.

    PowerShell writes what a program prints as UTF-16 and with CRLF. Where even the names of
    files end in CR, the ends of all lines were changed on the way, and are changed back.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    named = re.search(r"^(?:diff --git |\+\+\+ )[^\n]*\n", text, re.MULTILINE)
    return text.replace("\r\n", "\n") if named and named[0].endswith("\r\n") else text


def parse_diff(text: str, name: str) -> tuple[ChangedFile, ...]:
    """Return the files of a diff as git or diff write it, in its order, without whole texts.

    Only of a file that is added or deleted they are known: its hunks hold all of it.

    Args:
        text: As `decode_diff` returns it; what stands around the diffs, as in a mail, is skipped.
        name: What to call the diff in errors.

    Raises:
        DiffError: It is damaged, holds no diff though it holds something, or holds a series of
            diffs that change one file twice.
    """
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    starts = [n for n, line in enumerate(lines) if line.startswith("diff --") and _GIT.match(line)]
    unmerged = [legible(unquote(m[1])) for line in lines if (m := _UNMERGED.match(line))]
    if starts:
        ends = [*starts[1:], len(lines)]
        found = [
            (start, _read_git(lines[start:end], start, name))
            for start, end in zip(starts, ends, strict=True)
        ]
    else:
        found = list(_read_plain(lines, name))
    if not found and not unmerged and text.strip():
        raise _nothing_in(text, name)
    return _unite(found, unmerged, name)


def apply_hunks(old: str, hunks: Sequence[Hunk]) -> str | None:
    """Return `old` with the hunks laid over it; None unless each fits exactly where it says."""
    lines = split_at_newlines(old)
    new: list[str] = []
    at = 0
    for hunk in hunks:
        start, end = hunk.old.start - 1, hunk.old.end - 1
        if start < at or tuple(lines[start:end]) != hunk.old_lines:
            return None
        new += lines[at:start]
        if len(new) != hunk.new.start - 1:
            return None
        new += hunk.new_lines
        at = end
    new += lines[at:]
    if not all(line.endswith("\n") for line in new[:-1]):
        return None
    return "".join(new)


def undo_hunks(new: str, hunks: Sequence[Hunk]) -> str | None:
    """Return the text that gives `new` when the hunks are laid over it; None unless they fit."""
    turned = [
        Hunk(h.new_start, h.new_lines, h.old_start, h.old_lines, h.removed, h.added) for h in hunks
    ]
    return apply_hunks(new, turned)


def with_old_text(file: ChangedFile, old: str) -> ChangedFile:
    """Return `file` with both texts; with none where the hunks do not fit on `old`."""
    new = apply_hunks(old, file.hunks)
    return file if new is None else replace(file, old_text=old, new_text=new)


def with_text_found(file: ChangedFile, text: str) -> ChangedFile:
    """Return `file` with the texts that follow from `text`, which is the old or the new one.

    Which of them it is the hunks tell; where they fit on it as either it is the new one, since a
    diff is mostly reviewed where it was made. With none where they do not fit.
    """
    old = undo_hunks(text, file.hunks)
    return with_old_text(file, text if old is None else old)


def added_file(path: str, text: str) -> ChangedFile:
    """Return a file that is new as a whole, as a diff would show it."""
    lines = tuple(split_at_newlines(text))
    if text.startswith(_LFS):
        return ChangedFile(path, FileKind.ADDED, unread=Unread.LFS_POINTER)
    if len(lines) > MAX_LINES:
        return ChangedFile(path, FileKind.ADDED, unread=Unread.TOO_LARGE, detail=_size(len(lines)))
    hunk = Hunk(0, (), 1, lines, tuple(range(1, len(lines) + 1)), ())
    hunks = (hunk,) if lines else ()
    return ChangedFile(path, FileKind.ADDED, hunks=hunks, old_text="", new_text=text)


def split_at_newlines(text: str) -> list[str]:
    r"""Return the lines of `text` with their ends, parted at `\n` alone, as git counts them."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _read_git(lines: list[str], before: int, name: str) -> ChangedFile | None:
    """Return the file of one `diff --git`, of which `before` lines of the diff stand in front."""
    # No header has an empty line; behind one there may be the text of a mail.
    end = next((n for n, line in enumerate(lines) if not line), len(lines))
    first = next((n for n, line in enumerate(lines[:end]) if line.startswith("@@ ")), None)
    header = lines[: end if first is None else first]
    file = read_git_header(header, before + 1, name, has_hunks=first is not None)
    if file is None or file.unread is not None:
        return file
    if first is None:
        if any(line.startswith("+++ ") for line in header):
            raise _damaged("the diff is cut off before its lines", name, before + len(header))
        return _finish(file)
    _check_hunk_headers(lines, before, name)
    count = sum(line.startswith(("+", "-")) for line in lines[first:])
    if count > MAX_LINES:
        return file.without_lines(Unread.TOO_LARGE, _size(count))
    # The header is read already: unidiff gets one that it cannot misread.
    body = ["--- a\n", "+++ b\n", *_ended(lines[first:])]
    patched = _parse(body, before + first - 2, name)
    return _finish(_with_hunks(file, patched[0], lines, before, first - 2, name))


def _read_plain(lines: list[str], name: str) -> Iterator[tuple[int, ChangedFile | None]]:
    """Yield the files of a diff without git's headers, each with the lines in front of it."""
    _check_hunk_headers(lines, 0, name)
    for patched in _parse(_ended(lines), 0, name):
        file = read_plain_names(
            patched.source_file,
            patched.target_file,
            patched.source_timestamp or "",
            patched.target_timestamp or "",
        )
        before = (patched.diff_line_no or 1) - 1
        if not file.path:
            raise DiffError("names no file", path=name, line=before + 1, expected="+++ NAME")
        if patched.is_binary_file:
            yield before, replace(file, unread=Unread.BINARY)
        else:
            yield before, _finish(_with_hunks(file, patched, lines, 0, 0, name))


def _check_hunk_headers(lines: Sequence[str], before: int, name: str) -> None:
    """Refuse what unidiff would take for text between diffs, and pass over."""
    for n, line in enumerate(lines):
        if line.startswith("@@ -") and not _HUNK.match(line):
            raise _damaged("the numbers of the hunk cannot be read", name, before + n + 1)


def _parse(lines: Iterable[str], shift: int, name: str) -> patch.PatchSet:
    """Return what unidiff reads; its errors get the line that it had come to."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    at = 0

    def counted() -> Iterator[str]:
        nonlocal at
        for line in lines:
            at += 1
            yield line

    try:
        return PatchSet(counted())
    except UnidiffParseError as error:
        fault = str(error).partition(":")[0]
        raise _damaged(
            f"the diff is damaged: {fault[:1].lower()}{fault[1:]}", name, at + shift
        ) from error


def _with_hunks(
    file: ChangedFile,
    patched: patch.PatchedFile,
    lines: Sequence[str],
    before: int,
    shift: int,
    name: str,
) -> ChangedFile:
    """Return `file` with its hunks; unidiff's line numbers and `shift` count into `lines`."""
    hunks = []
    end = (1, 1)
    for hunk in patched:
        numbers = [line.diff_line_no + shift for line in hunk if line.diff_line_no is not None]
        header = min(numbers, default=0) - 1
        made = _hunk(hunk)
        if made.old.start < end[0] or made.new.start < end[1]:
            raise _damaged("the hunk stands before or in the one above", name, before + header)
        end = made.old.end, made.new.end
        hunks.append(made)
        # unidiff passes over what is left when a header counts too few lines. Two hyphens are
        # the signature of a mail.
        after = max(numbers, default=0)
        while after < len(lines) and lines[after].startswith("\\"):
            after += 1
        rest = lines[after] if after < len(lines) else ""
        if rest[:1] in {"+", "-", " "} and rest[1:].strip() and not rest.startswith(("--", "+++ ")):
            raise _damaged("the hunk is longer than its header says", name, before + after + 1)
    return replace(file, hunks=tuple(hunks))


def _hunk(hunk: patch.Hunk) -> Hunk:
    old: list[str] = []
    new: list[str] = []
    added: list[int] = []
    removed: list[int] = []
    last: tuple[list[str], ...] = ()
    for line in hunk:
        if line.line_type == "\\":
            for side in last:
                side[-1] = side[-1].removesuffix("\n")
            continue
        if not line.line_type:  # an empty line behind the hunk
            continue
        if line.is_context:
            last = (old, new)
        elif line.is_added:
            last = (new,)
            added.append(hunk.target_start + len(new))
        else:
            last = (old,)
            removed.append(hunk.source_start + len(old))
        for side in last:
            side.append(line.value)
    return Hunk(
        hunk.source_start, tuple(old), hunk.target_start, tuple(new), tuple(added), tuple(removed)
    )


def _finish(file: ChangedFile) -> ChangedFile:
    """Return `file` with what its own hunks tell of its texts, or why they are not read."""
    sides = [line for hunk in file.hunks for line in (*hunk.old_lines, *hunk.new_lines)]
    if any(side[:1] and side[0].startswith(_LFS) for side in _first_lines(file.hunks)):
        return file.without_lines(Unread.LFS_POINTER)
    count = sum(len(hunk.added) + len(hunk.removed) for hunk in file.hunks)
    if count > MAX_LINES:
        return file.without_lines(Unread.TOO_LARGE, _size(count))
    for line in sides:
        if "\0" in line:
            return file.without_lines(Unread.BINARY, "holds NUL bytes")
        if not line.isascii() and _SURROGATE.search(line):
            return file.without_lines(Unread.NOT_UTF8)
    if file.kind is FileKind.ADDED:
        return with_old_text(file, "")
    if file.kind is FileKind.DELETED and file.hunks:
        old = undo_hunks("", file.hunks)
        return file if old is None else replace(file, old_text=old)
    return file


def _first_lines(hunks: Sequence[Hunk]) -> Iterator[tuple[str, ...]]:
    """Yield what the diff shows of the beginning of the file, before and after."""
    if hunks and hunks[0].old_start <= 1 and hunks[0].new_start <= 1:
        yield hunks[0].old_lines
        yield hunks[0].new_lines


def _unite(
    found: Iterable[tuple[int, ChangedFile | None]], unmerged: Sequence[str], name: str
) -> tuple[ChangedFile, ...]:
    """Return the files, one for each path."""
    files: dict[str, ChangedFile] = {
        path: ChangedFile(path, FileKind.CHANGED, unread=Unread.UNMERGED) for path in unmerged
    }
    for before, file in found:
        if file is None:
            continue
        known = files.get(file.path)
        if known is None or (known.kind, file.kind) == (FileKind.DELETED, FileKind.ADDED):
            # A file that took the place of a link, or a link of a file, is deleted and added.
            files[file.path] = file
        elif known.unread is not Unread.UNMERGED:
            raise DiffError(
                f"{file.path!r} is changed a second time: this is a series of diffs",
                path=name,
                line=before + 1,
                hint="give one diff of all: git diff A..B",
            )
    return tuple(files.values())


def _ended(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines as unidiff wants them; diff says in the reader's language what ends a file."""
    for line in lines:
        yield _NO_NEWLINE if line.startswith("\\ ") else f"{line}\n"


def _size(lines: int) -> str:
    return f"{lines:,} changed lines, more than the {MAX_LINES:,} that are read"


def _nothing_in(text: str, name: str) -> DiffError:
    hint = "make one with: git diff, or diff -u OLD NEW"
    if _COLOUR in text:
        hint = "it holds colours: make it with git diff --no-color"
    elif re.search(r"^@@ ", text, re.MULTILINE):
        hint = "the lines --- and +++ that name the file are missing"
    return DiffError("holds no unified diff", path=name, line=1, hint=hint)


def _damaged(message: str, name: str, line: int) -> DiffError:
    return DiffError(
        message,
        path=name,
        line=line,
        hint="make the diff again; editing one by hand leaves wrong numbers behind @@",
    )
