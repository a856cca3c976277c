"""What is written for agents passes the programs that judge such files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.render.agents.plugin import plugin_files

Cli = Callable[..., subprocess.CompletedProcess[str]]

# agnix holds what an agent makes of each file against all others; these are as intended:
# Cursor reads AGENTS.md itself, and needs no import of it in the file of Claude Code.
INTENDED = "Cursor does not inline @-imports from CLAUDE.md"


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(name: str, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).parent / name
        if not program.exists():
            pytest.skip(f"{name} is not installed")
        return subprocess.run(
            [str(program), *args], cwd=cwd, capture_output=True, encoding="utf-8",
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NO_COLOR": "1"},
            check=False, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def project(tmp_path: Path, memory_dir: Path, git_repo: Callable[..., str], run_cli: Cli) -> Path:
    done = run_cli("install", "--all", HOME=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    root = tmp_path / "hardwon"
    for path, text in plugin_files("0.1.0").items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_skills_are_valid(project: Path, judge: Cli) -> None:
    found = sorted(project.glob(".*/skills/*"))
    assert len(found) == 6
    for skill in found:
        done = judge("agentskills", "validate", str(skill), cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr


def test_settings_and_skills_of_a_project_are_clean(project: Path, judge: Cli) -> None:
    done = judge("skillsaw", "lint", "--strict", "--format", "json", ".", cwd=project)
    assert done.returncode == 0, done.stdout
    done = judge("agnix", "--format", "json", ".", cwd=project)
    found = json.loads(done.stdout)["diagnostics"]
    loud = [one for one in found if one["level"] != "info" and INTENDED not in one["message"]]
    assert not loud


def test_the_plugin_is_clean(plugin: Path, judge: Cli) -> None:
    done = judge("skillsaw", "lint", "--strict", "--format", "json", ".", cwd=plugin)
    assert done.returncode == 0, done.stdout
    done = judge("agnix", "--format", "json", ".", cwd=plugin)
    assert not [one for one in json.loads(done.stdout)["diagnostics"] if one["level"] != "info"]


def test_the_judges_do_judge(plugin: Path, judge: Cli) -> None:
    manifest = (plugin / "plugin.json").read_text()
    (plugin / "plugin.json").write_text(manifest.replace('"hardwon"', '"Hardwon"'))
    assert judge("skillsaw", "lint", "--strict", ".", cwd=plugin).returncode != 0
    (plugin / "skills/learn").rename(plugin / "skills/Learn")
    assert judge("agentskills", "validate", "skills/Learn", cwd=plugin).returncode != 0
