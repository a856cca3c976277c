"""`python -m evaluation.review`: the figures of reviews, and every miss when asked for."""

from __future__ import annotations

import argparse
import sys

from evaluation.review.cases import PATTERNS, read_cases
from evaluation.review.measure import (
    Judged,
    false_on_clean,
    judge_all,
    pairs_told_apart,
    relevance,
    score,
)


def main() -> None:
    """Print the figures of one half or both."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.review", description=__doc__)
    parser.add_argument("--half", choices=("tune", "report"), help="else both, one after another")
    parser.add_argument("--each", action="store_true", help="name what is false or missed")
    options = parser.parse_args()
    for half in (options.half,) if options.half else ("tune", "report"):
        judged = list(judge_all(list(read_cases(half))))
        sys.stdout.write(f"## The half {half}: {len(judged)} changes\n\n")
        sys.stdout.write("\n".join(lines(judged)) + "\n\n")
        if options.each:
            sys.stdout.write("\n".join(_each(judged)) + "\n\n")


def lines(judged: list[Judged]) -> list[str]:
    """Return a Markdown table of the figures, and the sentences below it."""
    table = [
        "| pattern | faults | found | false | precision | recall |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name in (*PATTERNS.values(), None):
        one = score(judged, name)
        shares = (f"{s:.3f}" if s is not None else "–" for s in (one.precision, one.recall))
        table.append(
            f"| {name or '**all**'} | {one.right + one.missed} | {one.right} | {one.false} | "
            f"{' | '.join(shares)} |"
        )
    told, pairs = pairs_told_apart(judged)
    false, clean = false_on_clean(judged)
    shown, applies, irrelevant, changes = relevance(judged)
    return [
        *table,
        "",
        f"- Pairs told apart: {told} of {pairs}.",
        f"- Clean changes with a finding: {false} of {clean}.",
        f"- Patterns that apply and are shown: {shown} of {applies}; shown that do not apply: "
        f"{irrelevant / max(1, changes):.2f} a change.",
    ]


def _each(judged: list[Judged]) -> list[str]:
    found = []
    for one in judged:
        name = one.case.name
        found += [f"false   {name} {f.path}:{f.line} {f.rule} ({f.pattern})" for f in one.false]
        found += [f"missed  {name} {m.path}:{m.line} ({m.pattern})" for m in one.missed]
        found += [f"unshown {name} ({p})" for p in sorted(one.case.applies - one.shown)]
        found += [f"idle    {name} ({p})" for p in sorted(one.irrelevant)]
    return found


if __name__ == "__main__":
    main()
