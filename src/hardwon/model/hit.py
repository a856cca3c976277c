"""What a search is asked for, and what it found.

Named tuples, not dataclasses as elsewhere: every search makes these classes when it starts,
and a frozen dataclass of nine fields takes eight times as long to make (0.5 ms).
"""

from __future__ import annotations

from typing import NamedTuple


class Filters(NamedTuple):
    """What a hit must be; an empty collection or None asks for nothing.

    Attributes:
        since: ISO day, month or year.
        project: Folded name.
    """

    kinds: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()
    project: str | None = None
    since: str | None = None


class Hit(NamedTuple):
    """Something that was found.

    Attributes:
        kind: pattern, experience, workflow or checklist.
        path: Relative to the memory folder.
        line: 1-based.
        score: Above 0; higher is better.
        confidence: As counted; None for what has none.
        date: ISO, as precise as it is known.
        snippet: Text around the best match, on one line.
        found: Half-open ranges of characters of `snippet` that match.
    """

    kind: str
    title: str
    path: str
    line: int
    score: float
    confidence: str | None
    date: str | None
    snippet: str
    found: tuple[tuple[int, int], ...] = ()


class Found(NamedTuple):
    """What a search found.

    Attributes:
        query: As it was given.
        corrected: The query that was searched for instead; None when it was the one given.
        replaced: Each misspelt word with the one taken for it.
        hits: Best first.
        skipped: Number of files that could not be read and so not be searched.
        lacking: Number of documents that have no vector yet, where they are to have one.
        fault: Why words alone counted, where the sentence model should have helped.
    """

    query: str
    corrected: str | None
    replaced: tuple[tuple[str, str], ...]
    hits: tuple[Hit, ...]
    skipped: int
    lacking: int = 0
    fault: str | None = None
