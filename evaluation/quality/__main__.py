"""Measure how well hardwon searches and matches, and compare that with what is stored.

`make evaluate` calls it; `make evaluate OPTIONS=--help` shows what can be chosen. Status 1 when
a figure fell below the interval that is stored of it, 2 when it cannot be done.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.machine import describe_machine, today
from evaluation.quality.report import render_document, render_tables
from evaluation.quality.results import (
    Results,
    compare,
    find_incomparable,
    read_results,
    render_json,
)
from evaluation.quality.searching import has_semantic
from evaluation.quality.sets import MATCH_SETS, SEARCH_SETS, STREAM_SETS
from evaluation.quality.sources import CORPUS, HALVES, PROJECT
from evaluation.review.rows import KIND

DOCUMENT = PROJECT / "docs" / "quality.md"
STORED = Path(__file__).parent / "results.json"


def main() -> int:
    """Run the evaluation."""
    options = _options()
    if options.again:
        DOCUMENT.write_text(render_document(read_results(STORED)), encoding="utf-8")
        return 0
    if not CORPUS.is_dir():
        return _fail("the corpus is not beside the project (../shared/corpus): nothing is measured")
    for module in ("ir_measures", "sklearn"):
        if find_spec(module) is None:
            return _fail(f"{module} is not installed: pip install -e '.[evaluate]'")
    from evaluation.quality.run import measure

    began = time.monotonic()
    halves = HALVES if options.half == "both" else (options.half,)
    results = Results(today(), version("hardwon"), describe_machine(Path.cwd()))
    measure(
        results, halves,
        only=options.only, quick=options.quick, baselines=options.baselines,
        semantic=options.semantic,
        tell=lambda words: print(f"{time.monotonic() - began:5.0f} s  {words}", file=sys.stderr),
    )  # fmt: skip
    print(render_tables(results), end="")
    if options.write:
        STORED.write_text(render_json(results), encoding="utf-8")
        DOCUMENT.write_text(render_document(results), encoding="utf-8")
        return 0
    return 0 if options.quick else compare_with_stored(results, halves, whole=options.only is None)


def compare_with_stored(results: Results, halves: tuple[str, ...], *, whole: bool) -> int:
    """Print which figures left their stored intervals; return 1 when one fell below its own."""
    if not STORED.is_file():
        return _fail(f"{STORED.name} is missing: store the figures with --write")
    stored = read_results(STORED)
    if whole:
        for words in find_incomparable(stored, results, halves):
            print(words)
    changes = compare(stored, results)
    for change in changes:
        kind, half, name = change.row.key
        word = "worse" if change.is_worse else "better"
        old, new = change.stored, change.now
        print(
            f"{word}: {half} {kind} {name}: {change.name} is {new.value:.4f},"
            f" stored {old.value:.4f} [{old.low:.4f}, {old.high:.4f}]"
        )
    if any(change.is_worse for change in changes):
        return 1
    print("no figure fell below its stored interval")
    return 0


def _fail(words: str) -> int:
    print(f"evaluation: {words}", file=sys.stderr)
    return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.quality", description=__doc__)
    parser.add_argument(
        "--half", choices=[*HALVES, "both"],
        help="the texts to measure on: to tune, or those that nothing was tuned on; else both"
        " with --write, and report without",
    )  # fmt: skip
    parser.add_argument(
        "--only", metavar="SET", choices=sorted({*SEARCH_SETS, *MATCH_SETS, *STREAM_SETS, KIND}),
        help="measure this set alone; one of %(choices)s",
    )  # fmt: skip
    parser.add_argument(
        "--quick", action="store_true", help="40 queries of each set; nothing is compared"
    )
    parser.add_argument(
        "--baselines", action=argparse.BooleanOptionalAction,
        help="whether grep, FTS5 and rapidfuzz are measured beside it; else only with --write",
    )  # fmt: skip
    parser.add_argument(
        "--write", action="store_true",
        help=f"store the figures of this run of everything, and write {DOCUMENT.name}",
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true",
        help="measure nothing: write the page from the figures that are stored",
    )  # fmt: skip
    parser.add_argument(
        "--semantic", action=argparse.BooleanOptionalAction,
        help="whether the extra `semantic` is measured, too; else where it is there",
    )  # fmt: skip
    options = parser.parse_args()
    if options.write and (options.quick or options.only or options.half not in (None, "both")):
        parser.error("--write stores a run of everything: no --quick, --only or --half with it")
    options.half = options.half or ("both" if options.write else "report")
    if options.baselines is None:
        options.baselines = options.write
    if options.semantic is None:
        options.semantic = has_semantic()
    return options


if __name__ == "__main__":
    sys.exit(main())
