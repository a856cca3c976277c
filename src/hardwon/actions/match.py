"""Matching texts against the patterns of a memory, without writing anything."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hardwon.actions.read import load_snapshot
from hardwon.actions.refresh import Refreshed, use_index
from hardwon.actions.search import has_vectors
from hardwon.errors import NameNotFoundError
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.index.seal import read_state
from hardwon.index.texts import KeyedTexts, read_places
from hardwon.learning.centroids import OWN_TEXT, Ranked
from hardwon.learning.evidence import Notes
from hardwon.learning.judge import Judge, by_date
from hardwon.learning.links import Links
from hardwon.learning.match import Profile, profile, profile_of_experience
from hardwon.learning.trial import MIN_RIGHT, RECENT, Answer
from hardwon.model.match import Decision, Explanation, Match, MatchCandidate
from hardwon.model.settings import Matching
from hardwon.model.snapshot import Snapshot

if TYPE_CHECKING:
    from hardwon.actions.pattern_meaning import PatternMeaning


class Matcher:
    """Says of texts which pattern of a memory they would be examples of.

    It reads the memory again when a file of it has changed since the last question.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._state: int | None = None
        self._known: _Known | None = None
        self._meaning: PatternMeaning | None = None

    def match(self, title: str, text: str) -> Match:
        """Return where a note with this title and text belongs, were it the newest.

        The same scores and bounds decide as in learning. Where the memory has vectors and their
        model is installed, `best` goes by what the texts mean, too.
        """
        matching = read_settings(self._folder).matching
        known = self._read()
        if self._meaning is None and has_vectors(self._folder):
            from hardwon.actions.pattern_meaning import PatternMeaning

            self._meaning = PatternMeaning(self._folder)
        return known.match(title, text, matching, self._meaning)

    def _read(self) -> _Known:
        def work(connection: sqlite3.Connection, found: Refreshed) -> tuple[int | None, _Known]:
            state = read_state(connection)
            if self._known is not None and state is not None and state == self._state:
                return state, self._known
            return state, _Known(load_snapshot(connection, found), read_places(connection))

        self._state, self._known = use_index(self._folder, work)
        return self._known


def explain(folder: Folder, note: str) -> list[Explanation]:
    """Return why the notes in a file stand where they do, in the order of their lines.

    Args:
        folder: The memory folder.
        note: Path of the file, relative to it or to the current folder; a note's `#anchor`
            behind it names one of several.

    Raises:
        NameNotFoundError: There is no such note.
    """
    matching = read_settings(folder).matching
    snapshot = use_index(folder, load_snapshot)
    keys = {note, _below(folder, note)}
    wanted = [e.key for e in snapshot.experiences if e.key in keys or e.path in keys]
    if not wanted:
        raise NameNotFoundError(
            f"no note is called {note!r}", hint="hardwon learn --dry-run names the undecided ones"
        )
    known = _Known(snapshot, {}, explained=frozenset(wanted))
    return [known.explain(key, matching) for key in wanted]


def _below(folder: Folder, note: str) -> str:
    file, hash_, anchor = note.partition("#")
    path = Path(file).absolute()
    root = folder.root.absolute()
    below = path.relative_to(root).as_posix() if path.is_relative_to(root) else file
    return below + hash_ + anchor


