"""Which pattern a text is most like, each taken as the sum of its texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.learning.centroids import Centroids, terms

WORDS = st.lists(st.sampled_from("pool cursor index retry the a upload lock".split()), max_size=12)


def known(**texts: str) -> Centroids:
    patterns = Centroids()
    for key, text in texts.items():
        patterns.add(key, terms(key, text))
    return patterns


def test_a_text_is_most_like_itself() -> None:
    patterns = known(pool="a cursor was left open", retry="every client retried at once")
    best = patterns.rank(terms("pool", "a cursor was left open"), 2)[0]
    assert (best.key, best.score) == ("pool", pytest.approx(1.0, abs=0.1))


def test_the_title_counts_twice() -> None:
    weights = terms("pool", "cursor").weights
    assert weights["pool"] > weights["cursor"] > 0


def test_a_word_that_fewer_patterns_hold_counts_more() -> None:
    patterns = known(one="deadlock timeout", two="printer timeout", three="backup timeout")
    scores = {r.key: r.score for r in patterns.rank(terms("", "printer timeout"), 3)}
    assert scores["two"] > 2 * max(scores["one"], scores["three"])
    assert min(scores.values()) > 0


def test_words_of_like_spelling_are_near() -> None:
    patterns = known(one="authentication", two="printer")
    (first, second) = patterns.rank(terms("", "authenticator"), 2)
    assert first.key == "one"
    assert first.score > second.score == 0


def test_a_pattern_of_many_texts_is_not_like_everything() -> None:
    patterns = Centroids()
    stories = ["disk full", "lock held", "index stale", "queue stuck", "cache cold", "clock off"]
    for story in stories * 5:
        patterns.add("heap", terms("", f"the {story} in the night"))
    patterns.add("one", terms("", "the printer moved in the summer"))
    best = patterns.rank(terms("", "the printer broke in the summer"), 2)[0]
    assert best.key == "one"


@given(st.lists(st.tuples(st.sampled_from("abc"), WORDS), max_size=8), WORDS)
def test_scores_are_bounded_and_ordered(texts: list[tuple[str, list[str]]], asked: list[str]):
    patterns = Centroids()
    for key, words in texts:
        patterns.add(key, terms("", " ".join(words)))
    found = patterns.rank(terms("", " ".join(asked)), 3)
    assert len(found) == min(3, len({key for key, _ in texts}))
    assert [-r.score for r in found] == sorted(-r.score for r in found)
    assert all(0 <= r.words < 1.5 for r in found)


def test_among_many_patterns_the_best_one_is_found() -> None:
    patterns = Centroids()
    for number in range(600):
        patterns.add(str(number), terms("", f"the common words and thing{number} in it"))
    assert patterns.rank(terms("", "the common words and thing77"), 1)[0].key == "77"
