"""The state of the index."""

from __future__ import annotations

import sqlite3

from hardwon.actions.embed import read_vector_status
from hardwon.actions.refresh import Progress, Refreshed, use_index
from hardwon.files.folder import Folder
from hardwon.index.query import count_files, count_kinds, read_skipped
from hardwon.index.schema import INDEX_FILE, INDEX_VERSION
from hardwon.model.listing import IndexStatus


def read_index_status(
    folder: Folder, *, rebuild: bool = False, progress: Progress | None = None
) -> IndexStatus:
    """Return the state of the index after a refresh, or after building it anew.

    Raises:
        IndexUnavailableError: Another process kept the index locked.
        SettingsError: `hardwon.toml` cannot be used.
    """

    def work(connection: sqlite3.Connection, found: Refreshed) -> IndexStatus:
        file = folder.state_dir / INDEX_FILE
        return IndexStatus(
            path=file.relative_to(folder.root).as_posix() if found.stored else None,
            version=INDEX_VERSION,
            size=file.stat().st_size if found.stored else 0,
            files=count_files(connection),
            kinds=count_kinds(connection),
            changed=found.changed,
            removed=found.removed,
            skipped=tuple(read_skipped(connection)),
            vectors=read_vector_status(folder, connection),
        )

    return use_index(folder, work, rebuild=rebuild, progress=progress)
