"""Whatever two texts hold: their diff, laid over the one, gives the other."""

from __future__ import annotations

import difflib
import os
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hardwon.actions.changes import read_diff, read_revision, read_working_tree
from hardwon.errors import DiffError
from hardwon.markup.diffs import apply_hunks, decode_diff, parse_diff, split_at_newlines, undo_hunks
from hardwon.model.change import ChangedFile, FileKind, bare

# Few lines, so that they recur; among them what looks like a part of a diff, or like a line end.
LINES = (
    "", " ", "a", "b", "\t", "- a", "-- a/x", "--- a/x", "+++ b/x", "++ b/x", "@@ -1 +1 @@",
    "diff --git a/x b/x", "\\ No newline at end of file", "ä", "日本", "x\u2028y", "x\x0cy", "\x85",
    "\ufeffa", "a\rb", "😀", "rename from x", "Binary files a/x and b/x differ",
)  # fmt: skip
ENDED = st.builds(str.__add__, st.sampled_from(LINES), st.sampled_from(("\n", "\r\n")))
TEXTS = st.builds(
    lambda lines, end: "".join(lines)[: None if end else -1],
    st.lists(ENDED, max_size=12),
    st.booleans(),
)


def unified(old: str, new: str, context: int) -> str:
    """Return the diff of two texts; difflib leaves it to its caller to mark the missing newline."""
    sides = split_at_newlines(old), split_at_newlines(new)
    lines = difflib.unified_diff(*sides, "a/x", "b/x", n=context)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def check(file: ChangedFile, old: str, new: str) -> None:
    """Hold that everything that `file` says of its lines agrees with both texts."""
    assert apply_hunks(old, file.hunks) == new
    assert undo_hunks(new, file.hunks) == old
    lines = dict(enumerate(map(bare, split_at_newlines(new)), 1))
    assert file.added.items() <= lines.items()
    assert file.shown.items() <= lines.items()
    assert file.added.keys() <= file.shown.keys()
    assert all(any(n in hunk.new for hunk in file.hunks) for n in file.added)
    before = dict(enumerate(map(bare, split_at_newlines(old)), 1))
    assert file.removed.items() <= before.items()
    assert len(lines) - len(before) == len(file.added) - len(file.removed)


@given(TEXTS, TEXTS, st.integers(0, 3))
@example("a", "a\n", 3)
@example("", "a", 3)
@example("a\r\n", "", 0)
def test_diff_laid_over_the_old_text_gives_the_new_one(old: str, new: str, context: int) -> None:
    assume(old != new)
    (file,) = parse_diff(unified(old, new, context), "d")
    check(file, old, new)


@given(TEXTS, TEXTS, st.data())
def test_damaged_diff_is_read_or_refused_and_never_worse(
    old: str, new: str, data: st.DataObject
) -> None:
    assume(old != new)
    head = data.draw(st.sampled_from(("", "diff --git a/x b/x\nindex 1..2 100644\n")))
    lines = (head + unified(old, new, 3)).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.sampled_from((*LINES, *(sign + x for sign in " +-" for x in LINES))))
        lines[at : at + data.draw(st.integers(0, 2))] = [other]
    text = "\n".join(lines)
    try:
        files = parse_diff(decode_diff(text.encode()), "d")
    except DiffError as error:
        fault = error
    else:
        assert len({file.path for file in files}) == len(files)
        return
    assert fault.path == "d"
    assert fault.line is not None
    assert 1 <= fault.line <= text.count("\n") + 2


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses these names")
def test_what_git_prints_laid_over_the_old_text_gives_the_new_one(tmp_path: Path) -> None:
    """One commit of many files, and one working tree: git is slow to start."""
    rng = random.Random(20260301)

    def text() -> str:
        ends = rng.choice((("\n",), ("\r\n",), ("\n", "\r\n")))
        lines = "".join(rng.choice(LINES) + rng.choice(ends) for _ in range(rng.randint(0, 30)))
        return lines[: None if rng.random() < 0.7 else -1]

    def edited(old: str) -> str:
        lines = split_at_newlines(old)
        for _ in range(rng.randint(1, 4)):
            at = rng.randint(0, len(lines))
            lines[at : at + rng.randint(0, 2)] = split_at_newlines(text())[: rng.randint(0, 3)]
        joined = "".join(lines)
        return joined if rng.random() < 0.7 else joined.removesuffix("\n")

    names = [
        "plain",
        "with space",
        "ä ö",
        'quo"te',
        "tab\there",
        "b",
        "a b",
        "-dash",
        "back\\slash",
    ]
    old = {f"{rng.choice(names)}/{rng.choice(names)}{n}": text() for n in range(300)}
    new = {path: edited(before) for path, before in old.items()}

    def git(*args: str) -> bytes:
        done = subprocess.run(["git", *args], cwd=tmp_path, capture_output=True, check=True)
        return done.stdout

    def write(files: dict[str, str]) -> None:
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(content.encode())

    git("init", "-q")
    for setting in ("user.name A", "user.email a@example.org", "core.autocrlf false"):
        git("config", *setting.split())
    write(old)
    git("add", "-A")
    git("commit", "-qm", "old")
    write(new)
    changed = {path for path in old if old[path] != new[path]}
    printed = git("-c", "core.quotePath=true", "diff", "--no-renames", "HEAD")
    sources = [
        read_working_tree(tmp_path),
        read_diff(tmp_path, printed, "d"),
        read_diff(tmp_path.parent, printed, "d"),
    ]
    git("commit", "-qam", "new")
    sources.append(read_revision(tmp_path, "HEAD"))
    for number, source in enumerate(sources):
        assert {file.path for file in source.files} == changed
        for file in source.files:
            assert (file.unread, file.kind) == (None, FileKind.CHANGED)
            check(file, old[file.path], new[file.path])
            # Nothing lies beside the third; the gate lets no name with a backslash pass.
            if number == 2 or (number == 1 and "\\" in file.path):
                assert file.new_text is None
            else:
                assert (file.old_text, file.new_text) == (old[file.path], new[file.path])
    assert len(changed) > 200
