"""Many vectors as one matrix: how near is each of them to a query?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardwon.semantic.embedder import Vector

# Of the best by meaning so many are ranked, beside all that the words found.
NEAREST = 200
# A text that shares no word with the query is no answer below this cosine. With the model of the
# extra, of pairs that have nothing to do with each other nine in ten and more lie below it.
LEAST = 0.25


def pack(vector: Vector) -> bytes:
    """Return a vector of length 1 as bytes, one for each number."""
    import numpy as np

    largest = float(np.abs(vector).max()) or 1.0
    packed: bytes = np.rint(vector * (127 / largest)).astype(np.int8).tobytes()
    return packed


def unpack(packed: bytes) -> Vector:
    """Return the vector of length 1 that `pack` made bytes of, but for rounding."""
    import numpy as np

    row = np.frombuffer(packed, np.int8).astype(np.float32)
    unit: Vector = row / np.sqrt(row @ row)
    return unit


class Matrix:
    """Vectors of documents.

    Args:
        packed: What `pack` made of the vector of each document, by the document's number;
            those of another length than most are left out.
    """

    def __init__(self, packed: Mapping[int, bytes]) -> None:
        import numpy as np

        size = len(next(iter(packed.values()), b""))
        rows = [(number, row) for number, row in packed.items() if len(row) == size and any(row)]
        self._numbers: NDArray[np.int64] = np.array([number for number, _ in rows], np.int64)
        self._places = {number: place for place, (number, _) in enumerate(rows)}
        whole: Any = np.frombuffer(b"".join(row for _, row in rows), np.int8)
        self._rows: NDArray[np.float32] = whole.reshape(len(rows), size).astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", self._rows, self._rows))
        self._rows /= lengths[:, None]

    def __len__(self) -> int:
        return len(self._places)

    def cosines(self, query: Vector) -> Nearness:
        """Return how near each document is to `query`, a vector of length 1."""
        import numpy as np

        if self._rows.shape[1:] != query.shape:
            return Nearness(self._numbers, self._places, None)
        # `@` would wake a thread for each processor, and those wait in a loop for more to do:
        # the product of 10,000 rows then takes twice the processor time of the whole search.
        found = np.einsum("ij,j->i", self._rows, query)
        return Nearness(self._numbers, self._places, found)


class Nearness:
    """How near each document is to one query: cosines, rounded to six places."""

    def __init__(self, numbers: NDArray[np.int64], places: Mapping[int, int], found: Any) -> None:
        self._numbers, self._places = numbers, places
        self._found = found

    def of(self, number: int) -> float | None:
        """Return the cosine of a document; None where it has no vector."""
        place = self._places.get(number)
        return None if place is None or self._found is None else round(float(self._found[place]), 6)

    def best(self, count: int) -> list[tuple[int, float]]:
        """Return the nearest so many documents with their cosines, nearest first."""
        import numpy as np

        if self._found is None:
            return []
        count = min(count, len(self._found))
        places: Any = np.argpartition(-self._found, count - 1)[:count] if count else []
        pairs = [(int(self._numbers[p]), round(float(self._found[p]), 6)) for p in places]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def blend(
    lexical: Mapping[int, float], nearness: Nearness, allowed: Sequence[tuple[int, float]]
) -> dict[int, float]:
    """Return the scores of documents by their words and their meaning: 0 to 1, half for each.

    Both parts are divided by the best of their kind. A document without a vector has the score
    of its words alone.

    Args:
        lexical: Score of each document in which a word of the query stands.
        nearness: How near each document is.
        allowed: The nearest documents that may be found at all, with their cosines.

    Source: the project's ranking experiments, docs/adr/0010-semantic.md.
    """
    best_word = max(lexical.values(), default=0.0)
    cosines = {number: nearness.of(number) for number in lexical}
    near = {number: cosine for number, cosine in allowed if cosine >= LEAST}
    best_near = max([*near.values(), *(c for c in cosines.values() if c is not None)], default=0.0)
    scores = {}
    for number in {**lexical, **near}:
        word = lexical.get(number, 0.0) / best_word if best_word > 0 else 0.0
        cosine = cosines.get(number, near.get(number))
        if cosine is None or best_near <= 0:
            scores[number] = word
        else:
            scores[number] = 0.5 * word + 0.5 * max(cosine, 0.0) / best_near
    return scores
