"""Memory Fabric: one record a file below `.ai-memory/memory-store/`, and generated maps of them."""

from __future__ import annotations

from hardwon.markup.blocks import Section
from hardwon.markup.dates import find_date, parse_date
from hardwon.markup.fields import read_parts
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    file_name,
    first_line,
    folders,
    name_in_words,
    one_line,
    read_outline,
    text_below,
    text_of,
)
from hardwon.markup.labels import fold_label
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.values import PartialDate

FAMILY = "Memory Fabric record"

# Folders whose records tell what is to be done; the others tell what is or was.
_RULES = frozenset({"rules", "framework-rules", "patterns", "conventions", "lessons"})
# A folder's own summary; it says nothing that its records do not.
_MAPS = frozenset({"overview.md", "index.md"})


def read_memory_fabric(path: str, text: str) -> Foreign | None:
    """Return what a Memory Fabric record holds; None for a file of another kind.

    A record of `rules/` becomes a pattern without an example, any other one an experience; a
    journal becomes one for each of its entries. A generated map and a folder's overview hold
    nothing that their records do not hold.

    Source: README of memory-fabric 1.4.4 and its frontmatter schema 1.3 (`schema_version`,
    with `store_path` in a record and `section` in a map).
    """
    document = read_outline(text)
    if document is None:
        return None
    values = document.header.values
    if "schema_version" not in values or not {"store_path", "section"} & values.keys():
        return None
    is_map = "store_path" not in values or "generated" in values or file_name(path) in _MAPS
    if is_map or not text_of(document):
        return Foreign(FAMILY, ())
    return Foreign(FAMILY, tuple(_records(document, path)))


def _records(document: Outline, path: str) -> list[Found]:
    kind = (document.header.get_text("store_path") or "/".join(folders(path)[-1:])).split("/")[0]
    tags = document.header.values["tags"].values if "tags" in document.header.values else ()
    updated = parse_date(document.header.get_text("last_updated") or "")
    if kind == "episodic":
        found = find_date(path.rsplit("/", 1)[-1])
        day = found[0] if found else updated
        return [_entry(section, document, day, tags) for section in document.root.children]
    title = _title(document, path)
    line, scores = first_line(document), _scores(document)
    if kind not in _RULES:
        return [
            Found(
                FoundKind.EXPERIENCE, title, line, body=text_of(document), scores=scores,
                tags=tags, date=updated,
            )
        ]  # fmt: skip
    summary = one_line(document.header.get_text("summary") or "")
    context = () if summary in {"", title} else (("Context", summary),)
    parts = (*context, ("Pattern", text_of(document)))
    return [Found(FoundKind.PATTERN, title, line, parts, scores=scores, tags=tags, date=updated)]


def _title(document: Outline, path: str) -> str:
    """Return the title; of a failure, whose title is cut off, the error that it describes."""
    for section in document.root.children:
        parts = read_parts(section.blocks, fold_label, frozenset())[1]
        error = next((part for part in parts if part.key == "error"), None)
        if error is not None and "error_signature" in document.header.values:
            return one_line(error.markdown(document)) or document_title(document, path)
    return document_title(document, path)


def _scores(document: Outline) -> tuple[tuple[str, str], ...]:
    names = ("occurrences", "priority", "confidence")
    stated = ((name, document.header.get_text(name)) for name in names)
    return tuple((name, words) for name, words in stated if words)


def _entry(
    section: Section, document: Outline, day: PartialDate | None, tags: tuple[str, ...]
) -> Found:
    title = one_line(section.title) or name_in_words("journal")
    return Found(
        FoundKind.EXPERIENCE, title, section.line, body=text_below(section, document), tags=tags,
        date=day,
    )  # fmt: skip
