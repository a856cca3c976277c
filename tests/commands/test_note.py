"""`hardwon note`, run as a user runs it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]

BOOK = """\
# Book

## N+1 Query Prevention

**Confidence:** LOW

**Pattern:**
Join.

## Cache Keys For Users

**Confidence:** LOW

**Pattern:**
Prefix.

## Cache Keys For Orders

**Confidence:** LOW

**Pattern:**
Prefix.
"""


def _notes(memory_dir: Path) -> list[str]:
    return sorted(str(file.relative_to(memory_dir)) for file in memory_dir.glob("episodic/**/*.md"))


def _editor(tmp_path: Path, code: str) -> str:
    """Return an editor command that runs `code` on the text of its file."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "text = file.read_text(encoding='utf-8')\n"
        f"{code}\n"
        "file.write_text(text, encoding='utf-8')\n"
    )
    return f"{sys.executable} {script}"


def test_writes_the_note_and_prints_its_path_alone(memory_dir: Path, run_cli: Run) -> None:
    (memory_dir / "semantic/patterns/book.md").write_text(BOOK)
    done = run_cli(
        "note", "Product list: 5 s", "--project", "shop", "--lesson", "Count queries.",
        "--lesson", "Join.", "--pattern", "n+1 query prevention", "--outcome", "success",
        "--saved", "1h 30m", "--tag", "orm,speed", "--tag", "#db", "--context", "The list.",
        "--body", "-", stdin="It ran\r\none query a row.\n\n",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "memory/episodic/code/2026-03-01-product-list-5-s.md\n"
    assert (memory_dir / "episodic/code/2026-03-01-product-list-5-s.md").read_bytes() == (
        b"# Product list: 5 s\n\n**Date:** 2026-03-01\n**Project:** shop\n**Outcome:** SUCCESS\n"
        b"**Time saved:** 90 minutes\n**Tags:** orm, speed, db\n\n"
        b"## Learnings\n\n- Count queries.\n- Join.\n\n"
        b"## Patterns Applied\n\n- N+1 Query Prevention\n\n"
        b"## Context\n\nThe list.\n\n## What happened\n\nIt ran\none query a row.\n"
    )


def test_a_taken_name_gets_a_number(memory_dir: Path, run_cli: Run) -> None:
    for _ in range(3):
        assert run_cli("note", "Same").returncode == 0
    assert _notes(memory_dir) == [
        "episodic/code/2026-03-01-same-2.md",
        "episodic/code/2026-03-01-same-3.md",
        "episodic/code/2026-03-01-same.md",
    ]


def test_the_path_is_absolute_when_it_does_not_lie_below(
    tmp_path: Path, memory_dir: Path, run_cli: Run
) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = run_cli("--memory", str(memory_dir), "note", "x", cwd=tmp_path / "elsewhere")
    assert done.stdout == f"{memory_dir}/episodic/code/2026-03-01-x.md\n"


def test_json_gives_the_path_in_the_memory(memory_dir: Path, run_cli: Run) -> None:
    (memory_dir / "semantic/patterns/book.md").write_text(BOOK)
    done = run_cli(
        "note", "A  b", "--domain", "ops", "--date", "2026-02-03", "--json",
        "--pattern", "N+1 query prevention", "--pattern", "Brand New",
    )  # fmt: skip
    assert json.loads(done.stdout) == {
        "version": 1,
        "path": "episodic/ops/2026-02-03-a-b.md",
        "title": "A b",
        "date": "2026-02-03",
        "patterns": [
            {"name": "N+1 Query Prevention", "known": True},
            {"name": "Brand New", "known": False},
        ],
        "masked": [],
    }
    assert done.stderr == (
        "hardwon: no pattern of this name yet: learn will create it: Brand New\n"
    )


def test_a_name_of_several_patterns_is_refused_with_all_of_them(
    memory_dir: Path, run_cli: Run
) -> None:
    (memory_dir / "semantic/patterns/book.md").write_text(BOOK)
    done = run_cli("note", "x", "--pattern", "cache keys for")
    assert done.returncode == 2
    assert "Cache Keys For Users (semantic/patterns/book.md:10)" in done.stderr
    assert "Cache Keys For Orders (semantic/patterns/book.md:17)" in done.stderr
    assert _notes(memory_dir) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "A note needs a TITLE"),
        ([" \n"], "A note needs a TITLE"),
        (["x", "--saved", "soon"], "'soon' is no duration"),
        (["x", "--saved", "-30m"], "'-30m' is no duration"),
        (["x", "--saved", "999999999h"], "'999999999h' is no duration"),
        (["x", "--date", "2026-02-30"], "'2026-02-30' is no day"),
        (["x", "--date", "1066-10-14"], "outside the years"),
        (["x", "--outcome", "fine"], "'fine' is not one of"),
        (["x", "--domain", "../up"], "cannot be the name of a folder"),
        (["x", "--domain", "a\nb"], "cannot be the name of a folder"),
        (["x", "--domain", ""], "cannot be the name of a folder"),
        (["x", "--domain", ".hidden"], "cannot be the name of a folder"),
        (["--from-commit=-p"], "'-p' is no revision"),
        (["--from-commit", "HEAD"], "git"),
    ],
)
def test_what_cannot_be_done_is_said_and_writes_nothing(
    memory_dir: Path, run_cli: Run, arguments: list[str], message: str
) -> None:
    done = run_cli("note", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert _notes(memory_dir) == []


def test_a_domain_that_leads_out_of_the_memory_is_refused(
    tmp_path: Path, memory_dir: Path, run_cli: Run
) -> None:
    (tmp_path / "outside").mkdir()
    (memory_dir / "episodic/link").symlink_to(tmp_path / "outside")
    done = run_cli("note", "x", "--domain", "link")
    assert done.returncode == 2
    assert "leads out of the memory folder" in done.stderr
    assert list((tmp_path / "outside").iterdir()) == []


def test_no_memory_is_said(run_cli: Run) -> None:
    done = run_cli("note", "x")
    assert done.returncode == 2
    assert "hardwon init" in done.stderr


def test_a_long_title_gives_a_short_name(memory_dir: Path, run_cli: Run) -> None:
    run_cli("note", "word " * 100)
    run_cli("note", "x" * 300)
    assert _notes(memory_dir) == [
        "episodic/code/2026-03-01-" + "-".join(["word"] * 12) + ".md",
        "episodic/code/2026-03-01-" + "x" * 60 + ".md",
    ]


def test_takes_a_commit_apart(
    tmp_path: Path, memory_dir: Path, run_cli: Run, git_repo: Callable[..., str]
) -> None:
    (tmp_path / "a.py").write_text("x")
    git_repo("add", "a.py")
    git_repo(
        "commit", "-q", "-m", "Join the rows\n\nIt ran twice.",
        GIT_AUTHOR_DATE="2026-01-05T10:00:00+0000",
    )  # fmt: skip
    commit = git_repo("rev-parse", "HEAD")[:12]
    done = run_cli("note", "--from-commit", "HEAD", "--lesson", "Join.")
    assert done.stdout == "memory/episodic/code/2026-01-05-join-the-rows.md\n"
    assert (memory_dir / "episodic/code/2026-01-05-join-the-rows.md").read_text() == (
        f"# Join the rows\n\n**Date:** 2026-01-05\n**Project:** {tmp_path.name}\n\n"
        "## Learnings\n\n- Join.\n\n"
        f"## What happened\n\nIt ran twice.\n\nCommit `{commit}` changed:\n\n- `a.py`\n"
    )
    named = run_cli(
        "note", "Own", "--from-commit", "HEAD", "--date", "2026-01-06", "--project", "shop"
    )
    assert named.stdout == "memory/episodic/code/2026-01-06-own.md\n"
    assert "**Project:** shop\n" in (memory_dir / "episodic/code/2026-01-06-own.md").read_text()


def test_the_editor_sees_the_note_and_its_text_is_kept(
    tmp_path: Path, memory_dir: Path, run_cli: Run
) -> None:
    editor = _editor(
        tmp_path,
        "assert '<!-- What were you working on? -->' in text\n"
        "text = text.replace('# Old', '# New').replace('2026-03-01', '2026-02-02')",
    )
    done = run_cli("note", "Old", "--lesson", "Join.", "--edit", VISUAL=editor)
    assert done.stdout == "memory/episodic/code/2026-02-02-new.md\n"
    assert (memory_dir / "episodic/code/2026-02-02-new.md").read_text() == (
        "# New\n\n**Date:** 2026-02-02\n\n## Learnings\n\n- Join.\n"
    )


def test_an_unchanged_text_is_written(memory_dir: Path, run_cli: Run) -> None:
    assert run_cli("note", "x", "--edit", VISUAL="true").returncode == 0
    text = (memory_dir / "episodic/code/2026-03-01-x.md").read_text()
    assert text == "# x\n\n**Date:** 2026-03-01\n"


def test_an_emptied_text_or_a_failing_editor_writes_nothing(
    tmp_path: Path, memory_dir: Path, run_cli: Run
) -> None:
    emptied = run_cli("note", "x", "--edit", VISUAL=_editor(tmp_path, "text = ' \\n'"))
    assert (emptied.returncode, emptied.stderr) == (
        2,
        "hardwon: the note was emptied: nothing is written\n",
    )
    assert run_cli("note", "x", "--edit", VISUAL="false").returncode == 2
    assert _notes(memory_dir) == []


def test_bytes_that_are_no_text_are_refused_on_stdin(tmp_path: Path, memory_dir: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "hardwon", "note", "x", "--body", "-"],
        input=b"\xff\xfe",
        cwd=tmp_path,
        env={**os.environ, "HARDWON_TODAY": "2026-03-01"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"hardwon: standard input is not UTF-8\n")
    assert _notes(memory_dir) == []
