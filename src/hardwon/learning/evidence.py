"""Counting: what the listed examples of a pattern justify, and which notes prove them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hardwon.markup.dates import find_date
from hardwon.markup.text import counted, fold
from hardwon.model.experience import Experience
from hardwon.model.pattern import Example, Pattern, Source
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Confidence, PartialDate, Thresholds


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind a pattern.

    Attributes:
        examples: Examples listed, with the claimed unlisted ones.
        counter_examples: Counter-examples listed.
        confidence: What the net examples justify.
        was_high: Whether they justified HIGH at some date; what has no date comes first.
        proved: Examples whose note exists.
        projects: Distinct projects among the examples.
        days: Distinct dates among the examples.
        last: Latest date among the examples and `Last reinforced`.
        sources: Each listed source with the path of its note, None where there is none.
        links: The note's path for each of the listed examples, in their order.
        refused: Each refused note with its path, None where there is none; counted nowhere.
    """

    examples: int
    counter_examples: int
    confidence: Confidence
    was_high: bool
    proved: int
    projects: int
    days: int
    last: PartialDate | None
    sources: tuple[tuple[Source, str | None], ...]
    links: tuple[str | None, ...]
    refused: tuple[tuple[Source, str | None], ...]

    @property
    def net(self) -> int:
        """Return examples minus counter-examples."""
        return self.examples - self.counter_examples


def confidence_of(net: int, thresholds: Thresholds, projects: int | None = None) -> Confidence:
    """Return the confidence that `net` examples justify, up or down, as counted.

    Args:
        net: Examples minus counter-examples; LOW also stands for none.
        thresholds: From docs/adr/0002-confidence-and-evidence.md, or `hardwon.toml`.
        projects: Distinct projects, where breadth is demanded for HIGH.
    """
    broad = projects is None or projects >= thresholds.require_projects
    if net >= thresholds.high and broad:
        return Confidence.HIGH
    return Confidence.MEDIUM if net >= thresholds.medium else Confidence.LOW


class NotePaths:
    """Finds the note that a source of a pattern means."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = set(paths)
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._by_name.setdefault(stem_of(path), []).append(path)

    def find(self, target: str) -> str | None:
        """Return the path that `target` means (with its `#anchor`), or None.

        A target may be shorter than the path (a note's bare name) or longer (a path from a
        folder above); it must fit exactly one note.
        """
        if target in self._paths:
            return target
        file, hash_, anchor = target.rpartition("#") if "#" in target else (target, "", "")
        if file in self._paths:
            return file + hash_ + anchor
        wanted = _parts(file)
        found = [
            path
            for path in self._by_name.get(stem_of(file), ())
            if _ends_with(_parts(path), wanted) or _ends_with(wanted, _parts(path))
        ]
        return found[0] + hash_ + anchor if len(found) == 1 else None

    def add(self, path: str) -> None:
        """Make a further path known."""
        if path not in self._paths:
            self._paths.add(path)
            self._by_name.setdefault(stem_of(path), []).append(path)


def stem_of(path: str) -> str:
    """Return the name of the file at `path` without its ending: what sources find notes by."""
    return re.sub(r"\.(?:md|markdown)$", "", path.rsplit("/", 1)[-1], flags=re.IGNORECASE)


def _parts(path: str) -> list[str]:
    *folders, name = path.split("/")
    return [*folders, stem_of(name)]


def _ends_with(long: list[str], short: list[str]) -> bool:
    return long[-len(short) :] == short


class Notes:
    """The experiences and files of a memory, for proving examples."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.paths = NotePaths(page.path for page in snapshot.pages)
        self._experiences: dict[str, Experience] = {}
        # What `weigh` found for a pattern, which is kept so that no other one gets its id.
        self.weighed: dict[int, tuple[Pattern, Thresholds, Evidence]] = {}
        for experience in snapshot.experiences:
            self._experiences[experience.key] = experience
            self._experiences.setdefault(experience.path, experience)

    def find_experience(self, path: str | None) -> Experience | None:
        """Return the experience at `path` (with its anchor, if any), or None."""
        return self._experiences.get(path) if path is not None else None


