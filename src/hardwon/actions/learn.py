"""Learning on disk: plan under the lock, apply each file in one step."""

from __future__ import annotations

from collections.abc import Callable

from hardwon.actions.read import read_snapshot
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.plan import Ask, make_plan
from hardwon.model.plan import Plan

Progress = Callable[[int, int], None]


def plan_learning(
    folder: Folder,
    *,
    eager: bool = False,
    ask: Ask | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return what learning would change in the memory; nothing is written.

    Args:
        folder: The memory.
        eager: Whether every free-form note becomes a LOW pattern at once.
        ask: Decides undecided notes; without it they are reported.
        progress: Told how many of how many notes are done.
    """
    settings = read_settings(folder)
    snapshot = read_snapshot(folder)
    return make_plan(snapshot, folder.read_text, settings, eager=eager, ask=ask, progress=progress)


def apply_plan(folder: Folder, plan: Plan) -> None:
    """Write the files of `plan`, each in one step; books come before workflows.

    What a crash leaves half done the next learning completes: a book lists its evidence in
    the same step in which it counts it, and workflows follow from the books as they stand.

    Raises:
        ChangedOnDiskError: A file is not as the plan read it; those before it are written.
        HardwonError: The disk refuses.
    """
    from hardwon.files.write import remove_note, write_note, writing

    if not plan.files:
        return
    with writing(folder):
        for file in plan.files:
            old = file.old.encode("utf-8") if file.old is not None else None
            if file.new is None:
                remove_note(folder, file.path, old or b"")
            else:
                write_note(folder, file.path, file.new.encode("utf-8"), old=old)


def learn(
    folder: Folder,
    *,
    eager: bool = False,
    ask: Ask | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plan and apply under one lock; return the plan that was applied.

    Raises:
        ChangedOnDiskError: An editor saved a file meanwhile; nothing of it is lost.
    """
    from hardwon.files.write import writing

    with writing(folder):
        plan = plan_learning(folder, eager=eager, ask=ask, progress=progress)
        apply_plan(folder, plan)
    return plan
