"""The notes that no pattern lists, and what may still decide them: a later note or pattern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hardwon.learning.match import Nearest, Profile, Signals
from hardwon.learning.names import DOUBTFUL_NAME, Names, name_parts
from hardwon.learning.trial import Answer
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern


class OpenNotes:
    """The open notes by their texts, and the names in notes that a new pattern may mean.

    Attributes:
        likely: Key of an open note for which a pattern stands out → what was answered.
    """

    def __init__(self) -> None:
        self._texts: Nearest[str] = Nearest()
        self._free: Nearest[str] = Nearest()  # those that state no lesson
        # Note -> names that mean nothing yet; and what a pattern's name must share with one.
        self._watched: dict[str, tuple[str, ...]] = {}
        self._watching: dict[str, set[str]] = {}
        self.likely: dict[str, Answer] = {}

    def keep(self, note: Experience, text: Profile) -> None:
        """Keep a note open, with its text."""
        self._texts.add(note.key, text)
        if not note.lessons:
            self._free.add(note.key, text)

    def close(self, note: Experience) -> None:
        """Take a note away: it is decided. The names in it are watched as before."""
        self._texts.remove(note.key)
        self._free.remove(note.key)
        self.likely.pop(note.key, None)

    def find_twins(
        self, note: Experience, text: Profile, floor: float = 0.0
    ) -> list[tuple[str, Signals]]:
        """Return the open notes without a lesson that are most like `note`, best first."""
        return [(key, signals) for key, signals in self._free.find(text, floor) if key != note.key]

    def watch(self, note: Experience, names: Sequence[str]) -> None:
        """Let a new pattern that may be one of `names`, and only such, reach the note by name."""
        for name in self._watched.pop(note.key, ()):
            for part in name_parts(name):
                self._watching[part].discard(note.key)
        if names:
            self._watched[note.key] = tuple(names)
        for name in names:
            for part in name_parts(name):
                self._watching.setdefault(part, set()).add(note.key)

    def watch_also(self, note: Experience, name: str) -> None:
        """Let a new pattern that may be `name` reach the note, too."""
        self.watch(note, (*self._watched.get(note.key, ()), name))

    def reached_by(self, pattern: Pattern, text: Profile, floor: float) -> set[str]:
        """Return the notes that a new pattern may decide, by its name or by its text.

        Args:
            pattern: The pattern.
            text: What it says.
            floor: The score from which its text may decide a note.
        """
        names = (pattern.name, *pattern.aliases)
        parts = {part for name in names for part in name_parts(name)}
        near: set[str] = set().union(*(self._watching.get(part, ()) for part in parts))
        named = {key for key in near if _is_meant(self._watched[key], pattern)}
        return named | {key for key, _ in self._texts.find_all(text, lambda _: floor)}


def _is_meant(names: Iterable[str], pattern: Pattern) -> bool:
    """Return whether one of `names` may mean `pattern`."""
    known = Names([pattern], DOUBTFUL_NAME)
    return any(known.resolve(name).pattern is not None for name in names)
