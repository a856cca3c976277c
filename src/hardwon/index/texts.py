"""What a document says as one text, and the key by which its vector is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple


class KeyedTexts(NamedTuple):
    """Texts of a memory by the keys of their vectors.

    Attributes:
        patterns: Key of a pattern → keys of its texts, each with its weight.
        recent: Keys of the latest notes listed, each with the patterns that list it.
    """

    patterns: Mapping[str, Sequence[tuple[float, bytes]]]
    recent: Sequence[tuple[bytes, Collection[str]]]


# No model reads as much; what lies behind need not be hashed, nor embedded again when it changes.
_LONGEST = 8_000
_KEY_BYTES = 16


def text_of(title: str, lead: str, body: str, code: str) -> str:
    """Return a document as one text: its title, then what matters most of it."""
    return "\n".join(part for part in (title, lead, body, code) if part)[:_LONGEST]


def key_of(text: str) -> bytes:
    """Return what tells `text` from any other."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()


def read_keys(connection: sqlite3.Connection) -> list[tuple[int, bytes]]:
    """Return the key of the text of each document, by the document's number."""
    # The index holds nothing else: whole documents are twenty times as much to read.
    query = "SELECT id, text_key FROM documents INDEXED BY texts ORDER BY id"
    return connection.execute(query).fetchall()


def read_places(connection: sqlite3.Connection) -> dict[tuple[str, int], bytes]:
    """Return the key of the text of each document, by its path and line."""
    query = "SELECT path, line, text_key FROM documents"
    return {(path, line): key for path, line, key in connection.execute(query)}


def read_texts(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[str]:
    """Return the texts of these documents, in their order."""
    query = "SELECT title, lead, body, code FROM documents WHERE id = ?"
    rows = (connection.execute(query, (number,)).fetchone() for number in numbers)
    return [text_of(*row) for row in rows]
