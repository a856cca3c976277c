"""Credentials in a text: found, named without their value, and masked.

The detector is betterleaks (docs/adr/0005-secrets.md), run in this process and without a
network; rules of our own add what people write in prose. Reading masks a text before anything
is made of it, so that no credential gets from a note into a pattern, a workflow or the index.
"""

from __future__ import annotations

from collections.abc import Iterable

from hardwon.markup.secret_hints import find_hints
from hardwon.model.secret import MASK, Secret

NO_SECRET = "hardwon: not a secret"
"""What a comment says on the line of a value, or alone on the line before, that is none."""


def has_detector() -> bool:
    """Return whether betterleaks can be used; without it only our own rules are."""
    from hardwon.markup.detector import scanner

    return scanner() is not None


def find_secrets(text: str, *, library: bool = True) -> tuple[Secret, ...]:
    """Return the credentials in `text`, in the order in which they stand there.

    What a comment on its line, or on the line before, calls no secret is left out (`NO_SECRET`).

    Args:
        text: Of a note, a diff, anything.
        library: Whether the detector is asked, if it is installed; else our own rules only.
    """
    hints = find_hints(text)
    if hints is None:
        return ()
    from hardwon.markup.detector import detect

    return detect(text, hints, library=library)


def mask_secrets(text: str) -> str:
    """Return `text` with each credential replaced by what may be shown of it.

    Lines stay lines: of a private key each line of the body is replaced. Masked again it is
    the same.
    """
    return hide(text, find_secrets(text))


def hide(text: str, secrets: Iterable[Secret]) -> str:
    """Return `text` with `secrets`, as found in it, replaced by what may be shown of them."""
    parts: list[str] = []
    at = 0
    for secret in secrets:
        for number, (start, end) in enumerate(secret.pieces):
            parts += [text[at:start], MASK if number else secret.shown]
            at = end
    return "".join([*parts, text[at:]])
