"""Detectors against a change in a checkout: what is read for facts, and what is not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from detectors import PATH, RELATIONS, pattern_of, violating
from hardwon.actions import detect as module
from hardwon.actions.changes import read_working_tree
from hardwon.actions.detect import detect
from hardwon.model.change import ChangedFile, ChangeSet, FileKind, Hunk
from hardwon.model.detector import Match
from hardwon.review.detect import Found

MODEL = "class Order:\n    customer = models.ForeignKey(Customer)\n"
VIEW = "for order in orders:\n    print(order.customer.name)\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a repository in which `app/models.py` is committed."""
    write(tmp_path, "app/models.py", MODEL)
    for command in (
        ["init", "-q"], ["add", "."],
        ["-c", "user.name=n", "-c", "user.email=e@e", "commit", "-qm", "m"],
    ):  # fmt: skip
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8"))


def change(path: str, text: str | None, kind: FileKind = FileKind.ADDED) -> ChangedFile:
    lines = tuple((text or "").splitlines(keepends=True))
    hunk = Hunk(0, (), 1, lines, tuple(range(1, len(lines) + 1)), ())
    return ChangedFile(path, kind, hunks=(hunk,), new_text=text)


def run(checkout: Path | None, *files: ChangedFile, memory: Path | None = None) -> list[Match]:
    files = files or (change("views.py", VIEW),)
    found = detect(ChangeSet("HEAD", files), [pattern_of(RELATIONS)], checkout, memory)
    assert not found.faults
    return list(found.matches)


def unknown(matches: list[Match]) -> list[tuple[str, ...]]:
    return [match.unknown for match in matches]


def test_facts_come_from_the_whole_checkout(checkout: Path) -> None:
    assert unknown(run(checkout)) == [()]


def test_without_a_checkout_facts_are_unknown(tmp_path: Path) -> None:
    assert unknown(run(None)) == [("relation",)]
    assert unknown(run(tmp_path)) == [("relation",)]  # no repository


def test_files_that_git_does_not_know_count_and_those_it_ignores_do_not(checkout: Path) -> None:
    (checkout / "app/models.py").unlink()
    assert run(checkout) == []
    write(checkout, "new/models.py", MODEL)
    assert unknown(run(checkout)) == [()]
    write(checkout, ".gitignore", "new/\n")
    assert run(checkout) == []


def test_a_changed_file_counts_as_it_is_now(checkout: Path) -> None:
    now = change("app/models.py", MODEL.replace("customer", "item"), FileKind.CHANGED)
    assert run(checkout, change("views.py", VIEW), now) == []


def test_a_file_that_is_gone_tells_nothing(checkout: Path) -> None:
    gone = change("app/models.py", None, FileKind.DELETED)
    assert run(checkout, change("views.py", VIEW), gone) == []
    moved = ChangedFile("app/x.txt", FileKind.RENAMED, old_path="app/models.py")
    assert run(checkout, change("views.py", VIEW), moved) == []


def test_the_memory_tells_nothing(checkout: Path) -> None:
    assert run(checkout, memory=checkout / "app") == []
    assert unknown(run(checkout, memory=checkout / "ap")) == [()]


def test_links_and_what_is_no_text_tell_nothing(checkout: Path, tmp_path: Path) -> None:
    (checkout / "app/models.py").unlink()
    write(checkout, "elsewhere/text.py", MODEL)
    (checkout / "linked").mkdir()
    (checkout / "linked/models.py").symlink_to(checkout / "elsewhere/text.py")
    (checkout / "odd").mkdir()
    (checkout / "odd/models.py").write_bytes(MODEL.encode() + b"\xff")
    write(checkout, "huge/models.py", MODEL + "#" * 1_000_000)
    assert run(checkout) == []


def test_what_lies_beyond_the_bound_is_unknown(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(checkout, "b/models.py", "")
    other = change("views.py", VIEW.replace("customer", "item"))
    monkeypatch.setattr(module, "MAX_FILES", 1)
    assert unknown(run(checkout, other)) == [("relation",)]
    assert unknown(run(checkout)) == [()]  # the first file says it, whatever the others do
    monkeypatch.setattr(module, "MAX_FILES", 2)
    assert run(checkout, other) == []


def test_no_fact_is_read_where_nobody_asks(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the checkout was read")

    monkeypatch.setattr(module, "list_checkout", read)
    assert run(checkout, change("views.py", "x = 1\n")) == []


def test_no_worker_is_started_where_no_rule_can_match(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object, **__: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr("subprocess.Popen", start)
    changes = ChangeSet("HEAD", (change("a.py", "x = 1\n"), change("a.go", "package f")))
    assert detect(changes, [pattern_of(violating("forget($A)"))]) == Found()


def test_only_added_lines_count(checkout: Path) -> None:
    write(checkout, "views.py", VIEW)
    for command in (
        ["add", "."], ["-c", "user.name=n", "-c", "user.email=e@e", "commit", "-qm", "m"],
    ):  # fmt: skip
        subprocess.run(["git", *command], cwd=checkout, check=True, capture_output=True)
    write(checkout, "views.py", VIEW + "    print(order.customer.city)\n")
    found = detect(read_working_tree(checkout), [pattern_of(RELATIONS)], checkout)
    assert [match.line for match in found.matches] == [3]


def test_a_file_without_its_whole_text_is_not_looked_at() -> None:
    found = detect(ChangeSet("d", (change("a.py", None),)), [pattern_of(violating("f($A)"))])
    assert found.matches == ()


def test_what_could_not_be_read_of_a_pattern_is_among_the_faults() -> None:
    pattern = pattern_of("role: nobody", violating("f($A)"))
    found = detect(ChangeSet("d", (change("a.py", "f(1)\n"),)), [pattern])
    assert [match.line for match in found.matches] == [1]
    assert [fault.path for fault in found.faults] == [PATH]


def test_where_ast_grep_is_missing_one_fault_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "can_run", lambda: False)
    changes = ChangeSet("d", (change("a.py", "f(1)\n"),))
    found = detect(changes, [pattern_of(violating("f($A)")), pattern_of(RELATIONS)])
    (fault,) = found.faults
    assert "ast-grep-py is not installed" in fault.message
    assert detect(changes, [pattern_of()]).faults == ()
