"""Sections take room in order, and what has none is named."""

from __future__ import annotations

import pytest

from hardwon.render.review.bounded import Section, join_sections


def say(what: str) -> str:
    return f"left out: {what}\n"


def test_all_fits() -> None:
    text = join_sections(
        "head\n", [Section("a:\n", ["1\n", "2\n"], "one", "end\n")], "foot\n", 999, say
    )
    assert text == "head\na:\n1\n2\nend\nfoot\n"


def test_an_earlier_section_takes_its_room_first() -> None:
    sections = [
        Section("a:\n", ["1" * 300 + "\n"] * 3, "finding"),
        Section("b:\n", ["2" * 300 + "\n", "3" * 300 + "\n"], "item"),
        Section("c:\n", ["4\n"], "word"),
    ]
    text = join_sections("", sections, "", 1_400, say)
    assert text.count("1" * 300) == 3
    assert "2" not in text.replace("left out: 2 items", "")
    assert text.endswith("c:\n4\nleft out: 2 items\n")
    assert len(text) <= 1_400


def test_several_kinds_are_joined() -> None:
    sections = [
        Section("", ["x" * 900] * n, noun) for n, noun in ((1, "a"), (2, "b"), (1_200, "c"))
    ]
    assert join_sections("", sections, "", 500, say) == "left out: 1 a, 2 bs and 1,200 cs\n"


def test_too_little_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="too little room"):
        join_sections("head", [], "foot", 300, say)
