"""Whether a note is an example of a pattern, judged from the two texts alone.

The score of a pair is a function of its two texts and of nothing else in the memory, so it
never changes as notes are added. Text alone cannot tell safely (docs/adr/0002): below near
identity it proposes, and a person, or this memory's own explicit links, decides.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from hardwon.learning.common_words import FULL, WEIGHTS
from hardwon.learning.words import stems
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Matching

Key = TypeVar("Key", bound=Hashable)

# Beyond these a text repeats itself; the bounds keep one long log from costing seconds.
_MAX_STEMS = 600
_MAX_CHARS = 60_000
_CANDIDATES = 8
# Two texts whose words have less in common than this are not compared any further.
_MIN_WORDS = 0.12
# Shares of the four signals, from the ranking experiments named in docs/adr/0002.
_WORDS, _GRAMS, _TITLE, _PARTIAL = 0.3, 0.3, 0.2, 0.2


@dataclass(frozen=True, slots=True)
class Profile:
    """A text made ready for comparing.

    Attributes:
        title: Stems of the title, in order, as one text.
        words: Stem → weight, of length 1.
        title_words: The same for the title alone.
        text: All stems as one text.
    """

    title: str
    words: Mapping[str, float]
    title_words: Mapping[str, float]
    text: str


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a match, each from 0 to 1."""

    words: float
    grams: float
    title: float
    partial: float

    @property
    def score(self) -> float:
        """Return the weighed sum, from 0 to 1."""
        total = (
            _WORDS * self.words + _GRAMS * self.grams + _TITLE * self.title
            + _PARTIAL * self.partial
        )  # fmt: skip
        return round(total, 4)


def profile(title: str, text: str) -> Profile:
    """Return `title` and `text` ready for comparing; the title counts twice."""
    title_stems = stems(title[:_MAX_CHARS])[:_MAX_STEMS]
    body = stems(text[:_MAX_CHARS])[:_MAX_STEMS]
    return Profile(
        title=" ".join(title_stems),
        words=_unit(Counter([*title_stems, *title_stems, *body])),
        title_words=_unit(Counter(title_stems)),
        text=" ".join([*title_stems, *body]),
    )


def profile_of_pattern(pattern: Pattern) -> Profile:
    """Return the profile of what a pattern says; its examples do not count, so that
    reinforcing it does not move it.
    """
    return profile(
        pattern.name, "\n".join(filter(None, (pattern.context, pattern.pattern, pattern.why)))
    )


def profile_of_experience(experience: Experience) -> Profile:
    """Return the profile of a note: title and whole text."""
    return profile(experience.title, experience.body)


def compare(one: Profile, other: Profile) -> Signals:
    """Return how alike two texts are; symmetric."""
    from rapidfuzz import fuzz

    short, long = sorted((one.title, other.title), key=lambda title: (len(title), title))
    return Signals(
        words=round(_dot(one.words, other.words), 4),
        grams=round(_dot(_grams(one.text), _grams(other.text)), 4),
        title=round(_dot(one.title_words, other.title_words), 4),
        partial=round(fuzz.partial_ratio(short, long) / 100, 4) if short else 0.0,
    )


class Nearest(Generic[Key]):
    """The most alike of many texts, found by the words that they share."""

    def __init__(self) -> None:
        self._profiles: dict[Key, Profile] = {}
        self._postings: dict[str, dict[Key, float]] = {}

    def add(self, key: Key, text: Profile) -> None:
        """Add the text of `key`, or put it in the place of its old one."""
        self.remove(key)
        self._profiles[key] = text
        for stem, weight in text.words.items():
            self._postings.setdefault(stem, {})[key] = weight

    def remove(self, key: Key) -> None:
        """Forget `key`, if it is known."""
        old = self._profiles.pop(key, None)
        for stem in old.words if old is not None else ():
            del self._postings[stem][key]

    def get(self, key: Key) -> Profile:
        """Return the text of `key`; raises KeyError."""
        return self._profiles[key]

    def find(self, text: Profile, limit: int | None = _CANDIDATES) -> list[tuple[Key, Signals]]:
        """Return the keys most like `text` with their signals, best first.

        Args:
            text: What is looked for.
            limit: How many are compared in full; None for all that share enough words.
        """
        sums: dict[Key, float] = {}
        for stem, weight in text.words.items():
            for key, other in self._postings.get(stem, {}).items():
                sums[key] = sums.get(key, 0.0) + weight * other
        near = [(value, key) for key, value in sums.items() if value >= _MIN_WORDS]
        if limit is not None:
            near = heapq.nlargest(limit, near, key=lambda pair: pair[0])
        found = [(key, compare(text, self._profiles[key])) for _, key in near]
        return sorted(found, key=lambda pair: (-pair[1].score, str(pair[0])))


@dataclass(frozen=True, slots=True)
class Label:
    """An answer that the memory knows: the score of a note's best match, and if it is right."""

    score: float
    right: bool


# How sure the memory's own links must make us before text alone merges: 95 % right of at
# least 20, as docs/adr/0002 argues.
_TRUST_SHARE = 0.95
_TRUST_COUNT = 20


def trusted_score(labels: Iterable[Label], matching: Matching) -> float:
    """Return the score from which a note is merged unasked.

    That is `matching.merge` (near identity), or less where this memory's explicit links show
    that from a lower score on 95 % of at least 20 best matches were right.
    """
    ordered = sorted(labels, key=lambda label: (-label.score, label.right))
    best = matching.merge
    right = 0
    for number, label in enumerate(ordered, start=1):
        right += label.right
        is_last = number == len(ordered) or ordered[number].score < label.score
        if is_last and right >= _TRUST_COUNT and right / number >= _TRUST_SHARE:
            best = min(best, label.score)
    return max(best, matching.propose)


def _unit(counts: Mapping[str, int]) -> dict[str, float]:
    weights = {
        stem: (1 + math.log(count)) * WEIGHTS.get(stem, FULL) for stem, count in counts.items()
    }
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    # Sorted, so that sums do not depend on the order of the words.
    return {stem: weights[stem] / length for stem in sorted(weights)} if length else {}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return math.fsum(weight * other[key] for key, weight in one.items() if key in other)


@lru_cache(maxsize=4096)
def _grams(text: str) -> Mapping[str, float]:
    """Return the character 3- to 5-grams of the stems in `text`, each with its stem's weight."""
    grams: dict[str, float] = {}
    for stem, count in Counter(text.split()).items():
        padded = f" {stem} "
        own = [padded[n : n + size] for size in (3, 4, 5) for n in range(len(padded) - size + 1)]
        weight = (1 + math.log(count)) * WEIGHTS.get(stem, FULL) / math.sqrt(len(own) or 1)
        for gram in own:
            grams[gram] = grams.get(gram, 0.0) + weight
    length = math.sqrt(math.fsum(value * value for value in grams.values()))
    return {gram: grams[gram] / length for gram in sorted(grams)} if length else {}
