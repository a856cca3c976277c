"""docs/import.md holds what evaluation/imports.py counts, and names every family."""

from __future__ import annotations

import re
import runpy

import pytest

from conftest import PROJECT, needs_corpus
from hardwon.files.foreign import SUFFIXES
from hardwon.markup.foreign.table import KEYS

PAGE = (PROJECT / "docs" / "import.md").read_text(encoding="utf-8")


def test_every_family_is_named_in_the_order_in_which_it_is_asked() -> None:
    table = PAGE.partition("<!-- families -->")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w[\w-]*)` \|", table, re.MULTILINE)) == KEYS


def test_every_suffix_is_named() -> None:
    assert all(f"`{suffix}`" in PAGE for suffix in SUFFIXES)


@pytest.mark.slow
@needs_corpus
def test_tables_are_what_is_imported() -> None:
    program = runpy.run_path(str(PROJECT / "evaluation" / "imports.py"))
    assert program["with_tables"](PAGE) == PAGE
    assert "| **all** | **2380** |" in PAGE
