"""Somebody saves a file at every instant of a `learn`, in both manners: nothing of it is lost.

The harness makes the edit itself, before the n-th call, so that every interleaving of one save
with one learning is met, not only those that chance brings.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from faults.harness import Call, Faults, copy, hardwon, leftovers, tree
from faults.memory import BACK_OFF, DESIGN, DEV, NETWORK

LINE = "Somebody wrote this by hand."
# In place, or written aside and renamed; and the same with learning killed at its next call.
KINDS = ["edit", "save", "editkill", "savekill"]
# A book that learning replaces, a workflow that it replaces, a checklist that it removes, a
# book that it makes.
TARGETS = [DEV, BACK_OFF, NETWORK, DESIGN]


def lost_edits(
    faults: Faults, start: Path, root: Path, kind: str, target: str, calls: Iterable[Call]
) -> list[str]:
    """Return what is wrong after `learn` with an edit at each of `calls`."""
    wrong = []
    for call in calls:
        copy(start, root)
        edit = (root / target, LINE)
        run = faults.run(root, "learn", kind=kind, at=call.number, edit=edit)
        killed = kind.endswith("kill") and len(run.calls) > call.number
        if run.status != (-9 if killed else 0):
            wrong.append(f"{call}: ended with {run.status}: {run.err}")
        again = hardwon(root, "learn")
        learned = tree(root)
        hand = learned.get(target, b"").decode("utf-8")
        cited = sum(learned[DEV].count(name) for name in (b"-01-retried.md", b"-02-backed-off.md"))
        if again.status != 0:
            wrong.append(f"{call}: the next run ended with {again.status}: {again.err}")
        if hand.count(LINE) != 1:
            wrong.append(f"{call}: {target} holds the line {hand.count(LINE)} times")
        if cited != 2 or b"**Based on:** 6 examples" not in learned[DEV]:
            wrong.append(f"{call}: the notes are not counted once each")
        if leftovers(root):
            wrong.append(f"{call}: left {leftovers(root)}")
        if hardwon(root, "learn").status != 0 or tree(root) != learned:
            wrong.append(f"{call}: a third run changed something")
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(TARGETS)), ids=TARGETS)
def test_no_edit_is_lost_at_any_instant(
    by_library: Faults, start: Path, root: Path, number: int
) -> None:
    """The kinds of edit take turns along the calls, for each file in another order."""
    calls = by_library.run(copy(start, root), "learn").calls
    wrong = []
    for kind in KINDS:
        mine = [c for c in calls if KINDS[(c.number + number) % len(KINDS)] == kind]
        wrong += lost_edits(by_library, start, root, kind, TARGETS[number], mine)
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "target"), [("save", DEV), ("editkill", BACK_OFF), ("save", NETWORK), ("edit", DESIGN)]
)
def test_no_edit_is_lost_in_the_last_moment(
    faults: Faults, start: Path, root: Path, kind: str, target: str
) -> None:
    """The last moment is the call that puts a file in its place, or takes it away."""
    calls = faults.run(copy(start, root), "learn").calls
    removed = f"-{Path(target).name}.tmp"
    last = next(c for c in calls if c.path == target or c.path.endswith(removed))
    assert last.name in {"rename", "link"}
    assert lost_edits(faults, start, root, kind, target, [last]) == []
