"""The small values that everything else is made of."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """What the counted examples of a pattern justify; ordered LOW < MEDIUM < HIGH."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"

    @property
    def rank(self) -> int:
        """Return 0 for LOW, 1 for MEDIUM, 2 for HIGH."""
        return list(Confidence).index(self)


class Outcome(StrEnum):
    """How an experience ended. BLOCKED and FAILED speak against an applied pattern."""

    SUCCESS = "SUCCESS"
    PARTIAL = "PARTIAL"
    BLOCKED = "BLOCKED"
    FAILED = "FAILED"

    @property
    def is_failure(self) -> bool:
        """Return whether a pattern applied here is contradicted rather than confirmed."""
        return self in {Outcome.BLOCKED, Outcome.FAILED}


class Dialect(StrEnum):
    """The four ways in which a pattern is written; edits keep to the one they find."""

    BOLD = "bold"  # **Confidence:** HIGH
    SECTION = "section"  # ### Confidence / - **Level:** HIGH
    HEADER = "header"  # front matter
    BULLET = "bullet"  # - **name** (90%) / - Trigger: ...


@dataclass(slots=True, unsafe_hash=True)  # frozen, making one takes four times as long
class Span:
    """A half-open range of 1-based lines: `start` is in it, `end` is not."""

    start: int
    end: int

    def __contains__(self, line: int) -> bool:
        return self.start <= line < self.end


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as its author wrote it: a day, a month or a year."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """Return `2026-04-03`, `2026-04` or `2026`."""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    @classmethod
    def from_iso(cls, text: str) -> PartialDate:
        """Return the date that `iso` rendered; raises ValueError for anything else."""
        parts = [int(part) for part in text.split("-")]
        return cls(*parts)

    @property
    def first_day(self) -> dt.date:
        """Return the earliest day that this can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> dt.date:
        """Return the latest day that this can mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def covers(self, other: PartialDate) -> bool:
        """Return whether `other` lies within this date or this within `other`."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many net examples each confidence needs.

    Source: design, "Learning": LOW 1, MEDIUM 2-4, HIGH 5 or more; `hardwon.toml` may change them.

    Attributes:
        medium: Net examples from which a pattern is MEDIUM.
        high: Net examples from which a pattern is HIGH.
        require_projects: Distinct projects that HIGH needs besides; 0 demands none.
    """

    medium: int = 2
    high: int = 5
    require_projects: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that could not be read as meant; the rest of the file was.

    Attributes:
        code: Name of the fault, one of those in docs/checks.md.
        path: File, relative to the memory folder.
        line: 1-based.
        message: What is wrong and what would be right.
    """

    code: str
    path: str
    line: int
    message: str
