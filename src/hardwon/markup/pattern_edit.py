"""Edits of one pattern, in the dialect in which it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardwon.markup.edit import Edit, Swap, insert_before, swap_date
from hardwon.markup.labels import parse_bold_label, parse_plain_label
from hardwon.markup.pattern_values import (
    BY_TEXT,
    level_of_fraction,
    says_how_many_more,
    source_text,
)
from hardwon.markup.text import split_lines
from hardwon.model.pattern import Example, Field, Pattern, Source
from hardwon.model.values import Confidence, Dialect, PartialDate, Span

_LEVEL = re.compile(r"\b(?:LOW|MEDIUM|HIGH)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?P<percent>\s*%)?")
_COUNTED = re.compile(
    r"(?<![\w.+-])(?P<number>\d+)(?![\w.%+])"
    r"(?P<space>\s+)?(?P<noun>example|use|time|occurrence|observation)?(?P<plural>s)?\b"
)
_CLAIMED = re.compile(
    r"(?P<number>\d+)(?P<space>\s+)(?P<noun>example|use|time|occurrence|observation)(?P<plural>s)?\b"
)
_MARKER = re.compile(
    r"^(?P<indent>[ \t]*)(?P<mark>[-*+]|(?P<number>\d{1,9})(?P<end>[.)]))(?P<gap>[ \t]+)"
)
_NUMBERED_EXAMPLE = re.compile(
    r"^Example \d+(?: \((?P<date>\d{4}(?:-\d{2}){0,2})\))?: (?P<text>.*)$"
)
_EXAMPLE_NUMBER = re.compile(r"^Example (?P<number>\d+)\b")
# The fields that a list which is missing is put in front of.
_FOLLOWING = {
    "examples": ("code", "detection", "related", "sources"),
    "counter_examples": ("code", "detection", "related", "sources"),
    "sources": ("refused",),
}
_HEADER_ITEM = re.compile(r"^(?P<indent>[ \t]*)-[ \t]")
_HEADING = re.compile(r"^ {0,3}(?P<depth>#{1,6})[ \t]")
_REFUSED = "Not examples"

# What a level is worth where fractions are written; the lower bounds of docs/format.md.
_FRACTIONS = {Confidence.LOW: "0.3", Confidence.MEDIUM: "0.5", Confidence.HIGH: "0.7"}


class PatternEditor:
    """Edits of one pattern in the dialect in which it is written.

    Args:
        text: The text of its book, or the lines of it that hold the pattern.
        pattern: The pattern as read from that very book.
        first: The 1-based line of the book with which `text` begins.
    """

    def __init__(self, text: str | Sequence[str], pattern: Pattern, *, first: int = 1) -> None:
        lines = split_lines(text) if isinstance(text, str) else text
        self._lines = [line.rstrip("\r\n") for line in lines]
        self._first = first
        self._pattern = pattern

    def set_confidence(self, level: Confidence) -> list[Edit]:
        """Return the edit that makes the stated confidence `level`; none when it is that."""
        pattern = self._pattern
        field = pattern.get_field("confidence")
        claim = pattern.claim
        if claim is not None and claim.confidence is level:
            return []
        if field is None:
            if claim is None:
                return []
            if claim.inherited:
                return [insert_before(pattern.line + 1, ("", f"**Confidence:** {level}"))]
            line = self._line(pattern.line)
            start = max(line.rfind("("), line.rfind("["))
            return self._swap(pattern.line, start, _claim_swapper(level))
        number, start = self._value_start(field)
        return self._swap(number, start, _claim_swapper(level))

    def set_count(self, count: int) -> list[Edit]:
        """Return the edit that makes the stated count `count`; none where none is stated."""
        pattern = self._pattern
        if pattern.claimed_examples in {None, count}:
            return []
        field = pattern.get_field("count")
        if field is not None:
            number, start = self._value_start(field)
            return self._swap(number, start, _count_swapper(count, _COUNTED))
        if pattern.claimed_examples_line is None:
            return []
        return self._swap(pattern.claimed_examples_line, 0, _count_swapper(count, _CLAIMED))

    def set_last_reinforced(self, date: PartialDate) -> list[Edit]:
        """Return the edit that makes "Last reinforced" `date`; none where the line is missing."""
        field = self._pattern.get_field("date")
        if field is None or self._pattern.last_reinforced == date:
            return []
        number, start = self._value_start(field)
        return self._swap(number, start, lambda value: swap_date(value, date))

    def add_example(self, text: str) -> list[Edit]:
        """Return the edit that lists one more example.

        A pattern that lists sources but no examples keeps counting by its sources.
        """
        pattern = self._pattern
        if not pattern.examples and not pattern.unlisted_examples and self._counts_by_sources():
            return []
        examples = sorted((*pattern.examples, *pattern.repeated_examples), key=lambda e: e.line)
        return self._add_item("examples", examples, text, "Examples", numbered=True)

    def _counts_by_sources(self) -> bool:
        return bool(self._pattern.sources or self._pattern.unlisted_sources)

    def add_counter_example(self, text: str) -> list[Edit]:
        """Return the edit that lists one more counter-example."""
        counters = self._pattern.counter_examples
        return self._add_item("counter_examples", counters, text, "Counter-examples", numbered=True)

    def add_source(
        self, path: str, *, like_others: bool = True, by_text: bool = False
    ) -> list[Edit]:
        """Return the edit that lists `path` (relative to the memory folder) as a source.

        Args:
            path: The note, with its `#anchor` where its file holds several.
            like_others: Whether it is written as the pattern's other sources are (a wikilink
                beside wikilinks), or as a plain path.
            by_text: Whether it is marked as listed on the strength of its text alone.
        """
        text = self._path_like(path, self._pattern.sources, like_others=like_others)
        if by_text:
            text = f"{text} {BY_TEXT}"
        return self._add_note("sources", self._pattern.sources, text) or self._add_item(
            "sources", self._as_items(self._pattern.sources), text, "Source experiences",
            numbered=False,
        )  # fmt: skip

    def add_refused(self, path: str, *, like_others: bool = True) -> list[Edit]:
        """Return the edit that lists `path` (relative to the memory folder) as no example.

        A list that is missing is made behind that of the sources.

        Args:
            path: The note, with its `#anchor` where its file holds several.
            like_others: Whether it is written as the other notes of the pattern are, and a new
                list as that of its sources is; or as a plain path, at the pattern's end.
        """
        others = self._pattern.refused or self._pattern.sources
        text = self._path_like(path, others, like_others=like_others)
        return self.copy_refused(text, like_others=like_others)

    def copy_refused(self, text: str, *, like_others: bool = True) -> list[Edit]:
        """Return the edit of `add_refused` for an item as somebody wrote it, remark and all."""
        refused = self._pattern.refused
        edits = self._add_note("refused", refused, text)
        if not edits and like_others and self._pattern.get_field("refused") is None:
            edits = self._behind_sources(text)
        return edits or self._add_item(
            "refused", self._as_items(refused), text, _REFUSED, numbered=False
        )

    def _path_like(self, path: str, others: Sequence[Source], *, like_others: bool) -> str:
        last = max(others, key=lambda source: source.line, default=None)
        style = self._line(last.line) if last is not None and like_others else "memory/"
        return _source_like(style, path)

    def _as_items(self, listed: Sequence[Source]) -> list[Example]:
        return [Example(s.text, s.line, self._item_span(s.line)) for s in listed]

    def _add_note(self, key: str, listed: Sequence[Source], text: str) -> list[Edit]:
        """Return the edit of a list in front matter, or beside its label; none for another."""
        field = self._pattern.get_field(key)
        if field is None:
            return []
        if field.dialect is Dialect.HEADER:
            return self._add_to_header(field, text)
        if listed and max(source.line for source in listed) == field.line:
            line = self._line(field.line).rstrip()
            return [Edit(Span(field.line, field.line + 1), (f"{line}, {text}",))]
        return []

    def _behind_sources(self, text: str) -> list[Edit]:
        """Return the edit that begins a list of refused notes in the form of the sources."""
        fields = [field for field in self._pattern.fields if field.key == "sources"]
        if not fields:
            return []
        field = max(fields, key=lambda f: f.line)
        line = self._line(field.line)
        if field.dialect is Dialect.HEADER:
            key = re.sub(r"\W+", "_", _REFUSED.lower())
            end = self._header_end(field)
            return [insert_before(end, (f"{key}:", f"{self._header_indent(field)}- {text}"))]
        heading, marker = _HEADING.match(line), _MARKER.match(line)
        if marker is not None:  # the list of fields goes on
            emphasis = "**" if "**" in line else ""
            label = f"{emphasis}{_REFUSED}:{emphasis}"
            return [insert_before(field.span.end, (_item(marker, f"{label} {text}"),))]
        item = self._first_like(field, text)
        if heading is not None:
            head = ("", f"{heading['depth']} {_REFUSED}", "")
            return [insert_before(field.span.end, (*head, item))]
        return [insert_before(field.span.end, ("", f"**{_REFUSED}:**", item))]

    def _first_like(self, field: Field, text: str) -> str:
        """Return the first item of a list whose items are marked as those of `field` are."""
        lines = (self._line(number) for number in range(field.line + 1, field.span.end))
        marker = next((found for found in map(_MARKER.match, lines) if found), None)
        if marker is None:
            return f"- {text}"
        mark = f"1{marker['end']}" if marker["number"] else marker["mark"]
        return f"{marker['indent']}{mark}{marker['gap']}{text}"

    def _add_item(
        self, key: str, items: Sequence[Example], text: str, label: str, *, numbered: bool
    ) -> list[Edit]:
        field = self._pattern.get_field(key)
        if items:
            last = items[-1]
            marker = _MARKER.match(self._line(last.line))
            previous = self._line(items[-2].line) if len(items) > 1 else None
            line = _next_item(marker, previous, last.text, text)
            return [insert_before(last.span.end, (line,))]
        if field is not None:
            return [self._first_item(field, text, numbered=numbered)]
        return [self._new_field(key, label, text, numbered=numbered)]

    def _first_item(self, field: Field, text: str, *, numbered: bool) -> Edit:
        """Put the first item below its label, in front of "[... and 5 more ...]"."""
        for number in range(field.line + 1, field.span.end):
            marker = _MARKER.match(self._line(number))
            if marker and says_how_many_more(self._line(number)[marker.end() :]):
                return insert_before(number, (_item(marker, text),))
        indent = "    " if field.dialect is Dialect.BULLET else ""
        lines = [indent + ("1. " if numbered else "- ") + text]
        if field.dialect is Dialect.SECTION:
            lines.insert(0, "")
        return insert_before(field.line + 1, lines)

    def _new_field(self, key: str, label: str, text: str, *, numbered: bool) -> Edit:
        pattern = self._pattern
        item = ("1. " if numbered else "- ") + text
        if pattern.dialect is Dialect.BULLET and pattern.level == 0:
            marker = _MARKER.match(self._line(pattern.line))
            indent = " " * len(marker[0]) if marker else "  "
            end = pattern.span.end
            return insert_before(end, (f"{indent}- **{label}:**", f"{indent}  {item}"))
        later = _FOLLOWING.get(key, ())
        following = [
            f for f in pattern.fields if f.key in later and f.dialect is not Dialect.HEADER
        ]
        if pattern.dialect in {Dialect.SECTION, Dialect.HEADER}:
            head = [f"{'#' * min(pattern.level + 1, 6)} {label}", ""]
        else:
            head = [f"**{label}:**"]
        if key == "counter_examples":
            examples = pattern.get_field("examples")
            if examples is not None:
                return insert_before(examples.span.end, ("", *head, item))
        if following:
            return insert_before(min(f.line for f in following), (*head, item, ""))
        return insert_before(self._content_end(), ("", *head, item))

    def _content_end(self) -> int:
        """Return the line behind the pattern's last text."""
        end = min(self._pattern.span.end, self._end)
        while end - 1 > self._pattern.line and not self._line(end - 1).strip():
            end -= 1
        return end

    def _add_to_header(self, field: Field, text: str) -> list[Edit]:
        line = self._line(field.line)
        if line.rstrip().endswith("]"):
            head = line.rstrip()[:-1].rstrip()
            comma = "" if head.endswith("[") else ", "
            return [Edit(Span(field.line, field.line + 1), (f"{head}{comma}{text}]",))]
        number = self._header_end(field)
        if number == field.line + 1 and line.partition(":")[2].strip():
            key, _, value = line.partition(":")
            return [Edit(Span(field.line, field.line + 1), (f"{key}: [{value.strip()}, {text}]",))]
        return [insert_before(number, (f"{self._header_indent(field)}- {text}",))]

    def _header_end(self, field: Field) -> int:
        """Return the line behind the items of a list in front matter."""
        number = field.line + 1
        while number < self._end and _HEADER_ITEM.match(self._line(number)):
            number += 1
        return number

    def _header_indent(self, field: Field) -> str:
        """Return the indentation of the last item of a list in front matter."""
        last = self._header_end(field) - 1
        item = _HEADER_ITEM.match(self._line(last)) if last > field.line else None
        return item["indent"] if item is not None else "  "

    def _item_span(self, line: int) -> Span:
        end = line + 1
        while (
            end < self._end
            and self._line(end)[:1] in {" ", "\t"}
            and self._line(end).strip()
            and not _MARKER.match(self._line(end))
        ):
            end += 1
        return Span(line, end)

    def _line(self, number: int) -> str:
        return self._lines[number - self._first]

    @property
    def _end(self) -> int:
        """Return the line behind the last one that is known here."""
        return self._first + len(self._lines)

    def _value_start(self, field: Field) -> tuple[int, int]:
        """Return line and column at which the value of `field` begins."""
        line = self._line(field.value_line)
        if field.value_line != field.line:
            return field.value_line, 0
        label = parse_bold_label(line) or parse_plain_label(line)
        if label is not None:
            return field.line, line.rindex(label.value) if label.value else len(line)
        colon = line.find(":")
        return field.line, colon + 1

    def _swap(self, number: int, start: int, swap: Swap) -> list[Edit]:
        line = self._line(number)
        new = line[:start] + swap(line[start:])
        # The next edit of this line builds on this one, and takes its place.
        self._lines[number - self._first] = new
        return [] if new == line else [Edit(Span(number, number + 1), (new,))]


