"""Every command has a page that shows its help; what pages show is what is printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from conftest import PROJECT
from hardwon.cli.main import cli
from pages import Run, compare, run_blocks

COMMANDS = PROJECT / "docs" / "commands.md"
README = PROJECT / "README.md"
TODAY = "2026-11-21"


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None, f"{name} {sub} is listed and not there"
            yield f"{name} {sub}".strip(), found
            yield from walk(found, f"{name} {sub}".strip())


ALL = dict(walk(cli, ""))
TOP = [name for name in ALL if " " not in name]


def page_of(name: str) -> Path:
    """Return the page of the command that `name` begins with."""
    return PROJECT / "docs" / "commands" / f"{name.partition(' ')[0]}.md"


def prose_of(page: Path) -> str:
    """Return a page with the commands of its blocks alone: what they print is not prose."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^(`{3,})console\n.*?^\1$", _typed, text, flags=re.MULTILINE | re.DOTALL)


def _typed(block: re.Match[str]) -> str:
    return "\n".join(line for line in block[0].splitlines() if line.startswith("$ "))


def options_of(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option)]


@pytest.mark.parametrize("name", ALL)
def test_command_has_help(name: str) -> None:
    command = ALL[name]
    assert command.help
    assert command.get_short_help_str(limit=80).endswith("."), "the list of commands cuts it"
    for option in options_of(command):
        assert option.help, f"{name} {option.opts[0]}"


@pytest.mark.parametrize("name", ALL)
def test_command_is_documented(name: str) -> None:
    text = prose_of(page_of(name))
    assert f"`hardwon {name}" in text
    assert f"$ hardwon {name} --help" in text, "its help is on the page as it is printed"
    if not isinstance(ALL[name], click.Group):
        assert re.search(rf"^\$ hardwon {name}(?! --help)", text, re.MULTILINE)


@pytest.mark.parametrize("name", TOP)
def test_no_option_is_documented_that_is_not_there(name: str) -> None:
    commands = [command for other, command in ALL.items() if other.partition(" ")[0] == name]
    known = {s for c in commands for o in options_of(c) for s in (*o.opts, *o.secondary_opts)}
    listed = re.findall(r"^- (`-.*?`): ", prose_of(page_of(name)), re.MULTILINE)
    assert {s for item in listed for s in re.findall(r"`(-[\w-]+)", item)} <= known


def test_every_page_is_of_a_command() -> None:
    assert {page.stem for page in page_of("").parent.glob("*.md")} == set(TOP)


def test_options_of_all_commands_are_documented() -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    for option in options_of(cli):
        assert option.help
        assert f"`{option.opts[0]}" in text
    for page in (COMMANDS, README):
        rows = re.findall(r"^\| \[`([\w-]+)`\]", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert list(dict.fromkeys(rows)) == TOP


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what runs a command in a copy of the example memory and gives all it prints."""
    place = tmp_path / "shop"
    shutil.copytree(PROJECT / "examples" / "shop", place, ignore=shutil.ignore_patterns(".hardwon"))

    own = {name: value for name, value in os.environ.items() if not name.startswith("HARDWON")}
    fixed = {"HARDWON_TODAY": TODAY, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}

    def run(args: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hardwon", *args],
            cwd=place,
            env={**own, **fixed},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, (args, done.stdout)
        return done.stdout

    return run


def test_pages_of_commands_show_what_is_printed(run: Run) -> None:
    for page in map(page_of, TOP):  # one after another, in one memory
        compare(page, run_blocks(page.read_text(encoding="utf-8"), run))


def test_readme_shows_what_is_printed(run: Run) -> None:
    text = README.read_text(encoding="utf-8")
    head, mark, tail = text.partition("<!-- end -->")
    compare(README, head + mark + run_blocks(tail, run))


def test_readme_names_the_library_as_it_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.search(
        r"<!-- python -->\n```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    assert code is not None
    monkeypatch.chdir(tmp_path / "shop")
    exec(code[1], {})
    assert capsys.readouterr().out.strip() == code[1].rpartition("#")[2].strip()


LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)")


def pages() -> list[Path]:
    found = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("examples/*/*.md")]
    return sorted(found)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    for path, anchor in LINK.findall(prose):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        if anchor:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert anchor in slugs, f"{path}#{anchor}"
