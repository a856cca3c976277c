"""Learning: from patterns and experiences to a plan of changes, each with its reason.

The notes are taken in the order of their dates. After each change the notes before it that
were left open are looked at again, which is what running after every single note would do;
so learning all at once and one after another ends in the same files.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hardwon.learning.drafts import (
    book_path,
    clean_name,
    example_text,
    lesson_name,
    new_book,
    pattern_lines,
)
from hardwon.learning.evidence import (
    Evidence,
    Notes,
    confidence_of,
    find_contradiction,
    weigh,
)
from hardwon.learning.judge import Judge, by_date
from hardwon.learning.leftovers import find_leftovers, is_as_written, without_leftovers
from hardwon.learning.links import Links, key_of, key_of_name
from hardwon.learning.match import Nearest, Profile, Signals, profile_of_experience
from hardwon.learning.names import Candidate, Names, name_parts
from hardwon.learning.reinforce import (
    drop_example,
    list_evidence,
    list_refusal,
    settle,
    tell_apart,
)
from hardwon.learning.shelf import Reading, Shelf
from hardwon.learning.trial import MIN_RIGHT, Answer
from hardwon.learning.upkeep import tend_totals, tend_workflows
from hardwon.markup.text import counted, fold
from hardwon.model.experience import Experience, Link, PatternRef
from hardwon.model.page import Page, Role
from hardwon.model.pattern import Pattern
from hardwon.model.plan import (
    Ask,
    Change,
    ChangeKind,
    FileChange,
    Plan,
    Proposal,
    Undecided,
)
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Confidence, Fault

# A name this near to a pattern's, and not near enough to mean it, may be a slip of the pen.
_DOUBTFUL_NAME = 80.0

# A note that names more patterns than that is a list of some, and no experience.
_MAX_NAMED = 100
# A note with more links is a table of contents; those beyond are not followed.
_MAX_LINKS = 500

# A note of fewer different words tells too little to be judged by its text.
_TELLING_WORDS = 8

# More patterns than that are not proposed for one note.
_PROPOSED = 8

# Faults of a file that make it unsure what its text means.
_REFUSED = frozenset({"conflict-markers", "too-nested", "two-headers"})

# Of those that stand out by the examples, so many are shown.
_LIKELY_SHOWN = 3

Counts = list[tuple[str, int, int]]
Alike = Sequence[tuple[str, Signals]]

Pair = tuple[str, str]
"""A note and a pattern, by their keys."""


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
        learner = _Learner(snapshot, read_text, settings, eager=eager, ask=ask, refusals=refusals)
        learner.learn(progress)
        if not learner.refusals:
            return learner.plan()
        refusals |= learner.refusals


def find_undecided(
    snapshot: Snapshot,
    read_text: Callable[[str], str],
    settings: Settings,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Undecided, ...]:
    """Return the notes that learning would leave to a person; arguments as for `make_plan`."""
    learner = _Learner(snapshot, read_text, settings, eager=False, ask=None)
    learner.learn(progress)
    return learner.undecided


class _Learner:
    def __init__(
        self,
        snapshot: Snapshot,
        read_text: Callable[[str], str],
        settings: Settings,
        *,
        eager: bool,
        ask: Ask | None,
        refusals: frozenset[Pair] = frozenset(),
    ) -> None:
        self._snapshot = snapshot
        self._read_text = read_text
        self._settings = settings
        self._eager = eager
        self._ask = ask
        self._notes = Notes(snapshot)
        self._skipped = list(_refused(snapshot, self._notes, settings))
        refused = self._refused = {fault.path for fault in self._skipped}
        self._shelf = Shelf(
            (p for p in snapshot.pages if p.role is Role.BOOK and p.path not in refused), read_text
        )
        self._experiences = {
            e.key: e for e in sorted(snapshot.experiences, key=by_date) if e.path not in refused
        }
        self._order = {key: number for number, key in enumerate(self._experiences)}
        self._changes: list[Change] = []
        self._undecided: dict[str, Undecided] = {}
        # What the notes met so far and the patterns say, for finding the alike.
        self._names = Names((), settings.matching.name_score)
        # The patterns of refused books: nothing is added to them, and nothing takes their place.
        # Patterns of books that are left as they are, and the notes that these list already.
        held = [p for page in snapshot.pages if page.path in refused for p in page.patterns]
        self._held = Names(held, settings.matching.name_score)
        sources = (source.target for pattern in held for source in pattern.sources)
        self._held_notes = {self._notes.paths.find(target) for target in sources}
        self._links = Links(self._notes)
        self._open: Nearest[str] = Nearest()
        self._free: Nearest[str] = Nearest()  # the open ones that state no lesson
        # Note -> names that mean nothing yet; and what a pattern's name must share with one.
        self._watched: dict[str, tuple[str, ...]] = {}
        self._watching: dict[str, set[str]] = {}
        self._new: list[Pattern] = []
        for pattern in self._shelf.patterns:
            self._meet(pattern)
        self._new.clear()
        self._pending = refusals
        for pair in refusals:
            self._links.refuse(*pair)
        for pattern in list(self._shelf.patterns):
            self._write_refusals(pattern)
            self._drop_leftovers(pattern)
        self._replied: set[Pair] = set()
        self._judge = Judge(self._links, self._experiences)
        self._made: list[str] = []  # patterns made in the turn of a note
        self._answers: dict[str, Answer | None] = {}
        # Of open notes for which a pattern stands out, what was answered.
        self._likely: dict[str, Answer] = {}

    def learn(self, progress: Callable[[int, int], None] | None) -> None:
        for number, experience in enumerate(self._experiences.values(), start=1):
            self._take(experience)
            self._take_again()
            self._judge.pass_by(experience, self._made)
            self._made.clear()
            self._merge_likely()
            if progress is not None:
                progress(number, len(self._experiences))

    @property
    def refusals(self) -> frozenset[Pair]:
        """Return what was refused when a person was asked; it is in no list yet."""
        return frozenset(self._replied)

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """Return the notes that a person must decide about, in the order of their dates."""
        return tuple(self._undecided[key] for key in self._experiences if key in self._undecided)

    def plan(self) -> Plan:
        """Return the plan, with totals and workflows brought up to date."""
        counted_again = [c for c in self._changes if c.kind is not ChangeKind.REFUSED or c.after]
        touched = {c.path for c in counted_again}
        changes = [*self._changes, *tend_totals(self._shelf, self._notes, self._settings, touched)]
        workflows = tend_workflows(
            self._shelf,
            self._snapshot,
            self._notes,
            self._settings,
            self._read_text,
            touched={c.pattern for c in counted_again if c.pattern is not None},
            refused=self._refused,
        )
        books = (
            FileChange(path, self._shelf.original(path), self._shelf.text(path))
            for path in self._shelf.changed
        )
        return Plan(
            changes=(*changes, *workflows.changes),
            undecided=self.undecided,
            skipped=_told(self._skipped),
            masked=tuple(_masked(self._snapshot)),
            files=(*books, *workflows.files),
        )  # fmt: skip

    # -- one note ------------------------------------------------------------------------

    def _take(self, note: Experience) -> None:
        """Decide about one note; when a person refuses something of it, again without that."""
        before = -1
        while before != len(self._replied):
            before = len(self._replied)
            self._decide(note)
            if before != len(self._replied):
                for answers in (self._answers, self._likely):
                    answers.pop(note.key, None)
                self._judge.forget(note)

    def _decide(self, note: Experience) -> None:
        """Decide about one note: it is evidence, it makes a pattern, or it stays open."""
        self._undecided.pop(note.key, None)
        named, unknown, doubt = self._explicit(note)
        for pattern, ref in named:
            if not self._links.is_cited(note, pattern):
                self._cite(pattern, note, _SAYS[ref.link])
        for name in unknown:
            self._create(name, [note], Confidence.LOW, "the note names a pattern that is new")
        if doubt is not None:
            self._ask_which(note, doubt)
        is_listed = self._links.cited.get(note.key) or note.key in self._held_notes
        if doubt is not None or note.settled or is_listed:
            self._close(note)
        else:
            self._by_text(note)

    def _explicit(
        self, note: Experience
    ) -> tuple[list[tuple[Pattern, PatternRef]], list[str], _Doubt | None]:
        """Return the patterns that a note names, the names that are new, and what is in doubt."""
        named: list[tuple[Pattern, PatternRef]] = []
        unknown: list[str] = []
        watched: list[str] = []
        doubts: list[_Doubt] = []
        links = (ref for ref in note.patterns if ref.link is Link.MENTIONED)
        refs = [ref for ref in note.patterns if ref.link is not Link.MENTIONED]
        for ref in (*refs, *itertools.islice(links, _MAX_LINKS)):
            found = self._names.resolve(ref.name)
            if found.pattern is not None:
                if self._links.is_refused(note, found.pattern):
                    doubts += _contradictions(ref, [found.pattern])
                elif all(found.pattern is not pattern for pattern, _ in named):
                    named.append((found.pattern, ref))
                if fold(ref.name) != fold(found.pattern.name):
                    watched.append(ref.name)  # a new pattern may be what it means more nearly
                continue
            held = self._held.resolve(ref.name).pattern
            if held is not None:
                if ref.link is not Link.MENTIONED and note.key not in self._held_notes:
                    reason = f"“{ref.name}” is a pattern of {held.path}, which is left as it is"
                    doubts.append(_Doubt(ref.name, (), reason))
                continue
            watched.append(ref.name)
            near = [c for c in found.candidates if c.score >= _DOUBTFUL_NAME]
            left = [c for c in near if not self._links.is_refused(note, c.pattern)]
            if left and (found.ambiguous or ref.link is not Link.MENTIONED):
                word = "several patterns" if found.ambiguous else "no pattern exactly"
                doubts.append(_Doubt(ref.name, tuple(left), f"“{ref.name}” names {word}"))
            elif found.ambiguous:
                doubts += _contradictions(ref, [c.pattern for c in near])
            elif ref.link is not Link.MENTIONED and (name := clean_name(ref.name)):
                unknown.append(name)
        self._watch(note.key, watched)
        known = [pattern for pattern, _ in named]
        open_ = (doubt for doubt in doubts if not self._is_settled(note, doubt, known))
        return named, unknown, next(open_, None)

    def _is_settled(self, note: Experience, doubt: _Doubt, named: Sequence[Pattern]) -> bool:
        """Return whether one of the patterns that a name may mean lists the note, or will."""
        return any(
            self._links.is_cited(note, c.pattern) or any(c.pattern is p for p in named)
            for c in doubt.candidates
        )

    def _ask_which(self, note: Experience, doubt: _Doubt) -> None:
        """Have a person say which pattern a name means, or that it is new."""
        proposals = tuple(_proposal(c.pattern, c.score / 100) for c in doubt.candidates)
        undecided = Undecided(note.key, proposals, doubt.reason)
        accepted = self._reply(note, undecided)
        known = self._known(accepted)
        name = clean_name(doubt.name)
        if known is not None:
            self._cite(known, note, _PERSON)
        elif accepted is not None and not self._names.is_taken(name):
            self._create(name, [note], Confidence.LOW, _PERSON)
        else:
            self._undecided[note.key] = undecided

    def _by_text(self, note: Experience) -> None:
        """Decide by the text: merge, propose, create or leave open."""
        name = lesson_name(note) if note.lessons else ""
        same = self._names.get_exact(name) if name else None
        if same is not None and self._links.is_refused(note, same):
            name = ""  # its lesson makes no pattern then
        elif same is not None:
            self._cite(same, note, "its lesson is the pattern's name")
            return
        text = profile_of_experience(note)
        tells = name or len(text.stems) >= _TELLING_WORDS
        alike = self._alike(note, text) if tells else []
        if tells and not alike and (name or self._eager):
            alike = self._missed(note, text)
        if not self._follow(note, text, alike, self._answer(note), name):
            if name:
                self._create(name, [note], Confidence.LOW, "the note states a lesson")
            else:
                self._recur(note, text)
        if not self._links.cited.get(note.key):
            self._keep_open(note, text)

    def _alike(self, note: Experience, text: Profile) -> Alike:
        refused = self._links.refused.get(note.key, ())
        found = self._links.texts.find(text, self._settings.matching.propose)
        return [(key, signals) for key, signals in found if key not in refused]

    def _missed(self, note: Experience, text: Profile) -> Alike:
        """Return the patterns like `text`, all compared: one is made only where none is like it."""
        propose, refused = self._settings.matching.propose, self._links.refused.get(note.key, ())
        found = self._links.texts.find_all(text, lambda _: propose)
        return [(key, signals) for key, signals in found if key not in refused][:_PROPOSED]

    def _answer(self, note: Experience) -> Answer | None:
        """Return what the examples so far say about `note`; None while there are too few.

        The answer at its own turn stays: later notes do not change it.
        """
        if note.key not in self._answers:
            few = self._judge.listed < MIN_RIGHT
            self._answers[note.key] = None if few else self._judge.answer(note)
        return self._answers[note.key]

    def _follow(
        self,
        note: Experience,
        text: Profile,
        alike: Alike,
        answer: Answer | None,
        name: str,
    ) -> bool:
        """Merge `note` with the pattern most like it, or propose those alike; False for none."""
        patterns = self._links.patterns
        if alike and alike[0][1].score >= self._settings.matching.merge:
            key, score = alike[0][0], alike[0][1].score
            self._cite(patterns[key], note, f"its text matches with {score:.2f}", by_text=True)
            return True
        likely = answer if answer is not None and answer.best is not None else None
        if likely is not None and self._merge_safe(note, likely):
            return True
        if likely is None and not alike:
            return False
        scores = {key: signals.score for key, signals in alike}
        if likely is not None:
            scores = {ranked.key: ranked.score for ranked in likely.ranked[:_LIKELY_SHOWN]} | scores
            self._likely[note.key] = likely
        proposals = tuple(_proposal(patterns[key], score) for key, score in scores.items())
        if name:
            self._watch(note.key, (*self._watched.get(note.key, ()), name))
        self._leave_to_person(note, proposals[:_PROPOSED], "its text resembles a pattern", text)
        return True

    def _merge_safe(self, note: Experience, answer: Answer) -> bool:
        """Merge `note` if this memory's own links show that it is safe; return whether it was."""
        safe = self._judge.safe_margin()
        if safe is None or answer.best is None or answer.margin < safe:
            return False
        reason = f"its text stands out by {answer.margin:.2f}; from {safe:.2f} on that proved right"
        self._cite(self._links.patterns[answer.best], note, reason, by_text=True)
        return True

    def _merge_likely(self) -> None:
        """Merge the open notes that the latest note has shown to be safe."""
        for key, answer in list(self._likely.items()):
            if key in self._undecided and self._merge_safe(self._experiences[key], answer):
                del self._undecided[key]

    def _recur(self, note: Experience, text: Profile) -> None:
        """Make a pattern of a free-form note that says what an open one said before."""
        tells = len(text.stems) >= _TELLING_WORDS
        found = self._free.find(text, self._settings.matching.recur) if tells else []
        twins = [(key, signals.score) for key, signals in found if key != note.key]
        is_twin = bool(twins) and twins[0][1] >= self._settings.matching.merge
        if is_twin and not self._eager:
            alike = self._missed(note, text)
            if self._follow(note, text, alike, self._answer(note), ""):
                return
        if is_twin:
            earlier = self._experiences[twins[0][0]]
            pair = sorted((earlier, note), key=by_date)
            level = confidence_of(2, self._settings.confidence)
            reason = f"{earlier.key} says the same ({twins[0][1]:.2f})"
            self._create(clean_name(pair[0].title), pair, level, reason, by_text=True)
        elif self._eager:
            self._create(clean_name(note.title), [note], Confidence.LOW, "every note is learned")
        elif twins:
            proposals = tuple(
                Proposal(self._experiences[key].title, score, None) for key, score in twins[:3]
            )
            reason = f"it resembles {twins[0][0]}, which is no pattern yet"
            self._leave_to_person(note, proposals, reason, text)

    def _leave_to_person(
        self, note: Experience, proposals: tuple[Proposal, ...], reason: str, text: Profile
    ) -> None:
        undecided = Undecided(note.key, proposals, reason)
        accepted = self._reply(note, undecided)
        known = self._known(accepted)
        if accepted is None or (known is None and accepted.path is not None):
            self._undecided[note.key] = undecided
            return
        if known is not None:
            self._cite(known, note, _PERSON)
            return
        notes = [note]
        if accepted in proposals:
            titled = (key for key, _ in self._free.find(text) if key != note.key)
            twins = (self._experiences[key] for key in titled)
            notes += [twin for twin in twins if twin.title == accepted.pattern][:1]
        level = confidence_of(len(notes), self._settings.confidence)
        name = clean_name(notes[-1].title if len(notes) > 1 else accepted.pattern)
        self._create(name, sorted(notes, key=by_date), level, _PERSON)

    def _reply(self, note: Experience, undecided: Undecided) -> Proposal | None:
        """Ask about a note: return the proposal that is right, and keep what is refused."""
        if self._ask is None or not undecided.candidates:
            return None
        reply = self._ask(note, undecided)
        for proposal in reply.refused:
            if proposal.path is not None:
                pair = note.key, key_of_name(proposal.path, proposal.pattern)
                if pair not in self._pending:  # else its book does not take it
                    self._links.refuse(*pair)
                    self._replied.add(pair)
        return reply.accepted

    def _known(self, proposal: Proposal | None) -> Pattern | None:
        """Return the pattern that is proposed; None for one that there is not yet."""
        if proposal is None:
            return None
        if proposal.path is None:
            return self._names.get_exact(proposal.pattern)
        return self._links.patterns.get(key_of_name(proposal.path, proposal.pattern))

    def _keep_open(self, note: Experience, text: Profile) -> None:
        self._open.add(note.key, text)
        if not note.lessons:
            self._free.add(note.key, text)

    def _close(self, note: Experience) -> None:
        self._open.remove(note.key)
        self._free.remove(note.key)
        self._likely.pop(note.key, None)

    def _watch(self, key: str, names: Sequence[str]) -> None:
        """Let the note `key` be looked at again when a new pattern may be one of `names`."""
        for name in self._watched.pop(key, ()):
            for part in name_parts(name):
                self._watching[part].discard(key)
        if names:
            self._watched[key] = tuple(names)
        for name in names:
            for part in name_parts(name):
                self._watching.setdefault(part, set()).add(key)

    def _take_again(self) -> None:
        """Look again at the notes that a new pattern may have decided.

        That is what a further run would do; it ends because each round makes a pattern or
        cites a note.
        """
        propose = self._settings.matching.propose
        while self._new:
            again: set[str] = set()
            for pattern in self._new:
                names = (pattern.name, *pattern.aliases)
                parts = {part for name in names for part in name_parts(name)}
                near = set().union(*(self._watching.get(part, ()) for part in parts))
                again |= {
                    key
                    for key in near
                    if any(_is_meant(name, pattern) for name in self._watched[key])
                }
                text = self._links.texts.get(key_of(pattern))
                again |= {key for key, _ in self._open.find_all(text, lambda _: propose)}
            self._new.clear()
            for key in sorted(again, key=self._order.__getitem__):
                self._take(self._experiences[key])

    # -- what changes ----------------------------------------------------------------------

    def _meet(self, pattern: Pattern) -> None:
        self._names.add(pattern)
        self._links.add(pattern)
        self._new.append(pattern)

    def _create(
        self,
        name: str,
        notes: Sequence[Experience],
        level: Confidence,
        reason: str,
        *,
        by_text: bool = False,
    ) -> None:
        known = self._names.get_exact(name)
        if known is not None:
            if any(self._links.is_refused(note, known) for note in notes):
                return
            for note in notes:
                if not self._links.is_cited(note, known):
                    self._cite(known, note, reason, by_text=by_text)
            return
        path = book_path(notes[0].domain)
        if path in self._refused or not name or self._held.get_exact(name) is not None:
            return
        before = self._shelf.reading(path) if self._shelf.has(path) else None
        pattern = self._shelf.add(
            path,
            new_book(path),
            lambda depth, dialect: pattern_lines(
                name, notes, level, depth, dialect, by_text=by_text
            ),
        )
        if pattern is None or not self._reads_back(pattern, notes, len(notes), None, before):
            self._shelf.restore(path, before)
            fault = f"a pattern behind the last one does not read back ({name!r})"
            self._leave_unwritten(path, 1, fault)
            return
        self._changes.append(
            Change(ChangeKind.CREATED, pattern.name, path, notes[-1].key, None, str(level), reason)
        )
        self._meet(pattern)
        self._made.append(key_of(pattern))
        self._write_refusals(pattern)
        for note in notes:
            self._links.cite(note.key, pattern, by_text=by_text)
            self._close(note)
            self._undecided.pop(note.key, None)

    def _cite(
        self, known: Pattern, note: Experience, reason: str, *, by_text: bool = False
    ) -> None:
        """List `note` as an example (or counter-example) of a pattern, and count again."""
        pattern = self._shelf.find(known)
        before = self._weigh(pattern)
        counters = note.outcome is not None and note.outcome.is_failure
        added = self._list_evidence(pattern, note, counters=counters, by_text=by_text)
        if added is None:
            fault = f"{pattern.name!r} cannot take a further example such that it reads back"
            self._leave_unwritten(pattern.path, pattern.line, fault)
            return
        pattern, after = added, self._weigh(added)
        settle(self._shelf, pattern, after, None if counters else note.date)
        self._links.cite(note.key, known, by_text=by_text)
        self._close(note)
        kind = ChangeKind.COUNTERED if counters else ChangeKind.REINFORCED
        self._changes.append(
            Change(kind, pattern.name, pattern.path, note.key, _net(before), _net(after), reason)
        )
        self._change_level(pattern, before, after, note)

    def _write_refusals(self, known: Pattern) -> None:
        """List under a pattern the notes of which a person says that they are no examples."""
        notes = (note for note, key in self._pending if key == key_of(known))
        for note in sorted(notes, key=self._order.__getitem__):
            pattern = self._shelf.find(known)
            if list_refusal(self._shelf, pattern, note, self._notes.paths) is None:
                self._links.refused[note].discard(key_of(known))
                fault = f"{pattern.name!r} cannot list {note} as no example such that it reads back"
                self._leave_unwritten(pattern.path, pattern.line, fault)
                continue
            self._changes.append(
                Change(ChangeKind.REFUSED, pattern.name, pattern.path, note, None, None, _PERSON)
            )

    def _drop_leftovers(self, known: Pattern) -> None:
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
            change = Change(
                ChangeKind.REFUSED, pattern.name, pattern.path, note.key, _net(before), _net(after),
                reason,
            )  # fmt: skip
            self._changes.append(change)
            self._change_level(dropped, before, after, note)

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
            and self._others_stay(pattern, old, before)
        )

    def _others_stay(self, pattern: Pattern, old: Pattern | None, before: Reading | None) -> bool:
        now = self._shelf.reading(pattern.path)
        if before is not None and before.whole is now.whole:
            return True  # no other pattern was read again
        return self._counts(before, old) == self._counts(now, pattern)

    def _counts(self, book: Reading | None, but: Pattern | None) -> Counts:
        """Return name and evidence of the patterns of a book, in order, leaving one out."""
        counts = []
        for pattern in book.patterns if book is not None else ():
            if but is None or (pattern.name, pattern.line) != (but.name, but.line):
                evidence = self._weigh(pattern)
                counts.append((pattern.name, evidence.examples, len(evidence.sources)))
        return counts

    def _leave_unwritten(self, path: str, line: int, message: str) -> None:
        """Name a place that was left as it is."""
        fault = Fault("unwritable", path, line, message)
        if fault not in self._skipped:
            self._skipped.append(fault)

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
        self._changes.append(
            Change(
                ChangeKind.PROMOTED if up else ChangeKind.DEMOTED,
                pattern.name,
                pattern.path,
                note.key,
                str(old),
                str(after.confidence),
                reason,
            )
        )

    def _weigh(self, pattern: Pattern) -> Evidence:
        return weigh(pattern, self._notes, self._settings.confidence)


