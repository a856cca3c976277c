"""How a text stands to the patterns of a memory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What a note would become: an example, a new pattern, or a question for a person."""

    PATTERN = "pattern"
    NEW = "new"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A pattern that a text may be an example of.

    Attributes:
        pattern: Its name.
        path: Its book.
        score: 0 to 1.
        signals: What the score is made of: words, grams, title, partial, each 0 to 1.
    """

    pattern: str
    path: str
    score: float
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Match:
    """What learning would decide about a text that names no pattern.

    Attributes:
        best: The first of `candidates`, or None.
        candidates: Best first.
    """

    decision: Decision
    best: MatchCandidate | None
    candidates: tuple[MatchCandidate, ...]
