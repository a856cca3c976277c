"""What hardwon exports of a pattern or a workflow, its readers take for that again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROJECT
from foreign import read_foreign
from hardwon.markup.blocks import parse_document
from hardwon.markup.checklists import parse_checklist
from hardwon.markup.pages import parse_page
from hardwon.markup.text import plain
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.pattern import Pattern

MEMORIES = ("memory", "examples/shop/memory")
FOLDERS = {
    "madr": "docs/decisions/patterns",
    "cursor": ".cursor/rules",
    "copilot": ".github",
    "skills": ".agents/skills",
}


def imported(run: Callable, root: Path, memory: str, form: str) -> list[Found]:
    """Return what the readers find in the export of a copy of `memory`."""
    shutil.copytree(PROJECT / memory, root / "memory")
    out = root / FOLDERS[form]
    chosen = [] if form == "skills" else ["--confidence", "low"]
    done = run("export", form, "--out", str(out), *chosen)
    assert done.returncode == 0, done.stderr
    files = sorted(file for file in out.rglob("*.md*") if file.is_file())
    foreign = [
        read_foreign(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
        for file in files
    ]
    return [one for got in foreign if got is not None for one in got.found]


def patterns_of(root: Path) -> dict[str, Pattern]:
    books = (root / "memory" / "semantic").rglob("*.md")
    pages = (parse_page(book.read_text(encoding="utf-8"), "semantic/a.md") for book in books)
    return {pattern.name: pattern for page in pages for pattern in page.patterns}


def words(text: str | None) -> str:
    return " ".join(plain(text or "").split())


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("form", ["madr", "cursor"])
def test_patterns_come_back(run_cli: Callable, tmp_path: Path, memory: str, form: str) -> None:
    found = imported(run_cli, tmp_path, memory, form)
    patterns = patterns_of(tmp_path)
    assert {one.title for one in found} == set(patterns)
    assert {one.kind for one in found} == {FoundKind.PATTERN}
    for one in found:
        pattern, parts = patterns[one.title], dict(one.parts)
        assert words(parts.get("Context")) == words(pattern.context)
        assert words(parts.get("Pattern")) == words(pattern.pattern)
        assert words(parts.get("Why it works")) == words(pattern.why)
        if form == "madr":
            assert [words(text) for text in one.examples] == [
                words(example.text) for example in pattern.examples
            ]
            counters = parts.get("Counter-examples", "")
            assert counters.count("- ") >= len(pattern.counter_examples)
        shown = parts.get("Code example", "") + parts["Pattern"]
        marked = [code for code in pattern.code if code.role in {"bad", "good"}]
        plain_ones = [code for code in marked if "❌" not in code.text and "✅" not in code.text]
        there = [code for code in plain_ones if code.text.strip() in shown]
        # A rule for an agent has one block of each kind.
        assert there == plain_ones if form == "madr" else bool(there) == bool(plain_ones)
        assert all(f"```{code.language} {code.role}" in shown for code in there)


@pytest.mark.parametrize("memory", MEMORIES)
def test_instructions_for_copilot_come_back(run_cli: Callable, tmp_path: Path, memory: str) -> None:
    found = imported(run_cli, tmp_path, memory, "copilot")
    scoped = {name for name, one in patterns_of(tmp_path).items() if one.applies_to}
    # The others stand in the block that hardwon keeps, which is none of the file's own rules.
    assert {one.title for one in found} == scoped


def test_workflows_come_back(run_cli: Callable, tmp_path: Path) -> None:
    found = imported(run_cli, tmp_path, "memory", "skills")
    workflows = {
        checklist.title: checklist
        for file in (tmp_path / "memory" / "procedural").rglob("*.md")
        for checklist in [
            parse_checklist(parse_document(file.read_text(encoding="utf-8")), file.name)
        ]
        if checklist.pattern
    }
    assert {one.title for one in found} == set(workflows) != set()
    for one in found:
        assert one.kind is FoundKind.WORKFLOW
        items = parse_checklist(parse_document(one.body), "a.md").items
        assert [item.text for item in items] == [item.text for item in workflows[one.title].items]
