"""Errors that a user, a file or a disk can cause: worded once, printed at the edge."""

from __future__ import annotations


class HardwonError(Exception):
    """Something could not be done; the command line exits with status 2.

    Attributes:
        message: One sentence that names the fault.
        path: The file at fault, relative to the memory folder where it lies in it.
        line: 1-based line of the fault, when one is known.
        expected: What would have been right.
        hint: The way out.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        """Return place, fault and way out on up to three lines."""
        place = ""
        if self.path is not None:
            path = self.path.replace("\n", "\\n")  # as a name on disk may have it
            place = f"{path}:{self.line}: " if self.line is not None else f"{path}: "
        lines = [place + self.message]
        if self.expected:
            lines.append(f"  expected {self.expected}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class MemoryNotFoundError(HardwonError):
    """No memory folder was found or the named one does not exist."""


class UnreadableFileError(HardwonError):
    """A file cannot be read as text: permission, encoding, NUL bytes, size."""


class OutsideMemoryError(HardwonError):
    """A path is not certain to lie in the memory folder: it is neither read nor written."""


class ChangedOnDiskError(HardwonError):
    """A file changed between being read and being written; run again."""


class NameNotFoundError(HardwonError):
    """A pattern, workflow or file was named that the memory does not hold."""


class SettingsError(HardwonError):
    """`hardwon.toml` holds a value that cannot be used."""


class LockedError(HardwonError):
    """Another process is writing to the memory and did not finish in time."""


class GitError(HardwonError):
    """Git is missing or refused what was asked of it."""


class HookError(HardwonError):
    """A git hook cannot be given its lines without touching what is not ours."""


class AgentFileError(HardwonError):
    """A file of a coding agent cannot be given its lines without touching what is not ours."""


class DetectorsError(HardwonError):
    """Detectors cannot be tried on this machine."""


class DiffError(HardwonError):
    """A diff is not one, or is damaged; the line is that of the diff."""


class IndexUnavailableError(HardwonError):
    """The index can neither be opened nor built."""


class ModelError(HardwonError):
    """The sentence model of the extra `semantic` is missing or cannot be used."""


class ExportError(HardwonError):
    """An export would write where it may not, or its record cannot be used."""
