"""What is exported is imported again as the patterns that it was made from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from exports import export, make_shop
from hardwon.actions.patterns import detail_all
from hardwon.actions.read import read_snapshot
from hardwon.files.folder import Folder
from hardwon.markup.foreign.table import recognise
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.listing import PatternDetail
from hardwon.model.values import Confidence
from hardwon.render.export.table import FORMS

# Form → what of a pattern comes back from it besides its name.
TEXTS = {"Context", "Pattern", "Why it works"}
COMES_BACK = {
    "cursor": TEXTS,
    "copilot": TEXTS,
    "critical-patterns": {"Context", "Why it works"},
    "madr": TEXTS | {"Detection", "examples"},
    "book": TEXTS | {"Detection", "examples"},
    "obsidian": TEXTS | {"Detection", "examples"},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_shop(tmp_path_factory.mktemp("again") / "shop")
    for name in FORMS:
        export(folder, name, confidence=Confidence.LOW)
    return folder.root.parent


def imported(project: Path, form: str) -> list[Found]:
    outs = [project / out for out in FORMS[form].outs]
    files = [file for out in outs for file in ([out] if out.is_file() else sorted(out.rglob("*")))]
    found = []
    for file in files:
        if file.suffix in {".md", ".mdc"}:
            path = file.relative_to(project).as_posix()
            read = recognise(path, file.read_text(encoding="utf-8"))
            found += [one for one in (read.found if read else ()) if one.kind is FoundKind.PATTERN]
    return found


def patterns(project: Path) -> list[PatternDetail]:
    folder = Folder(project / "memory")
    return detail_all(folder, read_snapshot(folder), dt.date.min)


@pytest.mark.parametrize("form", COMES_BACK)
def test_patterns_come_back(project: Path, form: str) -> None:
    found = {one.title: one for one in imported(project, form)}
    details = patterns(project)
    if form == "copilot":  # the block of all others is for agents, and read as their instructions
        details = [one for one in details if one.entry.pattern.applies_to]
    assert set(found) == {one.entry.pattern.name for one in details}
    for detail in details:
        pattern, one = detail.entry.pattern, found[detail.entry.pattern.name]
        # A memory reads "When to use" as the context (docs/format.md).
        parts = {"Context" if key == "When to use" else key: text for key, text in one.parts}
        values = {
            "Context": pattern.context, "Pattern": pattern.pattern, "Why it works": pattern.why,
            "Detection": pattern.detection,
        }  # fmt: skip
        for label in COMES_BACK[form] - {"examples"}:
            assert (parts.get(label) or "").strip() in _spellings(values[label]), label
        if "examples" in COMES_BACK[form]:
            assert list(one.examples) == [example.text for example in pattern.examples]


def _spellings(text: str | None) -> set[str]:
    """Return a text as it may come back: a paragraph may have become the one item of a list."""
    return {text or "", f"* {text}", f"- {text}"}


def test_workflows_come_back(project: Path) -> None:
    for out in FORMS["skills"].outs:
        for file in sorted((project / out).glob("*/SKILL.md")):
            path = file.relative_to(project).as_posix()
            read = recognise(path, file.read_text(encoding="utf-8"))
            assert [(one.kind, one.title) for one in read.found] == [
                (FoundKind.WORKFLOW, "Idempotent Webhook Handlers")
            ]
