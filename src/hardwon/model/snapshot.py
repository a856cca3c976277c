"""Everything that a memory holds at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hardwon.model.experience import Experience
from hardwon.model.page import Checklist, Page, Role
from hardwon.model.pattern import Pattern
from hardwon.model.values import Fault


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A memory, read.

    Attributes:
        pages: All files that could be read, sorted by path.
        skipped: Files that could not, each with its reason.
        links: Symbolic links that stand where a note or a folder could; they are not followed.
    """

    pages: tuple[Page, ...] = ()
    skipped: tuple[Fault, ...] = field(default=())
    links: tuple[Fault, ...] = field(default=())

    @property
    def patterns(self) -> Iterator[Pattern]:
        """Yield all patterns, by path and line."""
        return (pattern for page in self.pages for pattern in page.patterns)

    @property
    def experiences(self) -> Iterator[Experience]:
        """Yield all experiences, by path and line."""
        return (experience for page in self.pages for experience in page.experiences)

    @property
    def drafts(self) -> Iterator[str]:
        """Yield the paths of the drafts, sorted."""
        return (page.path for page in self.pages if page.role is Role.DRAFT)

    @property
    def workflows(self) -> Iterator[Checklist]:
        """Yield the checklists in `procedural/workflows/`, by path."""
        return (p.checklist for p in self.pages if p.checklist and p.role is Role.WORKFLOW)

    @property
    def checklists(self) -> Iterator[Checklist]:
        """Yield the checklists in `procedural/checklists/`, by path."""
        return (p.checklist for p in self.pages if p.checklist and p.role is Role.CHECKLIST)
