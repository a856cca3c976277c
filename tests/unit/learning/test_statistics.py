"""Counts of a memory: each figure against notes whose sum is known by hand."""

from __future__ import annotations

import datetime as dt

from hardwon.learning.statistics import count_memory, is_stale
from hardwon.markup.pages import parse_page
from hardwon.model.plan import Proposal, Undecided
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.statistics import Statistics, StepKind
from hardwon.model.values import Confidence, PartialDate, Thresholds

TODAY = dt.date(2026, 3, 1)


def _pattern(name: str, examples: list[str], *, saved: str = "", more: str = "") -> str:
    listed = "\n".join(f"{n}. {text}" for n, text in enumerate(examples, start=1))
    saved = f"**Time saved per use:** {saved}\n" if saved else ""
    return (
        f"## {name}\n\n**Confidence:** LOW\n{saved}\n**Pattern:**\nDo it.\n\n"
        f"**Examples:**\n{listed}\n\n{more}\n"
    )


def _count(
    files: dict[str, str],
    *,
    settings: Settings | None = None,
    undecided: tuple[Undecided, ...] = (),
) -> Statistics:
    pages = tuple(parse_page(text, path) for path, text in sorted(files.items()))
    return count_memory(Snapshot(pages), settings or Settings(), TODAY, undecided)


def _book(*patterns: str) -> dict[str, str]:
    return {"semantic/patterns/dev-patterns.md": "# Book\n\n" + "".join(patterns)}


def _months(statistics: Statistics) -> list[tuple[str, int, int, int]]:
    return [(m.month, m.low, m.medium, m.high) for m in statistics.growth]


def _steps(statistics: Statistics, kind: StepKind) -> list[tuple[str | None, str]]:
    return [(step.pattern, step.text) for step in statistics.next_steps if step.kind is kind]


def test_an_empty_memory_has_no_share_and_no_growth() -> None:
    statistics = _count({})
    assert statistics.by_confidence == tuple((level, 0) for level in Confidence)
    assert statistics.proved_share is None
    assert statistics.growth == ()
    assert statistics.next_steps == ()


def test_levels_are_counted_whatever_is_claimed() -> None:
    one, two = ["shop (2026-01)"], ["shop (2026-01)", "bank (2026-02)"]
    five = [f"p{n} (2026-01)" for n in range(5)]
    statistics = _count(_book(_pattern("A", one), _pattern("B", two), _pattern("C", five)))
    assert [n for _, n in statistics.by_confidence] == [1, 1, 1]


def test_proof_is_a_share_of_all_examples() -> None:
    files = _book(
        _pattern(
            "A",
            ["shop (2026-01-05)", "bank (2026-02-05)", "post"],
            more="**Source experiences:**\n- 2026-01-05-a.md\n- episodic/code/gone.md\n",
        )
    )
    files["episodic/code/2026-01-05-a.md"] = "# A\n\nText.\n"
    statistics = _count(files)
    assert (statistics.proved, statistics.examples, statistics.proved_share) == (1, 3, 0.333)


def test_stated_time_is_per_use_times_net_examples_and_measured_time_is_apart() -> None:
    counter = "**Counter-examples:**\n- bank (2026-02) - broke\n"
    files = _book(
        _pattern(
            "A", ["a (2026-01)", "b (2026-01)", "c (2026-01)"], saved="~30 minutes", more=counter
        ),
        _pattern("B", ["a (2026-01)"], saved="2-3 hours"),
        _pattern("C", ["a (2026-01)"]),
    )
    files["episodic/code/2026-01-05-a.md"] = "# A\n\n**Time saved:** 25 minutes\n"
    files["episodic/code/2026-01-06-b.md"] = "# B\n\n**Time saved:** 1h\n"
    statistics = _count(files)
    assert (statistics.timed_patterns, statistics.minutes_saved_stated) == (2, 2 * 30 + 1 * 120)
    assert (statistics.timed_experiences, statistics.minutes_saved_measured) == (2, 85)


def test_more_counter_examples_than_examples_save_no_negative_time() -> None:
    counter = "**Counter-examples:**\n- x (2026-01) - broke\n- y (2026-02) - broke\n"
    statistics = _count(_book(_pattern("A", ["a (2026-01)"], saved="10 minutes", more=counter)))
    assert statistics.minutes_saved_stated == 0


def test_growth_stands_at_the_end_of_each_month_and_skips_none() -> None:
    counter = "**Counter-examples:**\n- bank (2025-12-20) - broke\n"
    statistics = _count(
        _book(
            _pattern("A", ["a (2025-09-30)", "b (2025-10-01)"], more=counter),
            _pattern("B", [f"p{n} (2025-10-0{n})" for n in range(1, 6)]),
        )
    )
    assert _months(statistics) == [
        ("2025-09", 1, 0, 0),
        ("2025-10", 0, 1, 1),
        ("2025-11", 0, 1, 1),
        ("2025-12", 1, 0, 1),
    ]


