"""The files in tests/cases/foreign, each with what is read from it."""

from __future__ import annotations

import json

import pytest

from conftest import PROJECT
from foreign import READERS, described, read_foreign
from hardwon.markup.foreign.review_checklist import read_review_checklist
from reading import Case, read_cases

FILES = sorted((PROJECT / "tests" / "cases" / "foreign").glob("*.md"))
CASES = [case for file in FILES for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_read_as_expected(case: Case) -> None:
    # Compared with their order: parts are written in it.
    read = json.dumps(described(read_foreign(case.path, case.text)), indent=1, sort_keys=False)
    assert json.loads(read) == case.expected
    for one, expected in zip(
        json.loads(read).get("found", []), case.expected.get("found", []), strict=True
    ):
        assert list(one.get("parts", {})) == list(expected.get("parts", {}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_two_readers_claim_a_file(case: Case) -> None:
    others = [read for read in READERS if read is not read_review_checklist]
    claimed = [read.__name__ for read in others if read(case.path, case.text) is not None]
    assert len(claimed) <= 1


def test_every_file_of_a_case_has_its_values() -> None:
    written = sum(file.read_text(encoding="utf-8").count("markdown read=") for file in FILES)
    assert len(CASES) == written > 40
