"""Architecture documents: the patterns that they name in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import ListItem
from hardwon.markup.foreign.sections import (
    Outline,
    file_name,
    item_markdown,
    one_line,
    read_outline,
    walk_with_path,
)
from hardwon.model.foreign import Foreign, Found, FoundKind

FAMILY = "architecture document"

_NAME = re.compile(r"architecture|system[-_ ]?design|design[-_ ]patterns|tech(?:nical)?[-_ ]design")
_PATTERNS = re.compile(r"\bpatterns?\b(?!\s+(?:match|recogn))", re.IGNORECASE)
_NO_PATTERNS = re.compile(r"\banti-?patterns?\b", re.IGNORECASE)
# "**Circuit Breaker** - Fault tolerance", "**Name**: text", "**Name:** text"
_NAMED = re.compile(
    r"^(?:\*\*|__)(?P<name>[^*_\n]{2,80}?)[:：]?(?:\*\*|__)[ \t]*(?:[-–—:：][ \t]*)?(?P<text>.*)$",
    re.DOTALL,
)


def read_architecture(path: str, text: str) -> Foreign | None:
    """Return the patterns that an architecture document names; None for a file of another kind.

    A named pattern is a list item that begins with a bold name, below a heading that says
    "patterns"; what stands behind the name is its description. Components, technologies and
    flows that the document lists elsewhere are no patterns.
    """
    if not _NAME.search(file_name(path)) or not file_name(path).endswith((".md", ".markdown")):
        return None
    document = read_outline(text)
    if document is None:
        return None
    found = tuple(_named(document))
    return Foreign(FAMILY, found) if found else None


def _named(document: Outline) -> Iterator[Found]:
    for section, above in walk_with_path(document.root):
        headings = [*above, one_line(section.title)]
        titled = [heading for heading in headings if _PATTERNS.search(heading)]
        if not titled or any(map(_NO_PATTERNS.search, headings)):
            continue
        for block in section.blocks:
            for item in block.items:
                found = _pattern(item, document, headings[-1])
                if found is not None:
                    yield found


def _pattern(item: ListItem, document: Outline, section: str) -> Found | None:
    match = _NAMED.match(item_markdown(item, document))
    name = one_line(match["name"]) if match else ""
    if match is None or not name:
        return None
    text = match["text"].strip() or name
    parts = (("Section", section), ("Pattern", text))
    return Found(FoundKind.PATTERN, name, item.span.start, parts)
