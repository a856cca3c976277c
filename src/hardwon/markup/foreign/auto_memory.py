"""Claude's auto-memory: MEMORY.md, and the files on one topic beside it."""

from __future__ import annotations

import re

from hardwon.markup.dates import find_date, parse_date
from hardwon.markup.fields import read_parts
from hardwon.markup.foreign.rules import find_rules
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    file_name,
    first_line,
    folders,
    markdown,
    one_line,
    read_outline,
    text_of,
    united,
)
from hardwon.markup.labels import fold_label
from hardwon.model.foreign import Foreign, Found, FoundKind

FAMILY = "Claude auto-memory"

_TYPES = frozenset({"user", "feedback", "project", "reference"})
_TYPE_IN_METADATA = re.compile(r"\btype\W+(user|feedback|project|reference)\b")
# How the parts of a memory are called, in the words of a pattern.
_LABELS = {"why": "Why it works", "how to apply": "Context", "when to apply": "Context"}


def read_auto_memory(path: str, text: str) -> Foreign | None:
    """Return what a file of Claude's auto-memory holds; None for a file of another kind.

    A memory of type `feedback` becomes a pattern: its rule, with **Why:** and **How to apply:**.
    One of type `project` becomes an experience. What it knows of the person (`user`) and
    pointers to other places (`reference`) are not taken over. In files without a type, and in
    MEMORY.md, the rules count; links to the other files do not.

    Source: code.claude.com/docs/en/memory, read 2026-11, for the place
    (`~/.claude/projects/<project>/memory/`); the four types and the two labels as the files of
    the client show them, front matter `name`, `description` and `type` (there or below
    `metadata`).
    """
    document = read_outline(text) if file_name(path).endswith(".md") else None
    if document is None:
        return None
    kind = _type(document)
    if not _is_place(path) and not (kind and "name" in document.header.values):
        return None
    if kind is None:
        return Foreign(FAMILY, tuple(find_rules(document)))
    if kind in {"user", "reference"} or not text_of(document):
        return Foreign(FAMILY, ())
    title = _title(document, path)
    if kind == "project":
        stated = parse_date(document.header.get_text("date", "created", "updated") or "")
        in_name = find_date(file_name(path).replace("_", "-"))
        date = stated or (in_name[0] if in_name else None)
        body = text_of(document)
        found = Found(FoundKind.EXPERIENCE, title, first_line(document), body=body, date=date)
        return Foreign(FAMILY, (found,))
    found = Found(FoundKind.PATTERN, title, first_line(document), _parts(document, title))
    return Foreign(FAMILY, (found,))


def _is_place(path: str) -> bool:
    above = folders(path)
    if above[-1:] == ["memory"] and ".claude" in above[-4:]:
        return True
    return "agent-memory" in above and ".claude" in above and file_name(path) == "memory.md"


def _type(document: Outline) -> str | None:
    header = document.header
    stated = (header.get_text("type") or "").casefold()
    if stated in _TYPES:
        return stated if "description" in header.values else None
    nested = _TYPE_IN_METADATA.search((header.get_text("metadata") or "").casefold())
    return nested[1] if nested else None


def _title(document: Outline, path: str) -> str:
    """Return the description where it is short and the name is a slug, else the title."""
    name = document.header.get_text("name") or ""
    description = one_line(document.header.get_text("description") or "")
    if re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", name) and 0 < len(description) <= 80:
        return description.rstrip(" .:")
    return one_line(re.sub(r"[-_]+", " ", name)) or document_title(document, path)


def _parts(document: Outline, title: str) -> tuple[tuple[str, str], ...]:
    rule: list[str] = []
    rest: list[tuple[str, str]] = []
    for section in document.root.walk():
        lead, labelled = read_parts(section.blocks, fold_label, frozenset())
        rule += [markdown(document, block.span) for block in lead]
        for part in labelled:
            label = _LABELS.get(part.key, part.label)
            rest.append((label, part.markdown(document)))
    text = "\n\n".join(one for one in rule if one) or title
    parts = [("Pattern", text), *((label, value) for label, value in rest if label and value)]
    return united(sorted(parts, key=lambda part: part[0] != "Context"))
