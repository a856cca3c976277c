"""The page of figures is what the report makes of results, and says what was not reached."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.__main__ import DOCUMENT, LATEST
from benchmarks.report import is_reached, render_document, render_table
from benchmarks.results import Results, read_results, render_json
from benchmarks.rows import ROWS

HERE = Path(__file__).parent
BY_KEY = {row.key: row for row in ROWS}


@pytest.fixture
def results() -> Results:
    return read_results(HERE / "results.json")


def test_the_page_is_made_of_the_results_that_are_kept() -> None:
    kept = render_document(read_results(LATEST))
    assert DOCUMENT.read_text(encoding="utf-8") == kept, "make bench OPTIONS=--again"


def test_results_are_read_as_they_were_written(results: Results, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(render_json(results), encoding="utf-8")
    assert read_results(file) == results


def test_a_table_of_stored_results(results: Results) -> None:
    expected = (HERE / "expected.txt").read_text(encoding="utf-8")
    assert render_table(results) == expected


def test_the_comparison_of_stored_results(results: Results) -> None:
    page = render_document(results)
    start, end = page.index("## Beside other tools"), page.index("## Measure it yourself")
    assert page[start:end] == (HERE / "expected.md").read_text(encoding="utf-8")


def test_a_bound_is_judged_at_its_number_of_notes_alone(results: Results) -> None:
    found = {(one.row, one.notes): one for one in results.measured}
    assert is_reached(BY_KEY["first-index"], found["first-index", 1_000]) is True
    assert is_reached(BY_KEY["first-index"], found["first-index", 100_000]) is False
    assert is_reached(BY_KEY["memory"], found["memory", 1_000]) is None
    assert is_reached(BY_KEY["memory"], found["memory", 100_000]) is False
    bare = found["refresh-unchanged-bare", 100_000]
    assert is_reached(BY_KEY["refresh-unchanged-bare"], bare) is None


@pytest.mark.parametrize(
    ("missed", "said"), [(None, "no reason is known yet."), ("Disks turn.", "Disks turn.")]
)
def test_a_row_that_is_not_reached_says_why(
    results: Results, monkeypatch: pytest.MonkeyPatch, missed: str | None, said: str
) -> None:
    row = replace(BY_KEY["first-index"], missed=missed)
    rows = tuple(row if one.key == row.key else one for one in ROWS)
    monkeypatch.setattr(report, "ROWS", rows)
    page = render_document(results)
    assert f"*Not reached* at 100,000 notes: {said}" in page


def test_every_row_of_the_issue_has_a_bound() -> None:
    assert {row.key: (row.bound, row.at) for row in ROWS if row.bound} == {
        "first-index": (1.5, None),
        "memory": (300, 100_000),
        "refresh-unchanged": (1.2, 100_000),
        "refresh-changed": (1.1, None),
        "search-small": (3.5, 1_000),
        "search-large": (1.5, 100_000),
        "search-watched": (4.0, 100_000),
        "search-warm": (1.5, 100_000),
        "learn-match": (0.01, None),
        "learn-growth": (3.0, None),
        "book-change": (1.3, None),
    }
