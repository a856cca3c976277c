"""Dates against each other and against today."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.model.finding import Finding
from hardwon.model.page import Page
from hardwon.model.pattern import Pattern
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import PartialDate
from hardwon.review.checks.context import Context
from hardwon.review.checks.wording import quote


def newest_evidence(pattern: Pattern, context: Context) -> PartialDate | None:
    """Return the latest date of an example of `pattern` or of its note; None when none is known.

    A date in the future is a slip, and not carried further.
    """
    evidence = context.weigh(pattern)
    paths = list(evidence.links)
    if not pattern.counter_examples:  # else a source may belong to one of them
        paths += [path for _, path in evidence.sources]
    notes = [context.notes.find_experience(path) for path in paths]
    dates = [note.date for note in notes if note is not None]
    dates += [example.date for example in pattern.examples]
    return _latest(dates, context)


def find_newest(page: Page, context: Context) -> tuple[PartialDate, Pattern] | None:
    """Return the latest date of a book's patterns, "Last reinforced" included, and whose it is."""
    dated = []
    for pattern in page.patterns:
        date = _latest([newest_evidence(pattern, context), pattern.last_reinforced], context)
        if date is not None:
            dated.append((date, pattern))
    return max(dated, key=lambda pair: (pair[0].first_day, pair[0].iso), default=None)


def _latest(dates: list[PartialDate | None], context: Context) -> PartialDate | None:
    known = [date for date in dates if date is not None and not context.is_future(date)]
    return max(known, key=lambda date: (date.first_day, date.iso), default=None)


def is_older(date: PartialDate, other: PartialDate) -> bool:
    """Return whether `date` lies before `other`, whatever days the two mean."""
    return date.last_day < other.first_day


def check_last_reinforced(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the patterns with an example newer than their "Last reinforced"."""
    for pattern in snapshot.patterns:
        stated, newest = pattern.last_reinforced, newest_evidence(pattern, context)
        if stated is None or newest is None or not is_older(stated, newest):
            continue
        yield Finding(
            code="last-reinforced",
            path=pattern.path,
            line=pattern.last_reinforced_line or pattern.line,
            message=f"{quote(pattern.name)} was last reinforced {stated.iso}, "
            f"but its newest example is of {newest.iso}",
            fixable=True,
        )


def check_last_updated(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the books whose "Last Updated" is older than one of their patterns."""
    for page in snapshot.pages:
        stated, line = page.totals.last_updated, page.totals.last_updated_line
        if stated is None or line is None:
            continue
        found = find_newest(page, context)
        if found is not None and is_older(stated, found[0]):
            newest, pattern = found
            yield Finding(
                code="last-updated",
                path=page.path,
                line=line,
                message=f"'Last Updated' says {stated.iso}, but {quote(pattern.name)} "
                f"(line {pattern.line}) is of {newest.iso}",
                fixable=True,
            )


def check_future(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the dates that lie ahead."""
    for path, line, what, date in _all_dates(snapshot):
        if context.is_future(date):
            message = f"{what} is dated {date.iso}, which lies in the future"
            yield Finding("future-date", path, line, message)


def _all_dates(snapshot: Snapshot) -> Iterator[tuple[str, int, str, PartialDate]]:
    for page in snapshot.pages:
        for note in page.experiences:
            if note.date is not None:
                yield page.path, note.date_line or note.line, f"note {quote(note.title)}", note.date
        for pattern in page.patterns:
            for example in (*pattern.examples, *pattern.counter_examples):
                if example.date is not None:
                    what = f"an example of {quote(pattern.name)}"
                    yield page.path, example.line, what, example.date
            if pattern.last_reinforced is not None:
                line = pattern.last_reinforced_line or pattern.line
                what = f"the last reinforcement of {quote(pattern.name)}"
                yield page.path, line, what, pattern.last_reinforced
        if page.totals.last_updated is not None:
            line = page.totals.last_updated_line or 1
            yield page.path, line, "the last update", page.totals.last_updated
