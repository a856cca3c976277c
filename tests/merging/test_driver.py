"""Real git merges two branches of one memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from branches import (
    Repository,
    Scenario,
    differences,
    learn_on,
    learned_on_one_branch,
    make_scenario,
    read,
    work,
    write,
)
from hardwon.actions.check import check_memory
from hardwon.actions.driver import driver_command, install_driver
from hardwon.actions.resolve import Outcome, resolve_merge
from hardwon.files.folder import Folder
from memories import BOOK, note, pattern

HERE = "Close Every Cursor"


def repository(tmp_path: Path, *, driver: bool = True) -> Repository:
    return Repository(tmp_path / "merged", driver_command() if driver else None)


def whole_of(tmp_path: Path, scenario: Scenario) -> dict[str, str]:
    learned_on_one_branch(tmp_path / "one", scenario)
    learn_on(tmp_path / "one")
    return read(tmp_path / "one")


def agrees(tmp_path: Path, repo: Repository, scenario: Scenario) -> bool:
    """Return whether the merged memory is, after learning, the one learned on one branch."""
    whole = whole_of(tmp_path, scenario)
    learn_on(repo.memory)
    assert repo.git("status", "--porcelain", "--", "memory/.gitattributes").stdout == ""
    return differences(tmp_path / "one", read(repo.memory), whole) == []


SEEDS = [*range(1, 7), *(pytest.param(n, marks=pytest.mark.slow) for n in range(7, 101))]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_merge_is_what_learning_all_notes_on_one_branch_makes(tmp_path: Path, seed: int) -> None:
    scenario = make_scenario(seed)
    repo = repository(tmp_path)
    repo.fork(scenario)
    repo.git("merge", "-q", "-m", "merged", "two")
    assert agrees(tmp_path, repo, scenario)


def other_ways() -> list:
    ways = ["rebase", "cherry-pick", "squash"]
    seeds = [(way, seed) for seed in range(1, 21) for way in ways]
    return [pytest.param(*x, marks=[pytest.mark.slow] if x[1] > 2 else []) for x in seeds]


@pytest.mark.parametrize(("way", "seed"), other_ways())
def test_other_ways_of_joining_branches_end_in_the_same_memory(
    tmp_path: Path, way: str, seed: int
) -> None:
    scenario = make_scenario(seed)
    repo = repository(tmp_path)
    repo.fork(scenario)
    if way == "rebase":
        repo.git("rebase", "-q", "two")
    elif way == "cherry-pick":
        repo.git("cherry-pick", "two")
    else:
        repo.git("merge", "-q", "--squash", "two")
    assert agrees(tmp_path, repo, scenario)


def both_edit(repo: Repository, old: str, ours: str, theirs: str) -> str:
    """Let both branches learn a note, and edit one place of the book by hand; return the base."""
    base = "# Patterns\n\n" + pattern(
        HERE, 3, "MEDIUM", pattern="Use a with block. Close it. Count them."
    )
    book = repo.memory / BOOK
    book.parent.mkdir(parents=True)
    book.write_text(base)
    repo.commit("base")
    for number, (name, new) in enumerate({"two": theirs, "one": ours}.items(), start=1):
        repo.git("checkout", "-q", "-b", name, "main")
        path = repo.memory / f"episodic/code/2026-03-0{number}-{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note(f"Pool ran dry {name}", f"2026-03-0{number}", applied=HERE))
        book.write_text(book.read_text().replace(old, new))
        learn_on(repo.memory)
        repo.commit(name)
    return base


def test_a_sentence_that_both_changed_is_marked_and_all_else_is_merged(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    both_edit(repo, "Close it.", "Close it at once.", "Close it last.")
    assert repo.git("merge", "two", check=False).returncode == 1
    text = (repo.memory / BOOK).read_text()
    marked = (
        "Use a with block.\n<<<<<<< ours\nClose it at once.\n=======\nClose it last.\n"
        ">>>>>>> theirs\nCount them.\n"
    )
    assert marked in text
    assert text.count("<<<<<<<") == 1
    assert "**Confidence:** HIGH\n**Based on:** 5 examples\n**Last reinforced:** 2026-03-02" in text
    assert text.count("2026-03-01-two.md") == text.count("2026-03-02-one.md") == 1
    codes = {finding.code for finding in check_memory(Folder(repo.memory)).findings}
    assert codes == {"conflict-markers"}


def test_different_sentences_of_one_line_are_no_conflict(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    both_edit(
        repo, "Use a with block. Close it.", "Use a with block! Close it.", "Use it. Close it."
    )
    assert repo.git("merge", "two", check=False).returncode == 1
    repo = Repository(tmp_path / "second", driver_command())
    old = "Use a with block. Close it. Count them."
    both_edit(repo, old, old.replace("Use a", "Always use a"), old.replace("them.", "them all."))
    repo.git("merge", "-q", "-m", "merged", "two")
    text = (repo.memory / BOOK).read_text()
    assert "Always use a with block. Close it. Count them all." in text


def test_line_ends_and_the_missing_last_newline_stay(tmp_path: Path) -> None:
    scenario = make_scenario(3)
    repo = repository(tmp_path)
    files = {
        path: text.rstrip("\n").replace("\n", "\r\n") if path == BOOK else text
        for path, text in scenario.base.items()
    }
    plain = Repository(tmp_path / "plain", driver_command())
    for one, base in ((repo, files), (plain, scenario.base)):
        one.git("config", "core.autocrlf", "false")
        one.fork(Scenario(base, *(strip_edits(b) for b in (scenario.one, scenario.other))))
        one.git("merge", "-q", "-m", "merged", "two")
    expected = (plain.memory / BOOK).read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n")
    assert (repo.memory / BOOK).read_bytes() == expected


def strip_edits(branch):
    from dataclasses import replace

    return replace(branch, edits=())


def test_the_driver_runs_nothing_that_the_repository_holds(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    for name in ("hardwon.py", "click.py", "sitecustomize.py"):
        (repo.top / name).write_text("open('ran', 'w').close()\nraise SystemExit(3)\n")
    repo.fork(make_scenario(2))
    repo.git("merge", "-q", "-m", "merged", "two")
    assert not (repo.top / "ran").exists()


@pytest.mark.parametrize(
    "data",
    [b"caf\xe9\n", b"a\0b\n", "\ue000conflict 0\ue001\n".encode(), b"a\n" * 600_000],
    ids=["Latin-1", "NUL", "the mark of a hole", "too large"],
)
def test_what_is_no_text_is_left_to_git(tmp_path: Path, data: bytes) -> None:
    repo = repository(tmp_path)
    file = repo.memory / "episodic/code/2026-01-01-odd.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(data + b"1\n2\n3\n4\n5\n")
    repo.commit("base")
    for name, old, new in (("two", b"1\n", b"one\n"), ("one", b"5\n", b"five\n")):
        repo.git("checkout", "-q", "-b", name, "main")
        file.write_bytes(file.read_bytes().replace(old, new))
        repo.commit(name)
    clean = repo.git("merge", "-q", "-m", "merged", "two", check=False).returncode == 0
    assert clean is (b"\0" not in data)
    assert b"five\n" in file.read_bytes()


def write_versions(folder: Path) -> list[Path]:
    """Return base, ours and theirs, which git merges by lines."""
    texts = {"base": "a\nb\nc\nd\ne\n", "ours": "A\nb\nc\nd\ne\n", "theirs": "a\nb\nc\nd\nE\n"}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def test_a_failure_of_ours_is_a_merge_by_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hardwon.actions import merge

    files = write_versions(tmp_path)
    monkeypatch.setattr(merge, "merge_page", lambda *args: 1 / 0)
    done = merge.merge_files(files, "memory/semantic/a.md", tmp_path, 7)
    assert done == merge.DriverMerge(0, "ZeroDivisionError")
    assert files[1].read_text() == "A\nb\nc\nd\nE\n"


@pytest.mark.parametrize(
    ("settings", "path", "reason"),
    [
        ("", "memory/semantic/a.md", None),
        ("[matching]\nfuzzy = 1\n", "memory/semantic/a.md", "hardwon.toml:2: matching.fuzzy: "),
        ("", "../a.md", "has the part '..'\n"),
        ("", "memory/a\n\x1b[1m.md", "'a\\n\\x1b[1m.md' cannot be the name of a file or folder"),
    ],
    ids=["merged by pattern", "wrong settings", "outside", "a name that a terminal obeys"],
)
def test_git_is_told_why_a_file_was_merged_by_lines(
    tmp_path: Path, settings: str, path: str, reason: str | None
) -> None:
    repo = repository(tmp_path)
    (repo.memory / "hardwon.toml").write_text(settings)
    base, ours, theirs = map(str, write_versions(tmp_path))
    done = run(repo, "merge-driver", "run", base, ours, theirs, path)
    assert (done.returncode, done.stdout) == (0, "")
    assert Path(ours).read_text() == "A\nb\nc\nd\nE\n"
    shown = path.replace("\n", "\\n").replace("\x1b", "\\x1b")
    if reason is None:
        assert done.stderr == ""
    else:
        assert done.stderr.startswith(f"{shown}: merged by lines, as git does: {reason}")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["two", "HEAD", "TWO", "{}^0", "--all"])
def test_only_the_full_name_of_a_commit_is_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from hardwon.files import sides

    repo = repository(tmp_path)
    repo.commit("base")
    (repo.memory / "a.md").write_text("a\n")
    repo.commit("two")
    commit = repo.git("rev-parse", "HEAD").stdout.strip()
    repo.git("branch", "two")
    repo.git("reset", "-q", "--hard", "HEAD^")
    asked: list[str] = []
    holds = sides._holds
    monkeypatch.setattr(sides, "_holds", lambda *args: asked.append(args[1]) or holds(*args))
    monkeypatch.setenv(f"GITHEAD_{name.format(commit)}", "two")
    found = sides.find_sides(repo.top, "memory/a.md", b"", b"", b"a\n")
    assert found is not None
    assert found.theirs == commit
    assert all(len(one) == 40 for one in asked if one)
    asked.clear()
    monkeypatch.setenv(f"GITHEAD_{commit}", "two")
    assert sides.find_sides(repo.top, "memory/a.md", b"", b"", b"a\n") == found
    assert asked[1] == commit  # behind HEAD


@pytest.mark.parametrize("path", ["../out/semantic/a.md", "link/semantic/a.md", "{}/semantic/a.md"])
def test_no_settings_outside_the_repository_are_read(tmp_path: Path, path: str) -> None:
    from hardwon.actions.merge import merge_bytes
    from hardwon.errors import OutsideMemoryError

    top, out = tmp_path / "top", tmp_path / "out"
    top.mkdir()
    (out / "semantic").mkdir(parents=True)
    (out / "hardwon.toml").write_text("not = [TOML")
    (top / "link").symlink_to(out)
    with pytest.raises(OutsideMemoryError):
        merge_bytes([b"a\n", b"a\n", b"b\n"], path.format(out), top, None)


# -- installing ---------------------------------------------------------------------------


def run(repo: Repository, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hardwon", *args]
    return subprocess.run(command, cwd=repo.top, capture_output=True, text=True, check=False)


def test_installing_names_the_driver_once_and_keeps_other_lines(tmp_path: Path) -> None:
    repo = repository(tmp_path, driver=False)
    attributes = repo.memory / ".gitattributes"
    attributes.write_bytes(b"# ours\r\n*.png binary")
    (repo.memory / "episodic").mkdir()
    first = run(repo, "merge-driver", "install")
    assert first.returncode == 0
    assert first.stdout.splitlines() == [
        "wrote memory/.gitattributes",
        "set merge.hardwon.driver in the settings of this clone",
    ]
    kept = b"# ours\r\n*.png binary\r\n*.md merge=hardwon\r\n*.markdown merge=hardwon\r\n"
    assert attributes.read_bytes() == kept
    assert repo.git("config", "merge.hardwon.driver").stdout.rstrip() == driver_command()
    second = run(repo, "merge-driver", "install")
    assert second.stdout == "the merge driver is installed already\n"
    assert attributes.read_bytes() == kept


def test_a_clone_without_the_driver_is_told(tmp_path: Path) -> None:
    repo = repository(tmp_path, driver=False)
    book = repo.memory / BOOK
    book.parent.mkdir(parents=True)
    book.write_text("# Patterns\n\n" + pattern(HERE, 1))
    told = run(repo, "check")
    assert told.returncode == 1
    assert "memory/.gitattributes:1: merge-driver this clone does not know" in told.stdout
    assert "hardwon merge-driver install" in told.stdout
    assert run(repo, "merge-driver", "install").returncode == 0
    assert run(repo, "check").returncode == 0


def test_outside_a_repository_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / "semantic").mkdir()
    (tmp_path / ".gitattributes").write_text("*.md merge=hardwon\n")
    assert check_memory(Folder(tmp_path)).findings == ()


# -- mending ------------------------------------------------------------------------------


def forked_without_driver(tmp_path: Path, seed: int) -> tuple[Repository, Repository]:
    """Return the same two branches in a repository without the driver, and in one with it."""
    scenario = make_scenario(seed)
    without = Repository(tmp_path / "without", None)
    known = Repository(tmp_path / "with", driver_command())
    for repo in (without, known):
        repo.fork(scenario)
    known.git("merge", "-q", "-m", "merged", "two")
    return without, known


@pytest.mark.parametrize(
    "seed", [1, 4, *(pytest.param(n, marks=pytest.mark.slow) for n in range(5, 25))]
)
def test_a_merge_that_stopped_without_the_driver_is_mended(tmp_path: Path, seed: int) -> None:
    repo, known = forked_without_driver(tmp_path, seed)
    repo.git("merge", "-q", "-m", "merged", "two", check=False)
    found = resolve_merge(Folder(repo.memory))
    assert {item.outcome for item in found} <= {Outcome.MENDED}
    assert read(repo.memory) == read(known.memory)


def test_a_merge_that_was_committed_without_the_driver_is_mended(tmp_path: Path) -> None:
    repo, known = forked_without_driver(tmp_path, 4)
    repo.git("merge", "-q", "-m", "merged", "two", check=False)
    repo.commit("merged, conflict markers and all")
    resolve_merge(Folder(repo.memory))
    assert read(repo.memory) == read(known.memory)


def test_what_was_edited_since_the_merge_is_left_alone(tmp_path: Path) -> None:
    repo, _ = forked_without_driver(tmp_path, 4)
    assert repo.git("merge", "-q", "-m", "merged", "two", check=False).returncode == 1
    book = repo.memory / BOOK
    book.write_text(book.read_text() + "\nBy hand.\n")
    before = book.read_bytes()
    found = {item.path: item.outcome for item in resolve_merge(Folder(repo.memory))}
    assert found[BOOK] is Outcome.BY_HAND
    assert book.read_bytes() == before


def stopped_without_driver(tmp_path: Path, *names: bytes) -> Path:
    """Return a folder of the memory with these files, all in conflict by lines, by sentences not.

    Skips where the file system takes no such name.
    """
    repo = repository(tmp_path, driver=False)
    folder = repo.memory / "episodic"
    folder.mkdir()
    files = [folder / os.fsdecode(name) for name in names]
    texts = {"base": "One. Two.\n", "two": "One! Two.\n", "one": "One. Two!\n"}
    for branch, text in texts.items():
        if branch != "base":
            repo.git("checkout", "-q", "-b", branch, "main")
        for file in files:
            try:
                file.write_text(text)
            except OSError:
                pytest.skip("this system takes no such name")
        repo.commit(branch)
    assert repo.git("merge", "-q", "-m", "merged", "two", check=False).returncode == 1
    return folder


def outcomes(folder: Path) -> dict[str, Outcome]:
    return {item.path: item.outcome for item in resolve_merge(Folder(folder.parent))}


def test_a_bad_file_keeps_no_other_from_being_mended(tmp_path: Path) -> None:
    folder = stopped_without_driver(tmp_path, b"1.md", b"2.md", b"3.md", b"4.md", b"whole.md")
    (folder / "1.md").rename(tmp_path / "aside.md")
    (folder / "1.md").symlink_to(tmp_path / "aside.md")
    (folder / "2.md").unlink()
    (folder / "2.md").mkdir()
    (folder / "3.md").write_bytes(b"a" * 1_000_001)
    (folder / "4.md").unlink()
    assert outcomes(folder) == {
        "episodic/1.md": Outcome.OUTSIDE,
        "episodic/2.md": Outcome.UNREADABLE,
        "episodic/3.md": Outcome.UNREADABLE,
        "episodic/4.md": Outcome.MISSING,
        "episodic/whole.md": Outcome.MENDED,
    }
    assert (folder / "whole.md").read_text() == "One! Two!\n"
    assert "<<<<<<<" in (tmp_path / "aside.md").read_text()


def test_a_name_that_is_not_utf8_keeps_no_other_from_being_mended(tmp_path: Path) -> None:
    folder = stopped_without_driver(tmp_path, b"gr\xf6.md", b"whole.md")
    assert outcomes(folder) == {
        "episodic/gr\ufffd.md": Outcome.MISSING,
        "episodic/whole.md": Outcome.MENDED,
    }


def test_a_file_that_changes_while_it_is_mended_counts_as_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hardwon.actions import resolve

    def write_note(folder: Folder, path: str, new: bytes, *, old: bytes) -> None:
        (folder.root / path).write_bytes(old + b"\nBy hand.\n")
        written(folder, path, new, old=old)

    folder = stopped_without_driver(tmp_path, b"a.md")
    written = resolve.write_note
    monkeypatch.setattr(resolve, "write_note", write_note)
    assert outcomes(folder) == {"episodic/a.md": Outcome.BY_HAND}
    assert (folder / "a.md").read_bytes().endswith(b"\nBy hand.\n")


def test_unreadable_settings_are_not_taken_for_a_fault_of_the_files(tmp_path: Path) -> None:
    from hardwon.errors import UnreadableFileError

    folder = stopped_without_driver(tmp_path, b"a.md")
    (folder.parent / "hardwon.toml").mkdir()
    with pytest.raises(UnreadableFileError, match=r"hardwon\.toml: is not a regular file"):
        outcomes(folder)


def test_without_a_merge_there_is_nothing_to_mend(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    (repo.memory / "semantic").mkdir()
    repo.commit("base")
    done = run(repo, "merge-driver", "resolve")
    assert done.returncode == 2
    assert "there is no merge to mend" in done.stderr
    assert "Traceback" not in done.stderr


def test_installing_outside_a_repository_is_refused(tmp_path: Path) -> None:
    from hardwon.errors import GitError

    (tmp_path / "semantic").mkdir()
    with pytest.raises(GitError, match="not a git repository"):
        install_driver(Folder(tmp_path))


def test_a_branch_that_only_captured_merges_with_one_that_learned(tmp_path: Path) -> None:
    scenario = make_scenario(5)
    repo = repository(tmp_path)
    write(repo.memory, scenario.base)
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "two")
    work(repo.memory, scenario.other)
    repo.commit("two")
    repo.git("checkout", "-q", "-b", "one", "main")
    write(repo.memory, scenario.one.notes)
    repo.commit("one")
    repo.git("merge", "-q", "-m", "merged", "two")
    learn_on(repo.memory)
    books = "".join(text for path, text in read(repo.memory).items() if "semantic/" in path)
    for path in (*scenario.one.notes, *scenario.other.notes):
        assert books.count(path) == 1
