"""`hardwon mcp` as a process: what it says on stdout, what it survives, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp.server")

from clients import ERAS, MODERN, TEXTS, WORKFLOW, command, environment, files, talk
from hardwon.mcp.stdio import Lines

LEGACY = "2025-11-25"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}
JUNK = [
    b"",
    b"junk",
    b"{",
    b"[]",
    b"null",
    b'{"jsonrpc": "2.0"}',
    b'{"jsonrpc": "1.0", "id": 9, "method": "ping"}',
    b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}',
    b'{"jsonrpc": "2.0", "id": 99, "result": {}}',
    b'{"jsonrpc": "2.0", "method": "notifications/none"}',
    b"\xff\xfe\x00\x01",
    b"[" * 50_000,
    b'{"jsonrpc": "2.0", "id": 3, "method": "ping", "params": "' + b"x" * 100_000,
    "\u2028\u0085".encode(),
]


class Process:
    """A server that is sent lines and read from, without the SDK."""

    def __init__(self, cwd: Path, *args: str, code: str | None = None, **environ: str) -> None:
        start = ["-c", code] if code else ["-m", "hardwon", "mcp"]
        self.process = subprocess.Popen(
            [sys.executable, *start, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**environment(), **environ},
        )

    def send(self, *messages: Any) -> None:
        assert self.process.stdin is not None
        for one in messages:
            line = one if isinstance(one, bytes) else json.dumps(one).encode()
            self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        assert ready, "nothing was answered"
        return json.loads(self.process.stdout.readline())

    def end(self) -> tuple[list[Any], str, int]:
        """Close the input; return what was still said, stderr and the status."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        # Not by `communicate`: a line may have been read ahead.
        said = [json.loads(line) for line in self.process.stdout]
        err = self.process.stderr.read().decode()
        return said, err, self.process.wait(timeout=60)


