"""The floor of a first index: each note is read and put as it is into a full-text table.

    python -m benchmarks.raw_index MEMORY FILE TABLE

It imports no more than it needs, since its start is part of the floor.
"""

import os
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping


def fill_raw(root: str, file: str, table_sql: str, config: Mapping[str, object]) -> int:
    """Read each note below `root` and put it raw into a full-text table; return how many.

    Args:
        root: The memory.
        file: Where the database is made.
        table_sql: The statement that made the table of hardwon's index. The new one has its
            columns, tokenizer and options, but keeps the text itself, once.
        config: The settings of that table.
    """
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    parts = columns_and_options(table_sql)
    width = sum("=" not in part for part in parts)
    connection.execute(f"CREATE VIRTUAL TABLE raw USING fts5({', '.join(parts)})")
    for setting in config.items():
        connection.execute("INSERT INTO raw (raw, rank) VALUES (?, ?)", setting)
    connection.execute("BEGIN")
    blank = [""] * (width - 1)
    rows = ((text, *blank) for text in _texts(root))
    done = connection.executemany(f"INSERT INTO raw VALUES ({', '.join('?' * width)})", rows)
    connection.execute("COMMIT")
    return done.rowcount


def columns_and_options(table_sql: str) -> list[str]:
    """Return the arguments of an FTS5 table, without those that keep its text elsewhere.

    Raises:
        ValueError: It is no such table.
    """
    found = re.search(r"USING\s+fts5\s*\((.*)\)", table_sql, re.IGNORECASE | re.DOTALL)
    if found is None:
        raise ValueError("this is no full-text table")
    # Split at the commas outside of quotes.
    parts = re.findall(r"(?:'[^']*'|\"[^\"]*\"|\[[^\]]*\]|[^,'\"\[])+", found[1])
    return [part.strip() for part in parts if not re.match(r"\s*content\w*\s*=", part)]


def _texts(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".hardwon"]
        for name in files:
            with open(f"{folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123 - Path is slow
                yield file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    import json

    memory, database, table = sys.argv[1:]
    fill_raw(memory, database, **json.loads(table))
