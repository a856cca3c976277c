"""What learning would change, and why; nothing is changed until the plan is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.experience import Experience
from hardwon.model.values import Fault


class ChangeKind(StrEnum):
    """What happens to a pattern, a workflow or a book."""

    CREATED = "created"
    REINFORCED = "reinforced"
    COUNTERED = "countered"
    REFUSED = "refused"
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
        before: Confidence, number of examples or total before; None for what is new, and for
            a refusal that leaves the number as it is.
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
    """A pattern that a note may be an example of.

    Attributes:
        pattern: Its name.
        score: How likely it is, 0 to 1.
        path: Its book; None for a pattern that there is not yet: accepting makes it.
    """

    pattern: str
    score: float
    path: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says of an undecided note; an empty reply leaves it open.

    Attributes:
        accepted: The proposal that is right, or one of a new pattern, by its name.
        refused: The proposals of which the note is no example. One of a pattern that there is
            not yet cannot be refused: nothing could keep that.
    """

    accepted: Proposal | None = None
    refused: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A note that may belong to a pattern; a person must say so.

    Attributes:
        experience: Its key.
        candidates: Best first; none where the files must be changed to decide it.
        reason: Why it is not decided.
    """

    experience: str
    candidates: tuple[Proposal, ...]
    reason: str


Ask = Callable[[Experience, Undecided], Reply]
"""Asks a person about a note and what is proposed for it.

It may be asked the same more than once, and must reply the same.
"""


def proposal_id(experience: str, proposal: Proposal) -> str:
    """Return what a proposal is called on a command line: eight letters and digits.

    It depends on the note's key and on the pattern's name and book alone, so it stays from run
    to run.
    """
    from hashlib import blake2b

    name = f"{experience}\0{proposal.path or ''}\0{proposal.pattern}"
    return blake2b(name.encode(), digest_size=4).hexdigest()


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