@pytest.fixture
def start(memory: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def begin(*args: str, **options: Any) -> Process:
        started.append(Process(options.pop("cwd", memory.parent), *args, **options))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        for stream in (one.process.stdin, one.process.stdout, one.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        one.process.wait()


def call(number: int, tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


@pytest.mark.parametrize("era", ERAS)
def test_the_sdks_client_talks_to_the_process(era: str, memory: Path) -> None:
    from mcp import stdio_client

    async def scenario(client: Any) -> None:
        assert client.protocol_version == (MODERN if era == MODERN else LEGACY)
        found = await client.call_tool("search_memory", {"query": "queries"})
        assert found.structured_content["results"][0]["title"] == "Count queries in tests"
        assert (await client.list_resources()).resources
        assert (await client.read_resource("workflow://count-queries-in-tests")).contents[
            0
        ].text == (TEXTS[WORKFLOW])

    talk(stdio_client(command(cwd=memory.parent)), scenario, mode=era)


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_junk_does_not_end_it_and_is_not_answered(
    first: bool, start: Callable[..., Process], memory: Path
) -> None:
    server = start()
    junk = [*JUNK, *JUNK]
    server.send(*(junk if first else []), HELLO)
    assert server.read()["id"] == 1
    server.send(READY, *(junk if not first else []), call(2, "memory_stats"))
    answers = [server.read()]
    while answers[-1].get("id") != 2:
        answers.append(server.read())
    assert answers[-1]["result"]["structuredContent"]["patterns"] == 2
    rest, err, status = server.end()
    assert (rest, status) == ([], 0)
    assert "Traceback" not in err


def test_a_line_without_end_is_not_kept_in_memory() -> None:
    class Endless:
        """A stream that counts what it was asked for, and then has one more line."""

        largest = 0
        left = 1_000

        def readline(self, size: int) -> bytes:
            self.largest = max(self.largest, size)
            self.left -= 1
            if self.left == 0:
                return b"end\n"
            return b"x" * size if self.left > 0 else b"next\n"

    stream = Endless()
    lines = Lines(stream, limit=64)  # type: ignore[arg-type]
    assert lines.readline() == "x" * 64
    assert lines.readline() == "next\n"
    assert stream.largest == 64


def test_nothing_but_json_rpc_is_on_stdout(start: Callable[..., Process]) -> None:
    """Whoever prints while it serves: Python, C, or a process that it starts."""
    code = textwrap.dedent("""
        import os, subprocess, sys
        from hardwon.actions import search
        from hardwon.cli.main import main
        real = search.search
        def noisy(*args, **options):
            print("printed")
            os.write(1, b"written\\n")
            subprocess.run([sys.executable, "-c", "print('started'); print(input())"])
            return real(*args, **options)
        search.search = noisy
        sys.argv = ["hardwon", "mcp"]
        main()
    """)
    server = start(code=code)
    server.send(HELLO, READY, call(2, "search_memory", query="queries"))
    assert server.read()["id"] == 1
    assert server.read()["result"]["structuredContent"]["results"]
    rest, err, status = server.end()
    assert (rest, status) == ([], 0)
    for word in ("printed", "written", "started", "EOFError"):
        assert word in err


def test_a_client_that_goes_away_leaves_no_traceback(start: Callable[..., Process]) -> None:
    server = start()
    server.send(HELLO)
    server.read()
    assert server.process.stdout is not None
    server.process.stdout.close()
    server.send(READY, *(call(n, "memory_stats") for n in range(2, 6)))
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert server.process.wait(timeout=60) == 0
    assert server.process.stderr is not None
    with server.process.stderr as stderr:
        assert b"Traceback" not in stderr.read()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_ends_it_at_once(start: Callable[..., Process]) -> None:
    server = start()
    server.send(HELLO)
    server.read()
    began = time.monotonic()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=20) == -signal.SIGINT
    assert time.monotonic() - began < 10


def test_the_memory_is_found_from_a_folder_below(
    memory: Path, tmp_path: Path, start: Callable[..., Process]
) -> None:
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    server = start(cwd=below)
    server.send(HELLO, READY, call(2, "memory_stats"))
    server.read()
    assert server.read()["result"]["structuredContent"]["memory"] == memory.as_posix()


def test_the_memory_is_the_one_that_the_environment_names(
    tmp_path: Path, start: Callable[..., Process]
) -> None:
    elsewhere = tmp_path / "other" / "memory"
    elsewhere.mkdir(parents=True)
    server = start(HARDWON_MEMORY=str(elsewhere))
    server.send(HELLO, READY, call(2, "memory_stats"))
    server.read()
    assert server.read()["result"]["structuredContent"]["patterns"] == 0


def test_without_the_extra_it_says_what_to_install(memory: Path, run_cli: Any) -> None:
    """A stand-in that cannot be imported is found before the SDK."""
    stand_in = memory.parent / "without"
    for name in ("mcp", "anyio"):
        (stand_in / name).mkdir(parents=True)
        (stand_in / name / "__init__.py").write_text(
            f"raise ModuleNotFoundError('there is no {name}', name={name!r})\n"
        )
    path = os.pathsep.join([str(stand_in), os.environ.get("PYTHONPATH", "")])
    for args in ((), ("--http", "--port", "0")):
        done = run_cli("mcp", *args, PYTHONPATH=path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "hardwon[mcp]" in done.stderr
        assert "Traceback" not in done.stderr
    assert run_cli("stats", PYTHONPATH=path).returncode == 0


def test_reading_writes_nothing_as_a_process(memory: Path) -> None:
    from mcp import stdio_client

    before = files(memory)

    async def scenario(client: Any) -> None:
        for tool, arguments in (
            ("search_memory", {"query": "queries"}),
            ("get_pattern", {"name": "count queries"}),
            ("learn", {}),
            ("memory_stats", {}),
        ):
            assert not (await client.call_tool(tool, arguments)).is_error

    talk(stdio_client(command(cwd=memory.parent)), scenario)
    assert files(memory) == before
