"""Patterns by what they and their examples mean: how near is a text to each?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hardwon.semantic.matrix import unpack

if TYPE_CHECKING:
    from hardwon.semantic.embedder import Vector


class PatternMeanings:
    """The patterns of a memory, each as the mean of the vectors of its texts.

    Attributes:
        background: The mean of what the nearest wrong pattern reaches for the notes in `recent`.
    """

    def __init__(
        self,
        texts: Mapping[str, Sequence[tuple[float, bytes]]],
        recent: Sequence[tuple[bytes, Collection[str]]],
    ) -> None:
        """Take in the packed vectors of one model.

        Args:
            texts: Key of a pattern → its vectors, each with its weight; one without is left out.
            recent: Vectors of notes, each with the keys of the patterns that list it.
        """
        import numpy as np

        self._places = {key: n for n, key in enumerate(k for k, packed in texts.items() if packed)}
        sums = [
            sum(weight * unpack(packed) for weight, packed in texts[key]) for key in self._places
        ]
        self._rows: Any = np.array([one / np.sqrt(np.einsum("i,i", one, one)) for one in sums])
        self.background = self._background(recent)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def cosine(self, vector: Vector, key: str) -> float:
        """Return how near the pattern `key` is to a vector of length 1; never below 0."""
        import numpy as np

        return max(0.0, round(float(np.einsum("i,i", self._rows[self._places[key]], vector)), 4))

    def _background(self, recent: Sequence[tuple[bytes, Collection[str]]]) -> float:
        import numpy as np

        best = []
        for packed, listed_by in recent if self._places else ():
            found = np.einsum("ij,j->i", self._rows, unpack(packed))
            others = [found[place] for key, place in self._places.items() if key not in listed_by]
            best.append(max(0.0, float(max(others, default=0.0))))
        return sum(best) / len(best) if best else 0.0
