"""`hardwon mcp`: the memory as tools for coding agents."""

from __future__ import annotations

import os
import sys

import click

from hardwon.cli.context import Session, pass_session
from hardwon.cli.printing import echo
from hardwon.errors import HardwonError

_TOKEN = "HARDWON_MCP_TOKEN"
# What the extra brings; of our own modules, a missing one is a fault of ours.
_EXTRA = {"anyio", "mcp", "mcp_types", "pydantic", "starlette", "typing_extensions", "uvicorn"}


@click.command("mcp")
@click.option("--http", is_flag=True, help="Serve over HTTP, on this machine alone.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True,
    help="Port of --http; 0 takes any that is free.",
)  # fmt: skip
@click.option(
    "--token", metavar="TEXT", envvar=_TOKEN,
    help=f"Token of --http; better given in {_TOKEN}, since arguments can be seen.",
)  # fmt: skip
@pass_session
def command(session: Session, *, http: bool, port: int, token: str | None) -> None:
    """Serve the memory to coding agents over the Model Context Protocol.

    An agent starts this command by itself and talks to it over standard input and output. With
    --http it listens at 127.0.0.1 and answers to whoever has the token, which is printed on
    stderr unless one is given. Needs the extra hardwon[mcp].

    \b
    Example:
      hardwon mcp
      hardwon mcp --http --port 8765
    """
    ctx = click.get_current_context()
    if not http:
        for name in ("port", "token"):
            if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
                raise click.UsageError(f"--{name} belongs to --http.")
    shown = ctx.get_parameter_source("token") is click.core.ParameterSource.COMMANDLINE
    # Nothing that is started from here needs it: neither git nor a worker.
    os.environ.pop(_TOKEN, None)
    try:
        if http:
            _serve_http(session, port, token, shown=shown)
        else:
            from hardwon.mcp.run import serve_stdio

            if sys.stdin.isatty():
                echo("hardwon: waits for a client, which usually starts this by itself", err=True)
            serve_stdio(session.directory, session.named, lambda: session.today)
    except ImportError as error:
        if (error.name or "").split(".")[0] not in _EXTRA:
            raise
        raise HardwonError(
            "the MCP server needs the extra `mcp`, which is not installed",
            hint="pip install 'hardwon[mcp]'",
        ) from error


def _serve_http(session: Session, port: int, token: str | None, *, shown: bool) -> None:
    from hardwon.mcp.http import ADDRESS, PATH, check_token, listen, make_token
    from hardwon.mcp.run import serve_http

    known = check_token(token) if token is not None else make_token()
    listener = listen(port)

    def announce() -> None:
        echo(f"hardwon: http://{ADDRESS}:{listener.getsockname()[1]}{PATH}", err=True)
        if token is None:
            echo(f"hardwon: token {known}", err=True)
        elif shown:
            echo(f"hardwon: others can see --token among the processes, but no {_TOKEN}", err=True)

    with listener:
        start, named = session.directory, session.named
        serve_http(start, named, lambda: session.today, listener, known, announce)
