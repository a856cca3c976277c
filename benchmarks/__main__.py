"""Measure hardwon, and write docs/performance.md.

`make bench` calls it; `make bench OPTIONS=--help` shows what can be chosen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import PATTERNS_AT
from benchmarks.measure import MeasureError
from benchmarks.report import render_document, render_table
from benchmarks.results import read_results, write_results
from benchmarks.rows import ROWS
from benchmarks.texts import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
LATEST = PROJECT / "benchmarks" / "results" / "latest.json"


def main() -> int:
    """Run the benchmark; status 2 where it cannot be done."""
    options = _options()
    try:
        if options.again:
            results = read_results(options.json)
        else:
            from benchmarks.run import Run

            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="hardwon-bench-", dir=options.folder) as folder:
                results = Run(
                    Path(folder), options.sizes, options.rounds, options.seconds,
                    frozenset(options.only), options.tools,
                    5 if options.quick else 20,
                    lambda words: _tell(f"{time.monotonic() - began:6.0f} s  {words}"),
                ).measure()  # fmt: skip
            if options.json:
                write_results(options.json, results)
    except (MeasureError, OSError, ValueError) as error:
        said = getattr(error, "said", "")
        print(f"benchmarks: {error}\n{said}".rstrip(), file=sys.stderr)
        return 2
    print(render_table(results), end="")
    if options.document:
        options.document.write_text(render_document(results), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true",
        help="1,000 notes and few rounds; no file is written unless it is named",
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true",
        help="measure nothing: write the page from the results that are kept",
    )  # fmt: skip
    parser.add_argument(
        "--sizes", type=_sizes, help="numbers of notes, such as 1000,10000; like --quick"
    )
    parser.add_argument("--rounds", type=int, help="how often what is quick is repeated")
    parser.add_argument(
        "--seconds", type=float, help="after so many no further round of one row begins"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="ROW", choices=[row.key for row in ROWS],
        help="measure this row, and others so named, like --quick; one of %(choices)s",
    )  # fmt: skip
    parser.add_argument(
        "--tools", action=argparse.BooleanOptionalAction,
        help="whether other tools on PATH are measured, too; only in a run of everything",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"results, else {LATEST.name}")
    parser.add_argument(
        "--document", type=Path, metavar="FILE", help="the page, else docs/performance.md"
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where the notes are made: the disk to measure"
    )
    options = parser.parse_args()
    is_part = options.quick or bool(options.only) or options.sizes is not None
    options.sizes = options.sizes or sorted(PATTERNS_AT)[: 1 if options.quick else None]
    if options.tools is None:
        options.tools = not is_part
    options.rounds = options.rounds or (7 if options.quick else 25)
    options.seconds = options.seconds or (10.0 if options.quick else 120.0)
    if options.again or not is_part:
        options.json = options.json or LATEST
        options.document = options.document or DOCUMENT
    return options


def _sizes(text: str) -> list[int]:
    sizes = sorted({int(part) for part in text.split(",")})
    if not set(sizes) <= PATTERNS_AT.keys():
        raise argparse.ArgumentTypeError(f"choose from {', '.join(map(str, PATTERNS_AT))}")
    return sizes


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
