"""A note that was captured, as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hardwon.markup.secrets import mask_secrets
from hardwon.model.secret import Secret
from hardwon.model.values import PartialDate


def note_data(
    path: str,
    title: str,
    date: PartialDate,
    patterns: Iterable[tuple[str, bool]],
    masked: Iterable[Secret],
) -> dict[str, Any]:
    """Return a note that was written under the keys of the JSON contract, in their order.

    Args:
        path: Relative to the memory folder.
        title: As it was written.
        date: The day it happened.
        patterns: Names of the patterns that it applies, and whether the memory holds each.
        masked: Credentials that were masked in it, with their lines there.
    """
    return {
        "path": path,
        "title": title,
        "date": date.iso,
        "patterns": [{"name": mask_secrets(name), "known": known} for name, known in patterns],
        "masked": [{"line": secret.line, "kind": secret.kind} for secret in masked],
    }