_Pair = tuple[Example | None, Experience | None]


def weigh(pattern: Pattern, notes: Notes, thresholds: Thresholds) -> Evidence:
    """Return what stands behind `pattern`.

    A pattern without a list of examples is counted by its sources. What was weighed once with
    the same notes is not weighed again.
    """
    known = notes.weighed.get(id(pattern))
    if known is not None and known[1] == thresholds:
        return known[2]
    evidence = _weigh(pattern, notes, thresholds)
    notes.weighed[id(pattern)] = pattern, thresholds, evidence
    return evidence


def _weigh(pattern: Pattern, notes: Notes, thresholds: Thresholds) -> Evidence:
    sources = tuple((source, notes.paths.find(source.target)) for source in pattern.sources)
    listed = len(pattern.examples) + pattern.unlisted_examples
    from_sources = listed == 0
    if from_sources:
        distinct = {path or source.target for source, path in sources}
        listed = max(0, len(distinct) + pattern.unlisted_sources - len(pattern.counter_examples))
    items = (*pattern.examples, *pattern.counter_examples)
    linked = link_examples(items, sources, notes)
    links = linked[: len(pattern.examples)]
    if from_sources:
        proved = min(listed, sum(path is not None for _, path in sources))
        seen = [notes.find_experience(path) for _, path in sources]
        pairs: list[_Pair] = [(None, note) for note in seen]
    else:
        proved = sum(path is not None for path in links)
        notes_of = [notes.find_experience(path) for path in links]
        pairs = list(zip(pattern.examples, notes_of, strict=True))
    projects = {_project(example, note) for example, note in pairs} - {None}
    dates = [date for example, note in pairs if (date := _date(example, note)) is not None]
    known = [*dates, *([pattern.last_reinforced] if pattern.last_reinforced else [])]
    net = listed - len(pattern.counter_examples)
    confidence = confidence_of(net, thresholds, len(projects))
    was_high = confidence is Confidence.HIGH
    if not was_high and listed >= thresholds.high:
        counters = zip(pattern.counter_examples, linked[len(pattern.examples) :], strict=True)
        against = [(example, notes.find_experience(path)) for example, path in counters]
        was_high = _was_high(pairs, against, listed, thresholds)
    return Evidence(
        examples=listed,
        counter_examples=len(pattern.counter_examples),
        confidence=confidence,
        was_high=was_high,
        proved=proved,
        projects=len(projects),
        days=len({date.iso for date in dates}),
        last=max(known, key=lambda date: (date.first_day, date.iso)) if known else None,
        sources=sources,
        links=tuple(links),
        refused=tuple((note, notes.paths.find(note.target)) for note in pattern.refused),
    )


def _was_high(
    pairs: Sequence[_Pair], against: Sequence[_Pair], listed: int, thresholds: Thresholds
) -> bool:
    """Return whether the examples justified HIGH before all counter-examples were there."""
    undated = listed - len(pairs)
    steps: list[tuple[str, str, int, str | None]] = [("", "", 1, None)] * undated
    steps += [(*_moment(pair), 1, _project(*pair)) for pair in pairs]
    steps += [(*_moment(pair), -1, None) for pair in against]
    net, projects = 0, set[str | None]()
    for _, _, step, project in sorted(steps, key=lambda s: s[:2]):
        net += step
        projects |= {project} - {None}
        if confidence_of(net, thresholds, len(projects)) is Confidence.HIGH:
            return True
    return False


def _moment(pair: _Pair) -> tuple[str, str]:
    """Return what sorts sightings as learning takes their notes: ISO day, then path."""
    date, note = _date(*pair), pair[1]
    return date.first_day.isoformat() if date else "", note.path if note else ""


