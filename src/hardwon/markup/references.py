"""Names by which a text refers to a pattern."""

from __future__ import annotations

import re

from hardwon.markup.labels import pattern_key
from hardwon.markup.text import plain


def parse_related_name(text: str) -> str:
    """Return the name in an item of a list of patterns, without suffixes and explanations."""
    text = re.sub(r"^\s*(?:→|->|=>)\s*", "", text)
    name = plain(text)
    link = re.match(
        r"^\**\[(?:\[([^\[\]|#]+)(?:#([^\[\]|]+))?(?:\|[^\[\]]*)?\]\]|([^\[\]]+))", text
    )
    if link:  # a wikilink means its target, whatever it shows
        name = plain(link[3] or name_of_wikilink(link[1], link[2]))
        name = re.split(r"\s+[-–—]\s+", name, maxsplit=1)[0]
    name = re.sub(r"\s*\([^)]*\)\s*$", "", name)
    name = re.split(r"\s+[-–—→]\s+|:\s", name, maxsplit=1)[0]
    return re.sub(r"\s*\([^)]*\)\s*$", "", name).strip(" .,;:\"'")


def name_of_wikilink(target: str, heading: str | None) -> str:
    """Return what `[[target#heading]]` names: a pattern of a book, else the page itself."""
    return (heading if heading and not pattern_key(heading) else target).strip()
