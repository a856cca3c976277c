"""A review in the diagnostic format of reviewdog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hardwon.model.review import Finding, Fix, Item, ItemKind, Review
from hardwon.model.values import Confidence
from hardwon.render.review.words import masked, open_items, plain_line, real, standing
from hardwon.render.terminal import safe_json

_SEVERITIES = {Confidence.HIGH: "ERROR", Confidence.MEDIUM: "WARNING", Confidence.LOW: "INFO"}
_BUILTIN = "WARNING"
_TEXT, _NAME = 1_000, 200


def review_rdjson(review: Review, texts: Mapping[str, str]) -> str:
    """Return the JSON text of a `DiagnosticResult`: findings with rewrites, and HIGH questions.

    A question stands at the line that gives cause, as INFO, so that it is asked where the answer
    is seen.

    Args:
        review: What was found.
        texts: Files as they are now, by path. The format counts columns in bytes of UTF-8, which
            only the lines themselves tell: for a file that is not there, there are no columns,
            and no suggestions.
    """
    review = masked(review)
    lines = _Lines(texts)
    diagnostics = [_finding(finding, lines) for finding in review.violations]
    diagnostics += [_item(item) for item in open_items(review) if item.kind is ItemKind.VERIFY]
    result = {"source": {"name": "hardwon"}, "diagnostics": diagnostics}
    return safe_json(json.dumps(result, ensure_ascii=False, indent=2)) + "\n"


class _Lines:
    """The lines of files, split when they are first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._split: dict[str, list[str]] = {}

    def column(self, path: str, line: int, column: int) -> int | None:
        """Return the 1-based column in bytes, or None where the line is not known."""
        if path not in self._texts:
            return None
        lines = self._split.setdefault(path, self._texts[path].split("\n"))
        if not 1 <= line <= len(lines):
            return None
        before = lines[line - 1][: column - 1]
        return len(before.encode("utf-8", "surrogatepass")) + 1


def _finding(finding: Finding, lines: _Lines) -> dict[str, Any]:
    end = max(finding.line, finding.end_line)
    where = _range(lines, finding.path, (finding.line, finding.column), (end, finding.end_column))
    made: dict[str, Any] = {
        "message": _message(finding, finding.message),
        "location": {"path": real(finding.path), "range": where},
        "severity": _SEVERITIES[finding.confidence] if finding.confidence else _BUILTIN,
        "code": {"value": _code(finding)},
    }
    if finding.fix and (suggestion := _suggestion(finding, finding.fix, lines)):
        made["suggestions"] = [suggestion]
    return made


def _range(
    lines: _Lines, path: str, start: tuple[int, int], end: tuple[int, int | None]
) -> dict[str, Any]:
    """Return the range with columns if all are known, else by lines."""
    first = lines.column(path, *start)
    last = None if end[1] is None else lines.column(path, end[0], end[1])
    if first is None or last is None or (start[0] == end[0] and last < first):
        return {"start": {"line": start[0]}, "end": {"line": end[0]}}
    return {
        "start": {"line": start[0], "column": first},
        "end": {"line": end[0], "column": last},
    }


def _suggestion(finding: Finding, fix: Fix, lines: _Lines) -> dict[str, Any] | None:
    # A suggestion is for the file of its diagnostic: it names none.
    if fix.path != finding.path:
        return None
    where = _range(lines, fix.path, (fix.line, fix.column), (fix.end_line, fix.end_column))
    return {"range": where, "text": real(fix.new)} if "column" in where["start"] else None


def _item(item: Item) -> dict[str, Any]:
    cause = item.causes[0]
    location: dict[str, Any] = {"path": real(cause.path)}
    if cause.line is not None:
        location["range"] = {"start": {"line": cause.line}}
    return {
        "message": _message(item, f"{item.item} (because: {cause.text})"),
        "location": location,
        "severity": "INFO",
        "code": {"value": plain_line(item.pattern, _NAME)},
    }


def _message(one: Finding | Item, text: str) -> str:
    name = plain_line(one.pattern, _NAME)
    return f"{name} ({standing(one.confidence)}): {plain_line(text, _TEXT)}"


def _code(finding: Finding) -> str:
    return plain_line(finding.rule, _NAME) or plain_line(finding.pattern, _NAME)
