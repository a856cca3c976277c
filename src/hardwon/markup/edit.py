"""Edits of a text: lines that take the place of lines, and every other byte stays.

Edits name lines of the text as it was read, so that several can be laid over it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hardwon.markup.dates import find_date
from hardwon.markup.text import line_end, split_lines
from hardwon.model.values import PartialDate, Span

Swap = Callable[[str], str]
"""A function from the written value to the one that takes its place."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines that take the place of a span; an empty span inserts before its start.

    Attributes:
        span: 1-based lines of the text as it was read.
        lines: New lines without line ends.
    """

    span: Span
    lines: tuple[str, ...]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with `edits` laid over it; all other bytes stay.

    A line that takes a line's place keeps its line end; an inserted one gets the line end that
    the text uses most. A text without a final newline still has none afterwards. Of two edits
    of the same lines the later one counts.
    """
    lines = split_lines(text)
    open_end = bool(lines) and not lines[-1].endswith(("\n", "\r"))
    return "".join(edit_lines(lines, edits, line_end(lines), open_end=open_end))


def edit_lines(old: Sequence[str], edits: Iterable[Edit], end: str, *, open_end: bool) -> list[str]:
    """Return the lines `old` with `edits` laid over them, as `apply_edits` does it.

    Args:
        old: Lines with their ends.
        edits: Their spans count the lines of `old` from 1.
        end: The line end of lines that are inserted.
        open_end: Whether the last line ends a text without a final newline.
    """
    lines = list(old)
    replacing: dict[Span, Edit] = {}
    inserting: list[Edit] = []
    for edit in edits:
        if edit.span.start == edit.span.end:
            inserting.append(edit)
        else:
            replacing[edit.span] = edit
    # From the bottom up; of two insertions at one line the first one ends above the second.
    for edit in sorted(
        [*replacing.values(), *reversed(inserting)], key=lambda e: e.span.start, reverse=True
    ):
        first, last = edit.span.start - 1, edit.span.end - 1
        ends = [line[len(line.rstrip("\r\n")) :] for line in lines[first:last]]
        new = [line + (ends[n] if n < len(ends) else end) for n, line in enumerate(edit.lines)]
        behind_open_end = open_end and first == last == len(lines)
        if behind_open_end and new and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += end
        lines[first:last] = new
    if open_end and lines:
        lines[-1] = lines[-1].rstrip("\r\n")
    return lines


def insert_before(line: int, lines: Sequence[str]) -> Edit:
    """Return an edit that puts `lines` in front of the 1-based `line`."""
    return Edit(Span(line, line), tuple(lines))


def swap_date(value: str, date: PartialDate) -> str:
    """Return `value` with its first date, or else all of it, as `date`."""
    found = find_date(value)
    if found is None:
        stripped = value.strip()
        return value.replace(stripped, date.iso, 1) if stripped else f" {date.iso}"
    start, end = found[1]
    rest = re.sub(r"^T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?", "", value[end:])
    return value[:start] + date.iso + rest
