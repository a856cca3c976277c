"""The index follows the files, and whatever happens to it costs time only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.actions import reading
from hardwon.actions import refresh as refreshing
from hardwon.actions.index import read_index_status
from hardwon.actions.read import read_snapshot
from hardwon.actions.reading import _Reading
from hardwon.actions.search import search
from hardwon.errors import IndexUnavailableError, SettingsError
from hardwon.files import listing
from hardwon.files import write as files_write
from hardwon.files.folder import Folder
from hardwon.index import schema
from hardwon.model.experience import DateOrigin

Write = Callable[[str, str], Path]

NOTE = "# Zebra crossing\n\n**Date:** 2026-01-02\n\nStripes help.\n"
PATH = "episodic/code/zebra.md"
BOOK = """\
# Book

## Look Both Ways

**Confidence:** HIGH
**Pattern:** Look left, then right.

**Examples:**
1. shop (2026-01-05)
2. bank (2026-02)
"""
BOOK_PATH = "semantic/patterns/dev-patterns.md"


@pytest.fixture
def folder(memory_dir: Path) -> Folder:
    return Folder(memory_dir)


def index_of(folder: Folder) -> Path:
    return folder.state_dir / "index.sqlite"


def titles(folder: Folder, query: str) -> list[str]:
    return [hit.title for hit in search(folder, query).hits]


def age(file: Path, seconds: int = 3600) -> None:
    """Make `file` as old as if it had lain there, so that only its times speak."""
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns - seconds * 10**9))


def test_new_changed_and_removed_files_are_seen(folder: Folder, write_note: Write) -> None:
    assert titles(folder, "zebra") == []
    file = write_note(PATH, NOTE)
    assert titles(folder, "zebra") == ["Zebra crossing"]
    write_note(PATH, NOTE.replace("Zebra", "Giraffe"))
    assert titles(folder, "giraffe") == ["Giraffe crossing"]
    moved = file.rename(file.with_name("other.md"))
    assert [hit.path for hit in search(folder, "giraffe").hits] == ["episodic/code/other.md"]
    moved.unlink()
    assert titles(folder, "giraffe") == []


def test_index_brings_its_own_gitignore(folder: Folder, write_note: Write) -> None:
    write_note(PATH, NOTE)
    read_snapshot(folder)
    names = sorted(path.name for path in folder.state_dir.iterdir())
    assert names == [".gitignore", "index.sqlite"]


def test_edit_of_same_size_and_time_is_seen(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "_RACY_NS", -(10**18))  # nothing is young: only times speak
    file = write_note(PATH, NOTE)
    age(file)
    before = file.stat()
    assert titles(folder, "zebra") == ["Zebra crossing"]
    file.write_text(NOTE.replace("Zebra", "Tapir"), encoding="utf-8")
    file.write_text(NOTE.replace("Zebra", "Moose"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert titles(folder, "moose") == ["Moose crossing"]


def test_young_file_is_compared_by_its_bytes(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A disk with coarse times: both versions look the same from outside.
    monkeypatch.setattr(listing, "_pack", lambda numbers: bytes([1]) * 8 * len(numbers))
    monkeypatch.setattr(_Reading, "_is_old", lambda *_: False)
    file = write_note(PATH, NOTE)
    assert titles(folder, "zebra") == ["Zebra crossing"]
    file.write_text(NOTE.replace("Zebra", "Moose"), encoding="utf-8")
    assert titles(folder, "moose") == ["Moose crossing"]


def test_older_time_than_before_is_a_change(folder: Folder, write_note: Write) -> None:
    file = write_note(PATH, NOTE)
    read_snapshot(folder)
    file.write_text(NOTE.replace("Zebra", "Moose"), encoding="utf-8")
    age(file, 10**6)
    assert titles(folder, "moose") == ["Moose crossing"]


def test_touched_file_is_not_read_as_changed(folder: Folder, write_note: Write) -> None:
    file = write_note(PATH, NOTE)
    assert read_index_status(folder).changed == 1
    age(file)
    assert read_index_status(folder).changed == 0


def test_fresh_index_is_not_written(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "_RACY_NS", -(10**18))
    write_note(PATH, NOTE)
    read_snapshot(folder)
    before = index_of(folder).read_bytes()
    read_snapshot(folder)
    titles(folder, "zebra")
    assert index_of(folder).read_bytes() == before


def damage_delete(file: Path) -> None:
    file.unlink()


def damage_truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def damage_empty(file: Path) -> None:
    os.truncate(file, 0)


def damage_noise(file: Path) -> None:
    file.write_bytes(b"\x07noise" * 1000)


def damage_middle(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)


def damage_folder(file: Path) -> None:
    file.unlink()
    (file / "inside").mkdir(parents=True)


def damage_version(number: int) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        connection = sqlite3.connect(file)
        connection.execute("DROP TABLE meta")
        connection.execute(f"PRAGMA user_version = {number}")
        connection.commit()
        connection.close()

    return damage


def damage_table(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE pages")
    connection.commit()
    connection.close()


def damage_rows(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("UPDATE pages SET page = '[]'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        damage_delete,
        damage_truncate,
        damage_empty,
        damage_noise,
        damage_middle,
        damage_folder,
        damage_version(schema.INDEX_VERSION - 1),
        damage_version(schema.INDEX_VERSION + 1),
        damage_version(schema.INDEX_VERSION),
        damage_table,
        damage_rows,
    ],
    ids=(
        "deleted truncated empty noise middle folder older newer no-meta no-table bad-rows".split()
    ),
)
def test_damaged_index_is_built_anew(
    folder: Folder, write_note: Write, damage: Callable[[Path], None]
) -> None:
    write_note(PATH, NOTE)
    write_note(BOOK_PATH, BOOK)
    whole = read_snapshot(folder)
    damage(index_of(folder))
    assert read_snapshot(folder) == whole
    damage(index_of(folder))
    assert titles(folder, "zebra both") == ["Zebra crossing", "Look Both Ways"]
    status = read_index_status(folder)
    assert (status.path, status.changed) == (".hardwon/index.sqlite", 0)


def test_index_of_other_code_is_filled_again(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_note(PATH, NOTE)
    assert read_index_status(folder).changed == 1
    monkeypatch.setattr(refreshing, "identify_reader", lambda: "other code")
    assert read_index_status(folder).changed == 1
    assert read_index_status(folder).changed == 0


def test_no_place_for_an_index(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Folder) -> None:
        raise files_write.HardwonError("cannot make it")

    monkeypatch.setattr(files_write, "prepare_state", refuse)
    write_note(PATH, NOTE)
    assert titles(folder, "zebra") == ["Zebra crossing"]
    assert read_index_status(folder).path is None
    assert not folder.state_dir.exists()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL])
def test_disk_refuses_to_write(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    write_note(PATH, NOTE)
    read_snapshot(folder)
    write_note("episodic/code/new.md", NOTE.replace("Zebra", "Moose"))
    put_listing = reading.put_listing

    def refuse(connection: sqlite3.Connection, *args: object) -> None:
        if connection.execute("PRAGMA database_list").fetchone()[2]:
            error = sqlite3.OperationalError("the disk refuses")
            error.sqlite_errorcode = code
            raise error
        put_listing(connection, *args)

    monkeypatch.setattr(reading, "put_listing", refuse)
    before = index_of(folder).read_bytes()
    assert titles(folder, "moose") == ["Moose crossing"]
    assert index_of(folder).read_bytes() == before


def test_locked_index_is_waited_for_and_kept(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_note(PATH, NOTE)
    read_snapshot(folder)
    monkeypatch.setattr(schema, "WAIT_SECONDS", 0.05)
    other = sqlite3.connect(index_of(folder), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(IndexUnavailableError):
        read_snapshot(folder)
    other.execute("ROLLBACK")
    other.close()
    assert titles(folder, "zebra") == ["Zebra crossing"]


def test_confidence_is_counted_and_follows_the_settings(folder: Folder, write_note: Write) -> None:
    write_note(BOOK_PATH, BOOK)
    assert [hit.confidence for hit in search(folder, "look").hits] == ["MEDIUM"]
    write_note("hardwon.toml", "[confidence]\nhigh = 2\n")
    assert [hit.confidence for hit in search(folder, "look").hits] == ["HIGH"]
    write_note("hardwon.toml", "[confidence]\nhigh = 'two'\n")
    with pytest.raises(SettingsError):
        search(folder, "look")


def test_confidence_follows_the_notes_it_rests_on(folder: Folder, write_note: Write) -> None:
    sources = "\n**Source experiences:**\n- episodic/code/a.md\n- episodic/code/b.md\n"
    book = BOOK.replace("shop (2026-01-05)", "It helped").replace("bank (2026-02)", "Again")
    write_note("hardwon.toml", "[confidence]\nhigh = 2\nrequire_projects = 2\n")
    write_note(BOOK_PATH, book + sources)
    write_note("episodic/code/a.md", "# A\n\n**Date:** 2026-01-05\n**Project:** shop\n")
    second = write_note("episodic/code/b.md", "# B\n\n**Date:** 2026-03-01\n**Project:** bank\n")
    (hit,) = search(folder, "look").hits
    assert (hit.confidence, hit.date) == ("HIGH", "2026-03-01")
    second.write_text("# B\n\n**Date:** 2026-02-01\n**Project:** shop\n", encoding="utf-8")
    (hit,) = search(folder, "look").hits
    assert (hit.confidence, hit.date) == ("MEDIUM", "2026-02-01")


def test_unreadable_file_is_named_and_the_rest_is_read(folder: Folder, write_note: Write) -> None:
    write_note(PATH, NOTE)
    (folder.root / "bad.md").write_bytes(b"# A\n\n\xe9\n")
    snapshot = read_snapshot(folder)
    assert [page.path for page in snapshot.pages] == [PATH]
    (fault,) = snapshot.skipped
    assert (fault.code, fault.path, fault.line) == ("unreadable", "bad.md", 3)
    assert search(folder, "zebra").skipped == 1
    (folder.root / "bad.md").write_text("# Fine now", encoding="utf-8")
    assert read_snapshot(folder).skipped == ()


def test_refused_file_is_tried_again(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_note(PATH, NOTE)
    with monkeypatch.context() as patch:
        patch.setattr("hardwon.files.folder.os.open", _refuse)
        assert [fault.path for fault in read_snapshot(folder).skipped] == [PATH]
    assert read_snapshot(folder).skipped == ()


def _refuse(*_: object) -> int:
    raise PermissionError(13, "Permission denied")


def test_undated_note_has_the_date_of_its_first_commit(
    folder: Folder, write_note: Write, git_repo: Callable[..., str]
) -> None:
    write_note(PATH, "# Zebra\n\nText.\n")
    write_note("episodic/code/own.md", NOTE)
    read_snapshot(folder)
    git_repo("add", ".")
    day = {"GIT_AUTHOR_DATE": "2024-05-06T12:00:00", "GIT_COMMITTER_DATE": "2024-05-06T12:00:00"}
    git_repo("commit", "-qm", "x", **day)
    dates = {
        e.title: (e.date and e.date.iso, e.date_origin) for e in read_snapshot(folder).experiences
    }
    assert dates == {
        "Zebra": ("2024-05-06", DateOrigin.GIT),
        "Zebra crossing": ("2026-01-02", DateOrigin.FIELD),
    }
    assert {hit.date for hit in search(folder, "zebra").hits} == {"2024-05-06", "2026-01-02"}


def test_history_is_read_once_for_each_commit(
    folder: Folder,
    write_note: Write,
    git_repo: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from hardwon.files import history

    calls = []
    original = history.read_first_commits
    monkeypatch.setattr(
        history, "read_first_commits", lambda root: calls.append(root) or original(root)
    )
    write_note(PATH, "# Zebra\n\nText.\n")
    git_repo("add", ".")
    git_repo("commit", "-qm", "x")
    for _ in range(3):
        read_snapshot(folder)
        search(folder, "zebra")
    assert len(calls) == 1
    git_repo("commit", "-qm", "y", "--allow-empty")
    search(folder, "zebra")
    read_snapshot(folder)
    assert len(calls) == 2


def test_progress_names_the_files_to_read(folder: Folder, write_note: Write) -> None:
    seen: list[tuple[int, int]] = []
    write_note(PATH, NOTE)
    write_note(BOOK_PATH, BOOK)
    read_snapshot(folder, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_a_folder_in_place_of_the_index_keeps_what_is_in_it(
    folder: Folder, write_note: Write
) -> None:
    write_note(PATH, "# Zebra\n\nText.\n")
    mine = folder.state_dir / "index.sqlite" / "mine"
    mine.parent.mkdir(parents=True)
    mine.write_text("keep")
    assert [hit.title for hit in search(folder, "zebra").hits] == ["Zebra"]
    assert (folder.state_dir / "index.sqlite.aside-1" / "mine").read_text() == "keep"


def test_a_note_is_dated_by_search_as_soon_as_it_is_committed(
    folder: Folder, write_note: Write, git_repo: Callable[..., str]
) -> None:
    write_note(PATH, "# Zebra\n\nText.\n")
    assert search(folder, "zebra").hits[0].date is None
    git_repo("add", ".")
    git_repo("commit", "-qm", "x", GIT_AUTHOR_DATE="2022-05-06T12:00:00")
    assert search(folder, "zebra").hits[0].date == "2022-05-06"
