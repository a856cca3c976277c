"""The library: the actions as methods, typed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import hardwon
from hardwon import Memory
from hardwon.errors import ChangedOnDiskError, MemoryNotFoundError
from hardwon.model.match import Decision
from hardwon.model.plan import ChangeKind, Reply
from memories import BOOK, note, pattern


@pytest.fixture
def memory(write_note, memory_dir: Path) -> Memory:
    write_note(
        BOOK,
        pattern(
            "Close cursors in a finally block", 4, "MEDIUM",
            context="When rows are read with a database cursor",
            pattern="Close the cursor in a finally block, or the connection pool runs dry.",
        ),
    )  # fmt: skip
    return Memory.open(memory_dir)


def test_the_loop(memory: Memory) -> None:
    path = memory.note(
        title="Pool ran dry",
        date=dt.date(2026, 1, 5),
        project="shop",
        patterns=["Close cursors in a finally block"],
        body="A cursor stayed open.",
    )
    assert path == memory.folder.root / "episodic/code/2026-01-05-pool-ran-dry.md"
    plan = memory.plan()
    assert [c.kind for c in plan.changes] == [
        ChangeKind.REINFORCED, ChangeKind.PROMOTED, ChangeKind.WORKFLOW_WRITTEN,
    ]  # fmt: skip
    assert not (memory.folder.root / "procedural/workflows").exists() or not list(
        (memory.folder.root / "procedural/workflows").iterdir()
    )
    memory.apply(plan)
    assert memory.plan().files == ()
    hits = memory.search("cursor pool")
    assert {hit.kind for hit in hits} == {"pattern", "experience", "workflow"}
    assert memory.check(today=dt.date(2026, 1, 6)) == []
    assert memory.stats(today=dt.date(2026, 1, 6)).patterns == 1


def test_what_is_proposed_is_refused_or_accepted(memory: Memory) -> None:
    memory.note(
        title="Pool ran dry",
        date=dt.date(2026, 1, 5),
        body="A database cursor was not closed in a finally block: the connection pool ran dry.",
    )
    (undecided,) = memory.plan().undecided
    (proposal,) = undecided.candidates
    accepted = memory.plan(ask=lambda _, asked: Reply(accepted=asked.candidates[0]))
    assert accepted.changes[0].kind is ChangeKind.REINFORCED
    memory.apply(memory.plan(ask=lambda _, asked: Reply(refused=asked.candidates)))
    assert (proposal.pattern, proposal.path) == ("Close cursors in a finally block", BOOK)
    assert (memory.plan().undecided, memory.plan().files) == ((), ())


def test_match_says_what_learning_would_decide(memory: Memory) -> None:
    asked = memory.match(
        title="Pool ran dry",
        text="A database cursor was not closed in a finally block, so the connection pool ran dry.",
    )
    assert asked.decision is Decision.UNDECIDED
    assert asked.best is not None
    assert asked.best.pattern == "Close cursors in a finally block"
    assert set(asked.best.signals) == {"words", "near", "alike"}
    assert asked.best == asked.candidates[0]
    assert asked.margin >= asked.wanted
    other = memory.match(title="New printers", text="They stand on the second floor.")
    assert (other.decision, other.best) == (Decision.NEW, None)


def test_a_plan_is_not_applied_to_a_file_that_changed(memory: Memory, write_note) -> None:
    write_note(
        "episodic/code/2026-01-05-x.md", note("X", applied="Close cursors in a finally block")
    )
    plan = memory.plan()
    edited = memory.folder.read_text(BOOK) + "\nA hand-written line.\n"
    write_note(BOOK, edited)
    with pytest.raises(ChangedOnDiskError):
        memory.apply(plan)
    assert memory.folder.read_text(BOOK) == edited
    memory.apply(memory.plan())
    assert "\nA hand-written line.\n" in memory.folder.read_text(BOOK)


def test_a_memory_is_found_from_below(memory: Memory) -> None:
    below = memory.folder.root.parent / "src" / "deep"
    below.mkdir(parents=True)
    assert Memory.find(below).folder == memory.folder
    with pytest.raises(MemoryNotFoundError):
        Memory.open(below / "none")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        hardwon.nothing  # noqa: B018
