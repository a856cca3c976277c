"""`hardwon learn` as a person runs it, on the real book and on one note more."""

from __future__ import annotations

import difflib
import json
import re
import shutil
from pathlib import Path

import pytest

from conftest import CORPUS, SEEDS, needs_corpus, needs_seeds
from memories import note, pattern

NOTE = note("Slow orders page", "2026-03-01", project="shop", outcome="SUCCESS",
            applied="N+1 Query Prevention")  # fmt: skip


@pytest.fixture
def seeded(memory_dir: Path) -> Path:
    shutil.copyfile(SEEDS / "dev-patterns.md", memory_dir / "semantic/patterns/dev-patterns.md")
    (memory_dir / "episodic/code/2026-03-01-slow-orders-page.md").write_text(NOTE)
    return memory_dir


@needs_seeds
def test_one_more_example_changes_its_lines_only(seeded: Path, run_cli) -> None:
    book = seeded / "semantic/patterns/dev-patterns.md"
    before = book.read_text()
    done = run_cli("learn")
    assert (done.returncode, done.stderr) == (0, "")
    diff = difflib.unified_diff(before.split("\n"), book.read_text().split("\n"), n=0, lineterm="")
    assert [line for line in diff if not line.startswith(("---", "+++", "@@"))] == [
        "-**Confidence:** MEDIUM",
        "-**Based on:** 4 examples",
        "-**Last reinforced:** 2024-12-20",
        "+**Confidence:** HIGH",
        "+**Based on:** 5 examples",
        "+**Last reinforced:** 2026-03-01",
        "+5. shop - Slow orders page (2026-03-01) - SUCCESS",
        "+- memory/episodic/code/2026-03-01-slow-orders-page.md",
        "-**Last Updated:** 2025-01-11",
        "+**Last Updated:** 2026-03-01",
        "-- MEDIUM: 3 patterns (43%)",
        "-- LOW: 1 pattern (14%)",
        "+- MEDIUM: 2 patterns (29%)",
        "+- LOW: 2 patterns (29%)",
    ]
    workflow = (seeded / "procedural/workflows/n-1-query-prevention.md").read_text()
    assert "- [ ] Use `select_related()` for foreign key relationships" in workflow
    assert "confidence: HIGH\nexamples: 5\nlast_reinforced: 2026-03-01\n" in workflow


@needs_seeds
def test_json_is_the_contract(seeded: Path, run_cli) -> None:
    data = json.loads(run_cli("learn", "--dry-run", "--json").stdout)
    assert list(data) == ["version", "changes", "undecided", "skipped", "masked"]
    book = "semantic/patterns/dev-patterns.md"
    experience = "episodic/code/2026-03-01-slow-orders-page.md"
    assert data["version"] == 1
    assert data["undecided"] == data["skipped"] == data["masked"] == []
    assert data["changes"][:3] == [
        {
            "kind": "reinforced",
            "pattern": "N+1 Query Prevention",
            "path": book,
            "experience": experience,
            "before": "4 examples",
            "after": "5 examples",
            "reason": "the note says that it applied the pattern",
        },
        {
            "kind": "promoted",
            "pattern": "N+1 Query Prevention",
            "path": book,
            "experience": experience,
            "before": "MEDIUM",
            "after": "HIGH",
            "reason": "5 net examples",
        },
        {
            "kind": "totals_updated",
            "pattern": None,
            "path": book,
            "experience": None,
            "before": "3 HIGH, 3 MEDIUM, 1 LOW",
            "after": "3 HIGH, 2 MEDIUM, 2 LOW",
            "reason": "its patterns are counted again",
        },
    ]
    assert {change["kind"] for change in data["changes"][3:]} == {"workflow_written"}


@needs_seeds
def test_the_diff_applies_and_says_what_learn_does(seeded: Path, run_cli, git_repo) -> None:
    git_repo("add", "-A")
    git_repo("commit", "-qm", "start")
    diff = run_cli("learn", "--diff").stdout
    assert git_repo("status", "--porcelain") == ""
    (seeded.parent / "learn.diff").write_text(diff)
    git_repo("apply", "learn.diff")
    applied = {p: p.read_bytes() for p in sorted(seeded.rglob("*.md"))}
    git_repo("checkout", "-q", ".")
    git_repo("clean", "-fdq", "memory")
    run_cli("learn")
    assert {p: p.read_bytes() for p in sorted(seeded.rglob("*.md"))} == applied


@needs_seeds
def test_a_second_run_touches_no_file(seeded: Path, run_cli) -> None:
    run_cli("learn")
    stamps = {p: p.stat().st_mtime_ns for p in seeded.rglob("*.md")}
    done = run_cli("learn")
    assert done.stdout == "nothing to learn: every note is counted or waits for a second one\n"
    assert {p: p.stat().st_mtime_ns for p in seeded.rglob("*.md")} == stamps


