"""What differs from an earlier listing, found without listing everything again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from hardwon.files import listing
from hardwon.files.listing import UNKNOWN, Listed, find_changes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders are listed anew each time")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a/one.md", "a/two.md", "a/b/three.md", "c/four.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    for path in (*tmp_path.rglob("*"), tmp_path):
        os.utime(path, (1, 1))
    return tmp_path


def later() -> int:
    """Return a time from which nothing looks young."""
    return time.time_ns() + 10**12


def listed(root: Path) -> dict[bytes, Listed]:
    return find_changes(str(root), {}, later()).listed


def test_nothing_is_listed_again_while_nothing_changes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = listed(root)
    assert sorted(known) == [b"", b"a", b"a/b", b"c"]
    monkeypatch.setattr(listing.os, "scandir", None)
    assert find_changes(str(root), known, later()) == ({}, {}, frozenset())


def test_a_file_edited_in_place_needs_no_listing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = listed(root)
    with (root / "a/one.md").open("a") as file:
        file.write("more")
    monkeypatch.setattr(listing.os, "scandir", None)
    found = find_changes(str(root), known, later()).listed
    assert list(found) == [b"a"]
    before, now = known[b"a"].times_of(), found[b"a"].times_of()
    assert [name for name in now if now[name] != before[name]] == [b"one.md"]


def test_new_and_removed_names_show_by_the_time_of_their_folder(root: Path) -> None:
    known = listed(root)
    (root / "a/new.md").write_text("x")
    (root / "c/four.md").unlink()
    found = find_changes(str(root), known, later()).listed
    assert {path: row.names for path, row in found.items()} == {
        b"a": (b"new.md", b"one.md", b"two.md"),
        b"c": (),
    }


def test_new_folders_are_looked_into_and_lost_ones_are_gone_with_all_below(root: Path) -> None:
    known = listed(root)
    (root / "a").rename(root / "c/d")
    found = find_changes(str(root), known, later())
    assert sorted(found.listed) == [b"", b"c", b"c/d", b"c/d/b"]
    assert found.gone == {b"a", b"a/b"}
    assert find_changes(str(root), known, later(), {b"", b"c"}) == found


def test_a_folder_in_the_place_of_another_is_not_taken_for_it(root: Path) -> None:
    known = listed(root)
    (root / "c").rename(root.parent / "aside")
    (root / "c").mkdir()
    os.utime(root / "c", (1, 1))
    os.utime(root, (1, 1))
    found = find_changes(str(root), known, later()).listed
    assert found[b"c"].names == ()


def test_a_link_in_the_place_of_a_folder_is_not_followed(root: Path, tmp_path: Path) -> None:
    known = listed(root)
    (root / "c").rename(root / "a/c")
    (root / "c").symlink_to("a/c")
    found = find_changes(str(root), known, later())
    assert found.listed[b""].names == (b"c",)
    assert found.faults == {b"c": listing.LINK_FAULT}
    assert found.gone == {b"c"}


def test_only_the_named_folders_are_looked_at(root: Path) -> None:
    known = listed(root)
    for name in ("a/one.md", "c/four.md"):
        (root / name).write_text("changed")
    assert list(find_changes(str(root), known, later(), {b"c"}).listed) == [b"c"]
    assert find_changes(str(root), known, later(), {b"unknown"}).listed == {}


def test_young_folders_are_listed_again(root: Path) -> None:
    young = find_changes(str(root), {}, time.time_ns() - 10**12).listed
    assert {row.own for row in young.values()} == {UNKNOWN}
    (root / "a/new.md").write_text("x")
    for path in (root, root / "a"):
        os.utime(path, (1, 1))
    assert b"new.md" in find_changes(str(root), young, later()).listed[b"a"].names


def test_inodes_of_all_64_bits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert listing._pack([1, 2, 3, 2**64 - 1]) == listing._pack([1, 2, 3, 2**63 - 1])
