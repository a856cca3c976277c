"""An index that followed any changes holds what one built anew holds."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hardwon.actions.refresh import refresh, use_index
from hardwon.files.folder import Folder
from hardwon.index.schema import open_index

PATHS = [
    "episodic/code/2026-01-02-a.md",
    "episodic/code/b.md",
    "semantic/patterns/dev-patterns.md",
    "semantic/patterns/web/patterns.md",
    "procedural/workflows/look.md",
    "procedural/checklists/ship.md",
    "README.md",
]
TEXTS = [
    b"",
    b"# Note\n\n**Project:** shop\n\nText with fooBar and snake_case.\n",
    b"# Notes\n\n**Project:** bank\n\nText with fooBar and snake_case.\n",
    b"# Book\n\n## Look\n\n**Confidence:** HIGH\n**Pattern:** Look.\n\n**Examples:**\n"
    b"1. One\n2. Two\n\n**Source experiences:**\n- 2026-01-02-a.md\n- episodic/code/b.md\n",
    b"# Book\n\n## Look\n\n**Confidence:** LOW\n**Pattern:** See.\n\n**Examples:**\n1. One\n",
    b"---\npattern: Look\nconfidence: LOW\n---\n# Look\n\n- [ ] Look\n",
    b"# Bad \xe9\n",
    "# Itâ€™s garbled\n\nText â€œquotedâ€\x9d.\n".encode(),
]
SETTINGS = b"[confidence]\nhigh = 2\nrequire_projects = 2\n"

paths = st.sampled_from(PATHS)
steps = st.one_of(
    st.tuples(st.just("write"), paths, st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), paths),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("set_back"), paths, st.integers(0, 10**9)),
    st.tuples(st.just("settings"), st.booleans()),
)


def apply(root: Path, step: tuple[Any, ...]) -> None:
    kind, *rest = step
    if kind == "settings":
        (root / "hardwon.toml").write_bytes(SETTINGS if rest[0] else b"")
        return
    file = root / rest[0]
    if kind == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(rest[1])
    elif not file.exists():
        return
    elif kind == "remove":
        file.unlink()
    elif kind == "rename":
        target = root / rest[1]
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
    else:
        os.utime(file, (rest[1], rest[1]))


def content(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    names = [row[1] for row in connection.execute("PRAGMA table_info(documents)")]
    columns = ", ".join(name for name in names if name != "id")
    # Raises where the words do not fit the documents.
    connection.execute("INSERT INTO documents_fts (documents_fts) VALUES ('integrity-check')")
    return {
        "files": connection.execute(
            "SELECT path, mtime_ns, ctime_ns, size, inode, hash, fault, fault_line"
            " FROM files ORDER BY path"
        ).fetchall(),
        "pages": connection.execute("SELECT * FROM pages ORDER BY path").fetchall(),
        "documents": connection.execute(
            f"SELECT {columns} FROM documents ORDER BY path, line, kind, title"
        ).fetchall(),
        "vocabulary": connection.execute("SELECT * FROM vocabulary").fetchall(),
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(steps, st.booleans()), max_size=10))
def test_refresh_equals_rebuild(changes: list[tuple[tuple[Any, ...], bool]]) -> None:
    with TemporaryDirectory() as name:
        folder = Folder(Path(name))
        for step, is_refreshed in changes:
            apply(folder.root, step)
            if is_refreshed:
                use_index(folder, lambda *_: None)
        refreshed = use_index(folder, lambda connection, _: content(connection))
        with contextlib.closing(open_index(None, "")) as connection:
            refresh(connection, folder)
            assert content(connection) == refreshed
