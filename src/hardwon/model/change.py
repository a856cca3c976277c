"""What a diff says: which files differ, in which lines, and what they hold now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from hardwon.model.values import Span


class FileKind(StrEnum):
    """What happened to a file, whatever it holds."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"
    MODE_ONLY = "mode_only"


class Unread(StrEnum):
    """Why nothing is known of the lines of a file that differs."""

    BINARY = "binary"
    SUBMODULE = "submodule"
    LINK = "link"
    LFS_POINTER = "lfs_pointer"
    FILTERED = "filtered"
    NOT_UTF8 = "not_utf8"
    TOO_LARGE = "too_large"
    UNMERGED = "unmerged"
    COMBINED = "combined"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines that differ, with the unchanged ones that the diff shows around them.

    Attributes:
        old_start: 1-based first line before; where there is none, the line in front of it (0 at
            the beginning of the file).
        old_lines: Lines before, unchanged ones included, each with its line end as it is.
        new_start: As `old_start`, after.
        new_lines: Lines after, unchanged ones included, each with its line end as it is.
        added: Numbers of the lines of the new file that are new, in order.
        removed: Numbers of the lines of the old file that are gone, in order.
    """

    old_start: int
    old_lines: tuple[str, ...]
    new_start: int
    new_lines: tuple[str, ...]
    added: tuple[int, ...]
    removed: tuple[int, ...]

    @property
    def new(self) -> Span:
        """Return the lines of the new file that it shows; empty where it only takes away."""
        start = self.new_start if self.new_lines else self.new_start + 1
        return Span(start, start + len(self.new_lines))

    @property
    def old(self) -> Span:
        """Return the lines of the old file that it shows; empty where it only adds."""
        start = self.old_start if self.old_lines else self.old_start + 1
        return Span(start, start + len(self.old_lines))


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs.

    Attributes:
        path: Where it is now (where it was, of a deleted one), from the top of the repository
            with `/`; bytes of a name that are no UTF-8 are written as `\\xNN`.
        kind: What happened to it.
        old_path: Where it was, of a renamed or copied one.
        hunks: What differs, in the order of the file; empty when only name or mode do.
        old_text: The whole text before; None when it is not known, or nothing in it differs.
        new_text: The whole text now, line ends and byte order mark as they are; None likewise,
            and of a deleted file.
        unread: Why there are no hunks although it may differ inside; None for a text.
        detail: More on `unread`, for people; "" when there is nothing to add.
        old_blob: Hash of the text before, as the diff gives it, perhaps shortened.
        new_blob: Hash of the text now, likewise.
    """

    path: str
    kind: FileKind
    old_path: str | None = None
    hunks: tuple[Hunk, ...] = ()
    old_text: str | None = field(default=None, repr=False)
    new_text: str | None = field(default=None, repr=False)
    unread: Unread | None = None
    detail: str = ""
    old_blob: str | None = None
    new_blob: str | None = None

    @property
    def added(self) -> dict[int, str]:
        """Return the new lines by their number in the new file, in order, without line ends."""
        return {
            number: bare(hunk.new_lines[number - hunk.new_start])
            for hunk in self.hunks
            for number in hunk.added
        }

    @property
    def removed(self) -> dict[int, str]:
        """Return the lines that are gone by their number in the old file, likewise."""
        return {
            number: bare(hunk.old_lines[number - hunk.old_start])
            for hunk in self.hunks
            for number in hunk.removed
        }

    @property
    def shown(self) -> dict[int, str]:
        """Return all lines of the new file that the diff shows, by number, without line ends.

        It is what can be looked at where `new_text` is None.
        """
        return {
            hunk.new_start + n: bare(line)
            for hunk in self.hunks
            for n, line in enumerate(hunk.new_lines)
        }

    def without_lines(self, unread: Unread, detail: str = "") -> ChangedFile:
        """Return the file as one that is named and not read."""
        return replace(self, hunks=(), old_text=None, new_text=None, unread=unread, detail=detail)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a review looks at.

    Attributes:
        base: What was compared, as a person would say it: `HEAD`, `HEAD, staged`, the revision or
            range as given, the name of a file with a diff.
        files: In the order of the diff, one entry a path; files that git does not know come last.
        commit: Full hash of the commit that holds the new texts; None when none does yet.
    """

    base: str
    files: tuple[ChangedFile, ...]
    commit: str | None = None

    def outside(self, folder: str) -> ChangeSet:
        """Return the changes without those below `folder`, a path from the top; "" leaves all.

        A file counts by where it is now.
        """
        kept = tuple(f for f in self.files if not f.path.startswith(f"{folder}/"))
        return replace(self, files=kept) if folder else self


def bare(line: str) -> str:
    """Return `line` without its line end, `\\n` or `\\r\\n`."""
    return line.removesuffix("\n").removesuffix("\r")
