"""Memories of Serena: the files below `.serena/memories/`."""

from __future__ import annotations

from dataclasses import replace

from hardwon.markup.foreign.procedures import find_numbered, find_procedures
from hardwon.markup.foreign.rules import find_rules_and_checks
from hardwon.markup.foreign.sections import (
    document_title,
    file_name,
    lies_below,
    read_outline,
)
from hardwon.model.foreign import Foreign, FoundKind

FAMILY = "Serena memory"

# What Serena has its agents do before they call a task done.
_COMPLETION = ("task_completion", "done", "completion", "checklist")


def read_serena(path: str, text: str) -> Foreign | None:
    """Return what a Serena memory holds; None for a file of another kind.

    Its rules (`rules.find_rules`) become patterns, its procedures workflows; of the memory that
    says what is to be done when a task is complete, its list does. What it tells of the project
    (structure, commands) is left in Serena.

    Source: oraios/serena, README and `memory_tools.py`, read 2026-11: Markdown files named by
    topic, in folders, without front matter; `project_overview`, `style_and_conventions`,
    `suggested_commands` and `task_completion` are written when a project is taken on.
    """
    if not lies_below(path, ".serena", "memories"):
        return None
    document = read_outline(text)
    if document is None or not file_name(path).endswith(".md"):
        return None
    found = find_rules_and_checks(document, path)
    procedures = list(find_procedures(document, path))
    is_completion = any(word in file_name(path) for word in _COMPLETION)
    if is_completion and not procedures and not any(f.kind is FoundKind.CHECKLIST for f in found):
        title = document_title(document, path)
        numbered = find_numbered(document.root, document)
        procedures = [replace(one, title=title) for one in numbered][:1]
    return Foreign(FAMILY, tuple(sorted([*found, *procedures], key=lambda one: one.line)))
