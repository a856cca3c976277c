"""`hardwon search`, `list`, `show` and `index`, run as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from conftest import SEEDS, needs_seeds
from detectors import book as detector_book

Run = Callable[..., CompletedProcess[str]]
Write = Callable[[str, str], Path]

BOOK = """\
# Book

## Join Rows

**Confidence:** HIGH (seen often)
**Based on:** 5 examples
**Last reinforced:** 2026-02-03
**Time saved per use:** ~30 minutes (no waiting)

**Context:** Lists of rows.
**Pattern:** Join them in one query.
**Why it works:** One trip.

**Code example:**
```python
join()  # \x1b[31mred
```

**Examples:**
1. shop - orders (2026-02-03) - fast
2. bank - accounts (2025-02) - fine

**Counter-examples:**
- till - receipts (2025-03) - too wide

**Needs validation:** on large tables

**Related patterns:**
- Index rows
- Caching

**Source experiences:**
- episodic/code/2026-02-03-orders.md
- episodic/code/gone.md (by its text)
- [... and 2 more ...]

**Not examples:**
- memory/episodic/code/2026-02-03-orders.md - one table only
- episodic/code/lost.md

## Index Rows

**Confidence:** LOW
**Pattern:** Index what is joined.

**Examples:**
1. shop (2025-01-05)
"""
NOTE = """\
# Orders were slow

**Project:** shop
**Result:** SUCCESS

A loop asked for each row.

## Lessons
- Join the rows
"""
WORKFLOW = """\
---
pattern: Join Rows
confidence: HIGH
last_reinforced: 2026-02-03
---
# Join Rows

- [ ] Look at the list of queries
"""
BOOK_PATH = "semantic/patterns/dev-patterns.md"
NOTE_PATH = "episodic/code/2026-02-03-orders.md"
WORKFLOW_PATH = "procedural/workflows/join-rows.md"

JOIN_ROWS = {
    "name": "Join Rows",
    "slug": "join-rows",
    "path": BOOK_PATH,
    "line": 3,
    "confidence": "LOW",
    "claimed_confidence": "HIGH",
    "examples": 2,
    "counter_examples": 1,
    "claimed_examples": 5,
    "proved_examples": 1,
    "projects": 2,
    "days": 2,
    "last_reinforced": "2026-02-03",
    "time_saved_minutes": 30,
    "time_saved_note": "~30 minutes (no waiting)",
    "stale": False,
    "related": [
        {"text": "Index rows", "pattern": "Index Rows"},
        {"text": "Caching", "pattern": None},
    ],
    "sources": [
        {"path": NOTE_PATH, "exists": True, "by_text": False},
        {"path": "episodic/code/gone.md", "exists": False, "by_text": True},
    ],
    "unlisted_sources": 2,
}
INDEX_ROWS = {
    "name": "Index Rows",
    "slug": "index-rows",
    "path": BOOK_PATH,
    "line": 41,
    "confidence": "LOW",
    "claimed_confidence": "LOW",
    "examples": 1,
    "counter_examples": 0,
    "claimed_examples": None,
    "proved_examples": 0,
    "projects": 1,
    "days": 1,
    "last_reinforced": None,
    "time_saved_minutes": None,
    "time_saved_note": None,
    "stale": True,
    "related": [],
    "sources": [],
    "unlisted_sources": 0,
}


@pytest.fixture
def memory(write_note: Write) -> None:
    write_note(BOOK_PATH, BOOK)
    write_note(NOTE_PATH, NOTE)
    write_note(WORKFLOW_PATH, WORKFLOW)


def data(done: CompletedProcess[str]) -> dict:
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_list_is_the_contract(memory: None, run_cli: Run) -> None:
    found = data(run_cli("list", "--json"))
    assert found == {"version": 1, "patterns": [INDEX_ROWS, JOIN_ROWS]}
    assert list(found["patterns"][0]) == list(JOIN_ROWS)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--sort", "name"], ["Index Rows", "Join Rows"]),
        (["--sort", "examples"], ["Join Rows", "Index Rows"]),
        (["--sort", "date"], ["Join Rows", "Index Rows"]),
        (["--sort", "saved"], ["Join Rows", "Index Rows"]),
        (["--stale"], ["Index Rows"]),
        (["--confidence", "high"], []),
        (["--confidence", "low", "--project", "Bank"], ["Join Rows"]),
        (["--domain", "dev"], ["Index Rows", "Join Rows"]),
        (["--domain", "web"], []),
    ],
)
def test_list_sorts_and_filters(
    memory: None, run_cli: Run, options: list[str], names: list[str]
) -> None:
    done = run_cli("list", *options, "--json")
    assert [row["name"] for row in json.loads(done.stdout)["patterns"]] == names


def test_list_as_text(memory: None, run_cli: Run) -> None:
    done = run_cli("list", "--sort", "name")
    assert done.stdout == (
        f"LOW       1  2025-01-05  Index Rows  stale  memory/{BOOK_PATH}:41\n"
        f"LOW     2-1  2026-02-03  Join Rows  memory/{BOOK_PATH}:3\n"
    )


def test_list_of_nothing_says_what_to_do(memory_dir: Path, run_cli: Run) -> None:
    done = run_cli("list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "hardwon learn" in done.stderr


def test_show_is_the_contract(memory: None, run_cli: Run) -> None:
    found = data(run_cli("show", "join", "rows", "--json"))
    rest = {key: value for key, value in JOIN_ROWS.items() if key != "examples"}
    assert found == {
        "version": 1,
        **rest,
        "context": "Lists of rows.",
        "pattern": "Join them in one query.",
        "why": "One trip.",
        "examples": [
            {
                "text": "shop - orders (2026-02-03) - fast",
                "project": "shop",
                "date": "2026-02-03",
                "outcome": "fast",
                "source": NOTE_PATH,
            },
            {
                "text": "bank - accounts (2025-02) - fine",
                "project": "bank",
                "date": "2025-02",
                "outcome": "fine",
                "source": None,
            },
        ],
        "not_examples": [
            {"path": NOTE_PATH, "exists": True},
            {"path": "episodic/code/lost.md", "exists": False},
        ],
        "code": [{"language": "python", "role": "example", "text": "join()  # \x1b[31mred\n"}],
        "extra": {"Needs validation": "on large tables"},
        "workflow": WORKFLOW_PATH,
    }


def test_show_as_text(memory: None, run_cli: Run) -> None:
    done = run_cli("show", "join-rows")
    assert (
        done.stdout
        == f"""\
