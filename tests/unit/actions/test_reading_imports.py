"""A refresh after one changed note loads what notes need, and nothing for books."""

from __future__ import annotations

import subprocess
import sys

import pytest

READ = """
import sys
from hardwon.actions.isolated import read_rows
read_rows(sys.argv[2], sys.argv[1])
print(*(name for name in sys.modules if name.startswith("hardwon.")))
"""
NOTE = "# Fixed it\n\n**Date:** 2026-04-01\n**Outcome:** SUCCESS\n\n## Patterns Applied\n- Join\n"
BOOKS = {
    "hardwon.markup.patterns",
    "hardwon.markup.pattern_values",
    "hardwon.markup.totals",
    "hardwon.markup.checklists",
    "hardwon.model.pattern",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("episodic/code/2026-04-01-fixed.md", set()),
        ("semantic/patterns/dev-patterns.md", BOOKS - {"hardwon.markup.checklists"}),
    ],
)
def test_a_note_is_read_without_the_reader_of_books(path: str, expected: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, path, NOTE], capture_output=True, text=True, check=True
    )
    assert BOOKS & set(done.stdout.split()) == expected
