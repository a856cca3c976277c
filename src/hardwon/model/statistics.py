"""What was counted in a memory, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.values import Confidence


class StepKind(StrEnum):
    """Why something is worth doing next; in the order in which it is told."""

    PROMOTE = "promote"  # one example short of the next level
    STALE = "stale"  # no new example for a long time
    UNPROVED = "unproved"  # MEDIUM or HIGH, and no example leads to a note
    UNDECIDED = "undecided"  # a note that a person must assign
    UNDER_REVIEW = "under_review"  # a workflow whose pattern fell below HIGH
    UNDATED = "undated"  # notes whose date cannot be known
    DRAFT = "draft"  # a captured session that waits for its lesson


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next; `pattern` is None where it concerns none."""

    kind: StepKind
    pattern: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Month:
    """How many patterns stood at each confidence at the end of `month` (`2026-03`)."""

    month: str
    low: int
    medium: int
    high: int

    @property
    def total(self) -> int:
        """Return the patterns of all levels."""
        return self.low + self.medium + self.high


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of one memory.

    Attributes:
        by_confidence: Every level, as counted from examples, LOW first.
        examples: Listed and claimed examples of all patterns.
        proved: Those whose note exists.
        timed_patterns: Patterns that state the time that one use saves.
        minutes_saved_stated: Minutes per use × net examples, summed over those patterns.
        timed_experiences: Notes that state the time that was saved.
        minutes_saved_measured: Sum of what those notes state.
        growth: One entry for every month from the first to the last dated example.
        undated_examples: Examples that `growth` leaves out: their month is not known, or lies
            in the future.
        undated_patterns: Patterns that `growth` leaves out, having no other examples.
    """

    patterns: int
    by_confidence: tuple[tuple[Confidence, int], ...]
    experiences: int
    workflows: int
    examples: int
    proved: int
    timed_patterns: int
    minutes_saved_stated: int
    timed_experiences: int
    minutes_saved_measured: int
    growth: tuple[Month, ...]
    undated_examples: int
    undated_patterns: int
    next_steps: tuple[Step, ...]

    @property
    def proved_share(self) -> float | None:
        """Return proved examples as a share of all, to three places; None without examples."""
        return round(self.proved / self.examples, 3) if self.examples else None
