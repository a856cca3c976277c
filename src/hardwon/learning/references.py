"""What a note says of patterns by name: which it applied, which are new, what is in doubt."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hardwon.learning.decision import Cite, Create
from hardwon.learning.drafts import clean_name
from hardwon.learning.links import Links
from hardwon.learning.names import DOUBTFUL_NAME, Candidate, Names, Resolution
from hardwon.learning.skipped import Skipped
from hardwon.markup.text import fold
from hardwon.model.experience import Experience, Link, PatternRef
from hardwon.model.pattern import Pattern
from hardwon.model.values import Confidence

# A note with more links is a table of contents; those beyond are not followed.
_MAX_LINKS = 500

_SAYS = {
    Link.APPLIED: "the note says that it applied the pattern",
    Link.NEW: "the note says that it found the pattern",
    Link.MENTIONED: "the note links to the pattern",
}


class Doubt(NamedTuple):
    """A name in a note of which only a person can say what it means.

    Attributes:
        name: As the note writes it.
        candidates: The patterns that it may mean; none where a file must be changed.
        reason: What is in doubt.
    """

    name: str
    candidates: tuple[Candidate, ...]
    reason: str


class Named:
    """What the names in a note mean, in their order.

    Attributes:
        known: The patterns that the note names, each once.
        new: The patterns that are made because it names them.
        unsettled: Names that a new pattern may give another meaning.
        doubts: What only a person can say.
    """

    def __init__(self) -> None:
        self.known: list[Cite] = []
        self.new: list[Create] = []
        self.unsettled: list[str] = []
        self.doubts: list[Doubt] = []

    def names(self, pattern: Pattern) -> bool:
        """Return whether `pattern` is one of the known ones."""
        return any(cite.pattern is pattern for cite in self.known)


class References:
    """Finds what the names in a note mean, as the patterns stand when it is asked."""

    def __init__(self, names: Names, links: Links, skipped: Skipped) -> None:
        self._names = names
        self._links = links
        self._skipped = skipped

    def read(self, note: Experience) -> Named:
        """Return what the names in `note` mean; `doubts` are those that nothing settles."""
        named = Named()
        for ref in _followed(note):
            found = self._names.resolve(ref.name)
            held = self._skipped.find_pattern(ref.name) if found.pattern is None else None
            if found.pattern is not None:
                self._read_known(note, ref, found.pattern, named)
            elif held is not None:
                self._read_held(note, ref, held, named)
            else:
                self._read_unknown(note, ref, found, named)
        named.doubts = [doubt for doubt in named.doubts if not self._is_settled(note, doubt, named)]
        return named

    def _read_known(
        self, note: Experience, ref: PatternRef, pattern: Pattern, named: Named
    ) -> None:
        if self._links.is_refused(note, pattern):
            named.doubts += _contradictions(ref, [pattern])
        elif not named.names(pattern):
            named.known.append(Cite(pattern, _SAYS[ref.link]))
        if fold(ref.name) != fold(pattern.name):
            named.unsettled.append(ref.name)  # a new pattern may be what it means more nearly

    def _read_held(self, note: Experience, ref: PatternRef, held: Pattern, named: Named) -> None:
        if ref.link is not Link.MENTIONED and not self._skipped.lists(note):
            reason = f"“{ref.name}” is a pattern of {held.path}, which is left as it is"
            named.doubts.append(Doubt(ref.name, (), reason))

    def _read_unknown(
        self, note: Experience, ref: PatternRef, found: Resolution, named: Named
    ) -> None:
        named.unsettled.append(ref.name)
        near = [c for c in found.candidates if c.score >= DOUBTFUL_NAME]
        left = [c for c in near if not self._links.is_refused(note, c.pattern)]
        if left and (found.ambiguous or ref.link is not Link.MENTIONED):
            word = "several patterns" if found.ambiguous else "no pattern exactly"
            named.doubts.append(Doubt(ref.name, tuple(left), f"“{ref.name}” names {word}"))
        elif found.ambiguous:
            named.doubts += _contradictions(ref, [c.pattern for c in near])
        elif ref.link is not Link.MENTIONED and (name := clean_name(ref.name)):
            reason = "the note names a pattern that is new"
            named.new.append(Create(name, (note,), Confidence.LOW, reason))

    def _is_settled(self, note: Experience, doubt: Doubt, named: Named) -> bool:
        """Return whether one of the patterns that a name may mean lists the note, or will."""
        return any(
            self._links.is_cited(note, c.pattern) or named.names(c.pattern)
            for c in doubt.candidates
        )


def _followed(note: Experience) -> Iterator[PatternRef]:
    """Yield what the note itself says first, then what its text links to."""
    links = (ref for ref in note.patterns if ref.link is Link.MENTIONED)
    yield from (ref for ref in note.patterns if ref.link is not Link.MENTIONED)
    yield from itertools.islice(links, _MAX_LINKS)


def _contradictions(ref: PatternRef, refusing: Sequence[Pattern]) -> Iterable[Doubt]:
    """Yield what is in doubt where patterns refuse a note that names them.

    A link in running text says of no pattern that it was applied, and contradicts nothing.
    """
    if ref.link is not Link.MENTIONED:
        books = ", ".join(sorted({pattern.path for pattern in refusing}))
        reason = (
            f"line {ref.line} names “{ref.name}”, which lists the note under Not examples "
            f"in {books}: delete one of the two"
        )
        yield Doubt(ref.name, (), reason)
