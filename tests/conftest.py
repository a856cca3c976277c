"""What tests share: a memory on disk, a command line, a git repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no fault of the code: tests that look for one set bounds of their own.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

PROJECT = Path(__file__).parent.parent
SHARED = PROJECT.parent / "shared"
SEEDS = SHARED / "seeds"
CORPUS = SHARED / "corpus"

# The extra may be installed: tests that want it say so.
os.environ["HARDWON_SEMANTIC"] = "off"

needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not beside the project")
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is not beside the project"
)


@pytest.fixture
def memory_dir(tmp_path: Path) -> Path:
    """Return an empty memory folder named `memory`."""
    root = tmp_path / "memory"
    for folder in ("episodic/code", "semantic/patterns", "procedural/workflows"):
        (root / folder).mkdir(parents=True)
    return root


@pytest.fixture
def write_note(memory_dir: Path) -> Callable[[str, str], Path]:
    """Return a function that writes a text to a path of the memory, bytes as given."""

    def write(path: str, text: str) -> Path:
        file = memory_dir / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
        return file

    return write


@pytest.fixture
def run_cli(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs `hardwon` as a process in the test's folder, on a fixed day."""

    def run(
        *args: str, stdin: str | None = None, cwd: Path | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("HARDWON")},
            "HARDWON_TODAY": "2026-03-01",
            "HARDWON_SEMANTIC": "off",
            "NO_COLOR": "1",
            "PYTHONIOENCODING": "utf-8",
            **environ,
        }
        return subprocess.run(
            [sys.executable, "-m", "hardwon", *args],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            cwd=cwd or tmp_path,
            env=env,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def git_repo(tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs git in the test's folder, which is made a repository."""

    def git(*args: str, **environ: str) -> str:
        env = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            **environ,
        }
        done = subprocess.run(
            ["git", *args], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
        )
        return done.stdout

    git("init", "-q", "-b", "main")
    return git
