"""Patterns for programs: JSON with the keys of `show --json`, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from hardwon.markup.compose import fold_text
from hardwon.model.export import Contents, Rendered
from hardwon.model.listing import PatternDetail
from hardwon.render.patterns import detail_data
from hardwon.render.terminal import safe_json

COLUMNS = (
    "name", "confidence", "examples", "counter_examples", "proved_examples", "projects", "days",
    "last_reinforced", "time_saved_minutes", "context", "pattern", "why", "tags", "related",
    "sources", "path", "line",
)  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")
# With these a cell is a formula, in ASCII or in full width; the apostrophe is what keeps it text,
# so a text that begins with one gets another. Source: OWASP, "CSV Injection".
_FORMULA = frozenset("=+-@\t\r\n'") | frozenset("＝＋－＠")


def render_json(contents: Contents) -> Rendered:
    """Return all patterns as one object, `"version": 1` first.

    A pattern has the keys of `show --json` but `stale`, which depends on the day.
    """
    data = {"version": 1, "patterns": [_pattern_data(one) for one in contents.patterns]}
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return Rendered({"": safe_json(_SURROGATE.sub("\ufffd", text)) + "\n"})


def _pattern_data(detail: PatternDetail) -> dict[str, Any]:
    data = detail_data(detail)
    del data["stale"]
    return data


def render_csv(contents: Contents) -> Rendered:
    """Return a row for each pattern below the names of `COLUMNS`, as RFC 4180 has it.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, and so does one
    that begins with an apostrophe by itself: taking off the first one gives the text again.
    """
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for detail in contents.patterns:
        writer.writerow([_cell(value) for value in _row(detail)])
    return Rendered({"": "".join(lines)})


class _Lines(list[str]):
    """Collects what csv writes."""

    def write(self, line: str) -> None:
        """Add a line with its end."""
        self.append(line)


def _row(detail: PatternDetail) -> Iterator[str | int | None]:
    entry, pattern = detail.entry, detail.entry.pattern
    last = pattern.last_reinforced
    yield from (pattern.name, str(entry.confidence), entry.examples, entry.counter_examples)
    yield from (entry.proved, entry.projects, entry.days, last.iso if last else None)
    yield from (pattern.time_saved_minutes, pattern.context, pattern.pattern, pattern.why)
    yield ", ".join(pattern.tags)
    yield "; ".join(
        name or related.name for related, name in zip(pattern.related, entry.related, strict=True)
    )
    yield "; ".join(source.target if path is None else path for source, path in entry.sources)
    yield from (pattern.path, pattern.line)


def _cell(value: str | int | None) -> str | int:
    if value is None or isinstance(value, int):
        return "" if value is None else value
    text = fold_text(value)
    return f"'{text}" if text[:1] in _FORMULA else text
