"""What the patterns of a memory say and which notes they list, and how far that proves texts."""

from __future__ import annotations

from collections.abc import Mapping

from hardwon.learning.evidence import Notes
from hardwon.learning.match import (
    TRUST_COUNT,
    Label,
    Nearest,
    profile_of_experience,
    profile_of_pattern,
    trusted_score,
)
from hardwon.markup.text import fold
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Matching


def key_of(pattern: Pattern) -> str:
    """Return what tells a pattern from all others while its line moves: book and name."""
    return f"{pattern.path}#{fold(pattern.name)}"


class Links:
    """The patterns by key, their texts, and the notes that they list as sources.

    Attributes:
        patterns: Key of a pattern → the pattern as it was when it was added.
        cited: Key of a note → keys of the patterns that list it.
        first: Key of a pattern → key of the note that it lists first.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._texts: Nearest[str] | None = None
        self.patterns: dict[str, Pattern] = {}
        self.cited: dict[str, set[str]] = {}
        self.first: dict[str, str | None] = {}

    def add(self, pattern: Pattern) -> None:
        """Make a pattern and the notes that it lists known."""
        key = key_of(pattern)
        self.patterns[key] = pattern
        if self._texts is not None:
            self._texts.add(key, profile_of_pattern(pattern))
        paths = [self._notes.paths.find(source.target) for source in pattern.sources]
        self.first[key] = paths[0] if paths else None
        for path in paths:
            if path is not None:
                self.cite(path, pattern)

    @property
    def texts(self) -> Nearest[str]:
        """Return what the patterns say, for finding the alike: read when first asked for."""
        if self._texts is None:
            self._texts = Nearest()
            for key, pattern in self.patterns.items():
                self._texts.add(key, profile_of_pattern(pattern))
        return self._texts

    def cite(self, note: str, pattern: Pattern) -> None:
        """Make known that `pattern` lists the note with the key `note`."""
        self.cited.setdefault(note, set()).add(key_of(pattern))

    def is_cited(self, note: Experience, pattern: Pattern) -> bool:
        """Return whether `pattern` lists `note`."""
        return key_of(pattern) in self.cited.get(note.key, ())


class Trust:
    """From which score on this memory's own links let a text decide (docs/adr/0002).

    Each cited note is a question whose answer is known: is the pattern whose text is most like
    the note's one that lists it? A pattern's first note worded it and proves nothing for it.

    Attributes:
        has_grown: Set when `score` fell; whoever acts on it sets it back.
    """

    def __init__(
        self, links: Links, experiences: Mapping[str, Experience], matching: Matching
    ) -> None:
        self._links = links
        self._experiences = experiences
        self._matching = matching
        self._labels: dict[str, Label] = {}
        self._texts: Nearest[str] = Nearest()
        self._is_wanted = False
        self._is_asked = False
        self._score = matching.merge
        self.has_grown = False

    @property
    def score(self) -> float:
        """Return the score from which a note is merged unasked.

        Nothing is compared before it is asked for, or while there are too few links.
        """
        if not self._is_wanted:
            self._is_wanted = True
            self._ask_all()
            self.has_grown = False
        return self._score

    def learn_link(self, note: Experience) -> None:
        """Take in that a pattern now lists `note`."""
        if self._is_asked:
            self._ask(note)
            self._judge()
        elif self._is_wanted:
            self._ask_all()

    def learn_pattern(self, pattern: Pattern) -> None:
        """Take in a new pattern: notes that are more like it than their best get asked again."""
        if not self._is_asked:
            if self._is_wanted:
                self._ask_all()
            return
        text = self._links.texts.get(key_of(pattern))
        for key, _ in self._texts.find_all(text, lambda key: self._labels[key].score):
            self._ask(self._experiences[key])
        for key, patterns in self._links.cited.items():
            if key_of(pattern) in patterns and key in self._experiences:
                self._ask(self._experiences[key])
        self._judge()

    def _ask_all(self) -> None:
        if self._is_asked:
            return
        known = [key for key in sorted(self._links.cited) if key in self._experiences]
        if len(known) >= TRUST_COUNT:
            self._is_asked = True
            for key in known:
                self._ask(self._experiences[key])
            self._judge()

    def _ask(self, note: Experience) -> None:
        text = profile_of_experience(note)
        cited = self._links.cited.get(note.key, set())
        first = self._links.first
        best = self._links.texts.find_best(text, lambda key: first[key] == note.key)
        if best is not None:
            self._labels[note.key] = Label(best[1].score, best[0] in cited)
            self._texts.add(note.key, text)

    def _judge(self) -> None:
        score = trusted_score(self._labels.values(), self._matching)
        self.has_grown = self.has_grown or score < self._score
        self._score = score
