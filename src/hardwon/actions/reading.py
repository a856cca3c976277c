"""Reading the files that changed into the index."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

from hardwon.actions.isolated import Reader
from hardwon.errors import UnreadableFileError
from hardwon.files.folder import Folder, decode
from hardwon.files.listing import UNKNOWN, Changes, Listed, below, legible
from hardwon.index import write
from hardwon.index.known import drop_listing, put_listing
from hardwon.learning.evidence import stem_of

Progress = Callable[[int, int], None]  # files read, files to read


@dataclass(frozen=True, slots=True)
class Done:
    """What was read.

    Attributes:
        paths: Files whose rows changed.
        patterns: Folded names of the patterns that are, or were, in them or are named by them.
        changed: Files that were new or changed.
        removed: Files that are gone.
    """

    paths: set[str]
    patterns: set[str]
    changed: int
    removed: int


def read_changes(
    connection: sqlite3.Connection,
    folder: Folder,
    known: Mapping[bytes, Listed],
    changes: Changes,
    young: int,
    progress: Progress | None,
) -> Done:
    """Bring the rows up to the files: drop those that are gone, read those that changed.

    Args:
        connection: The index, in a transaction.
        folder: The memory folder.
        known: The listing that the index stands for.
        changes: What differs from it.
        young: Time in ns; a file that was changed later may change again without another time.
        progress: Called with the number of files read and to read.
    """
    filling = write.Filling(connection)
    removed = _drop_gone(filling, known, changes)
    todo = {path: _differing(known.get(path), now) for path, now in changes.listed.items()}
    reading = _Reading(connection, filling, changes.faults, young)
    done, total = 0, sum(map(len, todo.values()))
    listed = []
    with Reader() as reader:
        for path, names in sorted(todo.items()):
            now, before = changes.listed[path], known.get(path)
            if now.fault is not None:
                same = before is not None and before.fault is not None
                row = write.read_file(connection, legible(path)) if same else None
                reading.put_fault(legible(path), ("", now.fault, 1), row)
            times, was = now.times_of(), set(before.names) if before is not None else set()
            with folder.opened(path) as read:
                for name in names:
                    if progress is not None:
                        progress(done, total)
                    done += 1
                    is_known = name in was
                    file = below(path, name)
                    if not reading.read_file(
                        file, times[name], partial(read, name), reader, is_known=is_known
                    ):
                        times[name] = UNKNOWN
            listed.append(now._replace(times=b"".join(times.values())))
    if progress is not None:
        progress(total, total)
    filling.finish()
    drop_listing(connection, changes.gone)
    put_listing(connection, listed)
    return Done(filling.paths, filling.patterns, reading.changed, removed + reading.lost)


def _drop_gone(filling: write.Filling, known: Mapping[bytes, Listed], changes: Changes) -> int:
    """Drop what was listed before and is no more; return the number of files."""
    removed = 0
    for path in sorted(changes.gone | (changes.listed.keys() & known.keys())):
        now = changes.listed.get(path)
        kept = set(now.names) if now is not None else set()
        gone = [below(path, name) for name in known[path].names if name not in kept]
        if known[path].fault is not None and (now is None or now.fault is None):
            gone.append(path)
        for file in gone:
            filling.drop_file(legible(file))
        removed += len(gone)
    return removed


def _differing(before: Listed | None, now: Listed) -> list[bytes]:
    """Return the names whose files are to be looked at."""
    if before is None:
        return list(now.names)
    times = before.times_of()
    return [name for name, found in now.times_of().items() if times.get(name) != found]


class _Reading:
    """Reads files one by one.

    Attributes:
        changed: Files whose rows were new or changed.
        lost: Files that vanished between being listed and being read.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        filling: write.Filling,
        faults: Mapping[bytes, str],
        young: int,
    ) -> None:
        self._connection = connection
        self._filling = filling
        self._faults = faults
        self._young = young
        self.changed = 0
        self.lost = 0

    def read_file(
        self,
        path: bytes,
        times: bytes,
        read: Callable[[], bytes],
        reader: Reader,
        *,
        is_known: bool,
    ) -> bool:
        """Read one file; return whether its times tell when it changes again."""
        name = legible(path)
        known = write.read_file(self._connection, name) if is_known else None
        if path in self._faults:
            self.put_fault(name, ("", self._faults[path], 1), known)
            return self._is_old(times)
        digest: str | None = None
        try:
            data = read()
            digest = blake2b(data, digest_size=16).hexdigest()
            if known is not None and known[0] == digest:
                return self._is_old(times)
            rows = reader.read(decode(data, name), name)
        except UnreadableFileError as error:
            if digest is None and isinstance(error.__cause__, FileNotFoundError):
                if known is not None:
                    self._filling.drop_file(name)
                    self.lost += 1
                return False
            if isinstance(error.__cause__, OSError):
                digest = None  # the disk refused, or a worker: that may be otherwise next time
            elif digest is None:
                digest = ""  # what the listing or the size told: so as long as its times stay
            self.put_fault(name, (digest, error.message, error.line or 1), known)
            return digest is not None and self._is_old(times)
        if known is not None:
            self._filling.drop_file(name)
        self._filling.put_file(name, stem_of(name), digest, rows.page, rows.documents)
        self.changed += 1
        return self._is_old(times)

    def put_fault(self, name: str, fault: write.Row, known: write.Row | None) -> None:
        """Note why a file, or a folder, cannot be read."""
        if fault == known:
            return
        if known is not None:
            self._filling.drop_file(name)
        self._filling.put_fault(name, fault)
        # A disk that goes on refusing is no news.
        self.changed += known is None or known[0] is not None or fault[0] is not None

    def _is_old(self, times: bytes) -> bool:
        mtime_ns, ctime_ns, _, _ = array("q", times)
        return max(mtime_ns, ctime_ns) <= self._young
