"""A folder of notes for Obsidian, Foam and zk, and a table of them.

Formats: properties are flat and links in them quoted (help.obsidian.md/properties); a `.base` is
YAML with filters, display names and views (help.obsidian.md/bases/syntax, Obsidian 1.9 and later;
`sort` as the program writes it). Notes link to each other by the names of their files, which all
three resolve; tags are letters, digits, `_`, `-` and `/`, as Obsidian allows.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping

import yaml

from hardwon.markup.compose import fold_line
from hardwon.markup.contain import Value, cell, contain, fenced, front_matter, inline, item
from hardwon.markup.detectors import without_detectors
from hardwon.model.export import Contents, Rendered
from hardwon.model.listing import PatternDetail
from hardwon.model.values import PartialDate
from hardwon.render.export.guidance import free_code, joined, own_fields, standing, unique_names

BASE = "patterns.base"
INDEX = "Patterns.md"
TAG = "hardwon/pattern"
NAME = "file.name"
# Property → what stands above its column, in the order of the columns.
COLUMNS = {
    NAME: "Pattern",
    "confidence": "Confidence",
    "examples": "Examples",
    "counter_examples": "Counter-examples",
    "projects": "Projects",
    "last": "Last example",
    "minutes_saved": "Minutes saved",
    "related": "Related",
}
_MOST_LETTERS = 120  # of a file's name: some systems allow 255 bytes
# What Obsidian, Windows, or a link in brackets does not take.
_NOT_IN_NAMES = re.compile(r"[\\/:*?\"<>|#^\[\]%]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
_NOT_IN_TAGS = re.compile(r"[^\w/-]+")


def render_obsidian(contents: Contents) -> Rendered:
    """Return a note for each pattern, `patterns.base`, and a page with the same table."""
    named = list(
        unique_names(
            contents.patterns,
            lambda one: file_name(one.entry.pattern.name),
            taken=[INDEX.removesuffix(".md")],
        )
    )
    notes: dict[str, str] = {}  # the first note of a name
    for name, detail in named:
        notes.setdefault(detail.entry.pattern.name, name)
    headers = [(name, _properties(detail, name, notes)) for name, detail in named]
    files = {
        f"{name}.md": _note(detail, header, contents.folder)
        for (name, detail), (_, header) in zip(named, headers, strict=True)
    }
    return Rendered({**files, BASE: _base(), INDEX: _index(headers)})


def file_name(name: str) -> str:
    """Return the name of a pattern as one that every system and all three programs take."""
    text = _NOT_IN_NAMES.sub(" ", unicodedata.normalize("NFC", fold_line(name)))
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cn"})
    text = " ".join(text.split())[:_MOST_LETTERS]
    while len(text.encode("utf-8")) > 2 * _MOST_LETTERS:
        text = text[:-1]
    text = text.strip(" .")
    return f"{text} pattern".strip() if not text or _DEVICE.match(text) else text


def tag(text: str) -> str | None:
    """Return `text` as a tag; None where nothing of it can be one.

    A tag has a letter in it: Obsidian takes none of digits alone.
    """
    found = _NOT_IN_TAGS.sub("-", text.strip().lstrip("#")).strip("-/")
    found = re.sub(r"/{2,}", "/", found)
    return found if re.search(r"[^\W\d]", found) else None


def _properties(detail: PatternDetail, name: str, notes: Mapping[str, str]) -> dict[str, Value]:
    entry, pattern = detail.entry, detail.entry.pattern
    tags = [TAG, f"confidence/{entry.confidence.lower()}", *map(tag, pattern.tags)]
    aliases = [pattern.name, *pattern.aliases]
    header: dict[str, Value] = {
        "aliases": [one for one in dict.fromkeys(aliases) if one and one != name],
        "tags": list(dict.fromkeys(one for one in tags if one)),
        "confidence": str(entry.confidence),
        "examples": entry.examples,
        "counter_examples": entry.counter_examples,
        "proved": entry.proved,
        "projects": entry.projects,
        "days": entry.days,
        "last": _date(entry.last),
        "minutes_saved": "" if pattern.time_saved_minutes is None else pattern.time_saved_minutes,
        "applies_to": list(pattern.applies_to),
        "related": [_link(other, notes) for other in entry.related if other in notes],
    }
    return {key: value for key, value in header.items() if value not in ("", [])}


def _date(date: PartialDate | None) -> Value:
    """Return a day as a date of YAML, which sorts as one; a month or a year as text."""
    if date is None:
        return ""
    return date.iso if date.day is None else date.first_day


def _link(pattern: str | None, notes: Mapping[str, str]) -> str:
    """Return a link in double brackets to the note of `pattern`."""
    return f"[[{notes[pattern or '']}]]"


def _note(detail: PatternDetail, header: Mapping[str, Value], folder: str) -> str:
    pattern = detail.entry.pattern
    return joined(
        [
            "\n".join(front_matter(header)),
            f"# {inline(pattern.name)}",
            standing(detail),
            *_sections(detail, folder),
        ]
    )


def _sections(detail: PatternDetail, folder: str) -> Iterator[str]:
    entry, pattern = detail.entry, detail.entry.pattern
    yield from _section("When to use", pattern.context)
    yield from _section("Pattern", pattern.pattern)
    yield from _section("Why it works", pattern.why)
    codes = [fenced(code.text, code.language) for code in free_code(detail)]
    if codes:
        yield "## Code"
        yield from codes
    yield from _section("Detection", without_detectors(pattern.detection or ""))
    yield from _list("Examples", (one.text for one in detail.examples))
    yield from _list("Counter-examples", (one.text for one in detail.counter_examples))
    for label, text in own_fields(detail):
        yield from _section(inline(label), text)
    paths = (f"{folder}/{path}" for _, path in entry.sources if path is not None)
    yield from _list("Sources", map(inline, paths))


def _section(title: str, text: str | None) -> Iterator[str]:
    if text and text.strip():
        yield f"## {title}"
        yield contain(text)


def _list(title: str, texts: Iterator[str]) -> Iterator[str]:
    lines = [f"- {item(text)}" for text in texts]
    if lines:
        yield f"## {title}"
        yield "\n".join(lines)


def _base() -> str:
    views = [
        _view("All patterns"),
        {**_view("By confidence"), "groupBy": {"property": "confidence", "direction": "ASC"}},
        {**_view("Not proven yet"), "filters": {"and": ['confidence != "HIGH"']}},
    ]
    data = {
        "filters": {"and": [f'file.hasTag("{TAG}")']},
        "properties": {key: {"displayName": title} for key, title in COLUMNS.items()},
        "views": views,
    }
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)
    return text


def _view(name: str) -> dict[str, object]:
    sort = [
        {"property": "examples", "direction": "DESC"},
        {"property": NAME, "direction": "ASC"},
    ]
    return {"type": "table", "name": name, "order": list(COLUMNS), "sort": sort}


def _index(headers: list[tuple[str, dict[str, Value]]]) -> str:
    """Return a page that shows the base in Obsidian, and the same table in all other programs."""
    rows = sorted(headers, key=lambda one: (-_number(one[1].get("examples")), one[0].casefold()))
    return joined(
        [
            "\n".join(front_matter({"tags": ["hardwon/index"]})),
            "# Patterns",
            f"![[{BASE}]]",
            "## Without Obsidian",
            "\n".join(_table(rows)),
        ]
    )


def _number(value: Value | None) -> int:
    return value if isinstance(value, int) else 0


def _table(rows: list[tuple[str, dict[str, Value]]]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS.values())} |"
    yield f"|{' --- |' * len(COLUMNS)}"
    for name, header in rows:
        shown = [f"[[{name}]]", *(_shown(header.get(key)) for key in list(COLUMNS)[1:])]
        yield f"| {' | '.join(shown)} |"


def _shown(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, (str, int, dt.date)):
        return cell(str(value))
    return ", ".join(value)  # links, whose names need no escape
