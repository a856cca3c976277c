"""A book in parts, so that an edit of one pattern reads that pattern again and nothing else.

A part begins with the heading of a pattern and ends in front of the next one's. CommonMark
reads line by line, and a `#` heading at the margin closes whatever stands open above it: so
where the heading behind a part is still read as one, the part reads alone as it reads in its
book. What a pattern means depends on its own section, and on headings above it only as far as
is checked here. Whatever is not certain is `None`, and the caller reads the whole book;
`tests/properties/test_parted.py` compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from hardwon.markup.blocks import Document, parse_document
from hardwon.markup.edit import Edit, edit_lines
from hardwon.markup.labels import pattern_key
from hardwon.markup.patterns import parse_patterns
from hardwon.markup.secrets import find_secrets
from hardwon.markup.text import line_end, plain, split_lines, strip_emoji
from hardwon.markup.totals import parse_end_totals, parse_totals
from hardwon.model.page import NextStep, Page, Role, Totals
from hardwon.model.pattern import Pattern
from hardwon.model.values import Dialect, Span

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(?P<mark>=+|-+)[ \t]*$")
# Put behind a part to see that it leaves nothing open: the heading that follows is read as one.
_NEXT = "# .\n"


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines from one pattern's heading to the next one's.

    Attributes:
        lines: With their ends.
        pattern: The pattern, its lines counted as when it was read.
        base: The 1-based line at which the part began then.
        behind: How many of the lines stand in sections behind the pattern's own; None while it
            is not known that the part reads alone as it reads in its book.
    """

    lines: Sequence[str]
    pattern: Pattern
    base: int
    behind: int | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the lines of a part read as, alone: patterns with lines from 1."""

    document: Document
    patterns: Sequence[Pattern]
    behind: int


@dataclass(frozen=True, slots=True)
class PartedBook:
    """A book whose patterns can be edited one at a time; it is never changed, but replaced.

    Attributes:
        path: Relative to the memory folder.
        head: The lines in front of the first pattern.
        parts: The patterns with their lines, in order; at least one.
        sizes: The number of lines of each.
        known_totals: Its totals, their lines counted as when they were read.
        totals_base: The line at which the last part began then.
        end: The line end that most lines of the book have.
        places: Name of a pattern → places in `parts`.
    """

    path: str
    head: Sequence[str]
    parts: tuple[_Part, ...]
    sizes: tuple[int, ...]
    known_totals: Totals
    totals_base: int
    end: str
    places: dict[str, list[int]]

    @property
    def text(self) -> str:
        """Return the whole text."""
        return "".join(["".join(self.head), *("".join(part.lines) for part in self.parts)])

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Return all patterns as the whole text reads, in order."""
        return [part.pattern for part in self.placed().parts]

    def placed(self) -> PartedBook:
        """Return the same book, its patterns with the lines at which they now stand."""
        start = len(self.head) + 1
        parts = []
        for part in self.parts:
            by = start - part.base
            parts.append(replace(part, pattern=part.pattern.moved(by), base=start) if by else part)
            start += len(part.lines)
        return replace(self, parts=tuple(parts))

    @property
    def totals(self) -> Totals:
        """Return the totals with their lines as the text now has them."""
        by = self._start(len(self.parts) - 1) - self.totals_base
        return _moved(self.known_totals, self.totals_base, by) if by else self.known_totals

    @property
    def page(self) -> Page:
        """Return what the whole text reads as, without its faults."""
        return Page(self.path, Role.BOOK, patterns=tuple(self.patterns), totals=self.totals)

    @property
    def last(self) -> Pattern:
        """Return the last pattern."""
        part = self.parts[-1]
        return part.pattern.moved(self._start(len(self.parts) - 1) - part.base)

    @property
    def dialects(self) -> list[Dialect]:
        """Return the dialect of each pattern, in order."""
        return [part.pattern.dialect for part in self.parts]

    def find(self, name: str) -> list[Pattern]:
        """Return the patterns of exactly this name, in order."""
        found = []
        for place in self.places.get(name, ()):
            part = self.parts[place]
            found.append(part.pattern.moved(self._start(place) - part.base))
        return found

    def lines_of(self, pattern: Pattern) -> tuple[Sequence[str], int]:
        """Return the lines of the part of `pattern`, and the line at which it begins."""
        place = self._place(pattern.line)
        return self.parts[place].lines, self._start(place)

    def ends(self) -> Iterator[Sequence[str]]:
        """Yield the three lines in front of each pattern; near the first line fewer."""
        before: Sequence[str] = self.head[-3:]
        for part in self.parts:
            yield before
            lines = part.lines
            before = lines[-3:] if len(lines) > 2 else [*before, *lines][-3:]

    def edited(self, edits: Sequence[Edit]) -> PartedBook | None:
        """Return the book with `edits` laid over one of its patterns.

        None where they concern more than one pattern, or where it is not certain that all else
        reads as before.
        """
        place = self._place_of(edits)
        if place is None:
            return None
        old = self._read_alone(place)
        if old is None or old.behind is None:
            return None
        lines = self._edit(old.lines, edits, place)
        now = self._read(lines, place)
        if now is None or len(now.patterns) != 1 or lines[0] != old.lines[0]:
            return None
        if not _stands_as(now.patterns[0], old.pattern):
            return None
        if lines[len(lines) - now.behind :] != old.lines[len(old.lines) - old.behind :]:
            return None
        return self._with(place, [_Part(lines, now.patterns[0], 1, now.behind)], now.document)

    def with_totals(self, edits: Sequence[Edit]) -> PartedBook | None:
        """Return the book with `edits` of its totals, behind its last pattern or in its head.

        None where it is not certain that all else reads as before.
        """
        last = len(self.parts) - 1
        start = self._start(last)
        old = self._read_alone(last)
        above = [edit for edit in edits if edit.span.end <= len(self.head) + 1]
        below = [edit for edit in edits if edit.span.start >= start]
        if old is None or len(above) + len(below) != len(edits):
            return None
        book = self._with_head(above) if above else self
        if book is None:
            return None
        lines = book._edit(old.lines, below, last)
        now = book._read(lines, last)
        before = book._read(old.lines, last)
        if now is None or before is None or now.patterns != before.patterns:
            return None
        if len(now.patterns) != 1 or _outline(now.document) != _outline(before.document):
            return None
        return book._with(last, [_Part(lines, now.patterns[0], 1, now.behind)], now.document)

    def appended(self, edit: Edit) -> PartedBook | None:
        """Return the book with the one pattern that `edit` adds behind the last one.

        None where it is not certain that the last pattern and all else read as before.
        """
        last = len(self.parts) - 1
        old = self._read_alone(last)
        if old is None or old.behind is None or edit.span.start <= self._start(last):
            return None
        lines = self._edit(old.lines, [edit], last)
        now = self._read(lines, last)
        if now is None or len(now.patterns) != 2:
            return None
        known, added = now.patterns
        cut = added.line - 1
        sections = now.document.root.children
        if known != old.pattern.moved(1 - old.base) or known.level != added.level:
            return None
        if not _is_plain(added, lines) or [s.line for s in sections[:2]] != [1, added.line]:
            return None
        behind = len(lines) - sections[2].line + 1 if len(sections) > 2 else 0
        if pattern_key(_label(sections[1].title)) or behind != old.behind:
            return None
        if lines[len(lines) - behind :] != old.lines[len(old.lines) - behind :]:
            return None
        parts = [
            _Part(lines[:cut], known, 1, 0),
            _Part(lines[cut:], added.moved(-cut), 1, behind),
        ]
        return self._with(last, parts, now.document)

    # -- reading one part ------------------------------------------------------------------

    def _read_alone(self, place: int) -> _Part | None:
        """Return the part at `place`, if it reads alone as it reads in its book."""
        part = self.parts[place]
        if part.behind is not None:
            return part
        now = self._read(part.lines, place)
        if now is None or list(now.patterns) != [part.pattern.moved(1 - part.base)]:
            return None
        if place == len(self.parts) - 1:
            alone = self._joined_totals(now.document, self._start(place))
            if alone != self.totals:
                return None
        return replace(part, behind=now.behind)

    def _read(self, lines: Sequence[str], place: int) -> _Reading | None:
        """Return what `lines` read as in the place of a part; None where they leave something
        open behind them, or hold a credential.
        """
        text = "".join(lines)
        if find_secrets(text):
            return None
        is_last = place == len(self.parts) - 1
        document = parse_document(text if is_last else text + _NEXT)
        sections = document.root.children
        if document.too_deep is not None or document.root.blocks or not sections:
            return None
        if not is_last and sections[-1].line != len(lines) + 1:
            return None
        behind = len(lines) - sections[1].line + 1 if len(sections) > 1 else 0
        return _Reading(document, parse_patterns(document, self.path), behind)

    def _joined_totals(self, document: Document, start: int) -> Totals:
        """Return the totals of the book whose last part, at line `start`, reads as `document`."""
        totals = _moved(parse_end_totals(document), 1, start - 1)
        known = self.known_totals
        stated = known.last_updated_line
        if totals.last_updated_line is None and stated is not None and stated <= len(self.head):
            return replace(totals, last_updated=known.last_updated, last_updated_line=stated)
        return totals

    # -- putting parts together --------------------------------------------------------------

    def _edit(self, lines: Sequence[str], edits: Sequence[Edit], place: int) -> list[str]:
        """Return the lines of the part at `place` with `edits`, which count lines of the book."""
        by = self._start(place) - 1
        near = [Edit(Span(e.span.start - by, e.span.end - by), e.lines) for e in edits]
        is_last = place == len(self.parts) - 1
        open_end = is_last and not lines[-1].endswith(("\n", "\r"))
        return edit_lines(lines, near, self.end, open_end=open_end)

    def _with_head(self, edits: Sequence[Edit]) -> PartedBook | None:
        """Return the book with edits of its head that change values in it, and nothing else."""
        head = edit_lines(self.head, edits, self.end, open_end=False)
        before, now = (parse_document("".join(h) + _NEXT) for h in (self.head, head))
        if _blocks(before) != _blocks(now) or _outline(before) != _outline(now):
            return None
        known = self.known_totals
        stated = parse_totals(now)
        if known.last_updated_line is not None and known.last_updated_line <= len(self.head):
            if stated.last_updated_line != known.last_updated_line:
                return None
            known = replace(known, last_updated=stated.last_updated)
        return replace(self, head=head, known_totals=known)

    def _with(self, place: int, parts: Sequence[_Part], document: Document) -> PartedBook | None:
        """Return the book with `parts` in the place of one; `document` is what they read as."""
        sizes = (len(part.lines) for part in parts)
        book = replace(
            self,
            parts=(*self.parts[:place], *parts, *self.parts[place + 1 :]),
            sizes=(*self.sizes[:place], *sizes, *self.sizes[place + 1 :]),
        )
        if place == len(self.parts) - 1:
            totals = book._joined_totals(document, book._start(place))
            was_dated = self.known_totals.last_updated_line is not None
            if (totals.last_updated_line is not None) != was_dated:
                return None
            base = book._start(len(book.parts) - 1)
            book = replace(book, known_totals=totals, totals_base=base)
        if len(parts) > 1:
            places = dict(self.places)
            for number, part in enumerate(parts[1:], start=place + 1):
                places[part.pattern.name] = [*places.get(part.pattern.name, ()), number]
            book = replace(book, places=places)
        return book

    def _start(self, place: int) -> int:
        return 1 + len(self.head) + sum(self.sizes[:place])

    def _place(self, line: int) -> int:
        """Return the place of the part that holds the 1-based `line`, which is not in the head."""
        left = line - len(self.head)
        return next(n for n, size in enumerate(accumulate(self.sizes)) if left <= size)

    def _place_of(self, edits: Sequence[Edit]) -> int | None:
        """Return the place of the one part that `edits` change below its heading, or None.

        An insertion in front of a heading belongs to the part that ends there.
        """
        first = min(edit.span.start for edit in edits)
        if first <= len(self.head) + 1:
            return None
        place = self._place(first - 1)
        start = self._start(place)
        end = start + self.sizes[place]
        is_within = all(start < e.span.start and e.span.end <= end for e in edits)
        return place if is_within else None


