"""Patterns as a table, as a page for a terminal and as JSON data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hardwon.markup.detectors import without_detectors
from hardwon.markup.pattern_values import BY_TEXT
from hardwon.markup.text import counted
from hardwon.model.detector import DetectorRole
from hardwon.model.listing import PatternDetail, PatternEntry, SeenExample
from hardwon.model.pattern import Code, Source
from hardwon.model.values import Confidence
from hardwon.render.terminal import safe, styled

_COLOURS = {Confidence.HIGH: ["green"], Confidence.MEDIUM: ["yellow"], Confidence.LOW: []}


def entry_data(entry: PatternEntry) -> dict[str, Any]:
    """Return one row of `list` under the keys of the JSON contract, in their order."""
    pattern = entry.pattern
    claimed = pattern.claim.confidence if pattern.claim else None
    return {
        "name": pattern.name,
        "slug": pattern.slug,
        "path": pattern.path,
        "line": pattern.line,
        "confidence": entry.confidence,
        "claimed_confidence": claimed,
        "examples": entry.examples,
        "counter_examples": entry.counter_examples,
        "claimed_examples": pattern.claimed_examples,
        "proved_examples": entry.proved,
        "projects": entry.projects,
        "days": entry.days,
        "last_reinforced": pattern.last_reinforced.iso if pattern.last_reinforced else None,
        "time_saved_minutes": pattern.time_saved_minutes,
        "time_saved_note": pattern.time_saved_note,
        "stale": entry.stale,
        "related": [
            {"text": related.text, "pattern": name}
            for related, name in zip(pattern.related, entry.related, strict=True)
        ],
        "sources": [
            {
                "path": source.target if path is None else path,
                "exists": path is not None,
                "by_text": source.by_text,
            }
            for source, path in entry.sources
        ],
        "unlisted_sources": pattern.unlisted_sources,
    }


def detail_data(detail: PatternDetail) -> dict[str, Any]:
    """Return a pattern for `show` under the keys of the JSON contract, in their order.

    `examples` is the list of them, where a row of `list` has their number.
    """
    pattern = detail.entry.pattern
    row = entry_data(detail.entry)
    del row["examples"]
    return {
        **row,
        "context": pattern.context,
        "pattern": pattern.pattern,
        "why": pattern.why,
        "examples": [_example_data(example) for example in detail.examples],
        "not_examples": [
            {"path": note.target if path is None else path, "exists": path is not None}
            for note, path in detail.entry.refused
        ],
        "code": [
            {"language": code.language, "role": code.role, "text": code.text}
            for code in pattern.code
        ],
        "extra": extra_fields(detail),
        "workflow": detail.workflow,
    }


def _example_data(example: SeenExample) -> dict[str, Any]:
    return {
        "text": example.text,
        "project": example.project,
        "date": example.date.iso if example.date else None,
        "outcome": example.outcome,
        "source": example.source,
    }


def extra_fields(detail: PatternDetail) -> dict[str, str]:
    """Return the fields of the author's own by label; several of one label as one text."""
    fields: dict[str, str] = {}
    for field in detail.entry.pattern.extra:
        before = fields.get(field.label)
        fields[field.label] = f"{before}\n\n{field.text}" if before else field.text
    return fields


def _readable_fields(detail: PatternDetail) -> dict[str, str]:
    """Return `extra_fields` without detectors."""
    detection = {one.label for one in detail.entry.pattern.extra if one.key == "detection"}
    return {
        label: without_detectors(text) if label in detection else text
        for label, text in extra_fields(detail).items()
    }


def table_lines(entries: Sequence[PatternEntry], show_path: Callable[[str], str]) -> Iterator[str]:
    """Yield one line for each pattern: confidence, counts, date, name and place.

    Args:
        entries: In the order to show.
        show_path: Turns a path of the memory into one that the reader can open.
    """
    counts = [_count(entry) for entry in entries]
    width = max(map(len, counts), default=0)
    for entry, count in zip(entries, counts, strict=True):
        date = entry.last.iso if entry.last else "-"
        name = styled(safe(entry.pattern.name), "bold")
        marks = styled("  stale", "yellow") if entry.stale else ""
        place = styled(safe(f"{show_path(entry.pattern.path)}:{entry.pattern.line}"), "dim")
        yield f"{_level(entry, 6)}  {count:>{width}}  {date:<10}  {name}{marks}  {place}"


def _count(entry: PatternEntry) -> str:
    return (
        f"{entry.examples}-{entry.counter_examples}"
        if entry.counter_examples
        else str(entry.examples)
    )


def _level(entry: PatternEntry, width: int = 0) -> str:
    return styled(f"{entry.confidence:<{width}}", *_COLOURS[entry.confidence])


