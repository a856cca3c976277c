"""`hardwon import`: what it recognises, says and writes, and what it leaves alone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROJECT, SEEDS, needs_seeds
from hardwon.actions.import_ import import_readings, read_all
from hardwon.files import write
from hardwon.files.folder import Folder
from hardwon.model.values import Confidence

Run = Callable[..., subprocess.CompletedProcess[str]]

BOOK = "semantic/patterns/dev-patterns.md"
LESSONS = "# Lessons\n\n- **Ask first**: when a request has two readings\n"
SOLUTION = """---
title: Mail queue stuck
date: 2026-02-03
problem_type: runtime_error
root_cause: missing_limit
---

# Mail queue stuck

## Lesson

Park what cannot be delivered.
"""


@pytest.fixture
def project(tmp_path: Path, memory_dir: Path) -> Path:
    """Return a folder beside the memory with two files that are known and one that is not."""
    root = tmp_path / "old"
    for path, text in {
        "tasks/lessons.md": LESSONS,
        "docs/solutions/mail/mail-queue.md": SOLUTION,
        "README.md": "# Old project\n\nNothing that was learned.\n",
    }.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def texts(root: Path) -> dict[str, bytes]:
    """Return the notes of a memory, by path."""
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in sorted(root.rglob("*.md"))
        if ".hardwon" not in file.parts
    }


def data_of(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_dry_run_tells_the_plan_and_writes_nothing(
    project: Path, memory_dir: Path, run_cli: Run
) -> None:
    done = run_cli("import", "old", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    note = "memory/episodic/code/2026-02-03-mail-queue-stuck.md"
    assert done.stdout == (
        "old/docs/solutions/mail/mail-queue.md: solution: 1 experience\n"
        f"  new     experience Mail queue stuck → {note}\n"
        "old/tasks/lessons.md: list of lessons: 1 pattern\n"
        f"  new     pattern    Ask first → memory/{BOOK}, unproved\n"
        "old/README.md: not imported: is of no family that is known\n"
        "2 files of 3 recognised; 1 pattern, 1 experience to import\n"
    )
    assert texts(memory_dir) == {}


def test_without_a_terminal_nothing_is_written_until_yes(
    project: Path, memory_dir: Path, run_cli: Run
) -> None:
    done = run_cli("import", "old")
    assert done.returncode == 0
    assert done.stderr == "nothing was written: --yes writes it\n"
    assert texts(memory_dir) == {}
    done = run_cli("import", "old", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("2 files of 3 recognised; 1 pattern, 1 experience imported\n")
    assert set(texts(memory_dir)) == {BOOK, "episodic/code/2026-02-03-mail-queue-stuck.md"}


def test_what_was_imported_reads_as_any_other_and_is_learned_from(
    project: Path, memory_dir: Path, run_cli: Run
) -> None:
    run_cli("import", "old", "--yes")
    assert run_cli("check").returncode == 0
    plan = data_of(run_cli("learn", "--dry-run", "--json"))
    assert [(change["kind"], change["pattern"]) for change in plan["changes"]] == [
        ("created", "Park what cannot be delivered")
    ]
    (pattern,) = data_of(run_cli("list", "--json"))["patterns"]
    assert pattern["claimed_confidence"] is None
    assert (pattern["confidence"], pattern["examples"]) == ("LOW", 0)


def test_imported_twice_changes_no_byte(project: Path, memory_dir: Path, run_cli: Run) -> None:
    run_cli("import", "old", "--yes")
    before = texts(memory_dir)
    done = run_cli("import", "old", "--yes")
    assert done.returncode == 0
    assert done.stdout.endswith("2 files of 3 recognised; nothing to import; 2 known already\n")
    assert texts(memory_dir) == before


def test_as_data(project: Path, memory_dir: Path, run_cli: Run) -> None:
    path = project / "tasks" / "lessons.md"
    assert data_of(run_cli("import", "old/tasks", "old/README.md", "--json")) == {
        "version": 1,
        "applied": False,
        "files": [
            {
                "path": "old/tasks/lessons.md",
                "family": "list of lessons",
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "repository": None,
                "commit": None,
                "found": [
                    {
                        "kind": "pattern",
                        "title": "Ask first",
                        "line": 3,
                        "fate": "written",
                        "path": BOOK,
                        "name": "Ask first",
                        "examples": 0,
                        "reason": "",
                    }
                ],
                "notes": [],
            }
        ],
        "refused": [
            {"path": "old/README.md", "line": 1, "reason": "is of no family that is known"}
        ],
        "written": [BOOK],
    }


def test_a_domain_and_a_family_are_taken_as_said(
    project: Path, memory_dir: Path, run_cli: Run
) -> None:
    data = data_of(run_cli("import", "old/README.md", "--as", "note", "--domain", "web", "--json"))
    assert data["written"] == ["episodic/web/old-project.md"]
    done = run_cli("import", "old", "--as", "nonsense")
    assert done.returncode == 2
    assert "'nonsense' is none of instincts, learnings," in done.stderr
    done = run_cli("import", "old", "--domain", "a/b")
    assert done.returncode == 2
    assert "the domain 'a/b' cannot be the name of a folder" in done.stderr


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("gone.md", "no such file or directory"),
        ("memory", "lies in the memory already"),
        ("memory/semantic", "lies in the memory already"),
        ("old/README.md", "nothing was recognised"),
    ],
)
def test_what_cannot_be_imported_is_told(
    named: str, said: str, project: Path, memory_dir: Path, run_cli: Run
) -> None:
    done = run_cli("import", named, "--yes")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert texts(memory_dir) == {}


def test_of_a_folder_the_memory_git_and_packages_are_left_out(
    project: Path, memory_dir: Path, tmp_path: Path, run_cli: Run
) -> None:
    (memory_dir / BOOK).write_text("# Own\n", encoding="utf-8")
    for folder in (".git", "node_modules/x", ".venv"):
        (project / folder).mkdir(parents=True)
        (project / folder / "lessons.md").write_text(LESSONS + "x", encoding="utf-8")
    (project / ".claude" / "rules").mkdir(parents=True)
    (project / ".claude" / "rules" / "lessons.md").write_text(
        "- Look at the clock before you deploy\n", encoding="utf-8"
    )
    os.symlink(project / "tasks", project / "linked")  # noqa: PTH211
    os.symlink(project / "tasks" / "lessons.md", project / "link.md")  # noqa: PTH211
    data = data_of(run_cli("import", ".", "--json"))
    assert [file["path"] for file in data["files"]] == [
        "old/.claude/rules/lessons.md",
        "old/docs/solutions/mail/mail-queue.md",
        "old/tasks/lessons.md",
    ]  # fmt: skip
    assert {
        "path": "old/link.md",
        "line": 1,
        "reason": "is a symbolic link, which is not followed",
    } in (data["refused"])


def test_bad_files_are_named_and_the_others_are_imported(
    project: Path, memory_dir: Path, run_cli: Run
) -> None:
    bad = project / "tasks"
    (bad / "a.md").write_bytes(b"\xff\xfea\0b\0")
    (bad / "b.md").write_bytes(b"text \0 and more text of a note")
    (bad / "c.md").write_bytes(b"caf\xe9")
    (bad / "d.md").write_bytes(b"x" * 1_000_001)
    (bad / "e.md").write_text("> " * 2_000 + "deep\n", encoding="utf-8")
    (bad / "f.md").write_text("", encoding="utf-8")
    (bad / "z.md").write_text(LESSONS, encoding="utf-8")
    os.mkfifo(bad / "h.md")
    done = run_cli("import", "old/tasks", "--yes", "--json")
    data = data_of(done)
    assert {entry["path"][-4:]: entry["reason"] for entry in data["refused"]} == {
        "a.md": "is UTF-16, not UTF-8",
        "b.md": "holds NUL bytes: it is no text file",
        "c.md": "is not UTF-8 (byte 0xe9)",
        "d.md": "has 1,000,001 bytes, more than the 1,000,000 that are read",
        "e.md": "is of no family that is known",
        "f.md": "is empty",
        "h.md": "is not a regular file",
        "z.md": "holds the same as old/tasks/lessons.md",
    }
    assert data["written"] == [BOOK]


def test_a_credential_is_masked_and_told(project: Path, memory_dir: Path, run_cli: Run) -> None:
    secret = "ghp_" + "a8Bc3dEf" * 4 + "Zq91"
    (project / "tasks" / "lessons.md").write_text(
        f"{LESSONS}- **Log in**: with the token {secret} of the bot\n", encoding="utf-8"
    )
    done = run_cli("import", "old/tasks", "--yes")
    assert done.returncode == 0
    assert "line 4: holds a" in done.stdout
    everything = done.stdout + b"".join(texts(memory_dir).values()).decode("utf-8")
    assert secret[4:20] not in everything
    assert "Log in" in everything


def test_where_it_came_from_is_written_down(
    project: Path, memory_dir: Path, git_repo: Callable[..., str], run_cli: Run
) -> None:
    shutil.move(project, project.parent / "shop")
    git_repo("add", "shop")
    git_repo("commit", "-qm", "old", GIT_AUTHOR_DATE="2025-04-05T12:00:00Z")
    git_repo("remote", "add", "origin", "https://me:hunter2@example.org/acme/shop.git")
    commit = git_repo("rev-parse", "HEAD").strip()
    undated = memory_dir.parent / "shop" / "docs" / "solutions" / "mail" / "mail-queue.md"
    git_repo("commit", "--allow-empty", "-qm", "later")
    data = data_of(run_cli("import", "shop", "--json"))
    later = git_repo("rev-parse", "HEAD").strip()
    assert {(file["repository"], file["commit"]) for file in data["files"]} == {
        ("acme/shop", later)
    }
    assert commit != later
    undated.write_text(SOLUTION + "\nChanged since.\n", encoding="utf-8")
    (changed, kept) = data_of(run_cli("import", "shop", "--yes", "--json"))["files"]
    assert (changed["repository"], kept["repository"]) == (None, "acme/shop")
    book = (memory_dir / BOOK).read_text(encoding="utf-8")
    assert f"shop/tasks/lessons.md line 3, list of lessons, acme/shop at {later[:12]}, SHA" in book
    assert "hunter2" not in book


def test_an_undated_note_gets_the_day_of_its_first_commit(
    project: Path, memory_dir: Path, git_repo: Callable[..., str], run_cli: Run
) -> None:
    (project / "til.md").write_text("# Strip the suffix\n\nUse `%`.\n", encoding="utf-8")
    git_repo("add", "old")
    git_repo("commit", "-qm", "old", GIT_AUTHOR_DATE="2025-04-05T12:00:00Z")
    data = data_of(run_cli("import", "old/til.md", "--as", "note", "--json"))
    assert data["written"] == ["episodic/code/2025-04-05-strip-the-suffix.md"]


def test_asked_on_a_terminal(project: Path, memory_dir: Path, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    for answer, written in (("n", False), ("y", True)):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "hardwon", "import", "old"],
            cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs,
            env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        shown = b""
        while True:
            try:
                piece = os.read(ours, 1000)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        process.wait(timeout=60)
        os.close(ours)
        assert b"Write this? [y/N]" in shown
        assert bool(texts(memory_dir)) is written


def test_a_memory_that_cannot_be_written_stays_as_it_is(
    project: Path, memory_dir: Path, run_cli: Run
) -> None:
    # A folder stands where the new note belongs: nothing of the plan is half done.
    (memory_dir / "episodic" / "code").rmdir()
    (memory_dir / "episodic" / "code").write_text("no folder", encoding="utf-8")
    done = run_cli("import", "old", "--yes")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert texts(memory_dir) == {}
    assert run_cli("learn").returncode == 0
    assert texts(memory_dir) == {}


def test_what_a_killed_import_left_the_next_learning_completes(
    project: Path, memory_dir: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(memory_dir)
    readings = read_all(folder, [project], project.parent)
    real = write.write_note

    def killed(folder: Folder, path: str, new: bytes, *, old: bytes | None) -> None:
        if path == BOOK:
            raise KeyboardInterrupt
        real(folder, path, new, old=old)

    monkeypatch.setattr(write, "write_note", killed)
    with pytest.raises(KeyboardInterrupt):
        import_readings(folder, readings)
    assert set(texts(memory_dir)) == {"episodic/code/2026-02-03-mail-queue-stuck.md"}
    assert run_cli("learn").returncode == 0
    book = (memory_dir / BOOK).read_text(encoding="utf-8")
    assert "## Ask first" in book
    assert "## Park what cannot be delivered" in book


def test_what_this_memory_was_exported_to_is_left_out(
    project: Path, memory_dir: Path, tmp_path: Path, run_cli: Run
) -> None:
    rule = "---\nalwaysApply: false\n---\n\n# Ask first\n\nAsk when a request has two readings.\n"
    (tmp_path / ".cursor" / "rules").mkdir(parents=True)
    for name in ("hardwon-ask-first", "own"):
        text = rule.replace("Ask first", name)
        (tmp_path / ".cursor" / "rules" / f"{name}.mdc").write_text(text, encoding="utf-8")
    block = "<!-- hardwon:start -->\n\n- Never deploy on a Friday\n\n<!-- hardwon:end -->\n"
    (tmp_path / "AGENTS.md").write_text(
        f"# Rules\n\n- Always run the tests before a commit\n\n{block}", encoding="utf-8"
    )
    files = {".cursor/rules/hardwon-ask-first.mdc": "0", "AGENTS.md": "0"}
    record = {"version": 1, "exports": [{"form": "x", "files": files}]}
    (tmp_path / ".hardwon-export.json").write_text(json.dumps(record), encoding="utf-8")
    data = data_of(run_cli("import", ".cursor", "AGENTS.md", "--json"))
    assert {file["path"]: [one["title"] for one in file["found"]] for file in data["files"]} == {
        ".cursor/rules/own.mdc": ["own"],
        "AGENTS.md": ["Always run the tests before a commit"],
    }
    assert [one["reason"] for one in data["refused"]] == ["was exported from this memory"]
    (tmp_path / ".hardwon-export.json").write_text("[", encoding="utf-8")
    assert len(data_of(run_cli("import", ".cursor", "--json"))["files"]) == 2


def test_another_memory_comes_in_whole(tmp_path: Path, memory_dir: Path, run_cli: Run) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(
        PROJECT / "examples" / "shop", shop, ignore=shutil.ignore_patterns(".hardwon", "docs")
    )
    assert run_cli("import", "shop", "--yes").returncode == 0
    kept = (
        "confidence", "claimed_confidence", "examples", "counter_examples", "proved_examples",
        "projects", "days", "time_saved_minutes",
    )  # fmt: skip
    before = data_of(run_cli("list", "--json", cwd=shop))["patterns"]
    after = data_of(run_cli("list", "--json"))["patterns"]
    figures = [{one["name"]: {key: one[key] for key in kept} for one in m} for m in (before, after)]
    assert figures[0] == figures[1]
    assert run_cli("check", HARDWON_TODAY="2026-11-21").returncode == 0
    assert data_of(run_cli("learn", "--dry-run", "--json"))["changes"] == []


@needs_seeds
def test_the_seeds_import_to_what_they_hold(tmp_path: Path, memory_dir: Path, run_cli: Run) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds", copy_function=shutil.copyfile)
    data = data_of(run_cli("import", "seeds", "--yes", "--json"))
    assert data["refused"] == []
    found = {
        Path(file["path"]).name: [(one["kind"], one["title"]) for one in file["found"]]
        for file in data["files"]
    }
    assert {one["fate"] for file in data["files"] for one in file["found"]} == {"written"}
    assert found == {
        "architecture.md": [
            ("pattern", title)
            for title in (
                "Compound Components", "Render Props", "Custom Hooks", "Error Boundaries",
                "Repository Pattern", "Service Layer", "Middleware Pattern", "Event Sourcing",
                "API Gateway", "Circuit Breaker", "Retry Pattern", "Bulkhead Pattern",
            )
        ],
        "codex-patterns.SKILL.md": [
            ("pattern", title)
            for title in (
                "Multi-Tenant Architecture Patterns", "Performance Optimization Patterns",
                "Security Implementation Patterns", "API Integration Patterns",
                "Testing Patterns", "Structured Error Handling", "Resilience Patterns",
                "Metrics Collection", "Health Check Patterns",
            )
        ],
        "dev-patterns.md": [
            ("pattern", title)
            for title in (
                "JWT Refresh Tokens for Mobile Apps",
                "Database Transaction Safety for Critical Operations",
                "Error Logging with User Context", "N+1 Query Prevention",
                "PostgreSQL Index on Foreign Keys", "API Error Response Structure",
                "Proactive JWT Token Refresh",
            )
        ],
        "reviewer.prompt.md": [
            ("checklist", "Review Checklist"), ("workflow", "Response Structure"),
        ],
        "system-design.command.md": [("workflow", "Codex System Design Generator")],
    }  # fmt: skip
    text = (memory_dir / "procedural/checklists/review-checklist.md").read_text(encoding="utf-8")
    assert text.count("- [ ] ") == 8
    everything = b"".join(texts(memory_dir).values()).decode("utf-8")
    assert "ğŸ" not in everything
    assert "â€" not in everything
    patterns = {p["name"]: p for p in data_of(run_cli("list", "--json"))["patterns"]}
    assert patterns["Circuit Breaker"]["claimed_confidence"] is None
    assert patterns["Error Logging with User Context"]["confidence"] == Confidence.HIGH
    assert patterns["Error Logging with User Context"]["proved_examples"] == 0
    findings = run_cli("check", "--json")
    assert {one["code"] for one in json.loads(findings.stdout)["findings"]} == {"unknown-related"}
    before = texts(memory_dir)
    assert data_of(run_cli("import", "seeds", "--yes", "--json"))["written"] == []
    assert texts(memory_dir) == before
