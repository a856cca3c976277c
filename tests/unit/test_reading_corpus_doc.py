"""docs/reading-corpus.md holds what evaluation/read_corpus.py counts."""

from __future__ import annotations

import runpy

from conftest import PROJECT, needs_corpus


@needs_corpus
def test_tables_are_what_is_read() -> None:
    page = (PROJECT / "docs" / "reading-corpus.md").read_text(encoding="utf-8")
    program = runpy.run_path(str(PROJECT / "evaluation" / "read_corpus.py"))
    assert program["with_tables"](page) == page
    assert "| **all** | **2380** |" in page
