"""What a memory may decide for itself in `hardwon.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from hardwon.model.values import Thresholds


@dataclass(frozen=True, slots=True)
class Matching:
    """When a text or a name means a pattern.

    Attributes:
        name_score: Likeness of names, 0 to 100, from which a short form means a pattern.
        propose: Score of texts, 0 to 1, from which a note may be an example of a pattern.
        recur: Score from which two notes may tell of the same thing.
        merge: Score from which a note is merged unasked; near identity by default.
    """

    name_score: float = 90.0
    propose: float = 0.35
    recur: float = 0.60
    merge: float = 0.90


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one memory.

    Attributes:
        confidence: How many examples each level needs.
        matching: When a text means a pattern.
        stale_days: Days without a new example after which a pattern is called stale.
    """

    confidence: Thresholds = Thresholds()
    matching: Matching = Matching()
    stale_days: int = 180
