"""Entering evidence in the books such that it reads back, and the changes that this makes.

What does not read back with one sighting more, and all else as it was, is not written: the
place is named instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from hardwon.learning.decision import Cite, Create
from hardwon.learning.drafts import example_text, new_book, pattern_lines
from hardwon.learning.evidence import Evidence, Notes, weigh
from hardwon.learning.leftovers import find_leftovers, is_as_written
from hardwon.learning.reinforce import (
    drop_example,
    list_evidence,
    list_refusal,
    settle,
    tell_apart,
)
from hardwon.learning.shelf import Reading, Shelf, others_stay
from hardwon.markup.text import counted
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern
from hardwon.model.plan import Change, ChangeKind
from hardwon.model.values import Fault, Thresholds


class Ledger:
    """Writes what was decided into the books, and keeps each change with its reason.

    Attributes:
        changes: What was written, in that order.
        unwritten: The places that were left as they are, each once.
    """

    def __init__(self, shelf: Shelf, notes: Notes, thresholds: Thresholds) -> None:
        self._shelf = shelf
        self._notes = notes
        self._thresholds = thresholds
        self.changes: list[Change] = []
        self.unwritten: list[Fault] = []

    def create(self, path: str, new: Create) -> Pattern | None:
        """Add a pattern to the book at `path`; return it as it reads there, None if it does not."""
        before = self._shelf.reading(path) if self._shelf.has(path) else None
        pattern = self._shelf.add(
            path,
            new_book(path),
            lambda depth, dialect: pattern_lines(
                new.name, new.notes, new.level, depth, dialect, by_text=new.by_text
            ),
        )
        if pattern is None or not self._reads_back(
            pattern, new.notes, len(new.notes), None, before
        ):
            self._shelf.restore(path, before)
            fault = f"a pattern behind the last one does not read back ({new.name!r})"
            self._leave_unwritten(path, 1, fault)
            return None
        last, level = new.notes[-1].key, str(new.level)
        self._note(ChangeKind.CREATED, pattern, last, None, level, new.reason)
        return pattern

    def cite(self, note: Experience, cite: Cite) -> bool:
        """List `note` as an example (or counter-example) of a pattern, and count again.

        Returns whether it could be written.
        """
        pattern = self._shelf.find(cite.pattern)
        before = self._weigh(pattern)
        counters = note.outcome is not None and note.outcome.is_failure
        added = self._list_evidence(pattern, note, counters=counters, by_text=cite.by_text)
        if added is None:
            fault = f"{pattern.name!r} cannot take a further example such that it reads back"
            self._leave_unwritten(pattern.path, pattern.line, fault)
            return False
        after = self._weigh(added)
        settle(self._shelf, added, after, None if counters else note.date)
        kind = ChangeKind.COUNTERED if counters else ChangeKind.REINFORCED
        self._note(kind, added, note.key, _net(before), _net(after), cite.reason)
        self._change_level(added, before, after, note)
        return True

    def refuse(self, known: Pattern, note: str, reason: str) -> bool:
        """List the note with the key `note` under a pattern as no example of it.

        Returns whether it could be written.
        """
        pattern = self._shelf.find(known)
        if list_refusal(self._shelf, pattern, note, self._notes.paths) is None:
            fault = f"{pattern.name!r} cannot list {note} as no example such that it reads back"
            self._leave_unwritten(pattern.path, pattern.line, fault)
            return False
        self._note(ChangeKind.REFUSED, pattern, note, None, None, reason)
        return True

    def drop_leftovers(self, known: Pattern) -> None:
        """Take away the examples of notes that were moved from the sources to Not examples.

        Only lines that learning wrote; `check` names the others.
        """
        tried: set[str] = set()
        while True:
            pattern = self._shelf.find(known)
            found = (
                (note, example)
                for note, example in find_leftovers(pattern, self._notes)
                if note.key not in tried and is_as_written(example, note)
            )
            note, example = next(found, (None, None))
            if note is None or example is None:
                return
            tried.add(note.key)
            before = self._weigh(pattern)
            dropped = drop_example(self._shelf, pattern, example)
            if dropped is None:
                fault = f"the example of {note.key}, which is none, cannot be taken away alone"
                self._leave_unwritten(pattern.path, example.line, fault)
                continue
            after = self._weigh(dropped)
            settle(self._shelf, dropped, after, None)
            reason = "it was moved to Not examples, and its example goes"
            kind = ChangeKind.REFUSED
            self._note(kind, pattern, note.key, _net(before), _net(after), reason)
            self._change_level(dropped, before, after, note)

    # -- such that it reads back -----------------------------------------------------------

    def _list_evidence(
        self, pattern: Pattern, note: Experience, *, counters: bool, by_text: bool
    ) -> Pattern | None:
        """Write `note` into the lists of a pattern; None, and nothing written, where the text
        does not read back with one example more, this source, and all else as it was.
        """
        before = self._shelf.reading(pattern.path)
        evidence = self._weigh(pattern)
        sightings = evidence.examples + evidence.counter_examples + 1

        def reads_back(now: Pattern) -> bool:
            return self._reads_back(now, [note], sightings, pattern, before)

        line = tell_apart(pattern, lambda number: example_text(note, number))
        return list_evidence(
            self._shelf,
            pattern,
            line,
            note.key,
            counters=counters,
            reads_back=reads_back,
            by_text=by_text,
        )

    def _reads_back(
        self,
        pattern: Pattern,
        notes: Sequence[Experience],
        sightings: int,
        old: Pattern | None,
        before: Reading | None,
    ) -> bool:
        """Return whether `pattern` holds so many sightings, and all else is as it was `before`.

        `old` is the pattern as it was, None for a new one; a new book has nothing else.
        """
        evidence = self._weigh(pattern)
        found = {path for _, path in evidence.sources}
        return (
            evidence.examples + evidence.counter_examples == sightings
            and all(note.key in found for note in notes)
            and others_stay(before, old, self._shelf.reading(pattern.path), pattern, self._counts)
        )

    def _counts(self, pattern: Pattern) -> tuple[str, int, int]:
        evidence = self._weigh(pattern)
        return pattern.name, evidence.examples, len(evidence.sources)

    def _weigh(self, pattern: Pattern) -> Evidence:
        return weigh(pattern, self._notes, self._thresholds)

    # -- what is told of it ----------------------------------------------------------------

    def _note(
        self,
        kind: ChangeKind,
        pattern: Pattern,
        note: str,
        before: str | None,
        after: str | None,
        reason: str,
    ) -> None:
        change = Change(kind, pattern.name, pattern.path, note, before, after, reason)
        self.changes.append(change)

    def _change_level(
        self, pattern: Pattern, before: Evidence, after: Evidence, note: Experience
    ) -> None:
        """Say that the written level changed, if it did."""
        stated = pattern.claim.confidence if pattern.claim is not None else None
        old = stated or before.confidence
        if old is after.confidence:
            return
        up = after.confidence.rank > old.rank
        reason = counted(after.net, "net example")
        if stated is not None and stated is not before.confidence:
            reason += f"; {stated} was stated, {before.confidence} was counted"
        kind = ChangeKind.PROMOTED if up else ChangeKind.DEMOTED
        self._note(kind, pattern, note.key, str(old), str(after.confidence), reason)

    def _leave_unwritten(self, path: str, line: int, message: str) -> None:
        """Name a place that was left as it is."""
        fault = Fault("unwritable", path, line, message)
        if fault not in self.unwritten:
            self.unwritten.append(fault)


def _net(evidence: Evidence) -> str:
    count = counted(evidence.net, "example")
    return f"{count} net" if evidence.counter_examples else count
