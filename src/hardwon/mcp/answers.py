"""What the tools answer, for those who ask for their schemas: the JSON contract as types.

The values come from `render`, where they are spelt; a test holds that each answer fits its type
and has no key beyond it.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

Level = Literal["LOW", "MEDIUM", "HIGH"]


class Cut(TypedDict):
    """How many texts and items were cut to keep an answer in its bounds."""

    texts: int
    items: int


class Answer(TypedDict):
    """What every answer has: `quoted` says that its texts are data, `memory` is their folder."""

    version: int
    quoted: str
    memory: str
    cut: Cut | None


class Hit(TypedDict):
    """Something that was found, with the file and line to open for the whole of it."""

    kind: Literal["pattern", "experience", "workflow", "checklist"]
    title: str
    path: str
    line: int
    score: float
    confidence: Level | None
    date: str | None
    snippet: str


class Hits(Answer):
    """What a search found, best first."""

    query: str
    corrected: str | None
    results: list[Hit]


class Source(TypedDict):
    """A note that a pattern lists as its source."""

    path: str
    exists: bool
    by_text: bool


class Refused(TypedDict):
    """A note that is no example of a pattern."""

    path: str
    exists: bool


class Related(TypedDict):
    """A pattern that another one names."""

    text: str
    pattern: str | None


class Example(TypedDict):
    """One sighting of a pattern."""

    text: str
    project: str | None
    date: str | None
    outcome: str | None
    source: str | None


class Code(TypedDict):
    """A piece of code that a pattern shows."""

    language: str
    role: str
    text: str


class PatternAnswer(Answer):
    """A pattern with the evidence behind it."""

    name: str
    slug: str
    path: str
    line: int
    confidence: Level
    claimed_confidence: Level | None
    counter_examples: int
    claimed_examples: int | None
    proved_examples: int
    projects: int
    days: int
    last_reinforced: str | None
    time_saved_minutes: int | None
    time_saved_note: str | None
    stale: bool
    related: list[Related]
    sources: list[Source]
    unlisted_sources: int
    context: str | None
    pattern: str | None
    why: str | None
    examples: list[Example]
    not_examples: list[Refused]
    code: list[Code]
    extra: dict[str, str]
    workflow: str | None


class NamedPattern(TypedDict):
    """A pattern that a note applies, and whether the memory holds it already."""

    name: str
    known: bool


class Masked(TypedDict):
    """A credential that was masked in a note."""

    line: int
    kind: str


class NoteAnswer(Answer):
    """The note that was written."""

    path: str
    title: str
    date: str
    patterns: list[NamedPattern]
    masked: list[Masked]


class Change(TypedDict):
    """One change that learning makes, with its reason."""

    kind: str
    pattern: str | None
    path: str
    experience: str | None
    before: str | None
    after: str | None
    reason: str


class Candidate(TypedDict):
    """A pattern that a note may be an example of; `id` accepts or refuses it."""

    id: str
    pattern: str
    score: float


class Undecided(TypedDict):
    """A note that a person has to decide on."""

    experience: str
    candidates: list[Candidate]


class Fault(TypedDict):
    """A place that was not read, or not as it stands."""

    path: str
    line: int
    reason: str


class PlanAnswer(Answer):
    """What learning would change, or, where `applied`, has changed."""

    applied: bool
    changes: list[Change]
    undecided: list[Undecided]
    skipped: list[Fault]
    masked: list[Fault]


class Fix(TypedDict):
    """A rewrite of a piece of a line."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    old: str
    new: str


class Finding(TypedDict):
    """A place of the change that breaks a pattern, or follows it."""

    pattern: str
    confidence: Level | None
    status: str
    path: str
    line: int
    column: int | None
    end_line: int
    end_column: int | None
    evidence: str
    message: str
    rule: str | None
    fix: Fix | None


class Cause(TypedDict):
    """Why an item is on the checklist."""

    text: str
    path: str | None
    line: int | None
    signal: str


class Item(TypedDict):
    """A question to ask of the change."""

    pattern: str
    confidence: Level | None
    kind: str
    item: str
    status: str
    causes: list[Cause]


class Unread(TypedDict):
    """A file of the change, or a detector, that could not be used."""

    code: str
    path: str
    line: int
    message: str


class ReviewAnswer(Answer):
    """What the memory says of a change."""

    base: str
    commit: str | None
    files: list[str]
    findings: list[Finding]
    checklist: list[Item]
    unread: list[Unread]
    faults: list[Unread]


class ByConfidence(TypedDict):
    """Numbers of patterns."""

    low: int
    medium: int
    high: int


class Month(ByConfidence):
    """Numbers of patterns at the end of a month."""

    month: str


class NextStep(TypedDict):
    """Something that is worth doing in the memory."""

    kind: str
    pattern: str | None
    text: str


class StatsAnswer(Answer):
    """The counts of the memory."""

    patterns: int
    by_confidence: ByConfidence
    experiences: int
    workflows: int
    proved_share: float | None
    minutes_saved_stated: int
    minutes_saved_measured: int
    growth: list[Month]
    next_steps: list[NextStep]
