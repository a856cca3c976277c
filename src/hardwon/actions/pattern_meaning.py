"""Which pattern a text is most like, by what the texts mean beside their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hardwon.actions.meaning import Meaning
from hardwon.files.folder import Folder
from hardwon.index.texts import KeyedTexts
from hardwon.learning.trial import Answer, with_meaning

if TYPE_CHECKING:
    from hardwon.semantic.patterns import PatternMeanings


class PatternMeaning:
    """The meaning of the patterns of one memory, kept from one question to the next."""

    def __init__(self, folder: Folder) -> None:
        self._meaning = Meaning(folder)
        self._known: KeyedTexts | None = None
        self._packed: Mapping[bytes, bytes] = {}
        self._patterns: PatternMeanings | None = None

    def answer(self, answer: Answer, title: str, text: str, known: KeyedTexts) -> Answer | None:
        """Return the answer by words and meaning; None where a vector or the model is missing.

        Args:
            answer: What the words say.
            title: Of the note.
            text: Of the note.
            known: The texts of the memory; the same object as long as they are the same.
        """
        if not self._meaning.prepare() or not answer.ranked:
            return None
        packed = self._meaning.packed
        if known is not self._known or packed is not self._packed:
            self._known, self._packed = known, packed
            self._patterns = _join(known, packed)
        patterns = self._patterns
        if patterns is None or not all(ranked.key in patterns for ranked in answer.ranked):
            return None
        vector = self._meaning.embed(f"{title}\n{text}")
        if vector is None:
            return None
        cosines = {ranked.key: patterns.cosine(vector, ranked.key) for ranked in answer.ranked}
        return with_meaning(answer, cosines, patterns.background)


def _join(known: KeyedTexts, packed: Mapping[bytes, bytes]) -> PatternMeanings:
    from hardwon.semantic.patterns import PatternMeanings

    texts = {
        key: [(weight, packed[text]) for weight, text in keys if text in packed]
        for key, keys in known.patterns.items()
    }
    recent = [(packed[text], listed_by) for text, listed_by in known.recent if text in packed]
    return PatternMeanings(texts, recent)
