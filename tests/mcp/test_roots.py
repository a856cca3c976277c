"""A server that was started elsewhere looks in the folders that its client works in."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp.server")

import anyio
from mcp_types import INTERNAL_ERROR, ErrorData, ListRootsResult, Root

from clients import ERAS, MODERN, command, make_server, talk

LEGACY = ERAS[0]


class Roots:
    """Names `uris` as the roots of a client, and counts how often it was asked."""

    def __init__(self, *uris: str) -> None:
        self.asked = 0
        self._uris = uris

    async def __call__(self, _: Any) -> Any:
        self.asked += 1
        return ListRootsResult(roots=[Root(uri=uri) for uri in self._uris])


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


def stats(server: Any, roots: Any, era: str = LEGACY, times: int = 1) -> list[Any]:
    answers = []

    async def scenario(client: Any) -> None:
        for _ in range(times):
            answers.append(await client.call_tool("memory_stats", {}))

    talk(server, scenario, mode=era, list_roots_callback=roots)
    return answers


def test_the_first_root_with_a_memory_is_taken_and_kept(memory: Path, elsewhere: Path) -> None:
    below = memory.parent / "a folder" / "below"
    below.mkdir(parents=True)
    roots = Roots(elsewhere.as_uri(), below.as_uri())
    one, two = stats(make_server(elsewhere, follows_roots=True), roots, times=2)
    assert one.structured_content["patterns"] == two.structured_content["patterns"] == 2
    assert one.structured_content["memory"] == memory.as_posix()
    assert roots.asked == 1


def test_a_memory_that_is_here_asks_for_no_root(memory: Path, elsewhere: Path) -> None:
    roots = Roots(elsewhere.as_uri())
    (answer,) = stats(make_server(memory.parent, follows_roots=True), roots)
    assert (answer.is_error, roots.asked) == (False, 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda place: make_server(place, follows_roots=False),
        lambda place: make_server(place, "not-there", follows_roots=True),
    ],
    ids=["over HTTP", "named"],
)
def test_who_may_not_say_where_is_not_asked(
    make: Callable[[Path], Any], memory: Path, elsewhere: Path
) -> None:
    roots = Roots(memory.parent.as_uri())
    (answer,) = stats(make(elsewhere), roots)
    assert (answer.is_error, roots.asked) == (True, 0)


def test_later_versions_have_no_roots(memory: Path, elsewhere: Path) -> None:
    roots = Roots(memory.parent.as_uri())
    (answer,) = stats(make_server(elsewhere, follows_roots=True), roots, MODERN)
    assert (answer.is_error, roots.asked) == (True, 0)


@pytest.mark.parametrize("uri", ["file:///no/such/folder", "file://host.example/share", "file:///"])
def test_roots_without_a_memory_change_nothing(uri: str, elsewhere: Path) -> None:
    (answer,) = stats(make_server(elsewhere, follows_roots=True), Roots(uri))
    assert answer.is_error
    assert "hardwon init" in answer.content[0].text


def test_a_client_that_refuses_or_has_none(elsewhere: Path) -> None:
    async def refuse(_: Any) -> Any:
        return ErrorData(code=INTERNAL_ERROR, message="no")

    for roots in (refuse, None, Roots()):
        (answer,) = stats(make_server(elsewhere, follows_roots=True), roots)
        assert "hardwon init" in answer.content[0].text


def test_a_client_that_never_tells_is_not_waited_for(elsewhere: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("hardwon.mcp.roots._PATIENCE", 0.2)

    async def never(_: Any) -> Any:
        await anyio.sleep(60)

    began = time.monotonic()
    (answer,) = stats(make_server(elsewhere, follows_roots=True), never)
    assert answer.is_error
    assert time.monotonic() - began < 30


def test_the_process_follows_roots(memory: Path, elsewhere: Path) -> None:
    from mcp import stdio_client

    server = stdio_client(command(cwd=elsewhere))
    (answer,) = stats(server, Roots(memory.parent.as_uri()))
    assert answer.structured_content["memory"] == "memory"
