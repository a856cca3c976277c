"""Vectors for all texts of the memory: computed once each, in the background or while one waits.

The index is only read. Each batch is kept in one step, so that a process that is killed loses
the batch that it was at. One process at a time computes; it looks again for new texts until none
is left, so that another one which finds it at work need not stay.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hardwon.actions.meaning import choose_model
from hardwon.actions.refresh import Progress, Refreshed, has_own_state, identify_reader, use_index
from hardwon.errors import HardwonError, IndexUnavailableError, LockedError, ModelError
from hardwon.files.folder import Folder, reason
from hardwon.files.gate import inside
from hardwon.files.listing import STATE_DIR
from hardwon.files.write import prepare_state
from hardwon.index.schema import clear_place, discard_index, is_damaged
from hardwon.index.texts import read_keys, read_texts
from hardwon.index.vectors import (
    VECTORS_FILE,
    OtherVectorsError,
    drop_vectors,
    open_vectors,
    put_vectors,
    read_known,
    reading_vectors,
)
from hardwon.model.listing import VectorStatus
from hardwon.semantic.place import INSTALL, SWITCH, Model

if TYPE_CHECKING:
    import subprocess

LOCK_FILE = "embed.lock"
# One that is at work looks again for new texts within this time, or is about to end.
_PATIENCE_SECONDS = 5.0
# Texts that are read from the index at a time, and those that are kept at a time.
_ROUND, _BATCH = 256, 16
_LOW_PRIORITY = 10
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from hardwon.actions.embed import serve; serve(sys.argv[2])"
)


class _Pending(NamedTuple):
    """What is to be done: keys of all texts, how many lack a vector, and some of those."""

    keys: frozenset[bytes]
    missing: int
    texts: tuple[tuple[bytes, str], ...]


def embed_texts(folder: Folder, *, patience: float = -1, progress: Progress | None = None) -> int:
    """Compute the vectors that are missing, drop those of texts that are gone; return how many.

    Args:
        folder: The memory folder.
        patience: Seconds to wait for another process that does it already; below 0 for any.
        progress: Called with the number of texts embedded and to embed.

    Raises:
        ModelError: The model is not installed, not wanted, or cannot be used.
        LockedError: Another process does it.
        IndexUnavailableError: The disk takes no index.
        HardwonError: The vectors cannot be kept.
        SettingsError: `hardwon.toml` cannot be used.
    """
    model = choose_model(folder)
    if model is None:
        raise ModelError(
            "no sentence model is used here",
            hint=f"{INSTALL}; {SWITCH} and [semantic] in hardwon.toml can switch it off",
        )
    with _alone(folder, patience), _vectors(folder, model) as connection:
        try:
            return _embed_missing(folder, model, connection, progress)
        except sqlite3.Error as error:
            raise HardwonError(f"the vectors cannot be kept: {error}") from error


def _embed_missing(
    folder: Folder, model: Model, vectors: sqlite3.Connection, progress: Progress | None
) -> int:
    from hardwon.semantic.embedder import open_embedder
    from hardwon.semantic.matrix import pack

    program = identify_reader()
    done = 0
    while True:
        if identify_reader() != program:
            raise HardwonError("hardwon itself was changed", hint="run it again")
        known = read_known(vectors)
        pending = use_index(folder, partial(_find_pending, known))
        if not pending.texts:
            drop_vectors(vectors, known - pending.keys)
            return done
        embedder = open_embedder(model)
        embedder.embed(["hardwon"])  # one that fails here fails on every text
        total = done + pending.missing
        for start in range(0, len(pending.texts), _BATCH):
            rows = []
            for key, text in pending.texts[start : start + _BATCH]:
                try:
                    rows.append((key, pack(embedder.embed([text])[0])))
                except ModelError:  # the text is ranked by its words, and not tried again
                    rows.append((key, b""))
            put_vectors(vectors, rows)
            done += len(rows)
            if progress is not None:
                progress(done, total)


def _find_pending(known: set[bytes], connection: sqlite3.Connection, found: Refreshed) -> _Pending:
    if not found.stored:
        raise IndexUnavailableError(
            "the disk takes no index, so no vectors are kept",
            hint=f"make room for {STATE_DIR} and let it be written to",
        )
    pairs = read_keys(connection)
    missing = {key: number for number, key in reversed(pairs) if key not in known}
    first = sorted(missing, key=missing.__getitem__)[:_ROUND]
    texts = read_texts(connection, [missing[key] for key in first])
    keys = frozenset(key for _, key in pairs)
    return _Pending(keys, len(missing), tuple(zip(first, texts, strict=True)))


@contextlib.contextmanager
def _alone(folder: Folder, patience: float) -> Iterator[None]:
    """Hold the lock of those who compute vectors.

    Raises:
        LockedError: Another process holds it for longer than `patience`.
        HardwonError: The folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    prepare_state(folder)
    path = inside(folder.root, f"{STATE_DIR}/{LOCK_FILE}")
    lock = FileLock(path, timeout=patience)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError("another process computes the vectors already") from error
    except OSError as error:
        raise HardwonError(
            f"cannot lock {path}: {reason(error)}", hint="the memory must be writable"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _vectors(folder: Folder, model: Model) -> Iterator[sqlite3.Connection]:
    """Give the vectors of `model`, made anew where what stands there is of no use."""
    file = folder.state_dir / VECTORS_FILE
    try:
        clear_place(file)
        try:
            connection = open_vectors(file, model.identity)
        except sqlite3.Error as error:
            if not (isinstance(error, OtherVectorsError) or is_damaged(error)):
                raise
            discard_index(file)
            connection = open_vectors(file, model.identity)
    except (OSError, sqlite3.Error) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise HardwonError(f"the vectors cannot be kept in {file}: {why}") from error
    with contextlib.closing(connection):
        yield connection


def read_vector_status(folder: Folder, index: sqlite3.Connection) -> VectorStatus | None:
    """Return how many texts have vectors; None where there is no model, or none is wanted.

    Args:
        folder: The memory folder.
        index: Its index.
    """
    try:
        model = choose_model(folder)
    except ModelError as error:
        return VectorStatus(None, len(_texts(index)), 0, error.message)
    if model is None:
        return None
    texts, known = _texts(index), set()
    file = folder.state_dir / VECTORS_FILE
    with contextlib.suppress(OSError, sqlite3.Error):  # none, or none that are of use
        if has_own_state(folder) and file.exists():
            clear_place(file)
            with reading_vectors(file) as (connection, origin):
                if origin.model == model.identity:
                    known = read_known(connection)
    return VectorStatus(model.name, len(texts), len(texts & known), None)


def _texts(index: sqlite3.Connection) -> set[bytes]:
    return {key for _, key in read_keys(index)}


def start_embedding(folder: Folder) -> subprocess.Popen[bytes] | None:
    """Have a process of its own compute what is missing; None where none can be started.

    It runs at low priority and on one processor, and outlives the caller.
    """
    import json
    import subprocess

    options: dict[str, object] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        options = {"creationflags": flags}
    path = json.dumps([place for place in sys.path if place])
    try:
        # -I: neither the current folder nor the environment can slip in a module.
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [sys.executable, "-I", "-c", _START, path, str(folder.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **options,
        )
    except (OSError, ValueError):  # no room for a process: the next one will do
        return None


def serve(root: str) -> None:
    """Compute what is missing in the memory at `root`: the whole life of such a process."""
    if sys.platform != "win32":
        os.nice(_LOW_PRIORITY)
    with contextlib.suppress(HardwonError, OSError):  # `hardwon index` tells what is wrong
        embed_texts(Folder(Path(root)), patience=_PATIENCE_SECONDS)