class _Known:
    """A memory as it was read, with its judge behind the last note.

    Args:
        snapshot: The memory.
        places: Key of the text at each path and line.
        explained: The notes about which is asked in their turns, for `explain`.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        places: Mapping[tuple[str, int], bytes],
        explained: frozenset[str] = frozenset(),
    ) -> None:
        self._links = Links(Notes(snapshot))
        for pattern in snapshot.patterns:
            self._links.add(pattern)
        notes = sorted(snapshot.experiences, key=by_date)
        self._judge = Judge(self._links, {note.key for note in notes})
        self._notes = {note.key: note for note in notes}
        self._places = places
        for note in notes:
            if note.key in explained:
                self._judge.answer(note)
            self._judge.pass_by(note)

    def explain(self, key: str, matching: Matching) -> Explanation:
        """Return why a note stands where it does; it was `explained` from the beginning."""
        note = self._notes[key]
        patterns = self._links.patterns
        listed = sorted(patterns[k].name for k in self._links.cited.get(key, ()))
        refused = self._links.refused.get(key, set())
        found = self._match(
            self._judge.answer(note), profile_of_experience(note), matching, refused
        )
        names = sorted(patterns[k].name for k in refused)
        return Explanation(key, note.title, tuple(listed), tuple(names), note.settled, found)

    def match(
        self, title: str, text: str, matching: Matching, meaning: PatternMeaning | None
    ) -> Match:
        """Return where a note with this title and text belongs, were it the newest."""
        answer = self._judge.ask(title, text)
        meant = meaning.answer(answer, title, text, self.texts) if meaning else None
        return self._match(answer, profile(title, text), matching, (), meant)

    @functools.cached_property
    def texts(self) -> KeyedTexts:
        """The keys of the texts of all patterns, and of the latest notes listed."""
        links, keys = self._links, self._places
        patterns = {}
        for key, pattern in links.patterns.items():
            own = keys.get((pattern.path, pattern.line))
            notes = (self._notes.get(note) for note in links.listed(key))
            examples = (keys.get((note.path, note.line)) for note in notes if note is not None)
            weighed = [(OWN_TEXT, own), *((1.0, example) for example in examples)]
            patterns[key] = [(weight, text) for weight, text in weighed if text is not None]
        listed = [note for note in self._notes.values() if links.listed_by(note.key)]
        recent = [
            (keys[note.path, note.line], links.listed_by(note.key))
            for note in listed[-RECENT:]
            if (note.path, note.line) in keys
        ]
        return KeyedTexts(patterns, recent)

    def _match(
        self,
        answer: Answer,
        text: Profile,
        matching: Matching,
        refused: Collection[str],
        meant: Answer | None = None,
    ) -> Match:
        safe = self._judge.safe_margin()
        found = [pair for pair in self._links.texts.find(text) if pair[0] not in refused]
        alike = {key: signals.score for key, signals in found}
        scores = {ranked.key: ranked for ranked in (meant or answer).ranked}
        keys = [*scores, *(key for key in alike if key not in scores)]
        nearest = found[0][0] if found else None
        few = self._judge.listed < MIN_RIGHT
        if nearest is not None and alike[nearest] >= matching.merge:
            keys = [nearest, *(key for key in keys if key != nearest)]
            best: str | None = nearest
            decision = Decision.PATTERN
            reason = f"its text is nearly that of the pattern ({alike[nearest]:.2f})"
        else:
            likeness = max(alike.values(), default=0.0)
            decision, reason = _decide(None if few else answer, safe, likeness, matching)
            # What is merged unasked is never another one than what may be merged.
            best = answer.best if meant is None or decision is Decision.PATTERN else meant.best
        candidates = [self._candidate(key, scores.get(key), alike.get(key, 0.0)) for key in keys]
        return Match(
            decision,
            candidates[keys.index(best)] if best is not None else None,
            tuple(candidates),
            answer.margin,
            answer.wanted,
            safe,
            answer.background,
            reason,
        )

    def _candidate(self, key: str, found: Ranked | None, alike: float) -> MatchCandidate:
        pattern, found = self._links.patterns[key], found or Ranked(key, 0.0, 0.0)
        signals = {"words": found.words, "near": found.near, "alike": alike}
        if found.meaning:
            signals["meaning"] = found.meaning
        return MatchCandidate(pattern.name, pattern.path, found.score, signals)


def _decide(
    answer: Answer | None, safe: float | None, alike: float, matching: Matching
) -> tuple[Decision, str]:
    """Return what learning would do, and why; `answer` is None while too few notes are listed."""
    if answer is None or answer.best is None:
        if alike >= matching.propose:
            return Decision.UNDECIDED, f"a pattern says something like it ({alike:.2f})"
        if answer is None:
            return Decision.NEW, f"fewer than {MIN_RIGHT} notes are listed to judge it by"
        return Decision.NEW, f"no pattern stands out by {answer.wanted:.2f} ({answer.margin:.2f})"
    stands_out = f"the first pattern stands out by {answer.margin:.2f}"
    if safe is None:
        return Decision.UNDECIDED, f"{stands_out}; no margin has proved safe in this memory"
    sure = answer.margin >= safe
    decision = Decision.PATTERN if sure else Decision.UNDECIDED
    return decision, f"{stands_out}; from {safe:.2f} on that proved right"
