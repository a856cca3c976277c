"""What learning leaves as it is, because it cannot be sure what was meant.

These are files that were not read, files that a merge left in two minds, books with a pattern
whose lists contradict each other, and notes that are lists of patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardwon.learning.evidence import Notes, find_contradiction, weigh
from hardwon.learning.leftovers import without_leftovers
from hardwon.learning.names import Names
from hardwon.model.experience import Experience, Link
from hardwon.model.page import Page
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault

# Faults of a file that make it unsure what its text means.
_UNSURE = frozenset({"conflict-markers", "too-nested", "two-headers"})

# A note that names more patterns than that is a list of some, and no experience.
_MAX_NAMED = 100


class Skipped:
    """The files of a memory that are left alone, and what they hold.

    Nothing is added to the patterns of such a book, and nothing takes their place.

    Attributes:
        paths: The files.
    """

    def __init__(self, snapshot: Snapshot, notes: Notes, settings: Settings) -> None:
        self._faults = tuple(_find_skipped(snapshot, notes, settings))
        self.paths = frozenset(fault.path for fault in self._faults)
        held = [p for page in snapshot.pages if page.path in self.paths for p in page.patterns]
        self._names = Names(held, settings.matching.name_score)
        sources = (source.target for pattern in held for source in pattern.sources)
        self._listed = {notes.paths.find(target) for target in sources}

    def lists(self, note: Experience) -> bool:
        """Return whether a pattern of these books lists `note`."""
        return note.key in self._listed

    def find_pattern(self, name: str) -> Pattern | None:
        """Return the pattern of these books that `name` means, or None."""
        return self._names.resolve(name).pattern

    def get_exact(self, name: str) -> Pattern | None:
        """Return the one pattern of these books that has exactly this name, or None."""
        return self._names.get_exact(name)

    def told(self, unwritten: Iterable[Fault] = ()) -> tuple[Fault, ...]:
        """Return what is said to be skipped, by place.

        A link was never meant to be a note here, and is not told of.

        Args:
            unwritten: Places in other files that were left as they are.
        """
        told = (f for f in (*self._faults, *unwritten) if f.code != "symbolic-link")
        return tuple(sorted(told, key=lambda fault: (fault.path, fault.line)))


def find_masked(snapshot: Snapshot) -> Iterator[Fault]:
    """Yield the credentials in the files; all else in these is learned from."""
    return (fault for page in snapshot.pages for fault in page.faults if fault.code == "secret")


def _find_skipped(snapshot: Snapshot, notes: Notes, settings: Settings) -> Iterator[Fault]:
    """Yield the files that are left alone, each with its first reason."""
    yield from (*snapshot.skipped, *snapshot.links)
    for page in snapshot.pages:
        fault = next((f for f in page.faults if f.code in _UNSURE), None)
        fault = fault or _contradiction(page, notes, settings) or _list_of_names(page)
        if fault is not None:
            yield fault


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
