"""Nothing outside the memory folder is reached, whatever a path says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.errors import OutsideMemoryError
from hardwon.files.gate import inside


@pytest.mark.parametrize(
    "path",
    [
        "episodic/code/2026-01-02-a.md",
        "semantic/patterns/über-müll.md",
        "procedural/workflows/日本.md",
        "a b/c.d.md",
        ".hardwon/lock",
        "..a/b..md",
        "console/comma.md",
    ],
)
def test_path_in_the_memory_is_returned(memory_dir: Path, path: str) -> None:
    assert inside(memory_dir, path) == memory_dir / path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/etc/passwd",
        "//host/share",
        "..",
        "../memory/a.md",
        "episodic/../../a.md",
        "episodic/..",
        ".",
        "./a.md",
        "episodic/./a.md",
        "episodic//a.md",
        "episodic/",
        "..\\a.md",
        "episodic\\a.md",
        "\\\\host\\share\\a.md",
        "C:",
        "C:a.md",
        "c:/a.md",
        "episodic/C:/a.md",
        "a\0.md",
        "a\n.md",
        "a\x1b[31m.md",
        "a\x9b.md",
        "a\udcff.md",
        ".git/hooks/a.md",
        "episodic/.GIT/config",
        "a?.md",
        "a:b.md",
        "a" * 300 + "/" + "b" * 5000,
    ],
)
def test_other_path_is_refused(memory_dir: Path, path: str) -> None:
    with pytest.raises(OutsideMemoryError) as caught:
        inside(memory_dir, path)
    assert caught.value.path == path


@pytest.mark.parametrize(
    "name", ["con", "CON.md", "nul.tar.md", "aux.", "com1", "LPT9.md", "com¹", "a.md.", "a.md "]
)
def test_name_that_windows_cannot_hold_is_not_made(memory_dir: Path, name: str) -> None:
    for path in (name, f"episodic/{name}", f"{name}/a.md"):
        with pytest.raises(OutsideMemoryError):
            inside(memory_dir, path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_such_a_name_that_is_there_is_taken_as_it_is(memory_dir: Path) -> None:
    for name in ("nul.md", "a. ", "a\x1b.md", "a?.md"):
        (memory_dir / name).write_text("x", encoding="utf-8")
        assert inside(memory_dir, name) == memory_dir / name


def test_links_are_refused_in_every_part(memory_dir: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("secret", encoding="utf-8")
    (memory_dir / "link").symlink_to(outside)
    (memory_dir / "episodic" / "inner").symlink_to(memory_dir / "semantic")
    (memory_dir / "file.md").symlink_to(outside / "a.md")
    (memory_dir / "dangling.md").symlink_to(outside / "missing.md")
    (memory_dir / "loop").symlink_to(memory_dir / "loop")
    for path in (
        "link", "link/a.md", "link/new/b.md", "episodic/inner/patterns/a.md", "file.md",
        "dangling.md", "loop", "loop/a.md",
    ):  # fmt: skip
        with pytest.raises(OutsideMemoryError, match="symbolic link"):
            inside(memory_dir, path)


def test_memory_folder_may_be_reached_by_a_link(memory_dir: Path, tmp_path: Path) -> None:
    link = tmp_path / "linked"
    link.symlink_to(memory_dir)
    assert inside(link, "episodic/a.md") == link / "episodic/a.md"


def test_part_below_a_file_is_left_to_the_system(memory_dir: Path) -> None:
    (memory_dir / "a.md").write_text("x", encoding="utf-8")
    assert inside(memory_dir, "a.md/b.md") == memory_dir / "a.md" / "b.md"


_PARTS = st.sampled_from(
    ["..", ".", "", "a", "..\\x", "C:", "/", "~", "\0", "link", "episodic", "%2e%2e", "．．", "con"]
)


@given(st.one_of(st.text(), st.lists(_PARTS).map("/".join)))
def test_whatever_passes_lies_inside(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    root = tmp_path_factory.getbasetemp() / "gate"
    root.mkdir(exist_ok=True)
    if not (root / "link").is_symlink():
        (root / "link").symlink_to("/")
        (root / "episodic").mkdir()
    try:
        found = inside(root, path)
    except OutsideMemoryError:
        return
    assert Path(os.path.normpath(found)) == found != root
    assert Path(os.path.realpath(found)).is_relative_to(root.resolve())