_SAYS = {
    Link.APPLIED: "the note says that it applied the pattern",
    Link.NEW: "the note says that it found the pattern",
    Link.MENTIONED: "the note links to the pattern",
}


_PERSON = "a person decided so"


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A name in a note of which only a person can say what it means.

    Attributes:
        name: As the note writes it.
        candidates: The patterns that it may mean; none where a file must be changed.
        reason: What is in doubt.
    """

    name: str
    candidates: tuple[Candidate, ...]
    reason: str


def _contradictions(ref: PatternRef, refusing: Sequence[Pattern]) -> Iterable[_Doubt]:
    """Yield what is in doubt where patterns refuse a note that names them.

    A link in running text says of no pattern that it was applied, and contradicts nothing.
    """
    if ref.link is not Link.MENTIONED:
        books = ", ".join(sorted({pattern.path for pattern in refusing}))
        reason = (
            f"line {ref.line} names “{ref.name}”, which lists the note under Not examples "
            f"in {books}: delete one of the two"
        )
        yield _Doubt(ref.name, (), reason)


def _proposal(pattern: Pattern, score: float) -> Proposal:
    return Proposal(pattern.name, score, pattern.path)


def _is_meant(name: str, pattern: Pattern) -> bool:
    found = Names([pattern], _DOUBTFUL_NAME).resolve(name)
    return found.pattern is not None


def _net(evidence: Evidence) -> str:
    count = counted(evidence.net, "example")
    return f"{count} net" if evidence.counter_examples else count


def _refused(snapshot: Snapshot, notes: Notes, settings: Settings) -> Iterable[Fault]:
    """Yield the files that are left alone, each with its first reason.

    Those are unreadable files, those that a merge left in two minds, books with a pattern whose
    lists contradict each other, and notes that are lists of patterns.
    """
    yield from (*snapshot.skipped, *snapshot.links)
    for page in snapshot.pages:
        fault = next((f for f in page.faults if f.code in _REFUSED), None)
        fault = fault or _contradiction(page, notes, settings) or _list_of_names(page)
        if fault is not None:
            yield fault


def _told(refused: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return what is said to be skipped, by place. A link was never meant to be a note here."""
    told = (fault for fault in refused if fault.code != "symbolic-link")
    return tuple(sorted(told, key=lambda fault: (fault.path, fault.line)))


