"""Found patterns, added to books one by one, each as the reader gives it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hardwon.learning.drafts import book_path, clean_name, new_book
from hardwon.learning.evidence import confidence_of
from hardwon.learning.shelf import Shelf, others_stay
from hardwon.markup.imported import (
    PROVENANCE,
    Written,
    folded_fields,
    key_of,
    one_line,
    provenance,
    provenance_key,
    write_pattern,
)
from hardwon.markup.text import fold, slugify
from hardwon.model.adoption import Adopted, Fate, Origin, Reading
from hardwon.model.foreign import Found
from hardwon.model.pattern import Pattern
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Thresholds

_MAX_NAME = 200
# What is read here without a worker: a pattern with eighty detectors has 100,000 characters, and
# a hostile one of these takes some seconds (actions/isolated.py).
_MAX_SIZE = 200_000
_MAX_LINE = 5_000
# Bytes of a book; one of 1,000,000 is not read any more, and learning needs room.
_MAX_BOOK = 900_000
# What an import writes of evidence, and learning changes afterwards.
_EVIDENCE = frozenset({"confidence", "count", "date", "examples", "tags", "sources", "refused"})


class PatternAdopter:
    """Adds found patterns to the books on a shelf.

    Args:
        snapshot: The memory.
        shelf: Its books.
        thresholds: What counted examples justify.
        domain: Of the book; None leaves that to what was found.
    """

    def __init__(
        self, snapshot: Snapshot, shelf: Shelf, thresholds: Thresholds, domain: str | None
    ) -> None:
        self._shelf = shelf
        self._thresholds = thresholds
        self._domain = domain
        self._sizes: dict[str, int] = {}  # bytes of each book that was added to, about
        self._by_name: dict[str, list[Pattern]] = {}
        self._by_place: dict[tuple[str, int], list[Pattern]] = {}
        for pattern in snapshot.patterns:
            self._enter(pattern)

    def _enter(self, pattern: Pattern) -> None:
        for name in (pattern.name, *pattern.aliases):
            self._by_name.setdefault(fold(name), []).append(pattern)
        for field in pattern.fields:
            key = provenance_key(field.text) if field.label == PROVENANCE else None
            if key is not None:
                self._by_place.setdefault(key, []).append(pattern)

    def take(self, found: Found, notes: Sequence[str], reading: Reading) -> Adopted:
        """Return what becomes of a found pattern, and add it to its book.

        Args:
            found: The pattern.
            notes: Paths of imported notes of which each is one of its examples.
            reading: The file that holds it.
        """
        result = Adopted(found.kind, found.title, found.line, Fate.REFUSED)
        too_long = excess(found)
        if too_long is not None:
            return replace(result, reason=too_long)
        name = _name(found.title)
        if not fold(name):
            return replace(result, reason="its title can be no pattern's name")
        known = self._find_known(found, name, reading)
        if known is not None:
            pattern, reason = known
            return replace(
                result, fate=Fate.KNOWN, path=pattern.path, name=pattern.name, reason=reason
            )
        fate, reason = Fate.WRITTEN, ""
        namesakes = self._by_name.get(fold(name))
        if namesakes:
            fate = Fate.RENAMED
            reason = f"another pattern has this name ({namesakes[0].path}:{namesakes[0].line})"
            name = self._free_name(name, reading.origin)
        path = book_path(domain_of(found, self._domain))
        if self._size(path) + _bytes(found) > _MAX_BOOK:
            reason = f"{path} has as much as a book may have: --domain names another one"
            return replace(result, reason=reason)
        for fenced in (False, True):
            examples = self._add(found, name, path, notes, reading, fenced=fenced)
            if examples is not None:
                return replace(
                    result, fate=fate, path=path, name=name, reason=reason, examples=examples
                )
        return replace(result, reason=f"{path} cannot take it: it does not read back as found")

    def _find_known(self, found: Found, name: str, reading: Reading) -> tuple[Pattern, str] | None:
        for pattern in self._by_place.get(key_of(reading.origin, found), ()):
            # One line of a file may hold two patterns: the name tells which.
            if fold(pattern.name).startswith(fold(name)):
                return pattern, "was imported before"
        namesakes = self._by_name.get(fold(name), ())
        wanted = [
            _says(write_pattern(found, name, "", 2, confidence=None, fenced=fenced))
            for fenced in ((False, True) if namesakes else ())
        ]
        for pattern in namesakes:
            if _fields_of(pattern) in wanted:
                return pattern, "is in the memory, word for word"
        return None

    def _add(
        self,
        found: Found,
        name: str,
        path: str,
        notes: Sequence[str],
        reading: Reading,
        *,
        fenced: bool,
    ) -> int | None:
        """Add a pattern to its book; return the number of its examples that count.

        None, and all is as before, where it does not read back.
        """
        before = self._shelf.reading(path) if self._shelf.has(path) else None
        family = reading.foreign.family if reading.foreign else ""
        came_from = provenance(reading.origin, found, family)
        written: list[Written] = []

        def lines(level: int, _: object) -> list[str]:
            draft = write_pattern(
                found, name, came_from, level, confidence=None, notes=notes, fenced=fenced
            )
            if draft.examples:
                # What was never seen has no confidence of its own: only its count is stated.
                counted = confidence_of(draft.examples - draft.counters, self._thresholds)
                draft = write_pattern(
                    found, name, came_from, level, confidence=counted, notes=notes, fenced=fenced
                )
            written.append(draft)
            return list(draft.lines)

        added = self._shelf.add(path, new_book(path), lines)
        if added is not None:
            says = written[-1]
            is_right = (
                added.name == name
                and _fields_of(added) == _says(says)
                and len(added.examples) == added.claimed_examples == says.examples
                and len(added.counter_examples) == says.counters
                and len(added.sources) == len(notes)
                and others_stay(before, None, self._shelf.reading(path), added, _everything)
            )
            if is_right:
                self._enter(added)
                self._sizes[path] += sum(len(line.encode("utf-8")) + 1 for line in says.lines)
                return says.examples
        self._shelf.restore(path, before)
        return None

    def _size(self, path: str) -> int:
        """Return about how many bytes the book at `path` has."""
        if path not in self._sizes:
            text = self._shelf.text(path) if self._shelf.has(path) else ""
            self._sizes[path] = len(text.encode("utf-8"))
        return self._sizes[path]

    def _free_name(self, name: str, origin: Origin) -> str:
        """Return `name` with the place that it came from behind it, as no pattern has it."""
        stem = origin.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        place = clean_name(origin.repository or stem) or "elsewhere"
        number, wanted = 1, f"{name} (from {place})"
        while fold(wanted) in self._by_name:
            number += 1
            wanted = f"{name} (from {place}, {number})"
        return wanted


def _name(title: str) -> str:
    """Return `title` as a pattern's name; "" where it can be none."""
    line = one_line(title)[:_MAX_NAME]
    # "Check the indexes" as a heading would read as a field.
    is_check = fold(line).startswith("check ") and len(line.split()) > 2
    return clean_name(line) or (clean_name(f"Advice: {line}") if is_check else "")


