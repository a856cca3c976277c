"""`hardwon mcp --http`: who may ask, and where the token is seen."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp.server")

import anyio
import httpx2

from clients import ERAS, environment
from hardwon.errors import HardwonError
from hardwon.mcp.http import Guard, check_token, listen, make_token

TOKEN = "a-token-that-is-long-enough"
PORT = 8765
RIGHT = {"Host": f"127.0.0.1:{PORT}", "Authorization": f"Bearer {TOKEN}"}


def ask(headers: list[tuple[str, str]] | dict[str, str], path: str = "/mcp") -> tuple[int, str]:
    """Return status and text that the guard, or the application behind it, answers."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"let through"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    pairs = headers.items() if isinstance(headers, dict) else headers
    scope = {
        "type": "http",
        "path": path,
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
    }
    anyio.run(Guard(app, PORT, TOKEN), scope, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


@pytest.mark.parametrize(
    "headers",
    [
        RIGHT,
        {**RIGHT, "Host": f"localhost:{PORT}"},
        {**RIGHT, "Host": f"LOCALHOST:{PORT}"},
        {**RIGHT, "Origin": f"http://127.0.0.1:{PORT}"},
        {**RIGHT, "Origin": f"http://localhost:{PORT}"},
        {**RIGHT, "Authorization": f"bearer {TOKEN}"},
    ],
)
def test_whoever_has_the_token_on_this_machine_may_ask(headers: dict[str, str]) -> None:
    assert ask(headers) == (200, "let through")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": f"evil.example:{PORT}"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": f"127.0.0.1:{PORT + 1}"}, 421),
        ({"Host": f"127.0.0.1.evil.example:{PORT}"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": f"http://evil.example:{PORT}"}, 403),
        ({"Origin": f"https://127.0.0.1:{PORT}"}, 403),
        ({"Origin": f"http://127.0.0.1:{PORT + 1}"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer " + TOKEN[:-1]}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": TOKEN}, 401),
    ],
)
@pytest.mark.parametrize("path", ["/mcp", "/", "/other"])
def test_others_are_refused_on_every_path(change: dict[str, str], status: int, path: str) -> None:
    answered, text = ask({**RIGHT, **change}, path)
    assert answered == status
    assert TOKEN not in text


@pytest.mark.parametrize("missing", ["Host", "Authorization"])
def test_a_header_that_is_missing_or_there_twice_is_refused(missing: str) -> None:
    one_less = [(name, value) for name, value in RIGHT.items() if name != missing]
    assert ask(one_less)[0] in {401, 421}
    assert ask([*RIGHT.items(), (missing, RIGHT[missing])])[0] in {401, 421}


def test_host_is_looked_at_before_the_token() -> None:
    """Or a page could try tokens."""
    assert ask({"Host": "evil.example", "Authorization": "Bearer wrong"})[0] == 421


@pytest.mark.parametrize(
    "token", ["", "short", "with a blank in it and long", "ü" * 30, "x\n" * 20]
)
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    with pytest.raises(HardwonError) as caught:
        check_token(token)
    assert not token or token not in str(caught.value)


def test_made_tokens_are_long_and_differ() -> None:
    tokens = {check_token(make_token()) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)


def test_it_listens_on_this_machine_alone() -> None:
    with listen(0) as listener:
        address, port = listener.getsockname()
        assert address == "127.0.0.1"
        with pytest.raises(HardwonError) as caught:
            listen(port)
        assert f"127.0.0.1:{port}" in str(caught.value)
        assert "--port" in str(caught.value)


