"""Deciding where found things of foreign files go, and what the memory has already.

What stands in a memory is never changed by this: a pattern is added to a book, anything else is
a new file. What is written is read again in memory, and taken only if it says what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hardwon.learning.adopt_files import FileAdopter
from hardwon.learning.adopt_patterns import PatternAdopter
from hardwon.learning.evidence import Notes
from hardwon.learning.shelf import Shelf
from hardwon.learning.upkeep import tend_totals
from hardwon.model.adoption import Adopted, AdoptedFile, Adoption, Reading
from hardwon.model.foreign import FoundKind
from hardwon.model.page import Role
from hardwon.model.plan import FileChange
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot

# Notes first: a pattern's examples may name them.
_ORDER = (FoundKind.EXPERIENCE, FoundKind.PATTERN, FoundKind.CHECKLIST, FoundKind.WORKFLOW)


def adopt(
    snapshot: Snapshot,
    readings: Sequence[Reading],
    read_text: Callable[[str], str],
    settings: Settings,
    *,
    domain: str | None = None,
) -> Adoption:
    """Return what importing `readings` would do; nothing is changed.

    Args:
        snapshot: The memory.
        readings: Foreign files; of two things that say the same the first one is taken.
        read_text: Gives the text that a page of the memory was read from.
        settings: Of the memory.
        domain: Where all of it goes; None leaves that to the files.
    """
    shelf = Shelf([page for page in snapshot.pages if page.role is Role.BOOK], read_text)
    files = FileAdopter(snapshot, read_text, domain)
    patterns = PatternAdopter(snapshot, shelf, settings.confidence, domain)
    done: dict[tuple[int, int], Adopted] = {}
    for kind in _ORDER:
        for number, reading in enumerate(readings):
            for place, found in enumerate(reading.foreign.found if reading.foreign else ()):
                if found.kind is not kind:
                    continue
                if kind is FoundKind.PATTERN:
                    done[number, place] = patterns.take(*files.notes.link(found), reading)
                else:
                    done[number, place] = files.take(found, reading)
    sources = tuple(
        AdoptedFile(reading, tuple(done[key] for key in sorted(done) if key[0] == number))
        for number, reading in enumerate(readings)
    )
    tend_totals(shelf, Notes(snapshot), settings, shelf.changed)
    books = (FileChange(path, shelf.original(path), shelf.text(path)) for path in shelf.changed)
    return Adoption(sources, (*books, *_new(files.texts)))


def _new(texts: dict[str, str]) -> Iterator[FileChange]:
    for path in sorted(texts):
        yield FileChange(path, None, texts[path])
