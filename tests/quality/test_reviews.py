"""The labelled changes read as they were meant, and reviews are scored rightly."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from evaluation.review.cases import PATTERNS, Case, Mark, read_case, read_cases
from evaluation.review.measure import false_on_clean, judge, pairs_told_apart, relevance, score
from evaluation.review.rows import ALL, measure_reviews
from hardwon.model.review import Cause, Finding, Item, ItemKind, Review, Status
from hardwon.model.values import Confidence

ONE, OTHER = PATTERNS["transaction"], PATTERNS["error-context"]


def added(old: str, new: str) -> set[int]:
    """Return the numbers of the lines of `new` that a diff has as added."""
    before, after = old.splitlines(), new.splitlines()
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {block.b + n + 1 for block in blocks for n in range(block.size)}
    return set(range(1, len(after) + 1)) - kept


def test_all_changes_are_whole() -> None:
    cases = list(read_cases())
    assert len(cases) >= 80
    clean = [case for case in cases if not case.marks]
    assert len(clean) >= len(cases) / 3
    for case in cases:
        assert case.new, case.name
        assert {mark.pattern for mark in case.marks} <= case.applies, case.name
        assert ("faulty" in case.name) == any(mark.is_main for mark in case.marks), case.name
        for path in {mark.path for mark in case.marks}:
            marked = {mark.line for mark in case.marks if mark.path == path}
            assert marked <= added(case.base.get(path, ""), case.new[path] or ""), case.name
    pairs = [case.pair for case in cases if case.pair]
    assert all(pairs.count(pair) == 2 for pair in pairs)
    assert len({case.name for case in cases}) == len(cases)
    halves = {case.pair: case.half for case in cases if case.pair}
    assert all(case.half == halves[case.pair] for case in cases if case.pair)


def test_the_folder_tells_the_half(tmp_path: Path) -> None:
    text = 'about = "x"\nframework = "django"\napplies = []\n=== new a.py\nx = 1\n'
    (tmp_path / "unseen").mkdir()
    files = [tmp_path / "a.txt", tmp_path / "unseen" / "b.txt"]
    for file in files:
        file.write_text(text)
    assert [read_case(file).half for file in files] == ["tune", "report"]
    assert {case.half for case in read_cases("tune")} == {"tune"}
    assert {case.half for case in read_cases("report")} <= {"report"}


def test_marks_are_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "x-faulty.txt"
    file.write_text(
        'about = "x"\nframework = "django"\napplies = ["transaction"]\n=== base a.py\nx = 1\n'
        "=== new a.py\nx = 1\ny.save()  «transaction»\nz.save()  «transaction?»\n=== gone b.py\n"
    )
    case = read_case(file)
    assert case.new == {"a.py": "x = 1\ny.save()\nz.save()\n", "b.py": None}
    assert case.marks == (Mark(ONE, "a.py", 2, True), Mark(ONE, "a.py", 3, False))


def finding(line: int, pattern: str = ONE, end: int | None = None) -> Finding:
    return Finding(
        pattern, Confidence.LOW, Status.VIOLATED, "a.py", line, end or line, "x", "y", "rule"
    )


def case(name: str, *marks: Mark, pair: str | None = None) -> Case:
    return Case(name, "tune", "", "", pair, frozenset({ONE}), {}, {"a.py": "x\n" * 9}, marks)


def reviewed(*findings: Finding, items: tuple[str, ...] = ()) -> Review:
    cause = (Cause("x", "a.py", 1, "detector"),)
    listed = [
        Item(name, Confidence.LOW, ItemKind.VALIDATE, "?", Status.TO_CHECK, cause) for name in items
    ]
    return Review("HEAD", ("a.py",), findings, tuple(listed))


MAIN, MAY = Mark(ONE, "a.py", 5, True), Mark(ONE, "a.py", 3, False)


@pytest.mark.parametrize(
    ("found", "right", "false", "missed"),
    [
        ((finding(5),), 1, 0, 0),
        ((finding(3),), 1, 0, 0),
        ((finding(2, end=6),), 1, 0, 0),
        ((finding(3), finding(5)), 1, 0, 0),
        ((finding(7),), 0, 1, 1),
        ((finding(5, OTHER),), 0, 1, 1),
        ((), 0, 0, 1),
    ],
)
def test_findings_are_held_against_marks(
    found: tuple[Finding, ...], right: int, false: int, missed: int
) -> None:
    one = score([judge(case("a", MAIN, MAY), reviewed(*found))])
    assert (one.right, one.false, one.missed) == (right, false, missed)


def test_a_pair_is_told_apart_by_both_halves() -> None:
    faulty, right = case("a-faulty", MAIN, pair="a"), case("a-right", pair="a")
    seen, missed = judge(faulty, reviewed(finding(5))), judge(faulty, reviewed())
    quiet, loud = judge(right, reviewed()), judge(right, reviewed(finding(2)))
    assert pairs_told_apart([seen, quiet]) == (1, 1)
    assert pairs_told_apart([seen, loud]) == pairs_told_apart([missed, quiet]) == (0, 1)
    assert false_on_clean([seen, quiet, loud]) == (1, 2)


def test_relevance_counts_findings_and_items() -> None:
    by_item = judge(case("a"), reviewed(items=(ONE, OTHER)))
    by_finding = judge(case("b", MAIN), reviewed(finding(5)))
    nothing = judge(case("c"), reviewed(items=("Not one of the seven",)))
    assert relevance([by_item, by_finding, nothing]) == (2, 3, 1, 3)


def test_a_short_run() -> None:
    rows = measure_reviews("tune", quick=True)
    assert [row.name for row in rows] == [*PATTERNS.values(), ALL]
    assert rows[-1].size["changes"] == 8
    assert rows[-1].figures["clean"].count == 4
