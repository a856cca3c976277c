"""`hardwon check --detectors`: patterns test their own detectors."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from detectors import PATH, RELATIONS, book, violating

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]

BAD = "```python bad\nf(1)\n```\n"
GOOD = "```python good\ng(1)\n```\n"
CONTEXT = "```python context\ncustomer = models.ForeignKey(Customer)\n```\n"
TEXT = "role: violates\nlanguage: text\nfiles: '*.sql'\nrule: {regex: x}\n"
SHARED = "role: utils\nlanguage: python\nutils: {one: {pattern: f($A)}}\n"
USING = "role: violates\nlanguage: python\nrule: {kind: call, matches: one}\n"
SQL = "```sql {}\n{}\n```\n"
LOOP = "```python {}\nfor o in os:\n    print(o.{}.name)\n```\n"


def findings(run: Run, *args: str) -> list[tuple[str, int, str]]:
    done = run("check", "--json", *args)
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == (1 if found else 0), done.stderr
    assert all(not finding["fixable"] for finding in found)
    return [(finding["code"], finding["line"], finding["message"]) for finding in found]


@pytest.mark.parametrize(
    ("fences", "code", "expected"),
    [
        ([violating("f($A)")], BAD + GOOD, []),
        ([violating("f($A)")], "```py bad\nf(1)\n```\n\nUse ✅:\n```python\n# ✅\ng(1)\n```\n", []),
        ([violating("f($A)")], BAD + "```sql bad\nf(1)\n```\n```js bad\nf(1)\n```\n", []),
        ([violating("f($A)")], BAD + "```python bad\nh(1)\n```\n", ["detector-misses"]),
        ([violating("f($A)")], BAD + "```python good\nf(1)\n```\n", ["detector-false-alarm"]),
        ([violating("f($A)")], GOOD, ["detector-idle"]),
        ([violating("f($A)"), violating("h($A)")], BAD, []),
        ([violating("f($A)"), violating("f($A)").replace("python", "go")], BAD, ["detector-idle"]),
        ([violating("f($A)").replace("violates", "applies")], BAD + GOOD, []),
        ([violating("f($A)"), violating("h($A)", transform="{X: 1}")], BAD, ["detector-fails"]),
        ([violating("f($A)"), TEXT.replace("x}", "(}"), TEXT.replace("x}", "(?L)x}")],
         BAD, ["detector-fails", "detector-fails"]),
        ([violating("f($A)"), "role: nobody"], BAD, ["detector"]),
        ([RELATIONS], CONTEXT + LOOP.format("bad", "customer") + LOOP.format("good", "x"), []),
        ([RELATIONS], LOOP.format("bad", "customer"), ["detector-misses"]),
        ([RELATIONS], CONTEXT + LOOP.format("bad", "customer") + LOOP.format("good", "customer"),
         ["detector-false-alarm"]),
        ([violating("f($A)", files="src/")], BAD, []),
        ([TEXT], SQL.format("bad", "x"), []),
        ([TEXT], SQL.format("bad", "y"), ["detector-misses"]),
        ([TEXT], SQL.format("bad", "x") + SQL.format("good", "x"), ["detector-false-alarm"]),
        ([TEXT], "```prisma bad\ny\n```\n" + SQL.format("bad", "x"), []),
        ([SHARED, USING], BAD + GOOD, []),
        ([USING, SHARED], BAD + "```python good\nf(1)\n```\n", ["detector-false-alarm"]),
        ([SHARED.replace("one:", "two:"), USING], "", ["detector-fails"]),
        ([], BAD + GOOD, []),
    ],
)  # fmt: skip
def test_what_is_reported(
    run_cli: Run, write_note: Write, fences: list[str], code: str, expected: list[str]
) -> None:
    write_note(PATH, book(*fences, code=code))
    found = [entry for entry, _, _ in findings(run_cli, "--detectors") if "claim" not in entry]
    assert sorted(found) == sorted(expected)


def test_places_are_lines_of_the_book(run_cli: Run, write_note: Write) -> None:
    bad, good = "```python bad\nx = 1\n```\n", "```python good\nx = 1\nf(1)\n```\n"
    text = book(violating("f($A)", id="own", message="no $A"), code=bad + good)
    write_note(PATH, text)
    lines = text.split("\n")
    found = {code: (lines[n - 1], said) for code, n, said in findings(run_cli, "--detectors")}
    name = "'Fetch with the list'"
    assert found["detector-misses"] == (
        "```python bad", f"{name}: no detector finds anything in this bad example",
    )  # fmt: skip
    assert found["detector-false-alarm"] == (
        "f(1)", f"{name}: detector 'own' finds something in a good example: no 1",
    )  # fmt: skip
    write_note(PATH, book(violating("f($A)", id="own"), code=good.replace("f(1)\n", "")))
    (idle,) = findings(run_cli, "--select", "detector-idle")
    assert (lines[idle[1] - 1], idle[2]) == (
        "role: violates", f"{name}: detector 'own' is shown by no bad example in python",
    )  # fmt: skip


def test_detectors_are_tried_only_when_asked_for(run_cli: Run, write_note: Write) -> None:
    write_note(PATH, book(violating("f($A)"), code=GOOD))
    assert [code for code, _, _ in findings(run_cli) if "detector" in code] == []
    assert [code for code, _, _ in findings(run_cli, "--select", "detector-idle")] == [
        "detector-idle"
    ]
    ignored = findings(run_cli, "--detectors", "--ignore", "detector-idle")
    assert [code for code, _, _ in ignored if "detector" in code] == []


def test_a_faulty_detector_is_reported_unasked(run_cli: Run, write_note: Write) -> None:
    text = book("role: violates\nlanguage: sql\nrule: {kind: x}")
    write_note(PATH, text)
    done = run_cli("check", "--select", "detector")
    assert done.returncode == 1
    at = 1 + text.split("\n").index("language: sql")
    assert done.stdout == (
        f"memory/{PATH}:{at}: detector 'Fetch with the list': ast-grep does not read the language "
        "'sql'\n"
    )


def test_paths_limit_what_is_tried(run_cli: Run, write_note: Write) -> None:
    write_note(PATH, book(violating("f($A)"), code=GOOD))
    write_note("semantic/patterns/other.md", "# Other\n")
    args = ("--select", "detector-idle")
    assert findings(run_cli, *args, "semantic/patterns/other.md") == []
    assert len(findings(run_cli, *args, PATH)) == 1
