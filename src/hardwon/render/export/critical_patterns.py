"""`docs/solutions/patterns/critical-patterns.md`, as the compound-engineering plugin has it.

Format: the plugin's template for critical patterns (skill `compound-docs`, 2026): numbered
headings `## N. NAME (ALWAYS REQUIRED)`, below them `### ❌ WRONG` and `### ✅ CORRECT`, then bold
fields Why, Placement/Context and Documented in.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.markup.contain import code_span, contain, fenced, inline
from hardwon.model.export import Contents, Rendered
from hardwon.model.listing import PatternDetail
from hardwon.render.export.guidance import free_code, joined, labelled

WRONG = "### ❌ WRONG"
CORRECT = "### ✅ CORRECT"


def render_critical_patterns(contents: Contents) -> Rendered:
    """Return the patterns as one numbered list of sections."""
    blocks = ["# Critical Patterns"]
    if not contents.patterns:
        blocks.append("No pattern is proven yet.")
    for number, detail in enumerate(contents.patterns, start=1):
        if number > 1:
            blocks.append("---")
        blocks.append(f"## {number}. {inline(detail.entry.pattern.name)} (ALWAYS REQUIRED)")
        blocks += _pattern(detail, contents.folder)
    return Rendered({"": joined(blocks)})


def _pattern(detail: PatternDetail, folder: str) -> Iterator[str]:
    pattern = detail.entry.pattern
    code = free_code(detail)
    bad = [one for one in code if one.role == "bad"]
    if bad:
        yield WRONG
        yield from (fenced(one.text, one.language) for one in bad)
    yield CORRECT
    if pattern.pattern:
        yield contain(pattern.pattern)
    yield from (fenced(one.text, one.language) for one in code if one.role in {"good", "example"})
    yield from labelled("Why", pattern.why)
    yield from labelled("Placement/Context", pattern.context)
    paths = [path for _, path in detail.entry.sources if path is not None]
    if len(paths) == 1:
        yield f"**Documented in:** {code_span(f'{folder}/{paths[0]}')}"
    elif paths:
        yield "**Documented in:**"
        yield "\n".join(f"- {code_span(f'{folder}/{path}')}" for path in paths)
