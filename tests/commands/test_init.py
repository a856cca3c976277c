"""`hardwon init`, run as a user runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from hardwon.files.folder import find_folder
from hardwon.markup.pages import parse_page
from hardwon.model.page import Role

Run = Callable[..., CompletedProcess[str]]

MADE = [
    "memory/semantic/patterns/dev-patterns.md",
    "memory/episodic/code/2026-03-01-example-note.md",
]


def _files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_prints_each_path_and_what_to_do_next(tmp_path: Path, run_cli: Run) -> None:
    done = run_cli("init")
    assert done.returncode == 0
    assert done.stdout.splitlines() == MADE
    assert _files(tmp_path) == sorted(MADE)
    assert "hardwon note" in done.stderr
    assert "hardwon learn" in done.stderr
    assert find_folder(tmp_path).root == tmp_path / "memory"


def test_the_book_holds_no_pattern_and_the_note_a_lesson(tmp_path: Path, run_cli: Run) -> None:
    run_cli("init")
    book, note = (
        parse_page((tmp_path / path).read_text(), path.removeprefix("memory/")) for path in MADE
    )
    assert (book.role, book.patterns, book.faults) == (Role.BOOK, (), ())
    (experience,) = note.experiences
    assert experience.date is not None
    assert experience.date.iso == "2026-03-01"
    assert len(experience.lessons) == 1
    assert experience.tags == ("example",)


def test_the_loop_begins_with_it(tmp_path: Path, run_cli: Run) -> None:
    run_cli("init")
    assert run_cli("note", "First", "--lesson", "Join.").returncode == 0
    assert run_cli("learn").returncode == 0
    assert run_cli("check").returncode == 0


def test_a_memory_that_exists_is_left_alone(tmp_path: Path, run_cli: Run) -> None:
    (tmp_path / "memory/episodic").mkdir(parents=True)
    (tmp_path / "memory/episodic/mine.md").write_text("# Mine\n")
    done = run_cli("init")
    assert done.returncode == 2
    assert "is a memory folder already (it holds episodic)" in done.stderr
    assert _files(tmp_path) == ["memory/episodic/mine.md"]


def test_a_folder_of_other_files_keeps_them(tmp_path: Path, run_cli: Run) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/notes.txt").write_text("mine")
    assert run_cli("init").returncode == 0
    assert (tmp_path / "memory/notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "book"),
    [
        (["init", "sub/project"], "sub/project/memory/semantic/patterns/dev-patterns.md"),
        (["--memory", "brain", "init"], "brain/semantic/patterns/dev-patterns.md"),
        (["-C", "there", "init"], "there/memory/semantic/patterns/dev-patterns.md"),
    ],
)
def test_makes_it_where_it_is_told(
    tmp_path: Path, run_cli: Run, arguments: list[str], book: str
) -> None:
    assert run_cli(*arguments).stdout.splitlines()[0] == book
    assert (tmp_path / book).is_file()


def test_a_file_in_the_way_is_named(tmp_path: Path, run_cli: Run) -> None:
    (tmp_path / "memory").write_text("a file")
    done = run_cli("init")
    assert done.returncode == 2
    assert done.stderr.startswith(f"hardwon: cannot make {tmp_path}/memory: ")
