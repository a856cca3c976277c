"""Rules of Cursor: `.cursor/rules/*.mdc`.

Format: cursor.com/docs/rules as read in 2026. `description` says when a rule is to be fetched,
`globs`, parted by commas, to which
files it is attached, `alwaysApply` is a truth of YAML, not a text.
"""

from __future__ import annotations

from hardwon.markup.contain import Value, front_matter, inline
from hardwon.model.export import Contents, Rendered
from hardwon.model.globs import long_globs
from hardwon.model.listing import PatternDetail
from hardwon.render.export.guidance import description, guidance, joined, standing, unique_names


def render_cursor(contents: Contents) -> Rendered:
    """Return a rule for each pattern, attached to the files that it is about."""
    named = unique_names(contents.patterns, lambda one: f"hardwon-{one.entry.pattern.slug}")
    return Rendered({f"{name}.mdc": _rule(detail) for name, detail in named})


def _rule(detail: PatternDetail) -> str:
    pattern = detail.entry.pattern
    header: dict[str, Value] = {"description": description(detail)}
    globs, _ = long_globs(pattern.applies_to)
    if globs:
        header["globs"] = ",".join(globs)
    header["alwaysApply"] = False
    return joined(
        [
            "\n".join(front_matter(header)),
            f"# {inline(pattern.name)}",
            *guidance(detail),
            standing(detail),
        ]
    )
