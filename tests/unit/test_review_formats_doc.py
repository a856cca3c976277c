"""The jobs in docs/review-formats.md are valid, and so is the hook that is shipped."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "review-formats.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- check: ([\w-]+) -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
HOOKS = PROJECT / ".pre-commit-hooks.yaml"


def check(kind: str, file: Path) -> subprocess.CompletedProcess[str]:
    args = (
        ["pre_commit", "validate-config", str(file)]
        if kind == "pre-commit"
        else ["check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(file)]
    )
    return subprocess.run(
        [sys.executable, "-m", *args], capture_output=True, text=True, check=False, timeout=120
    )


def test_every_yaml_block_is_checked() -> None:
    assert len(BLOCKS) == PAGE.count("```yaml") == 5


@pytest.mark.parametrize(("kind", "text"), BLOCKS)
def test_a_job_is_valid(kind: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(text, encoding="utf-8")
    done = check(kind, file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("github-workflows", "on: pull_request\njobs: {a: {steps: []}}\n"),
        ("gitlab-ci", "review: {script: {a: 1}}\n"),
        ("pre-commit", "repos: [{repo: https://git.example/x}]\n"),
    ],
)
def test_a_wrong_job_is_not(kind: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(text, encoding="utf-8")
    assert check(kind, file).returncode == 1


def test_every_job_has_the_history_that_a_range_needs() -> None:
    jobs = [text for kind, text in BLOCKS if kind != "pre-commit"]
    assert len([text for text in jobs if "fetch-depth: 0" in text or "GIT_DEPTH" in text]) == 4


def test_the_hook_is_what_pre_commit_takes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    [hook] = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert hook["id"] == "hardwon-review"
    assert hook["entry"] == "hardwon review --staged --fail-on violated"
    assert hook["pass_filenames"] is False
    assert f"- id: {hook['id']}" in PAGE
