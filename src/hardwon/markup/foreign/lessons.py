"""Lists of lessons: `tasks/lessons.md`, `lessons-learned.md`, `learned-patterns.md`.

Such a file has no format beyond Markdown. An item with a name in bold is a pattern of that name,
any other one is called by its first sentence; a section without a list is one lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import ListItem, Section
from hardwon.markup.dates import find_date
from hardwon.markup.experiences import parse_experiences
from hardwon.markup.foreign.sections import (
    Outline,
    file_name,
    is_placeholder,
    item_markdown,
    one_line,
    read_outline,
    text_below,
)
from hardwon.markup.labels import note_key, pattern_key
from hardwon.model.foreign import Foreign, Found, FoundKind

_NAMES = re.compile(
    r"(?:[\w-]*[-_])?(?:lessons?(?:[-_]learn(?:ed|t))?|learned[-_]patterns?|learnings?|gotchas?)"
    r"\.(?:md|mdc|markdown)"
)
_NAMED = re.compile(
    r"^(?:\*\*|__)(?P<name>[^*\n]{2,120}?)(?P<a>[.:：]?)(?:\*\*|__)(?P<b>[.:：]?)\s*"
    r"(?P<c>[-–—:：]\s*)?(?P<rest>.*)$",
    re.DOTALL,
)
_MIN_WORDS = 4  # a shorter item says nothing that could be followed


def read_lessons(path: str, text: str) -> Foreign | None:
    """Return the lessons of a file that is named for them; None for any other file."""
    if not _NAMES.fullmatch(file_name(path)) or find_date(file_name(path)):
        return None
    document = read_outline(text)
    if document is None:
        return None
    entries = parse_experiences(document, path)
    if len(entries) > 1:
        dated = tuple(
            Found(
                FoundKind.EXPERIENCE,
                entry.title,
                entry.line,
                body=_entry_text(document, entry.line),
                tags=entry.tags,
                date=entry.date,
                project=entry.project,
            )
            for entry in entries
        )
        return Foreign("list of lessons", dated)
    found = tuple(_lessons(document.root, document, top=True))
    return Foreign("list of lessons", found) if found else None


def _entry_text(document: Outline, line: int) -> str:
    section = next((s for s in document.root.walk() if s.line == line), None)
    return text_below(section, document) if section is not None else ""


def _lessons(section: Section, document: Outline, *, top: bool) -> Iterator[Found]:
    items = [item for block in section.blocks if block.kind == "list" for item in block.items]
    # A list behind a sentence is a part of what that says, unless each item bears a name.
    is_one = section.level > 1 and any(block.kind == "paragraph" for block in section.blocks)
    if is_one and not all(_NAMED.match(item.text) for item in items):
        items = []
    topic = "" if section.level <= 1 else one_line(section.title)
    lessons = [one for item in items if (one := _item(item, document, topic)) is not None]
    yield from lessons
    is_field = bool(note_key(section.title) or pattern_key(section.title))
    if not lessons and not (top or is_field or section.children) and section.level > 1:
        below = text_below(section, document)
        if len(below.split()) >= _MIN_WORDS and not is_placeholder(section.title):
            yield Found(
                FoundKind.PATTERN, topic, section.line, parts=(("Pattern", below),),
                examples=tuple(_dated(below)),
            )  # fmt: skip
    for child in section.children:
        yield from _lessons(child, document, top=False)


def _item(item: ListItem, document: Outline, topic: str) -> Found | None:
    text = item_markdown(item, document)
    named = _NAMED.match(text)
    title = one_line(named["name"]) if named else _first_sentence(text)
    is_parted = named is not None and (named["a"] or named["b"] or named["c"])
    says = named["rest"].strip() if named is not None and is_parted else text
    if len(text.split()) < _MIN_WORDS or is_placeholder(text) or text.startswith("[ ]"):
        return None
    tags = (topic,) if topic and len(topic.split()) <= _MIN_WORDS else ()
    return Found(
        FoundKind.PATTERN, title, item.span.start, parts=(("Pattern", says or title),), tags=tags
    )


def _first_sentence(text: str) -> str:
    paragraph = text.partition("\n\n")[0]
    sentence = re.match(r".{10,}?[.!?;](?=\s)", " ".join(paragraph.split()))
    return one_line(sentence[0].rstrip(".;!") if sentence else paragraph)


def _dated(text: str) -> Iterator[str]:
    """Yield the lines of a lesson that only say when and where it was learned."""
    for line in text.split("\n"):
        if re.match(r"^\W*(?:learned|seen|date|context)\b[^:]*:", line, re.I) and find_date(line):
            yield one_line(line)
