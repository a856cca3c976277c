"""Pattern books: every spelling of docs/format.md, in all four dialects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.dates import find_date
from hardwon.markup.foreign.sections import (
    Outline,
    file_name,
    markdown,
    one_line,
    read_outline,
    text_below,
)
from hardwon.markup.labels import SCALARS, fold_label
from hardwon.markup.patterns import parse_patterns
from hardwon.markup.text import plain
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.pattern import Pattern
from hardwon.model.values import Dialect, Span

_BOOK = re.compile(r"(?P<domain>[\w-]+?)[-_]patterns?\.(?:md|markdown)")
_BEHIND = {
    "experiences": FoundKind.EXPERIENCE,
    "checklists": FoundKind.CHECKLIST,
    "workflows": FoundKind.WORKFLOW,
}
_BEHIND_LEVEL = 2
_TASK = re.compile(r"^\s*[-*+] \[[ xX]\] ", re.MULTILINE)
_KEPT_ELSEWHERE = SCALARS - {"time_saved"} | {"examples", "tags"}


def read_pattern_book(path: str, text: str) -> Foreign | None:
    """Return the patterns of a text that states a confidence or a count for each; else None."""
    document = read_outline(text)
    if document is None:
        return None
    patterns = parse_patterns(document, path)
    if not patterns:
        return None
    named = _BOOK.fullmatch(file_name(path))
    domain = named["domain"] if named else None
    found = (*(_found(pattern, document, domain) for pattern in patterns), *_others(document))
    is_list = all(pattern.dialect is Dialect.BULLET for pattern in patterns)
    return Foreign("instinct list" if is_list else "pattern book", found)


def _others(document: Outline) -> Iterator[Found]:
    """Yield the notes and lists that a book may hold behind its patterns, as an export does."""
    for section in document.root.walk():
        kind = _BEHIND.get(fold_label(section.title)) if section.level == _BEHIND_LEVEL else None
        for child in section.children if kind is not None else ():
            body, dated = text_below(child, document), find_date(child.title)
            if kind is not FoundKind.EXPERIENCE:
                if kind is not None and _TASK.search(body):
                    yield Found(kind, one_line(child.title), child.line, body=body)
            elif dated is not None and dated[1][0] == 0:
                title = one_line(child.title[dated[1][1] :].lstrip(" :–—-") or child.title)
                yield Found(kind, title, child.line, body=body, date=dated[0])


def _found(pattern: Pattern, document: Outline, domain: str | None) -> Found:
    fields = [field for field in pattern.fields if field.key not in _KEPT_ELSEWHERE]
    parts = [(field.label, field.text) for field in fields if field.text]
    lead = _lead(pattern, document)
    if lead:
        parts.insert(0, ("About" if pattern.pattern else "Pattern", lead))
    return Found(
        FoundKind.PATTERN,
        pattern.name,
        pattern.line,
        parts=tuple((label or "Pattern", text) for label, text in parts),
        examples=tuple(example.text for example in pattern.examples),
        scores=tuple(_scores(pattern)),
        tags=pattern.tags,
        date=pattern.last_reinforced,
        domain=domain,
    )


def _lead(pattern: Pattern, document: Outline) -> str:
    """Return what stands between the heading of a pattern and its first field."""
    if pattern.level == 0 or not pattern.fields:
        return ""
    first = min(field.line for field in pattern.fields)
    if first <= pattern.line:
        return ""
    return markdown(document, Span(pattern.line + 1, first))


def _scores(pattern: Pattern) -> list[tuple[str, str]]:
    scores = []
    if pattern.claim is not None:
        scores.append(("Confidence", pattern.claim.text))
    for field in pattern.fields:
        if field.key in {"count", "date", "time_total"} and field.text:
            scores.append((field.label, plain(field.text)))
    if pattern.unlisted_examples:
        scores.append(("Examples that are not listed", str(pattern.unlisted_examples)))
    if pattern.unlisted_sources:
        scores.append(("Sources that are not listed", str(pattern.unlisted_sources)))
    return scores
