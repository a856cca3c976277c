"""What a file of another tool holds, told in terms of this memory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.values import Fault, PartialDate


class FoundKind(StrEnum):
    """What a part of a foreign file becomes in a memory."""

    PATTERN = "pattern"
    EXPERIENCE = "experience"
    CHECKLIST = "checklist"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a foreign file holds.

    Attributes:
        title: One line, without markup.
        line: 1-based line of the foreign file on which it begins.
        parts: For a pattern: (label, Markdown) in the order in which they are to be written.
            Labels are those of docs/format.md where one fits (Context, Pattern, Why it works,
            Counter-examples, Code example, Detection, Related patterns); others keep the
            words of the file.
        body: For the other kinds: its Markdown, without the title. The items of a checklist
            and of a workflow are `- [ ]` lines in it.
        examples: Sightings that the file lists, each one line as an example is written.
        scores: (name, words) of each confidence, count or rank that the file states.
        tags: Tags and kinds that the file gives it.
        date: When it happened or was written, as far as the file says.
        project: Project that it belongs to, where the file names one.
        domain: Name of the book or folder that the file itself would put it in, such as
            `testing`; None where it says none.
    """

    kind: FoundKind
    title: str
    line: int
    parts: tuple[tuple[str, str], ...] = ()
    body: str = ""
    examples: tuple[str, ...] = ()
    scores: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    date: PartialDate | None = None
    project: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A foreign file, read.

    Attributes:
        family: Name of the format, as the plan and the docs say it: "MADR record".
        found: What it holds, in the order of the file.
        faults: What could not be read of it; the rest counts.
    """

    family: str
    found: tuple[Found, ...]
    faults: tuple[Fault, ...] = ()
