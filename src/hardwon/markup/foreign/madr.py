"""Decision records: MADR in its versions, Nygard's form, and those of their tools."""

from __future__ import annotations

import re

from hardwon.markup.experiences import parse_experiences
from hardwon.markup.foreign.own_exports import read_exported_record
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    file_name,
    first_line,
    folders,
    is_placeholder,
    name_in_words,
    one_line,
    read_outline,
    text_of,
)
from hardwon.markup.labels import fold_label
from hardwon.model.foreign import Foreign, Found, FoundKind

MADR = "MADR record"
DECISION = "decision record"

_FOLDERS = re.compile(r"^(?:\w*[-_])?(?:adrs?|decisions?|decision[-_]records?)$|decision[-_]record")
_NUMBERED = re.compile(r"(?:^|[-_])adr(?:[-_][a-z]+){0,2}[-_]?\d+|^\d{3,8}[-_]\w")
_NUMBER = re.compile(r"^(?:\w+[- ])?ADR[- #]*\d+\s*[:.–—-]?\s*", re.IGNORECASE)
_NUMBER_IN_NAME = re.compile(r"^.*?\badr\b(?: [a-z]+)?(?: \d+)? (?=\S)|^\d+ (?=\S)", re.IGNORECASE)
_FORM_TITLE = re.compile(r"decision record(?: template)?$", re.IGNORECASE)
_NEAR = 4  # folders above a file that say what it is for
_HEAD = 20  # lines within which a record states its status
# Headings, folded, by which a record is known.
_CORE = frozenset({"status", "context", "decision", "consequences"})
_OTHERS = frozenset(
    {
        "rationale", "alternatives", "alternatives considered", "options", "options considered",
        "considered options", "decision drivers", "decision outcome", "problem", "motivation",
        "pros and cons of the options", "context and problem statement", "consequence",
        "context and problem", "related decisions", "more information", "what", "why", "goals",
        "non goals", "how", "open questions", "implications", "background", "proposal",
    }
)  # fmt: skip
_FORMS = frozenset({"template.md", "adr-template.md", "template-madr.md", "index.md", "readme.md"})


def read_madr(path: str, text: str) -> Foreign | None:
    """Return a decision record as an experience; None for a file of another kind.

    It happened on the day of the decision, and its text stays as it is: "Context and Problem
    Statement" and "Decision Outcome" are read as the fields that they are. A decision is one
    project's, so that no lesson is made of it. A status that stands in the front matter is
    written at its head. Forms that nobody filled in hold nothing. A record that hardwon wrote
    of a pattern is that pattern again.

    Source: MADR 2.1.2, 3.0.0 and 4.0.0 (adr.github.io/madr), M. Nygard, "Documenting
    Architecture Decisions" (2011) as adr-tools 3.0 writes it, log4brains 1.1.
    """
    if not file_name(path).endswith((".md", ".markdown")):
        return None
    document = read_outline(text)
    if document is None:
        return None
    family = _family(path, document)
    if family is None:
        return None
    exported = read_exported_record(document)
    if exported is not None:
        return Foreign(family, (exported,))
    heading = next((s.title for s in document.root.walk() if s.heading is not None), "")
    if file_name(path) in _FORMS or is_placeholder(_NUMBER.sub("", one_line(heading))):
        return Foreign(family, ())
    read = parse_experiences(document, path)
    one = read[0] if len(read) == 1 else None
    status = document.header.get_text("status")
    body = text_of(document)
    if status and not is_placeholder(status):
        body = f"**Status:** {one_line(status)}\n\n{body}"
    found = Found(
        FoundKind.EXPERIENCE,
        _title(document, path),
        first_line(document),
        body=body,
        tags=one.tags if one is not None else (),
        date=one.date if one is not None else None,
        project=one.project if one is not None else None,
    )
    return Foreign(family, (found,))


def _family(path: str, document: Outline) -> str | None:
    names = {fold_label(section.title) for section in document.root.walk() if section.heading}
    if "context and problem statement" in names and names & {
        "decision outcome", "considered options",
    }:  # fmt: skip
        return MADR
    if {"considered options", "decision outcome"} <= names:
        return MADR
    if {"context", "decision"} <= names and names & {"status", "consequences"}:
        return DECISION
    is_place = any(map(_FOLDERS.search, folders(path)[-_NEAR:])) and bool(
        _NUMBERED.search(file_name(path))
    )
    known = len(names & _CORE) + len(names & _OTHERS)
    return DECISION if is_place and (known > 1 or _states_status(document)) else None


def _states_status(document: Outline) -> bool:
    """Return whether a status stands at the head of the text: as a field, in a list or table."""
    head = document.lines[document.header.lines :][:_HEAD]
    return any(line.casefold().lstrip("-*|_ \t").startswith("status") for line in head)


def _title(document: Outline, path: str) -> str:
    """Return the title without its number; the file's name where that is the form's own title."""
    title = _NUMBER.sub("", document_title(document, path))
    if not title or _FORM_TITLE.search(title):
        title = _NUMBER_IN_NAME.sub("", name_in_words(path))
    return title or name_in_words(path)
