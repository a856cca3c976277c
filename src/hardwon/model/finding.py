"""What `check` reports: one thing in the memory that is not as it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of the memory.

    Attributes:
        code: Name of the check, one of those in docs/checks.md.
        path: File, relative to the memory folder.
        line: 1-based.
        message: What stands there and what was counted or found instead.
        fixable: Whether `check --fix` can mend it without a guess.
        hint: The way out where there is one to name, else "".
    """

    code: str
    path: str
    line: int
    message: str
    fixable: bool = False
    hint: str = ""

    @property
    def place(self) -> tuple[str, int, str]:
        """Return path, line and code: findings are sorted by it."""
        return self.path, self.line, self.code
