"""Dates and durations as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.markup.dates import find_date, parse_date, parse_minutes

DATES = {
    "2025-01-09": "2025-01-09",
    "2025-11-11T12:55:00Z": "2025-11-11",
    "2025-01-02 10:00 to 11:00": "2025-01-02",
    "2025/1/2": "2025-01-02",
    "2025.01.02": "2025-01-02",
    "20260228": "2026-02-28",
    "20260504-071626": "2026-05-04",
    "28/03/2018": "2018-03-28",
    "22-10-2024": "2024-10-22",
    "01.02.2025": "2025-02-01",
    "12/31/2024": "2024-12-31",
    "January 14-19, 2026": "2026-01-14",
    "January 30 - February 2, 2026": "2026-01-30",
    "March 2nd, 2025": "2025-03-02",
    "Jan. 5 2024": "2024-01-05",
    "14 January 2026": "2026-01-14",
    "3rd of March 2021": "2021-03-03",
    "11-April-2023": "2023-04-11",
    "Monday, 3 Sept 2025": "2025-09-03",
    "2025年1月2日": "2025-01-02",
    "2026-04": "2026-04",
    "2026/04": "2026-04",
    "2026-04-mail": "2026-04",
    "Oct 2024": "2024-10",
    "January , 2026": "2026-01",
    "2024": "2024",
    "about (2025-01) or so": "2025-01",
}
NONE = [
    "", "2025-13-40", "2023-02-30", "31/04/2024", "30/13/2024", "20251301", "YYYY-MM-DD",
    "2025-W05", "in 2024 and 2025", "v12025-01", "0.2025", "May", "maybe 2025 or so", "12-2024-5",
    "1850-01-01",
]  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_date(text: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.iso == DATES[text]


@pytest.mark.parametrize("text", NONE)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.text("abc -(:,", max_size=5))
def test_every_day_is_found_where_it_stands(day: dt.date, before: str) -> None:
    spellings = [day.isoformat(), f"{day.day}/{day.month}/{day.year}", f"{day:%d %B %Y}"]
    for spelling in spellings:
        text = f"{before} {spelling} after"
        found = find_date(text)
        assert found is not None
        assert found[0].iso == day.isoformat()
        assert text[slice(*found[1])] == spelling


MINUTES = {
    "~30 minutes (why)": 30,
    "1h 30m": 90,
    "1h30m": 90,
    "1 hour and 15 minutes": 75,
    "2-3 hours": 120,
    "30–45 min": 30,
    "10 to 20 minutes": 10,
    "~2 hours per project": 120,
    "1.5 hours": 90,
    "1,5 h": 90,
    "1,200 minutes": 1200,
    "2 days": 960,
    "1 week": 2400,
    "5+ hours": 300,
    "90-minute call": 90,
    "45 seconds": 0,
    "saved 20 min, then 3 hours": 20,
}


@pytest.mark.parametrize("text", MINUTES)
def test_minutes(text: str) -> None:
    assert parse_minutes(text) == MINUTES[text]


@pytest.mark.parametrize(
    "text", ["", "a lot", "100ms → 10ms", "3 months", "5 examples", "v2h", "10 mice", "9" * 5000]
)
def test_no_minutes(text: str) -> None:
    assert parse_minutes(text) is None
