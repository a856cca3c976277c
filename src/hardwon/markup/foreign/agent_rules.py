"""Instructions for coding agents: AGENTS.md, CLAUDE.md, GEMINI.md, copilot-instructions.md."""

from __future__ import annotations

from hardwon.markup.foreign.own_exports import read_exported_rule
from hardwon.markup.foreign.rules import find_rules_and_checks
from hardwon.markup.foreign.scope import scoped
from hardwon.markup.foreign.sections import file_name, lies_below, read_outline
from hardwon.model.foreign import Foreign

FAMILY = "agent instructions"

_NAMES = frozenset({"AGENTS.md", "AGENTS.override.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md"})
# Single files of the same kind: Copilot's, Windsurf's, Cline's.
_OTHERS = frozenset({"copilot-instructions.md", ".windsurfrules", ".clinerules"})
_ENDING = ".instructions.md"


def read_agent_rules(path: str, text: str) -> Foreign | None:
    """Return the rules in instructions for agents as patterns; None for a file of another kind.

    What counts as a rule, and what describes the project, is told in `rules.find_rules`. Lists
    of checks become checklists. A file without any is recognised and holds nothing; one whose
    name is written small is taken for a page about agents then.

    Source: agents.md (the format's site), and the vendors' pages on CLAUDE.md with
    `.claude/rules/` (`paths` in the front matter), GEMINI.md, and
    `.github/copilot-instructions.md` with `.github/instructions/*.instructions.md` (`applyTo`),
    read 2026-11.
    """
    name = path.rsplit("/", 1)[-1]
    is_named = name in _NAMES or file_name(path) in _OTHERS
    is_lower = not is_named and name.casefold() in {one.casefold() for one in _NAMES}
    is_instruction = lies_below(path, ".github", "instructions") and name.endswith(_ENDING)
    is_rule_file = is_instruction or lies_below(path, ".claude", "rules")
    if not (is_named or is_lower or (is_rule_file and name.endswith(".md"))):
        return None
    document = read_outline(text)
    if document is None:
        return None
    exported = read_exported_rule(document) if is_rule_file else None
    if exported is not None:
        return Foreign(FAMILY, (exported,))
    found = tuple(scoped(find_rules_and_checks(document, path), document))
    return None if is_lower and not found else Foreign(FAMILY, found)
