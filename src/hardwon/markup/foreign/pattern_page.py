"""Pages that describe one pattern or practice each, in sections such as Intent and Applicability.

Such pages lie in `docs/patterns/` or `best-practices/`; their sections are those of pattern
catalogues (Intent, Motivation, Applicability, Structure, Consequences, Known Uses), or Problem and
Solution.
"""

from __future__ import annotations

from hardwon.markup.dates import parse_date
from hardwon.markup.foreign.sections import (
    document_title,
    file_name,
    first_line,
    folders,
    one_line,
    read_outline,
    text_below,
)
from hardwon.markup.labels import fold_label
from hardwon.model.foreign import Foreign, Found, FoundKind

_FOLDERS = frozenset({"patterns", "best-practices", "best_practices", "practices"})
# Sections that say when, what and why, the best first.
_CONTEXT = (
    "applicability", "when to use", "use when", "when to apply", "trigger", "context", "problem",
    "motivation", "overview", "intent",
)  # fmt: skip
_RULE = (
    "solution", "pattern", "rule", "rules", "guidance", "approach", "practice", "guidelines",
    "implementation guidelines", "best practices", "summary", "intent", "workflow steps",
    "step by step implementation", "implementation", "structure", "overview",
)  # fmt: skip
_WHY = ("why it works", "rationale", "why", "benefits", "key benefits", "consequences")
_EXAMPLES = frozenset({"known uses", "known uses in thala", "evidence", "examples in use"})
_MIN_SECTIONS = 2


def read_pattern_page(path: str, text: str) -> Foreign | None:
    """Return a page of a catalogue as one pattern; None for anything else."""
    below = _FOLDERS & set(folders(path))
    if not below or file_name(path) in {"readme.md", "index.md", "critical-patterns.md"}:
        return None
    document = read_outline(text)
    if document is None:
        return None
    top = document.root.children
    title_section = top[0] if len(top) == 1 and top[0].level == 1 else None
    sections = title_section.children if title_section is not None else top
    labels = {fold_label(section.title) for section in sections}
    known = labels & {*_CONTEXT, *_RULE, *_WHY, *_EXAMPLES}
    if len(known) < _MIN_SECTIONS and not ("summary" in labels and document.header.get_text("id")):
        return None
    names: dict[str, str] = {}  # a section tells one of the three
    for name, ranked in (("Pattern", _RULE), ("Context", _CONTEXT), ("Why it works", _WHY)):
        best = next((label for label in ranked if label in labels and label not in names), None)
        if best is not None:
            names[best] = name
    parts: list[tuple[str, str]] = []
    examples: list[str] = []
    lead = "\n\n".join(b.text for b in (title_section.blocks if title_section else []) if b.text)
    if lead:
        parts.append(("About", lead))
    for section in sections:
        label, value = fold_label(section.title), text_below(section, document)
        listed = [
            " ".join(item.text.split()) for b in section.blocks for item in b.items if item.text
        ]
        if label in _EXAMPLES and listed:
            examples += listed
        elif value:
            parts.append((names.pop(label, one_line(section.title)), value))
    header = document.header
    tags = header.values["tags"].values if "tags" in header.values else ()
    scores = [
        (key, stated)
        for key in ("complexity", "verified_in_production", "importance", "confidence")
        if (stated := header.get_text(key))
    ]
    found = Found(
        FoundKind.PATTERN,
        document_title(document, path),
        first_line(document),
        parts=tuple(parts),
        examples=tuple(examples),
        scores=tuple(scores),
        tags=tuple(tags),
        date=parse_date(header.get_text("date", "created") or ""),
    )
    return Foreign("page of a pattern", (found,))