@needs_corpus
def test_the_memory_that_the_format_comes_from(tmp_path: Path, run_cli) -> None:
    """Its one note is a source already; two patterns are HIGH and get their workflows."""
    for family in "AB":
        shutil.copytree(
            CORPUS / family / "iwo-szapar__vibe-working-solopreneur" / "memory",
            tmp_path / "memory",
            dirs_exist_ok=True,
        )
    data = json.loads(run_cli("learn", "--json").stdout)
    assert [(c["kind"], c["pattern"]) for c in data["changes"]] == [
        ("workflow_written", "Error Logging with User Context"),
        ("workflow_written", "PostgreSQL Index on Foreign Keys"),
    ]
    assert data["undecided"] == data["skipped"] == []
    assert len(json.loads(run_cli("list", "--json").stdout)["patterns"]) == 19


@needs_corpus
@pytest.mark.parametrize("family", ["A", "B"])
def test_a_whole_family_as_one_memory(family: str, tmp_path: Path, run_cli) -> None:
    shutil.copytree(CORPUS / family, tmp_path / "memory", symlinks=True)
    done = run_cli("--memory", "memory", "learn", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["skipped"] == []


def test_a_book_with_conflict_markers_is_named_and_left(write_note, run_cli) -> None:
    text = pattern("Retry Twice", 1).replace(
        "**Confidence:** LOW\n",
        "<<<<<<< ours\n**Confidence:** LOW\n=======\n**Confidence:** HIGH\n>>>>>>> theirs\n",
    )
    book = write_note("semantic/patterns/dev-patterns.md", text)
    write_note("episodic/code/2026-01-01-x.md", note("Flaky", applied="Retry Twice"))
    done = run_cli("learn")
    assert done.returncode == 0
    assert done.stderr == (
        "skipped memory/semantic/patterns/dev-patterns.md:3: "
        "holds the conflict markers of an unfinished merge\n"
    )
    assert book.read_text() == text


def test_without_a_memory_it_says_how_to_make_one(tmp_path: Path, run_cli) -> None:
    done = run_cli("learn")
    assert done.returncode == 2
    assert done.stderr == (
        f"hardwon: no memory folder in {tmp_path.resolve()} or above\n"
        "  hint: create one with: hardwon init (or name one with --memory DIR)\n"
    )


LIKELY = (
    "# Connection pool ran dry\n\n**Date:** 2026-01-05\n\nA database cursor was not closed when "
    "reading rows failed, so the connection pool ran dry. A finally block now closes the cursor.\n"
)


@pytest.fixture
def undecided(write_note) -> None:
    """Write a note whose text resembles a pattern that it does not name."""
    write_note(
        "semantic/patterns/dev-patterns.md",
        pattern(
            "Close cursors in a finally block", 1,
            context="When rows are read with a database cursor",
            pattern="Close the cursor in a finally block, or the connection pool runs dry.",
        ),
    )  # fmt: skip
    write_note("episodic/code/2026-01-05-pool.md", LIKELY)


@pytest.mark.usefixtures("undecided")
def test_without_a_terminal_it_reports_what_it_cannot_decide(run_cli) -> None:
    done = run_cli("learn")
    assert done.stdout.startswith(
        "nothing to learn: 1 note is undecided, every other one is counted or waits"
    )
    assert "1 note undecided:\n  memory/episodic/code/2026-01-05-pool.md: " in done.stdout
    assert re.search(r"\n    [0-9a-f]{8}  0\.\d\d  Close cursors in a finally block\n", done.stdout)
    data = json.loads(run_cli("learn", "--json").stdout)
    assert [list(entry) for entry in data["undecided"]] == [["experience", "candidates"]]
    assert data["changes"] == []


@pytest.mark.usefixtures("undecided")
@pytest.mark.parametrize(
    ("answer", "kinds"),
    [("1\n", ["reinforced", "promoted"]), ("n\n", ["created"]), ("s\n", [])],
)
def test_a_person_may_decide(answer: str, kinds: list[str], memory_dir: Path, run_cli) -> None:
    done = run_cli("learn", "--ask", stdin=answer)
    assert done.returncode == 0, done.stderr
    assert "Connection pool ran dry  (memory/episodic/code/2026-01-05-pool.md)" in done.stdout
    again = json.loads(run_cli("learn", "--dry-run", "--json").stdout)
    assert again["changes"] == []
    assert len(again["undecided"]) == (0 if kinds else 1)
    book = (memory_dir / "semantic/patterns/dev-patterns.md").read_text()
    assert book.count("2026-01-05-pool.md") == (1 if kinds else 0)
    assert ("## Connection pool ran dry\n" in book) == (kinds == ["created"])
