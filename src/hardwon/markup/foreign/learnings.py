"""Learnings and errors that an agent logs, as `.learnings/LEARNINGS.md` holds them.

The format is that of the self-improvement skill (clawhub.ai/pskoett/self-improving-agent, 1.0,
read 2026-11): `## [LRN-20260322-001] correction` with `**Logged**`, `**Priority**`, `**Status**`
and `**Area**`, then `### Summary`, `### Details`, `### Suggested Action` and `### Metadata`;
`[ERR-…]` are errors, with `### Error` and `### Suggested Fix`; `[FEAT-…]` are wishes.
"""

from __future__ import annotations

import re

from hardwon.markup.blocks import Section
from hardwon.markup.dates import find_date, parse_date
from hardwon.markup.fields import read_parts
from hardwon.markup.foreign.sections import Outline, one_line, read_outline, text_below
from hardwon.markup.labels import fold_label, note_key
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.values import Fault

_ENTRY = re.compile(r"^\[(?P<kind>[A-Z]{2,6})-(?P<day>\d{8})-(?P<number>\w+)\]\s*(?P<name>.*)$")
_LESSONS = frozenset({"suggested action", "suggested fix", "lesson", "resolution"})
_META = re.compile(r"^[-*]\s+\**(?P<key>[^:*]+?)\**\s*:\s*\**\s*(?P<value>.*?)\s*$", re.MULTILINE)


def read_learnings(path: str, text: str) -> Foreign | None:
    """Return the entries of a log of learnings as experiences; None where there is none."""
    document = read_outline(text)
    if document is None:
        return None
    found: list[Found] = []
    faults: list[Fault] = []
    for section in document.root.walk():
        match = _ENTRY.match(" ".join(section.title.split()))
        if match is None:
            continue
        if match["kind"] == "FEAT":
            message = "a wish for a feature is nothing that was learned"
            faults.append(Fault("wish", path, section.line, message))
            continue
        found.append(_entry(section, match, document))
    if not found and not faults:
        return None
    return Foreign("log of learnings", tuple(found), tuple(faults))


def _entry(section: Section, match: re.Match[str], document: Outline) -> Found:
    _, fields = read_parts(section.blocks, note_key, frozenset())
    stated = {fold_label(field.label): field.stated.strip() for field in fields}
    texts = {fold_label(child.title): text_below(child, document) for child in section.children}
    meta = {key["key"].strip().casefold(): key["value"] for key in _META.finditer(
        texts.pop("metadata", "")
    )}  # fmt: skip
    summary = texts.pop("summary", "")
    title = one_line(summary.partition("\n\n")[0]) or one_line(match["name"]) or match[0]
    date = parse_date(stated.get("logged", "")) or find_date(match["day"])
    tags = [match["name"], stated.get("area", ""), *meta.get("tags", "").split(",")]
    scores = [(key, stated[key]) for key in ("priority",) if stated.get(key)]
    scores += [(k, v) for k, v in meta.items() if k.startswith(("recurrence", "first", "last"))]
    lessons = [text for label, text in texts.items() if label in _LESSONS and text]
    blocks = [f"Entry {match['kind']}-{match['day']}-{match['number']}, {match['name']}.".strip()]
    blocks += [f"## Context\n\n{summary}"] if summary and one_line(summary) != title else []
    blocks += [
        f"## {label.capitalize()}\n\n{text}"
        for label, text in texts.items()
        if text and label not in _LESSONS
    ]
    lesson = "\n\n".join(lessons) or summary
    blocks += [f"## Lesson\n\n{lesson}"] if lesson else []
    related = [f"- {key}: {value}" for key, value in meta.items() if key != "tags"]
    blocks += ["## Metadata\n\n" + "\n".join(related)] if related else []
    return Found(
        FoundKind.EXPERIENCE,
        title,
        section.line,
        body="\n\n".join(blocks),
        scores=tuple(scores),
        tags=tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip())),
        date=date if not isinstance(date, tuple) else date[0],
    )
