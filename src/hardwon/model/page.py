"""A file of the memory as it was read: what it is and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardwon.model.experience import Experience
    from hardwon.model.pattern import Pattern
    from hardwon.model.values import Confidence, Fault, PartialDate, Span


class Role(StrEnum):
    """What a file is for."""

    BOOK = "book"
    EXPERIENCE = "experience"
    DRAFT = "draft"  # an experience that waits for somebody to complete it: it counts for nothing
    WORKFLOW = "workflow"
    CHECKLIST = "checklist"
    PAGE = "page"  # an index page, a README: neither pattern nor experience


@dataclass(frozen=True, slots=True)
class Item:
    """One `- [ ]` line of a checklist, with its 1-based line."""

    text: str
    done: bool
    line: int


@dataclass(frozen=True, slots=True)
class Checklist:
    """A workflow or a review checklist.

    Attributes:
        pattern: Name of the pattern that it was made from, if any.
        theme: Name of the theme when it was made from several patterns.
        hashes: Section name → short hash of what was generated, "" for the part before
            the first section. Empty for a checklist that was written by hand.
        status: "under review" when its pattern fell below HIGH.
    """

    path: str
    line: int
    title: str
    items: tuple[Item, ...]
    body: str
    pattern: str | None = None
    theme: str | None = None
    confidence: Confidence | None = None
    examples: int | None = None
    last_reinforced: PartialDate | None = None
    status: str | None = None
    hashes: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """An item of a book's "Next steps"."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals with which a book may end; each with its 1-based line."""

    last_updated: PartialDate | None = None
    last_updated_line: int | None = None
    total: int | None = None
    total_line: int | None = None
    breakdown: tuple[tuple[Confidence, int, int], ...] = ()  # level, patterns, line
    next_steps: tuple[NextStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One file, read."""

    path: str
    role: Role
    patterns: tuple[Pattern, ...] = ()
    experiences: tuple[Experience, ...] = ()
    checklist: Checklist | None = None
    totals: Totals = Totals()
    faults: tuple[Fault, ...] = ()
