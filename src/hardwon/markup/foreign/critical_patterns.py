"""Critical patterns: the wrong way beside the right one, each with its code.

The format is that of the compound-engineering plugin (EveryInc/compound-engineering-plugin, skill
compound-docs, read 2026-11: `docs/solutions/patterns/critical-patterns.md`): a heading for each
pattern, `❌ WRONG` and `✅ CORRECT` with a fence each, a reason, and links to the solutions that
it was learned from.
"""

from __future__ import annotations

import re

from hardwon.markup.blocks import Section
from hardwon.markup.fields import read_parts
from hardwon.markup.foreign.sections import (
    Outline,
    file_name,
    is_placeholder,
    markdown,
    one_line,
    read_outline,
    text_below,
)
from hardwon.markup.labels import fold_label, pattern_key
from hardwon.markup.patterns import parse_name
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.values import Span

_WRONG = re.compile(r"❌|\bWRONG\b")
_RIGHT = re.compile(r"✅|\bCORRECT\b")
_NUMBERED = re.compile(r"^(?:pattern\s+)?\d{1,3}\s*[.):]", re.IGNORECASE)
_MIN_WORDS = 4  # a shorter section says nothing that could be followed
_REQUIRED = re.compile(r"\s*\(ALWAYS REQUIRED\)\s*$", re.IGNORECASE)
_LISTED = re.compile(
    r"^\*\*\[(?P<name>[^\]]+)\]\((?P<link>[^)\s]+)\)\*\*\s*[-–—:]\s*(?P<text>.+)$", re.S
)
_CONTEXTS = frozenset({"common symptom", "symptom", "symptoms", "placement context", "placement"})
_NOTES = frozenset({"documented in", "examples", "example", "evidence", "learned from"})


def read_critical_patterns(path: str, text: str) -> Foreign | None:
    """Return the patterns of a text that shows a wrong and a right way for each; else None."""
    named = file_name(path) == "critical-patterns.md"
    if not named and not (_WRONG.search(text) and _RIGHT.search(text) and "attern" in text):
        return None
    document = read_outline(text)
    if document is None:
        return None
    found = tuple(_patterns(document.root, document, named=named))
    if not named:
        # Elsewhere a page may show one wrong way without being about patterns.
        titles = [s.title for s in document.root.walk() if s.heading is not None]
        is_about = any(re.match(r"^(?:\d+[.)]\s*)?pattern\s+\d+", t, re.I) for t in titles)
        found = found if is_about else ()
    return Foreign("critical patterns", found) if found else None


def _patterns(section: Section, document: Outline, *, named: bool) -> list[Found]:
    children = [
        one for child in section.children for one in _patterns(child, document, named=named)
    ]
    if children:
        return children
    if section.level >= 2:
        text = text_below(section, document)
        # A heading that is itself a mark is a part of the pattern above it.
        is_mark = _WRONG.search(section.title) or _RIGHT.search(section.title)
        is_one = named and bool(_NUMBERED.match(section.title)) and len(text.split()) >= _MIN_WORDS
        if is_one or (_WRONG.search(text) and _RIGHT.search(text) and not is_mark):
            found = _pattern(section, text)
            return [found] if found is not None else []
    return list(_listed(section)) if named else []


def _pattern(section: Section, text: str) -> Found | None:
    name = parse_name(_REQUIRED.sub("", section.title), section.line)[0]
    if name is None or is_placeholder(section.title):
        return None
    inner = read_outline(_flat(text))
    if inner is None:
        return None
    _lead, fields = read_parts(inner.root.blocks, pattern_key, frozenset())
    parts: list[tuple[str, str]] = []
    examples: list[str] = []
    body = markdown(inner, Span(1, min((f.line for f in fields), default=len(inner.lines) + 1)))
    shown: list[str] = [body] if body else []
    for field in fields:
        value = field.markdown(inner)
        label = fold_label(field.label)
        if not value:
            continue
        if label in _CONTEXTS:
            parts.insert(0, ("Context", _before_marks(value, shown)))
        elif label in _NOTES:
            examples += [" ".join(item.text.split()) for item in field.items] or [value]
        elif pattern_key(field.label) == "why" or label == "key principle":
            parts.append(("Why it works", _before_marks(value, shown)))
        else:
            shown.append(f"*{field.label}:* {value}")
    if not shown and not parts:
        return None
    parts.append(("Pattern", "\n\n".join(shown) or name))
    return Found(
        FoundKind.PATTERN,
        one_line(name),
        section.line,
        parts=tuple(parts),
        examples=tuple(examples),
    )


def _before_marks(value: str, shown: list[str]) -> str:
    """Return what of a value stands before the wrong and the right way, which go to `shown`."""
    lines = value.split("\n")
    marks = [n for n, line in enumerate(lines) if _WRONG.match(line) or _RIGHT.match(line)]
    at = next((n for n in marks if n), len(lines))
    rest = "\n".join(lines[at:]).strip()
    if rest:
        shown.append(rest)
    return "\n".join(lines[:at]).strip()


def _flat(text: str) -> str:
    """Return the text of a section with its deeper headings as plain lines, fences as they are."""
    lines = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"^\s*(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else re.match(r"^#{1,6}\s+(.*)$", line)
        lines.append(f"\n{heading[1]}\n" if heading else line)
    return "\n".join(lines)


def _listed(section: Section) -> list[Found]:
    """Return the patterns that a list names with a link to the page of each."""
    found = []
    for block in section.blocks:
        for item in block.items:
            match = _LISTED.match(item.text)
            if match:
                text = " ".join(match["text"].split())
                found.append(
                    Found(
                        FoundKind.PATTERN,
                        one_line(match["name"]),
                        item.span.start,
                        parts=(("Pattern", text), ("Described in", f"`{match['link']}`")),
                        tags=(one_line(section.title),) if section.level > 1 else (),
                    )
                )
    return found
