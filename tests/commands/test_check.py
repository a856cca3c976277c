from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import CORPUS, SEEDS, needs_corpus, needs_seeds

BOOK = "semantic/patterns/dev-patterns.md"
TEXT = """\
# Patterns

## Retry with jitter

**Confidence:** HIGH <!-- by hand -->
**Based on:** 3 examples
**Last reinforced:** 2025-01-10

**Pattern:**
Wait a random time.

**Examples:**
1. Shop - Payment calls (2025-01-10) - no storm
2. Shop - Mail queue (2025-02-10)

**Related patterns:**
- Circuit breakers

---

**Last Updated:** 2025-01-10
**Total Patterns:** 1
**Confidence Breakdown:**
- HIGH: 1 pattern (100%)
- MEDIUM: 0 patterns (0%)
"""
MENDED = """\
# Patterns

## Retry with jitter

**Confidence:** MEDIUM <!-- by hand -->
**Based on:** 2 examples
**Last reinforced:** 2025-02-10

**Pattern:**
Wait a random time.

**Examples:**
1. Shop - Payment calls (2025-01-10) - no storm
2. Shop - Mail queue (2025-02-10)

**Related patterns:**
- Circuit breakers

---

**Last Updated:** 2025-02-10
**Total Patterns:** 1
**Confidence Breakdown:**
- HIGH: 0 patterns (0%)
- MEDIUM: 1 pattern (100%)
"""
FOUND = f"""\
memory/{BOOK}:5: claim-confidence 'Retry with jitter' claims HIGH, but 2 examples make it MEDIUM
memory/{BOOK}:6: claim-count 'Retry with jitter' claims 3 examples, but 2 are listed
memory/{BOOK}:7: last-reinforced 'Retry with jitter' was last reinforced 2025-01-10, \
but its newest example is of 2025-02-10
memory/{BOOK}:17: unknown-related related 'Circuit breakers' means no pattern of this memory
memory/{BOOK}:21: last-updated 'Last Updated' says 2025-01-10, \
but 'Retry with jitter' (line 3) is of 2025-02-10
memory/{BOOK}:24: totals HIGH is stated as 1 (100%), but 0 (0%) of 1 pattern are HIGH by count
memory/{BOOK}:25: totals MEDIUM is stated as 0 (0%), but 1 (100%) of 1 pattern is MEDIUM by count
"""


@pytest.fixture
def book(write_note) -> Path:
    return write_note(BOOK, TEXT)


def test_findings_go_to_stdout_and_the_summary_to_stderr(run_cli, book) -> None:
    done = run_cli("check")
    assert done.stdout == FOUND
    assert done.stderr == "7 findings (6 can be mended with --fix) in 1 file\n"
    assert done.returncode == 1
    assert book.read_text("utf-8") == TEXT


def test_without_findings_it_says_what_it_looked_at(run_cli, write_note) -> None:
    write_note("episodic/code/2025-01-10-payment-calls.md", "# Payment calls\n")
    done = run_cli("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing to report: 0 patterns, 1 note\n"


def test_the_json_is_a_contract(run_cli, book) -> None:
    done = run_cli("check", "--json", "--select", "unknown-related", "--select", "claim-count")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "version": 1,
        "findings": [
            {
                "code": "claim-count",
                "path": BOOK,
                "line": 6,
                "message": "'Retry with jitter' claims 3 examples, but 2 are listed",
                "fixable": True,
            },
            {
                "code": "unknown-related",
                "path": BOOK,
                "line": 17,
                "message": "related 'Circuit breakers' means no pattern of this memory",
                "fixable": False,
            },
        ],
    }
    assert list(json.loads(done.stdout)["findings"][0]) == [
        "code", "path", "line", "message", "fixable",
    ]  # fmt: skip


def test_a_hint_stands_in_the_message_of_the_json(run_cli, write_note) -> None:
    write_note(BOOK, TEXT.replace("HIGH <!-- by hand -->", "HIHG"))
    done = run_cli("check", "--json", "--select", "unknown-confidence")
    (found,) = json.loads(done.stdout)["findings"]
    assert found["message"].endswith("expected LOW, MEDIUM or HIGH (did you mean HIGH?)")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["\n", ""])
