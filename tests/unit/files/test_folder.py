"""What a listing of the folder names, and what it does not follow."""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

import pytest

from hardwon.errors import UnreadableFileError
from hardwon.files import folder as folders
from hardwon.files.folder import MAX_BYTES, Folder, decode
from hardwon.files.listing import LINK_FAULT
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault
from small_memory import findings_of


def listed(root: Path) -> dict[str, str | None]:
    return {entry.path: entry.fault for entry in Folder(root).walk()}


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "note.md").write_text("# Outside\n", encoding="utf-8")
    root = tmp_path / "memory"
    root.mkdir()
    (root / "folder").symlink_to(outside)
    (root / "itself.md").symlink_to("itself.md")
    (root / "note.md").symlink_to(outside / "note.md")
    (root / "gone.md").symlink_to("nowhere")
    (root / "picture.png").symlink_to("nowhere.png")
    assert listed(root) == dict.fromkeys(("folder", "gone.md", "itself.md", "note.md"), LINK_FAULT)


def test_a_name_that_is_no_text_is_named_legibly(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/gr\xf6.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("this system takes no such name")
    assert listed(tmp_path) == {"gr\\xf6.md": "has a name that is not UTF-8"}


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir
    (tmp_path / "locked").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open/a.md").write_bytes(b"x")

    def refuse(path: bytes) -> object:
        if os.fsdecode(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(folders.os, "scandir", refuse)
    assert listed(tmp_path) == {"locked": "cannot be listed: permission denied", "open/a.md": None}


def test_folders_may_lie_deeper_than_python_calls_itself(tmp_path: Path) -> None:
    (tmp_path / "/".join("d" * 120)).mkdir(parents=True)
    (tmp_path / "/".join("d" * 120) / "note.md").write_bytes(b"x")
    bound = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        found = listed(tmp_path)
    finally:
        sys.setrecursionlimit(bound)
    assert list(found.values()) == [None]


def test_a_file_is_read_up_to_the_bound(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"a" * MAX_BYTES)
    (tmp_path / "b.md").write_bytes(b"a" * (MAX_BYTES + 1))
    assert len(Folder(tmp_path).read_bytes("a.md")) == MAX_BYTES
    with pytest.raises(UnreadableFileError, match="1,000,001 bytes, more than the 1,000,000"):
        Folder(tmp_path).read_bytes("b.md")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)  # fmt: skip
def test_other_encodings_of_unicode_are_called_what_they_are(encoding: str, name: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        decode("# A title\n\nWords, größer.\n".encode(encoding), "a.md")
    assert caught.value.message == f"is {name}, not UTF-8"
    assert caught.value.hint == "save it again as UTF-8"


@pytest.mark.parametrize("data", [b"", b"a", b"ab", "ä".encode(), b"\xef\xbb\xbf# a\n"])
def test_short_texts_are_no_other_encoding(data: bytes) -> None:
    assert decode(data, "a.md").encode() == data


def test_paths_that_are_one_elsewhere_are_named() -> None:
    texts = dict.fromkeys(
        ["a/Case.md", "a/case.md", "a/gr\u00f6.md", "a/gro\u0308.md", "A/other.md", "a/others.md"],
        "# A\n",
    )
    found = {f.path: f.message for f in findings_of("path-clash", texts)}
    assert found == {
        "a/case.md": "differs from 'a/Case.md' only in upper and lower case: "
        "elsewhere the two are one file",
        "a/gr\u00f6.md": "differs from 'a/gro\u0308.md' only in how its letters are composed: "
        "elsewhere the two are one file",
    }


def test_a_link_is_told_by_check_and_by_nothing_else(tmp_path: Path) -> None:
    from hardwon.memory import Memory

    (tmp_path / "episodic").mkdir()
    (tmp_path / "episodic/a.md").write_text("# A\n", encoding="utf-8")
    (tmp_path / "episodic/b.md").symlink_to("a.md")
    memory = Memory.open(tmp_path)
    snapshot = memory.read()
    assert snapshot == Snapshot(
        snapshot.pages, (), (Fault("symbolic-link", "episodic/b.md", 1, LINK_FAULT),)
    )
    assert memory.plan().skipped == ()
    assert [f.path for f in memory.check() if f.code == "symbolic-link"] == ["episodic/b.md"]
