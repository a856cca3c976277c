"""Parting what one side of a merge learned from what it wrote by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hardwon.learning.shelf import totals_line
from hardwon.markup.book_edit import append_pattern
from hardwon.markup.dates import find_date
from hardwon.markup.edit import apply_edits
from hardwon.markup.experiences import parse_outcome
from hardwon.markup.labels import parse_bold_label
from hardwon.markup.pages import parse_page
from hardwon.markup.pattern_edit import unnumbered
from hardwon.markup.pattern_values import refused_text
from hardwon.markup.text import fold, split_lines
from hardwon.merging.pairs import pair_patterns
from hardwon.model.page import Page, Totals
from hardwon.model.pattern import Example, Field, Pattern, Source
from hardwon.model.values import Dialect, PartialDate, Span

_LEVEL = re.compile(r"\b(?:LOW|MEDIUM|HIGH)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(example|use|time|occurrence|observation|pattern)s\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ITEM = re.compile(r"^[ \t]*[-*+][ \t]")
_ITEM_TEXT = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<text>.*)$")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One example (or counter-example) that a side added to a pattern.

    Attributes:
        example: Its text; None where only a source was listed.
        counters: Whether it is a counter-example.
        source: Path or name of its note; None for an example without one.
        date: ISO date of the note, as far as the texts tell; "9999" when they do not.
        failed: Whether the example says that its note ended in failure.
        by_text: Whether the source is marked as listed on the strength of its text alone.
    """

    example: str | None
    counters: bool
    source: str | None
    date: str
    failed: bool = False
    by_text: bool = False

    @property
    def order(self) -> tuple[str, str]:
        """Return what sorts sightings as learning takes their notes."""
        path = (self.source or "").partition("#")[0]
        return self.date, path.rsplit(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Learned:
    """What one side of a merge learned.

    Attributes:
        text: Its book without that: what is left differs from the base by hand edits only.
        added: Sightings by the place of their pattern among those of the base.
        created: New patterns behind the last one: name and lines with the first sighting only,
            and all sightings.
        names: Name of each pattern of the base on this side, by its place; none for one that
            is gone.
        values: The places in the base of patterns whose stated values this side changed.
        refused: Notes that were added as no examples, by the place of their pattern.
    """

    text: str
    added: Mapping[int, tuple[Sighting, ...]]
    created: tuple[Created, ...]
    names: Mapping[int, str]
    values: frozenset[int]
    refused: Mapping[int, tuple[Refusal, ...]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A note that a pattern lists as no example; `text` is the item as written, remark and all."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Created:
    """A pattern that a side made: its lines with the first sighting only, and all it lists."""

    name: str
    lines: tuple[str, ...]
    sightings: tuple[Sighting, ...]
    refused: tuple[Refusal, ...]


def part_learned(base: Page, base_text: str, side: Page, side_text: str) -> Learned:
    """Return what `side` learned since `base`, and its text without it."""
    parter = _Parter(base, base_text, side, side_text)
    return parter.part()


class _Parter:
    def __init__(self, base: Page, base_text: str, side: Page, side_text: str) -> None:
        self._base, self._side = base, side
        self._base_text = base_text
        self._base_lines = split_lines(base_text)
        self._lines = split_lines(side_text)
        self._new: dict[int, str] = {}  # line of the side -> what the base says there
        self._gone: set[int] = set()  # lines of the side that learning added

    def part(self) -> Learned:
        pairs = pair_patterns(self._base.patterns, self._side.patterns)
        added: dict[int, tuple[Sighting, ...]] = {}
        refused: dict[int, tuple[Refusal, ...]] = {}
        values = set()
        for place, pattern in pairs.items():
            before = self._base.patterns[place]
            refusals = self._take_refused(before, pattern)
            if refusals:
                refused[place] = refusals
            sightings = self._take_lists(before, pattern)
            if sightings:
                added[place] = sightings
                self._restore_values(before, pattern)
            if _values(before) != _values(pattern):
                values.add(place)
        created = tuple(self._take_new(pairs.values()))
        self._restore_totals(self._base.totals, self._side.totals)
        kept = (
            self._new.get(number, line)
            for number, line in enumerate(self._lines, start=1)
            if number not in self._gone
        )
        text = "".join(kept)
        if self._gone and not self._base_text.endswith(("\n", "\r")) and self._base_text:
            text = text.rstrip("\r\n") if len(self._lines) in self._gone else text
        names = {place: pattern.name for place, pattern in pairs.items()}
        return Learned(text, added, created, names, frozenset(values), refused)

    # -- lists ---------------------------------------------------------------------------

    def _take_lists(self, before: Pattern, after: Pattern) -> tuple[Sighting, ...]:
        examples = _added(before.examples, after.examples)
        counters = _added(before.counter_examples, after.counter_examples)
        known = {source.target for source in before.sources}
        sources = [source for source in after.sources if source.target not in known]
        for item in (*examples, *counters):
            self._gone.update(range(item.span.start, item.span.end))
        self._take_notes("sources", before, after, sources)
        for key in ("examples", "counter_examples", "sources"):
            if before.get_field(key) is None:
                self._take_emptied(after.get_field(key))
        return tuple(_sightings(examples, counters, sources))

    def _take_refused(self, before: Pattern, after: Pattern) -> tuple[Refusal, ...]:
        known = {note.target for note in before.refused}
        added = [note for note in after.refused if note.target not in known]
        refusals = tuple(map(self._refusal, added))
        self._take_notes("refused", before, after, added)
        if before.get_field("refused") is None:
            self._take_emptied(after.get_field("refused"))
        return refusals

    def _refusal(self, note: Source) -> Refusal:
        """Return a refused note with its item as written; one of several on a line has a path."""
        first, *more = self._item_lines(note.line)
        item = _ITEM_TEXT.match(self._lines[first - 1])
        if item is None or parse_bold_label(item["text"]) is not None:
            return Refusal(note.target, refused_text(note.target))
        rest = (self._lines[number - 1].strip() for number in more)
        return Refusal(note.target, " ".join([item["text"].strip(), *rest]))

    def _take_notes(
        self, key: str, before: Pattern, after: Pattern, added: Sequence[Source]
    ) -> None:
        field, old = after.get_field(key), before.get_field(key)
        if field is None:
            return
        # A list item that is label and value in one.
        is_item = key == "refused" and field.dialect is Dialect.BULLET and old is None
        for source in added:
            if source.line != field.line or is_item:
                self._gone.update(self._item_lines(source.line))
            elif field.dialect is Dialect.HEADER and self._take_from_header(field, source):
                continue
            elif old is not None:
                self._shorten(old.line, field.line)

    def _shorten(self, before: int, after: int) -> None:
        """Let a line to which sources were added read as in the base, unless it differs else."""
        old, new = self._base_lines[before - 1].rstrip(), self._lines[after - 1]
        if new.startswith(old.removesuffix("]")):
            self._new[after] = self._base_lines[before - 1].rstrip("\r\n") + _end_of(new)

    def _take_emptied(self, field: Field | None) -> None:
        """Take out the label of a list that learning began, with the blank line above it."""
        if field is None or field.dialect is Dialect.HEADER:
            return
        end = self._content_end(field.span)
        lines = [n for n in range(field.line + 1, end) if self._lines[n - 1].strip()]
        if lines and all(n in self._gone for n in lines):
            self._gone.update(range(field.line, end))
            if field.line > 1 and not self._lines[field.line - 2].strip():
                self._gone.add(field.line - 1)

    def _take_from_header(self, field: Field, source: Source) -> bool:
        number = field.line + 1
        while number <= len(self._lines) and _ITEM.match(self._lines[number - 1]):
            if source.target in self._lines[number - 1]:
                self._gone.add(number)
                return True
            number += 1
        return False

    def _item_lines(self, line: int) -> Iterator[int]:
        """Yield the line of a list item and those that continue it."""
        yield line
        number = line + 1
        while number <= len(self._lines):
            text = self._lines[number - 1]
            if text[:1] not in {" ", "\t"} or not text.strip() or _ITEM.match(text):
                return
            yield number
            number += 1

    # -- values --------------------------------------------------------------------------

    def _restore_values(self, before: Pattern, after: Pattern) -> None:
        if before.claim is not None and after.claim is not None:
            if not before.claim.inherited and not after.claim.inherited:
                self._restore(before.claim.line, after.claim.line)
            elif before.claim.inherited and after.claim.line == after.line + 2:
                self._gone.update((after.line + 1, after.line + 2))
        self._restore(before.claimed_examples_line, after.claimed_examples_line)
        self._restore(before.last_reinforced_line, after.last_reinforced_line)

    def _restore_totals(self, before: Totals, after: Totals) -> None:
        self._restore(before.last_updated_line, after.last_updated_line)
        self._restore(before.total_line, after.total_line)
        lines = {level: line for level, _, line in before.breakdown}
        for level, _, line in after.breakdown:
            self._restore(lines.get(level), line)
        steps = {_shape(step.text): step.span.start for step in before.next_steps}
        for step in after.next_steps:
            self._restore(steps.get(_shape(step.text)), step.span.start)

    def _restore(self, before: int | None, after: int | None) -> None:
        """Let a line of the side read as in the base, unless more than its values differs."""
        if before is None or after is None:
            return
        old, new = self._base_lines[before - 1], self._lines[after - 1]
        if _shape(old) == _shape(new):
            self._new[after] = old.rstrip("\r\n") + _end_of(new)

    # -- new patterns --------------------------------------------------------------------

    def _take_new(self, known: Iterable[Pattern]) -> Iterator[Created]:
        known = list(known)
        last = max((pattern.line for pattern in known), default=0)
        page, text = self._base, self._base_text
        for pattern in self._side.patterns:
            if pattern in known or pattern.line < last or pattern.level == 0:
                continue
            sightings = tuple(
                _sightings(pattern.examples, pattern.counter_examples, pattern.sources)
            )
            if not pattern.sources or not sightings:
                continue
            start, end = pattern.line, self._content_end(pattern.span)
            lines = [line.rstrip("\r\n") for line in self._lines[start - 1 : end - 1]]
            edit = append_pattern(text, page.patterns, totals_line(page, text), lines)
            text = apply_edits(text, [edit])
            page = parse_page(text, page.path)
            above = list(edit.lines[: -len(lines)])
            if self._stripped(start - len(above), start) == above:
                start -= len(above)
            self._gone.update(range(start, end))
            refused = tuple(map(self._refusal, pattern.refused))
            yield Created(pattern.name, self._with_first_only(pattern, end), sightings, refused)

    def _with_first_only(self, pattern: Pattern, end: int) -> tuple[str, ...]:
        """Return the lines of a new pattern without what was listed after its first sighting."""
        skip: set[int] = set()
        items = (*pattern.examples[1:], *pattern.counter_examples)
        if len(items) + 1 == len(pattern.sources):
            for item in items:
                skip.update(range(item.span.start, item.span.end))
            for source in pattern.sources[1:]:
                skip.update(self._item_lines(source.line))
            counters = pattern.get_field("counter_examples")
            if counters is not None:
                skip.update(range(counters.line - 1, self._content_end(counters.span)))
        numbers = [n for n in range(pattern.line, end) if n not in skip]
        return tuple(self._lines[n - 1].rstrip("\r\n") for n in numbers)

    def _content_end(self, span: Span) -> int:
        """Return the line behind the last text of a pattern, rules at its end left out."""
        end = min(span.end, len(self._lines) + 1)
        while end - 1 > span.start and not self._lines[end - 2].strip(" \t\r\n-"):
            end -= 1
        return end

    def _stripped(self, start: int, end: int) -> list[str]:
        return [line.strip() for line in self._lines[max(0, start - 1) : end - 1]]


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _values(pattern: Pattern) -> tuple[object, ...]:
    claim = pattern.claim.confidence if pattern.claim is not None else None
    return claim, pattern.claimed_examples, pattern.last_reinforced


def _shape(line: str) -> str:
    """Return `line` without what learning counts: levels, numbers and a date."""
    line = line.rstrip("\r\n")
    found = find_date(line)
    if found is not None:
        start, end = found[1]
        line = f"{line[:start]}D{line[end:]}"
    line = _PLURAL.sub(r"\1", _LEVEL.sub("L", line))
    return _NUMBER.sub("N", line)


def _added(before: Sequence[Example], after: Sequence[Example]) -> list[Example]:
    """Return the items that were added behind the old ones.

    As many new items as old ones are gone are taken for those, edited by hand.
    """
    old = [fold(unnumbered(item.text)) for item in before]
    new = []
    for item in after:
        text = fold(unnumbered(item.text))
        if text in old:
            old.remove(text)
        else:
            new.append(item)
    return new[len(old) :]


def _sightings(
    examples: Sequence[Example], counters: Sequence[Example], sources: Sequence[Source]
) -> Iterator[Sighting]:
    """Yield sightings in the order of their sources, each with the example that fits its date."""
    items = [(item, False) for item in examples] + [(item, True) for item in counters]
    for source in sources:
        found = find_date(source.target.rsplit("/", 1)[-1])
        date = found[0] if found else None
        dated = (p for p in items if p[0].date is not None and date and p[0].date.covers(date))
        pair = next(dated, items[0] if items else None)
        if pair is not None:
            items.remove(pair)
            day = pair[0].date or date
            yield replace(_sighting(*pair, source.target, day), by_text=source.by_text)
        else:
            yield Sighting(None, False, source.target, _iso(date), by_text=source.by_text)
    for item, is_counter in items:
        yield _sighting(item, is_counter, None, item.date)


def _sighting(
    item: Example, counters: bool, source: str | None, date: PartialDate | None
) -> Sighting:
    outcome = parse_outcome(item.outcome)
    failed = outcome is not None and outcome.is_failure
    return Sighting(unnumbered(item.text), counters, source, _iso(date), failed)


def _iso(date: PartialDate | None) -> str:
    return date.first_day.isoformat() if date is not None else "9999"
