"""Searching the memory: any text is a query."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardwon.actions.refresh import Progress, Refreshed, use_index
from hardwon.files.folder import Folder
from hardwon.index import query as index
from hardwon.index.asking import Word, is_begun
from hardwon.index.stems import Stems
from hardwon.learning.words import STOP_WORDS, identifier_parts
from hardwon.model.hit import Filters, Found

if TYPE_CHECKING:
    from hardwon.actions.meaning import Meaning

_WORD = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")
# Of a pasted text the beginning tells. Longer words than these are data, and FTS5 cuts its own
# at 32,768 bytes, in the middle of a letter.
_MAX_QUERY = 8_000
_MAX_WORD = 1_000
# Shorter words have too many neighbours for one of them to be meant.
_SHORTEST_MISSPELT = 4
_CONSIDERED = 20
_LETTERS = "abcdefghijklmnopqrstuvwxyz"  # the module `string` would take a millisecond
# Of index/vectors.py, which a search without vectors need not import.
_VECTORS_FILE = "vectors.sqlite"
# A pasted text full of foreign words is not a typing error.
_MAX_CORRECTED = 8


def search(
    folder: Folder,
    query: str,
    *,
    filters: Filters | None = None,
    limit: int = 10,
    progress: Progress | None = None,
    meaning: Meaning | None = None,
) -> Found:
    """Return what in the memory answers `query`: any word may match, best first.

    A word that no note holds is replaced by the nearest one that does. Where the memory has
    vectors and their model is installed, a text may also be found by what it means.

    Args:
        folder: The memory folder.
        query: Any text.
        filters: What a hit must be.
        limit: At most so many.
        progress: Called with the number of files read and to read.
        meaning: Keeps model and vectors from one search to the next.

    Raises:
        IndexUnavailableError: Another process kept the index locked.
        SettingsError: `hardwon.toml` cannot be used.
    """

    if meaning is None and has_vectors(folder):
        from hardwon.actions.meaning import Meaning

        meaning = Meaning(folder)
    # The model is loaded before the index is opened: meanwhile nobody need wait for it.
    is_near = meaning is not None and meaning.prepare()

    def work(connection: sqlite3.Connection, _: Refreshed) -> Found:
        skipped = index.count_skipped(connection)
        text = unicodedata.normalize("NFC", query)
        words = _parse(text)
        if not words:
            return Found(query, None, (), (), skipped)
        stems = Stems(connection, (word.text for word in words))
        replaced = _correct(connection, words, stems)
        corrected = _replace(text, replaced) if replaced else None
        if corrected is not None:
            words = _parse(corrected)
            stems.add(word.text for word in words)
        wanted = filters or Filters()
        blend = None
        if meaning is not None and is_near:
            blend = meaning.blending(connection, corrected or text, wanted)
        hits = tuple(index.search(connection, words, stems, wanted, limit, blend))
        changes = tuple(dict.fromkeys((word.text, other) for word, other in replaced))
        found = Found(query, corrected, changes, hits, skipped)
        if meaning is None:
            return found
        return found._replace(lacking=meaning.lacking, fault=meaning.fault)

    return use_index(folder, work, progress=progress)


def has_vectors(folder: Folder) -> bool:
    """Return whether texts of this memory were ever embedded: else nothing is loaded for it."""
    return (folder.state_dir / _VECTORS_FILE).exists()


def _parse(query: str) -> list[Word]:
    """Return the words at the beginning of `query` in order, identifiers beside their parts."""
    words: list[Word] = []
    for number, chunk in enumerate(_CHUNK.finditer(query, 0, _MAX_QUERY)):
        for match in _WORD.finditer(query, *chunk.span()):
            if len(match[0]) > _MAX_WORD:
                continue
            parts = identifier_parts(match[0])
            if len(parts) > 1:
                words.append(_word(match[0], match.start(), number, is_whole=True))
            start = match.start()
            for part in parts:
                words.append(_word(part, start, number, is_whole=False))
                start += len(part)
    return words


def _word(text: str, start: int, chunk: int, *, is_whole: bool) -> Word:
    lower = text.casefold()
    return Word(lower, start, start + len(text), lower in STOP_WORDS, is_whole, chunk)


def _correct(
    connection: sqlite3.Connection, words: list[Word], stems: Stems
) -> list[tuple[Word, str]]:
    """Return the words that no document holds, each with the nearest word that one does."""
    known = {(w.start, w.end) for w in words if w.is_whole and stems.count(stems.of(w.text))}
    others: dict[str, str | None] = {}
    replaced = []
    for word in words:
        if word.is_whole or word.is_stop or stems.count(stems.of(word.text)):
            continue
        if any(start <= word.start and word.end <= end for start, end in known):
            continue
        if len(word.text) < _SHORTEST_MISSPELT or not word.text.isalpha():
            continue
        if word is words[-1] and is_begun(connection, word.text):
            continue
        if word.text not in others and len(others) < _MAX_CORRECTED:
            others[word.text] = _nearest(connection, word.text, stems)
        other = others.get(word.text)
        if other is not None:
            replaced.append((word, other))
    return replaced


def _nearest(connection: sqlite3.Connection, word: str, stems: Stems) -> str | None:
    """Return the word meant by the unknown `word`; of equally near ones the most frequent.

    The second slip in a long word is behind its second letter: others would take as long to
    look for as all the rest of a search.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    others = set(_other_beginnings(word))
    stems.add(others)
    vocabulary = index.read_vocabulary(
        connection,
        {word[:2], word[1::-1], word[0] + word[2]},
        {stems.of(other) for other in others},
    )
    longest = len(word) + _edits(word)
    terms = [term for term in vocabulary if _SHORTEST_MISSPELT <= len(term) <= longest]
    near: set[str] = set()
    for text in {stems.of(word), word}:
        found = process.extract(
            text, terms, scorer=OSA.distance, score_cutoff=_edits(text), limit=None
        )
        near.update(term for term, _, _ in found)
    # The index knows stems; a reader wants a word, and the nearest word decides.
    forms = {}
    for term in sorted(near, key=lambda term: (-vocabulary[term], term))[:_CONSIDERED]:
        for form in set(_WORD.findall(index.find_texts(connection, term).casefold())):
            if form.startswith(term[:-1]) and (far := _distance(word, form)) <= _edits(word):
                forms[form] = (far, OSA.distance(word, form), -vocabulary[term])
    return min(forms, key=lambda form: (*forms[form], form), default=None)


def _other_beginnings(word: str) -> Iterator[str]:
    """Yield what `word` may be if one of its first two letters is wrong or has company."""
    yield word[1:]
    for letter in _LETTERS:
        yield letter + word
        yield letter + word[1:]
        yield word[0] + letter + word[1:]
        yield word[0] + letter + word[2:]


def _edits(word: str) -> int:
    """Return how many slips of the keyboard a word of this length is credited with."""
    return 1 if len(word) < 8 else 2


def _distance(word: str, form: str) -> int:
    """Return the number of slips between `word` and `form`, or `form` without an ending."""
    from rapidfuzz.distance import OSA

    if len(word) <= _SHORTEST_MISSPELT:  # `last` is not `list`, but `lsit` is
        return OSA.distance(word, form) if sorted(word) == sorted(form) else len(word)
    lengths = (len(form), *range(len(word) - 1, len(word) + 2))
    ending = len(form) - len(word)
    return min(OSA.distance(word, form[:n]) for n in lengths if ending <= 3 or n == len(form))


def _replace(query: str, replaced: list[tuple[Word, str]]) -> str:
    for word, other in sorted(replaced, key=lambda pair: -pair[0].start):
        query = query[: word.start] + other + query[word.end :]
    return query
