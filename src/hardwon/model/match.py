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
        score: How like the text is to the pattern with all its examples; 0 to about 1.
        signals: `words` and `near` add up to the score: words that are the same, and words of
            like spelling. `alike` is the likeness to what the pattern itself says, 0 to 1.
    """

    pattern: str
    path: str
    score: float
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a note belongs that names no pattern.

    Attributes:
        decision: What learning would do unasked.
        best: The pattern that it is likeliest an example of; None where it is likeliest new.
        candidates: The patterns most like it, best first.
        margin: How far the first of these stands out.
        wanted: The margin from which it is likely.
        safe: The margin from which learning merges unasked, since this memory's own links show
            that it is right in 95 of 100 cases; None where they do not.
        background: What the best wrong pattern reached for the notes before, 0 to 1.
        reason: Why it was decided so, in a sentence.
    """

    decision: Decision
    best: MatchCandidate | None
    candidates: tuple[MatchCandidate, ...]
    margin: float
    wanted: float
    safe: float | None
    background: float
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a note stands where it does.

    Attributes:
        experience: Its key.
        title: Its title.
        listed_by: Names of the patterns that list it, sorted.
        refused_by: Names of the patterns that list it as no example, sorted.
        settled: Whether its front matter says which patterns it belongs to, if any.
        match: What its text says, with what was known before it.
    """

    experience: str
    title: str
    listed_by: tuple[str, ...]
    refused_by: tuple[str, ...]
    settled: bool
    match: Match
