"""The figures of reviews in the form of all others."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

from evaluation.quality.metrics import Figure, wilson
from evaluation.quality.results import Row
from evaluation.review.cases import PATTERNS, Half, read_cases
from evaluation.review.measure import (
    Judged,
    false_on_clean,
    judge_all,
    pairs_told_apart,
    relevance,
    score,
)

KIND = "review"
ALL = "all patterns"
_QUICK = 8


def measure_reviews(half: Half, *, quick: bool = False) -> list[Row]:
    """Return a row for each pattern, and one for all with the other figures.

    Args:
        half: Which changes.
        quick: Whether a few are enough.
    """
    cases = list(read_cases(half))[: _QUICK if quick else None]
    began = time.perf_counter()
    judged = list(judge_all(cases))
    took = round(time.perf_counter() - began, 1)
    texts = [case.name + repr((case.base, case.new, case.marks)) for case in cases]
    digest = hashlib.sha256("".join(texts).encode()).hexdigest()[:16]
    rows = [_row(judged, name, half, digest) for name in PATTERNS.values()]
    return [*rows, _whole(judged, half, digest, took)]


def _row(judged: Sequence[Judged], name: str, half: Half, digest: str) -> Row:
    one = score(judged, name)
    size = {"faults": one.right + one.missed, "found": one.right, "false": one.false}
    return Row(KIND, name, half, digest, size, _shares(judged, name))


def _whole(judged: Sequence[Judged], half: Half, digest: str, took: float) -> Row:
    one = score(judged)
    size = {"faults": one.right + one.missed, "found": one.right, "false": one.false}
    told, pairs = pairs_told_apart(judged)
    false, clean = false_on_clean(judged)
    shown, applies, irrelevant, changes = relevance(judged)
    idle = irrelevant / max(1, changes)
    figures = _shares(judged, None) | {
        "pairs": wilson(told, pairs),
        "clean": wilson(clean - false, clean),
        "relevance": wilson(shown, applies),
    }
    size |= {"changes": changes, "irrelevant of 100 changes": round(100 * idle)}
    return Row(KIND, ALL, half, digest, size, figures, seconds=took)


def _shares(judged: Sequence[Judged], name: str | None) -> dict[str, Figure]:
    one = score(judged, name)
    figures = {}
    if one.right + one.false:
        figures["precision"] = wilson(one.right, one.right + one.false)
    if one.right + one.missed:
        figures["recall"] = wilson(one.right, one.right + one.missed)
    return figures
