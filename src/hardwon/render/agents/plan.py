"""What setting agents up would write, as a list, and what is left to do by hand."""

from __future__ import annotations

from collections.abc import Sequence

from hardwon.model.agent import Client, Part, Scope

_TRUST = "opens files of a project only once you trust its folder"
# What each client asks of a person before it uses what was written.
NEXT = {
    Client.CLAUDE: "claude asks once whether to use the MCP server; /mcp shows it",
    Client.CODEX: f"codex {_TRUST}; /hooks there lets the capture hook run",
    Client.CURSOR: "switch the MCP server on in Cursor's settings, under MCP",
    Client.COPILOT: f"copilot {_TRUST}; /mcp shows the server",
    Client.VSCODE: "start the MCP server from mcp.json in VS Code, and trust it",
    Client.GEMINI: f"gemini {_TRUST}; /mcp shows the server",
}


def change_line(old: str | None, new: str | None, path: str, parts: Sequence[Part]) -> str:
    """Return a line of the list: what happens to the file, which it is, and what of it."""
    verb = "make" if old is None else "remove" if new is None else "change"
    return f"  {verb:<6}  {path}  ({', '.join(parts)})"


def next_lines(clients: Sequence[Client], scope: Scope) -> list[str]:
    """Return what a person does next, a line each."""
    lines = ["commit these files"] if scope is Scope.PROJECT else []
    return [*lines, *(NEXT[client] for client in clients)]