def find_contradiction(pattern: Pattern, evidence: Evidence) -> str | None:
    """Return how the lists of `pattern` contradict each other, as "2 examples, but 3 sources".

    That is so with more sources than sightings, and with fewer where "and N more" claims that
    they are all. Fewer sources otherwise are no contradiction: an example may have no note.
    None where the lists agree, and for a pattern that lists no examples.
    """
    listed = len(pattern.examples) + pattern.unlisted_examples
    sources = {path or source.target for source, path in evidence.sources}
    proofs = len(sources) + pattern.unlisted_sources
    sightings = listed + len(pattern.counter_examples)
    claims_all = pattern.unlisted_sources > 0
    if not listed or proofs == sightings or (proofs < sightings and not claims_all):
        return None
    seen = counted(listed, "example")
    if pattern.counter_examples:
        seen += f" and {counted(len(pattern.counter_examples), 'counter-example')}"
    return f"{seen}, but {counted(proofs, 'source')}"


def _project(example: Example | None, note: Experience | None) -> str | None:
    name = (note.project if note is not None else None) or (example.project if example else None)
    return fold(name) or None if name else None


def _date(example: Example | None, note: Experience | None) -> PartialDate | None:
    return (note.date if note is not None else None) or (example.date if example else None)


def link_examples(
    examples: Iterable[Example], sources: Iterable[tuple[Source, str | None]], notes: Notes
) -> list[str | None]:
    """Return, for each example, the path of the existing note that it came from, or None.

    An example belongs to the first source not yet taken whose date fits; where as many
    examples as sources are left over, they belong together in their order.
    """
    items, listed = list(examples), list(sources)
    free = _Dated(_source_date(source, notes) for source in listed)
    links: dict[int, str | None] = {}
    taken: set[int] = set()
    for number, example in enumerate(items):
        found = free.take(example.date) if example.date is not None else None
        if found is not None:
            links[number] = listed[found][1]
            taken.add(found)
    rest = [number for number in range(len(items)) if number not in links]
    left = [path for number, (_, path) in enumerate(listed) if number not in taken]
    if len(rest) == len(left):
        links |= dict(zip(rest, left, strict=True))
    return [links.get(number) for number in range(len(items))]


class _Dated:
    """Things with dates, taken one by one; found without a look at all of them."""

    def __init__(self, dates: Iterable[PartialDate | None]) -> None:
        # Two dates fit where one is the beginning of the other: 2025-03 and 2025-03-02.
        self._at: dict[tuple[int, ...], deque[int]] = {}
        self._within: dict[tuple[int, ...], deque[int]] = {}
        self._taken: set[int] = set()
        for number, date in enumerate(dates):
            if date is not None:
                key = _date_key(date)
                self._at.setdefault(key, deque()).append(number)
                for size in range(1, len(key) + 1):
                    self._within.setdefault(key[:size], deque()).append(number)

    def take(self, date: PartialDate) -> int | None:
        """Return the number of the first that fits `date` and is not taken; None for none."""
        key = _date_key(date)
        queues = [self._within.get(key), *(self._at.get(key[:n]) for n in range(1, len(key)))]
        first = [number for queue in queues if (number := self._first(queue)) is not None]
        if not first:
            return None
        self._taken.add(min(first))
        return min(first)

    def _first(self, queue: deque[int] | None) -> int | None:
        while queue and queue[0] in self._taken:
            queue.popleft()
        return queue[0] if queue else None


def _date_key(date: PartialDate) -> tuple[int, ...]:
    return tuple(part for part in (date.year, date.month, date.day) if part is not None)


def _source_date(source: tuple[Source, str | None], notes: Notes) -> PartialDate | None:
    note = notes.find_experience(source[1])
    if note is not None and note.date is not None:
        return note.date
    found = find_date(source[0].target.rsplit("/", 1)[-1])
    return found[0] if found else None
