"""The book that the project was created from, as its one book: what every command says of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import SEEDS, needs_seeds

BOOK = "semantic/patterns/dev-patterns.md"


@pytest.fixture
def listed(memory_dir: Path, run_cli) -> dict[str, dict]:
    """Return the patterns of the book by name, as `list --json` gives them."""
    shutil.copyfile(SEEDS / "dev-patterns.md", memory_dir / BOOK)
    data = json.loads(run_cli("list", "--json").stdout)
    assert list(data) == ["version", "patterns"]
    return {pattern["name"]: pattern for pattern in data["patterns"]}


@needs_seeds
def test_seven_patterns_with_their_counted_levels(listed: dict[str, dict]) -> None:
    assert {name: pattern["confidence"] for name, pattern in listed.items()} == {
        "Error Logging with User Context": "HIGH",
        "PostgreSQL Index on Foreign Keys": "HIGH",
        "JWT Refresh Tokens for Mobile Apps": "MEDIUM",
        "N+1 Query Prevention": "MEDIUM",
        "API Error Response Structure": "MEDIUM",
        "Database Transaction Safety for Critical Operations": "LOW",
        "Proactive JWT Token Refresh": "LOW",
    }


@needs_seeds
def test_a_whole_row_is_the_contract(listed: dict[str, dict]) -> None:
    row = listed["Error Logging with User Context"]
    assert list(row) == [
        "name", "slug", "path", "line", "confidence", "claimed_confidence", "examples",
        "counter_examples", "claimed_examples", "proved_examples", "projects", "days",
        "last_reinforced", "time_saved_minutes", "time_saved_note", "stale", "related", "sources",
        "unlisted_sources",
    ]  # fmt: skip
    assert row == {
        "name": "Error Logging with User Context",
        "slug": "error-logging-with-user-context",
        "path": BOOK,
        "line": 153,
        "confidence": "HIGH",
        "claimed_confidence": "HIGH",
        "examples": 8,
        "counter_examples": 0,
        "claimed_examples": 8,
        "proved_examples": 0,
        "projects": 5,
        "days": 5,
        "last_reinforced": "2025-01-08",
        "time_saved_minutes": 20,
        "time_saved_note": "~20 minutes (faster debugging)",
        "stale": True,
        "related": [
            {
                "text": "JWT tokens for mobile",
                "pattern": "JWT Refresh Tokens for Mobile Apps",
            },
            {
                "text": "Database transactions",
                "pattern": "Database Transaction Safety for Critical Operations",
            },
        ],
        "sources": [
            {
                "path": "episodic/code/2024-09-15-logging-setup.md",
                "exists": False,
                "by_text": False,
            },
            {
                "path": "episodic/code/2024-10-22-production-debugging.md",
                "exists": False,
                "by_text": False,
            },
            {
                "path": "episodic/code/2024-11-05-monitoring-infrastructure.md",
                "exists": False,
                "by_text": False,
            },
        ],
        "unlisted_sources": 5,
    }


@needs_seeds
def test_a_related_name_that_means_nothing_means_nothing(listed: dict[str, dict]) -> None:
    related = listed["N+1 Query Prevention"]["related"]
    assert {"text": "Caching strategies", "pattern": None} in related


@needs_seeds
def test_show_gives_examples_code_and_the_authors_own_fields(
    listed: dict[str, dict], run_cli
) -> None:
    data = json.loads(run_cli("show", "n+1 query prevention", "--json").stdout)
    row = [key for key in listed["N+1 Query Prevention"] if key != "examples"]
    added = ["context", "pattern", "why", "examples", "not_examples"]
    added += ["code", "extra", "workflow"]
    assert list(data) == ["version", *row, *added]
    assert data["examples"][0] == {
        "text": "Client A - Product listing page (2024-08) - 500ms → 50ms",
        "project": "Client A",
        "date": "2024-08",
        "outcome": "500ms → 50ms",
        "source": None,
    }
    assert [code["language"] for code in data["code"]] == ["python", "python"]
    assert list(data["extra"]) == ["Detection"]
    assert data["workflow"] is None


@needs_seeds
def test_check_names_what_is_wrong_and_only_that(listed: dict[str, dict], run_cli) -> None:
    done = run_cli("check", "--json")
    assert done.returncode == 1
    found = {(f["code"], f["line"]) for f in json.loads(done.stdout)["findings"]}
    assert {("totals", 601), ("totals", 603), ("last-updated", 598)} <= found
    codes = {code for code, _ in found}
    assert codes == {"totals", "last-updated", "missing-source", "unknown-related"}