def detail_lines(detail: PatternDetail, show_path: Callable[[str], str]) -> Iterator[str]:
    """Yield a pattern as a page: what it says, and what stands behind it.

    Its detectors are only counted: they are for programs, and often longer than all the rest.
    """
    entry, pattern = detail.entry, detail.entry.pattern
    yield styled(safe(pattern.name), "bold")
    yield styled(safe(f"{show_path(pattern.path)}:{pattern.line}"), "dim")
    yield ""
    yield _confidence(entry)
    yield from _facts(detail, show_path)
    extra = _readable_fields(detail)
    texts = (
        ("When to use", pattern.context),
        ("Pattern", pattern.pattern),
        ("Why it works", pattern.why),
    )
    for title, text in texts:
        yield from _block(title, text)
    # A fence that stands within a field is shown there.
    shown = "\n".join(text for text in (*(text for _, text in texts), *extra.values()) if text)
    for code in pattern.code:
        if code.text.strip() not in shown:
            yield from _block(_code_title(code), code.text)
    yield from _items("Examples", [_example(item, show_path) for item in detail.examples])
    if pattern.unlisted_examples:
        yield f"  … and {pattern.unlisted_examples} more that are not listed"
    yield from _items(
        "Counter-examples", [_example(item, show_path) for item in detail.counter_examples]
    )
    yield from _items(
        "Sources", [_source(source, path, show_path) for source, path in entry.sources]
    )
    if pattern.unlisted_sources:
        yield f"  … and {pattern.unlisted_sources} more that are not listed"
    yield from _items(
        "Not examples", [_source(note, path, show_path) for note, path in entry.refused]
    )
    related = zip(pattern.related, entry.related, strict=True)
    yield from _items("Related", [_related(one.text, one.name, name) for one, name in related])
    for label, text in extra.items():
        yield from _block(label, text)


def _confidence(entry: PatternEntry) -> str:
    pattern = entry.pattern
    text = (
        f"{_level(entry)}: {counted(entry.examples, 'example')} ({entry.proved} proved by a note)"
    )
    if entry.counter_examples:
        text += f", {counted(entry.counter_examples, 'counter-example')}"
    text += f", {counted(entry.projects, 'project')}, {counted(entry.days, 'day')}"
    claim = pattern.claim
    if claim is not None and claim.confidence not in {None, entry.confidence}:
        text += styled(f"  (the book claims {safe(claim.text)})", "yellow")
    return text


def _facts(detail: PatternDetail, show_path: Callable[[str], str]) -> Iterator[str]:
    entry, pattern = detail.entry, detail.entry.pattern
    if entry.last is not None:
        mark = styled("  stale", "yellow") if entry.stale else ""
        yield f"Last example: {entry.last.iso}{mark}"
    if pattern.time_saved_minutes is not None:
        yield f"Saves: {counted(pattern.time_saved_minutes, 'minute')} a use"
    if pattern.detectors:
        roles = [one.role for one in pattern.detectors]
        counts = [f"{roles.count(role)} {role}" for role in DetectorRole if role in roles]
        yield f"Detectors: {', '.join(counts)}"
    if pattern.tags:
        yield f"Tags: {safe(', '.join(pattern.tags))}"
    if detail.workflow is not None:
        yield f"Workflow: {safe(show_path(detail.workflow))}"


def _block(title: str, text: str | None) -> Iterator[str]:
    if not text:
        return
    yield ""
    yield styled(safe(title), "bold")
    for line in safe(text).strip("\n").split("\n"):
        yield f"  {line}".rstrip()


def _items(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield ""
        yield styled(title, "bold")
        yield from (f"  {item}" for item in items)


def _code_title(code: Code) -> str:
    about = ", ".join(word for word in (code.language, code.role) if word and word != "example")
    return f"Code ({about})" if about else "Code"


def _example(example: SeenExample, show_path: Callable[[str], str]) -> str:
    text = f"- {safe(example.text)}"
    return f"{text}\n      from {safe(show_path(example.source))}" if example.source else text


def _source(source: Source, path: str | None, show_path: Callable[[str], str]) -> str:
    mark = f" {BY_TEXT}" if source.by_text else ""
    if path is None:
        return styled(f"✗ {safe(source.target)} (missing)", "yellow") + mark
    return styled("✓ ", "green") + safe(show_path(path)) + mark


def _related(text: str, name: str, meant: str | None) -> str:
    if meant is None:
        return f"{safe(text)} → " + styled("no such pattern", "yellow")
    return safe(text) if meant == name else f"{safe(text)} → {safe(meant)}"
