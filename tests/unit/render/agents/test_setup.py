"""What each client is told: equal where several read one file, and fit for its system."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from hardwon.model.agent import Client, Hook, Part, Piece, Scope
from hardwon.render.agents.setup import Setting, setup_pieces

BLOCK = "<!-- hardwon:start -->\nx\n<!-- hardwon:end -->"


def pieces(client: Client, scope: Scope = Scope.PROJECT, **more: Any) -> list[Piece]:
    return setup_pieces(client, Setting(scope, block=BLOCK, **more))


@pytest.mark.parametrize("scope", Scope)
def test_pieces_of_one_place_are_equal(scope: Scope) -> None:
    seen: dict[tuple[str, ...], Piece] = {}
    for client in Client:
        for piece in pieces(client, scope):
            assert seen.setdefault(piece.place, piece) == piece


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("client", Client)
def test_each_client_has_all_parts_and_one_that_it_alone_reads(
    client: Client, scope: Scope
) -> None:
    own = pieces(client, scope)
    parts = {Part.SERVER, Part.SKILL, Part.HOOK} | (
        {Part.BLOCK} if scope is Scope.PROJECT else set()
    )
    assert parts <= {piece.part for piece in own}
    readers = Counter(piece.place for other in Client for piece in pieces(other, scope))
    assert [piece for piece in own if readers[piece.place] == 1]


@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("linux", ".config/Code/User/mcp.json"),
        ("darwin", "Library/Application Support/Code/User/mcp.json"),
        ("win32", "AppData/Roaming/Code/User/mcp.json"),
    ],
)
def test_the_profile_of_vscode_is_where_the_system_has_it(platform: str, path: str) -> None:
    assert pieces(Client.VSCODE, Scope.USER, platform=platform)[0].path == path


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("linux", "'/my tools/hardwon-capture' --client claude"),
        ("win32", '"/my tools/hardwon-capture" --client claude'),
    ],
)
def test_a_path_with_a_space_is_one_word_of_the_hook(platform: str, line: str) -> None:
    capture = ("/my tools/hardwon-capture",)
    found = pieces(Client.CLAUDE, Scope.USER, capture=capture, platform=platform)
    (hook,) = [piece.content for piece in found if isinstance(piece.content, Hook)]
    assert hook.value == {"hooks": [{"type": "command", "command": line}]}


def test_without_a_block_nothing_imports_one() -> None:
    for client in Client:
        found = setup_pieces(client, Setting(Scope.PROJECT))
        assert not {Part.BLOCK, Part.IMPORT} & {piece.part for piece in found}
