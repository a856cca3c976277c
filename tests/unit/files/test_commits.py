"""Git is asked safely, and one commit is read as its author wrote it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.errors import GitError
from hardwon.files.commits import read_commit
from hardwon.files.git import run_git

Git = Callable[..., str]


def _commit(git: Git, message: str, **environ: str) -> None:
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", message, **environ)


def test_reads_message_author_date_and_files(tmp_path: Path, git_repo: Git) -> None:
    (tmp_path / "ä b.txt").write_text("x")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("x")
    _commit(
        git_repo,
        "Fix the\nloop\n\nIt ran twice.\n\n- once now\n",
        GIT_AUTHOR_DATE="2026-01-05T23:30:00+0900",
        GIT_COMMITTER_DATE="2026-02-01T00:00:00+0000",
    )
    commit = read_commit("HEAD", tmp_path / "src")
    assert commit.subject == "Fix the loop"
    assert commit.body == "It ran twice.\n\n- once now"
    assert commit.date == dt.date(2026, 1, 5)
    assert commit.files == ("src/a.py", "ä b.txt")
    assert commit.repository == tmp_path.name
    assert commit.id == git_repo("rev-parse", "HEAD").strip()


def test_a_merge_changes_what_differs_from_its_first_parent(tmp_path: Path, git_repo: Git) -> None:
    _commit(git_repo, "root")
    git_repo("checkout", "-q", "-b", "side")
    (tmp_path / "side.txt").write_text("x")
    _commit(git_repo, "side")
    git_repo("checkout", "-q", "main")
    (tmp_path / "main.txt").write_text("x")
    _commit(git_repo, "main")
    git_repo("merge", "-q", "-m", "merge", "side")
    assert read_commit("HEAD", tmp_path).files == ("side.txt",)
    assert read_commit("main~1", tmp_path).files == ("main.txt",)


def test_a_tag_means_its_commit(tmp_path: Path, git_repo: Git) -> None:
    _commit(git_repo, "first")
    git_repo("tag", "-a", "v1", "-m", "Release notes")
    assert read_commit("v1", tmp_path).subject == "first"


@pytest.mark.parametrize(
    "revision", ["-p", "--all", "nope", "HEAD..HEAD", "HEAD:f.txt", "", "^HEAD"]
)
def test_what_names_no_single_commit_is_refused(
    tmp_path: Path, git_repo: Git, revision: str
) -> None:
    (tmp_path / "f.txt").write_text("x")
    _commit(git_repo, "first")
    with pytest.raises(GitError):
        read_commit(revision, tmp_path)


def test_outside_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        read_commit("HEAD", tmp_path)
    with pytest.raises(GitError, match="there is no folder"):
        run_git(["status"], tmp_path / "gone")


def test_no_program_of_the_repository_is_run(tmp_path: Path, git_repo: Git) -> None:
    (tmp_path / ".gitattributes").write_text("*.txt diff=evil\n")
    (tmp_path / "f.txt").write_text("one\n")
    _commit(git_repo, "first")
    (tmp_path / "f.txt").write_text("two\n")
    mark = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat \"$1\"\n")
    script.chmod(0o755)
    for key in ("diff.external", "diff.evil.textconv", "diff.evil.command", "core.fsmonitor"):
        git_repo("config", key, str(script))
    assert "+two" in run_git(["diff"], tmp_path)
    assert not mark.exists()
    git_repo("diff")
    assert mark.exists()  # without the options it would have been run


def test_a_missing_git_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        run_git(["status"], tmp_path)
