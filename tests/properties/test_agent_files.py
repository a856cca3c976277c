"""Setting an agent up and taking it out again: whatever its files hold, they come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.errors import AgentFileError
from hardwon.markup.agent_files import is_laid, lay, take
from hardwon.model.agent import Client, Piece, Scope
from hardwon.render.agents.setup import Setting, setup_pieces
from json_texts import texts

BLOCK = "<!-- hardwon:start -->\n## Learned\n<!-- hardwon:end -->"


def by_file() -> dict[str, list[Piece]]:
    """Return all pieces by the file that they are for, in the order of writing."""
    found: dict[str, dict[tuple[str, ...], Piece]] = {}
    for scope in Scope:
        for client in Client:
            for piece in setup_pieces(client, Setting(scope, block=BLOCK)):
                found.setdefault(piece.path, {}).setdefault(piece.place, piece)
    return {path: list(pieces.values()) for path, pieces in found.items()}


FILES = by_file()
JSON = [path for path in FILES if path.endswith(".json")]


def lay_all(pieces: list[Piece], text: str | None) -> str | None:
    for piece in pieces:
        text = lay(piece, text)
    return text


def take_all(pieces: list[Piece], text: str | None) -> str | None:
    for piece in reversed(pieces):
        text = None if text is None else take(piece, text)
    return text


@given(text=texts, path=st.sampled_from(JSON))
def test_whatever_a_json_file_holds_it_comes_back(text: str, path: str) -> None:
    pieces = FILES[path]
    try:
        laid = lay_all(pieces, text)
    except AgentFileError:
        return  # another kind of value stands on the way, or the version is missing
    assert all(is_laid(piece, laid) for piece in pieces)
    assert lay_all(pieces, laid) == laid
    assert take_all(pieces, laid) == text


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_was_not_there_goes(path: str) -> None:
    pieces = FILES[path]
    laid = lay_all(pieces, None)
    assert laid is not None
    assert laid.endswith("\n")
    assert all(is_laid(piece, laid) for piece in pieces)
    assert lay_all(pieces, laid) == laid
    assert take_all(pieces, laid) is None


@pytest.mark.parametrize("path", [path for path in FILES if "SKILL" not in path])
def test_one_piece_can_be_taken_without_the_others(path: str) -> None:
    pieces = FILES[path]
    laid = lay_all(pieces, None)
    assert laid is not None
    for piece in pieces:
        left = take(piece, laid)
        assert not is_laid(piece, left)
        assert all(is_laid(other, left) for other in pieces if other is not piece)
        assert (left is None) == (len(pieces) == 1)


def test_a_versioned_file_without_its_version_is_refused() -> None:
    pieces = FILES[".cursor/hooks.json"]
    with pytest.raises(AgentFileError, match="has no version 1"):
        lay_all(pieces, "{}")
    text = '{\n  "version": 1\n}\n'
    assert take_all(pieces, lay_all(pieces, text)) == text
