"""How many words a document has: SQLite counts them for its full-text table.

The forms are those of https://www.sqlite.org/fts5.html, "Appendix B: FTS5 Internals": integers of
variable length, seven bits a byte, one for each column.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def read_means(connection: sqlite3.Connection) -> tuple[int, float, float]:
    """Return the number of documents, and the mean words of their titles and of the rest."""
    row = connection.execute("SELECT block FROM documents_fts_data WHERE id = 1").fetchone()
    total, title, *rest = _integers(row[0]) if row and row[0] else (0, 0)
    return total, title / (total or 1), sum(rest) / (total or 1)


def read_sizes(
    connection: sqlite3.Connection, numbers: Iterable[int]
) -> dict[int, tuple[int, int]]:
    """Return the words of the title and of the rest of each of these documents, by id.

    Raises:
        ValueError: The index is damaged.
    """
    marks = ", ".join(map(str, sorted(numbers)))
    query = f"SELECT id, sz FROM documents_fts_docsize WHERE id IN ({marks})"
    found = {}
    for number, packed in connection.execute(query):
        title, *rest = _integers(packed)
        found[number] = (title, sum(rest))
    return found


def _integers(packed: bytes) -> list[int]:
    numbers = [0]
    for byte in packed:
        numbers[-1] = numbers[-1] << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(0)
    return numbers[:-1]
