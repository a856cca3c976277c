"""Whether a note is an example of a pattern, judged from the two texts alone.

The score of a pair is a function of its two texts and of nothing else in the memory, so it
never changes as notes are added. Text alone cannot tell safely (docs/adr/0002): below near
identity it proposes, and a person, or this memory's own explicit links, decides.

Of many texts only those are compared that share the rarer words of the one that is asked for.
What that misses, `find_all` finds; `tests/unit/learning/test_capped_matching.py` counts it.
"""

from __future__ import annotations

import bisect
import heapq
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from hardwon.learning.common_words import FULL, WEIGHTS
from hardwon.learning.words import stems
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern

Key = TypeVar("Key", bound=Hashable)

# Beyond these a text repeats itself; the bounds keep one long log from costing seconds.
_MAX_STEMS = 600
_MAX_CHARS = 60_000
_CANDIDATES = 8
# Two texts whose words have less in common than this are not compared any further.
_MIN_WORDS = 0.12
# Among so few texts all are compared. Of more, those are that share words of the title, or some
# of the rarest words, with the text that is asked for; words that more texts than that hold find
# nobody, unless it has no others.
_FEW = 200
_MAX_POSTING = 400
_MAX_LOOKED_UP = 96
# What titles have in common speaks for a text beside its words, as in the score.
_TITLE_SHARE = 0.33
# Of the texts found so, the best are compared word for word.
_MAX_COMPARED = 32
# The n-grams of two texts are hardly more alike than their words: over 14,395 pairs of the
# public corpus by 0.37 at most. Where even that much would not reach the score that is asked
# for, they are not compared.
_GRAMS_ABOVE_WORDS = 0.4
# Shares of the four signals, from the ranking experiments named in docs/adr/0002.
_WORDS, _GRAMS, _TITLE, _PARTIAL = 0.3, 0.3, 0.2, 0.2


class Profile:
    """A text made ready for comparing; what is not asked for is not worked out.

    Attributes:
        title: Stems of the title, in order, as one text.
        stems: How often each stem stands in the text; those of the title count twice.
    """

    __slots__ = ("_body", "_grams", "_title_words", "_words", "stems", "title")

    def __init__(self, title: Sequence[str], body: Sequence[str]) -> None:
        self.title = " ".join(title)
        self.stems = Counter([*title, *title, *body])
        self._body = body
        self._words: Mapping[str, float] | None = None
        self._title_words: Mapping[str, float] | None = None
        self._grams: _Grams | None = None

    @property
    def words(self) -> Mapping[str, float]:
        """Return stem → weight, of length 1."""
        if self._words is None:
            self._words = _unit(self.stems)
        return self._words

    @property
    def title_words(self) -> Mapping[str, float]:
        """Return the same for the title alone."""
        if self._title_words is None:
            self._title_words = _unit(Counter(self.title.split()))
        return self._title_words

    @property
    def grams(self) -> _Grams:
        """Return the character n-grams of all stems."""
        if self._grams is None:
            self._grams = _Grams(Counter([*self.title.split(), *self._body]))
        return self._grams


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
    return Profile(_stems(title[:_MAX_CHARS])[:_MAX_STEMS], _stems(text[:_MAX_CHARS])[:_MAX_STEMS])


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
    return _complete(one.grams.likeness(), other, _compare_words(one, other))


def _compare_words(one: Profile, other: Profile) -> Signals:
    """Return how alike the words and the titles of two texts are; their n-grams as 0."""
    from rapidfuzz import fuzz

    short, long = one.title, other.title
    if (len(short), short) > (len(long), long):
        short, long = long, short
    return Signals(
        words=round(_dot(one.words, other.words), 4),
        grams=0.0,
        title=round(_dot(one.title_words, other.title_words), 4),
        partial=round(fuzz.partial_ratio(short, long) / 100, 4) if short else 0.0,
    )


def _complete(likeness: _Likeness, other: Profile, signals: Signals) -> Signals:
    grams = round(likeness.to(other.grams), 4)
    return Signals(signals.words, grams, signals.title, signals.partial)


def _most(signals: Signals) -> float:
    """Return the score that a pair without its n-grams may reach with them."""
    return signals.score + _GRAMS * min(1.0, signals.words + _GRAMS_ABOVE_WORDS)


