"""The example memory with one workflow, exported; and patterns to render without a disk."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import yaml

from conftest import PROJECT
from hardwon.actions.export import apply_exports, plan_exports, read_contents
from hardwon.actions.learn import learn
from hardwon.actions.note import capture
from hardwon.files.folder import Folder
from hardwon.markup.compose import Draft
from hardwon.model.export import Contents, Export, ExportPlan
from hardwon.model.listing import PatternDetail, PatternEntry, SeenExample
from hardwon.model.pattern import Code, Example, Pattern
from hardwon.model.values import Confidence, Dialect, Outcome, PartialDate, Span
from hardwon.render.export.table import FORMS

WEBHOOKS = "Idempotent Webhook Handlers"
FILES_OF = {"Expand, Then Contract": "**/migrations/*.py, **/*.sql"}


def make_shop(place: Path) -> Folder:
    """Copy the example memory to `place`, with a fifth example of a pattern, and files of one."""
    shutil.copytree(PROJECT / "examples" / "shop", place, ignore=shutil.ignore_patterns(".hardwon"))
    folder = Folder(place / "memory")
    for book in folder.root.glob("semantic/patterns/*.md"):
        text = book.read_text(encoding="utf-8")
        for name, globs in FILES_OF.items():
            text = text.replace(f"## {name}\n\n", f"## {name}\n\n**Applies to:** {globs}\n")
        book.write_text(text, encoding="utf-8")
    capture(
        folder,
        Draft(
            "Gift card redeemed twice after a webhook retry",
            PartialDate(2026, 11, 21),
            project="storefront",
            outcome=Outcome.SUCCESS,
            patterns=(WEBHOOKS,),
        ),
    )
    learn(folder)
    return folder


def export(folder: Folder, *names: str, confidence: Confidence | None = None) -> list[ExportPlan]:
    """Export forms to where they go by themselves, and return what was done."""
    base = folder.root.parent
    exports = [Export(name, out, confidence) for name in names for out in FORMS[name].outs]
    plans = plan_exports(read_contents(folder, base), base, FORMS, exports)
    apply_exports(base, plans)
    return plans


def make_detail(
    name: str = "Retry Twice",
    *,
    slug: str = "retry-twice",
    confidence: Confidence = Confidence.HIGH,
    texts: tuple[str | None, str | None, str | None] = ("When it fails.", "Retry.", "It passes."),
    code: tuple[Code, ...] = (),
    examples: tuple[str, ...] = (),
    counter_examples: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    applies_to: tuple[str, ...] = (),
) -> PatternDetail:
    """Return a pattern as it would be exported, whatever its texts are."""
    context, pattern, why = texts
    made = Pattern(
        name, slug, "semantic/patterns/dev-patterns.md", 1, Span(1, 2), 2, Dialect.BOLD,
        context=context, pattern=pattern, why=why, code=code, tags=tags, applies_to=applies_to,
        examples=tuple(Example(text, 1, Span(1, 2)) for text in examples),
        counter_examples=tuple(Example(text, 1, Span(1, 2)) for text in counter_examples),
    )  # fmt: skip
    last = PartialDate.from_iso(dt.date(2026, 1, 5).isoformat())
    entry = PatternEntry(
        made, confidence, len(examples), len(counter_examples), 0, 1, frozenset(), 1, last,
        False, (), (), (),
    )  # fmt: skip
    seen = tuple(SeenExample(text, None, None, None, None) for text in examples)
    counter = tuple(SeenExample(text, None, None, None, None) for text in counter_examples)
    return PatternDetail(entry, seen, counter, None, 0)


def contents_of(*details: PatternDetail) -> Contents:
    return Contents(tuple(details))


def view_of(base: str, notes: dict[str, str], view: int = 0) -> str:
    """Return the table that a view of `patterns.base` describes, over notes by name.

    It knows what our views use: filters by tag and by a property, columns with their display
    names, and an order by properties. It reads the base and the notes' properties as YAML.
    """
    data = yaml.safe_load(base)
    chosen = data["views"][view]
    filters = [*data["filters"]["and"], *chosen.get("filters", {}).get("and", [])]
    rows = []
    for name, text in notes.items():
        header = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
        row = {**header, "file.name": f"[[{name}]]"}
        if all(_passes(row, one) for one in filters):
            rows.append(row)
    for key in reversed(chosen["sort"]):
        name, is_down = key["property"], key["direction"] == "DESC"
        rows.sort(key=lambda row, name=name: _comparable(row.get(name, "")), reverse=is_down)
    columns = chosen["order"]
    titles = [data["properties"][column]["displayName"] for column in columns]
    lines = [f"| {' | '.join(titles)} |", f"|{' --- |' * len(columns)}"]
    for row in rows:
        cells = [row.get(column, "") for column in columns]
        shown = [", ".join(cell) if isinstance(cell, list) else str(cell) for cell in cells]
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines)


def _comparable(value: object) -> tuple[bool, float, str]:
    is_number = isinstance(value, int)
    return is_number, value if is_number else 0, str(value).casefold()


def _passes(row: dict[str, object], one: str) -> bool:
    found = re.fullmatch(r'file\.hasTag\("(.+)"\)', one)
    if found:
        return found[1] in row.get("tags", [])
    found = re.fullmatch(r'(\w+) != "(.+)"', one)
    assert found, one
    return row.get(found[1]) != found[2]
