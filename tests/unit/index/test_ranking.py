"""Each part of the score by itself, with values worked out by hand."""

from __future__ import annotations

import math

import pytest

from hardwon.index import ranking
from hardwon.index.ranking import Question, Size

# A word counts five times in the title, once elsewhere.
SIZE = Size(title_words=4, title=5.0, rest=1.0)


def sat(x: float) -> float:
    return 2.8 * x / (1.8 + x)


def question(kin: dict[str, float] | None = None, total: float = 4.0, **weights: float) -> Question:
    core = [stem for stem in weights if stem != "the"]
    return Question(weights, core, kin or {}, total)


def test_rare_words_count_more_and_every_word_counts() -> None:
    assert ranking.rarity(1, 10) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert ranking.rarity(10, 10) == pytest.approx(math.log(1 + 0.5 / 10.5))


def test_words_count_as_often_as_they_are_asked_for_and_stop_words_half() -> None:
    asked = [("the", True), ("cach", False), ("gone", False), ("cach", False)]
    weights, core = ranking.weigh(asked, {"the": 1.0, "cach": 3.0})
    assert weights == {"the": 0.5, "cach": 6.0}
    assert core == ["cach"]


def test_stop_words_are_all_there_is_where_nothing_else_is_asked() -> None:
    assert ranking.weigh([("the", True)], {"the": 1.0}) == ({"the": 1.0}, ["the"])


def test_words_of_short_titles_and_short_texts_count_more() -> None:
    assert ranking.measure(5, 100, 5.0, 100.0) == Size(5, 3.0, 1.0)
    assert ranking.measure(1, 0, 5.0, 100.0) == Size(1, pytest.approx(3 / 0.24), pytest.approx(5))
    assert ranking.measure(0, 0, 0.0, 0.0).rest == pytest.approx(5.0)


def test_tally_weighs_labels_lead_body_and_code() -> None:
    places = {7: {"title": [0], "labels": [1], "lead": [2, 3], "body": [4], "code": [5]}}
    assert ranking.tally(places) == {7: (1, pytest.approx(1.5 + 3.0 + 1.0 + 0.6))}


def test_score_of_words_by_their_share() -> None:
    tallies = {"cach": {1: (0.0, 2.0)}, "lock": {2: (0.0, 1.0)}}
    scores = ranking.score_words(question(cach=3.0, lock=1.0), tallies, {1: SIZE, 2: SIZE})
    assert scores == {1: pytest.approx(0.75 * sat(2)), 2: pytest.approx(0.25 * sat(1))}


def test_title_counts_with_the_rest_alone_and_by_how_much_of_it_is_named() -> None:
    tallies = {"cach": {1: (1.0, 0.0)}}
    (score,) = ranking.score_words(question(cach=4.0), tallies, {1: SIZE}).values()
    assert score == pytest.approx(1.2 * sat(5) + 0.5 * 1 / 4)


def test_title_beats_the_same_word_elsewhere() -> None:
    tallies = {"cach": {1: (1.0, 0.0), 2: (0.0, 3.0)}}
    scores = ranking.score_words(question(cach=4.0), tallies, {1: SIZE, 2: SIZE})
    assert scores[1] > scores[2]


def test_kin_counts_less_than_the_word_itself() -> None:
    tallies = {"cach": {1: (0.0, 1.0)}, "cachet": {2: (0.0, 1.0)}}
    asked = question({"cachet": 4.0}, cach=4.0)
    scores = ranking.score_words(asked, tallies, {1: SIZE, 2: SIZE})
    assert scores == {1: pytest.approx(sat(1)), 2: pytest.approx(0.6 * sat(1))}


def test_kin_is_what_shares_trigrams() -> None:
    vocabulary = [("cach", 9.0), ("cachet", 9.0), ("call", 9.0), ("cachalot", 1.0)]
    # $ca cac ach ch$ against $ca cac ach che het et$, and against eight of which three are shared
    kin = ranking.find_kin("cach", vocabulary, 2.0)
    assert kin == {"cachet": pytest.approx(0.6 * 2.0), "cachalot": pytest.approx(0.5 * 1.0)}


def test_beginning_of_a_word_finds_its_ends() -> None:
    vocabulary = [("configur", 5.0), ("conveyor", 5.0)]
    assert ranking.find_kin("con", vocabulary, 9.0) == {}
    kin = ranking.find_kin("con", vocabulary, 9.0, begun="con")
    assert kin == {"configur": 2.5, "conveyor": 2.5}


def test_twelve_of_kin_are_enough() -> None:
    kin = {f"stem{n:02}": float(n % 3) for n in range(20)}
    best = ranking.best_kin(kin)
    assert len(best) == 12
    assert list(best)[:2] == ["stem02", "stem05"]


def test_window_of_eight_words() -> None:
    weights = {"a": 1.0, "b": 2.0, "c": 4.0}
    assert ranking.heaviest_window([(0, "a"), (7, "b")], weights) == 3.0
    assert ranking.heaviest_window([(0, "a"), (8, "b")], weights) == 2.0
    assert ranking.heaviest_window([(9, "c"), (0, "a"), (1, "b"), (2, "a")], weights) == 5.0
    assert ranking.heaviest_window([(0, "a"), (1, "a")], weights) == 1.0


def test_near_words_count_by_their_share_in_one_column() -> None:
    places = {
        "a": {1: {"body": [0]}, 2: {"body": [0]}, 3: {"body": [0]}},
        "b": {1: {"body": [3]}, 2: {"lead": [3]}},
    }
    scores = {1: 0.0, 2: 0.0, 3: 0.0}
    ranking.add_nearness(scores, question(a=1.0, b=3.0), places, [1, 2])
    assert scores == {1: pytest.approx(0.5), 2: pytest.approx(0.5 * 0.75), 3: 0.0}


def test_pairs_are_those_of_words_that_count() -> None:
    assert ranking.pair_up(["a", "b", "gone", "a", "b"], {"a": 1, "b": 1}) == [("a", "b")]


def test_phrase_beats_scattered_words() -> None:
    places = {
        "a": {1: {"body": [4]}, 2: {"body": [4]}, 3: {"title": [0]}},
        "b": {1: {"body": [5]}, 2: {"body": [9]}, 3: {"body": [1]}},
    }
    scores = {1: 0.0, 2: 0.0, 3: 0.0}
    ranking.add_pairs(scores, question(a=1.0, b=3.0), places, [("a", "b")])
    assert scores == {1: pytest.approx(0.3), 2: 0.0, 3: 0.0}


def test_whole_query_in_one_place_counts_more_than_all_else_usually_differs_by() -> None:
    scores = {1: 1.0, 2: 1.8}
    ranking.add_phrase(scores, [1])
    assert scores == {1: 2.0, 2: 1.8}


def test_pattern_takes_a_part_of_its_best_source_even_without_a_word_of_the_query() -> None:
    scores = {1: 2.0, 2: 1.0, 7: 0.5}
    ranking.add_sources(scores, {7: [1, 2], 8: [2]})
    assert scores == {1: 2.0, 2: 1.0, 7: pytest.approx(0.9), 8: pytest.approx(0.2)}
