"""`python -m evaluation.review`: what reviews of the labelled changes miss or say in vain.

The figures themselves are those of `make evaluate OPTIONS='--only review'`.
"""

from __future__ import annotations

import argparse
import sys

from evaluation.review.cases import read_cases
from evaluation.review.measure import Judged, judge_all


def main() -> None:
    """Print a line for each finding that is false, fault that is missed, and pattern that is not
    shown or shown idly.
    """
    parser = argparse.ArgumentParser(prog="python -m evaluation.review", description=__doc__)
    parser.add_argument(
        "--half", choices=("tune", "report"), default="tune", help="tune unless told otherwise"
    )
    options = parser.parse_args()
    judged = list(judge_all(list(read_cases(options.half))))
    sys.stdout.write("".join(f"{line}\n" for line in _each(judged)))


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
