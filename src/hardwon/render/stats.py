"""The counts of a memory as data and as text with a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from hardwon.markup.text import counted
from hardwon.model.statistics import Month, Statistics, Step, StepKind

# Two years show a trend; a longer chart scrolls the numbers away.
_MAX_MONTHS = 24
# More than this of one kind is a list to work through, and `--json` has it whole.
_MAX_STEPS = 5
_MIN_BAR = 10

_LEVELS = ("HIGH", "MEDIUM", "LOW")
_BLOCKS = "█▓░"
_ASCII = "#=."

_TITLES = {
    StepKind.PROMOTE: "One example short of promotion",
    StepKind.STALE: "Stale",
    StepKind.UNPROVED: "Unproved",
    StepKind.UNDECIDED: "Undecided notes",
    StepKind.UNDER_REVIEW: "Workflows under review",
    StepKind.UNDATED: "Undated notes",
    StepKind.DRAFT: "Drafts to complete",
}


def stats_data(statistics: Statistics) -> dict[str, Any]:
    """Return the counts under the keys of the JSON contract, in their order."""
    return {
        "patterns": statistics.patterns,
        "by_confidence": {level.lower(): n for level, n in statistics.by_confidence},
        "experiences": statistics.experiences,
        "workflows": statistics.workflows,
        "proved_share": statistics.proved_share,
        "minutes_saved_stated": statistics.minutes_saved_stated,
        "minutes_saved_measured": statistics.minutes_saved_measured,
        "growth": [
            {"month": m.month, "low": m.low, "medium": m.medium, "high": m.high}
            for m in statistics.growth
        ],
        "next_steps": [
            {"kind": str(step.kind), "pattern": step.pattern, "text": step.text}
            for step in statistics.next_steps
        ],
    }


def stats_lines(statistics: Statistics, *, width: int, ascii_only: bool) -> Iterator[str]:
    """Yield the counts as lines for a terminal of `width` columns."""
    yield from _counts(statistics)
    if statistics.patterns:
        yield ""
        yield from _growth(statistics, width, _ASCII if ascii_only else _BLOCKS)
    for kind, group in groupby(statistics.next_steps, key=lambda step: step.kind):
        yield ""
        yield from _steps(kind, list(group))


def _counts(statistics: Statistics) -> Iterator[str]:
    levels = ", ".join(f"{n} {level}" for level, n in reversed(statistics.by_confidence))
    yield f"Patterns     {statistics.patterns:,}: {levels} (as counted)"
    yield f"Experiences  {statistics.experiences:,}"
    yield f"Workflows    {statistics.workflows:,}"
    share = statistics.proved_share
    proved = "no examples"
    if share is not None:
        noun = counted(statistics.examples, "example")
        proved = f"{statistics.proved:,} of {noun} ({share:.0%}) with a note that exists"
    yield f"Proved       {proved}"
    stated = "no pattern states it"
    if statistics.timed_patterns:
        stated = (
            f"{_duration(statistics.minutes_saved_stated)}: minutes per use times net examples"
            f" of {counted(statistics.timed_patterns, 'pattern')}"
        )
    measured = "no note states it"
    if statistics.timed_experiences:
        measured = (
            f"{_duration(statistics.minutes_saved_measured)}: "
            f"as {counted(statistics.timed_experiences, 'note')} measured it"
        )
    yield f"Time saved   stated    {stated}"
    yield f"             measured  {measured}"


def _growth(statistics: Statistics, width: int, cells: str) -> Iterator[str]:
    months = statistics.growth[-_MAX_MONTHS:]
    earlier = len(statistics.growth) - len(months)
    if months:
        yield "Growth: patterns at the end of each month"
        yield from _chart(months, width, cells)
    if earlier:
        noun = counted(earlier, "earlier month")
        yield f"{noun} not drawn, from {statistics.growth[0].month} on"
    if statistics.undated_patterns:
        noun = counted(statistics.undated_patterns, "pattern")
        yield f"{noun} not drawn: no example of a known month"
    if statistics.undated_examples:
        noun = counted(statistics.undated_examples, "example")
        yield f"{noun} not counted here: their month is not known, or lies ahead"


def _chart(months: Sequence[Month], width: int, cells: str) -> Iterator[str]:
    heads = [f"{cell} {level}" for cell, level in zip(cells, _LEVELS, strict=True)]
    used = len("2026-03  ") + sum(len(head) + 1 for head in heads) + 1
    most = max(month.total for month in months)
    scale = min(1.0, max(_MIN_BAR, width - used) / most) if most else 1.0
    yield " " * len("2026-03  ") + " ".join(heads)
    folded = False
    for number, month in enumerate(months):
        counts = (month.high, month.medium, month.low)
        around = months[max(0, number - 1) : number + 2]
        if len(around) == 3 and all((m.high, m.medium, m.low) == counts for m in around):
            if not folded:
                yield "…"
            folded = True
            continue
        folded = False
        numbers = " ".join(f"{n:>{len(head)}}" for n, head in zip(counts, heads, strict=True))
        yield f"{month.month}  {numbers}  {_bar(counts, scale, cells)}".rstrip()


def _bar(counts: Sequence[int], scale: float, cells: str) -> str:
    """Return one bar; its parts are rounded at their ends, so that they add up to its length."""
    bar, end = "", 0
    for count, cell in zip(counts, cells, strict=True):
        end += count
        bar += cell * (round(end * scale) - len(bar))
    return bar


def _steps(kind: StepKind, steps: Sequence[Step]) -> Iterator[str]:
    yield f"{_TITLES[kind]}: {len(steps)}" if kind is not StepKind.UNDATED else _TITLES[kind]
    for step in steps[:_MAX_STEPS]:
        yield f"  {step.pattern}: {step.text}" if step.pattern else f"  {step.text}"
    if len(steps) > _MAX_STEPS:
        yield f"  and {len(steps) - _MAX_STEPS} more: hardwon stats --json lists them"


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours:,} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return " ".join(part for part in parts if part)
