"""Processes that write to one memory at the same time: nothing is lost, nothing counts twice."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults.harness import clean_environment, hardwon, leftovers, tree, write_tree
from faults.memory import DEV
from hardwon.actions import learn as learning
from hardwon.files import write
from memories import note, pattern

WRITERS = Path(__file__).with_name("writers.py")


class Processes:
    """Writers of `writers.py`, which are gone when the test is."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *args: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(WRITERS), *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )
        self._started.append(process)
        return process

    def start_learning(self, root: Path, stop: Path) -> subprocess.Popen[str]:
        """Return a process that learns again and again until the file `stop` is there."""
        process = self.start("learn-until", root, stop)
        assert process.stdout is not None
        assert process.stdout.readline() == "learning\n"
        return process

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def processes() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.end()


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a writer to end well; return what it printed."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == ""
    return out


@pytest.fixture
def memory_of_two(tmp_path: Path) -> Path:
    """Return a memory with one book of two patterns, and no notes."""
    root = tmp_path / "memory"
    text = "# Patterns\n\n" + pattern("Retry Twice", 2, "MEDIUM") + "\n" + pattern("Back Off", 1)
    write_tree(root, {DEV: text})
    return root


def test_a_save_that_pauses_between_emptying_and_filling_the_file_is_kept(
    memory_of_two: Path, processes: Processes
) -> None:
    root = memory_of_two
    write_tree(root, {"episodic/code/2026-01-01-x.md": note("Flaky", applied="Retry Twice")})
    editor = processes.start("slow-editor", root / DEV, "By hand.")
    assert editor.stdout is not None
    assert editor.stdin is not None
    assert editor.stdout.readline() == "emptied\n"
    learner = processes.start("learn", root, "1")
    while tree(root)[DEV] == b"" and learner.poll() is None:
        time.sleep(0.005)  # until learning has put its book in the place of the empty one
    editor.communicate("now\n", timeout=60)
    finish(learner)
    assert hardwon(root, "learn").status == 0
    book = tree(root)[DEV].decode()
    assert book.endswith("By hand.\n")
    assert "**Based on:** 3 examples" in book
    assert book.count("2026-01-01-x.md") == 1
    assert "## Back Off" in book


def learned(root: Path, titles: int) -> str:
    """Learn once more; return the book in which each of so many notes must count once."""
    assert hardwon(root, "learn").status == 0
    assert leftovers(root) == []
    book = tree(root)[DEV].decode()
    sources = re.findall(r"^- memory/(episodic/\S+)$", book, re.MULTILINE)
    assert len(sources) == len(set(sources)) == titles
    assert f"**Based on:** {2 + titles} examples" in book
    return book


def add_notes(root: Path, first: int, count: int) -> None:
    for number in range(first, first + count):
        path = f"episodic/code/2026-01-{number:02d}-flaky.md"
        write_tree(root, {path: note(f"Flaky {number}", f"2026-01-{number:02d}",
                                     applied="Retry Twice")})  # fmt: skip


