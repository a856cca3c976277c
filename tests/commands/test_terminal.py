"""No character of a memory, a name or an argument is obeyed by a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.cli.main import main

Git = Callable[..., str]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows takes no such names")

EVIL = "\x1b[31m\x1b]0;pwned\x07\x9b31m\x08\x7f\u202e\u2066\u200b\u200f\u2028\ufeff\U000e0041"
OWN_CODES = re.compile(
    r"\x1b\[(?:0|(?:1|2|32|33|34|36)(?:;(?:1|2|32|33|34|36))*)m"
    r"|\r(?:[a-z ]+ [\d,]+/[\d,]+)?\x1b\[K|\r\n"
)
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def raw(text: str) -> list[str]:
    """Return the characters of `text` that a terminal would obey, but for our own styles."""
    rest = OWN_CODES.sub("\n", text)
    return [c for c in rest if unicodedata.category(c) in HIDDEN and c not in "\n\t"]


def build(root: Path) -> None:
    """Fill a memory with EVIL in every place that hardwon reads."""
    code = root / "episodic/code"
    code.mkdir(parents=True)
    for number in range(1, 8):
        name = f"2026-01-0{number}-{EVIL}.md" if number < 3 else f"2026-01-0{number}-note.md"
        (code / name).write_text(
            f"---\nproject: 'Shop{EVIL}'\ntags: [a{EVIL}b]\n---\n\n"
            f"# Zebra {number} {EVIL} crossing\n\n**Date:** 2026-01-0{number}\n"
            f"**Outcome:** SUCCESS {EVIL}\n\n## Patterns applied\n- Stripes{EVIL} Help\n\n"
            f"## Learnings\n- Always look {EVIL} twice.\n\n```sh{EVIL}\necho {EVIL}\n```\n",
            encoding="utf-8",
        )
    (code / f"2026-02-01-{EVIL}.md").write_bytes(b"# \xff not UTF-8")
    (code / "2026-02-02-date.md").write_text(f"# A\n\n**Date:** 2099-99-99{EVIL}\n")
    (root / "semantic/patterns").mkdir(parents=True)
    (root / f"semantic/patterns/dev{EVIL}-patterns.md").write_text(
        f"## Stripes{EVIL} Help\n\n**Confidence:** HIGH{EVIL}\n**Based on:** 9 examples\n"
        f"**Last reinforced:** 2020-01-01{EVIL}\n**Time saved per use:** 5 minutes {EVIL}\n\n"
        f"**Context:**\nCrossing {EVIL}\n\n**Pattern:**\n- Paint {EVIL} stripes\n\n"
        f"**Examples:**\n1. Shop{EVIL} - Case{EVIL} (2025-01-10) - fine{EVIL}\n\n"
        f"**Owner{EVIL}:** me{EVIL}\n\n**Related patterns:**\n- Unknown{EVIL}\n\n"
        f"**Source experiences:**\n- memory/episodic/code/none{EVIL}.md\n\n"
        f"**Tags:** x{EVIL}y\n\n**Total Patterns:** 3{EVIL}\n",
        encoding="utf-8",
    )


ZEBRA = f"zebra{EVIL}"
# Learning comes late: what stands before it reads the memory as its authors left it.
COMMANDS: dict[str, list[str]] = {
    "list": ["list"],
    "show": ["show", "Stripes Help"],
    "show unknown": ["show", f"nothing{EVIL}like it"],
    "search": ["search", "zebra stripes"],
    "search, evil": ["search", ZEBRA],
    "search, nothing": ["search", f"qqqqqqqq{EVIL}"],
    "search, corrected": ["search", f"zebrra {EVIL}"],
    "stats": ["stats"],
    "check": ["check"],
    "check, diff": ["check", "--diff"],
    "check, no such path": ["check", f"none{EVIL}"],
    "index": ["index", "--rebuild"],
    "workflow list": ["workflow", "list"],
    "workflow show unknown": ["workflow", "show", f"none{EVIL}"],
    "learn, dry": ["learn", "--dry-run"],
    "learn, diff": ["learn", "--diff"],
    "no such command": [f"serch{EVIL}"],
    "no such option": ["search", f"--{EVIL}", "x"],
    "no such kind": ["search", "--kind", EVIL, "x"],
    "no such check": ["check", "--select", EVIL],
    "no date": ["search", "--since", EVIL, "x"],
    "no number": ["search", "--limit", EVIL, "x"],
    "no duration": ["note", "A", "--saved", EVIL],
    "no day": ["note", "A", "--date", EVIL],
    "no domain": ["note", "A", "--domain", EVIL],
    "no revision": ["note", "--from-commit", f"none{EVIL}"],
    "no memory": ["--memory", f"none{EVIL}", "list"],
    "no folder": ["-C", f"none{EVIL}", "note", "--from-commit", "HEAD"],
    "too many words": ["init", "a", EVIL],
    "note": ["note", f"Title{EVIL}", "--pattern", f"New{EVIL}", "--lesson", EVIL],
    "note of a commit": ["note", "--from-commit", "HEAD"],
    "learn": ["learn", "--no-ask"],
    "learn, again": ["learn", "--no-ask"],
    "workflow show": ["workflow", "show", "Stripes Help"],
    "workflow rebuild": ["workflow", "rebuild"],
    "check, fix": ["check", "--fix"],
    "init": ["init", f"new{EVIL}"],
}
WITH_JSON = {"list", "show", "search", "stats", "check", "index", "workflow", "learn", "note"}
EXACT = {"check, diff", "learn, diff"}  # as bytes, where no terminal reads them


def variants() -> list[tuple[str, list[str]]]:
    found = []
    for name, words in COMMANDS.items():
        found.append((name, words))
        if words[0] in WITH_JSON and "diff" not in name:
            found.append((f"{name} --json", [*words, "--json"]))
    return found


@pytest.fixture
def place(tmp_path: Path, git_repo: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository of an evil name, with an evil memory and commit in it."""
    repository = tmp_path / f"repository{EVIL}"
    build(repository / "memory")
    environ = {
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@b",
        "GIT_CONFIG_GLOBAL": os.devnull, "HARDWON_TODAY": "2026-03-01",
    }  # fmt: skip
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HARDWON_MEMORY", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", f"Subject{EVIL}\n\nBody{EVIL}"]):
        subprocess.run(["git", *words], cwd=repository, check=True)
    subprocess.run(["git", "checkout", "-qb", "a\u202eb"], cwd=repository, check=True)
    monkeypatch.chdir(repository)
    return repository


