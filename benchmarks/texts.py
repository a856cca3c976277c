"""Real text, from which the notes of the benchmark are made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).parents[1]
# Notes by strangers, which do not ship with the project; benchmarks/corpus.py perturbs them.
STRANGERS = PROJECT.parent / "shared" / "corpus" / "B"
# Longer texts are logs, of which a corpus would hold copies by the hundred.
_MAX_CHARS = 100_000
_MIN_CHARS = 200
_TITLE = re.compile(r"^#+[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_NO_NAME = re.compile(r"[^A-Za-z0-9 '-]+")
_SENTENCE = re.compile(r"(?<![.\w])([A-Z][a-z]+ [^\n.:|<>*#\[\]`]{40,150})\.(?=\s|$)")
_WORD = re.compile(r"[a-z]{4,14}")


@dataclass(frozen=True)
class Texts:
    """Notes in which people wrote down what happened.

    Attributes:
        origin: Where they are from, in words for the report.
        notes: Whole Markdown files, in a fixed order.
    """

    origin: str
    notes: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return words of the notes as often as they stand in them, so that common ones lead."""
        found = [word for note in self.notes for word in _WORD.findall(note)]
        return tuple(found[:: max(1, len(found) // 200_000)])

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Return the title of each note, as plain words."""
        return tuple(_title(note) for note in self.notes)

    @cached_property
    def sentences(self) -> tuple[tuple[str, ...], ...]:
        """Return the plain sentences of each note; at least three, borrowed where it has fewer."""
        own = [tuple(_SENTENCE.findall(note)) for note in self.notes]
        lent = tuple(sentence for found in own for sentence in found)
        return tuple(
            (*found, *(lent[(number * 7 + k) % len(lent)] for k in range(3 - len(found))))
            for number, found in enumerate(own)
        )


def read_texts(*, strangers: Path = STRANGERS) -> Texts:
    """Return notes by strangers where they lie beside the project, else text that ships with it."""
    if strangers.is_dir():
        found = tuple(text for file in _markdown(strangers) for text in _fit(_read(file)))
        return Texts(f"{len(found):,} notes written by strangers", found)
    found = tuple(
        text
        for name in ("README.md", "CHANGELOG.md", "SECURITY.md", "docs", "examples", "memory")
        for file in _markdown(PROJECT / name)
        if file.name != "performance.md"  # it is made from the measurements
        for part in _sections(_read(file))
        for text in _fit(part)
    )
    return Texts(f"{len(found):,} sections of text that ships with hardwon", found)


def _markdown(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    else:
        files = sorted(place.rglob("*.md"), key=lambda file: file.relative_to(place).as_posix())
        yield from (file for file in files if ".hardwon" not in file.parts)


def _read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")


def _fit(text: str) -> Iterator[str]:
    if _MIN_CHARS <= len(text) <= _MAX_CHARS and "\0" not in text:
        yield text


def _sections(text: str) -> Iterator[str]:
    """Yield each section of a longer document as a note of its own."""
    for part in re.split(r"^(?=##? )", text, flags=re.MULTILINE):
        yield re.sub(r"^## ", "# ", part)


def _title(note: str) -> str:
    match = _TITLE.search(note)
    words = _NO_NAME.sub(" ", match[1] if match else note[:60]).split()
    return " ".join(words)[:60].strip(" -'") or "Untitled"
