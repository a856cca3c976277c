"""docs/agents.md shows the files that each client gets, as they are written now."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT
from hardwon.model.agent import Client, Scope
from hardwon.render.agents.setup import Setting, setup_pieces
from hardwon.render.agents.skills import render_skills
from pages import compare

PAGE = PROJECT / "docs" / "agents.md"
_MADE = re.compile(r"(<!-- made by: ([^\n]*) -->\n).*?(<!-- end -->\n)", re.DOTALL)
# Shown once, in sections of their own.
_ELSEWHERE = re.compile(r"AGENTS\.md$|/skills/")


def fence(language: str, text: str) -> str:
    return f"```{language}\n{text}```\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "examples/shop/memory", tmp_path / "shop/memory")
    shutil.rmtree(tmp_path / "shop/memory/.hardwon", ignore_errors=True)
    return tmp_path / "shop"


def run(place: Path, *args: str) -> str:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("HARDWON")}
    done = subprocess.run(
        [sys.executable, "-m", "hardwon", *args], cwd=place, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=True, timeout=60,
        env={**environ, "GIT_CEILING_DIRECTORIES": str(place.parent), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    return done.stdout


def files(place: Path) -> dict[str, str]:
    return {
        path.relative_to(place).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(place.rglob("*"))
        if path.is_file() and "memory" not in path.relative_to(place).parts
    }


def made(place: Path, what: str) -> str:
    """Return what stands below a mark of the page."""
    if what == "skills":
        texts = [
            f"`{name}/SKILL.md`:\n\n{fence('markdown', t)}" for name, t in render_skills().items()
        ]
        return "\n".join(texts)
    if what == "AGENTS.md":
        (place / "memory/hardwon.toml").write_text("[confidence]\nhigh = 4\n")
        run(place, "install", "--client", "codex")
        text = files(place)["AGENTS.md"]
        run(place, "install", "--client", "codex", "--uninstall")
        (place / "memory/hardwon.toml").unlink()
        return fence("markdown", text)
    args = what.split()[1:]
    printed = run(place, *args)
    parts = [fence("console", f"$ {what}\n{printed}")]
    for path, text in files(place).items():
        if not _ELSEWHERE.search(path):
            language = {"json": "json", "toml": "toml", "md": "markdown"}[path.rpartition(".")[2]]
            parts.append(f"`{path}`:\n\n{fence(language, text)}")
    run(place, *args, "--uninstall")
    assert not files(place)
    return "\n".join(parts)


@pytest.mark.parametrize("what", re.findall(r"made by: (.*) -->", PAGE.read_text("utf-8")))
def test_the_page_shows_what_is_written(what: str, place: Path) -> None:
    now = made(place, what)
    page = PAGE.read_text(encoding="utf-8")
    compare(PAGE, _MADE.sub(lambda m: m[1] + now + m[3] if m[2] == what else m[0], page))


def test_every_client_has_a_section() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"made by: hardwon install --client (\w+)", page)
    assert shown == [str(client) for client in Client]


def test_the_table_names_each_file() -> None:
    """Paths of users are told by their beginning, that of VS Code in the text below."""
    page = PAGE.read_text(encoding="utf-8")
    table = "\n".join(line for line in page.split("\n") if line.startswith("|"))
    for client in Client:
        for scope in Scope:
            setting = Setting(scope, block="<!-- hardwon:start -->\nx\n<!-- hardwon:end -->")
            for piece in setup_pieces(client, setting):
                path = re.sub(r"(learn|review|recall)/SKILL\.md$", "", piece.path)
                shown = path if scope is Scope.PROJECT else f"~/{path}"
                assert f"`{shown}`" in (page if "Code/User" in path else table), shown