def test_fix_changes_the_values_and_no_other_byte(
    run_cli, write_note, end: str, mark: str, last: str
) -> None:
    def as_bytes(text: str) -> str:
        return mark + (text.rstrip("\n") + last).replace("\n", end)

    file = write_note(BOOK, as_bytes(TEXT))
    done = run_cli("check", "--fix")
    assert file.read_bytes().decode("utf-8") == as_bytes(MENDED)
    assert done.returncode == 1
    assert done.stdout == FOUND.splitlines(keepends=True)[3]
    *mended, summary = done.stderr.splitlines()
    left = [line for line in FOUND.splitlines() if "unknown-related" not in line]
    assert mended == [f"mended {line}" for line in left]
    assert summary == "6 mended, 1 finding in 1 file"
    again = run_cli("check", "--fix")
    assert again.stderr == "1 finding in 1 file\n"
    assert file.read_bytes().decode("utf-8") == as_bytes(MENDED)


def test_fix_mends_only_what_is_selected(run_cli, book) -> None:
    done = run_cli("check", "--fix", "--select", "totals", "--select", "claim-count")
    assert done.returncode == 0
    changed = [
        (old, new)
        for old, new in zip(TEXT.splitlines(), book.read_text("utf-8").splitlines(), strict=True)
        if old != new
    ]
    assert changed == [
        ("**Based on:** 3 examples", "**Based on:** 2 examples"),
        ("- HIGH: 1 pattern (100%)", "- HIGH: 0 patterns (0%)"),
        ("- MEDIUM: 0 patterns (0%)", "- MEDIUM: 1 pattern (100%)"),
    ]


def test_fix_mends_a_claim_and_a_count_of_one_line(run_cli, write_note) -> None:
    text = "## Retry\n\n**Confidence:** HIGH (based on 3 examples)\n\n**Pattern:** Wait.\n\n"
    text += "**Examples:**\n1. Shop (2025-01-10)\n2. Shop (2025-02-10)\n"
    file = write_note(BOOK, text)
    assert run_cli("check", "--fix").returncode == 0
    assert "**Confidence:** MEDIUM (based on 2 examples)\n" in file.read_text("utf-8")


def test_the_diff_is_one_that_git_applies_and_writes_nothing(run_cli, git_repo, book) -> None:
    git_repo("add", "-A")
    done = run_cli("check", "--diff")
    assert done.returncode == 1
    assert book.read_text("utf-8") == TEXT
    assert done.stdout.startswith(
        f"diff --git a/memory/{BOOK} b/memory/{BOOK}\n"
        f"--- a/memory/{BOOK}\n+++ b/memory/{BOOK}\n@@ -2,9 +2,9 @@\n"
    )
    assert done.stderr == "7 findings (6 can be mended with --fix) in 1 file\n"
    (book.parents[3] / "mend.patch").write_text(done.stdout, "utf-8")
    git_repo("apply", "mend.patch")
    assert book.read_text("utf-8") == MENDED


