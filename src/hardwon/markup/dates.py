"""Dates and durations as people write them."""

from __future__ import annotations

import datetime as dt
import functools
import re

from hardwon.model.values import PartialDate

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sep sept", "october oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_RANGE = r"(?:\s*[-–—]\s*(?:[a-z]+\.?\s+)?\d{1,2}(?:st|nd|rd|th)?)?"

# The order decides which reading wins at one place; a day is tried before a month.
_DATES = (
    rf"(?<!\d){_YEAR}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?!\d)",
    rf"(?<![\d/.-])(?P<d>\d{{1,2}})(?P<sep>[/.-])(?P<m>\d{{1,2}})(?P=sep){_YEAR}(?![\d-])",
    rf"\b{_MONTH}\s+{_DAY}{_RANGE},?\s+{_YEAR}\b",
    rf"\b{_DAY}{_RANGE}[\s-]+(?:of\s+)?{_MONTH},?[\s-]+{_YEAR}\b",
    rf"(?<!\d){_YEAR}(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)",
    rf"\b{_MONTH}\s?,?\s+{_YEAR}\b",
    rf"(?<![\d-]){_YEAR}[-/](?P<m>\d{{1,2}})(?!\d|[-/]\d)",
    rf"{_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日",
)
_YEAR_ALONE = re.compile(rf"^\W*{_YEAR}\W*$")

_UNIT = {"h": 60, "m": 1, "d": 480, "s": 0, "w": 2400}  # a working day of 8 h, a week of 5 days
_DURATION = re.compile(
    r"(?<![\w.,])(?P<low>[0-9]{1,9}(?:[.,][0-9]{1,3})?)"
    r"(?: ?(?:[-–—]|to) ?[0-9]{1,9}(?:[.,][0-9]{1,3})?)? ?\+? ?-?"
    r"(?P<unit>hours?|hrs?|h|minutes?|mins?|m|days?|d|weeks?|wks?|seconds?|secs?|s)(?![a-z])",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def _build(match: re.Match[str]) -> PartialDate | None:
    groups = match.groupdict()
    year = int(groups["year"])
    month = _MONTHS[groups["month"].lower()] if groups.get("month") else int(groups["m"])
    day_text = groups.get("day") or groups.get("d")
    day = int(day_text) if day_text is not None else None
    if month > 12 and day is not None and match.start("d") < match.start("m"):
        month, day = day, month  # 12/31/2024 can only be month first
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return None
    return PartialDate(year, month, day)


def find_date(text: str) -> tuple[PartialDate, tuple[int, int]] | None:
    """Return the first date in `text` with its character range, or None.

    Read are ISO days, times and months, `28/03/2018` (day first), `2018/03/28`,
    `January 14-19, 2026` (its first day), `14 January 2026`, `Oct 2024` and `20260228`.
    """
    if "20" not in text and "19" not in text:
        return None  # each of them holds a year
    best: tuple[PartialDate, tuple[int, int]] | None = None
    for pattern in _DATES:
        for match in _compile(pattern).finditer(text):
            found = _build(match)
            if found is None:
                continue
            if best is None or match.start() < best[1][0]:
                best = (found, match.span())
            break
        if best is not None and best[1][0] == 0:
            break  # no other can come before it
    return best


@functools.cache
def _compile(pattern: str) -> re.Pattern[str]:
    """Return `pattern`, compiled when a text needs it: most dates are of the first kind."""
    return re.compile(pattern, re.IGNORECASE)


def parse_date(text: str) -> PartialDate | None:
    """Return the date that `text` begins with or consists of, or None.

    A year alone counts only when nothing else stands there.
    """
    found = find_date(text)
    if found is not None:
        return found[0]
    match = _YEAR_ALONE.match(text)
    return PartialDate(int(match["year"])) if match else None


def parse_minutes(text: str) -> int | None:
    """Return the first duration in `text` in whole minutes, or None.

    `~30 minutes`, `1h 30m`, `1h30m`, `2-3 hours` (the lower end), `1.5 h`, `2 days` (of 8 hours).
    """
    text = _THOUSANDS.sub("", " ".join(text.split()))
    match = _DURATION.search(text)
    if match is None:
        return None
    minutes = _amount(match)
    rest = text[match.end() :]
    following = _DURATION.match(rest.lstrip(" ,").removeprefix("and ").lstrip())
    if following and match["unit"][0].lower() in "hd" and following["unit"][0].lower() in "hm":
        minutes += _amount(following)
    return int(minutes)


def _amount(match: re.Match[str]) -> float:
    return float(match["low"].replace(",", ".")) * _UNIT[match["unit"][0].lower()]
