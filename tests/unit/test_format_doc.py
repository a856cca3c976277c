"""docs/format.md tells the truth: its examples, its spellings, its settings."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from typing import Any

import pytest

from conftest import PROJECT
from hardwon.files.folder import MAX_BYTES
from hardwon.files.listing import IGNORED
from hardwon.markup.experiences import _HEADER_DATES, _HEADER_UPDATES
from hardwon.markup.labels import NOTE_LABELS, PATTERN_LABELS, fold_label
from hardwon.markup.pages import _INDEX_STEMS
from hardwon.markup.patterns import HEADER_KEYS
from hardwon.model.settings import Settings
from reading import Case, read, read_cases

PAGE = PROJECT / "docs" / "format.md"
TEXT = PAGE.read_text(encoding="utf-8")
CASES = list(read_cases(PAGE))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_example_is_read_as_the_page_says(case: Case) -> None:
    assert read(case.text, case.path) == case.expected


def test_every_example_has_its_values() -> None:
    assert len(CASES) == len(re.findall(r"^`+ ?markdown read=", TEXT, re.MULTILINE)) > 10


def table_below(marker: str) -> dict[str, list[str]]:
    """Return first cell → parts of the last cell, of the table that follows a comment."""
    _, _, rest = TEXT.partition(f"<!-- spellings: {marker} -->\n\n")
    rows = [row.strip("| ").split(" | ") for row in rest.partition("\n\n")[0].split("\n")[2:]]
    assert rows, f"no table follows {marker!r}"
    return {row[0]: row[-1].split(", ") for row in rows}


@pytest.mark.parametrize(
    ("marker", "labels"), [("pattern", PATTERN_LABELS), ("experience", NOTE_LABELS)]
)
def test_spellings_are_those_of_the_reader(marker: str, labels: dict[str, Any]) -> None:
    table = {key: sorted(map(fold_label, cells)) for key, cells in table_below(marker).items()}
    assert table == {key: sorted(set(spellings)) for key, spellings in labels.items()}


def test_header_keys_are_those_of_the_reader() -> None:
    table = table_below("pattern front matter")
    assert table == {key: list(keys) for key, keys in HEADER_KEYS.items()}


def test_keys_of_dates_are_in_the_order_of_the_reader() -> None:
    listed = [re.findall(r"`([a-z_]+)`", line) for line in TEXT.split("\n")]
    assert list(_HEADER_DATES) in listed
    assert list(_HEADER_UPDATES) in listed


def test_settings_are_the_defaults() -> None:
    match = re.search(r"^```toml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert match is not None
    assert tomllib.loads(match[1]) == dataclasses.asdict(Settings())


def test_names_of_pages_and_folders_are_those_of_the_reader() -> None:
    row = next(line for line in TEXT.split("\n") if line.startswith("| named "))
    assert set(re.findall(r"`([a-z]+)`", row)) == _INDEX_STEMS
    line = next(line for line in TEXT.split("\n") if "and the folders" in line)
    named = set(re.findall(r"`(\.[a-z]+|node_modules)`", line)) - {".md", ".markdown"}
    assert named == {name.decode() for name in IGNORED}
    assert f"more than {MAX_BYTES // 10**6} MB" in TEXT
