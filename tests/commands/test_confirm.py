"""Confirming what is undecided, and asking why: on the command line and on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardwon.cli.main import cli
from memories import BOOK, pattern

NEW = "episodic/code/2026-02-05-pool-ran-dry.md"
TEXT = (
    "# Pool ran dry\n\nA database cursor was not closed in a finally block after rows failed to"
    " load, so the connection pool ran dry.\n"
)


@pytest.fixture
def undecided(memory_dir: Path, write_note) -> Path:
    known = pattern(
        "Close cursors in a finally block",
        1,
        context="When rows are read with a database cursor",
        pattern="Close the cursor in a finally block, or the connection pool runs dry.",
    )
    write_note(BOOK, f"# Patterns\n\n{known}")
    write_note(NEW, TEXT)
    return memory_dir


def proposals(run_cli) -> list[dict]:
    (one,) = json.loads(run_cli("learn", "--dry-run", "--json").stdout)["undecided"]
    assert one["experience"] == NEW
    return one["candidates"]


def test_a_proposal_is_confirmed_by_its_id(undecided: Path, run_cli) -> None:
    (proposal,) = proposals(run_cli)
    assert list(proposal) == ["id", "pattern", "score"]
    assert proposal["id"] in run_cli("learn", "--dry-run").stdout
    done = run_cli("learn", "--accept", proposal["id"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "a person decided so" in done.stdout
    assert f"memory/{NEW}" in (undecided / BOOK).read_text()
    assert run_cli("learn").stdout.startswith("nothing to learn")


def test_an_id_that_nothing_is_proposed_under_changes_nothing(undecided: Path, run_cli) -> None:
    (proposal,) = proposals(run_cli)
    before = (undecided / BOOK).read_bytes()
    done = run_cli("learn", "--accept", proposal["id"], "--accept", "0badcafe")
    assert done.returncode == 2
    assert "nothing is proposed under 0badcafe" in done.stderr
    assert (undecided / BOOK).read_bytes() == before


@pytest.mark.parametrize(("key", "listed"), [("1", True), ("s", False), ("\r", False)])
def test_one_key_confirms(undecided: Path, key: str, listed: bool) -> None:
    done = CliRunner().invoke(cli, ["--memory", str(undecided), "learn", "--ask"], input=key)
    assert done.exit_code == 0, done.output
    assert "It is an example of: " in done.output
    assert (f"memory/{NEW}" in (undecided / BOOK).read_text()) is listed


def test_a_new_pattern_is_one_key_as_well(undecided: Path) -> None:
    CliRunner().invoke(cli, ["--memory", str(undecided), "learn", "--ask"], input="n")
    assert "## Pool ran dry" in (undecided / BOOK).read_text()


def test_why_a_note_is_undecided(undecided: Path, run_cli) -> None:
    before = (undecided / BOOK).read_bytes()
    lines = run_cli("learn", "--explain", f"memory/{NEW}").stdout.splitlines()
    assert lines[0] == f"Pool ran dry  ({NEW})"
    assert lines[1].startswith("  undecided: a pattern says something like it (0.")
    assert any(line.endswith("Close cursors in a finally block") for line in lines)
    assert any("merged unasked from: none has proved safe" in line for line in lines)
    assert (undecided / BOOK).read_bytes() == before


def test_why_as_data(undecided: Path, run_cli) -> None:
    data = json.loads(run_cli("learn", "--explain", NEW, "--json").stdout)
    assert list(data) == ["version", "explained"]
    (found,) = data["explained"]
    assert list(found) == [
        "experience", "listed_by", "settled", "decision", "best", "margin", "likely_from",
        "safe_from", "background", "reason", "candidates",
    ]  # fmt: skip
    assert (found["decision"], found["safe_from"]) == ("undecided", None)
    (candidate,) = found["candidates"]
    assert list(candidate) == ["pattern", "path", "score", "signals"]
    assert list(candidate["signals"]) == ["words", "near", "alike"]


def test_a_listed_note_says_so(undecided: Path, run_cli) -> None:
    run_cli("learn", "--accept", proposals(run_cli)[0]["id"])
    said = run_cli("learn", "--explain", NEW).stdout
    assert "listed by Close cursors in a finally block: nothing is left to decide" in said


def test_a_note_that_is_not_there_is_named(undecided: Path, run_cli) -> None:
    done = run_cli("learn", "--explain", "episodic/code/none.md")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no note is called 'episodic/code/none.md'" in done.stderr
