"""Edits: each dialect keeps its shape, and every other byte stays."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from hardwon.markup.edit import apply_edits
from hardwon.markup.pages import parse_page
from hardwon.markup.pattern_edit import PatternEditor
from hardwon.model.values import Confidence, PartialDate

PATH = "semantic/patterns/x.md"
CASES = (Path(__file__).parent.parent.parent / "cases" / "edit.md").read_text(encoding="utf-8")


def cases() -> list[tuple[str, str, str]]:
    """Return name, text and expected changed lines of each case in cases/edit.md."""
    found = []
    for part in CASES.split("\n=== ")[1:]:
        name, rest = part.split("\n", 1)
        text = rest.split("````markdown\n", 1)[1].split("````\n", 1)[0]
        diff = rest.split("````diff\n", 1)[1].split("````", 1)[0]
        found.append((name, text, diff))
    return found


def reinforced(text: str) -> str:
    """Return `text` with its first pattern reinforced once, as learning does it."""
    (first, *_) = parse_page(text, PATH).patterns
    editor = PatternEditor(text, first)
    text = apply_edits(
        text,
        [
            *editor.add_example("shop - Slow orders (2026-03-01) - SUCCESS"),
            *editor.add_source("episodic/code/2026-03-01-slow-orders.md"),
        ],
    )
    (first, *_) = parse_page(text, PATH).patterns
    count = len(first.examples) + first.unlisted_examples or len(first.sources)
    editor = PatternEditor(text, first)
    return apply_edits(
        text,
        [
            *editor.set_confidence(Confidence.MEDIUM),
            *editor.set_count(count),
            *editor.set_last_reinforced(PartialDate(2026, 3, 1)),
        ],
    )


@pytest.mark.parametrize(("name", "text", "expected"), cases(), ids=[c[0] for c in cases()])
def test_reinforcing_changes_these_lines(name: str, text: str, expected: str) -> None:
    diff = difflib.unified_diff(text.splitlines(), reinforced(text).splitlines(), n=0, lineterm="")
    changed = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
    assert "\n".join(changed) + "\n" == expected


@pytest.mark.parametrize(("name", "text", "expected"), cases(), ids=[c[0] for c in cases()])
def test_what_was_written_reads_back(name: str, text: str, expected: str) -> None:
    (before, *_) = parse_page(text, PATH).patterns
    (after, *_) = parse_page(reinforced(text), PATH).patterns
    assert after.name == before.name
    assert after.claim is None or after.claim.confidence is Confidence.MEDIUM
    assert len(after.sources) == len(before.sources) + 1
    assert after.unlisted_sources == before.unlisted_sources
    assert after.unlisted_examples == before.unlisted_examples
    if after.claimed_examples is not None:
        assert after.claimed_examples == len(after.examples) + after.unlisted_examples or len(
            after.sources
        )


def test_no_edit_gives_the_same_bytes() -> None:
    text = "\ufeff# A\r\n\nb\rc\u2028d \t\x0c\r\nno end"
    assert apply_edits(text, []) == text