def part_book(page: Page, text: str) -> PartedBook | None:
    """Return the book `page` in parts; None where one of its patterns may not read alone.

    Args:
        page: The book as read from that very text.
        text: Its text.
    """
    patterns = page.patterns
    if not patterns or any(fault.code == "secret" for fault in page.faults):
        return None
    if patterns[0].level == 1:  # it could state the last update of the book
        return None
    lines = split_lines(text)
    bounds = [*(pattern.line for pattern in patterns), len(lines) + 1]
    for pattern, end in zip(patterns, bounds[1:], strict=True):
        if not (_is_plain(pattern, lines) and pattern.line < pattern.span.end <= end):
            return None
    updated = page.totals.last_updated_line
    if updated is not None and bounds[0] <= updated < bounds[-2]:
        return None
    if _is_below_field(lines, patterns):
        return None
    places: dict[str, list[int]] = {}
    parts = []
    for number, (pattern, end) in enumerate(zip(patterns, bounds[1:], strict=True)):
        places.setdefault(pattern.name, []).append(number)
        parts.append(_Part(lines[pattern.line - 1 : end - 1], pattern, pattern.line))
    return PartedBook(
        path=page.path,
        head=lines[: bounds[0] - 1],
        parts=tuple(parts),
        sizes=tuple(len(part.lines) for part in parts),
        known_totals=page.totals,
        totals_base=bounds[-2],
        end=line_end(lines),
        places=places,
    )


