"""What stands before the hunks of a file in a diff: names, modes, hashes.

unidiff reads hunks well and these lines only in part: quoted names, names with a space, copies
and files whose mode alone changed are ours (docs/adr/0012-review-input.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hardwon.errors import DiffError
from hardwon.model.change import ChangedFile, FileKind, Unread

DEV_NULL = "/dev/null"
_LINK, _SUBMODULE = "120000", "160000"
_MODE = re.compile(r"(old|new|new file|deleted file) mode ([0-7]+)$")
_INDEX = re.compile(r"index ([0-9a-f]+)\.\.([0-9a-f]+)(?: ([0-7]+))?$")
_BINARY = re.compile(r"Binary files .* differ$|GIT binary patch$")
# Of git itself: a and b; with diff.mnemonicPrefix c(ommit), i(ndex), w(ork tree) and o(bject);
# of `git diff --no-index` 1 and 2.
_PREFIX = re.compile(r"[abciow12]/")
_ESCAPE = re.compile(r'\\([0-7]{3}|[abfnrtv"\\])')
_ESCAPED = dict(zip('abfnrtv"\\', '\a\b\f\n\r\t\v"\\', strict=True))
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_COMBINED = re.compile(r"diff --(?:cc|combined) ")
# What diff and Subversion write as the time of a file that is not there.
_NO_FILE = re.compile(r"19(?:70-01-01|69-12-31) |\((?:nonexistent|revision 0)\)")


@dataclass(frozen=True, slots=True)
class _Names:
    old: str
    new: str


def read_git_header(
    lines: Sequence[str], at: int, diff: str, *, has_hunks: bool
) -> ChangedFile | None:
    """Return the file that a git diff speaks of in `lines`, without its hunks.

    None where nothing differs: git may name a file whose time alone is new.

    Args:
        lines: From `diff --git` up to the first hunk, without line ends.
        at: 1-based line of the first of them.
        diff: Name of the diff, for errors.
        has_hunks: Whether hunks follow.

    Raises:
        DiffError: No file is named.
    """
    if combined := _COMBINED.match(lines[0]):
        path = unquote(lines[0][combined.end() :])
        return ChangedFile(legible(path), FileKind.CHANGED, unread=Unread.COMBINED)
    modes = {m[1]: m[2] for line in lines if (m := _MODE.match(line))}
    index = next((m for line in lines if (m := _INDEX.match(line))), None)
    names, kind = _moved(lines)
    if names is None:
        names = _same_name(lines[0].removeprefix("diff --git ")) or _marked(lines)
        kind = _kind_of(modes)
    if names is None:
        raise DiffError("names no file", path=diff, line=at, expected="diff --git a/NAME b/NAME")
    is_binary = any(map(_BINARY.match, lines))
    if kind is FileKind.CHANGED and not has_hunks and index is None and not is_binary:
        if not modes:
            return None
        kind = FileKind.MODE_ONLY
    shown = names.old if kind is FileKind.DELETED else names.new
    return ChangedFile(
        legible(shown),
        kind,
        old_path=legible(names.old) if kind in {FileKind.RENAMED, FileKind.COPIED} else None,
        unread=_unread_by({*modes.values(), index and index[3]}, is_binary=is_binary),
        old_blob=_hash(index and index[1]),
        new_blob=_hash(index and index[2]),
    )


def read_plain_names(old: str, new: str, old_time: str, new_time: str) -> ChangedFile:
    """Return the file that `---` and `+++` name, without its hunks.

    Args:
        old: What stands behind `---`, up to a tab.
        new: Likewise, behind `+++`.
        old_time: What follows the tab, "" for nothing.
        new_time: Likewise.
    """
    old, new = unquote(old), unquote(new)
    if old == DEV_NULL or _NO_FILE.match(old_time):
        return ChangedFile(legible(_short(new)), FileKind.ADDED)
    if new == DEV_NULL or _NO_FILE.match(new_time):
        return ChangedFile(legible(_short(old)), FileKind.DELETED)
    first, _, rest = old.partition("/")
    other, _, same = new.partition("/")
    # `diff -ru before after` names two folders: what they share is the path, as `patch -p1` has it.
    shared = rest if rest and rest == same and first != other else new
    return ChangedFile(legible(shared), FileKind.CHANGED)


def legible(path: str) -> str:
    r"""Return `path` with bytes that are no UTF-8, held as surrogates, written as `\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _moved(lines: Sequence[str]) -> tuple[_Names | None, FileKind]:
    """Return the names that `rename` or `copy` lines give, which have no prefix."""
    for word, kind in (("rename", FileKind.RENAMED), ("copy", FileKind.COPIED)):
        said = {
            side: unquote(line.removeprefix(f"{word} {side} "))
            for line in lines
            for side in ("from", "to")
            if line.startswith(f"{word} {side} ")
        }
        if len(said) == 2:
            return _Names(said["from"], said["to"]), kind
    return None, FileKind.CHANGED


def _same_name(words: str) -> _Names | None:
    """Return the one name that both halves of `words` give; None where they differ.

    A name may hold a space and is not quoted for it; but both halves are equally long.
    """
    if words.startswith('"'):
        quoted = _QUOTED.match(words)
        if quoted is None:
            return None
        old, new = unquote(quoted[0]), unquote(words[quoted.end() :].lstrip(" "))
    else:
        middle = len(words) // 2
        old, new = words[:middle], words[middle + 1 :]
        if words[middle : middle + 1] != " ":
            return None
    if old == new:
        return _Names(old, new)
    if old[2:] == new[2:] and _PREFIX.match(old) and _PREFIX.match(new):
        return _Names(old[2:], new[2:])
    return None


def _marked(lines: Sequence[str]) -> _Names | None:
    """Return the names behind `---` and `+++`."""
    said: dict[str, str] = {}
    for line in lines:
        for mark in ("--- ", "+++ "):
            if line.startswith(mark):
                said.setdefault(mark, unquote(line[4:].partition("\t")[0]))
    if len(said) != 2:
        return None
    old, new = said["--- "], said["+++ "]
    old, new = (new if old == DEV_NULL else old), (old if new == DEV_NULL else new)
    return _Names(_short(old), _short(new))


def _short(name: str) -> str:
    return _PREFIX.sub("", name, count=1)


def _kind_of(modes: dict[str, str]) -> FileKind:
    if "new file" in modes:
        return FileKind.ADDED
    return FileKind.DELETED if "deleted file" in modes else FileKind.CHANGED


def _unread_by(modes: set[str | None], *, is_binary: bool) -> Unread | None:
    if _SUBMODULE in modes:
        return Unread.SUBMODULE
    if _LINK in modes:
        return Unread.LINK
    return Unread.BINARY if is_binary else None


def _hash(text: str | None) -> str | None:
    """Return `text` unless it is missing or stands for no file."""
    return text if text and text.strip("0") else None


def unquote(name: str) -> str:
    """Return a name as git, or GNU diff, may have written it in C's way of quoting."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    # Octal numbers are bytes, and what they are of a text shows only when all stand together.
    parts = _ESCAPE.split(name[1:-1])
    raw = bytearray()
    for n, part in enumerate(parts):
        if n % 2 == 0:
            raw += part.encode("utf-8", "surrogateescape")
        elif part.isdigit():
            raw.append(int(part, 8) & 0xFF)
        else:
            raw += _ESCAPED[part].encode()
    return raw.decode("utf-8", "surrogateescape")
