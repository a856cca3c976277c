"""The project's own memory: learned by the tool itself, and at rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import PROJECT


@pytest.fixture
def own(tmp_path: Path) -> Path:
    shutil.copytree(
        PROJECT / "memory", tmp_path / "memory", ignore=shutil.ignore_patterns(".hardwon")
    )
    return tmp_path / "memory"


def test_learning_it_changes_nothing(own: Path, run_cli) -> None:
    before = {path: path.read_bytes() for path in own.rglob("*.md")}
    data = json.loads(run_cli("learn", "--json").stdout)
    assert data["changes"] == data["skipped"] == []
    assert {path: path.read_bytes() for path in own.rglob("*.md")} == before


def test_it_has_no_findings(own: Path, run_cli) -> None:
    done = run_cli("check", HARDWON_TODAY="2100-01-01")
    assert (done.returncode, done.stdout) == (0, "")


def test_every_example_of_our_own_lessons_leads_to_a_note(own: Path, run_cli) -> None:
    patterns = json.loads(run_cli("list", "--json").stdout)["patterns"]
    ours = [p for p in patterns if p["path"] == "semantic/patterns/dev-patterns.md"]
    assert len(ours) > 10
    for pattern in ours:
        assert pattern["proved_examples"] == pattern["examples"], pattern["name"]


def test_patterns_that_were_given_to_us_claim_no_note(own: Path, run_cli) -> None:
    patterns = json.loads(run_cli("list", "--json").stdout)["patterns"]
    given = [p for p in patterns if p["path"] != "semantic/patterns/dev-patterns.md"]
    assert len(given) == 7
    assert {(p["proved_examples"], len(p["sources"])) for p in given} == {(0, 0)}
    levels = [p["confidence"] for p in given]
    assert (levels.count("HIGH"), levels.count("MEDIUM"), levels.count("LOW")) == (2, 3, 2)
