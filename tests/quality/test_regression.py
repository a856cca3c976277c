"""A figure below its stored interval fails the evaluation; the page is made of what is stored."""

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.quality import __main__ as program
from evaluation.quality.metrics import Figure
from evaluation.quality.report import render_document, render_tables
from evaluation.quality.results import (
    Results,
    Row,
    compare,
    find_incomparable,
    read_results,
    render_json,
)

ROW = Row(
    "search", "til-titles", "report", "abc", {"documents": 9, "queries": 8},
    {"nDCG@10": Figure(0.8, 0.75, 0.85, 8)}, {"grep": {"nDCG@10": Figure(0.1, 0.0, 0.2, 8)}}, 1.5,
)  # fmt: skip


def run(*rows: Row) -> Results:
    return Results("2026-11-21", "0.1.0", {"Python": "CPython 3.11"}, 78.0, list(rows))


def with_value(value: float, **changes: str) -> Row:
    return replace(ROW, figures={"nDCG@10": Figure(value, value, value, 8)}, **changes)


@pytest.mark.parametrize(
    ("value", "worse"),
    [(0.8, []), (0.75, []), (0.7499, [True]), (0.85, []), (0.86, [False])],
)
def test_below_the_stored_interval_is_worse(value: float, worse: list[bool]) -> None:
    changes = compare(run(ROW), run(with_value(value)))
    assert [change.is_worse for change in changes] == worse


def test_figures_of_other_texts_are_named_and_not_compared() -> None:
    now = run(with_value(0.1, digest="other"))
    assert compare(run(ROW), now) == []
    (words,) = find_incomparable(run(ROW), now, ["report"])
    assert "made of other texts" in words


def test_a_set_that_is_missing_says_why() -> None:
    now = run()
    now.skipped["til-titles"] = "the corpus is away"
    assert list(find_incomparable(run(ROW), now, ["report"])) == [
        "search report til-titles is not compared: the corpus is away"
    ]
    assert list(find_incomparable(run(ROW), now, ["tune"])) == []


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(render_json(run(ROW)), encoding="utf-8")
    assert read_results(file) == run(ROW)


@pytest.mark.parametrize(("value", "status"), [(0.8, 0), (0.7, 1)])
def test_the_command_fails_when_a_figure_drops(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    value: float,
    status: int,
) -> None:
    stored = tmp_path / "results.json"
    stored.write_text(render_json(run(ROW)), encoding="utf-8")
    monkeypatch.setattr(program, "STORED", stored)
    assert program.compare_with_stored(run(with_value(value)), ("report",), whole=True) == status
    assert ("worse: report search til-titles: nDCG@10 is 0.7" in capsys.readouterr().out) == status


def test_without_the_corpus_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "CORPUS", tmp_path / "none")
    monkeypatch.setattr("sys.argv", ["evaluation.quality"])
    assert program.main() == 2
    assert "../shared/corpus" in capsys.readouterr().err


def test_the_page_is_made_of_the_results_that_are_stored() -> None:
    kept = render_document(read_results(program.STORED))
    assert program.DOCUMENT.read_text(encoding="utf-8") == kept, "make evaluate OPTIONS=--again"


def test_a_goal_that_is_missed_is_told() -> None:
    match = Row(
        "match", "weaknesses", "report", "abc", {"patterns": 2, "asked": 9, "belong": 5},
        {name: Figure(0.5, 0.4, 0.6, 9) for name in ("F1", "merged", "decided")}
        | {"merged right": Figure(0.9, 0.8, 0.96, 7)},
    )  # fmt: skip
    page = render_document(run(match))
    goals = page[page.index("## Goals") : page.index("## Search")]
    assert (
        "F1 ≥ .530 on incidents of weaknesses | weaknesses | .500 [.400, .600] | **no** |" in goals
    )
    assert "right in ≥ 95 % | weaknesses, of 7 | .900 [.800, .960] | **no** |" in goals


def test_a_table_for_the_terminal() -> None:
    assert render_tables(run(ROW)).splitlines() == [
        "search, report",
        "set         documents  queries  nDCG@10            RR  R@10  grep  FTS5  rapidfuzz",
        "til-titles  9          8        .800 [.750, .850]            .100",
    ]
