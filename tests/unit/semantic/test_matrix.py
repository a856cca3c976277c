"""Vectors in bytes, how near they are, and scores blended of words and meaning."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")

from hardwon.semantic.matrix import LEAST, Matrix, blend, pack, unpack  # noqa: E402


def unit(*numbers: float) -> object:
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


def test_a_vector_comes_back_from_its_bytes_but_for_rounding() -> None:
    vector = unit(*np.random.default_rng(1).normal(size=384))
    packed = pack(vector)
    assert len(packed) == 384
    assert float(unpack(packed) @ vector) > 0.9995


def test_the_nearest_come_first_and_equal_ones_by_number() -> None:
    matrix = Matrix({7: pack(unit(1, 0)), 3: pack(unit(1, 1)), 5: pack(unit(1, 1))})
    near = matrix.cosines(unit(1, 0))
    assert [number for number, _ in near.best(3)] == [7, 3, 5]
    assert near.best(1) == [(7, 1.0)]
    assert near.of(3) == pytest.approx(0.7071, abs=1e-3)
    assert near.of(4) is None


def test_vectors_of_another_size_and_empty_ones_are_left_out() -> None:
    matrix = Matrix({1: pack(unit(1, 0)), 2: b"", 3: pack(unit(1, 0, 0)), 4: b"\0\0"})
    assert len(matrix) == 1
    assert matrix.cosines(unit(1, 0)).best(9) == [(1, 1.0)]


def test_no_vectors_and_a_query_of_another_size_are_near_to_nothing() -> None:
    assert Matrix({}).cosines(unit(1, 0)).best(5) == []
    near = Matrix({1: pack(unit(1, 0))}).cosines(unit(1, 0, 0))
    assert near.best(5) == []
    assert near.of(1) is None


def test_words_and_meaning_count_half_each_divided_by_their_best() -> None:
    near = Matrix({1: pack(unit(1, 0)), 2: pack(unit(3, 4))}).cosines(unit(1, 0))
    scores = blend({1: 1.0, 2: 4.0}, near, near.best(9))
    assert scores == {
        1: pytest.approx(0.5 * 0.25 + 0.5),
        2: pytest.approx(0.5 + 0.5 * 0.6, abs=0.01),
    }


def test_what_has_no_vector_is_ranked_by_its_words_alone() -> None:
    near = Matrix({1: pack(unit(1, 0))}).cosines(unit(1, 0))
    assert blend({1: 1.0, 2: 4.0}, near, near.best(9)) == {1: 0.625, 2: 1.0}


def test_what_shares_no_word_is_found_by_its_meaning_unless_it_is_far() -> None:
    far = LEAST - 0.1
    near = Matrix({1: pack(unit(1, 0)), 2: pack(unit(far, 1))}).cosines(unit(1, 0))
    assert blend({}, near, near.best(9)) == {1: 0.5}


def test_only_allowed_documents_are_added() -> None:
    near = Matrix({1: pack(unit(1, 0)), 2: pack(unit(1, 0))}).cosines(unit(1, 0))
    assert blend({}, near, [(2, 1.0)]) == {2: 0.5}
