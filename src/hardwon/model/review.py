"""What a review says of a change: findings, and a checklist of what a person must decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.values import Confidence, Fault


class Status(StrEnum):
    """How a change stands to a pattern, or to an item of a checklist."""

    VIOLATED = "violated"
    FOLLOWED = "followed"
    TO_CHECK = "to_check"
    NOT_APPLICABLE = "not_applicable"


class ItemKind(StrEnum):
    """Where an item of the checklist comes from, which says what is asked about it."""

    VERIFY = "verify"  # a HIGH pattern that applies and cannot be decided
    CONSIDER = "consider"  # a MEDIUM pattern
    VALIDATE = "validate"  # a LOW pattern: does this still hold?
    CHECKLIST = "checklist"  # a list in procedural/checklists/
    BUILTIN = "builtin"  # a question of the review that hardwon brings


@dataclass(frozen=True, slots=True)
class Fix:
    """A rewrite of part of a new file.

    Attributes:
        path: Of the file, from the top of the repository.
        line: 1-based first line that is replaced.
        column: 1-based first character in it that is.
        end_line: 1-based last line.
        end_column: 1-based first character of it that stays.
        old: The text that is replaced.
        new: What takes its place.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A changed line that breaks a pattern, or follows it.

    Attributes:
        pattern: Name of the pattern, or of the built-in question.
        confidence: Of the pattern, as counted; None for a built-in question.
        status: `VIOLATED` or `FOLLOWED`.
        path: Of the file, from the top of the repository with `/`.
        line: 1-based line of the new file, one that the change added.
        end_line: 1-based last line of what was found.
        evidence: That line as it stands, without blanks around it.
        message: What is wrong, in a sentence.
        rule: `id` of the detector.
        fix: A rewrite that the detector proposes.
        column: 1-based, in characters.
        end_column: 1-based first character behind what was found.
    """

    pattern: str
    confidence: Confidence | None
    status: Status
    path: str
    line: int
    end_line: int
    evidence: str
    message: str
    rule: str
    fix: Fix | None = None
    column: int = 1
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a pattern or an item is on the list.

    Attributes:
        text: In words: "adds `ForeignKey`".
        path: Of the file that gives cause.
        line: 1-based line of the new file; None for a cause that is the file itself.
        signal: What kind of cause: detector, identifier (imports included) or glob.
    """

    text: str
    path: str
    line: int | None
    signal: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a person must look at.

    Attributes:
        pattern: Name of the pattern, checklist or built-in question that it comes from.
        confidence: Of the pattern, as counted; None where it is no pattern.
        kind: What is asked about it.
        item: The question or instruction, on one line.
        status: `TO_CHECK`; `FOLLOWED` where the change shows it.
        causes: Why it is asked, most telling first; at least one.
    """

    pattern: str
    confidence: Confidence | None
    kind: ItemKind
    item: str
    status: Status
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A change held against a memory.

    Attributes:
        base: What the change is against, as a person would say it.
        files: Paths of all files that differ, in the order of the diff.
        findings: By path and line.
        checklist: HIGH patterns first, then MEDIUM, LOW, checklists and built-in questions;
            within these by how telling the cause is, then by name.
        unread: Files whose lines could not be looked at, with the reason as message.
        faults: Detectors and pages that could not be used, with their place in the memory.
        commit: Full hash of the commit that holds the change; None when none does.
    """

    base: str
    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    checklist: tuple[Item, ...]
    unread: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    commit: str | None = None

    @property
    def violations(self) -> tuple[Finding, ...]:
        """Return the findings that break a pattern."""
        return tuple(one for one in self.findings if one.status is Status.VIOLATED)


@dataclass(frozen=True, slots=True)
class Signals:
    """Why a pattern is on the list, or is not.

    Attributes:
        pattern: Its name.
        confidence: As counted; None for a question that hardwon brings.
        applies_to: Its globs; empty for all files.
        languages: Of its code examples, sorted.
        detectors: Id, role and number of matches on changed lines of each detector, in the order
            of the pattern.
        matches: Where they matched.
        names: Names of the pattern that the change uses: how telling each is, and where.
        weight: The sum of these.
        enough: The sum from which a pattern is on the list for its names alone.
        findings: What it came to.
        items: Likewise.
    """

    pattern: str
    confidence: Confidence | None
    applies_to: tuple[str, ...]
    languages: tuple[str, ...]
    detectors: tuple[tuple[str, str, int], ...]
    matches: tuple[Cause, ...]
    names: tuple[tuple[Cause, float], ...]
    weight: float
    enough: float
    findings: tuple[Finding, ...]
    items: tuple[Item, ...]
