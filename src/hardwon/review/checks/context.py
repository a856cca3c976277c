"""What the checks share: computed once, read by all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hardwon.learning.evidence import Evidence, NotePaths, Notes, weigh
from hardwon.learning.names import Names
from hardwon.model.finding import Finding
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import PartialDate

# Where it is already tomorrow, a note of today is dated a day ahead of a machine on UTC.
_AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know besides the memory itself.

    Attributes:
        settings: Those of the memory.
        names: All names and aliases.
        notes: All files and experiences.
        paths: The files that hold experiences, sorted.
        unread: The files that could not be read.
        today: The day on which the memory is checked; None where no date counts as future.
        lines: Path → lines of the files whose wording a check must see; others may miss.
        missing_driver: Line of `.gitattributes` that names a merge driver which this clone does
            not have; None where nothing is missing.
        tried: What is wrong with detectors, where they were tried on examples.
    """

    settings: Settings
    names: Names
    notes: Notes
    paths: tuple[str, ...]
    unread: NotePaths
    today: dt.date | None
    lines: Mapping[str, Sequence[str]]
    missing_driver: int | None = None
    tried: Sequence[Finding] = ()
    _evidence: Mapping[tuple[str, int], Evidence] = field(default_factory=dict)

    def weigh(self, pattern: Pattern) -> Evidence:
        """Return what stands behind a pattern of the memory."""
        return self._evidence[pattern.path, pattern.line]

    def is_future(self, date: PartialDate) -> bool:
        """Return whether all days that `date` can mean lie ahead, by more than one day."""
        return self.today is not None and date.first_day > self.today + _AHEAD

    def get_line(self, path: str, line: int) -> str:
        """Return line `line` (from 1) of `path` as written; "" when it is not at hand."""
        lines = self.lines.get(path, ())
        return lines[line - 1] if line <= len(lines) else ""


def build_context(
    snapshot: Snapshot,
    settings: Settings,
    today: dt.date | None = None,
    lines: Mapping[str, Sequence[str]] | None = None,
    missing_driver: int | None = None,
    tried: Sequence[Finding] = (),
) -> Context:
    """Return the context of `snapshot`, each pattern weighed once."""
    notes = Notes(snapshot)
    return Context(
        settings=settings,
        names=Names(snapshot.patterns, settings.matching.name_score),
        notes=notes,
        paths=tuple(page.path for page in snapshot.pages if page.experiences),
        unread=NotePaths(fault.path for fault in (*snapshot.skipped, *snapshot.links)),
        today=today,
        lines=lines or {},
        missing_driver=missing_driver,
        tried=tried,
        _evidence={
            (pattern.path, pattern.line): weigh(pattern, notes, settings.confidence)
            for pattern in snapshot.patterns
        },
    )
