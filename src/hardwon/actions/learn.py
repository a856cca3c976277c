"""Learning on disk: plan under the lock, apply each file in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hardwon.actions.read import read_with_texts
from hardwon.actions.unfinished import drop_plan, keep_plan, read_unfinished
from hardwon.errors import ChangedOnDiskError
from hardwon.files.folder import Folder
from hardwon.files.listing import Entry
from hardwon.files.settings import read_settings
from hardwon.learning.plan import make_plan
from hardwon.model.experience import Experience
from hardwon.model.plan import Ask, Plan, Reply, Undecided

Progress = Callable[[int, int], None]

# An editor that saves all the time must not keep learning from its end for ever.
_ATTEMPTS = 5


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
    snapshot, read_text = read_with_texts(folder)
    return make_plan(snapshot, read_text, settings, eager=eager, ask=ask, progress=progress)


def apply_plan(folder: Folder, plan: Plan) -> None:
    """Write the files of `plan`, each in one step, the last one first.

    What a crash leaves half done the next learning completes: workflows come first, so that
    what they say follows again from the books as they still stand; and a book lists its
    evidence in the same step in which it counts it.

    Raises:
        OutsideMemoryError: A file lies behind a symbolic link; nothing is written.
        ChangedOnDiskError: A file is not as the plan read it; those before it are written.
        HardwonError: The disk refuses.
    """
    from hardwon.files.gate import inside
    from hardwon.files.write import remove_note, write_note, writing

    if not plan.files:
        return
    with writing(folder):
        for file in plan.files:
            inside(folder.root, file.path)
        for file in reversed(plan.files):
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

    What a learning that was killed had decided is carried out first, and is part of the plan.

    A person is asked before the lock is taken, so that nobody waits for an answer. When a file
    changes between being read and being written, the plan is made again.

    Raises:
        ChangedOnDiskError: Files changed again and again; nothing of them is lost.
    """
    from hardwon.files.write import clear_leftovers, writing

    answers = _Answers(ask)
    if ask is not None:
        plan_learning(folder, eager=eager, ask=answers.ask)
    done = Plan()
    with writing(folder):
        clear_leftovers(folder)
        for attempt in range(_ATTEMPTS):
            try:
                done = finish_unfinished(folder) or done
                seen = list(folder.walk())
                plan = plan_learning(folder, eager=eager, ask=answers.repeat, progress=progress)
                if plan.files:
                    _require_unchanged(folder, seen)
                if len(plan.files) > 1:
                    keep_plan(folder, plan, seen)
                apply_plan(folder, plan)
                drop_plan(folder)
                break
            except ChangedOnDiskError:
                drop_plan(folder)
                if attempt == _ATTEMPTS - 1:
                    raise
    return replace(plan, changes=(*done.changes, *plan.changes), files=(*done.files, *plan.files))


def finish_unfinished(folder: Folder) -> Plan | None:
    """Carry out the rest of a plan that was stopped between two files; return it, if any."""
    unfinished = read_unfinished(folder)
    if unfinished is not None:
        apply_plan(folder, unfinished)
    drop_plan(folder)
    return unfinished


def _require_unchanged(folder: Folder, seen: Sequence[Entry]) -> None:
    """Raise ChangedOnDiskError where the files are not those that were seen.

    A plan stands on all notes, not only on the files that it changes: in the middle of a `git
    checkout` the notes of one branch may have been read beside a book of the other.
    """
    changed = set(seen).symmetric_difference(folder.walk())
    if changed:
        path = min(entry.path for entry in changed)
        raise ChangedOnDiskError("changed on disk", path=path, hint="run the command again")


class _Answers:
    """What a person said, for saying it again when the plan is made anew."""

    def __init__(self, ask: Ask | None) -> None:
        self._ask = ask
        self._given: dict[Undecided, Reply] = {}

    def ask(self, note: Experience, undecided: Undecided) -> Reply:
        if undecided not in self._given and self._ask is not None:
            self._given[undecided] = self._ask(note, undecided)
        return self.repeat(note, undecided)

    def repeat(self, _note: Experience, undecided: Undecided) -> Reply:
        return self._given.get(undecided, Reply())
