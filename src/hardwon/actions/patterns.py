"""Listing patterns, and showing one with everything that stands behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hardwon.actions.read import read_snapshot
from hardwon.actions.refresh import Progress
from hardwon.errors import NameNotFoundError
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.evidence import Notes, link_examples, weigh
from hardwon.learning.names import Names
from hardwon.learning.statistics import is_stale
from hardwon.markup.text import fold
from hardwon.model.listing import Listing, PatternDetail, PatternEntry, SeenExample
from hardwon.model.pattern import Example, Pattern
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Confidence


@dataclass(frozen=True, slots=True)
class Selection:
    """Which patterns to list; empty or None asks for nothing.

    Attributes:
        domain: `dev` for `dev-patterns.md`, or the name of a folder above the book.
        project: Any spelling of a project's name.
    """

    confidences: tuple[Confidence, ...] = ()
    project: str | None = None
    domain: str | None = None
    stale: bool = False


# What comes first under each order; equal ones follow by name, path and line.
_ORDERS: dict[str, Callable[[PatternEntry], tuple[int, ...]]] = {
    "name": lambda _: (),
    "confidence": lambda e: (-e.confidence.rank, e.counter_examples - e.examples),
    "examples": lambda e: (-e.examples,),
    "date": lambda e: (-e.last.first_day.toordinal() if e.last else 0,),
    "saved": lambda e: (-(e.pattern.time_saved_minutes or 0),),
}
ORDERS = tuple(_ORDERS)


def list_patterns(
    folder: Folder,
    today: dt.date,
    selection: Selection = Selection(),
    *,
    order: str = "confidence",
    progress: Progress | None = None,
) -> Listing:
    """Return the patterns of the memory.

    Args:
        folder: The memory folder.
        today: Decides what is stale.
        selection: Which of them.
        order: One of `ORDERS`; most, newest or strongest first.
        progress: Called with the number of files read and to read.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
    """
    snapshot = read_snapshot(folder, progress)
    entries = _entries(folder, snapshot, today)
    chosen = [entry for entry in entries if _is_selected(entry, selection)]
    first = _ORDERS[order]
    chosen.sort(key=lambda e: (first(e), *_place_key(e)))
    return Listing(tuple(chosen), len(entries), len(snapshot.skipped))


def get_pattern(
    folder: Folder, name: str, today: dt.date, *, progress: Progress | None = None
) -> PatternDetail:
    """Return the pattern that `name` (a name, short form, slug or alias) means.

    Raises:
        NameNotFoundError: It means none, or more than one; the candidates are named.
        SettingsError: `hardwon.toml` cannot be used.
    """
    settings = read_settings(folder)
    snapshot = read_snapshot(folder, progress)
    found = Names(snapshot.patterns, settings.matching.name_score).resolve(name)
    if found.ambiguous:
        places = [f"{c.pattern.name} ({_place(c.pattern)})" for c in found.candidates]
        raise NameNotFoundError(
            f"{name!r} means more than one pattern", hint="there are: " + ", ".join(places)
        )
    if found.pattern is None:
        near = [candidate.pattern.name for candidate in found.candidates]
        raise NameNotFoundError(f"no pattern is called {name!r}", hint=_near(name, near, snapshot))
    entries = _entries(folder, snapshot, today)
    entry = next(entry for entry in entries if entry.pattern == found.pattern)
    return _detail(snapshot, entry, Notes(snapshot))


def get_patterns(folder: Folder, names: Sequence[str], today: dt.date) -> list[PatternDetail]:
    """Return the patterns with exactly these names, in their order; one that is gone is left out.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
    """
    snapshot = read_snapshot(folder)
    entries = _entries(folder, snapshot, today)
    by_name = {entry.pattern.name: entry for entry in reversed(entries)}
    notes = Notes(snapshot)
    return [_detail(snapshot, by_name[name], notes) for name in names if name in by_name]


def detail_all(folder: Folder, snapshot: Snapshot, today: dt.date) -> list[PatternDetail]:
    """Return all patterns of `snapshot` with everything that stands behind them, strongest first.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
    """
    notes = Notes(snapshot)
    entries = _entries(folder, snapshot, today)
    entries.sort(key=lambda e: (*_ORDERS["confidence"](e), *_place_key(e)))
    return [_detail(snapshot, entry, notes) for entry in entries]


def _place_key(entry: PatternEntry) -> tuple[str, str, int]:
    return entry.pattern.name.casefold(), entry.pattern.path, entry.pattern.line


def _detail(snapshot: Snapshot, entry: PatternEntry, notes: Notes) -> PatternDetail:
    pattern = entry.pattern
    items = (*pattern.examples, *pattern.counter_examples)
    links = link_examples(items, entry.sources, notes)
    seen = [_seen(item, path, notes) for item, path in zip(items, links, strict=True)]
    count = len(pattern.examples)
    workflows = (w.path for w in snapshot.workflows if fold(w.pattern or "") == fold(pattern.name))
    return PatternDetail(
        entry,
        tuple(seen[:count]),
        tuple(seen[count:]),
        next(workflows, None),
        len(snapshot.skipped),
    )


def _entries(folder: Folder, snapshot: Snapshot, today: dt.date) -> list[PatternEntry]:
    settings = read_settings(folder)
    notes = Notes(snapshot)
    names = Names(snapshot.patterns, settings.matching.name_score)
    entries = []
    for pattern in snapshot.patterns:
        evidence = weigh(pattern, notes, settings.confidence)
        meant = [names.resolve(related.name).pattern for related in pattern.related]
        linked = [notes.find_experience(path) for _, path in evidence.sources]
        projects = [note.project for note in linked if note] + [
            example.project for example in pattern.examples
        ]
        entries.append(
            PatternEntry(
                pattern=pattern,
                confidence=evidence.confidence,
                examples=evidence.examples,
                counter_examples=evidence.counter_examples,
                proved=evidence.proved,
                projects=evidence.projects,
                project_names=frozenset(fold(project) for project in projects if project),
                days=evidence.days,
                last=evidence.last,
                stale=is_stale(evidence.last, today, settings.stale_days),
                related=tuple(other.name if other else None for other in meant),
                sources=evidence.sources,
                refused=evidence.refused,
            )
        )
    return entries


def _is_selected(entry: PatternEntry, selection: Selection) -> bool:
    *folders, name = entry.pattern.path.split("/")
    book = name.rsplit(".", 1)[0].removesuffix("-patterns")
    return (
        (not selection.confidences or entry.confidence in selection.confidences)
        and (selection.project is None or fold(selection.project) in entry.project_names)
        and (selection.domain is None or selection.domain in {*folders, book})
        and (entry.stale or not selection.stale)
    )


def _seen(example: Example, path: str | None, notes: Notes) -> SeenExample:
    note = notes.find_experience(path)
    return SeenExample(
        example.text,
        example.project or (note.project if note else None),
        example.date or (note.date if note else None),
        example.outcome,
        path,
    )


def _near(name: str, candidates: list[str], snapshot: Snapshot) -> str:
    """Return what to try instead of a `name` that means nothing."""
    from rapidfuzz import fuzz, process

    if not candidates:
        names = {pattern.name: pattern.name.casefold() for pattern in snapshot.patterns}
        found = process.extract(name.casefold(), names, scorer=fuzz.WRatio, limit=3)
        candidates = [key for _, score, key in found if score >= 50]
    if candidates:
        return "did you mean " + " or ".join(repr(other) for other in candidates) + "?"
    return "hardwon list names them all"


def _place(pattern: Pattern) -> str:
    return f"{pattern.path}:{pattern.line}"
