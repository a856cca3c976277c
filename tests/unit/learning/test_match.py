"""How alike two texts are, and when that may decide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hardwon.learning.match import Nearest, compare, profile

TEXTS = st.text(alphabet="abcdefg äß.\n-", max_size=80)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_likeness_is_symmetric_and_bounded(a: str, b: str, c: str, d: str) -> None:
    one, other = profile(a, b), profile(c, d)
    assert compare(one, other) == compare(other, one)
    assert 0 <= compare(one, other).score <= 1.0001


def test_the_same_text_is_near_identical_and_another_is_not() -> None:
    text = profile("Pool ran dry", "A cursor was never closed, so the pool ran dry.")
    other = profile("New printers", "The printers moved to the second floor.")
    assert compare(text, text).score > 0.99
    assert compare(text, other).score < 0.3


def test_common_words_make_no_likeness() -> None:
    one = profile("Add a file", "The user can add a file and change the code.")
    other = profile("Set a name", "The user can set a name and run the code.")
    topic = profile("Add an inode quota", "The user can add an inode quota.")
    same = profile("Inode quota missing", "There was no inode quota.")
    assert compare(one, other).score < compare(topic, same).score


def test_nearest_finds_what_comparing_all_finds() -> None:
    texts = {
        "backup": profile("Backup out of inodes", "Temporary files were never removed."),
        "cursor": profile("Pool ran dry", "A cursor was never closed."),
        "retry": profile("Retry storm", "Every client retried at once."),
    }
    nearest: Nearest[str] = Nearest()
    for key, text in texts.items():
        nearest.add(key, text)
    asked = profile("Cursor left open", "The pool ran dry as a cursor was left open.")
    assert nearest.find(asked)[0][0] == "cursor"
    nearest.remove("cursor")
    assert all(key != "cursor" for key, _ in nearest.find(asked))
