"""Memories as dictionaries of path and text: learning without a disk."""

from __future__ import annotations

from hardwon.learning.plan import make_plan
from hardwon.markup.pages import parse_page
from hardwon.model.plan import Ask, Plan
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot

BOOK = "semantic/patterns/dev-patterns.md"


def read(files: dict[str, str]) -> Snapshot:
    return Snapshot(tuple(parse_page(files[path], path) for path in sorted(files)))


def plan(
    files: dict[str, str],
    settings: Settings | None = None,
    *,
    eager: bool = False,
    ask: Ask | None = None,
) -> Plan:
    settings = settings or Settings()
    return make_plan(read(files), files.__getitem__, settings, eager=eager, ask=ask)


def learn(
    files: dict[str, str],
    settings: Settings | None = None,
    *,
    eager: bool = False,
    ask: Ask | None = None,
) -> dict:
    """Return the files as they are after learning; the old ones stay as they were."""
    made = plan(files, settings, eager=eager, ask=ask)
    for change in made.files:
        assert files.get(change.path) == change.old
        assert change.new != change.old
    after = {**files, **{change.path: change.new for change in made.files}}
    return {path: text for path, text in after.items() if text is not None}


def note(title: str, date: str | None = "2026-01-05", **fields: str) -> str:
    """Return the text of a home-format note."""
    lines = [f"# {title}", ""]
    if date:
        lines.append(f"**Date:** {date}")
    for label in ("project", "outcome", "tags"):
        if label in fields:
            lines.append(f"**{label.capitalize()}:** {fields[label]}")
    sections = {
        "happened": "What happened",
        "applied": "Patterns Applied",
        "lesson": "Learnings",
    }
    for key, heading in sections.items():
        if key in fields:
            mark = "" if key == "happened" else "- "
            lines += ["", f"## {heading}", f"{mark}{fields[key]}"]
    return "\n".join(lines) + "\n"


def pattern(name: str, examples: int, confidence: str = "LOW", **fields: str) -> str:
    """Return a home-format pattern with so many examples, without sources."""
    listed = "\n".join(f"{n}. Project {n} - Task (2024-{n:02d})" for n in range(1, examples + 1))
    plural = "s" if examples != 1 else ""
    lines = [
        f"## {name}",
        "",
        f"**Confidence:** {confidence}",
        f"**Based on:** {examples} example{plural}",
        "**Last reinforced:** 2024-12-01",
        "",
        "**Context:**",
        fields.get("context", f"When {name.lower()} matters"),
        "",
        "**Pattern:**",
        fields.get("pattern", f"Use {name}."),
        "",
        "**Examples:**",
        listed,
    ]
    if "tags" in fields:
        lines += ["", f"**Tags:** {fields['tags']}"]
    if "related" in fields:
        lines += ["", "**Related patterns:**", f"- {fields['related']}"]
    return "\n".join(lines) + "\n"
