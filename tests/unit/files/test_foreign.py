"""Where foreign files come from, as git tells it, and by which paths they are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.errors import HardwonError
from hardwon.files import foreign
from hardwon.files.foreign import find_foreign, read_repository


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("https://me:secret@example.org/acme/shop", "acme/shop"),
        ("ssh://git@example.org:22/team/acme/shop.git/", "acme/shop"),
        ("../shop.git", None),
        ("/srv/git/shop.git", None),
    ],
)
def test_a_repository_is_named_by_its_remote_and_without_a_login(
    url: str, name: str | None, tmp_path: Path, git_repo: Callable[..., str]
) -> None:
    (tmp_path / "a.md").write_bytes(b"A\r\n")
    git_repo("add", "a.md")
    git_repo("commit", "-qm", "a")
    git_repo("remote", "add", "origin", url)
    found = read_repository(tmp_path)
    assert found is not None
    assert found.name == (name or tmp_path.name)
    assert found.holds(tmp_path / "a.md", b"A\r\n")
    assert not found.holds(tmp_path / "a.md", b"A\n")
    assert not found.holds(tmp_path.parent / "a.md", b"A\r\n")


def test_outside_of_a_repository_there_is_none(tmp_path: Path) -> None:
    assert read_repository(tmp_path) is None


def test_a_file_is_shown_from_its_project_and_known_by_the_folders_above(tmp_path: Path) -> None:
    rules = tmp_path / "home" / "app" / ".cursor" / "rules"
    rules.mkdir(parents=True)
    (rules / "x.md").write_text("x", encoding="utf-8")
    memory = tmp_path / "memory"

    def shown(named: Path, here: Path) -> tuple[str, str]:
        (file,) = find_foreign(named, memory, here)
        return file.path, file.known_as

    assert shown(rules / "x.md", rules) == ("x.md", "home/app/.cursor/rules/x.md")
    assert shown(rules, tmp_path / "home") == (
        "app/.cursor/rules/x.md", "home/app/.cursor/rules/x.md",
    )  # fmt: skip
    assert shown(rules, tmp_path / "else") == (
        ".cursor/rules/x.md", "home/app/.cursor/rules/x.md",
    )  # fmt: skip
    (tmp_path / "home" / "app" / ".git").mkdir()
    assert shown(rules / "x.md", rules) == (".cursor/rules/x.md",) * 2


def test_more_files_than_anybody_means_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "MAX_FILES", 2)
    for name in ("a.md", "b.mdc", "c.txt", "d.yaml"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(HardwonError, match="holds more than 2 files"):
        list(find_foreign(tmp_path, tmp_path / "memory", tmp_path))
