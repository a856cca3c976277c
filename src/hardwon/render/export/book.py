"""Everything as one Markdown book, which opens well on GitHub and prints.

Patterns stand in it in the home spelling (docs/format.md), so hardwon reads them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.compose import fold_line
from hardwon.markup.contain import code_span, contain, fenced, inline, item
from hardwon.markup.detectors import without_detectors
from hardwon.markup.text import counted, escape_html, plain, strip_emoji
from hardwon.model.experience import Experience
from hardwon.model.export import Contents, Rendered
from hardwon.model.listing import PatternDetail
from hardwon.model.page import Checklist
from hardwon.model.values import Confidence
from hardwon.render.export.guidance import free_code, joined, own_fields

# Beginnings that mean the same below a line of text as below an empty one.
_DIRECT = re.compile(r"(?!\d)\w|1[.)] \S|[-*] \w|`{3}")


def render_book(contents: Contents) -> Rendered:
    """Return patterns, workflows, checklists and experiences as one text."""
    blocks = ["# What we have learned", _counts(contents)]
    for confidence in reversed(Confidence):
        here = [one for one in contents.patterns if one.entry.confidence is confidence]
        for detail in here:
            blocks += ["---", *_pattern(detail)]
    for title, lists in (("Workflows", contents.workflows), ("Checklists", contents.checklists)):
        if lists:
            blocks += ["---", f"## {title}"]
            for one in lists:
                blocks += _checklist(one)
    if contents.experiences:
        blocks += ["---", "## Experiences"]
        for note in contents.experiences:
            blocks += _experience(note)
    return Rendered({"": joined(blocks)})


def _counts(contents: Contents) -> str:
    lists = len(contents.workflows) + len(contents.checklists)
    return (
        f"{counted(len(contents.patterns), 'pattern')}, {counted(lists, 'checklist')} and"
        f" {counted(len(contents.experiences), 'experience')}, gathered from"
        f" {inline(contents.folder)}/. Patterns stand first, the best proven ones before all"
        " others."
    )


def _pattern(detail: PatternDetail) -> Iterator[str]:
    entry, pattern = detail.entry, detail.entry.pattern
    yield f"## {_title(pattern.name)}"
    lines = [f"**Confidence:** {entry.confidence}"]
    lines.append(f"**Based on:** {counted(entry.examples, 'example')}")
    if pattern.last_reinforced is not None:
        lines.append(f"**Last reinforced:** {pattern.last_reinforced.iso}")
    if pattern.time_saved_minutes is not None:
        saved = escape_html(fold_line(pattern.time_saved_note or ""))
        saved = saved or counted(pattern.time_saved_minutes, "minute")
        lines.append(f"**Time saved per use:** {saved}")
    yield "\n".join(lines)
    yield from _field("Context", pattern.context)
    yield from _field("Pattern", pattern.pattern)
    yield from _field("Why it works", pattern.why)
    numbered = [f"{n}. {item(one.text)}" for n, one in enumerate(pattern.examples, start=1)]
    if pattern.unlisted_examples:
        numbered.append(f"{len(numbered) + 1}. [... and {pattern.unlisted_examples} more ...]")
    yield from _field("Examples", "\n".join(numbered))
    yield from _field("Counter-examples", _bullets(one.text for one in pattern.counter_examples))
    codes = [fenced(code.text, code.language) for code in free_code(detail)]
    if codes:
        yield "**Code example:**"
        yield from codes
    yield from _field("Detection", without_detectors(pattern.detection or ""))
    if pattern.applies_to:
        yield f"**Applies to:** {', '.join(map(code_span, pattern.applies_to))}"
    if pattern.tags:
        yield f"**Tags:** {item(', '.join(pattern.tags))}"
    yield from _field("Related patterns", _bullets(one.text for one in pattern.related))
    yield from _field("Source experiences", _bullets(one.text for one in pattern.sources))
    for label, text in own_fields(detail):
        yield from _field(inline(label), text)


def _title(name: str) -> str:
    """Return a name as a heading from which hardwon reads the same name."""
    is_plain = strip_emoji(plain(name)) == name and not name.endswith("#") and "<" not in name
    return name if is_plain else inline(name)


def _field(label: str, text: str | None) -> Iterator[str]:
    if text and text.strip():
        text = contain(text)
        # Directly below a line of text a rule makes a heading of it, and a table is none.
        yield f"**{label}:**{chr(10) if _DIRECT.match(text) else chr(10) * 2}{text}"


def _bullets(texts: Iterator[str]) -> str:
    return "\n".join(f"- {item(text)}" for text in texts)


def _checklist(checklist: Checklist) -> Iterator[str]:
    """Yield a checklist with its own sections as bold lines: the book has its own headings."""
    yield f"### {inline(checklist.title)}"
    yield _body(checklist.body, checklist.title) or "No items."


def _experience(note: Experience) -> Iterator[str]:
    """Yield a note below its date and title; what its front matter says stands above its text."""
    date = f"{note.date.iso}: " if note.date else ""
    yield f"### {date}{inline(note.title)}"
    body = _body(note.body, note.title)
    facts = [escape_html(fact) for fact in (note.project, note.outcome) if fact]
    facts = [fact for fact in facts if fact not in body]
    if facts:
        yield ", ".join(facts)
    if body:
        yield body


def _body(text: str, title: str) -> str:
    """Return the text of a page without the title above it, which stands there already."""
    return contain(text).removeprefix(f"**{title}**").strip("\n")
