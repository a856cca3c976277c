"""A block of ours in a Markdown file: what stands around it keeps every byte."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardwon.errors import AgentFileError
from hardwon.markup.managed_block import END, START, find_block, lay_block, take_block

BLOCK = f"{START}\n## Learned\n\n- one\n{END}"
OTHER = f"{START}\nanother\n{END}"
PATH = "AGENTS.md"

texts = st.lists(
    st.sampled_from(
        ["# Rules", "- one", "", "```", "~~~ text", "\ufeff", "  ", "é", "\n", "\r\n", "\r", "\n\n"]
    ),
    max_size=12,
).map("".join)


@given(texts)
@example("")
@example("\ufeff")
@example("one\ntwo\nthree\r")
@example("```\nnever closed\n")
def test_what_was_laid_can_be_taken(text: str) -> None:
    laid = lay_block(text, BLOCK, PATH)
    assert laid.startswith(text)
    assert find_block(laid, PATH) == BLOCK
    assert lay_block(laid, BLOCK, PATH) == laid
    assert take_block(laid, PATH) == text


@given(texts)
def test_another_block_takes_its_place(text: str) -> None:
    laid = lay_block(text, BLOCK, PATH)
    assert lay_block(laid, OTHER, PATH) == lay_block(text, OTHER, PATH)
    assert lay_block(lay_block(laid, OTHER, PATH), BLOCK, PATH) == laid


@given(texts, texts)
def test_what_is_written_behind_it_stays(before: str, after: str) -> None:
    laid = lay_block(before, BLOCK, PATH) + "\n" + after
    taken = take_block(laid, PATH)
    assert taken is not None
    assert taken.endswith(after)
    assert taken.startswith(before)


def test_a_file_of_its_own_goes_with_it() -> None:
    assert lay_block(None, BLOCK, PATH) == BLOCK + "\n"
    assert take_block(BLOCK + "\n", PATH) is None
    assert take_block(BLOCK, PATH) is None
    assert take_block(BLOCK + "\nmine\n", PATH) == "mine\n"


def test_an_empty_file_stays() -> None:
    assert lay_block("", BLOCK, PATH) == f"\n{BLOCK}\n"
    assert take_block(f"\n{BLOCK}\n", PATH) == ""


def test_line_ends_are_those_of_the_file() -> None:
    laid = lay_block("# Rules\r\n", BLOCK, PATH)
    assert laid.count("\n") == laid.count("\r\n")
    assert lay_block("# Rules\r\nno end", BLOCK, PATH).count("\r\n") == 7


def test_marks_in_a_fence_are_an_example() -> None:
    text = f"```md\n{START}\n{END}\n```\n"
    assert find_block(text, PATH) is None
    assert lay_block(text, BLOCK, PATH) == f"{text}\n{BLOCK}\n"


def test_a_fence_that_is_never_closed_hides_nothing() -> None:
    laid = lay_block("```\ncode\n", BLOCK, PATH)
    assert find_block(laid, PATH) == BLOCK


def test_marks_may_be_indented_or_behind_a_byte_order_mark() -> None:
    assert find_block(f"\ufeff{START}\nx\n{END}", PATH) == f"{START}\nx\n{END}"
    assert take_block(f"a\n\n  {START}\nx\n  {END}\nb\n", PATH) == "a\nb\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a\n{START}\nb\n", 2),
        (f"a\n\n{END}\n", 3),
        (f"{END}\n{START}\n", 1),
        (f"{BLOCK}\n{BLOCK}\n", 1),
    ],
)
def test_damaged_marks_are_named(text: str, line: int) -> None:
    for refused in (
        lambda: find_block(text, PATH),
        lambda: lay_block(text, BLOCK, PATH),
        lambda: take_block(text, PATH),
    ):
        with pytest.raises(AgentFileError) as raised:
            refused()
        assert (raised.value.path, raised.value.line) == (PATH, line)