class Nearest(Generic[Key]):
    """The most alike of many texts, found by the words that they share."""

    def __init__(self) -> None:
        self._profiles: dict[Key, Profile] = {}
        self._numbers: dict[Key, int] = {}
        self._keys: dict[int, Key] = {}
        self._next = 0
        # Stem → numbers of the texts that hold it, ascending; and its weight in each of them,
        # where that was asked for.
        self._postings: dict[str, list[int]] = {}
        self._weights: dict[str, list[float]] = {}
        self._titles: dict[str, dict[int, float]] = {}  # stem of a title -> number -> weight

    def add(self, key: Key, text: Profile) -> None:
        """Add the text of `key`, or put it in the place of its old one."""
        self.remove(key)
        number = self._next
        self._next += 1
        self._profiles[key] = text
        self._numbers[key], self._keys[number] = number, key
        postings, weights = self._postings, self._weights
        for word in text.stems:
            if word in postings:
                postings[word].append(number)
            else:
                postings[word] = [number]
            if word in weights:
                weights[word].append(text.words[word])
        for word, weight in text.title_words.items():
            self._titles.setdefault(word, {})[number] = weight

    def remove(self, key: Key) -> None:
        """Take the text of `key` away, if it is known."""
        old = self._profiles.pop(key, None)
        if old is None:
            return
        number = self._numbers.pop(key)
        del self._keys[number]
        for word in old.stems:
            posting = self._postings[word]
            place = bisect.bisect_left(posting, number)
            del posting[place]
            if word in self._weights:
                del self._weights[word][place]
        for word in old.title_words:
            del self._titles[word][number]

    def get(self, key: Key) -> Profile:
        """Return the text of `key`; raises KeyError."""
        return self._profiles[key]

    def find(self, text: Profile, floor: float = 0.0) -> list[tuple[Key, Signals]]:
        """Return up to eight of the keys most like `text` with their signals, best first.

        Args:
            text: What is looked for.
            floor: The score from which a key is returned.
        """
        return self._compare(text, self._near(text), lambda _: floor)[:_CANDIDATES]

    def find_all(self, text: Profile, floor: Callable[[Key], float]) -> list[tuple[Key, Signals]]:
        """Return all keys that share enough words with `text`, with their signals, best first.

        Args:
            text: What is looked for.
            floor: Gives the score from which a key is returned.
        """
        keys = (key for value, key in self._sums(text) if value >= _MIN_WORDS)
        near = ((key, _compare_words(text, self._profiles[key])) for key in keys)
        return self._compare(text, near, floor)

    def find_best(
        self, text: Profile, skipped: Callable[[Key], bool]
    ) -> tuple[Key, Signals] | None:
        """Return the key most like `text` that is not `skipped`, with its signals, or None."""
        near = [
            (-_most(signals), str(key), key, signals)
            for key, signals in self._near(text)
            if not skipped(key)
        ]
        best: tuple[float, str, Key, Signals] | None = None
        likeness: _Likeness | None = None
        for most, name, key, signals in sorted(near, key=lambda found: found[:2]):
            if best is not None and most > best[0]:
                break
            likeness = likeness or text.grams.likeness()
            whole = _complete(likeness, self._profiles[key], signals)
            if best is None or (-whole.score, name) < best[:2]:
                best = (-whole.score, name, key, whole)
        return best[2:] if best is not None else None

    def _compare(
        self,
        text: Profile,
        near: Iterable[tuple[Key, Signals]],
        floor: Callable[[Key], float],
    ) -> list[tuple[Key, Signals]]:
        found = []
        likeness: _Likeness | None = None
        for key, signals in near:
            least = floor(key)
            if _most(signals) >= least:
                likeness = likeness or text.grams.likeness()
                whole = _complete(likeness, self._profiles[key], signals)
                if whole.score >= least:
                    found.append((key, whole))
        return sorted(found, key=lambda pair: (-pair[1].score, str(pair[0])))

    def _near(self, text: Profile) -> list[tuple[Key, Signals]]:
        """Return keys with words like those of `text`, their n-grams not yet compared."""
        if len(self._profiles) <= _FEW:
            some = [(value, key) for value, key in self._sums(text) if value >= _MIN_WORDS]
            keys = [key for _, key in heapq.nlargest(_CANDIDATES, some, key=lambda n: n[0])]
        else:
            keys = self._candidates(text)
        found = ((key, _compare_words(text, self._profiles[key])) for key in keys)
        return [(key, signals) for key, signals in found if signals.words >= _MIN_WORDS]

    def _candidates(self, text: Profile) -> list[Key]:
        """Return the keys that share most of the rarer words of `text`, and of its title."""
        known = [(len(p), word) for word in text.stems if (p := self._postings.get(word))]
        known.sort()
        shares: defaultdict[int, float] = defaultdict(float)
        weights = text.words
        for count, (size, word) in enumerate(known):
            if (size > _MAX_POSTING or count >= _MAX_LOOKED_UP) and len(shares) >= _CANDIDATES:
                break
            weight = weights[word]
            for number, other in zip(self._postings[word], self._weights_of(word), strict=True):
                shares[number] += weight * other
        for word, weight in text.title_words.items():
            titled = self._titles.get(word)
            if titled is not None and len(titled) <= _MAX_POSTING:
                for number, other in titled.items():
                    shares[number] += _TITLE_SHARE * weight * other
        least = sorted(shares.values())[-_MAX_COMPARED] if len(shares) > _MAX_COMPARED else 0.0
        return [self._keys[number] for number, share in shares.items() if share >= least]

    def _sums(self, text: Profile) -> Iterable[tuple[float, Key]]:
        """Yield the likeness of the words of `text` to those of each text that shares one of
        its weightier words; without the others nothing reaches `_MIN_WORDS`.
        """
        ranked = sorted(text.words.items(), key=lambda word: (-word[1], word[0]))
        heavy = len(ranked)
        rest = 0.0
        while heavy and math.sqrt(rest + ranked[heavy - 1][1] ** 2) < _MIN_WORDS:
            heavy -= 1
            rest += ranked[heavy][1] ** 2
        sums: defaultdict[int, float] = defaultdict(float)
        for word, weight in ranked[:heavy]:
            posting = self._postings.get(word)
            if posting:
                for number, other in zip(posting, self._weights_of(word), strict=True):
                    sums[number] += weight * other
        for word, weight in ranked[heavy:]:
            posting = self._postings.get(word)
            if posting:
                for number, other in zip(posting, self._weights_of(word), strict=True):
                    if number in sums:
                        sums[number] += weight * other
        return ((value, self._keys[number]) for number, value in sums.items())

    def _weights_of(self, word: str) -> list[float]:
        known = self._weights.get(word)
        if known is None:
            texts = (self._profiles[self._keys[number]] for number in self._postings[word])
            known = self._weights[word] = [text.words[word] for text in texts]
        return known