class Server:
    """`hardwon mcp --http` as a process, with what it said on stderr when it began."""

    def __init__(self, cwd: Path, *args: str, **environ: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hardwon", "mcp", "--http", "--port", "0", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env={**environment(), **environ},
        )
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/mcp", self.said)
        assert found, self.said + self.process.stderr.read()
        self.port, self.url = int(found[1]), found[0]

    def end(self) -> str:
        """Stop the server; return all that it said behind what was read."""
        self.process.terminate()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        with self.process, self.process.stdout as stdout, self.process.stderr as stderr:
            assert stdout.read() == ""
            return stderr.read()

    def post(self, **headers: str) -> Any:
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        accept = {"Accept": "application/json, text/event-stream"}
        for _ in range(200):  # it listens before it serves
            try:
                return httpx2.post(
                    self.url, json=request, headers={**accept, **headers}, timeout=30
                )
            except httpx2.ConnectError:
                continue
        raise AssertionError("it never answered")


@pytest.fixture
def http(memory: Path) -> Iterator[Server]:
    server = Server(memory.parent, HARDWON_MCP_TOKEN=TOKEN)
    yield server
    if server.process.poll() is None:
        server.end()


@pytest.mark.parametrize("era", ERAS)
def test_the_sdks_client_talks_to_it(era: str, http: Server) -> None:
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(headers=headers, timeout=30) as opened:
            transport = streamable_http_client(http.url, http_client=opened)
            async with Client(transport, mode=era) as client:
                found = await client.call_tool("search_memory", {"query": "queries"})
                (hit, *_) = found.structured_content["results"]
                assert hit["title"] == "Count queries in tests"

    anyio.run(run)


def test_it_refuses_over_the_wire(http: Server) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert http.post().status_code == 401
    assert http.post(Authorization="Bearer wrong").status_code == 401
    assert http.post(**bearer, Host="evil.example").status_code == 421
    assert http.post(**bearer, Origin="http://evil.example").status_code == 403
    huge = httpx2.post(http.url, content=b"x" * 9_000_000, headers=bearer, timeout=30)
    assert huge.status_code == 413
    with socket.create_connection(("127.0.0.1", http.port)) as raw:
        raw.sendall(b"junk\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert http.post(**bearer).status_code in {200, 400}
    assert TOKEN not in http.said + http.end()


def test_a_token_is_made_and_told_once(memory: Path) -> None:
    server = Server(memory.parent)
    try:
        assert server.process.stderr is not None
        told = server.process.stderr.readline()
        token = told.split()[-1]
        assert check_token(token) == token
        assert server.post(Authorization=f"Bearer {token}").status_code != 401
        assert server.post(Authorization=f"Bearer {TOKEN}").status_code == 401
    finally:
        assert token not in server.end()


def test_a_token_among_the_arguments_is_warned_of(memory: Path) -> None:
    server = Server(memory.parent, "--token", TOKEN)
    try:
        assert server.post(Authorization=f"Bearer {TOKEN}").status_code != 401
    finally:
        said = server.end()
    assert "HARDWON_MCP_TOKEN" in said
    assert TOKEN not in said


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_what_it_starts_does_not_get_the_token(memory: Path, run_cli: Any) -> None:
    """Git, and the workers that try detectors, have no use for it."""
    code = (
        "import os, sys, hardwon.mcp.run as run\n"
        "run.serve_http = lambda *args: print('HARDWON_MCP_TOKEN' in os.environ)\n"
        "from hardwon.cli.main import main\n"
        "sys.argv = ['hardwon', 'mcp', '--http', '--port', '0']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=memory.parent,
        env={**environment(), "HARDWON_MCP_TOKEN": TOKEN},
        check=True,
        timeout=60,
    )
    assert done.stdout == "False\n"


def test_options_of_http_without_it_are_refused(memory: Path, run_cli: Any) -> None:
    for option in (("--port", "1"), ("--token", TOKEN)):
        done = run_cli("mcp", *option)
        assert done.returncode == 2
        assert f"{option[0]} belongs to --http" in done.stderr
    done = run_cli("mcp", "--http", "--port", "0", "--token", "short")
    assert done.returncode == 2
    assert "the token cannot be used" in done.stderr
    assert "short" not in done.stderr
    assert json.dumps(TOKEN) not in done.stderr
