"""`make demo`: the example memory is sound, and the program shows the loop on a copy of it."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from conftest import PROJECT
from pages import compare

DEMO = PROJECT / "examples" / "demo.py"
README = PROJECT / "README.md"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    shutil.copytree(
        PROJECT / "examples" / "shop" / "memory",
        tmp_path / "memory",
        ignore=shutil.ignore_patterns(".hardwon"),
    )
    return tmp_path / "memory"


@pytest.fixture
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_demo(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(DEMO), *args],
        capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip


def test_example_memory_is_learned_and_clean(shop: Path, run_cli) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*.md")}
    assert json.loads(run_cli("learn", "--json").stdout)["changes"] == []
    assert {path: path.read_bytes() for path in shop.rglob("*.md")} == before
    done = run_cli("check", HARDWON_TODAY="2026-11-21")
    assert (done.returncode, done.stdout) == (0, "")


def test_example_memory_shows_what_it_should(shop: Path, run_cli) -> None:
    patterns = {p["name"]: p for p in json.loads(run_cli("list", "--json").stdout)["patterns"]}
    assert len(patterns) == 6
    assert len({pattern["path"] for pattern in patterns.values()}) == 2
    webhooks = patterns["Idempotent Webhook Handlers"]
    assert (webhooks["confidence"], webhooks["examples"], webhooks["projects"]) == ("MEDIUM", 4, 3)
    retry = patterns["Retry with Backoff"]
    assert (retry["confidence"], retry["examples"], retry["counter_examples"]) == ("LOW", 2, 1)
    assert all(p["proved_examples"] == p["examples"] for p in patterns.values())


def test_demo_runs_the_whole_loop_and_leaves_the_copy() -> None:
    done = run_demo()
    assert (done.returncode, done.stderr) == (0, "")
    commands = re.findall(r"^\$ hardwon (\w+)", done.stdout, re.MULTILINE)
    assert commands == ["note", "learn", "search", "check", "workflow"]
    assert "MEDIUM → HIGH" in done.stdout
    assert "- [ ] Store the sender's event ID" in done.stdout
    place = re.search(r"is copied to (.+)", done.stdout)
    assert place is not None
    assert (Path(place[1]) / "memory" / "procedural" / "workflows").is_dir()
    shutil.rmtree(place[1])


def test_demo_stops_where_a_step_fails(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = (("Show what is not there.", ("show", "no such")), ("Go on.", ("list",)))
    monkeypatch.setattr(demo, "STEPS", steps)
    monkeypatch.setattr(sys, "argv", ["demo.py", "--transcript"])
    assert demo.main() == 1
    printed = capfd.readouterr()
    assert "the demo stopped: hardwon show gave 2" in printed.err
    assert "$ hardwon list" not in printed.out


def test_readme_shows_what_the_demo_prints() -> None:
    done = run_demo("--transcript")
    assert (done.returncode, done.stderr) == (0, "")
    text = README.read_text(encoding="utf-8")
    head, start, rest = text.partition("<!-- transcript -->\n````console\n")
    _, end, tail = rest.partition("````\n<!-- end -->")
    assert start
    assert end
    compare(README, head + start + done.stdout + end + tail)
