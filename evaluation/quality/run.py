"""One run over all sets: every set is a task of its own, shared out to the processors."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import fmean

from evaluation.quality import matching, metrics, searching
from evaluation.quality.metrics import Figure
from evaluation.quality.results import MEAN, Results, Row
from evaluation.quality.sets import (
    MATCH_SETS,
    SEARCH_SETS,
    STREAM_SETS,
    MatchSet,
    SearchSet,
    Skipped,
    StreamSet,
    build_match_sets,
    build_search_sets,
    build_stream_sets,
)
from evaluation.quality.sources import Half
from evaluation.review.rows import KIND, measure_reviews

# What `--quick` asks of each set.
_QUICK = 40
# Of a set the figures that are also given for baselines.
_BASELINE_FIGURES = ("F1", "precision", "recall", "new")


@dataclass(frozen=True, slots=True)
class Task:
    """One set of one half.

    Attributes:
        kind: search, semantic (search with the extra of that name), match or stream.
        name: Of the set.
        half: Of the texts.
        quick: Whether a few queries are enough.
        threshold: Of the baseline of matching; None to leave baselines out.
    """

    kind: str
    name: str
    half: Half
    quick: bool
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task.

    Attributes:
        row: None where the set cannot be built here.
        reason: Why, in that case.
        values: Of a set that is part of the mean over sets, the primary figure of each query;
            by the name of the baseline, "" for hardwon.
    """

    row: Row | None
    reason: str = ""
    values: dict[str, list[float]] | None = None


