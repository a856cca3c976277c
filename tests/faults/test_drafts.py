"""Drafts are made whole and once, wherever the command that makes them is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from captures import OTHER, SESSION, fill_spool, line
from faults.harness import CAUSES, Faults, Tree, copy, hardwon, leftovers, spread, tree

COLLECT = ["note", "--drafts"]
COMPLETE = ["note", "--complete", "2026-03-01-end-0", "--pattern", "Retry Twice"]
FEW = pytest.param(6, id="few")
MANY = pytest.param(None, id="all", marks=pytest.mark.slow)
DRAFTS = "episodic/drafts/"


@pytest.fixture
def spooled(start: Path, tmp_path: Path) -> Path:
    """Return a memory with two captured sessions."""
    memory = copy(start, tmp_path / "spooled" / "memory")
    for number, session in enumerate((SESSION, OTHER)):
        told = line(memory.parent, session=session, message=f"End {number}.")
        fill_spool(memory, told)
    return memory


def own(root: Path) -> list[str]:
    """Return what is neither a note nor what hardwon always keeps."""
    return [path for path in leftovers(root) if path != ".hardwon/drafted"]


@pytest.fixture
def collected(faults: Faults, spooled: Path, tmp_path: Path) -> Tree:
    root = copy(spooled, tmp_path / "collected" / "memory")
    assert faults.run(root, *COLLECT).status == 0
    assert own(root) == []
    found = tree(root)
    assert len([path for path in found if path.startswith(DRAFTS)]) == 2
    return found


@pytest.mark.parametrize("kind", ["kill", "half", "eio", "enospc"])
@pytest.mark.parametrize("some", [FEW, MANY])
def test_each_session_becomes_one_draft(
    faults: Faults, spooled: Path, root: Path, collected: Tree, kind: str, some: int | None
) -> None:
    calls = faults.run(copy(spooled, root), *COLLECT).calls
    assert calls
    for call in spread(calls, some):
        run = faults.run(copy(spooled, root), *COLLECT, kind=kind, at=call.number)
        if kind in {"kill", "half"}:
            assert run.status == -9
        else:
            assert run.status == 0 or CAUSES[kind] in run.err, run
            assert "Traceback" not in run.err
        found = tree(root)
        assert found.items() <= collected.items(), call  # whole, or not there yet
        assert faults.run(root, *COLLECT).status == 0
        assert tree(root) == collected, call
        assert hardwon(root, "learn").status == 0  # which clears what a writer left
        assert own(root) == [], call


@pytest.mark.parametrize("kind", ["kill", "enospc"])
@pytest.mark.parametrize("some", [FEW, MANY])
def test_a_draft_becomes_one_experience(
    faults: Faults, spooled: Path, root: Path, kind: str, some: int | None
) -> None:
    assert hardwon(spooled, *COLLECT).status == 0
    calls = faults.run(copy(spooled, root), *COMPLETE).calls
    done = tree(root)
    note = "episodic/code/2026-03-01-end-0.md"
    assert note in done
    for call in spread(calls, some):
        faults.run(copy(spooled, root), *COMPLETE, kind=kind, at=call.number)
        found = tree(root)
        assert note in found or f"{DRAFTS}2026-03-01-end-0.md" in found, call
        assert hardwon(root, *COMPLETE).status in {0, 2}
        assert tree(root) == done, call
