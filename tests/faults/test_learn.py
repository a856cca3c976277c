"""`hardwon learn` is killed, cut off and refused at every call that it makes.

The memory of `memory.py` has learning replace two books and two workflows, make a book, a
workflow and a theme's checklist, and remove another. Each test takes one kind of fault through
the calls: all of them where it is marked slow, a spread of them otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from faults.harness import (
    Faults,
    Run,
    Tree,
    assert_completes,
    assert_readable,
    assert_told,
    assert_whole_files,
    copy,
    hardwon,
    leftovers,
    spread,
    tree,
)

# Calls whose failing loses nothing: a folder that the disk cannot be asked to keep now, the
# name of a temporary file that is cleared next time.
_HARMLESS = {"fsync", "unlink"}

Look = Callable[[Path, Run], None]


def through(
    faults: Faults, start: Path, root: Path, kind: str, look: Look, *, some: int | None = None
) -> None:
    """Run `learn` with a fault at each call, or at `some` spread over them; `look` each time."""
    calls = faults.run(copy(start, root), "learn").calls
    assert len(calls) > 50, "learning makes more calls than that: the harness missed some"
    broken = []
    for call in spread(calls, some):
        run = faults.run(copy(start, root), "learn", kind=kind, at=call.number)
        assert run.calls[: call.number] == calls[: call.number], "the same calls each time"
        try:
            look(root, run)
        except AssertionError as error:
            broken.append(f"{kind} at {call.number} {call.name} {call.path}: {error}")
    assert not broken, "\n".join(broken)


def after_death(old: Tree, new: Tree) -> Look:
    def look(root: Path, run: Run) -> None:
        assert run.status == -9, run
        assert_whole_files(root, old, new)
        assert_readable(root)
        assert_completes(root, new)
        assert (root / ".hardwon/.gitignore").read_bytes().startswith(b"*")

    return look


def after_refusal(old: Tree, new: Tree, kind: str) -> Look:
    def look(root: Path, run: Run) -> None:
        assert "Traceback" not in run.err, run
        assert_whole_files(root, old, new)
        if run.status == 0:
            assert run.err == ""
            assert tree(root) == new
        else:
            assert_told(run, kind)
        assert leftovers(root) == [] or run.failed.name == "unlink"
        assert_readable(root)
        assert_completes(root, new)

    return look


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "half"])
def test_death_at_any_call_leaves_old_or_new_files_and_the_next_run_completes(
    by_library: Faults, start: Path, root: Path, old: Tree, new: Tree, kind: str
) -> None:
    through(by_library, start, root, kind, after_death(old, new))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "half"])
def test_death_at_any_call_that_python_makes(
    by_python: Faults, start: Path, root: Path, old: Tree, new: Tree, kind: str
) -> None:
    through(by_python, start, root, kind, after_death(old, new))


def test_death_at_some_calls(faults: Faults, start: Path, root: Path, old: Tree, new: Tree) -> None:
    through(faults, start, root, "half", after_death(old, new), some=5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["eio", "enospc"])
def test_a_refusal_at_any_call_is_told_in_a_sentence_and_the_next_run_completes(
    by_library: Faults, start: Path, root: Path, old: Tree, new: Tree, kind: str
) -> None:
    through(by_library, start, root, kind, after_refusal(old, new, kind))


def test_a_refusal_at_some_calls(
    faults: Faults, start: Path, root: Path, old: Tree, new: Tree
) -> None:
    through(faults, start, root, "enospc", after_refusal(old, new, "enospc"), some=5)


def test_a_state_folder_that_was_cut_short_is_completed(root: Path) -> None:
    """Without that line git would offer the index to be committed."""
    (root / ".hardwon").mkdir()
    (root / ".hardwon/.gitignore").touch()
    assert hardwon(root, "learn").status == 0
    assert (root / ".hardwon/.gitignore").read_text() == "*\n"


def test_both_harnesses_see_the_calls_that_matter(
    by_library: Faults, by_python: Faults, start: Path, root: Path
) -> None:
    kinds = {"open", "write", "fsync", "rename", "link", "unlink"}
    seen = []
    for faults in (by_library, by_python):
        calls = faults.run(copy(start, root), "learn").calls
        seen.append([(c.name, c.path) for c in calls if c.name in kinds and ".md" in c.path])
        files = [c for c in calls if c.name in {"write", "fsync"} and c.path.endswith(".tmp")]
        assert len(files) >= 2 * 7, "each of seven files is written and flushed"
    assert seen[0] == seen[1]
