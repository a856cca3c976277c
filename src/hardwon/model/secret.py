"""A credential that stands in a text."""

from __future__ import annotations

from dataclasses import dataclass

MASK = "…"
"""What stands in place of a value."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a credential stands; its value is nowhere in here.

    Attributes:
        kind: What it is, in words: "GitHub token", "password".
        line: 1-based line on which it begins.
        column: 1-based column, in characters, of its first one.
        end_line: Line on which it ends; a private key has many.
        end_column: Column behind its last character.
        shown: What may be shown of it: its public prefix and an ellipsis, such as "ghp_…".
        pieces: Its characters as half-open offsets into the text, one piece for each line.
    """

    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    shown: str
    pieces: tuple[tuple[int, int], ...]

    @property
    def named(self) -> str:
        """Return kind and masked value with an article: "a GitHub token (ghp_…)"."""
        article = "an" if self.kind[0] in "AEIOUaeio" else "a"
        shown = f" ({self.shown})" if self.shown != MASK else ""
        return f"{article} {self.kind}{shown}"