def _bytes(found: Found) -> int:
    texts = (found.title, *(text for _, text in found.parts), *found.examples)
    return sum(len(text.encode("utf-8")) for text in texts)


def excess(found: Found) -> str | None:
    """Return in what a found thing is larger than what people write; None where it is not.

    A larger one would be read by a process of its own whenever its book changes.
    """
    texts = (found.title, found.body, *(text for _, text in found.parts), *found.examples)
    size = sum(map(len, texts))
    if size > _MAX_SIZE:
        return f"it has {size:,} characters, more than the {_MAX_SIZE:,} that are taken"
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    if longest > _MAX_LINE:
        return (
            f"it has a line of {longest:,} characters, more than the {_MAX_LINE:,} that are taken"
        )
    return None


def domain_of(found: Found, domain: str | None) -> str:
    """Return the domain of what was found: `domain`, else what the file says, else code."""
    if domain is not None:
        return domain
    said = slugify(found.domain) if found.domain else "code"
    return "code" if said in {"untitled", "dev"} else said


def _says(written: Written) -> list[tuple[str, str]]:
    """Return what `written` says, without where it came from."""
    return sorted(pair for pair in written.says if pair[0] != PROVENANCE)


def _fields_of(pattern: Pattern) -> list[tuple[str, str]]:
    """Return what `pattern` says, without evidence and where it came from."""
    kept = [
        (field.label, field.text)
        for field in pattern.fields
        if field.key not in _EVIDENCE and field.label != PROVENANCE
    ]
    return sorted(folded_fields(kept))


def _everything(pattern: Pattern) -> object:
    """Return what of the other patterns of a book must stay."""
    claim = pattern.claim.text if pattern.claim else None
    fields = tuple((field.key, field.label, field.text) for field in pattern.fields)
    return pattern.name, claim, pattern.claimed_examples, fields
