"""Writing evidence into a pattern: one sighting more, and what follows from the count."""

from __future__ import annotations

from collections.abc import Callable

from hardwon.learning.evidence import Evidence
from hardwon.learning.shelf import Shelf
from hardwon.markup.text import fold
from hardwon.model.pattern import Pattern
from hardwon.model.values import PartialDate


def tell_apart(pattern: Pattern, line_of: Callable[[int], str]) -> str:
    """Return the first of `line_of(1)`, `line_of(2)` … that `pattern` does not list yet."""
    listed = {fold(e.text) for e in (*pattern.examples, *pattern.counter_examples)}
    number = 1
    while fold(line_of(number)) in listed:
        number += 1
    return line_of(number)


def list_evidence(
    shelf: Shelf,
    pattern: Pattern,
    line: str | None,
    source: str | None,
    *,
    counters: bool,
    reads_back: Callable[[Pattern], bool],
) -> Pattern | None:
    """Write one sighting into the lists of `pattern`, and return the pattern as it then reads.

    None, and nothing written, where it does not read back.

    Args:
        shelf: The books.
        pattern: As its book now holds it.
        line: Text of the example; None where only a source is listed.
        source: Path of the note; None where only an example is listed.
        counters: Whether it is a counter-example.
        reads_back: Whether what was written reads as it was meant.
    """
    before = shelf.reading(pattern.path)
    for like_others in (True, False):
        editor = shelf.editor(pattern)
        edits = []
        if line is not None:
            add = editor.add_counter_example if counters else editor.add_example
            edits += add(line)
        if source is not None:
            edits += editor.add_source(source, like_others=like_others)
        shelf.edit(pattern.path, edits)
        now = shelf.find_again(pattern)
        if now is not None and reads_back(now):
            return now
        shelf.restore(pattern.path, before)
    return None


def settle(shelf: Shelf, pattern: Pattern, evidence: Evidence, date: PartialDate | None) -> None:
    """Make what `pattern` states of itself true; `date` is that of the newest sighting."""
    editor = shelf.editor(pattern)
    edits = [*editor.set_confidence(evidence.confidence), *editor.set_count(evidence.examples)]
    last = pattern.last_reinforced
    if date is not None and (last is None or date.first_day > last.first_day):
        edits += editor.set_last_reinforced(date)
    shelf.edit(pattern.path, edits)
