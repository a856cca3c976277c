"""Vectors of texts, in a file of their own beside the index: computed once for each text.

The index is thrown away whenever the code that reads notes changes, and a vector takes a
thousand times as long to compute as a row of the index to write. So vectors are kept by what
they were made of, a text and a model, and no file, line or number of a document is known here.

The file is believed where it was made: it notes its own number on the disk, so one that came
with a clone or a copy is begun anew. The full seal of the index would cost all vectors of a
process that is killed between writing and sealing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

VECTORS_FILE = "vectors.sqlite"
# Everything that such a file may hold: in one that came with a clone, a table may be a view
# that never ends.
_ORIGIN = (
    "CREATE TABLE origin (version INTEGER, inode TEXT, name TEXT, model TEXT, changes INTEGER)"
)
_VECTORS = "CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
_VERSION = 1
# A writer holds the file for milliseconds. Who cannot wait longer goes without.
_READ_SECONDS = 0.1
_WRITE_SECONDS = 30.0


class Origin(NamedTuple):
    """Which vectors these are; what was read before holds while it is the same.

    Attributes:
        name: No other file of vectors has it.
        model: Identity of the model that made them.
        changes: How often vectors were written.
    """

    name: str
    model: str
    changes: int


class OtherVectorsError(sqlite3.DatabaseError):
    """The vectors were made elsewhere, by another version, or by something else."""


@contextlib.contextmanager
def reading_vectors(file: Path) -> Iterator[tuple[sqlite3.Connection, Origin]]:
    """Give the vectors as they are now, and which they are.

    Raises:
        OtherVectorsError: They are not ours.
        sqlite3.Error: There are none, they are damaged, or another process is writing.
    """
    address = f"{file.as_uri()}?mode=ro"
    with contextlib.closing(
        sqlite3.connect(address, uri=True, timeout=_READ_SECONDS, isolation_level=None)
    ) as connection:
        connection.execute("BEGIN")
        yield connection, _check(connection, file)


def open_vectors(file: Path, model: str) -> sqlite3.Connection:
    """Return a connection to the vectors of `model` at `file`, made where there are none.

    Raises:
        OtherVectorsError: There are some that are not ours.
        sqlite3.Error: They are damaged, another process keeps them, or the disk refuses.
    """
    connection = sqlite3.connect(file, timeout=_WRITE_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        with _writing(connection):
            if not _tables(connection):
                connection.execute(_ORIGIN)
                connection.execute(_VECTORS)
                origin = (_VERSION, _number(file), os.urandom(8).hex(), model, 0)
                connection.execute("INSERT INTO origin VALUES (?, ?, ?, ?, ?)", origin)
            if _check(connection, file).model != model:
                connection.execute("DELETE FROM vectors")
                connection.execute("UPDATE origin SET model = ?, changes = changes + 1", (model,))
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT sql FROM sqlite_master ORDER BY name")]


def _number(file: Path) -> str:
    return str(file.stat().st_ino)


def _check(connection: sqlite3.Connection, file: Path) -> Origin:
    """Return who made the vectors; raise OtherVectorsError unless it was this code, here."""
    if _tables(connection) != [_ORIGIN, _VECTORS]:
        raise OtherVectorsError("the file holds something else than vectors")
    rows = connection.execute("SELECT version, inode, name, model, changes FROM origin").fetchall()
    if len(rows) != 1 or rows[0][:2] != (_VERSION, _number(file)):
        raise OtherVectorsError("the vectors were made elsewhere, or by other code")
    return Origin(*rows[0][2:])


def read_vectors(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return all vectors by the keys of their texts."""
    return dict(connection.execute("SELECT key, vector FROM vectors"))


def read_known(connection: sqlite3.Connection) -> set[bytes]:
    """Return the keys of all texts that have a vector."""
    return {key for (key,) in connection.execute("SELECT key FROM vectors")}


def put_vectors(connection: sqlite3.Connection, rows: Iterable[tuple[bytes, bytes]]) -> None:
    """Keep vectors by the keys of their texts, in one step."""
    with _writing(connection):
        connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        connection.execute("UPDATE origin SET changes = changes + 1")


def drop_vectors(connection: sqlite3.Connection, keys: Collection[bytes]) -> None:
    """Forget the vectors of these texts, in one step."""
    if keys:
        with _writing(connection):
            connection.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])
            connection.execute("UPDATE origin SET changes = changes + 1")