def test_nothing_raw_is_printed(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = {}
    for name, words in variants():
        monkeypatch.setattr(sys, "argv", ["hardwon", *words])
        with pytest.raises(SystemExit):
            main()
        out, err = capsys.readouterr()
        assert not raw(err), (name, err)
        if name not in EXACT:
            assert not raw(out), (name, out)
        if name.endswith("--json") and out:
            json.loads(out)
        printed[name] = out + err
    # Each place was printed, or this test shows nothing.
    for name in ("list", "show", "search", "check", "learn", "workflow show"):
        assert "\\u202e" in printed[name], name
    assert "\\u202e" in printed["list --json"]
    assert "\x1b[31m" in printed["learn, diff"]


def test_keys_of_the_settings_are_text(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (
        '"a\u202eb" = 1\n',
        '"\\u001b[31m" = 1\n',
        "a\u202e = 1",
        "[confidence]\nhigh = '\x9b'",
    ):
        (place / "memory/hardwon.toml").write_text(text)
        monkeypatch.setattr(sys, "argv", ["hardwon", "list"])
        with pytest.raises(SystemExit):
            main()
        out, err = capsys.readouterr()
        assert "hardwon.toml" in err
        assert not raw(out + err)


def under_terminal(words: list[str]) -> str:
    """Return all that `hardwon` writes to a terminal."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "hardwon", *words], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    data = b""
    while True:
        try:
            some = os.read(ours, 65536)
        except OSError:
            break
        if not some:
            break
        data += some
    os.close(ours)
    process.wait(timeout=60)
    return data.decode("utf-8", "replace")


def check_terminal(name: str, words: list[str]) -> None:
    printed = under_terminal(words)
    assert not raw(printed), (name, printed)
    assert "Traceback" not in printed


@pytest.mark.parametrize("name", ["list", "learn, diff", "no such kind"])
def test_terminal_is_told_nothing(place: Path, name: str) -> None:
    check_terminal(name, COMMANDS[name])


@pytest.mark.slow
def test_terminal_is_told_nothing_by_any_command(place: Path) -> None:
    for name, words in variants():
        check_terminal(name, words)


def test_piped_diff_is_exact(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hardwon", "learn", "--diff"], capture_output=True, check=True
    )
    assert EVIL.encode() in done.stdout
    subprocess.run(["git", "apply", "--check", "-"], input=done.stdout, check=True)
