"""`hardwon review` in real repositories: what it says, in which form, and with which status."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon import Memory
from hardwon.errors import DiffError

Run = Callable[..., subprocess.CompletedProcess[str]]
BOOK = """# Patterns

## Close What You Open

**Confidence:** HIGH
**Pattern:** Open files in a `with` block.

**Examples:**
1. a (2026-01-01)
2. b (2026-01-02)
3. c (2026-01-03)
4. d (2026-01-04)
5. e (2026-01-05)

**Detection:**

```yaml ast-grep
id: opened-without-with
role: violates
language: python
message: "`$FILE` is never closed"
at: FILE
rule:
  pattern: $FILE = open($$$ARGS)
fix: "with open($$$ARGS) as $FILE:"
---
id: opened-with
role: follows
language: python
rule:
  kind: with_clause
  has: {pattern: open($$$), stopBy: end}
```

## Name the Unit

**Confidence:** LOW
**Pattern:** Durations bear their unit: `timeout_seconds`.

**Examples:**
1. a (2026-01-01)
"""
FAULTY = "def load(name):\n    file = open(name)\n    return file.read()\n"
RIGHT = "def load(name):\n    with open(name) as file:\n        return file.read()\n"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=n@example.org"]
    done = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def shop(tmp_path: Path, memory_dir: Path, write_note) -> Path:
    """Return a repository with a memory and one committed file."""
    write_note("semantic/patterns/dev-patterns.md", BOOK)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "files.py").write_text("import os\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "before")
    return tmp_path


def test_a_broken_high_pattern_is_a_finding_and_status_1(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text("import os\n" + FAULTY)
    done = run_cli("review")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:4] == [
        "files.py:3: Close What You Open (HIGH)",
        "  | file = open(name)",
        "  `file` is never closed",
        "  rule opened-without-with; --fix proposes a rewrite",
    ]
    assert done.stdout.splitlines()[-1].startswith("1 finding")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 1), (("--fail-on", "violated"), 1), (("--fail-on", "high"), 1),
        (("--fail-on", "never"), 0), (("--json",), 1), (("--prompt",), 1), (("--fix",), 1),
    ],
)  # fmt: skip
def test_fail_on_decides_the_status(
    shop: Path, run_cli: Run, options: tuple[str, ...], status: int
) -> None:
    (shop / "files.py").write_text(FAULTY)
    assert run_cli("review", *options).returncode == status


def test_findings_of_lesser_patterns_fail_only_when_asked(
    shop: Path, run_cli: Run, write_note
) -> None:
    few = BOOK.replace("2. b (2026-01-02)\n3. c (2026-01-03)\n4. d (2026-01-04)\n", "")
    write_note("semantic/patterns/dev-patterns.md", few)
    (shop / "files.py").write_text(FAULTY)
    assert run_cli("review").returncode == 0
    assert run_cli("review", "--fail-on", "violated").returncode == 1


def test_what_was_followed_is_no_finding(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text(RIGHT)
    done = run_cli("review", "--json")
    assert done.returncode == 0
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["status"], finding["line"]) == ("followed", 2)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("files.py", "import os  # a comment with open(name) and timeout_seconds\n"),
        ("README.md", "file = open(name)\n"),
        ("tests/test_files.py", FAULTY),
        ("memory/episodic/code/2026-01-01-a.md", "# A note\n\nfile = open(name)\n"),
    ],
)
def test_without_cause_nothing_is_listed(shop: Path, run_cli: Run, path: str, text: str) -> None:
    (shop / path).parent.mkdir(parents=True, exist_ok=True)
    (shop / path).write_text(text)
    done = run_cli("review")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nothing to re")


def test_only_changed_lines_count(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text(FAULTY)
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "faulty")
    (shop / "files.py").write_text(f"{FAULTY}\n\ndef last():\n    return 1\n")
    assert run_cli("review").stdout.startswith("nothing to report")


def test_each_way_to_name_a_change_gives_the_same(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text(FAULTY)
    tree = json.loads(run_cli("review", "--json").stdout)
    (shop / "the.diff").write_text(git(shop, "diff"))
    by_file = json.loads(run_cli("review", "--diff", "the.diff", "--json").stdout)
    piped = run_cli("review", "--diff", "-", "--json", stdin=(shop / "the.diff").read_text())
    git(shop, "add", "files.py")
    staged = json.loads(run_cli("review", "--staged", "--json").stdout)
    git(shop, "commit", "-qm", "change")
    commit = json.loads(run_cli("review", "HEAD", "--json").stdout)
    span = json.loads(run_cli("review", "HEAD~1..HEAD", "--json").stdout)
    every = [tree, by_file, json.loads(piped.stdout), staged, commit, span]
    assert all(len(one["findings"]) == 1 for one in every)
    assert all(one["findings"] == tree["findings"] for one in every)
    assert [one["base"] for one in every] == [
        "HEAD", "the.diff", "standard input", "HEAD, staged", "HEAD", "HEAD~1..HEAD",
    ]  # fmt: skip
    assert commit["commit"] == git(shop, "rev-parse", "HEAD").strip()


def test_rewrites_are_a_diff_that_git_takes(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text(FAULTY)
    diff = run_cli("review", "--fix").stdout
    (shop / "fix.diff").write_text(diff)
    git(shop, "apply", "fix.diff")
    assert (shop / "files.py").read_text() == FAULTY.replace(
        "file = open(name)", "with open(name) as file:"
    )


@pytest.mark.parametrize("form", ["markdown", "sarif", "github", "gitlab", "rdjson"])
def test_every_form_names_the_finding(shop: Path, run_cli: Run, form: str) -> None:
    (shop / "files.py").write_text(FAULTY)
    done = run_cli("review", "--format", form)
    assert (done.returncode, done.stderr) == (1, "")
    assert "files.py" in done.stdout
    assert "Close What You Open" in done.stdout
    if form in {"sarif", "gitlab", "rdjson"}:
        json.loads(done.stdout)


def test_the_summary_of_a_job_is_added_where_github_says(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text(FAULTY)
    (shop / "summary.txt").write_text("before\n")
    summary = str(shop / "summary.txt")
    done = run_cli("review", "--format", "github", GITHUB_STEP_SUMMARY=summary)
    assert done.stdout.startswith("::error file=files.py,line=2")
    text = (shop / "summary.txt").read_text()
    assert text.startswith("before\n")
    assert "Close What You Open" in text
    done = run_cli("review", "--format", "github", GITHUB_STEP_SUMMARY=str(shop))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_explain_tells_each_signal(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text(FAULTY)
    lines = run_cli("review", "--explain", "close what you open").stdout.splitlines()
    assert lines[0] == "Close What You Open  (HIGH)"
    assert "    violates opened-without-with: 1 match" in lines
    assert "    follows  opened-with: no matches" in lines
    idle = run_cli("review", "--explain", "Name the Unit").stdout
    assert "not on the list: nothing in the change gives cause" in idle
    assert "Injection  (built in)" in run_cli("review", "--explain", "injection").stdout
    unknown = run_cli("review", "--explain", "Nothing Such")
    assert unknown.returncode == 2
    assert "no pattern is called" in unknown.stderr


def test_names_of_a_pattern_give_cause(shop: Path, run_cli: Run) -> None:
    (shop / "files.py").write_text("timeout_seconds = 3\n")
    done = run_cli("review")
    assert done.returncode == 0
    assert "LOW: does this still hold?" in done.stdout
    assert "adds `timeout_seconds` (files.py:1)" in done.stdout


def test_drafts_are_written_when_they_are_confirmed_and_then_counted(
    shop: Path, run_cli: Run
) -> None:
    (shop / "files.py").write_text(RIGHT)
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "load files")
    shown = run_cli("review", "HEAD", "--record")
    assert "nothing was written" in shown.stderr
    assert list((shop / "memory/episodic/code").iterdir()) == []
    done = run_cli("review", "HEAD", "--record", "--yes")
    (note,) = (shop / "memory/episodic/code").iterdir()
    assert note.name in done.stdout
    commit = git(shop, "rev-parse", "HEAD")[:12]
    assert commit in note.read_text()
    assert "`files.py:2`" in note.read_text()
    assert run_cli("learn").returncode == 0
    assert "6 examples" in run_cli("show", "Close What You Open").stdout
    assert note.stem in (shop / "memory/semantic/patterns/dev-patterns.md").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("HEAD", "--staged"), "exclude each other"),
        (("--json", "--fix"), "exclude each other"),
        (("--yes",), "--record"),
        (("nowhere",), "nowhere"),
        (("--diff", "missing.diff"), "missing.diff"),
        (("--format", "yaml"), "yaml"),
        (("--prompt", "--max-chars", "10"), "max-chars"),
    ],
)
def test_what_cannot_be_done_is_said(
    shop: Path, run_cli: Run, options: tuple[str, ...], said: str
) -> None:
    done = run_cli("review", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_a_repository_a_diff_can_still_be_reviewed(
    memory_dir: Path, write_note, run_cli: Run
) -> None:
    write_note("semantic/patterns/dev-patterns.md", BOOK)
    none = run_cli("review")
    assert none.returncode == 2
    assert "--diff" in none.stderr
    added = FAULTY.splitlines()
    diff = "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,3 @@\n" + "".join(f"+{line}\n" for line in added)
    done = run_cli("review", "--diff", "-", stdin=diff)
    assert done.returncode == 1
    assert "a.py:2: Close What You Open (HIGH)" in done.stdout


def test_a_wrong_detector_is_named_and_ends_nothing(shop: Path, run_cli: Run, write_note) -> None:
    book = BOOK.replace("pattern: $FILE = open($$$ARGS)", "kind: no_such_kind")
    write_note("semantic/patterns/dev-patterns.md", book)
    (shop / "files.py").write_text(f"{RIGHT}timeout_seconds = 3\n")
    done = run_cli("review")
    assert done.returncode == 0
    assert "Name the Unit" in done.stdout
    assert "semantic/patterns/dev-patterns.md:18: " in done.stderr


def test_the_library_reviews_a_diff(shop: Path) -> None:
    memory = Memory.open(shop / "memory")
    (shop / "files.py").write_text(FAULTY)
    review = memory.review(git(shop, "diff"), checkout=shop)
    assert [(one.path, one.line) for one in review.violations] == [("files.py", 2)]
    assert memory.review("").findings == ()
    with pytest.raises(DiffError):
        memory.review("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n")
