"""Cursor rules: `.cursor/rules/*.mdc`, and the `.cursorrules` of before."""

from __future__ import annotations

from dataclasses import replace

from hardwon.markup.foreign.code_sections import find_code_sections
from hardwon.markup.foreign.own_exports import read_exported_rule
from hardwon.markup.foreign.rules import find_rules
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    file_name,
    first_line,
    folders,
    lines_of,
    one_line,
    read_outline,
    text_of,
    united,
)
from hardwon.model.foreign import Foreign, Found, FoundKind

FAMILY = "Cursor rules"

_HEADER = frozenset({"description", "globs", "alwaysapply"})


def read_cursor_rules(path: str, text: str) -> Foreign | None:
    """Return the rules of a Cursor rule file as patterns; None for a file of another kind.

    Each section with code becomes a pattern, and so does each other list item that is a rule
    (`rules.find_rules`). A text with neither is one pattern. The description is the context of
    each, the globs say which files it applies to.

    Source: cursor.com/docs/rules, read 2026-11: `.mdc` files with `description`, `globs` (a list
    or text parted by commas) and `alwaysApply`; `.cursorrules` is the older single file.
    """
    name, above = file_name(path), folders(path)
    is_rule = name.endswith(".mdc") or above[-2:] == [".cursor", "rules"]
    if not (is_rule or name == ".cursorrules" or name.endswith(".cursorrules")):
        return None
    document = read_outline(_quote_globs(text))
    if document is None:
        return None
    exported = read_exported_rule(document)
    if exported is not None:
        return Foreign(FAMILY, (exported,))
    header = document.header
    if name.endswith(".mdc") and ".cursor" not in above and not _HEADER & header.values.keys():
        return None  # .mdc is a component of Nuxt, too
    shared = _scope(document)
    found = [replace(one, parts=united((*shared, *one.parts))) for one in _found(document)]
    if not found and text_of(document):
        description = one_line(header.get_text("description") or "")
        title = document_title(document, path)
        parts = (*shared, ("Pattern", text_of(document)))
        if document.root.children == [] and 0 < len(description) < 80:
            title = description.rstrip(" .:")
        found = [Found(FoundKind.PATTERN, title, first_line(document), parts)]
    return Foreign(FAMILY, tuple(found))


def _quote_globs(text: str) -> str:
    """Return `text` with its unquoted globs quoted: `*` begins an alias in YAML, Cursor's do not.

    Lines stay lines.
    """
    if not text.startswith("---"):
        return text
    lines = text.split("\n", 20)
    for number, line in enumerate(lines[1:20], start=1):
        if line.startswith("---"):
            break
        key, colon, value = line.partition(":")
        value = value.strip()
        if key == "globs" and colon and value and value[0] not in "\"'[":
            lines[number] = f"{key}: '{value.replace(chr(39), '')}'"
    return "\n".join(lines)


def _scope(document: Outline) -> tuple[tuple[str, str], ...]:
    header = document.header
    description = one_line(header.get_text("description") or "")
    values = header.values["globs"].values if "globs" in header.values else ()
    globs = [glob.strip() for value in values for glob in _split(value) if glob.strip()]
    everything = {"*", "**", "**/*", "**/*.*", "/**/*.*"}
    globs = [glob for glob in dict.fromkeys(globs) if glob not in everything]
    context = (("Context", description),) if description else ()
    applies = (("Applies to", ", ".join(f"`{glob}`" for glob in globs)),) if globs else ()
    return (*context, *applies)


def _split(value: str) -> list[str]:
    """Return `value` parted at its commas, but not at those between braces."""
    parts, depth = [""], 0
    for character in value:
        depth += (character == "{") - (character == "}")
        if character == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _found(document: Outline) -> list[Found]:
    coded = list(find_code_sections(document))
    taken = lines_of(span for _, span in coded)
    rules = (rule for rule in find_rules(document) if rule.line not in taken)
    return sorted([*(one for one, _ in coded), *rules], key=lambda one: one.line)
