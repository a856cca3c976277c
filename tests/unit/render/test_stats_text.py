"""The chart fits its terminal, and its bars add up."""

from __future__ import annotations

import pytest

from hardwon.model.statistics import Month, Statistics, Step, StepKind
from hardwon.model.values import Confidence
from hardwon.render.stats import stats_lines


def _statistics(months: list[Month], steps: list[Step] | None = None) -> Statistics:
    return Statistics(
        patterns=3,
        by_confidence=tuple(zip(Confidence, (1, 1, 1), strict=True)),
        experiences=0,
        workflows=0,
        examples=0,
        proved=0,
        timed_patterns=0,
        minutes_saved_stated=0,
        timed_experiences=0,
        minutes_saved_measured=0,
        growth=tuple(months),
        undated_examples=0,
        undated_patterns=0,
        next_steps=tuple(steps or ()),
    )


def _rows(months: list[Month], width: int = 80, ascii_only: bool = False) -> list[str]:
    lines = list(stats_lines(_statistics(months), width=width, ascii_only=ascii_only))
    start = next(n for n, line in enumerate(lines) if line.startswith("Growth")) + 2
    return lines[start:]


def test_a_cell_stands_for_a_pattern_while_there_is_room() -> None:
    assert _rows([Month("2026-01", 3, 2, 1)]) == ["2026-01       1        2     3  █▓▓░░░"]
    assert _rows([Month("2026-01", 3, 2, 1)], ascii_only=True) == [
        "2026-01       1        2     3  #==..."
    ]


@pytest.mark.parametrize("width", [50, 80, 200])
def test_a_long_bar_is_scaled_to_the_width(width: int) -> None:
    rows = _rows([Month("2026-01", 1000, 1000, 1000), Month("2026-02", 2000, 1000, 1000)], width)
    assert [len(row) for row in rows][1] == width
    bar = rows[1].split()[-1]
    assert bar.count("░") == pytest.approx(2 * bar.count("█"), abs=1)


def test_a_terminal_too_narrow_still_gets_a_bar() -> None:
    assert _rows([Month("2026-01", 0, 0, 500)], width=5)[0].endswith("█" * 10)


def test_a_month_without_patterns_has_no_bar() -> None:
    assert _rows([Month("2026-01", 1, 0, 0), Month("2026-02", 0, 0, 0)])[1].endswith(" 0")


def test_the_last_24_months_are_drawn_and_the_others_counted() -> None:
    months = [Month(f"{2023 + n // 12}-{n % 12 + 1:02d}", n, 0, 0) for n in range(30)]
    rows = _rows(months)
    assert rows[0].startswith("2023-07")
    assert rows[23].startswith("2025-06")
    assert rows[24:] == ["6 earlier months not drawn, from 2023-01 on"]


def test_months_without_a_change_are_folded() -> None:
    months = [Month(f"2025-{n:02d}", 1 if n < 9 else 2, 0, 0) for n in range(1, 13)]
    drawn = [row.split(" ")[0] for row in _rows(months)]
    assert drawn == ["2025-01", "…", "2025-08", "2025-09", "…", "2025-12"]


def test_many_steps_of_one_kind_are_counted_not_listed() -> None:
    steps = [Step(StepKind.STALE, f"P{n}", "old") for n in range(7)]
    lines = list(stats_lines(_statistics([], steps), width=80, ascii_only=False))
    assert lines[-7:] == [
        "Stale: 7",
        *(f"  P{n}: old" for n in range(5)),
        "  and 2 more: hardwon stats --json lists them",
    ]
