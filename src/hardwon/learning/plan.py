"""Learning: from patterns and experiences to a plan of changes, each with its reason.

The notes are taken in the order of their dates. After each change the notes before it that
were left open are looked at again, which is what running after every single note would do;
so learning all at once and one after another ends in the same files.
"""

from __future__ import annotations

from collections.abc import Callable

from hardwon.learning.evidence import Notes
from hardwon.learning.judge import by_date
from hardwon.learning.learner import Learner
from hardwon.learning.links import Pair
from hardwon.learning.shelf import Shelf
from hardwon.learning.skipped import Skipped, find_masked
from hardwon.learning.upkeep import Upkeep, tend_totals, tend_workflows
from hardwon.model.page import Role
from hardwon.model.plan import Ask, ChangeKind, FileChange, Plan, Undecided
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot


def make_plan(
    snapshot: Snapshot,
    read_text: Callable[[str], str],
    settings: Settings,
    *,
    eager: bool = False,
    ask: Ask | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Return what learning would change in the memory that `snapshot` shows.

    Args:
        snapshot: Everything read.
        read_text: Gives the text of a book or workflow by its path.
        settings: Thresholds.
        eager: Whether every free-form note becomes a LOW pattern at once.
        ask: Decides undecided notes; without it they are reported.
        progress: Told how many of how many notes are done.

    What a person refuses is written before any note is taken: the plan is the one that follows
    where it stood there from the beginning, so that learning again changes nothing.
    """
    refusals: frozenset[Pair] = frozenset()
    while True:
        desk = _Desk(snapshot, read_text, settings)
        learner = desk.learn(eager=eager, ask=ask, refusals=refusals, progress=progress)
        if not learner.questions.refused:
            return desk.plan(learner)
        refusals |= learner.questions.refused


def find_undecided(
    snapshot: Snapshot,
    read_text: Callable[[str], str],
    settings: Settings,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Undecided, ...]:
    """Return the notes that learning would leave to a person; arguments as for `make_plan`."""
    return _Desk(snapshot, read_text, settings).learn(progress=progress).undecided


def plan_workflows(snapshot: Snapshot, read_text: Callable[[str], str], settings: Settings) -> Plan:
    """Return what is to be written so that all workflows fit their patterns as they stand."""
    return _Desk(snapshot, read_text, settings).plan_workflows()


class _Desk:
    """A memory laid open: its books, which are edited; its notes; and what is left alone."""

    def __init__(
        self, snapshot: Snapshot, read_text: Callable[[str], str], settings: Settings
    ) -> None:
        self._snapshot, self._read_text, self._settings = snapshot, read_text, settings
        self._notes = Notes(snapshot)
        self._skipped = Skipped(snapshot, self._notes, settings)
        books = (page for page in snapshot.pages if page.role is Role.BOOK)
        self._shelf = Shelf((b for b in books if b.path not in self._skipped.paths), read_text)

    def learn(
        self,
        *,
        eager: bool = False,
        ask: Ask | None = None,
        refusals: frozenset[Pair] = frozenset(),
        progress: Callable[[int, int], None] | None = None,
    ) -> Learner:
        """Take all notes in the order of their dates, each once; `refusals` come first."""
        in_order = sorted(self._snapshot.experiences, key=by_date)
        notes = {note.key: note for note in in_order if note.path not in self._skipped.paths}
        learner = Learner(
            self._shelf, self._notes, notes, self._skipped, self._settings,
            eager=eager, ask=ask, refusals=refusals,
        )  # fmt: skip
        learner.write_refusals()
        for number, note in enumerate(notes.values(), start=1):
            learner.take(note)
            learner.take_again()
            learner.pass_by(note)
            learner.merge_likely()
            if progress is not None:
                progress(number, len(notes))
        return learner

    def plan(self, learner: Learner) -> Plan:
        """Return the plan, with totals and workflows brought up to date."""
        learned = learner.ledger.changes
        counted_again = [c for c in learned if c.kind is not ChangeKind.REFUSED or c.after]
        touched = {change.path for change in counted_again}
        totals = tend_totals(self._shelf, self._notes, self._settings, touched)
        workflows = self._tend_workflows(
            {c.pattern for c in counted_again if c.pattern is not None}
        )
        books = (
            FileChange(path, self._shelf.original(path), self._shelf.text(path))
            for path in self._shelf.changed
        )
        return Plan(
            changes=(*learned, *totals, *workflows.changes),
            undecided=learner.undecided,
            skipped=self._skipped.told(learner.ledger.unwritten),
            masked=tuple(find_masked(self._snapshot)),
            files=(*books, *workflows.files),
        )

    def plan_workflows(self) -> Plan:
        """Return a plan of workflows alone."""
        upkeep = self._tend_workflows({pattern.name for pattern in self._shelf.patterns})
        return Plan(changes=upkeep.changes, skipped=self._skipped.told(), files=upkeep.files)

    def _tend_workflows(self, touched: set[str]) -> Upkeep:
        return tend_workflows(
            self._shelf,
            self._snapshot,
            self._notes,
            self._settings,
            self._read_text,
            touched=touched,
            skipped=self._skipped.paths,
        )
