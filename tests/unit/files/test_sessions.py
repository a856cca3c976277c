"""What is found out about a session: its transcript, and its commits."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from captures import OTHER, SESSION
from hardwon.files.sessions import read_transcript, read_work
from hardwon.model.captured import Work

Git = Callable[..., str]
posix = pytest.mark.skipif(os.name != "posix", reason="as POSIX has it")


def at(hour: int) -> dt.datetime:
    return dt.datetime(2026, 3, 1, hour, tzinfo=dt.UTC)


def commit(git: Git, tree: Path, hour: int, file: str, subject: str) -> None:
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    (tree / file).write_text(subject)
    git("add", "-A")
    stamp = at(hour).isoformat()
    git("commit", "-q", "-m", subject, GIT_COMMITTER_DATE=stamp, GIT_AUTHOR_DATE=stamp)


def test_commits_of_the_session(git_repo: Git, tmp_path: Path) -> None:
    commit(git_repo, tmp_path, 8, "old.py", "Before")
    git_repo("checkout", "-q", "-b", "fix")
    commit(git_repo, tmp_path, 10, "src/é.py", "First")
    commit(git_repo, tmp_path, 11, "src/b.py", "Second")
    commit(git_repo, tmp_path, 15, "new.py", "After")
    found = read_work(str(tmp_path / "src"), "fix", at(9), at(12))
    assert (found.project, Path(found.top).name) == (tmp_path.name, tmp_path.name)
    assert [subject for _, subject in found.commits] == ["First", "Second"]
    assert found.files == ("src/b.py", "src/é.py")


@posix
def test_the_working_tree_is_named_as_the_session_reached_it(git_repo: Git, tmp_path: Path) -> None:
    """Transcripts name files so, whatever links lead there."""
    commit(git_repo, tmp_path, 10, "a/b/c.py", "First")
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(tmp_path)
    for place in (link, link / "a", link / "a" / "b"):
        found = read_work(str(place), "main", at(9), at(12))
        assert (found.project, found.top) == (tmp_path.name, str(link))


def test_commits_of_the_branch_that_was_checked_out(git_repo: Git, tmp_path: Path) -> None:
    commit(git_repo, tmp_path, 8, "old.py", "Before")
    git_repo("checkout", "-q", "-b", "fix")
    commit(git_repo, tmp_path, 10, "a.py", "On the branch")
    git_repo("checkout", "-q", "main")
    found = read_work(str(tmp_path), "fix", at(9), at(12))
    assert [subject for _, subject in found.commits] == ["On the branch"]
    git_repo("branch", "-q", "-D", "fix")
    assert read_work(str(tmp_path), "fix", at(9), at(12)).commits == ()


@pytest.mark.parametrize("branch", ["--all", "main..fix", "x\0y", "@{u}", "fix^{/Be}", "*"])
def test_a_branch_is_a_name_and_nothing_else(git_repo: Git, tmp_path: Path, branch: str) -> None:
    commit(git_repo, tmp_path, 10, "a.py", "First")
    found = read_work(str(tmp_path), branch, at(9), at(12))
    assert [subject for _, subject in found.commits] == ["First"]


def test_without_a_commit_or_a_repository(git_repo: Git, tmp_path: Path) -> None:
    found = read_work(str(tmp_path), "main", at(9), at(12))
    assert (found.commits, found.files) == ((), ())
    gone = tmp_path / "gone"
    assert read_work(str(gone), "", at(9), at(12)) == Work(project="gone")


def test_no_program_of_the_repository_runs(git_repo: Git, tmp_path: Path) -> None:
    commit(git_repo, tmp_path, 10, "a.py", "First")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "core.pager", "gpg.program"):
        git_repo("config", key, str(trap))
    git_repo("config", "log.showSignature", "true")
    read_work(str(tmp_path), "main", at(9), at(12))
    assert not (tmp_path / "sprung").exists()


def test_a_transcript_is_named_after_its_session(tmp_path: Path) -> None:
    names = [f"{SESSION}.jsonl", f"rollout-2026-03-01-{SESSION}.jsonl"]
    for name in names:
        (tmp_path / name).write_text("one\ntwo")
        assert read_transcript(str(tmp_path / name), SESSION) == ["one", "two"]
        assert read_transcript(str(tmp_path / name), OTHER) == []
        assert read_transcript(str(tmp_path / name), "") == []
        assert read_transcript(str(tmp_path / name), "0f3c") == []
    own = tmp_path / SESSION / "events.jsonl"
    own.parent.mkdir()
    own.write_text("three")
    assert read_transcript(str(own), SESSION) == ["three"]
    assert read_transcript(str(own), OTHER) == []


@pytest.mark.parametrize(
    "path", ["", "relative/{}.jsonl", "/nowhere/{}.jsonl", "{here}/{}.key", "{here}/\0{}.jsonl"]
)
def test_nothing_else_is_read(tmp_path: Path, path: str) -> None:
    (tmp_path / f"{SESSION}.key").write_text("secret")
    assert read_transcript(path.format(SESSION, here=tmp_path), SESSION) == []


@posix
def test_neither_links_nor_pipes_are_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    file = tmp_path / f"{SESSION}.jsonl"
    file.symlink_to(tmp_path / "secret")
    assert read_transcript(str(file), SESSION) == []
    file.unlink()
    os.mkfifo(file)
    assert read_transcript(str(file), SESSION) == []


def test_of_a_long_transcript_both_ends_are_read(tmp_path: Path) -> None:
    file = tmp_path / f"{SESSION}.jsonl"
    with file.open("w") as out:
        out.write("first\n")
        for number in range(600_000):
            out.write(f"line {number}\n")
        out.write("last")
    lines = read_transcript(str(file), SESSION)
    assert (lines[0], lines[-1]) == ("first", "last")
    assert sum(map(len, lines)) < 4_500_000


def test_commits_of_the_first_and_the_last_second_count(git_repo: Git, tmp_path: Path) -> None:
    for hour in (9, 12):
        commit(git_repo, tmp_path, hour, f"{hour}.py", f"At {hour}")
    found = read_work(str(tmp_path), "main", at(9), at(12))
    assert [subject for _, subject in found.commits] == ["At 9", "At 12"]
    second = dt.timedelta(seconds=1)
    assert read_work(str(tmp_path), "main", at(9) + second, at(12) - second).commits == ()
