"""Learning on disk: what happens when somebody else writes at the same moment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from hardwon.actions import learn as learning
from hardwon.errors import ChangedOnDiskError
from hardwon.files.folder import Folder
from hardwon.model.plan import Reply
from memories import BOOK, note, pattern

BACKUP = "The nightly backup ran out of inodes because temporary files were {} removed."


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    files = {
        BOOK: "# Patterns\n\n" + pattern("Retry Twice", 2, "MEDIUM"),
        "episodic/code/2026-01-01-retried.md": note("Retried", "2026-01-01", applied="Retry Twice"),
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8", newline="")
    return Folder(tmp_path)


def save_while_planning(monkeypatch: pytest.MonkeyPatch, folder: Folder, times: int) -> list[int]:
    """Let an editor append a line to the book behind each of the first `times` plans."""
    make_plan, count = learning.plan_learning, [0]

    def plan(*args, **options):
        made = make_plan(*args, **options)
        if count[0] < times:
            count[0] += 1
            with (folder.root / BOOK).open("a", encoding="utf-8") as book:
                book.write(f"\nEdit {count[0]}.\n")
        return made

    monkeypatch.setattr(learning, "plan_learning", plan)
    return count


def test_a_book_saved_meanwhile_is_planned_for_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_while_planning(monkeypatch, folder, 2)
    learning.learn(folder)
    text = (folder.root / BOOK).read_text(encoding="utf-8")
    assert "**Based on:** 3 examples" in text
    assert text.count("2026-01-01-retried.md") == 1
    assert "Edit 1." in text
    assert "Edit 2." in text


def test_a_book_that_never_rests_ends_learning_without_loss(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = save_while_planning(monkeypatch, folder, 99)
    with pytest.raises(ChangedOnDiskError, match="changed on disk"):
        learning.learn(folder)
    text = (folder.root / BOOK).read_text(encoding="utf-8")
    assert [f"Edit {n}." in text for n in range(1, count[0] + 1)] == [True] * count[0]
    assert "**Based on:** 2 examples" in text


def test_a_person_is_asked_once_and_before_the_lock_is_taken(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, word in enumerate(("never", "not"), start=2):
        text = note("Backup", f"2026-01-0{number}", happened=BACKUP.format(word))
        path = folder.root / f"episodic/code/2026-01-0{number}-backup-{word}.md"
        path.write_text(text, encoding="utf-8")
    (folder.root / "hardwon.toml").write_text("[matching]\nmerge = 1.0\n", encoding="utf-8")
    save_while_planning(monkeypatch, folder, 3)
    asked = []

    def ask(experience, undecided):
        asked.append(experience.key)
        with FileLock(folder.state_dir / "lock", timeout=0):  # somebody else could write now
            return Reply(undecided.candidates[0])

    plan = learning.learn(folder, ask=ask)
    assert len(asked) == 1
    assert any(change.reason == "a person decided so" for change in plan.changes)


def test_learning_with_nothing_to_do_touches_no_file(folder: Folder) -> None:
    learning.learn(folder)
    tree = [folder.root, *sorted(folder.root.rglob("*.md")), *sorted(folder.root.glob("*/*"))]
    paths = [path for path in tree if ".hardwon" not in path.parts]
    for path in paths:
        os.utime(path, ns=(10**18, 10**18))
    learning.learn(folder)
    assert {path.stat().st_mtime_ns for path in paths} == {10**18}
