"""Foreign notes that came into the memory, and the patterns whose examples they prove."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hardwon.learning.evidence import NotePaths
from hardwon.markup.dates import find_date
from hardwon.markup.imported import one_line
from hardwon.markup.labels import pattern_key
from hardwon.markup.pattern_values import parse_target
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

    def add(self, foreign: str, path: str, date: PartialDate, title: str) -> None:
        """Enter the note at `path`, which the file `foreign` became; of several the first."""
        if foreign not in self._notes:
            self._notes[foreign] = _Note(path, date, title)
            self._paths.add(foreign)

    def link(self, found: Found) -> tuple[Found, tuple[str, ...]]:
        """Return a pattern whose examples bear the days of the notes that they name, and these.

        A note that the pattern names as a source belongs to the example of its day, and makes
        one where there is none. Each note proves one example.
        """
        if not self._notes:
            return found, ()
        examples = list(found.examples)
        linked: dict[int, str] = {}  # number of the example -> path of its note
        for number, text in enumerate(examples):
            note = self._find(text)
            if note is not None and note.path not in linked.values():
                linked[number] = note.path
                examples[number] = _dated(one_line(text), note.date)
        parts = []
        for label, text in found.parts:
            left = text
            if pattern_key(label) == "sources":
                lines = text.split("\n")
                left = "\n".join(line for line in lines if not self._source(line, examples, linked))
            if left.strip():
                parts.append((label, left))
        notes = tuple(linked[number] for number in sorted(linked))
        return replace(found, parts=tuple(parts), examples=tuple(examples)), notes

    def _source(self, line: str, examples: list[str], linked: dict[int, str]) -> bool:
        """Enter the note that a line of sources names; return whether it names one."""
        note = self._find(line)
        if note is None:
            return False
        if note.path in linked.values():
            return True
        for number, text in enumerate(examples):
            date = find_date(text)
            if number not in linked and date is not None and date[0].covers(note.date):
                linked[number] = note.path
                return True
        linked[len(examples)] = note.path
        examples.append(_dated(note.title.replace(" - ", " – "), note.date))
        return True

    def _find(self, text: str) -> _Note | None:
        foreign = self._paths.find(parse_target(text).partition("#")[0]) if text.strip() else None
        return self._notes.get(foreign) if foreign is not None else None


def _dated(text: str, date: PartialDate) -> str:
    found = find_date(text)
    return text if found is not None and found[0].covers(date) else f"{text} ({date.iso})"
