"""A memory in a few lines, and the findings of one check on it."""

from __future__ import annotations

import datetime as dt

from hardwon.markup.pages import parse_page
from hardwon.markup.text import split_lines
from hardwon.model.finding import Finding
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault
from hardwon.review.checks.context import build_context
from hardwon.review.checks.table import run_checks

BOOK = "semantic/patterns/dev-patterns.md"


def pattern_text(
    name: str = "Retry with jitter",
    *,
    head: str = "**Confidence:** MEDIUM",
    examples: int = 2,
    more: str = "",
) -> str:
    """Return a pattern of the home format."""
    listed = [f"{n}. Shop - Case {n} (2025-0{n}-10)" for n in range(1, examples + 1)]
    lines = [f"## {name}", "", head, "", "**Pattern:**", "Wait a random time.", ""]
    lines += ["**Examples:**", *listed, ""] if listed else []
    return "\n".join([*lines, more]) + "\n"


def findings_of(
    code: str,
    texts: dict[str, str] | str,
    *,
    settings: Settings | None = None,
    today: dt.date | None = dt.date(2026, 3, 1),
    skipped: tuple[Fault, ...] = (),
) -> list[Finding]:
    """Return the findings of the check `code` on texts by path (or on one book)."""
    files = {BOOK: texts} if isinstance(texts, str) else texts
    pages = tuple(parse_page(text, path) for path, text in sorted(files.items()))
    snapshot = Snapshot(pages, skipped)
    lines = {path: split_lines(text) for path, text in files.items()}
    context = build_context(snapshot, settings or Settings(), today, lines)
    return run_checks(snapshot, context, [code])
