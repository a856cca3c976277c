"""What each agent and editor is told of a memory: which file, which key, which words.

Formats, as their makers' pages had them when this was written; docs/agents.md lists the pages:

- Claude Code 2.1 (code.claude.com/docs: mcp, hooks, skills, memory; 2026-10)
- Codex 0.145 (developers.openai.com/codex: mcp, hooks, skills, agents-md; 2026-10)
- Cursor 3 (cursor.com/docs: mcp, hooks, skills; 2026-09)
- GitHub Copilot CLI 1.0.39 (docs.github.com/copilot: CLI command and hooks references; 2026-09)
- VS Code 1.120 (microsoft/vscode-docs, docs/agent-customization; 2026-10)
- Gemini CLI 0.30 (google-gemini/gemini-cli, docs: hooks/reference, cli/skills, memport; 2026-06)
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from hardwon.markup.managed_block import END, START
from hardwon.model.agent import (
    AGENTS,
    Block,
    Client,
    Entry,
    Hook,
    Part,
    Piece,
    Scope,
    Table,
    Whole,
)
from hardwon.render.agents.skills import render_skills

NAME = "hardwon"
# What the commands of our hooks are known by: the command, and the file that it runs.
CAPTURE = ("hardwon-capture", "hardwon/capture.py", "hardwon\\capture.py")
_SHARED_SKILLS = ".agents/skills"
_VERSIONED = {"version": 1}
_VSCODE_USER = {
    "darwin": "Library/Application Support/Code/User/mcp.json",
    "win32": "AppData/Roaming/Code/User/mcp.json",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What an agent is set up with.

    Attributes:
        scope: For whom.
        command: The program `hardwon`: its name, or its full path on this machine.
        capture: The words of the command that a hook runs, without `--client`.
        memory: Memory folder to name; "" where it is found without.
        block: Block of AGENTS.md; "" for none.
        platform: As `sys.platform` has it.
    """

    scope: Scope
    command: str = NAME
    capture: tuple[str, ...] = (CAPTURE[0],)
    memory: str = ""
    block: str = ""
    platform: str = "linux"

    @property
    def is_project(self) -> bool:
        """Return whether the files are those of a project."""
        return self.scope is Scope.PROJECT


def setup_pieces(client: Client, setting: Setting) -> list[Piece]:
    """Return what is written for `client`, in the order in which it is listed.

    Pieces that several clients read are equal.
    """
    return [
        _SERVERS[client](setting),
        *_skills(client),
        *_hooks(client, setting),
        *_blocks(client, setting),
    ]


def server_args(setting: Setting, folder: str = "") -> list[str]:
    """Return the arguments by which `hardwon` serves the memory; `folder` is where it starts."""
    start = ["-C", folder] if folder else []
    memory = [f"--memory={setting.memory}"] if setting.memory else []
    return [*start, *memory, "mcp"]


def _entry(
    path: str, key: str, setting: Setting, *, folder: str = "", typed: bool = True, **more: Any
) -> Piece:
    value: dict[str, Any] = {"type": "stdio"} if typed else {}
    value |= {"command": setting.command, "args": server_args(setting, folder), **more}
    return Piece(Part.SERVER, path, Entry((key, NAME), value))


def _claude_server(setting: Setting) -> Piece:
    path = ".mcp.json" if setting.is_project else ".claude.json"
    return _entry(path, "mcpServers", setting)


def _codex_server(setting: Setting) -> Piece:
    values: dict[str, str | list[str]] = {"command": setting.command, "args": server_args(setting)}
    return Piece(Part.SERVER, ".codex/config.toml", Table(("mcp_servers", NAME), values))


def _cursor_server(setting: Setting) -> Piece:
    # It starts servers where it likes; the variable is the folder that holds `.cursor`.
    folder = "${workspaceFolder}" if setting.is_project else ""
    return _entry(".cursor/mcp.json", "mcpServers", setting, folder=folder)


def _copilot_server(setting: Setting) -> Piece:
    if setting.is_project:  # the file of Claude Code, which it reads as well
        return _claude_server(setting)
    return _entry(".copilot/mcp-config.json", "mcpServers", setting, tools=["*"])


