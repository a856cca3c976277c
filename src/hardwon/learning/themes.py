"""Themes: proven patterns that belong together, by a shared tag or by naming each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from hardwon.learning.common_words import FULL, WEIGHTS
from hardwon.learning.evidence import Evidence
from hardwon.learning.names import Names
from hardwon.learning.words import STOP_WORDS, stem, words
from hardwon.markup.text import fold, slugify
from hardwon.model.pattern import Pattern

Member = tuple[Pattern, Evidence]


def theme_path(theme: str) -> str:
    """Return the file in which the checklist of `theme` is written."""
    return f"procedural/workflows/{slugify(theme)}-checklist.md"


def find_themes(high: Sequence[Member]) -> dict[str, list[Member]]:
    """Return the themes of the patterns `high`, by name, each with two members or more.

    Those are the patterns that are or were HIGH: a theme does not go when one of them falls.

    Patterns with a common tag make a theme of that name. Patterns that name each other as
    related make one, named by the words that all of them use, unless a tag joins them.
    """
    themes: dict[str, list[Member]] = {}
    for tag in sorted({fold(tag) for pattern, _ in high for tag in pattern.tags} - {""}):
        members = [m for m in high if tag in {fold(t) for t in m[0].tags}]
        if len(members) > 1:
            themes[tag] = members
    for group in _linked(high):
        ids = {id(pattern) for pattern, _ in group}
        if any(ids <= {id(pattern) for pattern, _ in members} for members in themes.values()):
            continue
        name = _common_words([pattern for pattern, _ in group])
        if name and name not in themes:
            themes[name] = group
    return themes


def _linked(high: Sequence[Member]) -> list[list[Member]]:
    """Return the groups of patterns that related links join, each in the order of `high`."""
    names = Names(pattern for pattern, _ in high)
    place = {id(pattern): number for number, (pattern, _) in enumerate(high)}
    group = list(range(len(high)))

    def root(number: int) -> int:
        while group[number] != number:
            number = group[number]
        return number

    for pattern, _ in high:
        for related in pattern.related:
            other = names.resolve(related.name).pattern
            if other is not None:
                one, two = sorted((root(place[id(pattern)]), root(place[id(other)])))
                group[two] = one
    joined: dict[int, list[Member]] = {}
    for number, member in enumerate(high):
        joined.setdefault(root(number), []).append(member)
    return [members for members in joined.values() if len(members) > 1]


def _common_words(patterns: Sequence[Pattern]) -> str | None:
    """Return the pair of words, or else the word, that says most of what `patterns` share.

    None when they share none. Rare words say more than common ones, words of a name more
    than words of a text.
    """
    texts = [
        words("\n".join(filter(None, (p.name, p.name, p.context, p.pattern, *p.tags))))
        for p in patterns
    ]
    for size in (2, 1):
        runs = [Counter(_runs(text, size)) for text in texts]
        shared = set(runs[0]).intersection(*runs[1:])
        if shared:
            best = max(shared, key=lambda run: (_says(run, runs), run))
            spelt = Counter(
                " ".join(text[n : n + size])
                for text in texts
                for n in range(len(text) - size + 1)
                if tuple(map(stem, text[n : n + size])) == best
            )
            return max(spelt, key=lambda run: (spelt[run], run))
    return None


def _runs(text: list[str], size: int) -> Iterator[tuple[str, ...]]:
    for n in range(len(text) - size + 1):
        run = text[n : n + size]
        if all(len(word) > 2 and word not in STOP_WORDS for word in run):
            yield tuple(map(stem, run))


def _says(run: tuple[str, ...], runs: list[Counter[tuple[str, ...]]]) -> float:
    weight = sum(WEIGHTS.get(part, FULL) for part in run)
    return weight * math.sqrt(sum(counts[run] for counts in runs))
