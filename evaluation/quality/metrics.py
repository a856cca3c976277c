"""What the figures are: of queries, of matched notes and of groups, with their intervals."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

_RESAMPLES = 1000
_SEED = 20240229
# Of the normal distribution, for 95 %.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval, all rounded to four digits.

    Attributes:
        count: What it was measured on: queries, notes, or merges.
    """

    value: float
    low: float
    high: float
    count: int


# --- search ---------------------------------------------------------------------------------

NDCG, RR, RECALL = "nDCG@10", "RR@10", "R@10"


def rate_queries(
    relevant: Sequence[Mapping[str, int]], found: Sequence[Sequence[str]]
) -> dict[str, list[float]]:
    """Return nDCG@10, reciprocal rank and recall of each query, by ir-measures.

    Args:
        relevant: For each query the grades of its documents.
        found: For each query documents, best first.
    """
    import ir_measures

    measures = {name: ir_measures.parse_measure(name) for name in (NDCG, RR, RECALL)}
    grades = {str(number): dict(one) for number, one in enumerate(relevant)}
    run = {
        str(number): {document: -float(rank) for rank, document in enumerate(documents)}
        for number, documents in enumerate(found)
    }
    rated = {name: [0.0] * len(relevant) for name in measures}
    names = {measure: name for name, measure in measures.items()}
    for one in ir_measures.iter_calc(list(measures.values()), grades, run):
        rated[names[one.measure]][int(one.query_id)] = one.value
    return rated


def share_found(
    relevant: Sequence[Mapping[str, int]], found: Sequence[Sequence[str]], within: int
) -> float:
    """Return the share of queries with a relevant document among the first so many."""
    answered = [
        any(document in grades for document in documents[:within])
        for grades, documents in zip(relevant, found, strict=True)
    ]
    return fmean(answered)


# --- matching -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """What was answered about one note.

    Attributes:
        true: The pattern that it belongs to, or None for new.
        best: The likeliest pattern, or None for new.
        merged: The pattern that it would be merged into unasked, or None.
        decided: Whether no person would be asked.
    """

    true: str | None
    best: str | None
    merged: str | None
    decided: bool


def rate_matches(notes: Sequence[Judged]) -> dict[str, Figure]:
    """Return the figures of matched notes; what has nothing to be measured on is left out.

    Precision is right merges among the merges that `best` proposes, recall right merges among
    the notes that belong to a pattern, F1 their harmonic mean. New is the share of notes that
    belong to none for which `best` says so.
    """
    triples = [
        (_is_right(note.best, note), note.best is not None, note.true is not None) for note in notes
    ]
    new = [note.best is None for note in notes if note.true is None]
    merged = [note for note in notes if note.merged is not None]
    right = sum(_is_right(note.merged, note) for note in merged)
    figures = {
        "F1": resampled(triples, f1),
        "precision": resampled(triples, _precision),
        "recall": resampled(triples, _recall),
    }
    if new:
        figures["new"] = resampled(new, fmean)
    if merged:
        figures["merged right"] = wilson(right, len(merged))
    figures["merged"] = wilson(len(merged), len(notes))
    figures["decided"] = wilson(sum(note.decided for note in notes), len(notes))
    return figures


def _is_right(answer: str | None, note: Judged) -> bool:
    return answer is not None and answer == note.true


Triple = tuple[bool, bool, bool]


def f1(notes: Sequence[Triple]) -> float:
    """Return F1 of (merged rightly, merged, belongs to a pattern) for each note; 0 for none."""
    right, merged, belong = (sum(column) for column in zip(*notes, strict=True))
    return 2 * right / (merged + belong) if merged + belong else 0.0


def _precision(notes: Sequence[Triple]) -> float:
    merged = sum(note[1] for note in notes)
    return sum(note[0] for note in notes) / merged if merged else 0.0


def _recall(notes: Sequence[Triple]) -> float:
    belong = sum(note[2] for note in notes)
    return sum(note[0] for note in notes) / belong if belong else 0.0


# --- groups ---------------------------------------------------------------------------------


def rate_groups(true: Sequence[Hashable], made: Sequence[Hashable]) -> dict[str, Figure]:
    """Return how well groups that were made fit the true ones.

    B-cubed beside the adjusted Rand index and the V-measure of scikit-learn, of which no
    intervals are given: their values stand for both bounds.
    """
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    pairs = b_cubed(true, made)
    labels = [list(map(list(dict.fromkeys(side)).index, side)) for side in (true, made)]
    rand, v = adjusted_rand_score(*labels), v_measure_score(*labels)
    return {
        "B-cubed F1": resampled(pairs, mean_f1),
        "B-cubed precision": resampled([pair[0] for pair in pairs], fmean),
        "B-cubed recall": resampled([pair[1] for pair in pairs], fmean),
        "adjusted Rand": _exact(float(rand), len(true)),
        "V-measure": _exact(float(v), len(true)),
    }


def b_cubed(true: Sequence[Hashable], made: Sequence[Hashable]) -> list[tuple[float, float]]:
    """Return B-cubed precision and recall of each item.

    Of the items that were put together with it the share that belongs with it, and of those
    that belong with it the share that was put together with it; it counts itself.
    """
    both = Counter(zip(true, made, strict=True))
    belong, together = Counter(true), Counter(made)
    return [(both[t, m] / together[m], both[t, m] / belong[t])
            for t, m in zip(true, made, strict=True)]  # fmt: skip


def mean_f1(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the harmonic mean of mean precision and mean recall."""
    precision, recall = (fmean(column) for column in zip(*pairs, strict=True))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _exact(value: float, count: int) -> Figure:
    return Figure(round(value, 4), round(value, 4), round(value, 4), count)


# --- intervals ------------------------------------------------------------------------------


def resampled(items, statistic) -> Figure:  # type: ignore[no-untyped-def]
    """Return `statistic` of `items` with its percentile bootstrap interval over the items."""
    rng = random.Random(_SEED)
    drawn = sorted(statistic(rng.choices(items, k=len(items))) for _ in range(_RESAMPLES))
    return _figure(statistic(items), drawn, len(items))


def mean_of_sets(sets: Sequence[Sequence[float]]) -> Figure:
    """Return the mean of the means of several sets; each is drawn again on its own."""
    rng = random.Random(_SEED)
    drawn = sorted(
        fmean(fmean(rng.choices(values, k=len(values))) for values in sets)
        for _ in range(_RESAMPLES)
    )
    return _figure(fmean(map(fmean, sets)), drawn, sum(map(len, sets)))


def _figure(value: float, drawn: Sequence[float], count: int) -> Figure:
    low, high = drawn[round(0.025 * len(drawn))], drawn[round(0.975 * len(drawn)) - 1]
    return Figure(round(value, 4), round(low, 4), round(high, 4), count)


def wilson(right: int, total: int) -> Figure:
    """Return a share with its Wilson interval; raises ZeroDivisionError for a total of 0."""
    share = right / total
    width = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    middle, scale = share + _Z**2 / (2 * total), 1 + _Z**2 / total
    low, high = (middle - width) / scale, (middle + width) / scale
    return Figure(round(share, 4), round(max(0.0, low), 4), round(min(1.0, high), 4), total)