def _vscode_server(setting: Setting) -> Piece:
    user = _VSCODE_USER.get(setting.platform, ".config/Code/User/mcp.json")
    path = ".vscode/mcp.json" if setting.is_project else user
    return _entry(path, "servers", setting, folder="${workspaceFolder}")


def _gemini_server(setting: Setting) -> Piece:
    return _entry(".gemini/settings.json", "mcpServers", setting, typed=False)


_SERVERS = {
    Client.CLAUDE: _claude_server,
    Client.CODEX: _codex_server,
    Client.CURSOR: _cursor_server,
    Client.COPILOT: _copilot_server,
    Client.VSCODE: _vscode_server,
    Client.GEMINI: _gemini_server,
}


def _skills(client: Client) -> list[Piece]:
    folder = ".claude/skills" if client is Client.CLAUDE else _SHARED_SKILLS
    return [
        Piece(Part.SKILL, f"{folder}/{name}/SKILL.md", Whole(text))
        for name, text in render_skills().items()
    ]


def _command(setting: Setting, client: Client) -> str:
    """Return the line that a hook runs, for whatever shell the agent has."""
    words = [*setting.capture, "--client", client.value]
    if setting.platform == "win32":
        return " ".join(f'"{word}"' if " " in word else word for word in words)
    return shlex.join(words)


# What tells of a session, and enough of it for a draft: docs/capture.md has what each event says.
# Events that come after each answer tell of one session again and again, and make one draft.
_EVENTS = {
    Client.CLAUDE: ("SessionEnd",),
    Client.CODEX: ("Stop",),
    Client.CURSOR: ("afterAgentResponse", "sessionEnd"),
    Client.COPILOT: ("sessionStart", "sessionEnd"),
    Client.VSCODE: ("SessionStart", "Stop"),
    Client.GEMINI: ("SessionStart", "AfterAgent"),
}
_HOOK_FILES = {
    Client.CLAUDE: ".claude/settings.json",
    Client.CODEX: ".codex/hooks.json",
    Client.CURSOR: ".cursor/hooks.json",
    Client.GEMINI: ".gemini/settings.json",
}


def _hooks(client: Client, setting: Setting) -> list[Piece]:
    around = {} if client in _GROUPED else _VERSIONED
    folder = ".github" if setting.is_project else ".copilot"
    path = _HOOK_FILES.get(client, f"{folder}/hooks/hardwon.json")
    item = _hook_item(client, setting)
    hooks = [Hook(("hooks", event), item, CAPTURE, around) for event in _EVENTS[client]]
    return [Piece(Part.HOOK, path, hook) for hook in hooks]


# Those that have the form of Claude Code.
_GROUPED = {Client.CLAUDE, Client.CODEX, Client.GEMINI}


def _hook_item(client: Client, setting: Setting) -> dict[str, Any]:
    if client in _GROUPED:
        return {"hooks": [{"type": "command", "command": _command(setting, client)}]}
    if client is Client.CURSOR:
        return {"command": _command(setting, client)}
    # The agent of VS Code is Copilot, and reads the same file: a session that the events of both
    # tell of is to be one, and an item that one of them cannot read spoils the file for it.
    command = _command(setting, Client.COPILOT)
    return {"type": "command", "bash": command, "powershell": command}


# Those that do not read AGENTS.md, with their own file and the line that has them read it.
_IMPORTS = {
    Client.CLAUDE: ("CLAUDE.md", "@AGENTS.md"),
    Client.GEMINI: ("GEMINI.md", "@./AGENTS.md"),
}


def _blocks(client: Client, setting: Setting) -> list[Piece]:
    """Return the block of AGENTS.md, and its import; patterns of one project are no user's."""
    if not setting.block or not setting.is_project:
        return []
    pieces = [Piece(Part.BLOCK, AGENTS, Block(setting.block))]
    if client in _IMPORTS:
        path, line = _IMPORTS[client]
        pieces.append(Piece(Part.IMPORT, path, Block(f"{START}\n{line}\n{END}")))
    return pieces
