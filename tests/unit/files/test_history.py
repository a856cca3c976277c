"""First commits: renames followed, sub-folders right, silence without git."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.files.head import read_head
from hardwon.files.history import read_first_commits

Git = Callable[..., str]


def commit(git: Git, day: str) -> None:
    git("add", "-A")
    when = f"{day}T12:00:00+0000"
    git("commit", "-qm", day, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE="2030-01-01T00:00:00+0000")


def test_first_commit_of_each_file_below(
    git_repo: Git, write_note: Callable[[str, str], Path], memory_dir: Path
) -> None:
    write_note("a.md", "one\n")
    (memory_dir.parent / "outside.md").write_text("x")
    commit(git_repo, "2024-01-01")
    write_note("a.md", "two\n")
    write_note("a b “ü\n.md", "odd name\n")
    commit(git_repo, "2024-02-02")
    assert read_first_commits(memory_dir) == {"a.md": "2024-01-01", "a b “ü\n.md": "2024-02-02"}


def test_renamed_file_keeps_its_date(
    git_repo: Git, write_note: Callable[[str, str], Path], memory_dir: Path
) -> None:
    file = write_note("a.md", "".join(f"line {n}\n" for n in range(50)))
    commit(git_repo, "2024-01-01")
    file.rename(memory_dir / "b.md")
    commit(git_repo, "2024-02-02")
    assert read_first_commits(memory_dir)["b.md"] == "2024-01-01"


def test_shallow_clone_dates_nothing_of_its_oldest_commit(
    git_repo: Git, write_note: Callable[[str, str], Path], memory_dir: Path, tmp_path: Path
) -> None:
    write_note("a.md", "one\n")
    commit(git_repo, "2024-01-01")
    write_note("b.md", "two\n")
    commit(git_repo, "2024-02-02")
    write_note("c.md", "three\n")
    commit(git_repo, "2024-03-03")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth=2", f"file://{tmp_path}", str(clone)], check=True
    )
    assert read_first_commits(clone / "memory") == {"c.md": "2024-03-03"}


def test_silent_without_history(
    git_repo: Git, memory_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (read_head(memory_dir), read_first_commits(memory_dir)) == ("", {})
    monkeypatch.setenv("PATH", "")
    assert (read_head(memory_dir), read_first_commits(memory_dir)) == ("", {})


def test_head_is_read_as_git_tells_it(memory_dir: Path, git_repo: Callable[..., str]) -> None:
    def told() -> str:
        return git_repo("rev-parse", "HEAD").strip()

    git_repo("commit", "-qm", "one", "--allow-empty")
    assert read_head(memory_dir) == told()
    git_repo("pack-refs", "--all")
    assert read_head(memory_dir) == told()
    git_repo("commit", "-qm", "two", "--allow-empty")
    assert read_head(memory_dir) == told()
    git_repo("checkout", "-q", "--detach", "HEAD~1")
    assert read_head(memory_dir) == told()
    git_repo("worktree", "add", "-q", "other", "main")
    assert read_head(memory_dir.parent / "other") == git_repo("rev-parse", "main").strip()
