"""basic-memory notes: observations (`- [category] text #tag`) and relations to other notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hardwon.markup.dates import parse_date
from hardwon.markup.foreign.sections import (
    Outline,
    all_blocks,
    document_title,
    first_line,
    one_line,
    read_outline,
    text_of,
)
from hardwon.model.foreign import Foreign, Found, FoundKind

FAMILY = "basic-memory note"

# A category is a word or some; one character is a task box, and a link has its target behind it.
_OBSERVATION = re.compile(r"^\[(?P<category>[^\[\]()\n]{2,60})\][ \t]+(?P<text>\S.*)$", re.DOTALL)
_RELATION = re.compile(
    r"^(?P<verb>[A-Za-z][\w -]{0,40}?)?[ \t]*\[\[(?P<note>[^\[\]\n|]+)[^\[\]]*\]\]"
)
_TAG = re.compile(r"(?<!\S)#([\w/-]*[A-Za-z][\w/-]*)")

# Note types and categories that tell what is to be done, as their guides use them.
_PATTERN_TYPES = frozenset(
    "pattern rule guide guideline principle practice best_practice technique convention".split()
)
_LABELS = {
    "Context": "context when trigger problem use_case when_to_use applies_when".split(),
    "Pattern": (
        "pattern rule approach solution method technique practice best_practice guideline"
        " decision principle convention tip action"
    ).split(),
    "Why it works": "why rationale reason benefit advantage".split(),
}
_LESSONS = frozenset("lesson lesson_learned learning insight takeaway gotcha".split())


class _Observation(NamedTuple):
    category: str
    text: str


def read_basic_memory(path: str, text: str) -> Foreign | None:
    """Return what a basic-memory note holds; None for a file of another kind.

    A note whose type is that of a rule (`pattern`, `guide`, `principle`, …) becomes a pattern,
    its observations laid out by category. Any other one becomes an experience with its text as
    it is; what it calls a lesson or an insight stands below "Lessons" once more, where it is
    read as such.

    Source: docs.basicmemory.com, "Knowledge Format", and NOTE-FORMAT.md of basic-memory, read
    2026-11: front matter `title`, `type`, `permalink`, `tags`; observations and relations are
    told by their shape anywhere in the text.
    """
    document = read_outline(text)
    if document is None or not document.header.values:
        return None
    values = document.header.values
    observations = list(_observations(document))
    relations = list(_relations(document))
    if not observations and not ("permalink" in values and relations):
        return None
    if "permalink" not in values and not {"title", "type"} <= values.keys():
        return None
    return Foreign(FAMILY, (_found(document, path, observations, relations),))


def _found(
    document: Outline, path: str, observations: list[_Observation], relations: list[str]
) -> Found:
    values = document.header.values
    title, line = document_title(document, path), first_line(document)
    inline = (tag for observation in observations for tag in _TAG.findall(observation.text))
    tags = tuple(dict.fromkeys([*(values["tags"].values if "tags" in values else ()), *inline]))
    tags = tuple(tag.strip(" #") for tag in tags if tag.strip(" #"))
    stated = document.header.get_text("date", "created", "created_at")
    date = parse_date(stated) if stated else None
    if _fold(document.header.get_text("type") or "") in _PATTERN_TYPES:
        parts = tuple(_parts(document, observations, relations, title))
        return Found(FoundKind.PATTERN, title, line, parts, tags=tags, date=date)
    lessons = [item.text for item in observations if _fold(item.category) in _LESSONS]
    body = text_of(document)
    if lessons:
        body += "\n\n## Lessons\n\n" + "\n".join(f"- {one}" for one in lessons)
    return Found(FoundKind.EXPERIENCE, title, line, body=body, tags=tags, date=date)


def _parts(
    document: Outline, observations: list[_Observation], relations: list[str], title: str
) -> Iterator[tuple[str, str]]:
    """Yield the parts of a pattern: its prose, and the observations by category."""
    prose = "\n\n".join(
        block.text
        for section in document.root.walk()
        for block in section.blocks
        if block.kind == "paragraph"
    )
    texts: dict[str, list[str]] = {"Context": [], "Pattern": [prose] if prose else []}
    for observation in observations:
        key = _fold(observation.category)
        label = next((label for label, keys in _LABELS.items() if key in keys), "")
        label = label or one_line(observation.category).capitalize() or "Pattern"
        texts.setdefault(label, []).append(observation.text)
    if not texts["Pattern"]:
        texts["Pattern"] = [title]
    for label, lines in texts.items():
        if lines:
            yield label, lines[0] if len(lines) == 1 else "\n".join(f"- {one}" for one in lines)
    if relations:
        yield "Related patterns", "\n".join(f"- {one}" for one in relations)


def _fold(category: str) -> str:
    return re.sub(r"[\s-]+", "_", category.strip().casefold())


def _items(document: Outline) -> Iterator[str]:
    for section in document.root.walk():
        for block in all_blocks(section.blocks):
            yield from (" ".join(item.text.split()) for item in block.items)


def _observations(document: Outline) -> Iterator[_Observation]:
    for text in _items(document):
        match = _OBSERVATION.match(text)
        if match and not match["category"].startswith(("^", "[")):
            yield _Observation(match["category"], match["text"])


def _relations(document: Outline) -> Iterator[str]:
    """Yield the names of the notes that the list items of `document` relate it to."""
    for text in _items(document):
        match = _RELATION.match(text)
        if match:
            yield one_line(match["note"])
