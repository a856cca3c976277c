"""Figures have the values that a person works out by hand."""

import pytest

from evaluation.quality.metrics import (
    NDCG,
    RECALL,
    RR,
    Judged,
    b_cubed,
    f1,
    mean_f1,
    mean_of_sets,
    rate_groups,
    rate_matches,
    rate_queries,
    resampled,
    share_found,
    wilson,
)


def test_the_second_place_and_no_answer() -> None:
    pytest.importorskip("ir_measures", reason="the extra `evaluate` is not installed")
    rated = rate_queries([{"a": 1}, {"b": 1}, {"c": 1}], [["x", "a"], ["b"], []])
    assert rated[NDCG] == pytest.approx([0.6309, 1.0, 0.0], abs=1e-4)  # 1 / log2(3)
    assert rated[RR] == [0.5, 1.0, 0.0]
    assert rated[RECALL] == [1.0, 1.0, 0.0]


def test_grades_count_in_the_order_that_was_found() -> None:
    pytest.importorskip("ir_measures", reason="the extra `evaluate` is not installed")
    rated = rate_queries([{"a": 3, "b": 1}], [["b", "a"]])
    # (1/1 + 3/log2(3)) / (3/1 + 1/log2(3))
    assert rated[NDCG] == pytest.approx([0.7967], abs=1e-4)
    assert rated[RR] == [1.0]


def test_the_share_of_answered_queries() -> None:
    relevant, found = [{"a": 1}, {"b": 2}, {"c": 1}], [["x", "a"], ["b"], []]
    assert share_found(relevant, found, 1) == pytest.approx(1 / 3)
    assert share_found(relevant, found, 2) == pytest.approx(2 / 3)


def test_matches_are_counted_as_the_page_says() -> None:
    notes = [
        Judged("p", "p", "p", decided=True),  # right, and merged
        Judged("p", "q", None, decided=False),  # wrong
        Judged("q", None, None, decided=True),  # missed
        Judged("q", "q", "q", decided=True),
        Judged(None, "p", "p", decided=True),  # merged, but new
        Judged(None, None, None, decided=True),
    ]
    figures = rate_matches(notes)
    values = {name: figure.value for name, figure in figures.items()}
    assert values == {
        "F1": 0.5,  # 2 right of 4 merges, of 4 that belong
        "precision": 0.5,
        "recall": 0.5,
        "new": 0.5,
        "merged right": 0.6667,
        "merged": 0.5,
        "decided": 0.8333,
    }
    assert figures["merged right"].count == 3


def test_without_merges_there_is_no_share_of_right_ones() -> None:
    figures = rate_matches([Judged("p", None, None, decided=True)])
    assert "merged right" not in figures
    assert figures["F1"].value == 0.0
    assert f1([(False, False, False)]) == 0.0


def test_b_cubed_of_two_groups_with_one_note_astray() -> None:
    pairs = b_cubed(["a", "a", "a", "b", "b"], [1, 1, 2, 2, 2])
    assert pairs == [
        (1.0, 2 / 3), (1.0, 2 / 3), (1 / 3, 1 / 3), (2 / 3, 1.0), (2 / 3, 1.0)
    ]  # fmt: skip
    # Means 11/15 and 11/15.
    assert mean_f1(pairs) == pytest.approx(11 / 15)


def test_one_group_of_all_has_all_recall() -> None:
    pairs = b_cubed(["a", "b", "c", "d"], [0, 0, 0, 0])
    assert mean_f1(pairs) == pytest.approx(0.4)  # precision 1/4, recall 1


def test_groups_as_they_should_be() -> None:
    pytest.importorskip("sklearn", reason="the extra `evaluate` is not installed")
    figures = rate_groups(["a", "a", "b"], [7, 7, 9])
    assert {figure.value for figure in figures.values()} == {1.0}


def test_the_interval_of_a_share() -> None:
    # Wilson's, for 8 of 10, as textbooks have it.
    figure = wilson(8, 10)
    assert (figure.value, figure.low, figure.high, figure.count) == (0.8, 0.4902, 0.9433, 10)
    assert wilson(3, 3).high == 1.0


def test_an_interval_is_the_same_each_time_and_holds_the_value() -> None:
    values = [0.0, 1.0] * 50
    figure = resampled(values, lambda drawn: sum(drawn) / len(drawn))
    assert figure == resampled(values, lambda drawn: sum(drawn) / len(drawn))
    # 1.96 * sqrt(.25 / 100) on either side.
    assert figure.value == 0.5
    assert figure.low == pytest.approx(0.402, abs=0.02)
    assert figure.high == pytest.approx(0.598, abs=0.02)


def test_each_set_counts_alike_in_the_mean() -> None:
    figure = mean_of_sets([[1.0], [0.0] * 9])
    assert (figure.value, figure.count) == (0.5, 10)
