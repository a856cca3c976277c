"""What an import would do with foreign files: what goes where, and what stays out and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardwon.model.foreign import Foreign, FoundKind
from hardwon.model.plan import FileChange
from hardwon.model.values import Fault, PartialDate


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a foreign file came from.

    Attributes:
        path: As it is shown and written down, with `/`.
        digest: SHA-256 of its bytes, in hex.
        repository: `owner/name` of the remote, else the name of the folder that holds the
            repository; None where its last commit does not hold these very bytes.
        commit: That commit, where `repository` is given.
        added: Day on which its repository first had the file.
    """

    path: str
    digest: str
    repository: str | None = None
    commit: str | None = None
    added: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A foreign file that was read.

    Attributes:
        origin: Where it came from.
        foreign: What it holds; None where no reader knows it, or it could not be read.
        notes: What was done to its text first: credentials masked, letters repaired.
        fault: Why nothing was read of it; None where `foreign` says.
    """

    origin: Origin
    foreign: Foreign | None = None
    notes: tuple[Fault, ...] = ()
    fault: Fault | None = None


class Fate(StrEnum):
    """What becomes of a found thing."""

    WRITTEN = "written"
    RENAMED = "renamed"  # written, under another name: the memory has its name for other content
    KNOWN = "known"  # the memory has it already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Adopted:
    """What becomes of one found thing.

    Attributes:
        kind: What it is.
        title: As found.
        line: 1-based line of the foreign file.
        fate: What becomes of it.
        path: Where it goes or is already, relative to the memory folder; None if refused.
        name: Name under which it stands there.
        examples: Of a pattern: how many of its examples count.
        reason: Why it is renamed, known or refused; else "".
    """

    kind: FoundKind
    title: str
    line: int
    fate: Fate
    path: str | None = None
    name: str | None = None
    examples: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AdoptedFile:
    """A foreign file and what becomes of all that it holds, in its order."""

    reading: Reading
    adopted: tuple[Adopted, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """All that an import would do.

    Attributes:
        sources: The foreign files, in the order in which they were read.
        files: Texts of the memory before and after.
    """

    sources: tuple[AdoptedFile, ...] = ()
    files: tuple[FileChange, ...] = ()

    def count(self, *fates: Fate) -> int:
        """Return how many found things have one of `fates`."""
        return sum(one.fate in fates for source in self.sources for one in source.adopted)
