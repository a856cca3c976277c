"""The files in tests/cases, each with what is read from it."""

from __future__ import annotations

import pytest

from conftest import PROJECT
from reading import Case, read, read_cases

FILES = [PROJECT / "tests" / "cases" / name for name in ("patterns.md", "experiences.md")]
CASES = [case for file in FILES for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_read_as_expected(case: Case) -> None:
    assert read(case.text, case.path) == case.expected


def test_every_file_of_a_case_has_its_values() -> None:
    written = sum(file.read_text(encoding="utf-8").count("markdown read=") for file in FILES)
    assert len(CASES) == written > 40
