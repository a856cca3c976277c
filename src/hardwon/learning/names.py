"""Which pattern a name means: exactly, by alias, or by likeness; never by a guess."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from hardwon.learning.words import stems
from hardwon.markup.text import fold, slugify
from hardwon.model.pattern import Pattern

# Measured on the related names of the four books that this format comes from: at 90 every
# short form ("JWT tokens for mobile") finds its pattern and no other name finds one.
NAME_SCORE = 90.0
# A name this near to a pattern's, and not near enough to mean it, may be a slip of the pen.
DOUBTFUL_NAME = 80.0
# Two names this close to each other are a matter for a person.
_AMBIGUOUS = 3.0
_NEAR = 60.0
_SHOWN = 5  # candidates of an ambiguous name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pattern that a name may mean, with a likeness from 0 to 100."""

    pattern: Pattern
    score: float


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means.

    Attributes:
        pattern: The pattern, or None when there is none or more than one.
        candidates: Patterns that come near, best first; more than one at the top makes the
            name ambiguous.
        ambiguous: Whether several patterns fit equally well.
    """

    pattern: Pattern | None
    candidates: tuple[Candidate, ...] = ()
    ambiguous: bool = False


def name_parts(name: str) -> set[str]:
    """Return what a name or alias must share with another one, at least, to mean it."""
    return {*stems(name), f"={fold(name)}", f"={slugify(name)}"}


class Names:
    """The names and aliases of some patterns."""

    def __init__(self, patterns: Iterable[Pattern], name_score: float = NAME_SCORE) -> None:
        self._name_score = name_score
        self._exact: dict[str, list[Pattern]] = {}
        self._aliases: dict[str, list[Pattern]] = {}
        self._stems: list[tuple[Pattern, list[str]]] = []
        self._texts: list[str] = []  # the stems of each as one text
        self._resolved: dict[str, Resolution] = {}
        for pattern in patterns:
            self.add(pattern)

    def add(self, pattern: Pattern) -> None:
        """Make the names of a further pattern known."""
        self._resolved.clear()
        for key in {fold(pattern.name), pattern.slug}:
            self._exact.setdefault(key, []).append(pattern)
        for alias in pattern.aliases:
            for key in {fold(alias), slugify(alias)}:
                self._aliases.setdefault(key, []).append(pattern)
        own = stems(pattern.name)
        self._stems.append((pattern, own))
        self._texts.append(" ".join(own))

    def get_exact(self, name: str) -> Pattern | None:
        """Return the one pattern of exactly this name, case and punctuation aside, or None."""
        found = self._exact.get(fold(name), [])
        return found[0] if len(found) == 1 else None

    def is_taken(self, name: str) -> bool:
        """Return whether one or several patterns have exactly this name."""
        return fold(name) in self._exact

    def resolve(self, name: str) -> Resolution:
        """Return which pattern `name` (a name, slug or alias) means."""
        if name not in self._resolved:
            self._resolved[name] = self._resolve(name)
        return self._resolved[name]

    def _resolve(self, name: str) -> Resolution:
        for table in (self._exact, self._aliases):
            for key in (fold(name), slugify(name)):
                found = table.get(key, [])
                if len(found) == 1:
                    return Resolution(found[0], (Candidate(found[0], 100.0),))
                if found:
                    same = tuple(Candidate(pattern, 100.0) for pattern in found)
                    return Resolution(None, same, ambiguous=True)
        return self._alike(name)

    def _alike(self, name: str) -> Resolution:
        from rapidfuzz import fuzz, process

        wanted = stems(name)
        near: list[tuple[float, int]] = []  # score and number of a pattern
        for _, likeness, number in process.extract(
            " ".join(wanted),
            self._texts,
            scorer=fuzz.token_set_ratio,
            score_cutoff=_NEAR,
            limit=None,
        ):
            own = self._stems[number][1]
            # One shared word makes no name, however short the other one is.
            is_name = len(set(wanted) & set(own)) >= min(2, len(own))
            score = likeness if is_name else min(likeness, self._name_score - 1)
            near.append((round(score, 1), number))
        first = heapq.nsmallest(_SHOWN, near, key=self._order)
        shown = tuple(Candidate(self._stems[number][0], score) for score, number in first)
        best = [(score, number) for score, number in near if score >= self._name_score]
        if not best:
            return Resolution(None, shown[:3])
        begun = [n for _, n in best if self._stems[n][1][: len(wanted)] == wanted]
        if len(begun) == 1:  # the beginning of one name only
            return Resolution(self._stems[begun[0]][0], shown[:3])
        if len(best) > 1 and shown[0].score - shown[1].score < _AMBIGUOUS:
            return Resolution(None, shown, ambiguous=True)
        return Resolution(shown[0].pattern, shown[:3])

    def _order(self, found: tuple[float, int]) -> tuple[float, str, int]:
        pattern = self._stems[found[1]][0]
        return -found[0], pattern.path, pattern.line