Join Rows
memory/{BOOK_PATH}:3

LOW: 2 examples (1 proved by a note), 1 counter-example, 2 projects, 2 days  \
(the book claims HIGH (seen often))
Last example: 2026-02-03
Saves: 30 minutes a use
Workflow: {WORKFLOW_PATH}

When to use
  Lists of rows.

Pattern
  Join them in one query.

Why it works
  One trip.

Code (python)
  join()  # \\x1b[31mred

Examples
  - shop - orders (2026-02-03) - fast
      from {NOTE_PATH}
  - bank - accounts (2025-02) - fine

Counter-examples
  - till - receipts (2025-03) - too wide

Sources
  ✓ {NOTE_PATH}
  ✗ episodic/code/gone.md (missing) (by its text)
  … and 2 more that are not listed

Not examples
  ✓ {NOTE_PATH}
  ✗ episodic/code/lost.md (missing)

Related
  Index rows → Index Rows
  Caching → no such pattern

Needs validation
  on large tables
"""
    )


def test_show_counts_detectors_and_leaves_out_their_text(run_cli: Run, write_note: Write) -> None:
    rule = "role: {}\nlanguage: python\nrule: {{kind: call}}\n"
    fences = [rule.format("applies"), rule.format("violates") + "---\n" + rule.format("applies")]
    write_note("semantic/patterns/dev-patterns.md", detector_book(*fences, name="Loops"))
    text = run_cli("show", "loops").stdout
    assert "\nDetectors: 1 violates, 2 applies\n" in text
    assert "\nDetection\n  Look for loops.\n" in text
    assert "kind: call" not in text
    assert "kind: call" in data(run_cli("show", "loops", "--json"))["extra"]["Detection"]


def test_show_of_unknown_name_offers_the_nearest(memory: None, run_cli: Run) -> None:
    done = run_cli("show", "jion rows")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no pattern is called 'jion rows'" in done.stderr
    assert "'Join Rows'" in done.stderr


def test_show_of_ambiguous_name_names_the_places(
    memory: None, write_note: Write, run_cli: Run
) -> None:
    write_note("semantic/patterns/web-patterns.md", BOOK)
    done = run_cli("show", "Join Rows")
    assert done.returncode == 2
    assert f"{BOOK_PATH}:3" in done.stderr
    assert "semantic/patterns/web-patterns.md:3" in done.stderr


def test_search_is_the_contract(memory: None, run_cli: Run) -> None:
    found = data(run_cli("search", "slow", "orders", "--json"))
    scores = [result.pop("score") for result in found["results"]]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 and score == round(score, 4) for score in scores)
    assert found == {
        "version": 1,
        "query": "slow orders",
        "corrected": None,
        "results": [
            {
                "kind": "experience",
                "title": "Orders were slow",
                "path": NOTE_PATH,
                "line": 1,
                "confidence": None,
                "date": "2026-02-03",
                "snippet": "Orders were slow Project: shop Result: SUCCESS A loop asked for each "
                "row. Lessons - Join the rows",
            },
            {
                "kind": "pattern",
                "title": "Join Rows",
                "path": BOOK_PATH,
                "line": 3,
                "confidence": "LOW",
                "date": "2026-02-03",
                "snippet": "… shop - orders (2026-02-03) - fast bank - accounts (2025-02) - fine "
                "till - receipts (2025-03) - too wide Needs validation: on large tables "
                "episodic/code/2026-02-03-orders …",
            },
        ],
    }
    assert list(found["results"][0]) == "kind title path line confidence date snippet".split()


def test_search_as_text(memory: None, run_cli: Run) -> None:
    done = run_cli("search", "--kind", "workflow", "jion", "lsit")
    assert done.stderr == "no 'jion'; searched for 'join'\nno 'lsit'; searched for 'list'\n"
    assert done.stdout == (
        " 1. workflow  Join Rows  LOW  2026-02-03\n"
        f"    memory/{WORKFLOW_PATH}:6\n"
        "    Join Rows - [ ] Look at the list of queries\n"
    )


def test_search_without_hits(memory: None, run_cli: Run) -> None:
    done = run_cli("search", "xyzzyq")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing found for 'xyzzyq'; try fewer or other words\n"


@pytest.mark.parametrize(
    "args", [[], [""], [" ", " "], ["rows", "--since", "soon"], ["rows", "--limit", "0"]]
)
def test_search_that_cannot_be_done(memory: None, run_cli: Run, args: list[str]) -> None:
    done = run_cli("search", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr


def test_unreadable_files_are_counted_and_named_by_index(
    memory: None, memory_dir: Path, run_cli: Run
) -> None:
    (memory_dir / "bad.md").write_bytes(b"# A\n\n\xe9\n")
    for command in (["list"], ["show", "join rows"], ["search", "rows"]):
        done = run_cli(*command)
        assert done.returncode == 0
        assert done.stderr == "1 file could not be read; hardwon check names them\n"
    assert run_cli("index").stderr == "skipped bad.md:3: is not UTF-8 (byte 0xe9)\n"


def test_index_is_the_contract(memory: None, memory_dir: Path, run_cli: Run) -> None:
    found = data(run_cli("index", "--json"))
    assert found.pop("size_bytes") == (memory_dir / ".hardwon" / "index.sqlite").stat().st_size
    assert found == {
        "version": 1,
        "path": ".hardwon/index.sqlite",
        "index_version": 6,
        "files": 3,
        "patterns": 2,
        "experiences": 1,
        "workflows": 1,
        "checklists": 0,
        "changed": 3,
        "removed": 0,
        "skipped": [],
        "vectors": None,
    }


def test_index_says_how_stale_it_was(
    memory: None, memory_dir: Path, write_note: Write, run_cli: Run
) -> None:
    run_cli("index")
    assert run_cli("index").stdout.splitlines()[-1] == "fresh"
    write_note(NOTE_PATH, NOTE + "More.\n")
    (memory_dir / WORKFLOW_PATH).unlink()
    lines = run_cli("index").stdout.splitlines()
    assert lines[0] == "2 files: 2 patterns, 1 experience, 0 workflows, 0 checklists"
    assert lines[1].startswith("index: memory/.hardwon/index.sqlite (")
    assert lines[2] == "was stale: 1 file read, 1 removed; now fresh"
    assert run_cli("index", "--rebuild").stdout.splitlines()[-1] == "rebuilt: 2 files read"


@needs_seeds
def test_seed_book(memory_dir: Path, run_cli: Run) -> None:
    book = memory_dir / BOOK_PATH
    book.write_bytes((SEEDS / "dev-patterns.md").read_bytes())
    rows = data(run_cli("list", "--json"))["patterns"]
    levels = [row["confidence"] for row in rows]
    assert [levels.count(level) for level in ("HIGH", "MEDIUM", "LOW")] == [2, 3, 2]
    (logging,) = (row for row in rows if row["name"] == "Error Logging with User Context")
    assert (logging["examples"], len(logging["sources"]), logging["unlisted_sources"]) == (8, 3, 5)
    meant = {r["text"]: r["pattern"] for row in rows for r in row["related"]}
    assert meant["JWT tokens for mobile"] == "JWT Refresh Tokens for Mobile Apps"
    assert meant["Caching strategies"] is None
    (first, *_) = data(run_cli("search", "N+1", "--json"))["results"]
    assert first["title"] == "N+1 Query Prevention"
