"""Edits of a book: its totals, and a pattern behind the last one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from hardwon.markup.edit import Edit, Swap, insert_before, swap_date
from hardwon.markup.header import parse_header
from hardwon.markup.labels import parse_bold_label
from hardwon.markup.text import split_lines
from hardwon.model.page import Totals
from hardwon.model.pattern import Pattern
from hardwon.model.values import Confidence, PartialDate, Span

_RULE = re.compile(r"[ \t]*(?:-[ \t]*){3,}")


def set_totals(
    text: str, totals: Totals, counts: Mapping[Confidence, int], updated: PartialDate | None
) -> list[Edit]:
    """Return the edits that make the totals of a book true.

    Args:
        text: The text of the book.
        totals: Its totals as read from that very text.
        counts: Patterns of the book at each level, as counted.
        updated: Date of its newest evidence; "Last Updated" only ever moves forward.
    """
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    number_of = sum(counts.values())
    edits = []

    def swap(number: int, swap_value: Swap) -> None:
        line = lines[number - 1]
        label = parse_bold_label(line)
        start = line.rindex(label.value) if label is not None and label.value else 0
        new = line[:start] + swap_value(line[start:])
        lines[number - 1] = new
        if new != line:
            edits.append(Edit(Span(number, number + 1), (new,)))

    if totals.last_updated_line is not None and totals.last_updated is not None:
        late = updated is not None and updated.first_day > totals.last_updated.last_day
        if late and updated is not None:
            date = updated
            swap(totals.last_updated_line, lambda value: swap_date(value, date))
    if totals.total_line is not None and totals.total != number_of:
        swap(totals.total_line, lambda value: re.sub(r"\d+", str(number_of), value, count=1))
    for level, _, number in totals.breakdown:
        count = counts.get(level, 0)
        swap(number, _breakdown_swapper(count, number_of))
    return edits


def _breakdown_swapper(count: int, total: int) -> Swap:
    share = f"{round(100 * count / total) if total else 0}%"

    def swap(value: str) -> str:
        head, colon, value = value.rpartition(":")  # "HIGH (5+ examples): 0 patterns"
        value = re.sub(r"(?<![\w(.])\d+(?!\s*%)(?=\b)", str(count), value, count=1)
        value = re.sub(r"\bpatterns?\b", "pattern" if count == 1 else "patterns", value, count=1)
        return head + colon + re.sub(r"\d+(?:\.\d+)?\s?%", share, value, count=1)

    return swap


def append_pattern(
    text: str, patterns: Sequence[Pattern], totals_line: int, lines: Sequence[str]
) -> Edit:
    """Return the edit that adds a pattern behind the last one of a book.

    Args:
        text: The text of the book.
        patterns: Its patterns as read from that very text.
        totals_line: 1-based line at which its totals begin; behind the text when it has none.
        lines: The new pattern, beginning with its heading.
    """
    old = [line.rstrip("\r\n") for line in split_lines(text)]
    header_lines = parse_header(text).lines
    if patterns:
        end = max(pattern.span.end for pattern in patterns)
        above = (old[max(0, pattern.line - 4) : pattern.line - 1] for pattern in patterns)
        return insert_behind(end, above, old[end - 1 : end + 2], lines)
    end = min(totals_line, len(old) + 1)
    first = header_lines + 1
    while end > first and (not old[end - 2].strip() or _is_rule(old[end - 2])):
        end -= 1
    return insert_before(end, ["", *lines])


def insert_behind(
    end: int, above: Iterable[Sequence[str]], behind: Sequence[str], lines: Sequence[str]
) -> Edit:
    """Return the edit that puts a pattern behind the last one, parted by a rule as others are.

    Args:
        end: The 1-based line behind the last pattern.
        above: The three lines in front of each pattern.
        behind: The three lines from `end` on.
        lines: The new pattern, beginning with its heading.
    """
    ruled = any(_is_rule(line) for near in (*above, behind) for line in near)
    return insert_before(end, ["", *(["---", ""] if ruled else []), *lines])


def _is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line.rstrip("\r\n")))
