"""Writing evidence into a pattern: one sighting more or less, a refusal, and the count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hardwon.learning.evidence import Evidence, NotePaths
from hardwon.learning.shelf import Shelf, others_stay
from hardwon.markup.edit import Edit
from hardwon.markup.text import fold
from hardwon.model.page import Totals
from hardwon.model.pattern import Example, Pattern
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
    by_text: bool = False,
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
        by_text: Whether the source is marked as listed on the strength of its text alone.
    """
    before = shelf.reading(pattern.path)
    marked = _marked(pattern) + by_text
    for like_others in (True, False):
        editor = shelf.editor(pattern)
        edits = []
        if line is not None:
            add = editor.add_counter_example if counters else editor.add_example
            edits += add(line)
        if source is not None:
            edits += editor.add_source(source, like_others=like_others, by_text=by_text)
        shelf.edit(pattern.path, edits)
        now = shelf.find_again(pattern)
        if now is not None and _marked(now) == marked and reads_back(now):
            return now
        shelf.restore(pattern.path, before)
    return None


def _marked(pattern: Pattern) -> int:
    return sum(source.by_text for source in pattern.sources)


def list_refusal(shelf: Shelf, pattern: Pattern, note: str, paths: NotePaths) -> Pattern | None:
    """Write into `pattern` that `note` is no example, and return the pattern as it then reads.

    None, and nothing written, where the book does not read back with this note refused and all
    else as it was. A pattern that refuses the note already stays as it is.

    Args:
        shelf: The books.
        pattern: As its book now holds it.
        note: Path of the note, with its `#anchor` where its file holds several.
        paths: The notes of the memory.
    """
    if any(paths.find(known.target) == note for known in pattern.refused):
        return pattern

    def edits(like_others: bool) -> list[Edit]:
        return shelf.editor(pattern).add_refused(note, like_others=like_others)

    return _refuse(shelf, pattern, edits, lambda target: paths.find(target) == note)


def copy_refusal(shelf: Shelf, pattern: Pattern, item: str, target: str) -> Pattern | None:
    """Write the item of a list of refused notes, as somebody wrote it, into `pattern`.

    Returns as `list_refusal` does; `target` is the note that the item must read back as.
    """

    def edits(like_others: bool) -> list[Edit]:
        return shelf.editor(pattern).copy_refused(item, like_others=like_others)

    return _refuse(shelf, pattern, edits, lambda found: found == target)


def drop_example(shelf: Shelf, pattern: Pattern, example: Example) -> Pattern | None:
    """Take an example (or counter-example) out of `pattern`; return it as it then reads.

    None, and nothing written, where anything else would read otherwise.
    """
    before = shelf.reading(pattern.path)
    stated = _stated(shelf.totals_of(pattern.path))
    meant = replace(
        pattern,
        examples=tuple(item for item in pattern.examples if item is not example),
        counter_examples=tuple(item for item in pattern.counter_examples if item is not example),
    )
    shelf.edit(pattern.path, [Edit(example.span, ())])
    now = shelf.find_again(pattern)
    if (
        now is not None
        and _says(now) == _says(meant)
        and [note.target for note in now.refused] == [note.target for note in pattern.refused]
        and others_stay(before, pattern, shelf.reading(pattern.path), now, _says_all)
        and _stated(shelf.totals_of(pattern.path)) == stated
    ):
        return now
    shelf.restore(pattern.path, before)
    return None


def _refuse(
    shelf: Shelf,
    pattern: Pattern,
    edits: Callable[[bool], list[Edit]],
    is_meant: Callable[[str], bool],
) -> Pattern | None:
    """Lay `edits` over a pattern, written like the others or else plainly; check what is read."""
    before = shelf.reading(pattern.path)
    stated = _stated(shelf.totals_of(pattern.path))
    known = [note.target for note in pattern.refused]
    for like_others in (True, False):
        shelf.edit(pattern.path, edits(like_others))
        now = shelf.find_again(pattern)
        if (
            now is not None
            and _adds_one(known, [note.target for note in now.refused], is_meant)
            and _says(now) == _says(pattern)
            and others_stay(before, pattern, shelf.reading(pattern.path), now, _says_all)
            and _stated(shelf.totals_of(pattern.path)) == stated
        ):
            return now
        shelf.restore(pattern.path, before)
    return None


def _adds_one(known: Sequence[str], now: Sequence[str], is_meant: Callable[[str], bool]) -> bool:
    """Return whether `now` holds what was `known`, in its order, and one more that is meant."""
    if len(now) != len(known) + 1:
        return False
    place = next((n for n, target in enumerate(known) if now[n] != target), len(known))
    return is_meant(now[place]) and [*now[:place], *now[place + 1 :]] == list(known)


def _says(pattern: Pattern) -> object:
    """Return all that `pattern` says but what it refuses, whatever lines it stands on."""
    claim = pattern.claim
    return (
        (pattern.name, pattern.level, pattern.dialect, pattern.tags, pattern.aliases),
        claim and (claim.text, claim.inherited),
        (pattern.claimed_examples, pattern.last_reinforced, pattern.time_saved_note),
        (pattern.context, pattern.pattern, pattern.why, pattern.detection),
        [example.text for example in pattern.examples],
        [example.text for example in pattern.repeated_examples],
        [example.text for example in pattern.counter_examples],
        (pattern.unlisted_examples, pattern.unlisted_sources),
        [(source.target, source.by_text) for source in pattern.sources],
        [(code.language, code.role, code.text) for code in pattern.code],
        [related.name for related in pattern.related],
        [(field.label, field.text) for field in pattern.extra],
    )


def _says_all(pattern: Pattern) -> object:
    return _says(pattern), [note.target for note in pattern.refused]


def _stated(totals: Totals) -> object:
    return (
        totals.last_updated,
        totals.total,
        [(level, count) for level, count, _ in totals.breakdown],
        [step.text for step in totals.next_steps],
    )


def settle(shelf: Shelf, pattern: Pattern, evidence: Evidence, date: PartialDate | None) -> None:
    """Make what `pattern` states of itself true; `date` is that of the newest sighting."""
    editor = shelf.editor(pattern)
    edits = [*editor.set_confidence(evidence.confidence), *editor.set_count(evidence.examples)]
    last = pattern.last_reinforced
    if date is not None and (last is None or date.first_day > last.first_day):
        edits += editor.set_last_reinforced(date)
    shelf.edit(pattern.path, edits)
