"""hardwon as a plugin: one folder that agents and editors install, with a manifest for each.

Formats:

- Agent Plugins Specification 1.0.0 (agentplugins/agent-plugins-spec, spec/1.0.0.md, 2026-08):
  `plugin.json`, `mcp.json` and `skills/`, which every client of the standard reads.
- Claude Code (code.claude.com/docs: plugins/manifest-reference, 2026-10): `.claude-plugin/`,
  with `skills/` and `.mcp.json` where it looks for them unasked.
- Codex (developers.openai.com/codex/plugins/build, 2026-09): `.codex-plugin/`, paths with `./`.
- Cursor (cursor.com/docs/plugins/building and cursor/plugins schemas/plugin.schema.json,
  2026-10): `.cursor-plugin/`, with `skills/` and `mcp.json` unasked.
- Gemini CLI (google-gemini/gemini-cli docs/extensions/reference.md, 2026-06):
  `gemini-extension.json`, with `skills/` unasked; `${workspacePath}` is the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hardwon.markup.jsonc import render
from hardwon.render.agents.setup import NAME
from hardwon.render.agents.skills import DESCRIPTIONS, render_skills

_SCHEMAS = "https://agent-plugins.org/schemas/1.0.0"
_DESCRIPTION = (
    "Patterns counted from a team's own notes: recall them before a task, hold a change against"
    " them, and learn from what happened."
)
_KEYWORDS = ["memory", "patterns", "review", "checklist"]
_README = """\
# hardwon

{description}

It needs the program: `pip install 'hardwon[mcp]'`, and a memory folder, which `hardwon init` makes.

| skill | for |
|---|---|
{skills}

The MCP server `hardwon mcp` serves the memory that is found from the folder in which it is started.
Where a client starts it in this folder, name the memory with the environment variable
`HARDWON_MEMORY`, or write the plugin with `hardwon --memory DIR export plugin`.
{named}
| read by | files |
|---|---|
| clients of the Agent Plugins standard 1.0.0 | `plugin.json`, `mcp.json`, `skills/` |
| Claude Code | `.claude-plugin/plugin.json`, `.mcp.json`, `skills/` |
| Codex | `.codex-plugin/plugin.json`, `.mcp.json`, `skills/` |
| Cursor | `.cursor-plugin/plugin.json`, `mcp.json`, `skills/` |
| Gemini CLI | `gemini-extension.json`, `skills/` |
"""


def plugin_files(
    version: str, *, memory: str = "", skills: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the files of the plugin: path with `/` → text, sorted by path.

    Args:
        version: Of hardwon, which is that of the plugin.
        memory: Memory folder that its server names, absolute; "" for the one that is found.
        skills: Further files below `skills/`, such as those of workflows; ours come first.
    """
    about: dict[str, Any] = {"name": NAME, "version": version, "description": _DESCRIPTION}
    author = {"name": "The hardwon authors"}
    public = {**about, "author": author, "license": "MIT", "keywords": _KEYWORDS}
    args = [*([f"--memory={memory}"] if memory else []), "mcp"]
    server = {"command": NAME, "args": args}
    typed = {"type": "stdio", **server}
    found = args if memory else ["-C", "${workspacePath}", *args]
    files = {
        "plugin.json": {"$schema": f"{_SCHEMAS}/plugin.schema.json", **public},
        "mcp.json": {"$schema": f"{_SCHEMAS}/mcp.schema.json", "mcpServers": {NAME: typed}},
        ".mcp.json": {"mcpServers": {NAME: typed}},
        ".claude-plugin/plugin.json": public,
        ".codex-plugin/plugin.json": {
            **public,
            "skills": "./skills/",
            "mcpServers": "./.mcp.json",
            "interface": {
                "displayName": NAME,
                "shortDescription": "Learn from your own patterns",
                "longDescription": _DESCRIPTION,
                "category": "Developer Tools",
            },
        },
        ".cursor-plugin/plugin.json": {**public, "displayName": NAME},
        "gemini-extension.json": {
            **about,
            "mcpServers": {NAME: {"command": NAME, "args": found}},
        },
    }
    rows = "\n".join(f"| `{name}` | {text.split('. ')[0]} |" for name, text in DESCRIPTIONS.items())
    named = f"\nIts memory is `{memory}`.\n" if memory else ""
    texts = {path: render(data) for path, data in files.items()}
    texts["README.md"] = _README.format(description=_DESCRIPTION, skills=rows, named=named)
    for name, text in (skills or {}).items():
        texts[f"skills/{name}"] = text
    for name, text in render_skills().items():
        texts[f"skills/{name}/SKILL.md"] = text
    return dict(sorted(texts.items()))
