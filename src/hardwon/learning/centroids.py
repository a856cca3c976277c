"""Which pattern a text is most like, each pattern taken as the sum of its texts.

A pattern says more through its examples than through its own words, and all of them together
say more than the best one alone (docs/adr/0011-matching.md has the figures). So each pattern is
one bag of words: those of its own text, counted twice, and those of each note that it lists. A
word weighs the more, the fewer patterns hold it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hardwon.learning.words import stem, words

# A pattern's own text counts as much as two examples.
OWN_TEXT = 2.0

# Beyond these a text repeats itself; the bounds keep one long log from costing seconds.
_MAX_CHARS = 60_000
_MAX_WORDS = 600

# Words are near when this share of their parts of three to five letters is the same (cosine).
_NEAR = 0.5
_START = 3  # they must begin with the same letters, or all words would have to be compared
_SHORTEST = 4

# Among more patterns than that only those are compared in full that share the rarer words.
_FEW = 400
_COMPARED = 64

# What a word weighs that all of many patterns hold; among few, where little shows which words
# are common, it weighs more: twice as much with one pattern.
_COMMON = 0.5

# The lengths of all patterns are worked out again when so many more patterns are known.
_GROWTH = 1.05


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a text as stems, stop words included, each with its weight; length 1."""

    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """How like a text is to a pattern.

    Attributes:
        key: The pattern.
        words: Cosine of the words, 0 to 1.
        near: What words of like spelling add to it.
        meaning: What a model adds that knows what texts mean; 0 where none is asked.
    """

    key: str
    words: float
    near: float
    meaning: float = 0.0

    @property
    def score(self) -> float:
        """Return the sum of all; of the words alone it is 0 to about 1."""
        return round(self.words + self.near + self.meaning, 4)


class _Stems(dict[str, tuple[str, ...]]):
    """The stems of each run of letters that was met, stop words included."""

    def __missing__(self, run: str) -> tuple[str, ...]:
        if len(self) > _MAX_KNOWN:
            self.clear()
        known = self[run] = tuple(stem(word) for word in words(run))
        return known


_MAX_KNOWN = 200_000
_STEMS = _Stems()
_RUN = re.compile(r"[^\W_]+(?:[+#]+)?|[+&]\d+")


def terms(title: str, text: str) -> Terms:
    """Return the words of a text; those of the title count twice."""
    counts: Counter[str] = Counter()
    for part, times in ((title, 2), (text, 1)):
        runs = _RUN.findall(part[:_MAX_CHARS])[:_MAX_WORDS]
        found = Counter(itertools.chain.from_iterable(map(_STEMS.__getitem__, runs)))
        for word, count in found.items():
            counts[word] += times * count
    weights = {word: 1 + math.log(count) for word, count in counts.items()}
    length = _norm(weights.values()) or 1.0
    return Terms({word: weight / length for word, weight in weights.items()})


