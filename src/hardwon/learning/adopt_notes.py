"""Foreign notes that came into the memory, and the patterns whose examples they prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hardwon.learning.evidence import NotePaths
from hardwon.markup.dates import find_date
from hardwon.markup.imported import all_dated, one_line
from hardwon.markup.labels import pattern_key
from hardwon.markup.pattern_values import parse_target
from hardwon.markup.text import fold
from hardwon.model.foreign import Found
from hardwon.model.values import PartialDate


@dataclass(frozen=True, slots=True)
class _Note:
    path: str
    date: PartialDate
    title: str


class ForeignNotes:
    """Finds the note in the memory that a foreign path means."""

    def __init__(self) -> None:
        self._paths = NotePaths(())
        self._notes: dict[str, _Note] = {}
        self._by_day: dict[str, list[_Note]] = {}

    def add(self, foreign: str | None, path: str, date: PartialDate, title: str) -> None:
        """Enter the note at `path`.

        Args:
            foreign: The file that it was; None where that held others, too.
            path: In the memory.
            date: Its day.
            title: Its title.
        """
        note = _Note(path, date, title)
        self._by_day.setdefault(date.iso, []).append(note)
        if foreign is not None and foreign not in self._notes:
            self._notes[foreign] = note
            self._paths.add(foreign)

    def link(self, found: Found) -> tuple[Found, tuple[str, ...]]:
        """Return a pattern whose examples bear the days of the notes that they name, and these.

        An example names a note by its path, or by its day and title, as learning lists it. A
        note that the pattern names as a source belongs to the example of its day, and makes one
        where there is none. Each note proves one example, so that learning from it counts it
        no second time.
        """
        if not self._by_day:
            return found, ()
        examples = list(found.examples)
        linked: dict[int, str] = {}  # number of the example -> path of its note
        for number, text in enumerate(examples):
            note = self._find(text) or self._find_titled(text)
            if note is not None and note.path not in linked.values():
                linked[number] = note.path
                examples[number] = _dated(one_line(text), note.date)
        counters = list(self._counters(found))
        parts = []
        for label, text in found.parts:
            left = text
            if pattern_key(label) == "sources":
                lines = text.split("\n")
                against = [note.path for note in counters]
                left = "\n".join(
                    line for line in lines if not self._source(line, examples, linked, against)
                )
            if left.strip():
                parts.append((label, left))
        notes = [linked[number] for number in sorted(linked)]
        notes += [note.path for note in counters if note.path not in notes]
        return replace(found, parts=tuple(parts), examples=tuple(examples)), tuple(notes)

    def _counters(self, found: Found) -> Iterator[_Note]:
        """Yield the notes of dated counter-examples, each once."""
        lines = (
            line
            for label, text in found.parts
            if pattern_key(label) == "counter_examples" and all_dated(text)
            for line in text.split("\n")
        )
        notes = (self._find(line) or self._find_titled(line) for line in lines)
        yield from {note.path: note for note in notes if note is not None}.values()

    def _source(
        self, line: str, examples: list[str], linked: dict[int, str], against: Sequence[str]
    ) -> bool:
        """Enter the note that a line of sources names; return whether it names one."""
        note = self._find(line)
        if note is None:
            return False
        if note.path in linked.values() or note.path in against:
            return True
        for number, text in enumerate(examples):
            date = find_date(text)
            if number not in linked and date is not None and date[0].covers(note.date):
                linked[number] = note.path
                return True
        linked[len(examples)] = note.path
        examples.append(_dated(note.title.replace(" - ", " – "), note.date))
        return True

    def _find_titled(self, text: str) -> _Note | None:
        found = find_date(text)
        notes = self._by_day.get(found[0].iso, ()) if found is not None else ()
        said = fold(text)
        named = [note for note in notes if fold(note.title) in said]
        return named[0] if len(named) == 1 else None

    def _find(self, text: str) -> _Note | None:
        foreign = self._paths.find(parse_target(text).partition("#")[0]) if text.strip() else None
        return self._notes.get(foreign) if foreign is not None else None


def _dated(text: str, date: PartialDate) -> str:
    found = find_date(text)
    return text if found is not None and found[0].covers(date) else f"{text} ({date.iso})"
