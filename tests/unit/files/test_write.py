"""Files are replaced in one step, and what somebody else saved meanwhile stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardwon.errors import ChangedOnDiskError, HardwonError
from hardwon.files import write
from hardwon.files.exchange import exchange
from hardwon.files.folder import Folder

OLD, NEW, HAND = b"old\n", b"new\n", b"edited by hand\n"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "book.md").write_bytes(OLD)
    return Folder(tmp_path)


def names(folder: Folder) -> list[str]:
    return sorted(path.name for path in folder.root.iterdir())


def test_a_file_is_replaced_and_nothing_is_left_beside_it(folder: Folder) -> None:
    write.write_note(folder, "book.md", NEW, old=OLD)
    assert (folder.root / "book.md").read_bytes() == NEW
    assert names(folder) == ["book.md"]


def test_the_mode_of_a_file_stays(folder: Folder) -> None:
    (folder.root / "book.md").chmod(0o640)
    write.write_note(folder, "book.md", NEW, old=OLD)
    assert (folder.root / "book.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("old", [b"something else", None])
def test_a_file_that_is_not_as_it_was_read_stays(folder: Folder, old: bytes | None) -> None:
    with pytest.raises(ChangedOnDiskError, match=r"book\.md: changed on disk"):
        write.write_note(folder, "book.md", NEW, old=old)
    assert (folder.root / "book.md").read_bytes() == OLD
    assert names(folder) == ["book.md"]


def test_a_file_that_is_gone_stays_gone(folder: Folder) -> None:
    (folder.root / "book.md").unlink()
    with pytest.raises(ChangedOnDiskError):
        write.write_note(folder, "book.md", NEW, old=OLD)
    assert names(folder) == []


def in_the_last_moment(monkeypatch: pytest.MonkeyPatch, act) -> None:
    """Run `act` between the last comparison and the exchange."""

    def late(one: str, other: str) -> bool:
        monkeypatch.setattr(write, "exchange", exchange)
        act()
        return exchange(one, other)

    monkeypatch.setattr(write, "exchange", late)


def can_exchange(folder: Folder) -> bool:
    (folder.root / "a").touch()
    (folder.root / "b").touch()
    able = exchange(str(folder.root / "a"), str(folder.root / "b"))
    (folder.root / "a").unlink()
    (folder.root / "b").unlink()
    return able


@pytest.mark.parametrize("manner", ["in place", "renamed"])
def test_an_edit_between_comparison_and_rename_is_kept(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, manner: str
) -> None:
    if not can_exchange(folder):
        pytest.skip("the file system cannot exchange two files")
    book = folder.root / "book.md"

    def save() -> None:
        if manner == "in place":
            book.write_bytes(HAND)
        else:
            (folder.root / "aside").write_bytes(HAND)
            (folder.root / "aside").replace(book)

    in_the_last_moment(monkeypatch, save)
    with pytest.raises(ChangedOnDiskError):
        write.write_note(folder, "book.md", NEW, old=OLD)
    assert book.read_bytes() == HAND
    assert names(folder) == ["book.md"]


def test_a_file_deleted_in_the_last_moment_stays_deleted(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_last_moment(monkeypatch, (folder.root / "book.md").unlink)
    with pytest.raises(HardwonError):
        write.write_note(folder, "book.md", NEW, old=OLD)
    assert names(folder) == []


def test_without_exchange_a_plain_rename_serves(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "exchange", lambda one, other: False)
    write.write_note(folder, "book.md", NEW, old=OLD)
    assert (folder.root / "book.md").read_bytes() == NEW
    assert names(folder) == ["book.md"]


def leave(folder: Folder, held: bytes, old: bytes | None, new: bytes) -> Path:
    leftover = folder.root / write._temporary_name(old, new)
    leftover.write_bytes(held)
    return leftover


@pytest.mark.parametrize(
    ("held", "in_place"),
    [(NEW, OLD), (NEW[:2], OLD), (OLD, NEW), (b"", OLD), (NEW[:2], HAND)],
    ids=["before the rename", "half written", "behind it", "empty", "edited since"],
)
def test_what_a_killed_writer_left_is_removed(folder: Folder, held: bytes, in_place: bytes) -> None:
    (folder.root / "book.md").write_bytes(in_place)
    leave(folder, held, OLD, NEW)
    write.clear_leftovers(folder)
    assert names(folder) == ["book.md"]
    assert (folder.root / "book.md").read_bytes() == in_place


def test_an_edit_that_a_killed_writer_pushed_aside_comes_back(folder: Folder) -> None:
    if not can_exchange(folder):
        pytest.skip("the file system cannot exchange two files")
    (folder.root / "book.md").write_bytes(NEW)
    leave(folder, HAND, OLD, NEW)
    write.clear_leftovers(folder)
    assert names(folder) == ["book.md"]
    assert (folder.root / "book.md").read_bytes() == HAND


def test_files_of_others_are_no_leftovers(folder: Folder) -> None:
    for name in (".hardwon-x.tmp", "notes.tmp", ".hardwon-0123.tmp"):
        (folder.root / name).write_bytes(b"x")
    (folder.root / write._temporary_name(OLD, NEW)).symlink_to("book.md")
    before = names(folder)
    write.clear_leftovers(folder)
    assert names(folder) == before
