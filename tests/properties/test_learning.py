"""What holds for every memory: learning is a fixed point, and order does not matter."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generated import memories
from memories import BOOK, learn, plan


@given(memories(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_learning_twice_changes_nothing(files: dict[str, str], eager: bool) -> None:
    after = learn(files, eager=eager)
    again = plan(after, eager=eager)
    assert again.files == ()
    assert again.changes == ()


@given(memories())
@settings(max_examples=150, deadline=None)
def test_all_at_once_equals_one_after_another(files: dict[str, str]) -> None:
    in_order = sorted(files, key=lambda path: path.rpartition("/")[2])
    notes = [path for path in in_order if path.startswith("episodic/")]
    growing = {path: text for path, text in files.items() if path not in notes}
    growing = learn(growing)
    for path in notes:
        growing = learn({**growing, path: files[path]})
    assert growing == learn(files)


@given(memories())
@settings(max_examples=100, deadline=None)
def test_notes_are_never_touched(files: dict[str, str]) -> None:
    after = learn(files)
    for path, text in files.items():
        if path.startswith("episodic/"):
            assert after[path] == text


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def bom(text: str) -> str:
    return "\ufeff" + text


def bare_end(text: str) -> str:
    return text.rstrip("\n")


@given(memories(), st.sampled_from([crlf, bom, bare_end]))
@settings(max_examples=150, deadline=None)
def test_rewriting_a_book_and_learning_commute(files: dict[str, str], rewrite) -> None:
    """Learning changes the same lines of a book, however its bytes are laid out."""
    if BOOK not in files:
        return
    one = learn({**files, BOOK: rewrite(files[BOOK])})[BOOK]
    assert one == rewrite(learn(files)[BOOK])


VALUE = re.compile(r"\*\*(?:Confidence|Based on|Last reinforced):\*\* ")
PROSE = re.compile(r"(?:When|Use) [a-zA-Z]")
REWRITINGS = {
    "blanks behind values": lambda line: f"{line} \t " if VALUE.match(line) else line,
    "blanks behind labels": lambda line: f"{line}  " if line == "**Examples:**" else line,
    "U+2028 in a line": lambda line: line.replace(" ", "\u2028", 1) if PROSE.match(line) else line,
    "form feed and NEL": lambda line: f"{line} \f\x85" if PROSE.match(line) else line,
    "comments": lambda line: f"{line} <!-- by hand -->" if VALUE.match(line) else line,
    "decoys in a comment": lambda line: line.replace(
        "**Examples:**",
        "<!--\n**Confidence:** HIGH\n**Based on:** 9 examples\n-->\n\n**Examples:**",
    ),
    "decoys in a fence": lambda line: line.replace(
        "**Pattern:**", "**Pattern:**\n```\n**Confidence:** HIGH\n1. Shop - Task (2020-01)\n```"
    ),
    "decoys in a quote": lambda line: line.replace(
        "**Pattern:**", "> **Confidence:** HIGH\n> **Based on:** 9 examples\n\n**Pattern:**"
    ),
    "more empty lines": lambda line: line.replace("**Pattern:**", "\n\n**Pattern:**"),
}  # fmt: skip


def rewritten(text: str, known: set[str], rewrite) -> str:
    """Return `text` with each line of the patterns `known` rewritten; what is learned stays."""
    out, inside = [], False
    for line in text.split("\n"):
        if line.startswith("## "):
            inside = line in known
        out.append(rewrite(line) if inside else line)
    return "\n".join(out)


@pytest.mark.parametrize("rewrite", REWRITINGS.values(), ids=REWRITINGS)
@given(files=memories())
@settings(max_examples=40, deadline=None)
def test_odd_spelling_and_decoys_stay_as_they_are(rewrite, files: dict[str, str]) -> None:
    """Learning changes the same lines beside them as it would without them."""
    if BOOK not in files:
        return
    known = {line for line in files[BOOK].split("\n") if line.startswith("## ")}
    one = learn({**files, BOOK: rewritten(files[BOOK], known, rewrite)})[BOOK]
    assert one == rewritten(learn(files)[BOOK], known, rewrite)
