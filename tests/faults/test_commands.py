"""The other commands that write, and the index, with faults at a spread of their calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.harness import (
    Faults,
    Tree,
    assert_readable,
    assert_told,
    assert_whole_files,
    copy,
    hardwon,
    leftovers,
    spread,
    tree,
)
from faults.memory import DEV, OPS

NOTE = ["note", "Retried again", "--pattern", "Retry Twice", "--body", "It held. " * 400]
SEARCH = ["search", "--json", "retry a dependency"]
KINDS = ["kill", "half", "eio", "enospc", "full"]
FEW = pytest.param(3, id="few")
MANY = pytest.param(None, id="all", marks=pytest.mark.slow)


@pytest.mark.parametrize("some", [FEW, MANY])
def test_a_note_is_there_whole_or_not_at_all(
    faults: Faults, start: Path, root: Path, old: Tree, some: int | None
) -> None:
    calls = faults.run(copy(start, root), *NOTE).calls
    written = {**old, **tree(root)}
    kinds = KINDS if some is None else ["half", "enospc"]
    for kind in kinds:
        for call in spread(calls, some):
            run = faults.run(copy(start, root), *NOTE, kind=kind, at=call.number)
            assert_whole_files(root, old, written)
            assert_readable(root)
            if kind in {"kill", "half"}:
                assert run.status == -9
            elif run.status:
                assert_told(run, kind)
                assert tree(root) == old
            else:
                assert tree(root) == written
                assert run.out == "memory/episodic/code/2026-03-01-retried-again.md\n"
            assert hardwon(root, "learn").status == 0
            assert leftovers(root) == []


@pytest.fixture
def wrong(start: Path, tmp_path: Path) -> Path:
    """Return a memory in which two books claim too much."""
    root = copy(start, tmp_path / "wrong")
    for path in (DEV, OPS):
        text = (root / path).read_text()
        (root / path).write_text(text.replace("**Based on:** 5 examples", "**Based on:** 9"))
    return root


@pytest.mark.parametrize("some", [FEW, MANY])
def test_mending_leaves_old_or_new_files_and_is_completed(
    faults: Faults, wrong: Path, root: Path, some: int | None
) -> None:
    fix = ["check", "--fix", "--select", "claim-count"]
    old = tree(wrong)
    calls = faults.run(copy(wrong, root), *fix).calls
    new = tree(root)
    assert {path for path in old if old[path] != new[path]} == {DEV, OPS}
    kinds = KINDS if some is None else ["kill", "eio"]
    for kind in kinds:
        for call in spread(calls, some):
            run = faults.run(copy(wrong, root), *fix, kind=kind, at=call.number)
            assert_whole_files(root, old, new)
            if kind in {"kill", "half"}:
                assert run.status == -9
            elif run.status:
                assert_told(run, kind)
            else:
                assert tree(root) == new
            assert hardwon(root, *fix).status == 0
            assert tree(root) == new
            assert hardwon(root, "learn").status == 0
            assert leftovers(root) == []


@pytest.mark.parametrize("some", [FEW, MANY])
def test_a_memory_that_was_begun_can_be_used(
    faults: Faults, tmp_path: Path, some: int | None
) -> None:
    def init(number: int, kind: str = "", at: int = 0):
        root = tmp_path / str(number) / "memory"
        root.parent.mkdir()
        return root, faults.run(root, "init", kind=kind, at=at)

    root, whole = init(0)
    new = tree(root)
    number = 0
    kinds = KINDS if some is None else ["half", "enospc"]
    for kind in kinds:
        for call in spread(whole.calls, some):
            number += 1
            root, run = init(number, kind, call.number)
            if kind in {"kill", "half"}:
                assert run.status == -9
            elif run.status:
                assert run.status == 2
                assert run.err.startswith("hardwon: ")
                assert run.err.count("\n") <= 2
            assert_whole_files(root, {}, new)
            again = faults.run(root, "init")
            assert again.status == 0 or "is a memory folder already" in again.err
            assert hardwon(root, "note", "First", "--lesson", "It works.").status == 0
            assert hardwon(root, "learn").status == 0
            assert leftovers(root) == []


@pytest.mark.parametrize(
    "some", [pytest.param(3, id="few"), pytest.param(12, id="many", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("state", ["first", "refreshed"])
def test_the_index_changes_no_answer_whatever_happens_to_it(
    by_library: Faults, start: Path, root: Path, state: str, some: int
) -> None:
    """The search that meets the fault answers too, unless it is killed."""

    def prepare() -> None:
        copy(start, root)
        if state == "refreshed":
            (root / OPS).write_text("")
            assert hardwon(root, "list").status == 0
            copied = (start / OPS).read_bytes()
            (root / OPS).write_bytes(copied)

    prepare()
    undisturbed = by_library.run(root, *SEARCH, part="index")
    assert undisturbed.status == 0
    assert '"title": "Pin Every Dependency"' in undisturbed.out
    calls = undisturbed.calls
    assert len(calls) > 20
    kinds = KINDS if some > 3 else ["half", "enospc"]
    for kind in kinds:
        for call in spread(calls, some):
            prepare()
            run = by_library.run(root, *SEARCH, part="index", kind=kind, at=call.number)
            if kind in {"kill", "half"}:
                assert run.status == -9
            else:
                assert (run.status, run.err) == (0, ""), (kind, call)
                assert run.out == undisturbed.out, (kind, call)
            again = hardwon(root, *SEARCH)
            assert (again.status, again.out, again.err) == (0, undisturbed.out, ""), (kind, call)
