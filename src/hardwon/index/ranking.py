"""How well documents answer a query: numbers in, numbers out, nothing of SQL.

The formula and what each part of it is worth stand in docs/adr/0009-ranking.md.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

BODY_WEIGHTS = {"labels": 1.5, "lead": 1.5, "body": 1.0, "code": 0.6}

_STOP_WEIGHT = 0.5
_TITLE_ALONE = 0.2
_TITLE_NAMED = 0.5
_KIN = 0.6
_NEAR = 0.5
_PAIRS = 0.3
_PHRASE = 1.0
_SOURCE = 0.2
_WINDOW = 8  # words
_LEAST_ALIKE = 0.4
_SHARED = 3  # letters at the beginning, which words of one family share
_MOST_KIN = 12
_COMPLETED = 0.5  # a word of which only the beginning was typed

# For each document: how often a stem stands in its title, and in the rest of it as that weighs.
Tally = Mapping[int, tuple[float, float]]
# For each document that holds a stem: column → offsets.
Places = Mapping[int, Mapping[str, Sequence[int]]]


class Question(NamedTuple):
    """What is asked, by stems.

    Attributes:
        weights: What each stem that is there to be found counts.
        core: Those that say something about the matter, or all where none does.
        kin: What words count that are spelt much like those of the query.
        total: What the whole of `core` counts, with what stands for words that no note holds.
    """

    weights: Mapping[str, float]
    core: Collection[str]
    kin: Mapping[str, float]
    total: float


class Size(NamedTuple):
    """How many words a document has in its title, and what a word there and elsewhere counts."""

    title_words: int
    title: float
    rest: float


def rarity(holding: int, total: int) -> float:
    """Return what a word says that so many of `total` documents hold; above 0."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def weigh(
    stems: Iterable[tuple[str, bool]], rarities: Mapping[str, float]
) -> tuple[dict[str, float], list[str]]:
    """Return what each stem counts, as often as it is asked for, and which are the core.

    Args:
        stems: Of the words of a query in order, with whether each is a stop word.
        rarities: Those of the stems that any document holds.
    """
    known = [(stem, is_stop) for stem, is_stop in stems if stem in rarities]
    core = list(dict.fromkeys(stem for stem, is_stop in known if not is_stop))
    weights: dict[str, float] = defaultdict(float)
    for stem, _ in known:
        counts = 1.0 if stem in core or not core else _STOP_WEIGHT
        weights[stem] += counts * rarities[stem]
    return dict(weights), core or list(weights)


def measure(title_words: int, rest_words: int, title_mean: float, rest_mean: float) -> Size:
    """Return what words of a document count: the more, the fewer there are."""
    return Size(
        title_words,
        3 / (0.05 + 0.95 * title_words / (title_mean or 1)),
        1 / (0.2 + 0.8 * rest_words / (rest_mean or 1)),
    )


def tally(places: Places) -> dict[int, tuple[float, float]]:
    """Return how often a stem stands in each document that holds it."""
    return {
        number: (
            len(columns.get("title", ())),
            sum(weight * len(columns.get(name, ())) for name, weight in BODY_WEIGHTS.items()),
        )
        for number, columns in places.items()
    }


def find_kin(
    stem: str, vocabulary: Iterable[tuple[str, float]], weight: float, *, begun: str = ""
) -> dict[str, float]:
    """Return the words of `vocabulary` most like `stem`, with what each counts in its place.

    Likeness is Dice's coefficient over the trigrams of the two words.

    Args:
        stem: One that the query asks for.
        vocabulary: Other stems with their rarity.
        weight: What `stem` counts; none of its kin counts more.
        begun: The beginning of a word that is still being typed.
    """
    own = _trigrams(stem)
    alike = []
    for other, rare in vocabulary:
        if other == stem:
            continue
        theirs = _trigrams(other)
        likeness = 2 * len(own & theirs) / (len(own) + len(theirs))
        if begun and other.startswith(begun):
            likeness = max(likeness, _COMPLETED)
        if likeness >= _LEAST_ALIKE:
            alike.append((-likeness, other, likeness * min(weight, rare)))
    return {other: counts for _, other, counts in sorted(alike)[:_MOST_KIN]}


def begins_alike(stem: str) -> str:
    """Return the letters with which all kin of `stem` begin."""
    return stem[:_SHARED]


def best_kin(kin: Mapping[str, float]) -> dict[str, float]:
    """Return those of `kin` that count most."""
    best = sorted(kin, key=lambda stem: (-kin[stem], stem))[:_MOST_KIN]
    return {stem: kin[stem] for stem in best}


