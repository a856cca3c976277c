"""Patterns with what was counted for them, and the state of the index, to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from hardwon.model.pattern import Pattern, Source
from hardwon.model.values import Confidence, Fault, PartialDate


@dataclass(frozen=True, slots=True)
class PatternEntry:
    """A pattern with what was counted for it.

    Attributes:
        confidence: What the net examples justify.
        examples: Listed, with the claimed unlisted ones.
        counter_examples: Listed.
        proved: Examples whose note exists.
        projects: Number of distinct projects among the examples.
        project_names: Names of the projects of its examples and sources, folded.
        days: Number of distinct dates among the examples.
        last: Latest date of an example or of `Last reinforced`.
        stale: Whether that is longer ago than the settings allow.
        related: For each related name of the pattern, the name of the one it means, or None.
        sources: Each listed source with the path of its note, None where there is none.
        refused: Each refused note with its path, None where there is none.
    """

    pattern: Pattern
    confidence: Confidence
    examples: int
    counter_examples: int
    proved: int
    projects: int
    project_names: frozenset[str]
    days: int
    last: PartialDate | None
    stale: bool
    related: tuple[str | None, ...]
    sources: tuple[tuple[Source, str | None], ...]
    refused: tuple[tuple[Source, str | None], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The patterns asked for.

    Attributes:
        entries: Sorted.
        total: Number of all patterns of the memory.
        skipped: Number of files that could not be read.
    """

    entries: tuple[PatternEntry, ...]
    total: int
    skipped: int


@dataclass(frozen=True, slots=True)
class SeenExample:
    """An example with what its note adds.

    Attributes:
        text: The item as written.
        source: Path of the note that proves it, or None.
    """

    text: str
    project: str | None
    date: PartialDate | None
    outcome: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class PatternDetail:
    """All about one pattern.

    Attributes:
        examples: In the order of the book.
        counter_examples: In the order of the book.
        workflow: Path of the checklist that it became, or None.
        skipped: Number of files that could not be read.
    """

    entry: PatternEntry
    examples: tuple[SeenExample, ...]
    counter_examples: tuple[SeenExample, ...]
    workflow: str | None
    skipped: int


@dataclass(frozen=True, slots=True)
class VectorStatus:
    """How far the texts of the memory have vectors, by which a search knows their meaning.

    Attributes:
        model: That makes them; None when it cannot be used.
        texts: Different texts in the index.
        ready: Those of them that have a vector.
        fault: Why the model cannot be used, or None.
    """

    model: str | None
    texts: int
    ready: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index holds after a refresh.

    Attributes:
        path: Relative to the memory folder; None when the disk takes no index.
        version: Of its tables.
        size: Bytes on the disk.
        files: Files of the memory.
        kinds: Number of patterns, experiences, workflows and checklists, by kind.
        changed: Files that had to be read because they were new or changed.
        removed: Files that were gone.
        skipped: Files that could not be read, each with its reason.
        vectors: None where no sentence model is installed, or none is wanted.
    """

    path: str | None
    version: int
    size: int
    files: int
    kinds: dict[str, int]
    changed: int
    removed: int
    skipped: tuple[Fault, ...]
    vectors: VectorStatus | None = None
