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
class Semantic:
    """Whether and how search looks at the meaning of texts, where the extra is installed.

    Attributes:
        enabled: Whether it does at all.
        model: Name of a model of the user's own; "" for the one that the extra brings.
    """

    enabled: bool = True
    model: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one memory.

    Attributes:
        confidence: How many examples each level needs.
        matching: When a text means a pattern.
        semantic: What looks at the meaning of texts.
        stale_days: Days without a new example after which a pattern is called stale.
    """

    confidence: Thresholds = Thresholds()
    matching: Matching = Matching()
    semantic: Semantic = Semantic()
    stale_days: int = 180
