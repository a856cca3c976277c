"""Qodo's `best_practices.md`, which lies in the top folder of a repository.

Format: docs.qodo.ai, "Best practices", as read in 2026: patterns one after another, each with
code before and after where there is some; one file has fewer than 800 lines.
"""

from __future__ import annotations

from hardwon.markup.contain import contain, inline
from hardwon.model.export import Contents, Rendered
from hardwon.model.listing import PatternDetail
from hardwon.render.export.guidance import brief_codes, fitted, joined, labelled, standing

MAX_LINES = 800
_TITLES = {
    "bad": "Example code before:",
    "good": "Example code after:",
    "example": "Example code:",
}


def render_best_practices(contents: Contents) -> Rendered:
    """Return the strongest patterns, as many as fit into the lines that Qodo advises."""
    blocks = ["# Best practices"]
    if not contents.patterns:
        blocks.append("No pattern is proven yet.")
    blocks += fitted(contents.patterns, _pattern, MAX_LINES - 4)
    return Rendered({"": joined(blocks)})


def _pattern(number: int, detail: PatternDetail) -> list[str]:
    pattern = detail.entry.pattern
    texts = [contain(pattern.pattern)] if pattern.pattern else []
    return [
        f"## Pattern {number}: {inline(pattern.name)}",
        *labelled("Applies", pattern.context),
        *texts,
        *labelled("Why", pattern.why),
        *brief_codes(detail, _TITLES),
        standing(detail),
    ]
