"""The totals of a book against the patterns in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from hardwon.model.finding import Finding
from hardwon.model.page import Page
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Confidence
from hardwon.review.checks.context import Context
from hardwon.review.checks.wording import counted

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
# Authors round so that the shares make 100: less than one off is no mistake.
_ROUNDING = 1.0


def count_levels(page: Page, context: Context) -> Counter[Confidence]:
    """Return how many patterns of `page` each confidence has, as counted from evidence."""
    return Counter(context.weigh(pattern).confidence for pattern in page.patterns)


def check_totals(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the totals that differ from what their own file holds."""
    for page in snapshot.pages:
        fixable = bool(page.patterns)  # else nobody can say what was counted there
        number = len(page.patterns)
        totals = page.totals
        if totals.total_line is not None and totals.total != number:
            yield Finding(
                code="totals",
                path=page.path,
                line=totals.total_line,
                message=f"the total is stated as {totals.total}, "
                f"but this file has {counted(number, 'pattern')}",
                fixable=fixable,
            )
        for level, stated, line in totals.breakdown:
            yield from _check_level(page, context, level, stated, line)


def _check_level(
    page: Page, context: Context, level: Confidence, stated: int, line: int
) -> Iterator[Finding]:
    levels, total = count_levels(page, context), len(page.patterns)
    share = 100 * levels[level] / total if total else 0.0
    percent = _PERCENT.search(context.get_line(page.path, line))
    is_off = percent is not None and abs(float(percent[1]) - share) >= _ROUNDING
    if stated == levels[level] and not is_off:
        return
    says, counts = f"{stated}", f"{levels[level]}"
    if percent is not None:
        says, counts = f"{says} ({percent[1]}%)", f"{counts} ({round(share)}%)"
    yield Finding(
        code="totals",
        path=page.path,
        line=line,
        message=f"{level} is stated as {says}, but {counts} of {counted(total, 'pattern')} "
        f"{'is' if levels[level] == 1 else 'are'} {level} by count",
        fixable=bool(page.patterns),
    )
