"""A block of ours in a file of somebody else: what stands between the marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hardwon.markup.managed_block import END, START
from hardwon.render.export.guidance import joined

# A mark in a text of a note would end the block: the reader would not see the difference.
_MARK = re.compile(r"<!--(\s*hardwon:)")


def block(parts: Iterable[str]) -> str:
    """Return blocks of Markdown between the marks, without a line end behind them."""
    body = _MARK.sub(r"<!- -\1", joined(parts))
    return f"{START}\n\n{body}\n{END}"
