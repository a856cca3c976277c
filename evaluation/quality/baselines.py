"""What simpler means reach on the same sets."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Protocol

from evaluation.quality.sets import Asked

_WORD = re.compile(r"\w+")
# Of longer texts the beginning is compared: token_set_ratio takes time by the square of it.
_COMPARED = 2_000


class Searcher(Protocol):
    """Answers a query with paths, best first, at most ten."""

    def __call__(self, query: str) -> list[str]:
        """Return what was found."""


def grep(documents: Mapping[str, str]) -> Searcher:
    """Return a search that ranks as `grep -ciF` with each word of the query as a pattern.

    The same counts in this process: lines of each document that hold any of the words, as a
    part of a longer word too. Equal counts stand in the order of the names, as in a listing.
    """
    lines_with: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for path, text in documents.items():
        for number, line in enumerate(text.casefold().splitlines()):
            for word in _WORD.findall(line):
                lines_with[word].add((path, number))

    @cache
    def lines(part: str) -> frozenset[tuple[str, int]]:
        # A run of letters stands within one word, so that looking through words is enough.
        return frozenset().union(*(found for word, found in lines_with.items() if part in word))

    def search(query: str) -> list[str]:
        held = set().union(*map(lines, _WORD.findall(query.casefold())))
        counts = Counter(path for path, _ in held)
        return sorted(counts, key=lambda path: (-counts[path], path))[:10]

    return search


def plain_fts5(documents: Mapping[str, str]) -> Searcher:
    """Return a search by SQLite's FTS5: one column, porter, any word, its own bm25."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE notes USING fts5(path UNINDEXED, text, tokenize=porter)"
    )
    connection.executemany("INSERT INTO notes VALUES (?, ?)", documents.items())

    def search(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(query))
        if not words:
            return []
        rows = connection.execute(
            "SELECT path FROM notes WHERE notes MATCH ? ORDER BY bm25(notes), path LIMIT 10",
            (words,),
        )
        return [path for (path,) in rows]

    return search


def fuzzy(documents: Mapping[str, str]) -> Searcher:
    """Return a search by rapidfuzz: token_set_ratio of query and text, words folded."""
    from rapidfuzz import fuzz, process, utils

    texts = {path: utils.default_process(text[:_COMPARED]) for path, text in documents.items()}

    def search(query: str) -> list[str]:
        found = process.extract(
            utils.default_process(query), texts, scorer=fuzz.token_set_ratio, limit=10
        )
        return [path for _, _, path in found]

    return search


SEARCHERS: dict[str, Callable[[Mapping[str, str]], Searcher]] = {
    "grep": grep,
    "FTS5": plain_fts5,
    "rapidfuzz": fuzzy,
}


class TitleMatcher:
    """Matches a note to the pattern with the most alike title, by rapidfuzz.

    Titles are those of a pattern's examples and its own name; token_set_ratio, 0 to 100.
    """

    def __init__(self) -> None:
        self._titles: dict[str, list[str]] = {}

    def add(self, pattern: str, titles: Sequence[str]) -> None:
        """Add titles to those of a pattern."""
        from rapidfuzz import utils

        self._titles.setdefault(pattern, []).extend(map(utils.default_process, titles))

    def best(self, note: Asked) -> tuple[str | None, float]:
        """Return the pattern most like the note, of equal ones the first added; and its score."""
        from rapidfuzz import process, utils
        from rapidfuzz.fuzz import token_set_ratio

        title = utils.default_process(note.title)
        best, score = None, 0.0
        for pattern, titles in self._titles.items():
            found = process.extractOne(title, titles, scorer=token_set_ratio)
            if found and found[1] > score:
                best, score = pattern, found[1]
        return best, score