def _trigrams(word: str) -> set[str]:
    padded = f"${word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def score_words(
    question: Question, tallies: Mapping[str, Tally], sizes: Mapping[int, Size]
) -> dict[int, float]:
    """Return for each document of `sizes` what the words in it answer, wherever they stand.

    Saturated BM25 over weighted fields; the title once more on its own, and by how much of it
    the query names; words spelt alike.
    """
    scores = dict.fromkeys(sizes, 0.0)
    named = dict.fromkeys(sizes, 0.0)
    title_words = dict.fromkeys(sizes, 0)
    whole = sum(question.weights.values()) or 1.0
    for stem, weight in question.weights.items():
        core_share = weight / question.total if stem in question.core else 0.0
        share = weight / whole
        for number, (in_title, in_rest) in tallies[stem].items():
            size = sizes[number]
            title = size.title * in_title
            scores[number] += share * _saturate(title + size.rest * in_rest, 1.8)
            if in_title:
                scores[number] += _TITLE_ALONE * core_share * _saturate(title, 1.8)
                named[number] += core_share
                title_words[number] += 1
    for stem, weight in question.kin.items():
        share = _KIN * weight / question.total
        for number, (in_title, in_rest) in tallies[stem].items():
            size = sizes[number]
            scores[number] += share * _saturate(size.title * in_title + size.rest * in_rest, 1.8)
    for number, share in named.items():
        if share:
            of_title = min(1.0, title_words[number] / max(1, sizes[number].title_words))
            scores[number] += _TITLE_NAMED * share * of_title
    return scores


def add_nearness(
    scores: dict[int, float],
    question: Question,
    places: Mapping[str, Places],
    documents: Iterable[int],
) -> None:
    """Add what it counts that words of the core stand near each other in `documents`."""
    looked_into = set(documents)
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for stem in question.core:
        for number in looked_into & places[stem].keys():
            for column, offsets in places[stem][number].items():
                at = found.setdefault((number, column), [])
                at.extend([(offset, stem) for offset in offsets])
    best: dict[int, float] = defaultdict(float)
    for (number, _), at in found.items():
        best[number] = max(best[number], heaviest_window(at, question.weights))
    for number, weight in best.items():
        scores[number] += _NEAR * weight / question.total


def heaviest_window(places: Sequence[tuple[int, str]], weights: Mapping[str, float]) -> float:
    """Return the most that different words count which stand within eight of each other.

    Args:
        places: Offset and stem of each word.
        weights: What the stems count.
    """
    if len({stem for _, stem in places}) == 1:
        return weights[places[0][1]]
    ordered = sorted(places)
    best = 0.0
    start = 0
    for end, (offset, _) in enumerate(ordered, 1):
        while offset - ordered[start][0] >= _WINDOW:
            start += 1
        best = max(best, sum(weights[stem] for stem in {s for _, s in ordered[start:end]}))
    return best


def pair_up(stems: Sequence[str], weights: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the stems that follow each other in the query, of those that count."""
    pairs = dict.fromkeys(itertools.pairwise(stems))
    return [(a, b) for a, b in pairs if a in weights and b in weights]


def add_pairs(
    scores: dict[int, float],
    question: Question,
    places: Mapping[str, Places],
    pairs: Sequence[tuple[str, str]],
) -> None:
    """Add what it counts that words follow each other in a document as in the query."""
    pair_weights = [min(question.weights[a], question.weights[b]) for a, b in pairs]
    whole = sum(pair_weights)
    for (a, b), weight in zip(pairs, pair_weights, strict=True):
        for number in places[a].keys() & places[b].keys():
            second = places[b][number]
            times = sum(
                len({offset + 1 for offset in offsets}.intersection(second.get(column, ())))
                for column, offsets in places[a][number].items()
            )
            scores[number] += _PAIRS * _saturate(times, 1.0) * weight / whole


def add_phrase(scores: dict[int, float], documents: Iterable[int]) -> None:
    """Add what it counts that `documents` hold the whole query, word for word."""
    for number in documents:
        scores[number] += _PHRASE


def add_sources(scores: dict[int, float], sources: Mapping[int, Iterable[int]]) -> None:
    """Add to patterns a part of what the best note counts that they list as a source.

    Args:
        scores: Those of words and phrases.
        sources: Of each pattern the notes; it may be one that holds no word of the query.
    """
    parts = {pattern: max(scores[note] for note in notes) for pattern, notes in sources.items()}
    for pattern, score in parts.items():
        scores[pattern] = scores.get(pattern, 0.0) + _SOURCE * score


def _saturate(x: float, half: float) -> float:
    return (1 + half) * x / (half + x)
