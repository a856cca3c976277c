"""The files in tests/cases/imports, each with what is read from it."""

from __future__ import annotations

import pytest

from adopting import described
from conftest import PROJECT
from hardwon.markup.foreign.table import FAMILIES, KEYS, recognise
from reading import Case, read_cases

FILES = sorted((PROJECT / "tests" / "cases" / "imports").glob("*.md"))
CASES = [case for file in FILES for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_read_as_expected(case: Case) -> None:
    assert described(case.path, recognise(case.path, case.text)) == case.expected


def test_every_file_of_a_case_has_its_values() -> None:
    written = sum(file.read_text(encoding="utf-8").count("markdown read=") for file in FILES)
    assert len(CASES) == written > 10


def test_a_named_family_is_the_only_one_that_is_asked() -> None:
    text = "# Mail queue\n\nParked one address.\n"
    assert recognise("x.md", text) is None
    assert recognise("x.md", text, "lessons") is None
    found = recognise("x.md", text, "note")
    assert found is not None
    assert [one.title for one in found.found] == ["Mail queue"]


def test_keys_are_distinct() -> None:
    assert len(set(KEYS)) == len(KEYS) > len(FAMILIES) > 15


@pytest.mark.parametrize("text", ["", "\n", "---\n", "# Only a title\n", "Just a line.\n"])
def test_a_text_that_says_nothing_is_no_family(text: str) -> None:
    assert recognise("README.md", text) is None
