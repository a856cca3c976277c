"""Slash commands, prompts and agents: what they have done, as a workflow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.foreign.procedures import find_procedures
from hardwon.markup.foreign.sections import Outline, file_name, folders, read_outline
from hardwon.markup.foreign.task_lists import find_checklists
from hardwon.model.foreign import Foreign

FAMILY = "slash command"
AGENT = "agent prompt"

_FOLDERS = frozenset({"commands", "command", "prompts"})
_ENDINGS = (".command.md", ".prompt.md")
# A prompt that says who the agent is has nothing done by itself.
_ROLE = re.compile(r"You are (?:an?|the)\b")
# Front matter by which the clients know a command: Claude Code, OpenCode, GitHub's prompt files.
_KEYS = frozenset({"argument_hint", "allowed_tools", "agent", "mode", "model", "subtask"})


def read_command(path: str, text: str) -> Foreign | None:
    """Return what a slash command or prompt holds; None for a file of another kind.

    Its outline becomes a workflow: the sections that are numbered or called steps, else its
    first numbered list. Its lists of checks become checklists. Code that it generates or runs
    is part of the step. Of an agent only what it calls a procedure is one.

    Source: the vendors' pages on slash commands and prompt files, read 2026-11:
    `.claude/commands/*.md`, `.opencode/command/*.md`, `.codex/prompts/*.md`,
    `.github/prompts/*.prompt.md`; `.claude/agents/*.md` with `name`, `description`, `tools`.
    """
    name, above = file_name(path), folders(path)
    if not name.endswith(".md") or name in {"readme.md", "index.md", "skill.md"}:
        return None
    document = read_outline(text)
    if document is None:
        return None
    is_command = _is_command(name, above, document)
    if not is_command and not _is_agent(above, document):
        return None
    procedures = list(find_procedures(document, path, is_procedure=is_command))
    found = [*procedures, *find_checklists(document, path)]
    return Foreign(FAMILY if is_command else AGENT, tuple(sorted(found, key=lambda one: one.line)))


def _paragraphs(document: Outline) -> Iterator[str]:
    for section in document.root.walk():
        yield from (block.text for block in section.blocks if block.kind == "paragraph")


def _is_command(name: str, above: list[str], document: Outline) -> bool:
    if name.endswith(_ENDINGS):
        return not any(map(_ROLE.match, _paragraphs(document)))
    if not _FOLDERS & set(above[-3:]):
        return False
    is_agents = any(folder.startswith(".") or folder == "plugins" for folder in above)
    return is_agents or above[-1] in _FOLDERS or bool(_KEYS & document.header.values.keys())


def _is_agent(above: list[str], document: Outline) -> bool:
    if above[-1:] not in (["agents"], ["agent"]):
        return False
    is_client = above[-2:-1] != [] and above[-2].startswith(".")
    return is_client or {"name", "description"} <= document.header.values.keys()