# A run of letters and digits, with the marks that `words` takes for a part of it.
_RUN = re.compile(r"[^\W_]+(?:[+#]+)?|[+&]\d+")


class _Stems(dict[str, tuple[str, ...]]):
    """The stems of each run of letters that was met: none for words that say nothing."""

    def __missing__(self, run: str) -> tuple[str, ...]:
        if len(self) > _MAX_KNOWN_STEMS:
            self.clear()
        known = self[run] = tuple(stems(run))
        return known


_MAX_KNOWN_STEMS = 200_000
_STEMS = _Stems()


def _stems(text: str) -> list[str]:
    """Return `stems(text)`, with each run of letters worked out once."""
    return list(itertools.chain.from_iterable(map(_STEMS.__getitem__, _RUN.findall(text))))


def _unit(counts: Mapping[str, int]) -> dict[str, float]:
    weights = {
        stem: (_LOGS[count] if count < len(_LOGS) else 1 + math.log(count))
        * WEIGHTS.get(stem, FULL)
        for stem, count in counts.items()
    }
    length = math.sqrt(sum([weight * weight for weight in weights.values()]))
    return {stem: weight / length for stem, weight in weights.items()} if length else {}


_LOGS = [0.0, *(1 + math.log(count) for count in range(1, 50))]


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    # The sum is exact before it is rounded: it does not depend on the order.
    return math.fsum([one[key] * other[key] for key in one.keys() & other.keys()])


@lru_cache(maxsize=16384)
def _grams_of(stem: str) -> tuple[list[str], float]:
    """Return the character 3- to 5-grams of a stem, and what each weighs."""
    padded = f" {stem} "
    own = [padded[n : n + size] for size in (3, 4, 5) for n in range(len(padded) - size + 1)]
    return own, WEIGHTS.get(stem, FULL) / math.sqrt(len(own) or 1)


class _Grams:
    """The character 3- to 5-grams of a text, each with the weights of the stems that hold it.

    Of a text that is compared with others only their sum is kept.
    """

    __slots__ = ("_stems", "length")

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._stems = [(word, 1 + math.log(count)) for word, count in counts.items()]
        own = self._spread()
        self.length = math.sqrt(math.fsum([value * value for value in own.values()]))

    def _spread(self) -> dict[str, float]:
        grams: dict[str, float] = {}
        for word, often in self._stems:
            own, share = _grams_of(word)
            weight = often * share
            for gram in own:
                grams[gram] = grams.get(gram, 0.0) + weight
        return grams

    def likeness(self) -> _Likeness:
        """Return what compares this text with others."""
        return _Likeness(self._spread(), self.length)

    @property
    def stems(self) -> Sequence[tuple[str, float]]:
        """Return the stems, each with the weight that its frequency gives it."""
        return self._stems


class _Likeness:
    """How alike the n-grams of one text are to those of others."""

    __slots__ = ("_grams", "_known", "_length")

    def __init__(self, grams: dict[str, float], length: float) -> None:
        self._grams = grams
        self._length = length
        self._known: dict[str, float] = {}  # word -> what its n-grams weigh in the one text

    def to(self, other: _Grams) -> float:
        """Return the cosine, 0 to 1."""
        if not self._length or not other.length:
            return 0.0
        known, parts = self._known, []
        for word, often in other.stems:
            value = known.get(word)
            if value is None:
                own, share = _grams_of(word)
                get = self._grams.get
                value = known[word] = share * math.fsum([get(gram, 0.0) for gram in own])
            parts.append(often * value)
        return math.fsum(parts) / (self._length * other.length)
