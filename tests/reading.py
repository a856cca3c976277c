"""Input and expected values side by side in Markdown, for tests of the reader.

A fence whose info string is `markdown read=PATH` holds a file of a memory; the `json` fence
that follows it holds what is read from it. What is empty or zero is left out of both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardwon.markup.detectors import without_detectors
from hardwon.markup.pages import parse_page
from hardwon.model.experience import Experience
from hardwon.model.page import Checklist, Page, Totals
from hardwon.model.pattern import Example, Pattern

_PAIR = re.compile(
    r"^(?P<a>`{3,}) ?markdown read=(?P<path>\S+)\n(?P<text>.*?)^(?P=a)\n"
    r"\s*^(?P<b>`{3,}) ?json\n(?P<json>.*?)^(?P=b)$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Case:
    """One pair; `name` is the file that holds it with its line."""

    name: str
    path: str
    text: str
    expected: dict[str, Any]


def read_cases(file: Path) -> Iterator[Case]:
    """Yield the pairs of `file`, in order."""
    page = file.read_text(encoding="utf-8")
    for match in _PAIR.finditer(page):
        line = page.count("\n", 0, match.start()) + 1
        name = f"{file.name}:{line}"
        yield Case(name, match["path"], match["text"], json.loads(match["json"]))


def read(text: str, path: str) -> dict[str, Any]:
    """Return all that is read from a file, as plain data."""
    return describe(parse_page(text, path))


def describe(page: Page) -> dict[str, Any]:
    return _full(
        role=page.role,
        patterns=[_pattern(pattern) for pattern in page.patterns],
        totals=_totals(page.totals),
        experiences=[_experience(experience) for experience in page.experiences],
        checklist=_checklist(page.checklist) if page.checklist else None,
        faults=[f"{fault.line} {fault.code}" for fault in page.faults],
    )


def _full(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", 0, [], {}, ())}


def _pattern(pattern: Pattern) -> dict[str, Any]:
    claim, date = pattern.claim, pattern.last_reinforced
    return _full(
        name=pattern.name,
        line=pattern.line,
        dialect=pattern.dialect,
        confidence=claim.confidence or f"unknown: {claim.text}" if claim else None,
        fraction=claim.fraction if claim else None,
        confidence_line=claim.line if claim else None,
        count=pattern.claimed_examples,
        count_line=pattern.claimed_examples_line,
        last_reinforced=date.iso if date else None,
        last_reinforced_line=pattern.last_reinforced_line,
        time_saved_minutes=pattern.time_saved_minutes,
        time_saved_note=pattern.time_saved_note,
        context=pattern.context,
        pattern=pattern.pattern,
        why=pattern.why,
        detection=pattern.detection,
        examples=[_example(example) for example in pattern.examples],
        unlisted_examples=pattern.unlisted_examples,
        repeated_examples=[example.line for example in pattern.repeated_examples],
        counter_examples=[_example(example) for example in pattern.counter_examples],
        code=[_full(line=c.line, language=c.language, role=c.role) for c in pattern.code],
        related=[related.name for related in pattern.related],
        sources=[
            _full(line=source.line, target=source.target, by_text=source.by_text)
            for source in pattern.sources
        ],
        unlisted_sources=pattern.unlisted_sources,
        refused=[_full(line=note.line, target=note.target) for note in pattern.refused],
        tags=list(pattern.tags),
        aliases=list(pattern.aliases),
        applies_to=list(pattern.applies_to),
        detectors=[_full(line=d.line, id=d.id, role=d.role) for d in pattern.detectors],
        faults=[f"{fault.line} {fault.message}" for fault in pattern.faults],
        extra=[f"{field.label}: {without_detectors(field.text)}" for field in pattern.extra],
    )


def _example(example: Example) -> dict[str, Any]:
    return _full(
        line=example.line,
        project=example.project,
        date=example.date.iso if example.date else None,
        outcome=example.outcome,
        text=None if example.project or example.date else example.text,
    )


def _experience(experience: Experience) -> dict[str, Any]:
    return _full(
        title=experience.title,
        line=experience.line,
        anchor=experience.anchor,
        domain=None if experience.domain == "code" else experience.domain,
        date=experience.date.iso if experience.date else None,
        date_origin=experience.date_origin,
        date_line=experience.date_line,
        project=experience.project,
        kind=experience.kind,
        outcome=experience.outcome,
        duration_minutes=experience.duration_minutes,
        time_saved_minutes=experience.time_saved_minutes,
        tags=list(experience.tags),
        context=experience.context,
        root_cause=experience.root_cause,
        solution=experience.solution,
        next_time=experience.next_time,
        lessons=[f"{lesson.line} {lesson.text}" for lesson in experience.lessons],
        patterns=[f"{ref.line} {ref.link} {ref.name}" for ref in experience.patterns],
    )


def _checklist(checklist: Checklist) -> dict[str, Any]:
    date = checklist.last_reinforced
    return _full(
        title=checklist.title,
        line=checklist.line,
        pattern=checklist.pattern,
        theme=checklist.theme,
        confidence=checklist.confidence,
        examples=checklist.examples,
        last_reinforced=date.iso if date else None,
        status=checklist.status,
        generated=dict(checklist.hashes),
        tags=list(checklist.tags),
        items=[f"{i.line} {'[x]' if i.done else '[ ]'} {i.text}" for i in checklist.items],
    )


def _totals(totals: Totals) -> dict[str, Any]:
    return _full(
        last_updated=totals.last_updated.iso if totals.last_updated else None,
        last_updated_line=totals.last_updated_line,
        total=totals.total,
        total_line=totals.total_line,
        breakdown=[f"{line} {level} {count}" for level, count, line in totals.breakdown],
        next_steps=[f"{step.span.start} {step.text}" for step in totals.next_steps],
    )
