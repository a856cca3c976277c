"""`hardwon install hook` as it is typed: what it says, and when."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROJECT

Cli = Callable[..., subprocess.CompletedProcess[str]]
Git = Callable[..., str]

HOOK = ".git/hooks/pre-commit"


@pytest.fixture
def code(tmp_path: Path, git_repo: Git, memory_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with a memory; the settings of whoever runs the tests do not count."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path.parent / "no-settings"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return tmp_path


def test_the_page_shows_what_is_printed(code: Path, run_cli: Cli) -> None:
    page = (PROJECT / "docs" / "commands" / "install.md").read_text(encoding="utf-8")
    section = page.partition("## install hook\n")[2]
    block = section.partition("```text\n")[2].partition("```")[0]
    commands = re.findall(r"^\$ hardwon (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)
    assert len(commands) == 3
    for args, shown in commands:
        done = run_cli(*args.split())
        assert done.returncode == 0
        # Both are one terminal's: what is said first went to standard error.
        assert sorted((done.stdout + done.stderr).splitlines()) == sorted(shown.splitlines())


def test_what_cannot_take_it_is_named_with_the_way_out(code: Path, run_cli: Cli) -> None:
    (code / HOOK).parent.mkdir(exist_ok=True)
    (code / HOOK).write_text("#!/usr/bin/perl\n")
    done = run_cli("install", "hook")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"hardwon: {code / HOOK}: is run by perl, not by a shell",
        "  hint: have your own hook run this, and stop at status 1: "
        "hardwon review --staged --fail-on high",
    ]


def test_the_file_is_named_before_it_is_changed(
    code: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from hardwon.actions import install_hook
    from hardwon.cli.main import cli

    seen = []
    monkeypatch.chdir(code)
    monkeypatch.setattr(install_hook, "apply_hook", lambda _: seen.append(capfd.readouterr()))
    cli.main(["install", "hook"], standalone_mode=False)
    assert seen[0].err == f"this changes a file outside the memory: {HOOK}\n"


def test_a_hook_of_ones_own_is_told_apart(code: Path, run_cli: Cli) -> None:
    (code / HOOK).parent.mkdir(exist_ok=True)
    (code / HOOK).write_text("#!/bin/sh\nmake\n")
    (code / HOOK).chmod(0o755)
    run_cli("install", "hook")
    assert run_cli("install", "hook", "--uninstall").stdout == f"took hardwon out of {HOOK}\n"
    assert run_cli("install", "hook", "--uninstall").stdout == f"{HOOK}: not installed\n"
    assert (code / HOOK).read_text() == "#!/bin/sh\nmake\n"


def test_taking_it_out_needs_no_memory(code: Path, run_cli: Cli, memory_dir: Path) -> None:
    run_cli("install", "hook")
    memory_dir.rename(code / "elsewhere")
    assert run_cli("install", "hook").returncode == 2
    assert run_cli("install", "hook", "--uninstall").returncode == 0
    assert not (code / HOOK).exists()


def test_a_hook_that_is_committed_is_told_of(code: Path, run_cli: Cli, git_repo: Git) -> None:
    git_repo("config", "core.hooksPath", "hooks")
    assert "next: commit hooks/pre-commit; " in run_cli("install", "hook").stderr


def test_the_way_for_another_program_is_printed_as_it_is_to_be_typed(
    code: Path, run_cli: Cli
) -> None:
    (code / ".pre-commit-config.yaml").write_text("repos: []\n")
    assert run_cli("install", "hook", "--fail-on", "never").stderr.splitlines() == [
        "hardwon: pre-commit looks after the hooks of this repository, and would lose or bypass "
        "ours",
        "  hint: add to the hooks of .pre-commit-config.yaml:",
        "      - repo: local",
        "        hooks:",
        "          - id: hardwon-review",
        "            name: hardwon review",
        "            entry: hardwon review --staged --fail-on never",
        "            language: system",
        "            pass_filenames: false",
    ]


def test_outside_a_repository_one_sentence_says_so(
    tmp_path: Path, memory_dir: Path, run_cli: Cli
) -> None:
    done = run_cli("install", "hook", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert done.returncode == 2
    assert done.stderr.startswith("hardwon: there is no git repository with a working tree in ")