def _contradiction(page: Page, notes: Notes, settings: Settings) -> Fault | None:
    for pattern in page.patterns:
        evidence = weigh(pattern, notes, settings.confidence)
        lists = find_contradiction(without_leftovers(pattern, notes), evidence)
        if lists is not None:
            message = f"{pattern.name!r} has {lists}: its book is not edited"
            line = pattern.sources[0].line if pattern.sources else pattern.line
            return Fault("lists-disagree", page.path, line, message)
    return None


def _list_of_names(page: Page) -> Fault | None:
    for note in page.experiences:
        named = [ref for ref in note.patterns if ref.link is not Link.MENTIONED]
        if len(named) > _MAX_NAMED:
            message = f"names {len(named):,} patterns, more than the {_MAX_NAMED} that are learned"
            return Fault("names-too-many", page.path, named[_MAX_NAMED].line, message)
    return None


def _masked(snapshot: Snapshot) -> Iterable[Fault]:
    """Yield the credentials in the files; all else in these is learned from."""
    return (fault for page in snapshot.pages for fault in page.faults if fault.code == "secret")


def plan_workflows(snapshot: Snapshot, read_text: Callable[[str], str], settings: Settings) -> Plan:
    """Return what is to be written so that all workflows fit their patterns as they stand."""
    notes = Notes(snapshot)
    refused = list(_refused(snapshot, notes, settings))
    paths = {fault.path for fault in refused}
    books = (p for p in snapshot.pages if p.role is Role.BOOK and p.path not in paths)
    shelf = Shelf(books, read_text)
    upkeep = tend_workflows(
        shelf,
        snapshot,
        notes,
        settings,
        read_text,
        touched={pattern.name for pattern in shelf.patterns},
        refused=paths,
    )
    return Plan(changes=upkeep.changes, skipped=_told(refused), files=upkeep.files)
