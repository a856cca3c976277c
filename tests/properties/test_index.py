"""An index that followed any changes holds what one built anew holds."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardwon.actions import refresh as refreshing
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
        # Not their times: those of what was young when it was looked at are not noted.
        "folders": connection.execute(
            "SELECT path, names, folders, fault FROM folders ORDER BY path"
        ).fetchall(),
        "files": connection.execute("SELECT * FROM files ORDER BY path").fetchall(),
        "citations": connection.execute(
            "SELECT path, line, stem FROM citations ORDER BY path, line, stem"
        ).fetchall(),
        "pages": connection.execute("SELECT * FROM pages ORDER BY path").fetchall(),
        "documents": connection.execute(
            f"SELECT {columns} FROM documents ORDER BY path, line, kind, title"
        ).fetchall(),
        "vocabulary": connection.execute("SELECT * FROM vocabulary").fetchall(),
    }


def rebuilt(folder: Folder) -> dict[str, list[Any]]:
    with contextlib.closing(open_index(None, "")) as connection:
        refresh(connection, folder)
        return content(connection)


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
        assert refreshed == rebuilt(folder)


def touched(step: tuple[Any, ...]) -> set[bytes]:
    """Return the folders in which the step may change a name or a file."""
    paths = [Path(path) for path in step[1:] if isinstance(path, str)]
    return {os.fsencode(p) if str(p) != "." else b"" for path in paths for p in path.parents}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(steps, st.booleans()), max_size=10))
def test_refresh_of_the_folders_that_changed_equals_rebuild(
    changes: list[tuple[tuple[Any, ...], bool]],
) -> None:
    with TemporaryDirectory() as name, contextlib.closing(open_index(None, "")) as connection:
        folder = Folder(Path(name))
        refresh(connection, folder)
        pending: set[bytes] = set()
        for step, is_refreshed in (*changes, (("none",), True)):
            if step != ("none",):
                apply(folder.root, step)
            pending |= touched(step)
            if is_refreshed:
                refresh(connection, folder, folders=pending)
                pending = set()
        assert content(connection) == rebuilt(folder)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(steps, st.booleans()), max_size=10))
def test_files_whose_times_are_old_are_believed_by_them(
    changes: list[tuple[tuple[Any, ...], bool]],
) -> None:
    """As the two tests above, where nothing is young: times of files and folders decide."""
    with TemporaryDirectory() as name, contextlib.closing(open_index(None, "")) as connection:
        folder = Folder(Path(name))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(refreshing, "_RACY_NS", -(10**18))
            for tick, (step, is_refreshed) in enumerate(changes):
                apply(folder.root, step)
                for path in map(os.fsdecode, touched(step)):  # two steps may fall on one time
                    if (folder.root / path).exists():
                        os.utime(folder.root / path, (tick, tick))
                if is_refreshed:
                    refresh(connection, folder)
            refresh(connection, folder)
            assert content(connection) == rebuilt(folder)