def _claim_swapper(level: Confidence) -> Swap:
    def swap(value: str) -> str:
        head = re.split(r"(?<=.)[(\[]", value, maxsplit=1)[0] if value[:1] not in "([" else value
        after = head.rfind("→") + 1
        word = _LEVEL.search(head, after) or _LEVEL.search(head)
        if word:
            return value[: word.start()] + _in_case(level, word[0]) + value[word.end() :]
        number = _NUMBER.search(head)
        if number and level_of_fraction(_fraction(number)) is level:
            return value
        if number:
            new = _FRACTIONS[level]
            if number["percent"]:
                new = f"{round(float(new) * 100)}%"
            return value[: number.start()] + new + value[number.end() :]
        unknown = re.search(r"\w+", head)
        if unknown is None:
            return value
        return value[: unknown.start()] + level + value[unknown.end() :]

    return swap


def _fraction(number: re.Match[str]) -> float:
    if number["percent"]:
        return float(number[0].rstrip("% \t")) / 100
    return float(number[0])


def _in_case(level: Confidence, like: str) -> str:
    if like.islower():
        return level.lower()
    return level if like.isupper() else level.capitalize()


def _count_swapper(count: int, shape: re.Pattern[str]) -> Swap:
    def swap(value: str) -> str:
        offset = value.rfind("→") + 1
        shapes = (_CLAIMED, shape)
        match = next(
            (m for s in shapes for m in (s.search(value, offset), s.search(value)) if m), None
        )
        if match is None:
            return value
        noun = match["noun"] or ""
        plural = "s" if noun and count != 1 else ""
        new = f"{count}{match['space'] or ''}{noun}{plural}"
        return value[: match.start()] + new + value[match.end() :]

    return swap


