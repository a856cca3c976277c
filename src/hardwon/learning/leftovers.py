"""Examples of notes that a person has refused since: what is left of them in a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hardwon.learning.drafts import example_text
from hardwon.learning.evidence import Notes
from hardwon.markup.pattern_edit import unnumbered
from hardwon.markup.text import fold
from hardwon.model.experience import Experience
from hardwon.model.pattern import Example, Pattern

# The number of a note among those of one title, project and day.
_NUMBER = re.compile(r" \[(\d{1,4})\]")


def find_leftovers(pattern: Pattern, notes: Notes) -> Iterator[tuple[Experience, Example]]:
    """Yield the notes that `pattern` refuses, each with an example that tells of it.

    Such an example stays behind when a person moves a note from the sources to Not examples. It
    bears the title and the date of the note, and no note that is listed has both.
    """
    if not pattern.refused:
        return
    found = (notes.paths.find(source.target) for source in pattern.sources)
    sources = {path: note for path in found if (note := notes.find_experience(path)) is not None}
    listed = {note.key: note for note in sources.values()}
    items = [*pattern.examples, *pattern.counter_examples]
    for source in pattern.refused:
        note = notes.find_experience(notes.paths.find(source.target))
        if note is None or note.key in listed:
            continue
        title = _title(note)
        own = [
            item
            for item in items
            if item.date == note.date and title in fold(unnumbered(item.text))
        ]
        same_day = (other for other in listed.values() if other.date == note.date)
        others = sum(_title(other) == title for other in same_day)
        if len(own) > others:
            items.remove(own[-1])
            yield note, own[-1]


def is_as_written(example: Example, note: Experience) -> bool:
    """Return whether `example` says what learning writes of `note`, and nothing of a person's."""
    number = _NUMBER.search(example.text)
    own = {example_text(note), example_text(note, int(number[1]) if number else 1)}
    return fold(unnumbered(example.text)) in map(fold, own)


def without_leftovers(pattern: Pattern, notes: Notes) -> Pattern:
    """Return `pattern` without the examples that learning will take away."""
    gone = [e for note, e in find_leftovers(pattern, notes) if is_as_written(e, note)]
    if not gone:
        return pattern
    return replace(
        pattern,
        examples=tuple(e for e in pattern.examples if e not in gone),
        counter_examples=tuple(e for e in pattern.counter_examples if e not in gone),
    )


def _title(note: Experience) -> str:
    """Return the title of a note as its example has it."""
    bare = replace(note, project=None, date=None, outcome=None, outcome_text=None)
    return fold(example_text(bare))
