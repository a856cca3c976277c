"""How well does a review find what a change breaks, and which patterns it is about?

Each case becomes a repository with its base committed and the change in the working tree, beside
a copy of this project's own memory, and is reviewed through the library.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.review.cases import PATTERNS, Case, Mark

if TYPE_CHECKING:
    from hardwon.model.review import Finding, Review

MEMORY = Path(__file__).parents[2] / "memory"
SEVEN = frozenset(PATTERNS.values())


@dataclass(frozen=True, slots=True)
class Judged:
    """A case beside what the review said of it.

    Attributes:
        case: The case.
        right: Findings that stand on a line marked for their pattern.
        false: Those that do not.
        hit: Main marks that a right finding answers to, each finding to one.
        missed: The others.
        shown: Names of the patterns in findings or on the checklist.
    """

    case: Case
    right: tuple[Finding, ...]
    false: tuple[Finding, ...]
    hit: tuple[Mark, ...]
    missed: tuple[Mark, ...]
    shown: frozenset[str]

    @property
    def irrelevant(self) -> frozenset[str]:
        """Return the patterns shown that the change is not about."""
        return self.shown - self.case.applies


def judge_all(cases: Sequence[Case]) -> Iterator[Judged]:
    """Yield what came of each case, in their order."""
    # The library that finds credentials has threads of its own, which no fork survives.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), mp_context=context) as pool:
        yield from pool.map(judge_case, cases, chunksize=4)


def judge_case(case: Case) -> Judged:
    """Return what the review of a case says, beside its labels."""
    with tempfile.TemporaryDirectory(prefix="hardwon-review-") as folder:
        return judge(case, review(case, Path(folder)))


def review(case: Case, folder: Path) -> Review:
    """Return the review of a case, made in `folder`."""
    from hardwon import Memory
    from hardwon.actions.changes import read_working_tree

    checkout = folder / "checkout"
    checkout.mkdir()
    case.write(checkout)
    shutil.copytree(MEMORY, folder / "memory", ignore=shutil.ignore_patterns(".hardwon"))
    memory = Memory.open(folder / "memory")
    return memory.review(read_working_tree(checkout), checkout=checkout)


def judge(case: Case, review: Review) -> Judged:
    """Return a review beside the labels of its case."""
    found = [one for one in review.violations if one.pattern in SEVEN]
    right, false, free = [], [], []
    mains = [mark for mark in case.marks if mark.is_main]
    hit: list[Mark] = []
    for finding in found:
        on = [mark for mark in case.marks if _stands_on(finding, mark)]
        (right if on else false).append(finding)
        straight = [mark for mark in on if mark.is_main and mark not in hit]
        if straight:
            hit.append(straight[0])
        elif on and not any(mark.is_main for mark in on):
            free.append(finding)
    for finding in free:  # on a line where it may stand: it answers to one fault of the pattern
        left = [m for m in mains if m not in hit and m.pattern == finding.pattern]
        hit += left[:1]
    items = {item.pattern for item in review.checklist}
    shown = frozenset((items | {one.pattern for one in review.findings}) & SEVEN)
    missed = tuple(mark for mark in mains if mark not in hit)
    return Judged(case, tuple(right), tuple(false), tuple(hit), missed, shown)


def _stands_on(finding: Finding, mark: Mark) -> bool:
    return (
        finding.pattern == mark.pattern
        and finding.path == mark.path
        and finding.line <= mark.line <= max(finding.line, finding.end_line)
    )


@dataclass(frozen=True, slots=True)
class Score:
    """Right, false and missed findings."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Return the share of findings that are right; None where there are none."""
        found = self.right + self.false
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """Return the share of faults that were found; None where there are none."""
        faults = self.right + self.missed
        return self.right / faults if faults else None


def score(judged: Iterable[Judged], pattern: str | None = None) -> Score:
    """Return how right the findings are, of one pattern or all."""

    def count(names: Iterable[str]) -> int:
        return sum(pattern in (None, name) for name in names)

    judged = list(judged)
    return Score(
        count(mark.pattern for one in judged for mark in one.hit),
        count(finding.pattern for one in judged for finding in one.false),
        count(mark.pattern for one in judged for mark in one.missed),
    )


def pairs_told_apart(judged: Iterable[Judged]) -> tuple[int, int]:
    """Return of how many pairs only the faulty half has findings on its faults, and of how many.

    The right half must have no finding of a pattern that the faulty one breaks.
    """
    pairs: dict[str, list[Judged]] = {}
    for one in judged:
        if one.case.pair is not None:
            pairs.setdefault(one.case.pair, []).append(one)
    told = 0
    for halves in pairs.values():
        faulty = [one for one in halves if one.case.marks]
        broken = {mark.pattern for one in faulty for mark in one.case.marks}
        clean = [one for one in halves if not one.case.marks]
        is_seen = all(one.hit for one in faulty)
        is_quiet = not any(f.pattern in broken for one in clean for f in one.false)
        told += is_seen and is_quiet
    return told, len(pairs)


def false_on_clean(judged: Iterable[Judged]) -> tuple[int, int]:
    """Return how many clean changes have a finding, and how many clean ones there are."""
    clean = [one for one in judged if not one.case.marks]
    return sum(bool(one.false) for one in clean), len(clean)


def relevance(judged: Iterable[Judged]) -> tuple[int, int, int, int]:
    """Return how many patterns that apply are shown, how many apply, how many shown do not apply,
    and the number of changes.
    """
    judged = list(judged)
    applies = sum(len(one.case.applies) for one in judged)
    shown = sum(len(one.case.applies & one.shown) for one in judged)
    return shown, applies, sum(len(one.irrelevant) for one in judged), len(judged)