def _next_item(marker: re.Match[str] | None, previous: str | None, last: str, text: str) -> str:
    """Return the line that follows a list's last item in its marker, number and wording."""
    if marker is None:
        return f"- {text}"
    numbered = _EXAMPLE_NUMBER.match(last)
    if numbered:
        text = _as_numbered(int(numbered["number"]) + 1, text)
    mark = marker["mark"]
    if marker["number"]:
        before = _MARKER.match(previous) if previous is not None else None
        same = before is not None and before["number"] == marker["number"]
        mark = f"{int(marker['number']) + (0 if same else 1)}{marker['end']}"
    return f"{marker['indent']}{mark}{marker['gap']}{text}"


def unnumbered(text: str) -> str:
    """Return an example without the number that it has in some books; undoes `_as_numbered`."""
    match = _NUMBERED_EXAMPLE.match(text)
    if match is None:
        return text
    return f"{match['text']} ({match['date']})" if match["date"] else match["text"]


def _as_numbered(number: int, text: str) -> str:
    """Return `Task (2025-01-09) - outcome` as `Example 3 (2025-01-09): Task - outcome`."""
    match = re.match(r"^(?P<task>.*) \((?P<date>\d{4}(?:-\d{2}){0,2})\)(?P<rest>.*)$", text)
    if match is None:
        return f"Example {number}: {text}"
    return f"Example {number} ({match['date']}): {match['task']}{match['rest']}"


def _item(marker: re.Match[str], text: str) -> str:
    return f"{marker['indent']}{marker['mark']}{marker['gap']}{text}"


def _source_like(style: str, path: str) -> str:
    """Return `path` written as the source line `style` is."""
    if "[[" in style:
        name, hash_, anchor = path.partition("#")
        return f"[[{name.rsplit('/', 1)[-1].removesuffix('.md')}{hash_}{anchor}]]"
    full = path if not re.search(r"(?:^|[\s(`/])memory/", style) else f"memory/{path}"
    if "`" in style and "](" not in style and "`" not in full:
        return f"`{full}`"
    return source_text(full)
