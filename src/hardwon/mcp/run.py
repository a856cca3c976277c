"""Running the server until its client leaves it, or a person ends it."""

from __future__ import annotations

import datetime as dt
import io
import socket
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from hardwon.mcp.stdio import Lines, claimed, end_at_interrupt

if TYPE_CHECKING:
    from hardwon.mcp.server import MemoryServer


def serve_stdio(start: Path, named: str | None, today: Callable[[], dt.date]) -> None:
    """Serve the memory over standard input and output until the input ends.

    Args:
        start: Folder from which the memory is looked for.
        named: Memory folder named by the user.
        today: Tells the day.
    """
    with claimed() as (source, target):  # before the SDK is imported: nothing of it may print
        import anyio
        from mcp.server.stdio import stdio_server

        server = _make(start, named, today, follows_roots=True)
        end_at_interrupt()
        writer = io.TextIOWrapper(target, encoding="utf-8", newline="\n")

        async def serve() -> None:
            lines = anyio.wrap_file(cast(IO[str], Lines(source)))
            async with stdio_server(lines, anyio.wrap_file(writer)) as (read, write):
                await server.serve(read, write)

        try:
            anyio.run(serve)
        except* OSError:  # the client has gone in the middle of an answer: nobody is left to tell
            pass


def serve_http(
    start: Path,
    named: str | None,
    today: Callable[[], dt.date],
    listener: socket.socket,
    token: str,
    announce: Callable[[], None],
) -> None:
    """Serve the memory over HTTP at `listener` until the process is told to end.

    Args:
        start: Folder from which the memory is looked for.
        named: Memory folder named by the user.
        today: Tells the day.
        listener: As `hardwon.mcp.http.listen` returns it.
        token: What each request must bring.
        announce: Called when everything is there that serving needs.
    """
    import uvicorn

    from hardwon.mcp.http import make_app

    port = listener.getsockname()[1]
    app = make_app(_make(start, named, today, follows_roots=False), port, token)
    announce()
    # Without a log of requests: headers have the token, and queries what somebody works on.
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


def _make(
    start: Path, named: str | None, today: Callable[[], dt.date], *, follows_roots: bool
) -> MemoryServer:
    from hardwon.mcp.served import Served
    from hardwon.mcp.server import MemoryServer

    served = Served(start, named, today, follows_roots=follows_roots)
    return MemoryServer(served, version("hardwon"))
