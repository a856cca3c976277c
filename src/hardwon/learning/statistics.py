"""Counting a whole memory: levels, proof, time, growth, and what is worth doing next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardwon.learning.evidence import Evidence, Notes, confidence_of, link_examples, weigh
from hardwon.markup.text import fold
from hardwon.model.pattern import Example, Pattern
from hardwon.model.plan import Undecided
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.statistics import Month, Statistics, Step, StepKind
from hardwon.model.values import Confidence, PartialDate, Thresholds


@dataclass(frozen=True, slots=True)
class _Sighting:
    """One example (+1) or counter-example (-1), with what is known of it."""

    sign: int
    date: PartialDate | None
    project: str | None


def count_memory(
    snapshot: Snapshot,
    settings: Settings,
    today: dt.date,
    undecided: Sequence[Undecided] = (),
) -> Statistics:
    """Return what `snapshot` holds, counted.

    Time saved as stated is minutes per use × net examples: the first sighting counts as a
    use, and a counter-example takes one use away. Time saved as measured is what the notes
    say; the two are never added up.

    Args:
        snapshot: The memory.
        settings: Thresholds, and the days after which a pattern is stale.
        today: Decides what is stale and which examples lie in the future.
        undecided: Notes that learning could not assign.
    """
    notes = Notes(snapshot)
    thresholds = settings.confidence
    weighed = [(pattern, weigh(pattern, notes, thresholds)) for pattern in snapshot.patterns]
    levels = Counter(evidence.confidence for _, evidence in weighed)
    timed = [
        (pattern.time_saved_minutes, max(0, evidence.net))
        for pattern, evidence in weighed
        if pattern.time_saved_minutes is not None
    ]
    experiences = list(snapshot.experiences)
    measured = [e.time_saved_minutes for e in experiences if e.time_saved_minutes is not None]
    growth, undated, undrawn = _growth(weighed, notes, thresholds, today)
    return Statistics(
        patterns=len(weighed),
        by_confidence=tuple((level, levels[level]) for level in Confidence),
        experiences=len(experiences),
        workflows=sum(1 for _ in snapshot.workflows),
        examples=sum(evidence.examples for _, evidence in weighed),
        proved=sum(evidence.proved for _, evidence in weighed),
        timed_patterns=len(timed),
        minutes_saved_stated=sum(minutes * uses for minutes, uses in timed),
        timed_experiences=len(measured),
        minutes_saved_measured=sum(measured),
        growth=tuple(growth),
        undated_examples=undated,
        undated_patterns=undrawn,
        next_steps=tuple(_next_steps(snapshot, weighed, settings, today, undecided)),
    )


def is_stale(last: PartialDate | None, today: dt.date, stale_days: int) -> bool:
    """Return whether a pattern last seen at `last` is stale; one without a date never is."""
    return last is not None and (today - last.last_day).days > stale_days


def _sightings(pattern: Pattern, evidence: Evidence, notes: Notes) -> Iterator[_Sighting]:
    """Yield the examples of `pattern` that `weigh` counted, without the unlisted ones."""
    items = (*pattern.examples, *pattern.counter_examples)
    links = link_examples(items, evidence.sources, notes)
    for number, (example, link) in enumerate(zip(items, links, strict=True)):
        sign = 1 if number < len(pattern.examples) else -1
        yield _sighting(sign, example, link, notes)
    left = evidence.examples - len(pattern.examples)
    if not pattern.examples and not pattern.unlisted_examples:
        # `weigh` counted sources here; a counter-example has taken its source away.
        taken = {link for link in links if link is not None}
        listed = [path for _, path in evidence.sources if path is None or path not in taken]
        for path in listed[:left]:
            yield _sighting(1, None, path, notes)


def _sighting(sign: int, example: Example | None, link: str | None, notes: Notes) -> _Sighting:
    note = notes.find_experience(link)
    date = (note.date if note is not None else None) or (example.date if example else None)
    project = (note.project if note is not None else None) or (example.project if example else None)
    return _Sighting(sign, date, fold(project) or None if project else None)


def _growth(
    weighed: Iterable[tuple[Pattern, Evidence]],
    notes: Notes,
    thresholds: Thresholds,
    today: dt.date,
) -> tuple[list[Month], int, int]:
    """Return the months, and how many examples and patterns could not be placed in one."""
    now = today.year * 12 + today.month - 1
    by_pattern: list[list[tuple[int, _Sighting]]] = []
    left_out = 0
    for pattern, evidence in weighed:
        placed = []
        left_out += evidence.examples
        for sighting in _sightings(pattern, evidence, notes):
            number = _month_number(sighting.date)
            if number is not None and number <= now:
                placed.append((number, sighting))
                left_out -= sighting.sign > 0
        by_pattern.append(placed)
    undrawn = by_pattern.count([])
    known = [number for placed in by_pattern for number, _ in placed]
    if not known:
        return [], left_out, undrawn
    # A pattern changes only in the months of its sightings: level changes are summed up.
    steps = {level: Counter[int]() for level in Confidence}
    for placed in by_pattern:
        before: Confidence | None = None
        net = 0
        projects: set[str] = set()
        by_month: dict[int, list[_Sighting]] = {}
        for number, sighting in placed:
            by_month.setdefault(number, []).append(sighting)
        for number in sorted(by_month):
            seen = by_month[number]
            projects |= {s.project for s in seen if s.sign > 0 and s.project is not None}
            net += sum(sighting.sign for sighting in seen)
            after = confidence_of(net, thresholds, len(projects))
            steps[after][number] += 1
            if before is not None:
                steps[before][number] -= 1
            before = after
    months = []
    standing = dict.fromkeys(Confidence, 0)
    for number in range(min(known), max(known) + 1):
        for level in Confidence:
            standing[level] += steps[level][number]
        low, medium, high = (standing[level] for level in Confidence)
        months.append(Month(f"{number // 12:04d}-{number % 12 + 1:02d}", low, medium, high))
    return months, left_out, undrawn


def _month_number(date: PartialDate | None) -> int | None:
    if date is None or date.month is None:
        return None
    return date.year * 12 + date.month - 1


def _next_steps(
    snapshot: Snapshot,
    weighed: Sequence[tuple[Pattern, Evidence]],
    settings: Settings,
    today: dt.date,
    undecided: Sequence[Undecided],
) -> Iterator[Step]:
    yield from _promotions(weighed, settings.confidence)
    for pattern, evidence in weighed:
        if evidence.last is not None and is_stale(evidence.last, today, settings.stale_days):
            days = (today - evidence.last.last_day).days
            text = f"no example since {evidence.last.iso}, {days} days ago: does it still hold?"
            yield Step(StepKind.STALE, pattern.name, text)
    for pattern, evidence in weighed:
        if evidence.confidence is not Confidence.LOW and not evidence.proved:
            lack = "its sources do not exist" if evidence.sources else "it lists no sources"
            text = f"{evidence.confidence} on {evidence.examples} examples, and {lack}"
            yield Step(StepKind.UNPROVED, pattern.name, text)
    for note in undecided:
        if not note.candidates:
            yield Step(StepKind.UNDECIDED, None, f"{note.experience}: {note.reason}")
            continue
        best, *others = note.candidates
        text = f"is {note.experience} an example (likeness {best.score:.2f})"
        text += "".join(f", or of {c.pattern} ({c.score:.2f})" for c in others)
        yield Step(StepKind.UNDECIDED, best.pattern, f"{text}?")
    for workflow in snapshot.workflows:
        if (workflow.status or "").casefold().replace("-", " ") == "under review":
            text = f"{workflow.path} is under review: its pattern fell below HIGH"
            yield Step(StepKind.UNDER_REVIEW, workflow.pattern or workflow.title, text)
    undated = sum(experience.date is None for experience in snapshot.experiences)
    if undated:
        noun = "note has" if undated == 1 else "notes have"
        text = f"{undated} {noun} no date that can be known: add a line **Date:** YYYY-MM-DD"
        yield Step(StepKind.UNDATED, None, text)
    for path in snapshot.drafts:
        text = f"{path}: say what it taught, with hardwon note --complete"
        yield Step(StepKind.DRAFT, None, text)


def _promotions(
    weighed: Iterable[tuple[Pattern, Evidence]], thresholds: Thresholds
) -> Iterator[Step]:
    """Yield patterns one example short of a level: those near HIGH first, else by place."""
    near: dict[Confidence, list[Step]] = {Confidence.HIGH: [], Confidence.MEDIUM: []}
    for pattern, evidence in weighed:
        net, projects = evidence.net, evidence.projects
        following = confidence_of(net + 1, thresholds)
        missing = max(0, thresholds.require_projects - projects)
        if net >= thresholds.high and missing:
            following = Confidence.HIGH
            text = f"{net} examples, but only {projects} of {projects + missing} projects"
        elif net >= 1 and following.rank > confidence_of(net, thresholds).rank:
            needed = thresholds.high if following is Confidence.HIGH else thresholds.medium
            text = f"{net} of {needed} examples: one more makes it {following}"
            if following is Confidence.HIGH and missing:
                text += f", with {missing} more of {projects + missing} projects"
        else:
            continue
        near[following].append(Step(StepKind.PROMOTE, pattern.name, text))
    yield from near[Confidence.HIGH]
    yield from near[Confidence.MEDIUM]
