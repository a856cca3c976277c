"""docs/export.md and docs/obsidian.md show what is written from the example memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import PROJECT
from exports import export, make_shop, view_of
from hardwon.render.export.obsidian import BASE, INDEX
from hardwon.render.export.table import FORMS
from pages import compare

DOCS = PROJECT / "docs"
_VIEW = re.compile(r"<!-- view -->\n.*?<!-- end -->", re.DOTALL)
PAGES = [DOCS / "export.md", DOCS / "obsidian.md"]
_BLOCK = re.compile(
    r"<!-- export: (?P<path>.+?) (?P<lines>\d+|all) -->\n(?P<fence>`{4})(?P<info>\w+)\n.*?^`{4}$",
    re.DOTALL | re.MULTILINE,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every form in it."""
    folder = make_shop(tmp_path_factory.mktemp("docs") / "shop")
    export(folder, *FORMS)
    return folder.root.parent


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_shows_what_is_written(page: Path, project: Path) -> None:
    def shown(block: re.Match[str]) -> str:
        text = project.joinpath(block["path"]).read_text(encoding="utf-8")
        lines = text.splitlines()
        if block["lines"] != "all" and len(lines) > int(block["lines"]):
            lines = [*lines[: int(block["lines"])], "…"]
        head = block[0].split("\n", 1)[0]
        body = "\n".join(lines).rstrip("\n")
        return f"{head}\n{block['fence']}{block['info']}\n{body}\n{block['fence']}"

    text = page.read_text(encoding="utf-8")
    assert _BLOCK.search(text)
    table = table_of(project / "obsidian").replace("[[", "").replace("]]", "")
    text = _VIEW.sub(lambda _: f"<!-- view -->\n\n{table}\n\n<!-- end -->", text)
    compare(page, _BLOCK.sub(shown, text))


def table_of(folder: Path) -> str:
    """Return what the first view of the base shows of the notes beside it."""
    notes = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return view_of((folder / BASE).read_text(encoding="utf-8"), notes)


def test_the_page_of_patterns_shows_what_the_base_does(project: Path) -> None:
    folder = project / "obsidian"
    page = (folder / INDEX).read_text(encoding="utf-8")
    table = table_of(folder)
    assert len(table.splitlines()) == 8
    assert page.endswith(f"\n\n{table}\n")


def test_every_view_of_the_base_shows_rows(project: Path) -> None:
    folder = project / "obsidian"
    notes = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    base = (folder / BASE).read_text(encoding="utf-8")
    assert [view_of(base, notes, n).count("\n| [[") for n in range(3)] == [6, 6, 5]


def test_links_of_notes_lead_to_notes(project: Path) -> None:
    folder = project / "obsidian"
    names = {path.stem for path in folder.glob("*.md")}
    links = {
        link
        for path in folder.glob("*.md")
        for link in re.findall(r"(?<!!)\[\[(.+?)\]\]", path.read_text(encoding="utf-8"))
    }
    assert links
    assert links <= names


def test_page_tells_of_every_form() -> None:
    rows = re.findall(r"^\| \[`([\w-]+)`\]", PAGES[0].read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(FORMS)
