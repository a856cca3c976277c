"""Instructions for coding agents: AGENTS.md, CLAUDE.md, GEMINI.md, copilot-instructions.md."""

from __future__ import annotations

from hardwon.markup.foreign.rules import find_rules
from hardwon.markup.foreign.sections import file_name, folders, read_outline
from hardwon.model.foreign import Foreign

FAMILY = "agent instructions"

_NAMES = frozenset({"AGENTS.md", "AGENTS.override.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md"})
_COPILOT = "copilot-instructions.md"


def read_agent_rules(path: str, text: str) -> Foreign | None:
    """Return the rules in instructions for agents as patterns; None for a file of another kind.

    What counts as a rule, and what describes the project, is told in `rules.find_rules`. A file
    without any is recognised and holds nothing.

    Source: agents.md (the format's site), and the vendors' pages on CLAUDE.md with
    `.claude/rules/`, GEMINI.md, and `.github/copilot-instructions.md` with
    `.github/instructions/*.instructions.md`, read 2026-11.
    """
    name, above = path.rsplit("/", 1)[-1], folders(path)
    is_named = name in _NAMES or file_name(path) == _COPILOT
    is_rule_file = above[-2:] == [".claude", "rules"] or (
        above[-2:] == [".github", "instructions"] and name.endswith(".instructions.md")
    )
    if not (is_named or (is_rule_file and name.endswith(".md"))):
        return None
    document = read_outline(text)
    if document is None:
        return None
    return Foreign(FAMILY, tuple(find_rules(document)))
