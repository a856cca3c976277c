"""A review as annotations of GitHub Actions: commands to the runner on standard output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hardwon.markup.text import counted
from hardwon.model.review import Finding, Item, ItemKind, Review
from hardwon.model.values import Confidence
from hardwon.render.review.words import (
    cut,
    is_pattern,
    masked,
    open_items,
    plain_line,
    show_command,
    standing,
)

PER_STEP = 10
"""Annotations of each level that GitHub shows for a step (docs/review-formats.md)."""

_LEVELS = {Confidence.HIGH: "error", Confidence.MEDIUM: "warning", Confidence.LOW: "notice"}
_BUILTIN = "warning"
_TITLE, _PATH, _TEXT = 200, 4_096, 2_000


def review_annotations(review: Review) -> Iterator[str]:
    """Yield the lines that make GitHub annotate the changed lines.

    A finding of a HIGH pattern is an error, of a MEDIUM one a warning, of a LOW one a notice; a
    built-in question that was decided is a warning. What a HIGH pattern asks is a notice, after
    those. GitHub shows ten of each level for a step and fifty for a job; of what it would drop,
    the last lines tell the number. No line but our own begins with `::`.
    """
    review = masked(review)
    made: Counter[str] = Counter()
    cut_off: Counter[str] = Counter()
    for level, line in _annotations(review):
        if made[level] == PER_STEP:
            cut_off[level] += 1
        else:
            made[level] += 1
            yield line
    for level, number in cut_off.items():
        yield (
            f"hardwon: {counted(number, level)} more without an annotation: GitHub shows"
            f" {PER_STEP} of each level for a step. The job summary has all."
        )


def _annotations(review: Review) -> Iterator[tuple[str, str]]:
    order = [*_LEVELS, None]
    for finding in sorted(review.violations, key=lambda one: order.index(one.confidence)):
        level = _LEVELS[finding.confidence] if finding.confidence else _BUILTIN
        yield level, _finding(level, finding)
    for item in open_items(review):
        if item.kind is ItemKind.VERIFY:
            yield "notice", _item(item)


def _finding(level: str, finding: Finding) -> str:
    fields: dict[str, object] = {"file": plain_line(finding.path, _PATH), "line": finding.line}
    if finding.end_line > finding.line:
        # Columns are for a single line: GitHub refuses them together with a range of lines.
        fields["endLine"] = finding.end_line
    else:
        fields["col"] = finding.column
        if finding.end_column is not None and finding.end_column > finding.column:
            fields["endColumn"] = finding.end_column
    fields["title"] = _title(finding)
    texts = [finding.message, finding.evidence]
    texts += [f"More: {show_command(finding.pattern)}"] if is_pattern(finding) else []
    return _command(level, fields, texts)


def _item(item: Item) -> str:
    cause = item.causes[0]
    fields: dict[str, object] = {"file": plain_line(cause.path, _PATH)}
    if cause.line is not None:
        fields["line"] = cause.line
    fields["title"] = _title(item)
    return _command("notice", fields, [item.item, f"Because: {cause.text}"])


def _title(one: Finding | Item) -> str:
    return f"{plain_line(one.pattern, _TITLE)} ({standing(one.confidence)})"


def _command(level: str, fields: dict[str, object], texts: list[str]) -> str:
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items())
    lines = [plain_line(text, _TEXT) for text in texts if text.strip()]
    return f"::{level} {shown}::{_data(cut(chr(10).join(lines), 3 * _TEXT))}"


def _data(text: str) -> str:
    """Return the escaping of the runner for the text of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return the escaping of the runner for a value between commas."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