def _is_plain(pattern: Pattern, lines: Sequence[str]) -> bool:
    """Return whether `pattern` begins with a `#` heading at the margin, and states its level."""
    if pattern.level < 1 or pattern.dialect is Dialect.HEADER or pattern.line > len(lines):
        return False
    heading = _ATX.match(lines[pattern.line - 1])
    is_inherited = pattern.claim is not None and pattern.claim.inherited
    return heading is not None and heading.span(1) == (0, pattern.level) and not is_inherited


def _stands_as(now: Pattern, before: Pattern) -> bool:
    """Return whether `now`, read alone, stands in its book as `before` did."""
    is_inherited = now.claim is not None and now.claim.inherited
    return (
        (now.line, now.name, now.level) == (1, before.name, before.level)
        and now.dialect is not Dialect.HEADER
        and (now.claim is None) == (before.claim is None)
        and not is_inherited
    )


def _is_below_field(lines: Sequence[str], patterns: Sequence[Pattern]) -> bool:
    """Return whether a pattern may stand below a heading that is a field of something above it.

    What looks like a heading counts as one, in a fence as well.
    """
    marked = [n for n, line in enumerate(lines) if line.lstrip(" ")[:1] in {"#", "=", "-"}]
    levels = {pattern.line: pattern.level for pattern in patterns}
    level = 0  # of the next pattern, seen from the end
    for number in reversed(marked):
        if number + 1 in levels:
            level = levels[number + 1]
            continue
        line = lines[number].rstrip("\r\n")
        heading = _ATX.match(line)
        if heading is not None:
            title = line.strip("# \t")
            if len(heading[1]) < level and pattern_key(_label(title)):
                return True
            continue
        underline = _UNDERLINE.match(line)
        if underline is None or level <= (1 if underline["mark"][0] == "=" else 2):
            continue
        above = [text.strip() for text in lines[max(0, number - 2) : number]]
        if above and above[-1] and (all(above[:-1]) or pattern_key(_label(above[-1]))):
            return True  # what the whole title is, if it has several lines, is not looked for
    return False


def _label(title: str) -> str:
    """Return the label that a heading would be, as a field: up to its colon."""
    text = strip_emoji(plain(title))
    label, colon, _ = text.partition(":")
    return label if colon and pattern_key(label) else text


def _blocks(document: Document) -> list[tuple[str, Span]]:
    return [(block.kind, block.span) for s in document.root.walk() for block in s.blocks]


def _outline(document: Document) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in document.root.walk()]


def _moved(totals: Totals, first: int, by: int) -> Totals:
    """Return `totals` with the lines from `first` on `by` lines further down."""

    def line(number: int | None) -> int | None:
        return number + by if number is not None and number >= first else number

    return replace(
        totals,
        last_updated_line=line(totals.last_updated_line),
        total_line=line(totals.total_line),
        breakdown=tuple((lv, n, at + by if at >= first else at) for lv, n, at in totals.breakdown),
        next_steps=tuple(
            NextStep(step.text, Span(step.span.start + by, step.span.end + by))
            if step.span.start >= first
            else step
            for step in totals.next_steps
        ),
    )
