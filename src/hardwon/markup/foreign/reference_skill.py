"""Skills for agents (SKILL.md): what they show in code, and what they have done step by step."""

from __future__ import annotations

from hardwon.markup.foreign.code_sections import find_code_sections
from hardwon.markup.foreign.own_exports import read_exported_skill
from hardwon.markup.foreign.procedures import find_procedures, step_spans
from hardwon.markup.foreign.sections import file_name, lines_of, read_outline
from hardwon.markup.foreign.task_lists import find_checklists
from hardwon.model.foreign import Foreign

REFERENCE = "reference skill"
PROCEDURE = "skill"


def read_reference_skill(path: str, text: str) -> Foreign | None:
    """Return what a SKILL.md holds; None for a file of another kind.

    Each `###` with code becomes a pattern (`code_sections`), each procedure a workflow
    (`procedures`), each list of checks a checklist (`task_lists`). Prose that only explains is
    left in the skill. A section that belongs to a procedure is no pattern.

    Source: agentskills.io/specification, read 2026-11: front matter with `name` and
    `description`, Markdown below it.
    """
    if file_name(path) != "skill.md" and not file_name(path).endswith(".skill.md"):
        return None
    document = read_outline(text)
    if document is None or not {"name", "description"} & document.header.values.keys():
        return None
    exported = read_exported_skill(document)
    if exported is not None:
        return Foreign(PROCEDURE, (exported,))
    procedures = list(find_procedures(document, path))
    steps = lines_of(step_spans(document))
    coded = find_code_sections(document)
    patterns = [found for found, _ in coded if found.line not in steps]
    found = [*patterns, *procedures, *find_checklists(document, path)]
    family = REFERENCE if patterns and len(patterns) > len(procedures) else PROCEDURE
    return Foreign(family, tuple(sorted(found, key=lambda one: one.line)))
