from __future__ import annotations

import datetime as dt

import pytest

from small_memory import BOOK, findings_of, pattern_text


def dated(date: str) -> str:
    return f"**Confidence:** MEDIUM\n**Last reinforced:** {date}"


@pytest.mark.parametrize(
    ("stated", "is_found"),
    [
        ("2025-02-09", True),
        ("2025-01", True),
        ("2025-02-10", False),
        ("2025-02", False),  # the month holds the day
        ("2025", False),
        ("2025-02-11", False),
    ],
)
def test_last_reinforced_is_compared_with_the_newest_example(stated: str, is_found: bool) -> None:
    found = findings_of("last-reinforced", pattern_text(head=dated(stated)))
    assert bool(found) is is_found
    assert all((f.line, f.fixable) == (4, True) for f in found)


def test_the_date_of_a_source_note_counts_too() -> None:
    more = "**Source experiences:**\n- [[queue]]\n"
    files = {
        BOOK: pattern_text(head=dated("2025-02-10"), more=more),
        "episodic/code/queue.md": "# Queue\n\n**Date:** 2025-06-01\n",
    }
    (found,) = findings_of("last-reinforced", files)
    assert found.message.endswith("but its newest example is of 2025-06-01")


def test_a_note_that_may_speak_against_the_pattern_does_not_reinforce_it() -> None:
    more = (
        "**Counter-examples:**\n1. Shop - No (2025-06-01)\n\n**Source experiences:**\n- [[queue]]\n"
    )
    files = {
        BOOK: pattern_text(head=dated("2025-02-10"), more=more),
        "episodic/code/queue.md": "# Queue\n\n**Date:** 2025-06-01\n",
    }
    assert findings_of("last-reinforced", files) == []


def test_a_slip_into_the_future_is_reported_once_and_not_carried_on() -> None:
    text = pattern_text(head=dated("2025-01-10"), more="---\n\n**Last Updated:** 2025-01-10\n")
    text = text.replace("2025-02-10", "2052-02-10")
    (found,) = findings_of("future-date", text)
    assert (found.line, found.message) == (
        11,
        "an example of 'Retry with jitter' is dated 2052-02-10, which lies in the future",
    )
    assert findings_of("last-reinforced", text) == []
    assert findings_of("last-updated", text) == []


@pytest.mark.parametrize(
    ("date", "is_future"),
    [
        ("2026-03-01", False),
        ("2026-03-02", False),  # it is tomorrow already in the east
        ("2026-03-03", True),
        ("2026-03", False),
        ("2026-04", True),
    ],
)
def test_dates_after_tomorrow_lie_in_the_future(date: str, is_future: bool) -> None:
    note = {"episodic/code/queue.md": f"# Queue\n\n**Date:** {date}\n"}
    found = findings_of("future-date", note, today=dt.date(2026, 3, 1))
    assert [f.line for f in found] == ([3] if is_future else [])


def test_all_kinds_of_dates_are_looked_at() -> None:
    more = (
        "**Counter-examples:**\n1. Shop - No (2071-01-01)\n\n---\n\n**Last Updated:** 2073-01-01\n"
    )
    text = pattern_text(head=dated("2072-01-01"), examples=0, more=more)
    assert [
        (f.line, f.message.split(" is dated")[0]) for f in findings_of("future-date", text)
    ] == [
        (4, "the last reinforcement of 'Retry with jitter'"),
        (10, "an example of 'Retry with jitter'"),
        (14, "the last update"),
    ]
    assert findings_of("future-date", text, today=None) == []


def test_last_updated_names_the_newest_pattern() -> None:
    text = pattern_text(examples=1) + pattern_text("Close files", examples=3)
    text += "---\n\n**Last Updated:** 2025-02-28\n"
    (found,) = findings_of("last-updated", text)
    assert found.message == (
        "'Last Updated' says 2025-02-28, but 'Close files' (line 12) is of 2025-03-10"
    )
    assert findings_of("last-updated", text.replace("2025-02-28", "2025-03-10")) == []


def totals(*lines: str, total: int = 3) -> str:
    return "\n".join(
        ["---", "", f"**Total Patterns:** {total}", "**Confidence Breakdown:**", *lines, ""]
    )


def test_totals_are_compared_with_counted_confidence() -> None:
    text = "".join(
        pattern_text(name, head="**Confidence:** HIGH", examples=number)
        for name, number in (("One", 1), ("Two", 2), ("Five", 5))
    )
    true = totals("- HIGH: 1 pattern (33%)", "- MEDIUM: 1 pattern (33%)", "- LOW: 1 pattern (34%)")
    assert findings_of("totals", text + true) == []
    false = totals("- HIGH: 3 patterns (100%)", "- MEDIUM: 1", "- LOW: 1 pattern (40%)", total=4)
    assert [f.message for f in findings_of("totals", text + false)] == [
        "the total is stated as 4, but this file has 3 patterns",
        "HIGH is stated as 3 (100%), but 1 (33%) of 3 patterns is HIGH by count",
        "LOW is stated as 1 (40%), but 1 (33%) of 3 patterns is LOW by count",
    ]


def test_totals_of_a_page_without_patterns_are_not_mended() -> None:
    (found,) = findings_of("totals", "# Index\n\nSee elsewhere.\n\n**Total Patterns:** 45\n")
    assert found.message == "the total is stated as 45, but this file has no patterns"
    assert not found.fixable
