"""Texts are merged by lines, then by sentences; only a sentence can be a conflict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.merging.three_way import fill_holes, merge_texts

BASE = """\
# Notes

One is here. Two is here. Three is here.

- a
- b

The end.
"""


def merged(base: str, ours: str, theirs: str) -> str:
    found = merge_texts(base, ours, theirs)
    return fill_holes(found.text, found.conflicts, ("ours", "theirs"))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (("One", "Uno"), ("Three", "Tre"), "Uno is here. Two is here. Tre is here."),
        (("# Notes\n", "# Our notes\n"), ("\nOne", "\nUno"), "# Our notes\n\nUno is"),
        (("- b\n", "- b\n- ours\n"), ("- b\n", "- b\n- theirs\n"), "- b\n- ours\n- theirs\n"),
        (("- b\n", "- b\n- same\n"), ("- b\n", "- b\n- same\n"), "- b\n- same\n\n"),
        (("- a\n", ""), ("- b\n", "- B\n"), "\n- B\n\nThe end"),
        (("The end.\n", "The end."), ("One", "Uno"), "The end."),
    ],
    ids=["sentences of a line", "lines that touch", "items", "the same", "deletion", "last line"],
)
def test_both_changes_are_taken(
    ours: tuple[str, str], theirs: tuple[str, str], expected: str
) -> None:
    text = merged(BASE, BASE.replace(*ours), BASE.replace(*theirs))
    assert expected in text
    assert "<<<<<<<" not in text


def test_a_sentence_that_both_changed_is_a_conflict_around_itself_alone() -> None:
    text = merged(BASE, BASE.replace("Two is", "Two was"), BASE.replace("Two is", "Two will be"))
    assert text == BASE.replace(
        "One is here. Two is here. Three is here.\n",
        "One is here.\n<<<<<<< ours\nTwo was here.\n=======\nTwo will be here.\n"
        ">>>>>>> theirs\nThree is here.\n",
    )


def test_paragraphs_added_at_one_place_are_a_conflict() -> None:
    ours, theirs = (BASE.replace("The end.", f"{x}\n\nThe end.") for x in ("Ours.", "Theirs."))
    found = merge_texts(BASE, ours, theirs)
    assert len(found.conflicts) == 1


def test_the_marker_size_is_git_s() -> None:
    found = merge_texts("a\n", "b\n", "c\n")
    text = fill_holes(found.text, found.conflicts, ("x", "y"), 9)
    assert text == "<<<<<<<<< x\nb\n=========\nc\n>>>>>>>>> y\n"


def test_markers_take_the_line_end_of_the_text() -> None:
    found = merge_texts("a\r\n1\r\n", "b\r\n1\r\n", "c\r\n1\r\n")
    text = fill_holes(found.text, found.conflicts, ("x", "y"))
    assert text == "<<<<<<< x\r\nb\r\n=======\r\nc\r\n>>>>>>> y\r\n1\r\n"


lines = st.lists(
    st.sampled_from(["a. b. c.\n", "\n", "- x\n", "d\n", "e. f.\r\n", "g"]), max_size=8
)
texts = st.builds("".join, lines)


@given(texts, texts)
def test_one_side_alone_is_taken_as_it_is(base: str, side: str) -> None:
    assert merge_texts(base, side, base).text == side
    assert merge_texts(base, base, side).text == side
    assert merge_texts(base, side, side).text == side


@given(texts, texts, texts)
def test_swapping_sides_swaps_conflicts_and_nothing_else(base: str, one: str, two: str) -> None:
    there, back = merge_texts(base, one, two), merge_texts(base, two, one)
    assert [(c.ours, c.theirs) for c in there.conflicts] == [
        (c.theirs, c.ours) for c in back.conflicts
    ]


@given(texts, texts, texts)
def test_nothing_that_a_side_added_is_lost(base: str, one: str, two: str) -> None:
    text = merged(base, one, two)
    for side in (one, two):
        for line in side.splitlines():
            if line and line not in base:
                assert all(part.strip() in text for part in line.split(". ") if part.strip())
