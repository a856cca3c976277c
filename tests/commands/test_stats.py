"""`hardwon stats`, run as a user runs it; its JSON is a contract and compared whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from conftest import SEEDS, needs_seeds

Run = Callable[..., CompletedProcess[str]]

BOOK = """\
# Book

## Join Rows

**Confidence:** HIGH
**Time saved per use:** ~30 minutes

**Pattern:**
Join.

**Examples:**
1. shop (2026-01-05)
2. bank (2026-02)

**Source experiences:**
- episodic/code/2026-01-05-shop.md

## Log Users

**Confidence:** LOW

**Pattern:**
Log.

**Examples:**
1. shop (2025-02-01)
"""
NOTE = "# Slow list\n\n**Time saved:** 20 minutes\n\n## Patterns Applied\n\n- Join Rows\n"


def _fill(memory_dir: Path) -> None:
    (memory_dir / "semantic/patterns/book.md").write_text(BOOK)
    (memory_dir / "episodic/code/2026-01-05-shop.md").write_text(NOTE)


def test_json_is_the_contract(memory_dir: Path, run_cli: Run) -> None:
    _fill(memory_dir)
    done = run_cli("stats", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    growth = data.pop("growth")
    assert list(data) == [
        "version", "patterns", "by_confidence", "experiences", "workflows", "proved_share",
        "minutes_saved_stated", "minutes_saved_measured", "next_steps",
    ]  # fmt: skip
    assert data == {
        "version": 1,
        "patterns": 2,
        "by_confidence": {"low": 1, "medium": 1, "high": 0},
        "experiences": 1,
        "workflows": 0,
        "proved_share": 0.333,
        "minutes_saved_stated": 60,
        "minutes_saved_measured": 20,
        "next_steps": [
            {
                "kind": "promote",
                "pattern": "Log Users",
                "text": "1 of 2 examples: one more makes it MEDIUM",
            },
            {
                "kind": "stale",
                "pattern": "Log Users",
                "text": "no example since 2025-02-01, 393 days ago: does it still hold?",
            },
        ],
    }
    assert len(growth) == 13
    assert growth[0] == {"month": "2025-02", "low": 1, "medium": 0, "high": 0}
    assert growth[-2:] == [
        {"month": "2026-01", "low": 2, "medium": 0, "high": 0},
        {"month": "2026-02", "low": 1, "medium": 1, "high": 0},
    ]


def test_text_labels_every_number(memory_dir: Path, run_cli: Run) -> None:
    _fill(memory_dir)
    text = (memory_dir / "semantic/patterns/book.md").read_text()
    recent = text.replace("2025-02-01", "2026-01-01")
    (memory_dir / "semantic/patterns/book.md").write_text(recent)
    assert run_cli("stats", COLUMNS="80").stdout == (
        "Patterns     2: 0 HIGH, 1 MEDIUM, 1 LOW (as counted)\n"
        "Experiences  1\n"
        "Workflows    0\n"
        "Proved       1 of 3 examples (33%) with a note that exists\n"
        "Time saved   stated    1 h: minutes per use times net examples of 1 pattern\n"
        "             measured  20 min: as 1 note measured it\n"
        "\n"
        "Growth: patterns at the end of each month\n"
        "         █ HIGH ▓ MEDIUM ░ LOW\n"
        "2026-01       0        0     2  ░░\n"
        "2026-02       0        1     1  ▓░\n"
        "\n"
        "One example short of promotion: 1\n"
        "  Log Users: 1 of 2 examples: one more makes it MEDIUM\n"
    )


def test_an_empty_memory_is_no_error(memory_dir: Path, run_cli: Run) -> None:
    done = run_cli("stats")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Patterns     0: 0 HIGH, 0 MEDIUM, 0 LOW (as counted)\n"
        "Experiences  0\n"
        "Workflows    0\n"
        "Proved       no examples\n"
        "Time saved   stated    no pattern states it\n"
        "             measured  no note states it\n"
    )
    assert json.loads(run_cli("stats", "--json").stdout)["proved_share"] is None


def test_an_unreadable_file_is_named_and_the_rest_counted(memory_dir: Path, run_cli: Run) -> None:
    _fill(memory_dir)
    (memory_dir / "episodic/code/2026-01-06-bad.md").write_bytes(b"# x\n\xff\n")
    done = run_cli("stats", "--json")
    assert done.returncode == 0
    assert done.stderr.startswith("skipped episodic/code/2026-01-06-bad.md:2: is not UTF-8")
    assert json.loads(done.stdout)["patterns"] == 2


def test_a_terminal_that_lacks_letters_gets_the_rest(memory_dir: Path, run_cli: Run) -> None:
    _fill(memory_dir)
    text = (memory_dir / "semantic/patterns/book.md").read_text()
    (memory_dir / "semantic/patterns/book.md").write_text(text.replace("Log Users", "Log → 漢字"))
    done = run_cli("stats", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  Log ? ??: 1 of 2 examples" in done.stdout
    assert "# HIGH = MEDIUM . LOW" in done.stdout


def test_a_note_that_learning_cannot_assign_is_a_next_step(memory_dir: Path, run_cli: Run) -> None:
    book = BOOK.replace("Join Rows", "Cache Keys For Users").replace(
        "Log Users", "Cache Keys For Orders"
    )
    (memory_dir / "semantic/patterns/book.md").write_text(book)
    (memory_dir / "episodic/code/2026-02-06-log.md").write_text(
        "# Logs\n\n## Patterns Applied\n\n- Cache keys for\n"
    )
    learned = json.loads(run_cli("learn", "--dry-run", "--json").stdout)["undecided"]
    steps = json.loads(run_cli("stats", "--json").stdout)["next_steps"]
    kinds = [step["text"] for step in steps if step["kind"] == "undecided"]
    assert len(kinds) == len(learned) == 1
    assert all(note["experience"] in text for note, text in zip(learned, kinds, strict=True))


@needs_seeds
def test_the_seed_book(memory_dir: Path, run_cli: Run) -> None:
    shutil.copy(SEEDS / "dev-patterns.md", memory_dir / "semantic/patterns/dev-patterns.md")
    data = json.loads(run_cli("stats", "--json").stdout)
    assert data["patterns"] == 7
    assert data["by_confidence"] == {"low": 2, "medium": 3, "high": 2}
    assert data["proved_share"] == 0
    # 2×30 + 1×15 + 8×20 + 4×45 + 6×10 + 3×20 + 1×30
    assert data["minutes_saved_stated"] == 565
    assert data["next_steps"][0] == {
        "kind": "promote",
        "pattern": "N+1 Query Prevention",
        "text": "4 of 5 examples: one more makes it HIGH",
    }
