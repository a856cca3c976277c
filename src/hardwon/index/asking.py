"""What a query asks of an index: which words count, how much, and what else may be meant."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hardwon.index import ranking
from hardwon.index.ranking import Question
from hardwon.index.stems import Stems

_MAX_WORDS = 32  # of a long query only the rarest words count
# What a search may read of words that stand nearly everywhere and so say the least: documents
# among which candidates are chosen, and places of the words asked for, of stop words, of kin.
_ENOUGH = 1_000
_CORE_PLACES = 8_000
_STOP_PLACES = 2_000
_KIN_PLACES = 2_000
# Kin is looked for of the rarest words; where many are asked for, they explain each other.
_MOST_WITH_KIN = 6
_SHORTEST_WITH_KIN = 4
_SHORTEST_BEGUN = 3
LAST = "\U0010ffff"


class Word(NamedTuple):
    """One word of a query, in lower case.

    Attributes:
        start: First character in the query.
        end: Character behind its last.
        is_stop: It says nothing about the matter.
        is_whole: A camelCase word beside its own parts; it need not be found.
        chunk: Number of the run of characters between blanks that it stands in.
    """

    text: str
    start: int
    end: int
    is_stop: bool
    is_whole: bool
    chunk: int


class Asked(NamedTuple):
    """What a query asks.

    Attributes:
        question: What counts.
        words: Those of its core, in order.
        sought: Those of which a candidate holds one; more hold the others than need be looked at.
        begun: Stems that may complete the last word, which no document holds as it is.
        pairs: Stems that follow each other.
    """

    question: Question
    words: list[Word]
    sought: list[Word]
    begun: list[str]
    pairs: list[tuple[str, str]]

    @property
    def is_single(self) -> bool:
        """Whether nothing counts but how often one word stands where."""
        return len(self.question.weights) == 1 and not (self.question.kin or self.pairs)


def ask(connection: sqlite3.Connection, words: Sequence[Word], stems: Stems, total: int) -> Asked:
    """Return what `words` ask of an index that holds `total` documents."""
    counts = {s: stems.count(s) for word in words if (s := stems.of(word.text))}
    rarities = {stem: ranking.rarity(n, total) for stem, n in counts.items() if n}
    parts = [(stems.of(word.text), word.is_stop) for word in words]
    weights, core = ranking.weigh(parts, rarities)
    stops = sorted(weights.keys() - set(core), key=lambda s: (-rarities[s], s))
    core.sort(key=lambda s: (-rarities[s], s))
    core = core[:1] + within(core[1:_MAX_WORDS], stems, _CORE_PLACES)
    counted = {*core, *within(stops, stems, _STOP_PLACES)}
    weights = {stem: weight for stem, weight in weights.items() if stem in counted}

    begun = find_begun(connection, words, stems, total)
    kin: dict[str, float] = dict(begun)
    if len(core) > 1:
        for stem in [s for s in core if len(s) >= _SHORTEST_WITH_KIN][:_MOST_WITH_KIN]:
            near = _family(connection, stem, total)
            for other, counts_for in ranking.find_kin(stem, near, weights[stem]).items():
                kin[other] = kin.get(other, 0.0) + counts_for
    for other, weight in _joined(words, stems, weights, total):
        kin[other] = max(kin.get(other, 0.0), weight)
    kin = ranking.best_kin({stem: weight for stem, weight in kin.items() if stem not in weights})
    kin = {stem: kin[stem] for stem in within(kin, stems, _KIN_PLACES)}

    whole = sum(weights[stem] for stem in core) + max(begun.values(), default=0.0)
    sought = set(_rarest(core, counts))
    asked = [word for word in words if stems.of(word.text) in core]
    return Asked(
        Question(weights, core, kin, whole),
        asked,
        [word for word in asked if stems.of(word.text) in sought],
        [stem for stem in kin if stem in begun],
        ranking.pair_up([stems.of(w.text) for w in words if not w.is_whole], weights),
    )


def find_begun(
    connection: sqlite3.Connection, words: Sequence[Word], stems: Stems, total: int
) -> dict[str, float]:
    """Return the stems of which the last word is the beginning, or nearly the whole word.

    Nothing is begun where documents hold the word as it is.
    """
    if not words or len(text := words[-1].text) < _SHORTEST_BEGUN:
        return {}
    if not (stem := stems.of(text)) or stems.count(stem):
        return {}
    family = [
        (other, rare)
        for other, rare in _family(connection, text, total)
        if other.startswith(text) or (len(other) > _SHORTEST_BEGUN and text.startswith(other))
    ]
    return ranking.find_kin(text, family, ranking.rarity(0, total), begun=text)


def is_begun(connection: sqlite3.Connection, text: str) -> bool:
    """Return whether `text` is the beginning of a word of the index."""
    query = "SELECT 1 FROM vocabulary WHERE term >= ? AND term < ? LIMIT 1"
    return connection.execute(query, (text, text + LAST)).fetchone() is not None


def _family(connection: sqlite3.Connection, stem: str, total: int) -> Iterator[tuple[str, float]]:
    """Yield the stems of the index that begin as `stem` does, with their rarities."""
    first = ranking.begins_alike(stem)
    query = "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?"
    for term, holding in connection.execute(query, (first, first + LAST)):
        yield term, ranking.rarity(holding, total)


def _joined(
    words: Sequence[Word], stems: Stems, weights: dict[str, float], total: int
) -> Iterator[tuple[str, float]]:
    """Yield stems that two words of the query make together: `file name` is `filename`."""
    parts = [word for word in words if not word.is_whole]
    pairs = dict.fromkeys(
        (a.text, b.text)
        for a, b in itertools.pairwise(parts)
        if not (a.is_stop and b.is_stop) and {stems.of(a.text), stems.of(b.text)} <= weights.keys()
    )
    for a, b in itertools.islice(pairs, _MAX_WORDS):
        stems.add([a + b])
        if holding := stems.count(joined := stems.of(a + b)):
            weight = sum(weights[stem] for stem in {stems.of(a), stems.of(b)})
            yield joined, min(weight, ranking.rarity(holding, total))


def within(stems_in_order: Iterable[str], stems: Stems, places: int) -> list[str]:
    """Return the stems that together stand in at most so many places, the first ones first."""
    chosen = []
    for stem in stems_in_order:
        if (times := stems.times(stem)) <= places:
            chosen.append(stem)
            places -= times
    return chosen


def _rarest(core: Sequence[str], counts: dict[str, int]) -> Iterator[str]:
    """Yield the first of `core` until enough documents hold them."""
    held = 0
    for stem in core:
        if held >= _ENOUGH:
            return
        yield stem
        held += counts[stem]
