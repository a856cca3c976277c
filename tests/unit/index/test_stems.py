"""A stem made here is the one that FTS5 makes: else a word would not be found."""

from __future__ import annotations

import itertools
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CORPUS, needs_corpus
from hardwon.index.stems import Stems, porter_stem, tokenized

ENDINGS = (
    "s es ss sses ies ed eed ing y e ll at bl iz ational tional enci anci izer logi bli alli entli"
    " eli ousli ization ation ator alism iveness fulness ousness aliti iviti biliti ical ness"
    " icate iciti ful ative alize al ance ence er ic able ible ant ement ment ent ion sion tion ou"
    " ism ate iti ous ive ize"
).split()
ASCII_WORD = st.text("aeiouyybcdlnstwxzYQ09", min_size=1, max_size=9)


@pytest.fixture(scope="module")
def connection() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def differing(connection: sqlite3.Connection, words: set[str]) -> dict[str, tuple[str, str]]:
    theirs = tokenized(connection, sorted(words))
    return {w: (porter_stem(w), theirs[w]) for w in words if porter_stem(w) != theirs[w]}


def test_words_of_every_ending(connection: sqlite3.Connection) -> None:
    starts = ["", "y", "b", "cry", "fl", "tr", "hop", "hopp", "fail", "rel", "oper", "conflat"]
    words = {
        start + first + second
        for start in starts
        for first, second in itertools.product(ENDINGS, ["", *ENDINGS])
    }
    words |= {
        "".join(letters) for n in (1, 2, 3) for letters in itertools.product("aeysdz", repeat=n)
    }
    words |= {"b" + "a" * n + "ing" for n in range(50, 70)}  # FTS5 stops at 64
    assert len(words) > 40_000
    assert differing(connection, words) == {}


@given(st.sets(st.tuples(ASCII_WORD, st.sampled_from(["", *ENDINGS])).map("".join), max_size=50))
def test_any_word(connection: sqlite3.Connection, words: set[str]) -> None:
    assert differing(connection, words) == {}


@needs_corpus
@pytest.mark.slow
def test_words_of_the_corpora(connection: sqlite3.Connection) -> None:
    words: set[str] = set()
    for file in CORPUS.rglob("*.md"):
        text = file.read_text(encoding="utf-8", errors="ignore")
        words |= set("".join(c if c.isalnum() else " " for c in text).split())
    words = {word for word in words if word.isascii()}
    assert len(words) > 10_000
    assert differing(connection, words) == {}


@given(st.sets(st.text(max_size=8), max_size=8))
def test_other_words_are_left_to_the_tokenizer(words: set[str]) -> None:
    connection = sqlite3.connect(":memory:")
    theirs = tokenized(connection, sorted(words))
    stems = Stems(connection, words)
    stems.add({"further", *words})
    assert {word: stems.of(word) for word in words} == theirs
    assert stems.of("further") == "further"
