"""What learning would change, and why; nothing is changed until the plan is applied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.values import Fault


class ChangeKind(StrEnum):
    """What happens to a pattern, a workflow or a book."""

    CREATED = "created"
    REINFORCED = "reinforced"
    COUNTERED = "countered"
    PROMOTED = "promoted"
    DEMOTED = "demoted"
    WORKFLOW_WRITTEN = "workflow_written"
    WORKFLOW_KEPT = "workflow_kept"
    TOTALS_UPDATED = "totals_updated"


@dataclass(frozen=True, slots=True)
class Change:
    """One change with its reason.

    Attributes:
        pattern: Name of the pattern (of the theme, for a theme checklist); None for totals.
        path: File that changes, relative to the memory folder.
        experience: Note that the change follows from, with `#anchor` where its file has several.
        before: Confidence, number of examples or total before; None for what is new.
        after: The same afterwards.
    """

    kind: ChangeKind
    pattern: str | None
    path: str
    experience: str | None
    before: str | None
    after: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pattern that a note may be an example of, with a score from 0 to 1."""

    pattern: str
    score: float


@dataclass(frozen=True, slots=True)
class Undecided:
    """A note that may belong to a pattern; a person must say so.

    Attributes:
        experience: Its key.
        candidates: Best first.
        reason: Why it is not decided.
    """

    experience: str
    candidates: tuple[Proposal, ...]
    reason: str


def proposal_id(experience: str, pattern: str) -> str:
    """Return what a proposal is called on a command line: eight letters and digits.

    It depends on the note's key and the pattern's name alone, so it stays from run to run.
    """
    from hashlib import blake2b

    return blake2b(f"{experience}\0{pattern}".encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's text before (None: it does not exist) and after (None: it is removed)."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that learning would do, in the order in which it follows: books before workflows."""

    changes: tuple[Change, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    skipped: tuple[Fault, ...] = ()
    masked: tuple[Fault, ...] = ()  # credentials in notes that were learned from without them
    files: tuple[FileChange, ...] = ()
