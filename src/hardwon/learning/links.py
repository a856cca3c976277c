"""What the patterns of a memory say, and which notes they list or refuse."""

from __future__ import annotations

from hardwon.learning.drafts import is_made_from
from hardwon.learning.evidence import Notes
from hardwon.learning.match import Nearest, profile_of_pattern
from hardwon.markup.text import fold
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern

Pair = tuple[str, str]
"""A note and a pattern, by their keys."""


def key_of(pattern: Pattern) -> str:
    """Return what tells a pattern from all others while its line moves: book and name."""
    return key_of_name(pattern.path, pattern.name)


def key_of_name(path: str, name: str) -> str:
    """Return the key of the pattern `name` in the book at `path`."""
    return f"{path}#{fold(name)}"


class Links:
    """The patterns by key, their texts, and the notes that they list as sources.

    Attributes:
        patterns: Key of a pattern → the pattern as it was when it was added.
        cited: Key of a note → keys of the patterns that list it.
        refused: Key of a note → keys of the patterns that it is known to be no example of.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._texts: Nearest[str] | None = None
        self.patterns: dict[str, Pattern] = {}
        self.cited: dict[str, set[str]] = {}
        self.refused: dict[str, set[str]] = {}
        # Pattern -> the notes that it lists, in its order, and whether a text alone put each
        # there; note -> the patterns for which a person, or the note itself, did.
        self._listed: dict[str, list[tuple[str, bool]]] = {}
        self._listed_by: dict[str, set[str]] = {}

    def add(self, pattern: Pattern) -> None:
        """Make a pattern and the notes that it lists known."""
        key = key_of(pattern)
        self.patterns[key] = pattern
        if self._texts is not None:
            self._texts.add(key, profile_of_pattern(pattern))
        for source in pattern.sources:
            path = self._notes.paths.find(source.target)
            if path is not None:
                self.cite(path, pattern, by_text=source.by_text)
        for source in pattern.refused:
            path = self._notes.paths.find(source.target)
            if path is not None:
                self.refuse(path, key)

    @property
    def texts(self) -> Nearest[str]:
        """Return what the patterns say, for finding the alike: read when first asked for."""
        if self._texts is None:
            self._texts = Nearest()
            for key, pattern in self.patterns.items():
                self._texts.add(key, profile_of_pattern(pattern))
        return self._texts

    def cite(self, note: str, pattern: Pattern, *, by_text: bool) -> None:
        """Make known that `pattern` lists the note with the key `note`.

        Args:
            note: Its key, or the path of its file.
            pattern: The pattern.
            by_text: Whether only the likeness of its text put the note there.
        """
        pattern_key, note_key = key_of(pattern), self._key(note)
        if pattern_key in self.cited.get(note_key, ()):
            return
        self.cited.setdefault(note, set()).add(pattern_key)
        self.cited.setdefault(note_key, set()).add(pattern_key)
        self._listed.setdefault(pattern_key, []).append((note_key, by_text))
        if not by_text:
            self._listed_by.setdefault(note_key, set()).add(pattern_key)

    def refuse(self, note: str, pattern: str) -> None:
        """Make known that a note (its key, or the path of its file) is no example of `pattern`."""
        self.refused.setdefault(self._key(note), set()).add(pattern)

    def is_refused(self, note: Experience, pattern: Pattern) -> bool:
        """Return whether `pattern` lists `note` as no example."""
        return key_of(pattern) in self.refused.get(note.key, ())

    def is_cited(self, note: Experience, pattern: Pattern) -> bool:
        """Return whether `pattern` lists `note`."""
        return key_of(pattern) in self.cited.get(note.key, ())

    def listed_by(self, note: str) -> frozenset[str]:
        """Return the patterns that list a note because a person or the note itself says so."""
        return frozenset(self._listed_by.get(note, ()))

    def listed(self, pattern: str) -> tuple[str, ...]:
        """Return the notes that a pattern lists because a person, or a note itself, says so."""
        return tuple(key for key, by_text in self._listed.get(pattern, ()) if not by_text)

    def origin(self, pattern: str) -> str | None:
        """Return the note with whose turn a pattern began; None for one that a person wrote.

        That is the note that it was made from, and lists first. One that was made of two notes
        for their texts alone began with the second.
        """
        listed = self._listed.get(pattern, [])
        first = self._notes.find_experience(listed[0][0]) if listed else None
        if first is None or not is_made_from(self.patterns[pattern], first):
            return None
        by_text = len(listed) > 1 and listed[0][1] and listed[1][1]
        return listed[1][0] if by_text else listed[0][0]

    def _key(self, path: str) -> str:
        note = self._notes.find_experience(path)
        return note.key if note is not None else path