class Centroids:
    """The patterns of a memory, each as the sum of its texts.

    What is found depends on the texts and on the order in which they were added, and on
    nothing else.
    """

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, float]] = {}
        self._holders: dict[str, list[str]] = {}  # word -> the patterns that hold it
        self._lengths: dict[str, float] = {}
        self._measured = 0  # how many patterns there were when all lengths were worked out
        self._near = _NearWords()

    def __len__(self) -> int:
        return len(self._sums)

    def __contains__(self, key: str) -> bool:
        return key in self._sums

    def add(self, key: str, text: Terms, weight: float = 1.0) -> None:
        """Add a text to the pattern `key`, which need not be known before."""
        sums = self._sums.setdefault(key, {})
        for word, value in text.weights.items():
            if word in sums:
                sums[word] += weight * value
                continue
            sums[word] = weight * value
            if word in self._holders:
                self._holders[word].append(key)
            else:
                self._holders[word] = [key]
                self._near.add(word)
        if len(self._sums) > _GROWTH * self._measured:
            self._measured = len(self._sums)
            self._lengths = {key: self._length(key) for key in self._sums}
        else:
            self._lengths[key] = self._length(key)

    def rank(self, text: Terms, limit: int) -> list[Ranked]:
        """Return the patterns most like `text`, best first; equal ones by key."""
        weights = {word: value * self._rarity(word) for word, value in text.weights.items()}
        length = _norm(weights.values()) or 1.0
        exact = {w: v / length * self._rarity(w) for w, v in weights.items() if w in self._holders}
        near: defaultdict[str, float] = defaultdict(float)
        for word, weight in weights.items():
            for other, likeness in self._near.find(word):
                near[other] += likeness * weight / length * self._rarity(other)
        found = []
        for key in self._candidates(exact, near):
            own, size = self._sums[key], self._lengths[key]
            same = math.fsum([own[word] * exact[word] for word in own.keys() & exact.keys()])
            like = math.fsum([own[word] * near[word] for word in own.keys() & near.keys()])
            found.append(Ranked(key, round(same / size, 4), round(like / size, 4)))
        return sorted(found, key=lambda ranked: (-ranked.score, ranked.key))[:limit]

    def _rarity(self, word: str) -> float:
        """Return what a word weighs: the more, the fewer patterns hold it."""
        known, holders = len(self._sums), len(self._holders.get(word, ()))
        return math.log((1 + known) / (1 + holders)) + _COMMON * (1 + 1 / max(1, known))

    def _length(self, key: str) -> float:
        """Return the length of a pattern's sum, by which its likeness is divided."""
        return _norm(v * self._rarity(word) for word, v in self._sums[key].items()) or 1.0

    def _candidates(self, exact: Mapping[str, float], near: Mapping[str, float]) -> Iterable[str]:
        """Return the patterns worth comparing in full: all of few, else those that share most."""
        if len(self._sums) <= _COMPARED:
            return list(self._sums)
        both = dict(exact)
        for word, weight in near.items():
            both[word] = both.get(word, 0.0) + weight
        shares: defaultdict[str, float] = defaultdict(float)
        for word in sorted(both, key=lambda word: (len(self._holders[word]), word)):
            holders = self._holders[word]
            if len(holders) > _FEW and len(shares) >= _COMPARED:
                break
            weight = both[word]
            for key in holders:
                shares[key] += weight * self._sums[key][word]
        ranked = sorted(shares, key=lambda key: (-shares[key] / self._lengths[key], key))
        return ranked[:_COMPARED]


class _NearWords:
    """Words of like spelling among those that were added."""

    def __init__(self) -> None:
        self._words: defaultdict[str, list[str]] = defaultdict(list)  # by their first letters
        self._found: dict[str, tuple[int, list[tuple[str, float]]]] = {}

    def add(self, word: str) -> None:
        if len(word) >= _SHORTEST:
            self._words[word[:_START]].append(word)

    def find(self, word: str) -> list[tuple[str, float]]:
        """Return the other words that are near `word`, each with its likeness, 0.5 to 1."""
        if len(word) < _SHORTEST or word[:_START] not in self._words:
            return []
        others = self._words[word[:_START]]
        seen, near = self._found.get(word, (0, []))
        if seen < len(others):
            parts = _parts(word)
            for other in others[seen:]:
                likeness = _likeness(parts, _parts(other)) if other != word else 0.0
                if likeness >= _NEAR:
                    near.append((other, likeness))
            self._found[word] = len(others), near
        return near


def _norm(values: Iterable[float]) -> float:
    return math.sqrt(math.fsum([value * value for value in values]))


@lru_cache(maxsize=65536)
def _parts(word: str) -> frozenset[str]:
    padded = f" {word} "
    sizes = (3, 4, 5)
    return frozenset(padded[n : n + size] for size in sizes for n in range(len(padded) - size + 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / math.sqrt(len(one) * len(other))
