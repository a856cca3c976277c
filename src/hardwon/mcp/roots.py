"""The folders that a client works in: where the memory is looked for when it is not here.

Some clients start their servers in a folder of their own, such as a home directory, and name the
project as a root. The protocol gave roots up with 2026-07-28; before, they are asked for.
"""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp_types import ListRootsRequest, ListRootsResult

from hardwon.errors import HardwonError
from hardwon.files.folder import find_folder
from hardwon.mcp.served import Served

# A client that names roots and then does not tell them must not keep a tool waiting.
_PATIENCE = 5.0
_MAX_ROOTS = 20


async def follow_roots(ctx: Context[Served, Any]) -> bool:
    """Have the memory looked for from a root of the client; return whether one has it.

    The first of its roots that has a memory in it or above takes the place of the folder in
    which the server was started, for this and all later requests.
    """
    served = ctx.request_context.lifespan_context
    capabilities = ctx.client_capabilities
    if not served.follows_roots or served.named or not ctx.session.can_send_request:
        return False
    if capabilities is None or capabilities.roots is None:
        return False
    for root in await _ask(ctx):
        try:
            find_folder(root)
        except (HardwonError, OSError):
            continue
        served.start = root
        return True
    return False


async def _ask(ctx: Context[Served, Any]) -> list[Path]:
    with anyio.move_on_after(_PATIENCE):
        try:
            # As `list_roots` does, without its warning that later versions have none.
            answer = await ctx.session.send_request(ListRootsRequest(), ListRootsResult)
        except MCPError:
            return []
        return list(_folders(answer))
    return []


def _folders(answer: ListRootsResult) -> Iterator[Path]:
    """Yield the folders of this machine that `answer` names."""
    for root in answer.roots[:_MAX_ROOTS]:
        parts = urllib.parse.urlsplit(str(root.uri))
        if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
            path = Path(urllib.request.url2pathname(parts.path))
            if path.is_absolute():
                yield path