@pytest.mark.parametrize("rounds", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_learn_beside_learn_counts_each_note_once(
    memory_of_two: Path, processes: Processes, rounds: int
) -> None:
    learners = [processes.start("learn", memory_of_two, str(4 * rounds)) for _ in range(3)]
    for number in range(1, rounds + 1):
        add_notes(memory_of_two, number, 1)
        time.sleep(0.05)
    assert {finish(learner) for learner in learners} == {"0\n"}
    learned(memory_of_two, rounds)


@pytest.mark.parametrize("manner", ["in-place", "renamed"])
@pytest.mark.parametrize("saves", [60, pytest.param(600, marks=pytest.mark.slow)])
def test_learn_beside_an_editor_loses_no_edit(
    memory_of_two: Path, processes: Processes, tmp_path: Path, manner: str, saves: int
) -> None:
    learners = [processes.start_learning(memory_of_two, tmp_path / "stop") for _ in range(2)]
    editor = processes.start("editor", memory_of_two / DEV, manner, str(saves))
    for number in range(1, 9):
        add_notes(memory_of_two, number, 1)
        time.sleep(saves / 2000)
    finish(editor)
    (tmp_path / "stop").touch()
    for learner in learners:
        assert int(finish(learner).split()[-1]) > 0
    book = learned(memory_of_two, 8)
    kept = [int(n) for n in re.findall(r"^- By hand, (\d+)\.$", book, re.MULTILINE)]
    assert kept == list(range(saves))


@pytest.mark.parametrize("count", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_many_notes_at_once_beside_learn_are_all_kept(
    memory_of_two: Path, processes: Processes, tmp_path: Path, count: int
) -> None:
    learner = processes.start_learning(memory_of_two, tmp_path / "stop")
    names = ["a", "b", "c", "d"]
    captors = [processes.start("note", memory_of_two, name, str(count)) for name in names]
    paths = [path for captor in captors for path in finish(captor).split()]
    (tmp_path / "stop").touch()
    finish(learner)
    assert len(set(paths)) == len(paths) == 4 * count
    bodies = [tree(memory_of_two)[path].decode() for path in paths]
    for name in names:
        for number in range(count):
            assert sum(f"By {name}, {number}." in body for body in bodies) == 1
    assert leftovers(memory_of_two) == []


def test_a_lock_whose_holder_dies_is_free_at_once(
    memory_of_two: Path, processes: Processes
) -> None:
    holder = processes.start("holder", memory_of_two)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waiting = processes.start("learn", memory_of_two, "1")
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=1)
    holder.kill()
    assert finish(waiting) == "0\n"


def test_a_held_lock_is_named_after_a_while(
    memory_of_two: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = processes.start("holder", memory_of_two)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    monkeypatch.setattr(write, "LOCK_SECONDS", 0.2)
    before = tree(memory_of_two)
    for args in (["note", "Something"], ["learn"], ["check", "--fix"]):
        done = hardwon(memory_of_two, *args)
        assert done.status == 2
        assert done.out == ""
        assert done.err == (
            "hardwon: another hardwon is writing to this memory\n"
            "  hint: wait for it, then run again\n"
        )
    for args in (["search", "retry"], ["list"], ["check"]):
        assert hardwon(memory_of_two, *args).status in {0, 1}
    assert tree(memory_of_two) == before


def test_a_note_that_goes_while_the_plan_is_made_is_not_cited(
    memory_of_two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a `git checkout` of a branch that lacks the note."""
    add_notes(memory_of_two, 1, 2)
    make_plan = learning.make_plan

    def plan(*args, **options):
        made = make_plan(*args, **options)
        (memory_of_two / "episodic/code/2026-01-02-flaky.md").unlink(missing_ok=True)
        return made

    monkeypatch.setattr(learning, "make_plan", plan)
    assert hardwon(memory_of_two, "learn").status == 0
    learned(memory_of_two, 1)


def branch_files(branch: str) -> dict[str, str]:
    """Return a memory each line of whose book tells its branch."""
    names = [f"{name} {branch}" for name in ("Retry Twice", "Back Off", "Pin Everything")]
    book = "\n".join(pattern(name, 2, "MEDIUM").replace("Project", branch) for name in names)
    files = {DEV: f"# Patterns {branch}\n\n{book}"}
    for number, name in enumerate(names, start=1):
        path = f"episodic/code/2026-01-{number:02d}-{branch}.md"
        files[path] = note(f"Case {branch}", f"2026-01-{number:02d}", applied=name)
    return files


@pytest.mark.parametrize("switches", [8, pytest.param(80, marks=pytest.mark.slow)])
def test_learn_beside_git_checkout_mixes_no_branches(
    tmp_path: Path, processes: Processes, git_repo: Callable[..., str], switches: int
) -> None:
    root = tmp_path / "memory"
    (tmp_path / ".gitignore").write_text(".hardwon/\n.hardwon-*.tmp\nstop\n")
    git_repo("add", "-A")
    git_repo("commit", "-qm", "start")
    for branch in ("north", "south"):
        git_repo("checkout", "-qb", branch, "main")
        write_tree(root, branch_files(branch))
        git_repo("add", "-A")
        git_repo("commit", "-qm", branch)
    learners = [processes.start_learning(root, tmp_path / "stop") for _ in range(2)]
    for number in range(switches):
        # What was learned on the branch is given up, as somebody does who wants to leave it.
        with contextlib.suppress(subprocess.CalledProcessError):  # learning made a file first
            git_repo("checkout", "-qf", ("north", "south")[number % 2])
        time.sleep(0.01 * (number % 7))
    (tmp_path / "stop").touch()
    for learner in learners:
        assert int(finish(learner).split()[-1]) > 0
    ended = git_repo("branch", "--show-current").strip()
    for here, there in sorted([("north", "south"), ("south", "north")], reverse=ended == "south"):
        if here != ended:
            git_repo("checkout", "-qf", here)
        # What git shows is what learning made of this branch's notes, and nothing else.
        assert hardwon(root, "learn").status == 0
        assert not any(there in text.decode() for text in tree(root).values())
        changed = git_repo("status", "--porcelain").split("\n")
        assert changed == [f" M memory/{DEV}", ""]
        assert hardwon(root, "check", "--select", "missing-source").status == 0
        assert tree(root)[DEV].count(b"**Based on:** 3 examples") == 3
        assert leftovers(root) == []
