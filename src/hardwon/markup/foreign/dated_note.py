"""Files of another memory, and dated notes with the fields of docs/format.md."""

from __future__ import annotations

import re

from hardwon.markup.experiences import parse_experiences
from hardwon.markup.foreign.sections import (
    Outline,
    folders,
    is_placeholder,
    read_outline,
    text_below,
    text_of,
)
from hardwon.markup.labels import fold_label
from hardwon.markup.pages import role_of_path
from hardwon.model.experience import DateOrigin, Experience
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.page import Role
from hardwon.model.values import Fault

# What a note states of itself, that tells it from any other page with a date.
_MIN_FIELDS = 2
_MIN_UNNAMED = 4  # sections that tell an incident report whose name does not
_INCIDENT = re.compile(r"post[ _-]?mortem|incident|outage|post[ _-]incident")
_REPORT = re.compile(
    r"^(?:timeline|impact|root causes?|resolution|what happened|what went (?:well|wrong)"
    r"|where we got lucky|action items|lessons learn(?:ed|t)|detection|mitigation|trigger"
    r"|contributing factors|summary|questions|process improvements)\b"
)


def read_memory_file(path: str, text: str) -> Foreign | None:
    """Return what a file of a memory holds, by the folder that it lies in; else None."""
    role = role_of_path(path)
    document = read_outline(text) if role is not None else None
    if document is None or not text.strip():
        return None
    if role is Role.EXPERIENCE:
        return _notes(document, path, "note of a memory")
    kinds = {Role.WORKFLOW: FoundKind.WORKFLOW, Role.CHECKLIST: FoundKind.CHECKLIST}
    if role not in kinds:
        return None
    from hardwon.markup.checklists import parse_checklist

    checklist = parse_checklist(document, path)
    if checklist.hashes:
        message = "was made from its pattern: learn makes it again once that is HIGH here"
        return Foreign(f"{role} of a memory", (), (Fault("generated", path, 1, message),))
    stated = [(key, document.header.get_text(key)) for key in ("pattern", "confidence", "examples")]
    found = Found(
        kinds[role],
        checklist.title,
        checklist.line,
        body=text_of(document),
        scores=tuple((key, value) for key, value in stated if value),
        tags=checklist.tags,
    )
    return Foreign(f"{role} of a memory", (found,))


def read_postmortem(path: str, text: str) -> Foreign | None:
    """Return an incident report as an experience; None for anything else.

    It is told by its name or title, or by a timeline, with the sections that such reports have.
    """
    document = read_outline(text)
    if document is None:
        return None
    titles = [fold_label(s.title) for s in document.root.walk() if s.heading is not None]
    sections = sum(bool(_REPORT.search(title)) for title in titles[1:])
    is_named = bool(_INCIDENT.search(f"{path} {' '.join(titles[:1])}".casefold()))
    if sections < (_MIN_FIELDS if is_named else _MIN_UNNAMED):
        return None
    notes = parse_experiences(document, path)
    if len(notes) != 1 or is_placeholder(notes[0].title):
        return None
    return _notes(document, path, "incident report")


def read_dated_note(path: str, text: str) -> Foreign | None:
    """Return dated notes that state what happened; None for pages that have only a date."""
    document = read_outline(text)
    if document is None:
        return None
    notes = parse_experiences(document, path)
    if not notes or any(note.date is None for note in notes):
        return None
    if not all(_count_fields(note) >= _MIN_FIELDS for note in notes):
        return None
    return _notes(document, path, "dated note")


def read_any_note(path: str, text: str) -> Foreign | None:
    """Return any text as notes, for whoever says that it is one."""
    document = read_outline(text)
    return _notes(document, path, "note") if document is not None and text.strip() else None


def _count_fields(note: Experience) -> int:
    stated = (note.context, note.root_cause, note.solution, note.lessons, note.outcome)
    return sum(map(bool, stated))


def _notes(document: Outline, path: str, family: str) -> Foreign | None:
    notes = parse_experiences(document, path)
    found = tuple(_found(note, document, path, alone=len(notes) == 1) for note in notes)
    return Foreign(family, found) if found else None


def _found(note: Experience, document: Outline, path: str, *, alone: bool) -> Found:
    section = next((s for s in document.root.walk() if s.line == note.line and s.heading), None)
    body = text_of(document) if alone or section is None else text_below(section, document)
    stated = [
        f"**{label}:** {value}"
        for label, value in _stated(document)
        if value and f"{label}:" not in body
    ]
    parts = folders(path)
    domain = parts[parts.index("episodic") + 1 :][:1] if "episodic" in parts else []
    return Found(
        FoundKind.EXPERIENCE,
        note.title,
        note.line,
        body="\n\n".join(part for part in ("\n".join(stated), body) if part),
        tags=note.tags,
        date=note.date if note.date_origin is not DateOrigin.UNKNOWN else None,
        project=note.project,
        domain=domain[0] if domain else None,
    )


def _stated(document: Outline) -> list[tuple[str, str]]:
    """Return what only the front matter says of a note, and reading its text would lose."""
    header = document.header
    names = header.values["patterns"].values if "patterns" in header.values else ()
    return [
        ("Type", header.get_text("type", "problem_type") or ""),
        ("Outcome", header.get_text("outcome", "result") or ""),
        ("Patterns applied", "\n\n" + "\n".join(f"- {name}" for name in names) if names else ""),
    ]
