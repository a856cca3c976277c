"""Merging a book of patterns: hand edits by text, evidence by pattern, values by counting."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from hardwon.learning.evidence import Evidence, Notes, weigh
from hardwon.learning.reinforce import copy_refusal, list_evidence, settle, tell_apart
from hardwon.learning.shelf import Shelf
from hardwon.learning.upkeep import tend_totals
from hardwon.markup.book_edit import set_totals
from hardwon.markup.pages import parse_page, read_page
from hardwon.markup.text import fold
from hardwon.merging.learned import Created, Learned, Refusal, Sighting, part_learned
from hardwon.merging.three_way import Merged, merge_texts
from hardwon.model.page import Page, Role
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import PartialDate

# Behind the title of an example: its number among notes of one title, day and project.
_NUMBERED = re.compile(r"^(?P<title>.*?)(?: \[\d+\])?(?P<rest> \(\d{4}(?:-\d{2}){0,2}\).*)?$")


T = TypeVar("T", Sighting, Created)


class UnmergeableError(ValueError):
    """What both sides learned cannot be written into one book such that it reads back."""


def merge_book(base: str, ours: str, theirs: str, path: str, settings: Settings) -> Merged:
    """Return the book `path` with what both sides learned and what both wrote by hand.

    What was learned is taken out of both sides; what is left differs by hand edits, and is
    merged as text. Then the evidence of both sides is listed again in the order of the notes'
    dates, and counted: the result is the book that learning all notes on one branch makes.

    Args:
        base: The text that both sides began with; "" when both made the file.
        ours: Our text; like `theirs` without conflict markers.
        theirs: Their text.
        path: The book, relative to the memory folder.
        settings: Thresholds for the levels.

    Raises:
        UnmergeableError: A sighting cannot be listed such that it reads back.
    """
    page = parse_page(base, path)
    sides = (parse_page(ours, path), parse_page(theirs, path))
    one, other = (
        part_learned(page, base, side, text)
        for side, text in zip(sides, (ours, theirs), strict=True)
    )
    merged = merge_texts(base, one.text, other.text)
    merger = _Merger(page, sides, (one, other), merged.text, path, settings)
    return replace(merged, text=merger.merge())


class _Merger:
    def __init__(
        self,
        base: Page,
        sides: tuple[Page, Page],
        learned: tuple[Learned, Learned],
        text: str,
        path: str,
        settings: Settings,
    ) -> None:
        self._base, self._sides, self._learned = base, sides, learned
        self._path, self._settings = path, settings
        self._notes = Notes(Snapshot(()))
        page = replace(read_page(text, path), role=Role.BOOK)
        self._shelf = Shelf([page], lambda _: text)
        self._patterns = {pattern.name: pattern for pattern in page.patterns}
        self._touched: dict[str, PartialDate | None] = {}

    def merge(self) -> str:
        """Return the text with all evidence listed and counted."""
        for place, known in enumerate(self._base.patterns):
            self._reinforce(place, known)
            both = (side.refused.get(place, ()) for side in self._learned)
            self._refuse(self._name_of(place, known), itertools.chain.from_iterable(both))
        for created in _in_order(*(side.created for side in self._learned)):
            self._create(created)
        for name, date in self._touched.items():
            pattern = self._find(name)
            if pattern is not None:
                settle(self._shelf, pattern, weigh_alone(pattern, self._settings), date)
        if self._touched or any(side.totals != self._base.totals for side in self._sides):
            self._count()
        return self._shelf.text(self._path)

    # -- evidence ------------------------------------------------------------------------

    def _reinforce(self, place: int, known: Pattern) -> None:
        """List what both sides added to a pattern of the base."""
        one, other = self._learned
        sightings = _in_order(one.added.get(place, ()), other.added.get(place, ()))
        both_changed = place in one.values and place in other.values
        if not sightings and not both_changed:
            return
        name = self._name_of(place, known)
        if self._find(name) is None:
            return  # a side deleted it: its notes are learned from again
        dates = [self._last(side, learned, place) for side, learned in self._both()]
        self._touched[name] = _newest(dates)
        self._list(name, sightings)

    def _both(self) -> Iterator[tuple[Page, Learned]]:
        yield from zip(self._sides, self._learned, strict=True)

    def _refuse(self, name: str, refusals: Iterable[Refusal]) -> None:
        """List what both sides refuse; a note that a side lists stays listed beside it."""
        for refusal in refusals:
            pattern = self._find(name)
            if pattern is None:
                return
            if refusal.target in {note.target for note in pattern.refused}:
                continue
            if copy_refusal(self._shelf, pattern, refusal.text, refusal.target) is None:
                raise UnmergeableError(f"{name!r} cannot refuse {refusal.target!r}")

    def _name_of(self, place: int, known: Pattern) -> str:
        names = [side.names.get(place) for side in self._learned]
        return next((n for n in names if n is not None and n != known.name), known.name)

    def _last(self, side: Page, learned: Learned, place: int) -> PartialDate | None:
        name = learned.names.get(place)
        same = [pattern.last_reinforced for pattern in side.patterns if pattern.name == name]
        return same[0] if same else None

    def _list(self, name: str, sightings: Iterable[Sighting]) -> None:
        sightings = list(sightings)
        seen: set[str] = set()
        # What a person confirmed on one side is confirmed.
        confirmed = {s.source for s in sightings if not s.by_text}
        for sighting in sightings:
            pattern = self._find(name)
            if pattern is None:
                raise UnmergeableError(f"{name!r} is gone from {self._path}")
            targets = {source.target for source in pattern.sources}
            twice = sighting.source is None and fold(sighting.example or "") in seen
            if sighting.source in targets or twice:
                continue  # both sides learned from the same note
            seen.add(fold(sighting.example or ""))
            by_text = sighting.by_text and sighting.source not in confirmed
            if self._write(pattern, replace(sighting, by_text=by_text)) is None:
                raise UnmergeableError(f"{name!r} cannot take {sighting.source!r}")

    def _write(self, pattern: Pattern, sighting: Sighting) -> Pattern | None:
        evidence = weigh_alone(pattern, self._settings)
        sightings = evidence.examples + evidence.counter_examples + 1

        def reads_back(now: Pattern) -> bool:
            found = weigh_alone(now, self._settings)
            targets = {source.target for source in now.sources}
            known = sighting.source is None or sighting.source in targets
            return known and (
                sighting.example is None or found.examples + found.counter_examples == sightings
            )

        line = None
        if sighting.example is not None:
            line = tell_apart(pattern, lambda number: _numbered(sighting.example or "", number))
        return list_evidence(
            self._shelf,
            pattern,
            line,
            sighting.source,
            counters=sighting.counters,
            reads_back=reads_back,
            by_text=sighting.by_text,
        )

    def _create(self, created: Created) -> None:
        """Add a new pattern; one that both sides made is worded by the older note."""
        if self._find(created.name) is None:
            pattern = self._shelf.add(self._path, "", lambda _level, _dialect: list(created.lines))
            if pattern is None or fold(pattern.name) != fold(created.name):
                raise UnmergeableError(f"{created.name!r} does not read back in {self._path}")
        name = self._find_name(created.name)
        if name in self._touched:
            return
        same = [
            (made, side)
            for side, learned in self._both()
            for made in learned.created
            if fold(made.name) == fold(created.name)
        ]
        sides = [made.sightings for made, _ in same]
        first, *later = _in_order(sides[0], sides[1] if len(sides) > 1 else ())
        # What failed made a pattern on its side; it speaks against one that was there.
        later = [replace(s, counters=s.counters or s.failed) for s in later]
        confirming = {s.source for s in (first, *later) if not s.counters}
        dates = [
            pattern.last_reinforced
            for made, side in same
            for pattern in side.patterns
            if fold(pattern.name) == fold(made.name)
            and any(source.target in confirming for source in pattern.sources)
        ]
        self._touched[name] = _newest(dates)
        self._list(name, [first, *later])
        self._refuse(name, (refusal for made, _ in same for refusal in made.refused))

    def _find(self, name: str) -> Pattern | None:
        patterns = self._shelf.patterns_of(self._path)
        return next((p for p in patterns if fold(p.name) == fold(name)), None)

    def _find_name(self, name: str) -> str:
        found = self._find(name)
        return found.name if found is not None else name

    # -- totals --------------------------------------------------------------------------

    def _count(self) -> None:
        tend_totals(self._shelf, self._notes, self._settings, [self._path])
        known = self._shelf.totals_of(self._path)
        # A side that learned nothing states a date that a person wrote.
        stated = (
            s.totals.last_updated for s, its in self._both() if not (its.added or its.created)
        )
        updated = _newest(stated)
        if updated is None:
            return
        counts = {level: count for level, count, _ in known.breakdown}
        totals = replace(known, total=None, total_line=None, breakdown=())
        self._shelf.edit(
            self._path, set_totals(self._shelf.text(self._path), totals, counts, updated)
        )


def weigh_alone(pattern: Pattern, settings: Settings) -> Evidence:
    """Return the evidence of a pattern as its own lists tell it, without the notes."""
    return weigh(pattern, Notes(Snapshot(())), settings.confidence)


def _numbered(text: str, number: int) -> str:
    if number == 1:
        return text
    match = _NUMBERED.match(text)
    if match is None:
        return f"{text} [{number}]"
    return f"{match['title']} [{number}]{match['rest'] or ''}"


def _newest(dates: Iterable[PartialDate | None]) -> PartialDate | None:
    known = [date for date in dates if date is not None]
    return max(known, key=lambda date: (date.first_day, date.iso), default=None)


def _in_order(one: Sequence[T], other: Sequence[T]) -> list[T]:
    """Return both sequences as one by date, each in its own order."""
    out: list[T] = []
    place = 0
    for item in one:
        while place < len(other) and _order(other[place]) < _order(item):
            out.append(other[place])
            place += 1
        out.append(item)
    out.extend(other[place:])
    return out


def _order(item: Sighting | Created) -> tuple[str, str]:
    return item.order if isinstance(item, Sighting) else item.sightings[0].order
