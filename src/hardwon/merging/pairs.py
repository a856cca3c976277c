"""Which pattern of one version of a book is which of the other."""

from __future__ import annotations

from collections.abc import Sequence

from hardwon.markup.text import fold
from hardwon.model.pattern import Pattern

# Share of a pattern's texts that must be the same for a pattern with another name to be it.
_SAME = 0.5


def pair_patterns(base: Sequence[Pattern], side: Sequence[Pattern]) -> dict[int, Pattern]:
    """Return the pattern of `side` for each place in `base`; none for one that is gone.

    Patterns are known by their names, namesakes by their order; one with a new name is known by
    what it says.
    """
    left: dict[str, list[Pattern]] = {}
    for pattern in side:
        left.setdefault(fold(pattern.name), []).append(pattern)
    pairs: dict[int, Pattern] = {}
    for place, pattern in enumerate(base):
        same = left.get(fold(pattern.name))
        if same:
            pairs[place] = same.pop(0)
    others = [pattern for rest in left.values() for pattern in rest]
    for place, pattern in enumerate(base):
        if place not in pairs and others:
            best = max(others, key=lambda other: _likeness(pattern, other))
            if _likeness(pattern, best) >= _SAME:
                pairs[place] = best
                others.remove(best)
    return pairs


def _likeness(one: Pattern, other: Pattern) -> float:
    """Return the share of the texts of `one` that `other` has too, 0 to 1."""
    mine, theirs = _texts(one), _texts(other)
    return len(mine & theirs) / len(mine) if mine else 0.0


def _texts(pattern: Pattern) -> set[str]:
    texts = {item.text for item in (*pattern.examples, *pattern.counter_examples)}
    texts |= {source.target for source in pattern.sources}
    texts |= {text for text in (pattern.context, pattern.pattern, pattern.why) if text}
    return texts
