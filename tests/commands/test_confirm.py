"""Confirming what is undecided, and asking why: on the command line and on a terminal."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardwon.cli.main import cli
from memories import BOOK, note, pattern

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


def test_a_proposal_is_refused_by_its_id(undecided: Path, run_cli) -> None:
    (proposal,) = proposals(run_cli)
    before = (undecided / BOOK).read_text()
    line = f"+- memory/{NEW}\n"
    assert line in run_cli("learn", "--refuse", proposal["id"], "--diff").stdout
    assert (undecided / BOOK).read_text() == before
    done = run_cli("learn", "--refuse", proposal["id"])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "refused    Close cursors in a finally block\n"
        f"           memory/{NEW}: a person decided so\n"
        "\n1 note refused; 1 file changed\n"
    )
    assert (undecided / BOOK).read_text() == f"{before}\n**Not examples:**\n- memory/{NEW}\n"
    again = json.loads(run_cli("learn", "--json").stdout)
    assert again["changes"] == again["undecided"] == again["skipped"] == []
    assert (
        "no example of Close cursors in a finally block, says a person"
        in run_cli("learn", "--explain", NEW).stdout
    )
    assert run_cli("learn", "--refuse", proposal["id"]).returncode == 2


def test_a_refusal_as_data(undecided: Path, run_cli) -> None:
    (proposal,) = proposals(run_cli)
    done = run_cli("learn", "--refuse", proposal["id"], "--json")
    assert json.loads(done.stdout) == {
        "version": 1,
        "changes": [
            {
                "kind": "refused",
                "pattern": "Close cursors in a finally block",
                "path": BOOK,
                "experience": NEW,
                "before": None,
                "after": None,
                "reason": "a person decided so",
            }
        ],
        "undecided": [],
        "skipped": [],
        "masked": [],
    }


def test_an_id_is_confirmed_or_refused_but_not_both(undecided: Path, run_cli) -> None:
    (proposal,) = proposals(run_cli)
    before = (undecided / BOOK).read_bytes()
    both = run_cli("learn", "--accept", proposal["id"], "--refuse", proposal["id"])
    assert (both.returncode, both.stdout) == (2, "")
    assert f"--accept and --refuse both name {proposal['id']}" in both.stderr
    done = run_cli("learn", "--refuse", proposal["id"], "--refuse", "0badcafe")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing is proposed under 0badcafe" in done.stderr
    assert (undecided / BOOK).read_bytes() == before


def test_one_is_confirmed_and_another_refused_at_once(undecided: Path, run_cli, write_note) -> None:
    other = NEW.replace("pool-ran-dry", "again")
    write_note(other, TEXT.replace("# Pool ran dry", "# Cursor left open"))
    found = json.loads(run_cli("learn", "--dry-run", "--json").stdout)["undecided"]
    ids = {one["experience"]: one["candidates"][0]["id"] for one in found}
    done = run_cli("learn", "--accept", ids[NEW], "--refuse", ids[other])
    assert done.returncode == 0, done.stderr
    sources, refused = (undecided / BOOK).read_text().split("**Not examples:**")
    assert f"- memory/{NEW}\n" in sources
    assert refused == f"\n- memory/{other}\n"


def test_what_is_no_pattern_yet_is_not_refused(memory_dir: Path, write_note, run_cli) -> None:
    story = "The nightly backup ran out of inodes because temporary files were {}."
    write_note("hardwon.toml", "[matching]\nmerge = 1.0\n")
    for day, word in enumerate(("never removed", "not removed"), start=1):
        text = note("Backup", f"2026-01-0{day}", happened=story.format(word))
        write_note(f"episodic/code/2026-01-0{day}-backup.md", text)
    (one,) = json.loads(run_cli("learn", "--dry-run", "--json").stdout)["undecided"]
    number = one["candidates"][0]["id"]
    done = run_cli("learn", "--refuse", number)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{number} proposes a new pattern" in done.stderr
    assert f"write `patterns: none` into the front matter of {one['experience']}" in done.stderr
    asked = CliRunner().invoke(cli, ["--memory", str(memory_dir), "learn", "--ask"], input="xs")
    assert "  x  " not in asked.output
    assert "It is an example of: left open" in asked.output


def test_one_key_refuses_and_asks_no_more(undecided: Path) -> None:
    words = ["--memory", str(undecided), "learn", "--ask"]
    done = CliRunner().invoke(cli, words, input="x")
    assert done.exit_code == 0, done.output
    assert "It is an example of: none of these\n" in done.output
    assert f"**Not examples:**\n- memory/{NEW}\n" in (undecided / BOOK).read_text()
    assert CliRunner().invoke(cli, words).output.startswith("nothing to learn")


def test_after_none_of_these_the_note_is_not_asked_about_again(undecided: Path, write_note) -> None:
    """Another pattern may come near then; that is left for the next time."""
    for number in range(10):
        near = pattern(
            f"Cursor rule {number}",
            1,
            context="When rows are read with a cursor",
            pattern="Close the cursor in a finally block or the pool runs dry.",
        )
        write_note(f"semantic/patterns/near{number}-patterns.md", f"# Patterns\n\n{near}")
    write_note(NEW, TEXT + "\n## Learnings\n- Close all cursors that were opened for rows.\n")
    done = CliRunner().invoke(cli, ["--memory", str(undecided), "learn", "--ask"], input="xxxx")
    assert done.output.count("It is an example of: ") == 1
    assert "1 note undecided" in done.output


def test_one_key_on_a_terminal(undecided: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts without Enter; pressed before it is waited for it is lost, so it is repeated."""
    pty = pytest.importorskip("pty")
    monkeypatch.setenv("NO_COLOR", "1")
    ours, theirs = pty.openpty()
    words = ["-m", "hardwon", "--memory", str(undecided), "learn"]
    with subprocess.Popen(
        [sys.executable, *words], stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        printed = b""
        with contextlib.suppress(OSError):  # what a terminal says at its end
            while True:
                if select.select([ours], [], [], 0.2)[0]:
                    printed += os.read(ours, 4096)
                elif printed.endswith(b"It is an example of: "):
                    os.write(ours, b"x")
    os.close(ours)
    assert process.returncode == 0
    assert printed.decode().replace("\r\n", "\n") == (
        f"\nPool ran dry  ({undecided / NEW})\n"
        "its text resembles a pattern:\n"
        "  1  Close cursors in a finally block  0.47\n"
        "  n  a new pattern\n"
        "  x  none of these: do not propose them again\n"
        "  s  leave it open (or Enter)\n"
        "It is an example of: none of these\n"
        "refused    Close cursors in a finally block\n"
        f"           {undecided / NEW}: a person decided so\n"
        "\n1 note refused; 1 file changed\n"
    )


def test_a_new_pattern_is_one_key_as_well(undecided: Path) -> None:
    CliRunner().invoke(cli, ["--memory", str(undecided), "learn", "--ask"], input="n")
    assert "## Pool ran dry" in (undecided / BOOK).read_text()


def test_why_a_note_is_undecided(undecided: Path, run_cli) -> None:
    before = (undecided / BOOK).read_bytes()
    lines = run_cli("learn", "--explain", f"memory/{NEW}").stdout.splitlines()
    assert lines[0] == f"Pool ran dry  (memory/{NEW})"
    assert lines[1].startswith("  undecided: a pattern says something like it (0.")
    assert any(line.endswith("Close cursors in a finally block") for line in lines)
    assert any("merged unasked from: none has proved safe" in line for line in lines)
    assert (undecided / BOOK).read_bytes() == before


def test_why_as_data(undecided: Path, run_cli) -> None:
    data = json.loads(run_cli("learn", "--explain", NEW, "--json").stdout)
    assert list(data) == ["version", "explained"]
    (found,) = data["explained"]
    assert list(found) == [
        "experience", "listed_by", "refused_by", "settled", "decision", "best", "margin",
        "likely_from", "safe_from", "background", "reason", "candidates",
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
