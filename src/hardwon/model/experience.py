"""An experience: one dated note about what happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.values import Outcome, PartialDate, Span


class DateOrigin(StrEnum):
    """Where the date of an experience was found, best first."""

    HEADER = "header"
    FIELD = "field"
    TABLE = "table"
    NAME = "name"
    TITLE = "title"
    GIT = "git"
    UNKNOWN = "unknown"


class Link(StrEnum):
    """What a note says of a pattern that it names."""

    APPLIED = "applied"  # it was used here, or reinforced by this note
    NEW = "new"  # it was discovered here
    MENTIONED = "mentioned"  # a wikilink in running text


@dataclass(frozen=True, slots=True)
class PatternRef:
    """A pattern that a note names.

    Attributes:
        name: As written, without emphasis, brackets and suffixes.
        link: What the note says of it.
        line: 1-based.
    """

    name: str
    link: Link
    line: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson that a note states, as Markdown, with its 1-based line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Experience:
    """One dated note, or one dated entry of a file that holds several.

    Attributes:
        path: File, relative to the memory folder.
        anchor: Slug of the entry's heading when its file holds several; else "".
        line: 1-based line of its heading, or of its first text.
        span: Lines of the note.
        domain: Folder below `episodic/`, else "code".
        title: Without a date in front or behind.
        date: None when it cannot be known.
        duration_minutes: Whole minutes that the work took.
        time_saved_minutes: Whole minutes that an applied pattern saved, as measured here.
        context: Context, problem and symptoms as Markdown.
        settled: The front matter lists the note's patterns, if only `none`: its text is not
            matched.
        body: The note's text, for search and matching.
    """

    path: str
    anchor: str
    line: int
    span: Span
    domain: str
    title: str
    date: PartialDate | None
    date_origin: DateOrigin
    date_line: int | None = None
    project: str | None = None
    kind: str | None = None
    outcome: Outcome | None = None
    outcome_text: str | None = None
    duration_minutes: int | None = None
    time_saved_minutes: int | None = None
    tags: tuple[str, ...] = ()
    context: str | None = None
    root_cause: str | None = None
    solution: str | None = None
    next_time: str | None = None
    lessons: tuple[Lesson, ...] = ()
    patterns: tuple[PatternRef, ...] = ()
    settled: bool = False
    body: str = ""

    @property
    def key(self) -> str:
        """Return path, with `#anchor` where the file holds several experiences."""
        return f"{self.path}#{self.anchor}" if self.anchor else self.path
