"""The stems of words, as the index makes them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

# FTS5 leaves shorter and longer words as they are.
_SHORTEST, _LONGEST = 3, 64

# Endings with what takes their place where enough of a word is left; the first one that a word
# has decides. Porter's algorithm (1980), steps 2 to 4, in the form of SQLite's tokenizer.
_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"),
    ("logi", "log"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"),
    ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
    ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP_3 = (
    ("ical", "ic"), ("ness", ""), ("icate", "ic"), ("iciti", "ic"), ("ful", ""), ("ative", ""),
    ("alize", "al"),
)  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


class Stems:
    """The stems of words, and in how many documents each stands."""

    def __init__(self, connection: sqlite3.Connection, words: Iterable[str]) -> None:
        self._connection = connection
        self._known: dict[str, str] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self.add(words)

    def add(self, words: Iterable[str]) -> None:
        """Make the stems of further words known."""
        new = set(words) - self._known.keys()
        plain = {word for word in new if word.isascii() and word.isalnum()}
        self._known.update((word, porter_stem(word)) for word in plain)
        if new != plain:
            self._known.update(tokenized(self._connection, sorted(new - plain)))

    def of(self, word: str) -> str:
        """Return the stem of `word`; "" when the index sees no word in it."""
        return self._known[word]

    def count(self, stem: str) -> int:
        """Return in how many documents `stem` stands."""
        return self._look_up(stem)[0]

    def times(self, stem: str) -> int:
        """Return how often `stem` stands in all documents together."""
        return self._look_up(stem)[1]

    def _look_up(self, stem: str) -> tuple[int, int]:
        if stem not in self._counts:
            query = "SELECT doc, cnt FROM vocabulary WHERE term = ?"
            row = self._connection.execute(query, (stem,)).fetchone()
            self._counts[stem] = (int(row[0]), int(row[1])) if row else (0, 0)
        return self._counts[stem]


def tokenized(connection: sqlite3.Connection, words: list[str]) -> dict[str, str]:
    """Return the stem of each word as the tokenizer of FTS5 makes it."""
    # A table with nothing but an index: two of the five that FTS5 makes are not needed.
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.query"
        " USING fts5(word, tokenize = 'porter unicode61', content = '', columnsize = 0)"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.query_places"
        " USING fts5vocab(temp, query, instance)"
    )
    connection.execute("INSERT INTO temp.query (query) VALUES ('delete-all')")
    rows = list(enumerate(words, 1))
    connection.executemany("INSERT INTO temp.query (rowid, word) VALUES (?, ?)", rows)
    found: dict[int, list[str]] = defaultdict(list)
    query = "SELECT doc, term FROM temp.query_places ORDER BY doc, offset"
    for number, term in connection.execute(query):
        found[number].append(term)
    return {word: " ".join(found[number]) for number, word in rows}


def porter_stem(word: str) -> str:
    """Return the stem of a word of ASCII letters and digits, as the tokenizer of FTS5 makes it.

    Making a table only to ask FTS5 takes longer than a search of a thousand notes.
    """
    word = word.lower()
    if not _SHORTEST <= len(word) <= _LONGEST:
        return word
    word = _without_past(_without_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    for rules in (_STEP_2, _STEP_3):
        for ending, other in rules:
            if word.endswith(ending) and len(word) > len(ending):
                rest = word.removesuffix(ending)
                word = rest + other if _measure(rest) > 0 else word
                break
    for ending in _STEP_4:
        if word.endswith(ending) and len(word) > len(ending):
            rest = word.removesuffix(ending)
            if _measure(rest) > 1 and (ending != "ion" or rest.endswith(("s", "t"))):
                word = rest
            break
    return _without_last(word)


def _without_plural(word: str) -> str:
    if not word.endswith("s") or word.endswith("ss"):
        return word
    if (word.endswith("sses") and len(word) > 4) or (word.endswith("ies") and len(word) > 3):
        return word[:-2]
    return word[:-1]


def _without_past(word: str) -> str:
    if word.endswith("eed") and len(word) > 3:
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending):
            rest = word.removesuffix(ending)
            return _mended(rest) if _has_vowel(rest) else word
    return word


def _mended(word: str) -> str:
    """Return what is left of a word without `ed` or `ing`, with the letter that it lost."""
    if word.endswith(("at", "bl", "iz")) and len(word) > 2:
        return word + "e"
    if word[-1] not in "aeioulsz" and word[-1] == word[-2]:
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _ends_short(word) else word


def _without_last(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        measure = _measure(rest)
        if measure > 1 or (measure == 1 and not _ends_short(rest)):
            word = rest
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


def _shape(word: str) -> str:
    """Return `c` for each consonant and `v` for each vowel; `y` is one behind a consonant."""
    shape = ""
    for letter in word:
        is_vowel = letter in "aeiou" or (letter == "y" and shape[-1:] == "c")
        shape += "v" if is_vowel else "c"
    return shape


def _measure(word: str) -> int:
    """Return how often a consonant follows a vowel."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiou" for letter in word) or "y" in word[1:]


def _ends_short(word: str) -> bool:
    return word[-1] not in "wxy" and _shape(word).endswith("cvc")
