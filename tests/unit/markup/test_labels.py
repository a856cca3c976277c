"""Every spelling of a field, in every way to write it."""

from __future__ import annotations

import pytest

from hardwon.markup.labels import NOTE_LABELS, PATTERN_LABELS, PROSE, SCALARS
from hardwon.markup.pages import parse_page
from hardwon.markup.patterns import HEADER_KEYS
from hardwon.model.pattern import Pattern

VALUES = {
    "confidence": "MEDIUM",
    "count": "3",
    "date": "2025-01-02",
    "time_saved": "40 minutes",
    "sources": "episodic/code/a.md",
    "refused": "episodic/code/a.md",
    "related": "Other",
    "tags": "one, two",
    "aliases": "second",
    "applies_to": "**/models.py, src/*.{py,pyi}",
}
SPELLINGS = [(key, spelling) for key, all_ in PATTERN_LABELS.items() for spelling in all_]
# What makes a pattern of a heading, in spellings that no table row begins with.
BASE = {"confidence": "**Confidence:** LOW", "pattern": "**Pattern:** Do it.", "": "**Own:** x"}


def base_without(key: str) -> str:
    kept = [text for other, text in BASE.items() if other != key]
    if key in PROSE:
        kept = [text for text in kept if text != BASE["pattern"]]
    return "\n\n".join(kept)


def one(text: str, path: str = "semantic/a.md") -> Pattern:
    page = parse_page(text, path)
    assert len(page.patterns) == 1, page
    return page.patterns[0]


def value_of(pattern: Pattern, key: str) -> object:
    """Return what the pattern holds for the key of a field."""
    found = {
        "confidence": pattern.claim and pattern.claim.confidence,
        "count": pattern.claimed_examples and str(pattern.claimed_examples),
        "date": pattern.last_reinforced and pattern.last_reinforced.iso,
        "time_saved": pattern.time_saved_minutes and f"{pattern.time_saved_minutes} minutes",
        "sources": ", ".join(source.target for source in pattern.sources),
        "refused": ", ".join(note.target for note in pattern.refused),
        "related": ", ".join(related.name for related in pattern.related),
        "tags": ", ".join(pattern.tags),
        "aliases": ", ".join(pattern.aliases),
        "applies_to": ", ".join(pattern.applies_to),
        "context": pattern.context,
        "when": pattern.context,
        "pattern": pattern.pattern,
        "why": pattern.why,
        "detection": pattern.detection,
    }
    if key in found:
        return found[key]
    field = pattern.get_field(key)
    return field.text if field is not None else None


def spelled(spelling: str) -> str:
    return spelling.replace("didn t", "didn't").capitalize()


FORMS = {
    "bold": "**{label}:** {value}",
    "bold, colon behind": "**{label}**: {value}",
    "underscores": "__{label}:__ {value}",
    "full-width colon": "**{label}：** {value}",
    "emoji": "**🎯 {label}:** {value}",
    "brackets": "**{label} (so far):** {value}",
    "value below": "**{label}:**\n{value}",
    "value a paragraph below": "**{label}:**\n\n{value}",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("key", "spelling"), SPELLINGS)
def test_bold_field(key: str, spelling: str, form: str) -> None:
    value = VALUES.get(key, "some words")
    field = FORMS[form].format(label=spelled(spelling), value=value)
    text = f"# Name\n\n{base_without(key)}\n\n{field}\n"
    assert value_of(one(text), key) == value


@pytest.mark.parametrize(("key", "spelling"), SPELLINGS)
def test_section(key: str, spelling: str) -> None:
    value = VALUES.get(key, "some words")
    item = f"- **{spelled(spelling)}:** {value}" if key in SCALARS else value
    heading = "Metadata" if key in SCALARS else spelled(spelling)
    text = f"## Name\n\n{base_without(key)}\n\n### {heading}\n\n{item}\n"
    assert value_of(one(text), key) == value


@pytest.mark.parametrize(("key", "spelling"), SPELLINGS)
def test_list_of_fields(key: str, spelling: str) -> None:
    value = VALUES.get(key, "some words")
    rest = "\n".join(f"- {line}" for line in base_without(key).split("\n\n"))
    text = f"## Name\n\n{rest}\n- **{spelled(spelling)}:** {value}\n"
    assert value_of(one(text), key) == value


@pytest.mark.parametrize(
    ("key", "spelling"), [(key, name) for key, names in HEADER_KEYS.items() for name in names]
)
def test_front_matter(key: str, spelling: str) -> None:
    value = VALUES.get(key, "some words")
    other = "confidence: LOW\n" if key != "confidence" else ""
    prose = "" if key in PROSE else "# Name\n\nDo it.\n"
    text = f"---\n{other}{spelling}: {value}\n---\n\n{prose}"
    assert value_of(one(text), key) == value


NOTE_FORMS = (
    "**{label}:** {value}",
    "**{label}**: {value}",
    "{label}: {value}",
    "- **{label}:** {value}",
    "- {label}: {value}",
)
NOTE_VALUES = {
    "date": "2025-01-02",
    "project": "shop",
    "kind": "bug",
    "duration": "40 minutes",
    "outcome": "BLOCKED",
    "tags": "one, two",
    "time_saved": "40 minutes",
    "related": "Other",
}


@pytest.mark.parametrize("form", NOTE_FORMS)
@pytest.mark.parametrize(
    ("key", "spelling"), [(key, name) for key, names in NOTE_LABELS.items() for name in names]
)
def test_field_of_an_experience(key: str, spelling: str, form: str) -> None:
    value = NOTE_VALUES.get(key, "some words")
    if form.startswith("-"):
        form = f"- Project: other\n{form}" if key != "project" else form
    text = "# Title\n\n" + form.format(label=spelled(spelling), value=value) + "\n"
    (note,) = parse_page(text, "episodic/code/a.md").experiences
    found = {
        "date": note.date and note.date.iso,
        "project": note.project,
        "kind": note.kind,
        "duration": note.duration_minutes and f"{note.duration_minutes} minutes",
        "outcome": note.outcome,
        "tags": ", ".join(note.tags),
        "time_saved": note.time_saved_minutes and f"{note.time_saved_minutes} minutes",
        "context": note.context,
        "root_cause": note.root_cause,
        "solution": note.solution,
        "lessons": ", ".join(lesson.text for lesson in note.lessons),
        "patterns": ", ".join(ref.name for ref in note.patterns),
        "related": "Other",  # neighbours of a note's patterns say nothing of the note
        "next_time": note.next_time,
    }
    assert found[key] == value