def measure(
    results: Results,
    halves: Sequence[Half],
    *,
    only: str | None = None,
    quick: bool = False,
    baselines: bool = False,
    semantic: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Add the figures of all sets to `results`.

    Args:
        results: Where they are put.
        halves: Which texts.
        only: The name of one set, of whichever kind; None for all.
        quick: Whether a few queries of each are enough.
        baselines: Whether the baselines are measured, too.
        semantic: Whether search and matching are measured with the extra `semantic` as well.
        tell: Is told of each set that is done.
    """
    if baselines:
        sets = [one for one in build_match_sets("tune") if isinstance(one, MatchSet)]
        results.threshold = matching.tune_threshold(sets) if sets else 100.0
    names = {"search": SEARCH_SETS, "match": MATCH_SETS, "stream": STREAM_SETS}
    if semantic:
        names |= {"semantic": SEARCH_SETS, "semantic match": MATCH_SETS}
    tasks = [
        Task(kind, name, half, quick, results.threshold if baselines else None)
        for half in halves
        for kind, sets_of_kind in names.items()
        for name in sets_of_kind
        if only in (None, name)
    ]
    for half in halves:
        means: dict[str, dict[str, list[list[float]]]] = {}
        for task, done in _work([task for task in tasks if task.half == half]):
            if done.row is None:
                results.skipped[task.name] = done.reason
                tell(f"{task.half} {task.kind} {task.name}: left out, {done.reason}")
                continue
            results.rows.append(done.row)
            for baseline, values in (done.values or {}).items():
                means.setdefault(task.kind, {}).setdefault(baseline, []).append(values)
            tell(f"{task.half} {task.kind} {task.name}: {_words(done.row)}")
        if only in (None, KIND):
            for row in measure_reviews(half, quick=quick):
                results.rows.append(row)
                tell(f"{half} {KIND} {row.name}: {_words(row)}")
        for kind, of_sets in means.items():
            if only is None:
                row = _mean_row(kind, half, of_sets, results)
                results.rows.append(row)
                tell(f"{half} {kind} {MEAN}: {_words(row)}")


def _work(tasks: Sequence[Task]) -> Iterator[tuple[Task, Done]]:
    workers = min(2, os.cpu_count() or 1)
    if workers == 1 or len(tasks) == 1:
        yield from ((task, carry_out(task)) for task in tasks)
        return
    # The library that finds credentials has threads of its own, which no fork survives.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(tasks, pool.map(carry_out, tasks), strict=True)


def carry_out(task: Task) -> Done:
    """Return what came of a task."""
    build = {
        "match": build_match_sets, "semantic match": build_match_sets, "stream": build_stream_sets,
    }  # fmt: skip
    (one,) = build.get(task.kind, build_search_sets)(task.half, task.name)
    if isinstance(one, Skipped):
        return Done(None, one.reason)
    if isinstance(one, SearchSet):
        return _search(one, task)
    return Done(_match(one, task) if isinstance(one, MatchSet) else _stream(one, task))


def _search(one: SearchSet, task: Task) -> Done:
    if task.quick:
        one = SearchSet(one.name, one.half, one.documents, one.queries[:_QUICK], one.in_mean)
    relevant = [query.relevant for query in one.queries]
    began = time.perf_counter()
    found = searching.ask_in_folder(one, with_vectors=task.kind == "semantic")
    rated = metrics.rate_queries(relevant, found)
    took = time.perf_counter() - began
    values = {"": rated[metrics.NDCG]}
    baselines = {}
    if task.threshold is not None and task.kind == "search":
        for name, found in searching.ask_baselines(one).items():
            other = metrics.rate_queries(relevant, found)
            values[name] = other[metrics.NDCG]
            baselines[name] = _means(other)
    size = {"documents": len(one.documents), "queries": len(one.queries)}
    row = Row(task.kind, one.name, one.half, _digest(one), size, _means(rated), baselines,
              round(took, 1))  # fmt: skip
    return Done(row, values=values if one.in_mean else None)


def _means(rated: dict[str, list[float]]) -> dict[str, Figure]:
    return {name: metrics.resampled(values, fmean) for name, values in rated.items()}


def _mean_row(kind: str, half: Half, means: dict[str, list[list[float]]], results: Results) -> Row:
    figures = {name: {metrics.NDCG: metrics.mean_of_sets(values)} for name, values in means.items()}
    rows = [row for row in results.rows if row.half == half and row.kind == kind]
    digest = _hashed("".join(row.digest for row in rows))
    size = {"sets": len(means[""]), "queries": sum(map(len, means[""]))}
    return Row(kind, MEAN, half, digest, size, figures.pop(""), figures)


def _match(one: MatchSet, task: Task) -> Row:
    if task.quick:
        one = MatchSet(one.name, one.half, one.documents, one.patterns, one.asked[:_QUICK])
    began = time.perf_counter()
    figures = metrics.rate_matches(
        matching.ask_in_folder(one, with_vectors=task.kind == "semantic match")
    )
    took = time.perf_counter() - began
    baselines = {}
    if task.threshold is not None and task.kind == "match":
        judged = matching.judge_titles(one, matching.score_titles(one), task.threshold)
        found = metrics.rate_matches(judged)
        baselines["rapidfuzz"] = {name: found[name] for name in _BASELINE_FIGURES if name in found}
    size = {
        "patterns": len(one.patterns), "asked": len(one.asked),
        "belong": sum(note.pattern is not None for note in one.asked),
    }  # fmt: skip
    return Row(task.kind, one.name, one.half, _digest(one), size, figures, baselines,
               round(took, 1))  # fmt: skip


def _stream(one: StreamSet, task: Task) -> Row:
    if task.quick:
        one = StreamSet(one.name, one.half, one.notes[:_QUICK])
    true = [note.pattern for note in one.notes]
    began = time.perf_counter()
    made = matching.learn_in_folder(one)
    took = time.perf_counter() - began
    baselines = {}
    if task.threshold is not None:
        found = matching.stream_titles(one.notes, task.threshold)
        baselines["rapidfuzz"] = metrics.rate_groups(true, found)
    size = {"notes": len(true), "groups": len(set(true)), "made": len(set(made))}
    figures = metrics.rate_groups(true, made)
    return Row("stream", one.name, one.half, _digest(one), size, figures, baselines, round(took, 1))


def _digest(one: SearchSet | MatchSet | StreamSet) -> str:
    return _hashed(repr(one))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _words(row: Row) -> str:
    if not row.figures:
        return "nothing found, and nothing to find"
    name, figure = next(iter(row.figures.items()))
    return f"{name} {figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
