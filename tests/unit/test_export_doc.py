"""docs/export.md and docs/obsidian.md show what is written from the example memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import PROJECT
from exports import export, make_shop
from hardwon.render.export.table import FORMS
from pages import compare

DOCS = PROJECT / "docs"
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
    compare(page, _BLOCK.sub(shown, text))


def test_page_tells_of_every_form() -> None:
    rows = re.findall(r"^\| \[`([\w-]+)`\]", PAGES[0].read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(FORMS)
