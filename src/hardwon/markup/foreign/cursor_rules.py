"""Cursor rules: `.cursor/rules/*.mdc`, and the `.cursorrules` of before."""

from __future__ import annotations

from hardwon.markup.foreign.code_sections import find_code_sections
from hardwon.markup.foreign.own_exports import read_exported_rule
from hardwon.markup.foreign.rules import find_rules
from hardwon.markup.foreign.scope import scoped
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    file_name,
    first_line,
    folders,
    lies_below,
    lines_of,
    one_line,
    read_outline,
    text_of,
)
from hardwon.model.foreign import Foreign, Found, FoundKind

FAMILY = "Cursor rules"

_SHORT = 80  # characters of a description that can name what has no heading
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
    is_rule = name.endswith(".mdc") or lies_below(path, ".cursor", "rules")
    if not (is_rule or name == ".cursorrules" or name.endswith(".cursorrules")):
        return None
    document = read_outline(text)
    if document is None:
        return None
    exported = read_exported_rule(document)
    if exported is not None:
        return Foreign(FAMILY, (exported,))
    header = document.header
    if name.endswith(".mdc") and ".cursor" not in above and not _HEADER & header.values.keys():
        return None  # .mdc is a component of Nuxt, too
    found = _found(document)
    if not found and text_of(document):
        description = one_line(header.get_text("description") or "").rstrip(" .:")
        is_name = not document.root.children and 0 < len(description) < _SHORT
        title = description if is_name else document_title(document, path)
        parts = (("Pattern", text_of(document)),)
        found = [Found(FoundKind.PATTERN, title, first_line(document), parts)]
    return Foreign(FAMILY, tuple(scoped(found, document)))


def _found(document: Outline) -> list[Found]:
    coded = list(find_code_sections(document))
    taken = lines_of(span for _, span in coded)
    rules = (rule for rule in find_rules(document) if rule.line not in taken)
    return sorted([*(one for one, _ in coded), *rules], key=lambda one: one.line)
