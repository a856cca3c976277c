"""A plan of several files that was stopped half-way is carried out as it was made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import generated
from faults.harness import hardwon, leftovers, tree, write_tree
from hardwon.actions import learn as learning
from hardwon.files import write
from hardwon.files.folder import Folder
from memories import BOOK, learn, note, pattern

NAMES = ["Retry Twice", "Retry Twice with Jitter", "Hash Passwords", "Pin Every Dependency"]
DOMAINS = ["code", "dev", "ops", "design"]


class Death(BaseException):
    """The process ends here."""


def learn_and_die(root: Path, after: int) -> bool:
    """Learn, and stop before the file behind the first `after` ones; return whether it did."""
    written = 0

    def mortal(real):
        def act(*args, **options):
            nonlocal written
            if written == after:
                raise Death
            written += 1
            real(*args, **options)

        return act

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "write_note", mortal(write.write_note))
        patch.setattr(write, "remove_note", mortal(write.remove_note))
        try:
            learning.learn(Folder(root))
        except Death:
            return True
    return False


@st.composite
def memories(draw: st.DrawFn) -> dict[str, str]:
    """Return a memory whose notes touch several books, up and down, and make new ones."""
    files: dict[str, str] = {}
    names = draw(st.permutations(NAMES))
    for domain in draw(st.lists(st.sampled_from(DOMAINS[1:]), unique=True, max_size=2)):
        parts = [
            pattern(names.pop(), draw(st.integers(1, 6)), tags=draw(st.sampled_from(["", "safe"])))
            for _ in range(draw(st.integers(0, 2)))
        ]
        files[f"semantic/patterns/{domain}-patterns.md"] = "# Patterns\n\n" + "\n".join(parts)
    if draw(st.booleans()):
        files = learn(files)
    for number in range(1, draw(st.integers(1, 7)) + 1):
        fields = {}
        if draw(st.booleans()):
            fields["applied"] = draw(st.sampled_from([*NAMES, "Retry Twise", "Pin Dependencies"]))
        if draw(st.booleans()):
            fields["lesson"] = draw(st.sampled_from([*NAMES, "Retry twice, then give up."]))
        if draw(st.booleans()):
            fields["outcome"] = draw(st.sampled_from(["SUCCESS", "FAILED"]))
        day = f"2026-01-{number:02d}"
        domain = draw(st.sampled_from(DOMAINS))
        files[f"episodic/{domain}/{day}-note.md"] = note(f"Case {number}", day, **fields)
    return files


def assert_resumed(files: dict[str, str]) -> None:
    whole = {path: text.encode() for path, text in learn(files).items()}
    with TemporaryDirectory() as folder:
        root = Path(folder) / "memory"
        after = 0
        while True:
            root.mkdir()
            write_tree(root, files)
            died = learn_and_die(root, after)
            if died:
                learning.learn(Folder(root))
            assert tree(root) == whole
            assert leftovers(root) == []
            assert not (root / ".hardwon/unfinished.json").exists()
            shutil.rmtree(root)
            if not died:
                return
            after += 1


@pytest.mark.slow
@given(memories())
@settings(max_examples=150)
def test_the_next_learning_ends_where_an_undisturbed_one_ends(files: dict[str, str]) -> None:
    assert_resumed(files)


@pytest.mark.slow
@given(generated.memories(), generated.memories())
@settings(max_examples=100, deadline=None)
def test_so_it_does_in_a_memory_that_has_learned_before(
    old: dict[str, str], new: dict[str, str]
) -> None:
    later = {path.replace("note", "later"): text for path, text in new.items() if path != BOOK}
    assert_resumed(learn(old) | later)


ACROSS = {
    "episodic/ops/2026-01-01-note.md": note("Case 1", "2026-01-01", applied="Retry Twise"),
    "episodic/design/2026-01-03-note.md": note("Case 3", "2026-01-03", lesson="Retry Twice"),
    "episodic/design/2026-01-04-note.md": note("Case 4", "2026-01-04", applied="Retry Twise"),
}


def test_a_new_pattern_of_one_book_does_not_take_the_notes_of_another() -> None:
    """Made again after the first book, the plan would be in doubt what “Retry Twise” means."""
    assert_resumed(ACROSS)


def in_two_domains(first: str, other: str) -> dict[str, str]:
    return {
        f"episodic/{first}/2026-01-01-later.md": note(
            "Slow - start", "2026-01-01", applied="Retry Twice with Jitter"
        ),
        f"episodic/{other}/2026-01-02-later.md": note(
            "Slow - start", "2026-01-02", lesson="Retry twice, then give up."
        ),
    }


@pytest.mark.parametrize("domains", [("code", "ops"), ("ops", "code")])
@pytest.mark.parametrize("known", [0, 4])
def test_a_lesson_that_resembles_a_pattern_of_another_book_stays_what_it_was(
    domains: tuple[str, str], known: int
) -> None:
    """With the other book written, the lesson would be in doubt; with four examples before it,
    the pattern becomes HIGH, and a workflow stands between the two books."""
    book = {BOOK: "# Patterns\n\n" + pattern("Retry Twice with Jitter", known)} if known else {}
    assert_resumed(book | in_two_domains(*domains))


def stopped(root: Path) -> None:
    write_tree(root, ACROSS)
    assert learn_and_die(root, 1)
    assert (root / ".hardwon/unfinished.json").exists()


def test_what_was_finished_is_told(memory_dir: Path) -> None:
    expected = memory_dir.parent / "expected"
    write_tree(expected, ACROSS)
    whole = json.loads(hardwon(expected, "learn", "--json").out)
    stopped(memory_dir)
    assert json.loads(hardwon(memory_dir, "learn", "--json").out) == whole


@pytest.mark.parametrize("path", [*ACROSS, "semantic/patterns/design-patterns.md"])
def test_after_an_edit_the_plan_is_made_again(memory_dir: Path, path: str) -> None:
    stopped(memory_dir)
    text = tree(memory_dir).get(path, b"# Design\n") + b"\nBy hand.\n"
    (memory_dir / path).write_bytes(text)
    assert hardwon(memory_dir, "learn").status == 0
    assert b"By hand." in tree(memory_dir)[path]
    assert not (memory_dir / ".hardwon/unfinished.json").exists()


@pytest.mark.parametrize("data", ["", "{", "[]", '{"version": 1}', '{"version": 1, "seen": "", '
                                  '"files": [["../x.md", null, "x"]], "changes": []}'])  # fmt: skip
def test_a_record_that_is_none_is_forgotten(memory_dir: Path, data: str) -> None:
    write_tree(memory_dir, ACROSS)
    (memory_dir / ".hardwon").mkdir()
    (memory_dir / ".hardwon/unfinished.json").write_text(data)
    assert hardwon(memory_dir, "learn").status == 0
    assert tree(memory_dir) == {p: text.encode() for p, text in learn(ACROSS).items()}
    assert not (memory_dir.parent / "x.md").exists()