def test_growth_takes_the_date_of_the_note_and_demands_breadth_where_it_is_demanded() -> None:
    examples = [f"shop - task {n} (2026-01-0{n})" for n in range(1, 6)]
    settings = Settings(confidence=Thresholds(require_projects=2))
    assert _months(_count(_book(_pattern("A", examples)), settings=settings)) == [
        ("2026-01", 0, 1, 0)
    ]
    files = _book(_pattern("A", ["shop"], more="**Source experiences:**\n- 2026-02-07-a.md\n"))
    files["episodic/code/2026-02-07-a.md"] = "# A\n\nText.\n"
    assert _months(_count(files)) == [("2026-02", 1, 0, 0)]


def test_growth_leaves_out_what_has_no_month_or_lies_ahead() -> None:
    statistics = _count(
        _book(
            _pattern("A", ["a (2026-03-31)", "b (2026-04-01)", "c", "[... and 4 more ...]"]),
            _pattern("B", ["somewhere"]),
        )
    )
    assert _months(statistics) == [("2026-03", 1, 0, 0)]
    assert (statistics.undated_examples, statistics.undated_patterns) == (7, 1)


def test_sources_stand_for_examples_where_none_are_listed() -> None:
    text = (
        "# Book\n\n## A\n\n**Confidence:** LOW\n\n**Pattern:**\nDo it.\n\n"
        "**Source experiences:**\n- 2026-01-05-a.md\n- 2026-02-05-b.md\n"
    )
    files = {"semantic/patterns/dev-patterns.md": text}
    files |= {f"episodic/code/{name}.md": "# N\n\nx\n" for name in ("2026-01-05-a", "2026-02-05-b")}
    assert _months(_count(files)) == [("2026-01", 1, 0, 0), ("2026-02", 0, 1, 0)]


def test_promotions_to_high_come_first() -> None:
    four = [f"p{n} (2026-01)" for n in range(4)]
    statistics = _count(
        _book(
            _pattern("A", ["a (2026-01)"]),
            _pattern("B", four),
            _pattern("C", four[:2]),
            _pattern("D", []),
        )
    )
    assert _steps(statistics, StepKind.PROMOTE) == [
        ("B", "4 of 5 examples: one more makes it HIGH"),
        ("A", "1 of 2 examples: one more makes it MEDIUM"),
    ]


def test_a_promotion_names_the_projects_that_it_lacks() -> None:
    settings = Settings(confidence=Thresholds(require_projects=2))
    five = [f"shop - task {n} (2026-01-0{n})" for n in range(1, 6)]
    files = _book(_pattern("A", five), _pattern("B", five[:4]))
    assert _steps(_count(files, settings=settings), StepKind.PROMOTE) == [
        ("A", "5 examples, but only 1 of 2 projects"),
        ("B", "4 of 5 examples: one more makes it HIGH, with 1 more of 2 projects"),
    ]


def test_stale_begins_one_day_after_the_days_of_the_settings() -> None:
    last = PartialDate(2025, 9, 2)
    assert not is_stale(last, TODAY, 180)
    assert is_stale(last, TODAY + dt.timedelta(days=1), 180)
    assert not is_stale(PartialDate(2025, 9), TODAY, 180)  # may have been its last day
    assert not is_stale(None, TODAY, 180)


def test_the_other_steps_name_what_they_concern() -> None:
    two = ["a (2025-01-03)", "b (2025-01-04)"]
    files = _book(_pattern("Old", two))
    files["procedural/workflows/old.md"] = (
        "---\npattern: Old\nstatus: under review\n---\n# Old\n\n- [ ] Do it\n"
    )
    files["procedural/workflows/new.md"] = "---\npattern: New\n---\n# New\n\n- [ ] Do it\n"
    files["episodic/code/note.md"] = "# Undated\n\nText.\n"
    undecided = (
        Undecided(
            "episodic/code/note.md",
            (Proposal("Old", 0.62, "a.md"), Proposal("New", 0.5, "a.md")),
            "near",
        ),
    )
    statistics = _count(files, undecided=undecided)
    assert [(step.kind, step.pattern, step.text) for step in statistics.next_steps] == [
        (
            StepKind.STALE,
            "Old",
            "no example since 2025-01-04, 421 days ago: does it still hold?",
        ),
        (StepKind.UNPROVED, "Old", "MEDIUM on 2 examples, and it lists no sources"),
        (
            StepKind.UNDECIDED,
            "Old",
            "is episodic/code/note.md an example (likeness 0.62), or of New (0.50)?",
        ),
        (
            StepKind.UNDER_REVIEW,
            "Old",
            "procedural/workflows/old.md is under review: its pattern fell below HIGH",
        ),
        (
            StepKind.UNDATED,
            None,
            "1 note has no date that can be known: add a line **Date:** YYYY-MM-DD",
        ),
    ]
    assert statistics.workflows == 2
