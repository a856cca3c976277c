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
from hardwon.markup.text import dedent
from hardwon.model.foreign import Foreign, Found, FoundKind

_FOLDERS = frozenset({"patterns", "best-practices", "best_practices", "practices"})
_CONTEXT = frozenset(
    {"applicability", "when to use", "problem", "motivation", "context", "intent", "overview",
     "use when", "when to apply", "trigger", "summary"}
)  # fmt: skip
_RULE = frozenset(
    {"solution", "implementation", "guidelines", "pattern", "approach", "best practices",
     "implementation guidelines", "workflow steps", "step by step implementation", "intent",
     "summary", "rule", "rules", "guidance", "practice", "structure", "overview"}
)  # fmt: skip
_WHY = frozenset({"consequences", "rationale", "benefits", "why it works", "why", "key benefits"})
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
    known = labels & (_CONTEXT | _RULE | _WHY | _EXAMPLES)
    if len(known) < _MIN_SECTIONS and not ("summary" in labels and document.header.get_text("id")):
        return None
    # Each of the three is told by the first section that fits; the others keep their names.
    parts: list[tuple[str, str]] = []
    examples: list[str] = []
    told: set[str] = set()
    lead = "\n\n".join(b.text for b in (title_section.blocks if title_section else []) if b.text)
    if lead:
        parts.append(("About", lead))
    rule = next((label for label in _ranked(labels)), "")
    for section in sections:
        label, value = fold_label(section.title), text_below(section, document)
        if not value:
            continue
        name = one_line(section.title)
        if label == rule and "Pattern" not in told:
            name = "Pattern"
        elif label in _CONTEXT and "Context" not in told:
            name = "Context"
        elif label in _WHY and "Why it works" not in told:
            name = "Why it works"
        elif label in _EXAMPLES:
            examples += [
                " ".join(item.text.split()) for b in section.blocks for item in b.items if item.text
            ]
            if examples:
                continue
        told.add(name)
        parts.append((name, dedent(value.split("\n"))))
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


def _ranked(labels: set[str]) -> list[str]:
    """Return which sections may say what to do, the best first."""
    order = [
        "solution", "pattern", "rule", "rules", "guidance", "implementation", "approach",
        "guidelines", "implementation guidelines", "best practices", "workflow steps",
        "step by step implementation", "practice", "structure", "intent", "summary", "overview",
    ]  # fmt: skip
    return [label for label in order if label in labels]
