"""Which pattern a name means: exactly, by alias, or by likeness; never by a guess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hardwon.learning.words import stems
from hardwon.markup.text import fold, slugify
from hardwon.model.pattern import Pattern

# Measured on the related names of the four books that this format comes from: at 90 every
# short form ("JWT tokens for mobile") finds its pattern and no other name finds one.
NAME_SCORE = 90.0
# Two names this close to each other are a matter for a person.
_AMBIGUOUS = 3.0
_NEAR = 60.0


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


class Names:
    """The names and aliases of some patterns."""

    def __init__(self, patterns: Iterable[Pattern], name_score: float = NAME_SCORE) -> None:
        self._name_score = name_score
        self._exact: dict[str, list[Pattern]] = {}
        self._aliases: dict[str, list[Pattern]] = {}
        self._stems: list[tuple[Pattern, list[str]]] = []
        self._texts: list[str] = []  # the stems of each as one text
        for pattern in patterns:
            self.add(pattern)

    def add(self, pattern: Pattern) -> None:
        """Make the names of a further pattern known."""
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

    def resolve(self, name: str) -> Resolution:
        """Return which pattern `name` (a name, slug or alias) means."""
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
        near = []
        for _, score, number in process.extract(
            " ".join(wanted),
            self._texts,
            scorer=fuzz.token_set_ratio,
            score_cutoff=_NEAR,
            limit=None,
        ):
            pattern, own = self._stems[number]
            # One shared word makes no name, however short the other one is.
            if len(set(wanted) & set(own)) < min(2, len(own)):
                score = min(score, self._name_score - 1)
            near.append(Candidate(pattern, round(score, 1)))
        near.sort(key=lambda c: (-c.score, c.pattern.path, c.pattern.line))
        best = [c for c in near if c.score >= self._name_score]
        if not best:
            return Resolution(None, tuple(near[:3]))
        begun = [c for c in best if stems(c.pattern.name)[: len(wanted)] == wanted]
        if len(begun) == 1:  # the beginning of one name only
            return Resolution(begun[0].pattern, tuple(near[:3]))
        if len(best) > 1 and best[0].score - best[1].score < _AMBIGUOUS:
            return Resolution(None, tuple(near[:5]), ambiguous=True)
        return Resolution(best[0].pattern, tuple(near[:3]))
