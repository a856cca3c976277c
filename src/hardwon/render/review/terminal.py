"""A review for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hardwon.model.review import Finding, Item, ItemKind, Review, Status
from hardwon.model.values import Confidence
from hardwon.render.review.words import (
    HEADINGS,
    because,
    by_kind,
    followed,
    is_pattern,
    masked,
    place,
    show_command,
    standing,
    summary,
)
from hardwon.render.terminal import one_line, styled

_COLOURS = {Confidence.HIGH: "green", Confidence.MEDIUM: "yellow", Confidence.LOW: "dim"}
_CAUSES = 3


def review_lines(review: Review) -> Iterator[str]:
    """Yield the lines: findings, what was followed, the checklist; at the end one sentence.

    A review without findings and items is that sentence alone. Each text of the change or the
    memory stays within its line, and nothing in it is obeyed by a terminal.
    """
    review = masked(review)
    for finding in review.violations:
        yield from _finding(finding)
        yield ""
    if seen := followed(review):
        yield styled("Followed", "bold")
        for finding in seen:
            yield f"  {one_line(place(finding.path, finding.line))}: {_name(finding)}"
        yield ""
    for kind, items in by_kind(review.checklist):
        yield styled(HEADINGS[kind], "bold")
        for item in items:
            yield from _item(item)
        yield ""
    if shown := _patterns(review):
        yield styled(
            f"  {one_line(show_command(shown[0]))}  prints a pattern with its evidence", "dim"
        )
    yield one_line(summary(review))


def review_notices(review: Review) -> Iterator[str]:
    """Yield a line for each file whose lines were not looked at, and each detector not used."""
    review = masked(review)
    for fault in review.unread:
        yield one_line(f"not looked at: {fault.path}: {fault.message}")
    for fault in review.faults:
        yield one_line(f"not used: {place(fault.path, fault.line)}: {fault.message}")


def _finding(finding: Finding) -> Iterator[str]:
    where = styled(one_line(place(finding.path, finding.line)) + ":", "bold")
    yield f"{where} {_name(finding)}"
    if finding.evidence:
        yield f"  | {one_line(finding.evidence)}"
    yield f"  {one_line(finding.message)}"
    tail = "; --fix proposes a rewrite" if finding.fix else ""
    if finding.rule or tail:
        yield styled(f"  rule {one_line(finding.rule)}{tail}", "dim")


def _name(one: Finding | Item) -> str:
    colour = _COLOURS[one.confidence] if one.confidence else "blue"
    return f"{one_line(one.pattern)} ({styled(standing(one.confidence), colour)})"


def _item(item: Item) -> Iterator[str]:
    box = "[x]" if item.status is Status.FOLLOWED else "[ ]"
    # The heading says the confidence of a pattern already.
    name = "" if item.kind is ItemKind.BUILTIN else f"{one_line(item.pattern)}: "
    yield f"  {box} {name}{one_line(item.item)}"
    said = [one_line(because(cause)) for cause in item.causes[:_CAUSES]]
    more = len(item.causes) - len(said)
    yield styled(f"      {'; '.join(said)}{f'; {more} more' if more > 0 else ''}", "dim")


def _patterns(review: Review) -> Sequence[str]:
    ones: list[Finding | Item] = [*review.violations, *review.checklist]
    return [one.pattern for one in ones if is_pattern(one)]
