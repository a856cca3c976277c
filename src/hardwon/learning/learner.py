"""What becomes of each note in its turn: decisions are asked for, and carried out."""

from __future__ import annotations

from collections.abc import Mapping

from hardwon.learning.by_text import ByText
from hardwon.learning.decision import Cite, Create, Propose
from hardwon.learning.drafts import book_path, clean_name, lesson_name
from hardwon.learning.evidence import Notes, confidence_of
from hardwon.learning.judge import Judge, by_date
from hardwon.learning.ledger import Ledger
from hardwon.learning.links import Links, Pair, key_of, key_of_name
from hardwon.learning.match import Profile, profile_of_experience
from hardwon.learning.names import Names
from hardwon.learning.open_notes import OpenNotes
from hardwon.learning.questions import BY_PERSON, Questions
from hardwon.learning.references import Doubt, References
from hardwon.learning.shelf import Shelf
from hardwon.learning.skipped import Skipped
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern
from hardwon.model.plan import Ask, Proposal, Undecided
from hardwon.model.settings import Settings
from hardwon.model.values import Confidence


class Learner:
    """Takes notes one by one; books, names, links and open notes then say the same of each.

    Args:
        shelf: The books, without those that are skipped.
        notes: The notes of the memory, for proving examples.
        experiences: Those to learn from by key, in the order of their turns.
        skipped: What is left alone.
        settings: Thresholds.
        eager: Whether every free-form note becomes a LOW pattern at once.
        ask: Decides undecided notes; without it they stay so.
        refusals: What a person refused, to be written before any note is taken.

    Attributes:
        ledger: What was written.
        questions: What a person must decide, and refused.
    """

    def __init__(
        self,
        shelf: Shelf,
        notes: Notes,
        experiences: Mapping[str, Experience],
        skipped: Skipped,
        settings: Settings,
        *,
        eager: bool,
        ask: Ask | None,
        refusals: frozenset[Pair],
    ) -> None:
        self._shelf = shelf
        self._skipped = skipped
        self._settings = settings
        self._experiences = experiences
        self._order = {key: number for number, key in enumerate(experiences)}
        self._refusals = refusals
        self._names = Names((), settings.matching.name_score)
        self._links = Links(notes)
        for pattern in shelf.patterns:
            self._names.add(pattern)
            self._links.add(pattern)
        for pair in refusals:
            self._links.refuse(*pair)
        self._new: list[Pattern] = []  # patterns that the open notes have not met yet
        self._made: list[str] = []  # patterns made in the turn of a note
        self._open = OpenNotes()
        self._references = References(self._names, self._links, skipped)
        self._judge = Judge(self._links, experiences)
        self._by_text = ByText(
            self._links, self._open, self._judge, experiences, settings, eager=eager
        )
        self.ledger = Ledger(shelf, notes, settings.confidence)
        self.questions = Questions(ask, self._links, refusals)

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """Return the notes that a person must decide about, in the order of their dates."""
        undecided = self.questions.undecided
        return tuple(undecided[key] for key in self._experiences if key in undecided)

    # -- the steps -------------------------------------------------------------------------

    def write_refusals(self) -> None:
        """Write what a person refused, and take away what that leaves over."""
        for pattern in list(self._shelf.patterns):
            self._write_refusals(pattern)
            self.ledger.drop_leftovers(pattern)

    def take(self, note: Experience) -> None:
        """Decide about one note; when a person refuses something of it, again without that."""
        before = -1
        while before != len(self.questions.refused):
            before = len(self.questions.refused)
            self._decide(note)
            if before != len(self.questions.refused):
                self._open.likely.pop(note.key, None)
                self._by_text.forget(note)

    def take_again(self) -> None:
        """Look again at the notes that a new pattern may have decided.

        That is what a further run would do; it ends because each round makes a pattern or
        cites a note.
        """
        propose = self._settings.matching.propose
        while self._new:
            again: set[str] = set()
            for pattern in self._new:
                text = self._links.texts.get(key_of(pattern))
                again |= self._open.reached_by(pattern, text, propose)
            self._new.clear()
            for key in sorted(again, key=self._order.__getitem__):
                self.take(self._experiences[key])

    def pass_by(self, note: Experience) -> None:
        """End the turn of a note: the notes behind it are judged by where it stands now."""
        self._judge.pass_by(note, self._made)
        self._made.clear()

    def merge_likely(self) -> None:
        """Merge the open notes that the latest note has shown to be safe."""
        for key, answer in list(self._open.likely.items()):
            safe = self._by_text.find_safe(answer) if key in self.questions.undecided else None
            if safe is not None:
                self._cite(self._experiences[key], safe)
                self.questions.drop(self._experiences[key])

    # -- one note --------------------------------------------------------------------------

    def _decide(self, note: Experience) -> None:
        """Decide about one note: it is evidence, it makes a pattern, or it stays open."""
        self.questions.drop(note)
        named = self._references.read(note)
        self._open.watch(note, named.unsettled)
        for cite in named.known:
            if not self._links.is_cited(note, cite.pattern):
                self._cite(note, cite)
        for new in named.new:
            self._create(new)
        if named.doubts:
            self._ask_which(note, named.doubts[0])
        is_listed = self._links.cited.get(note.key) or self._skipped.lists(note)
        if named.doubts or note.settled or is_listed:
            self._open.close(note)
        else:
            self._take_text(note)

    def _ask_which(self, note: Experience, doubt: Doubt) -> None:
        """Have a person say which pattern a name means, or that it is new."""
        proposals = tuple(
            Proposal(c.pattern.name, c.score / 100, c.pattern.path) for c in doubt.candidates
        )
        undecided = Undecided(note.key, proposals, doubt.reason)
        accepted = self.questions.reply(note, undecided)
        known = self._find_pattern(accepted)
        name = clean_name(doubt.name)
        if known is not None:
            self._cite(note, Cite(known, BY_PERSON))
        elif accepted is not None and not self._names.is_taken(name):
            self._create(Create(name, (note,), Confidence.LOW, BY_PERSON))
        else:
            self.questions.leave_open(undecided)

    def _take_text(self, note: Experience) -> None:
        """Decide by the lesson of a note that names no pattern, or else by its text."""
        name = lesson_name(note) if note.lessons else ""
        same = self._names.get_exact(name) if name else None
        if same is not None and self._links.is_refused(note, same):
            name = ""  # its lesson makes no pattern then
        elif same is not None:
            self._cite(note, Cite(same, "its lesson is the pattern's name"))
            return
        text = profile_of_experience(note)
        decision = self._by_text.decide(note, text, name)
        if isinstance(decision, Cite):
            self._cite(note, decision)
        elif isinstance(decision, Create):
            self._create(decision)
        elif decision is not None:
            if name:
                self._open.watch_also(note, name)
            self._propose(note, decision, text)
        if not self._links.cited.get(note.key):
            self._open.keep(note, text)

    def _propose(self, note: Experience, propose: Propose, text: Profile) -> None:
        """Have a person say which pattern a note belongs to, or that it makes one."""
        if propose.likely is not None:
            self._open.likely[note.key] = propose.likely
        undecided = Undecided(note.key, propose.candidates, propose.reason)
        accepted = self.questions.reply(note, undecided)
        known = self._find_pattern(accepted)
        if accepted is None or (known is None and accepted.path is not None):
            self.questions.leave_open(undecided)
            return
        if known is not None:
            self._cite(note, Cite(known, BY_PERSON))
            return
        notes = [note]
        if accepted in propose.candidates:
            twins = (self._experiences[key] for key, _ in self._open.find_twins(note, text))
            notes += [twin for twin in twins if twin.title == accepted.pattern][:1]
        level = confidence_of(len(notes), self._settings.confidence)
        name = clean_name(notes[-1].title if len(notes) > 1 else accepted.pattern)
        self._create(Create(name, tuple(sorted(notes, key=by_date)), level, BY_PERSON))

    def _find_pattern(self, proposal: Proposal | None) -> Pattern | None:
        """Return the pattern that is proposed; None for one that there is not yet."""
        if proposal is None:
            return None
        if proposal.path is None:
            return self._names.get_exact(proposal.pattern)
        return self._links.patterns.get(key_of_name(proposal.path, proposal.pattern))

    # -- what is decided -------------------------------------------------------------------

    def _cite(self, note: Experience, cite: Cite) -> None:
        if self.ledger.cite(note, cite):
            self._links.cite(note.key, cite.pattern, by_text=cite.by_text)
            self._open.close(note)

    def _create(self, new: Create) -> None:
        """Make a pattern; where there is one of that name, its notes are examples of it."""
        known = self._names.get_exact(new.name)
        if known is not None:
            if not any(self._links.is_refused(note, known) for note in new.notes):
                for note in new.notes:
                    if not self._links.is_cited(note, known):
                        self._cite(note, Cite(known, new.reason, new.by_text))
            return
        path = book_path(new.notes[0].domain)
        is_held = path in self._skipped.paths or self._skipped.get_exact(new.name) is not None
        pattern = self.ledger.create(path, new) if new.name and not is_held else None
        if pattern is None:
            return
        self._names.add(pattern)
        self._links.add(pattern)
        self._new.append(pattern)
        self._made.append(key_of(pattern))
        self._write_refusals(pattern)
        for note in new.notes:
            self._links.cite(note.key, pattern, by_text=new.by_text)
            self._open.close(note)
            self.questions.drop(note)

    def _write_refusals(self, known: Pattern) -> None:
        """List under a pattern the notes of which a person says that they are no examples."""
        notes = (note for note, key in self._refusals if key == key_of(known))
        for note in sorted(notes, key=self._order.__getitem__):
            if not self.ledger.refuse(known, note, BY_PERSON):
                self._links.refused[note].discard(key_of(known))