def test_a_path_limits_the_findings_from_here_or_from_the_memory(
    run_cli, write_note, book, memory_dir
) -> None:
    write_note("semantic/patterns/other.md", TEXT.replace("Retry", "Repeat"))
    for args, cwd in [
        ((BOOK,), None),
        ((f"memory/{BOOK}",), None),
        ((str(book),), None),
        (("dev-patterns.md",), book.parent),
    ]:
        done = run_cli("check", "--json", *args, cwd=cwd)
        assert {f["path"] for f in json.loads(done.stdout)["findings"]} == {BOOK}
    whole = run_cli("check", "--json", "semantic", cwd=memory_dir)
    assert {f["path"] for f in json.loads(whole.stdout)["findings"]} == {
        BOOK,
        "semantic/patterns/other.md",
    }
    inside = run_cli("check", "dev-patterns.md", "--select", "claim-count", cwd=book.parent)
    assert inside.stdout.startswith("dev-patterns.md:6: claim-count ")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("nowhere.md",), "no file or folder 'nowhere.md' in the memory"),
        (("--select", "total"), "no such check 'total'. Did you mean 'totals'?"),
        (("--ignore", "qqq"), "no such check 'qqq'. docs/checks.md lists them."),
        (("--diff", "--json"), "--diff and --json exclude each other."),
    ],
)
def test_what_cannot_be_done_exits_with_2(run_cli, book, args: tuple[str, ...], says: str) -> None:
    done = run_cli("check", *args)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_a_broken_setting_stops_it(run_cli, write_note, book) -> None:
    write_note("hardwon.toml", "[confidence]\nhigh = 'five'\n")
    done = run_cli("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "hardwon.toml" in done.stderr


def test_settings_move_the_levels(run_cli, write_note, book) -> None:
    write_note("hardwon.toml", "[confidence]\nhigh = 2\n")
    assert run_cli("check", "--select", "claim-confidence", "--select", "totals").returncode == 0


def test_an_unreadable_file_is_named_and_the_rest_is_checked(run_cli, book) -> None:
    (book.parent / "latin.md").write_bytes(b"# Caf\xe9\n")
    done = run_cli("check", "--select", "unreadable", "--select", "claim-count")
    lines = [line.split(" ") for line in done.stdout.splitlines()]
    assert [line[1] for line in lines if line[0]] == ["claim-count", "unreadable"]
    assert "  hint: save it again as UTF-8" in done.stdout


def test_letters_that_drive_a_terminal_are_not_passed_on(run_cli, write_note) -> None:
    write_note(BOOK, TEXT.replace("Circuit breakers", "Circuit \x1b[31mbreakers"))
    assert "\x1b" not in run_cli("check").stdout


@needs_seeds
def test_the_seed_book(run_cli, memory_dir) -> None:
    shutil.copy(SEEDS / "dev-patterns.md", memory_dir / BOOK)
    findings = json.loads(run_cli("check", "--json").stdout)["findings"]
    found: dict[str, list[str]] = {}
    for finding in findings:
        found.setdefault(finding["code"], []).append(finding["message"])
    assert found.keys() == {"totals", "last-updated", "missing-source", "unknown-related"}
    assert found["totals"] == [
        "HIGH is stated as 3 (43%), but 2 (29%) of 7 patterns are HIGH by count",
        "LOW is stated as 1 (14%), but 2 (29%) of 7 patterns are LOW by count",
    ]
    assert found["last-updated"] == [
        "'Last Updated' says 2025-01-11, "
        "but 'Proactive JWT Token Refresh' (line 463) is of 2025-11-11"
    ]
    assert len(found["missing-source"]) == 16
    assert [message.split("'")[1] for message in found["unknown-related"]] == [
        "Error handling with try/except",
        "Audit logging",
        "Database indexing",
        "Caching strategies",
        "Query optimization",
        "Frontend error handling",
    ]


@needs_seeds
def test_the_seed_book_is_mended_in_three_lines(run_cli, memory_dir) -> None:
    file = Path(shutil.copy(SEEDS / "dev-patterns.md", memory_dir / BOOK))
    before = file.read_bytes().splitlines()
    run_cli("check", "--fix")
    after = file.read_bytes().splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [
        b"**Last Updated:** 2025-11-11",
        b"- HIGH: 2 patterns (29%)",
        b"- LOW: 2 patterns (29%)",
    ]


@needs_corpus
@pytest.mark.parametrize("family", ["A", "B", "C", "D", "E"])
def test_strangers_notes_are_checked_and_all_that_is_fixable_is_mended(
    run_cli, tmp_path, family: str
) -> None:
    memory = tmp_path / "memory"
    shutil.copytree(CORPUS / family, memory, symlinks=True)
    done = run_cli("--memory", "memory", "check", "--json")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    findings = json.loads(done.stdout)["findings"]
    # A stranger's memory does not drown in them: about one for a file at the most.
    assert len(findings) < 1.2 * sum(1 for _ in memory.rglob("*.md"))
    left = run_cli("--memory", "memory", "check", "--fix", "--json")
    kept = [finding for finding in findings if not finding["fixable"]]
    assert [f for f in json.loads(left.stdout)["findings"] if not f["fixable"]] == kept
    assert not any(finding["fixable"] for finding in json.loads(left.stdout)["findings"])
