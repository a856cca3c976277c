"""What is written for other tools: the contents of a memory, files to be, and what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hardwon.model.experience import Experience
from hardwon.model.listing import PatternDetail
from hardwon.model.page import Checklist
from hardwon.model.values import Confidence


@dataclass(frozen=True, slots=True)
class Contents:
    """What an export is made of.

    Attributes:
        patterns: With what was counted for each, strongest first, then by name.
        workflows: By path.
        checklists: Review checklists, by path.
        experiences: By date, then by path.
        folder: The memory folder as seen from the project, or its name where it lies elsewhere:
            what stands before the paths of notes.
        earlier: Paths of the files that this export wrote the last time.
        version: Of hardwon.
        memory: The memory folder, absolute, where it is not found from the place of the export;
            "" where it is.
        skipped: Number of files of the memory that could not be read.
    """

    patterns: tuple[PatternDetail, ...] = ()
    workflows: tuple[Checklist, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    experiences: tuple[Experience, ...] = ()
    folder: str = "memory"
    earlier: tuple[str, ...] = ()
    version: str = ""
    memory: str = ""
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of one form.

    Attributes:
        files: Path below the place of the export → text. For a form of one file the one path
            is "".
        blocks: Path → text of a block that is laid into a file which may hold other text.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an export.

    Attributes:
        name: As the command line has it.
        outs: Where it goes by itself, relative to the project; `.` is the project.
        render: Makes the files of the contents.
        confidence: Patterns below it are left out; None for a form that nobody can ask for others.
        is_file: Whether it is one file, so that the place names the file and not a folder.
    """

    name: str
    outs: tuple[str, ...]
    render: Callable[[Contents], Rendered]
    confidence: Confidence | None = Confidence.LOW
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """One form at one place.

    Attributes:
        form: Name of the form.
        out: Where it is written, relative to the folder in which the record lies; `.` is that
            folder itself.
        confidence: Patterns below it are left out; None stands for what the form takes by itself.
    """

    form: str
    out: str
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An export that was made.

    Attributes:
        digests: Path, relative to the folder of the record → digest of what was written. While
            an export is carried out both that of the old and of the new text stand there.
    """

    export: Export
    digests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class State(StrEnum):
    """How a file stands to what would be written."""

    FRESH = "fresh"  # it is what would be written
    MISSING = "missing"  # there is none
    OUTDATED = "outdated"  # hardwon wrote it, and would write something else now
    STALE = "stale"  # hardwon wrote it, and would write no such file now
    EDITED = "edited"  # hardwon wrote it, and somebody has changed it
    FOREIGN = "foreign"  # hardwon did not write it


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """What becomes of one file.

    Attributes:
        path: Relative to the folder of the record.
        old: Its bytes; None where there is none.
        new: Its bytes to be; None for none.
        digest: Of what hardwon writes into it: of the file, or of its block; None for nothing.
    """

    path: str
    state: State
    old: bytes | None = None
    new: bytes | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What becomes of the files of one export.

    Attributes:
        files: By path.
        recorded: What the record says of it so far.
        is_removed: Whether the files go, and the record says nothing of it from then on.
    """

    export: Export
    files: tuple[ExportedFile, ...]
    recorded: Recorded
    is_removed: bool = False
