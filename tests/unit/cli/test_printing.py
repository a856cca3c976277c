"""Nothing reaches a terminal but through one module, and that lets nothing through."""

from __future__ import annotations

import ast
import json
import unicodedata
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hardwon
from hardwon.render.terminal import for_terminal, safe, safe_json, styled

SOURCE = Path(hardwon.__file__).parent
PRINTING = "cli/printing.py"


def calls(path: Path) -> set[str]:
    """Return what a module calls that prints or styles, as it is written."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in {"print", "pprint"} or name.split(".")[-1] in {
                "echo_via_pager", "secho", "style", "show", "write", "writelines", "showwarning",
            } or name.startswith("click.echo"):  # fmt: skip
                found.add(name)
        if isinstance(node, ast.ImportFrom) and node.module == "click":
            found.add(f"from click import {', '.join(alias.name for alias in node.names)}")
    return found


def test_one_module_prints() -> None:
    others = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith(("cli/", "render/")) or "/" not in name:
            others[name] = calls(path)
    assert "click.echo" in others.pop(PRINTING)  # or this test finds nothing
    assert others.pop("capture.py") == {"os.write"}  # into the spool
    assert not {name: found for name, found in others.items() if found}


HIDDEN = "\x00\x07\x08\x1b\x7f\x85\x9b\x9d\xad\u061c\u180e\u200b\u200e\u200f\u2028\u2029"
HIDDEN += "\u202a\u202e\u2060\u2066\u2069\ufeff\ufdd0\ufdd1\ud800\udcff\U000e0041"


@pytest.mark.parametrize("character", HIDDEN)
def test_hidden_character_is_shown(character: str) -> None:
    shown = for_terminal(f"a{character}b")
    assert shown == safe(f"a{character}b")
    assert shown.startswith("a\\")
    assert shown.endswith("b")
    assert shown.isascii()


@pytest.mark.parametrize("text", ["", "é", "日本", "👩‍💻", "می‌خواهم", "a\tb\n", "✓ → …", "שלום"])
def test_what_people_write_stays(text: str) -> None:
    assert for_terminal(text) == text
    assert safe_json(text) == text


@given(st.text())
def test_nothing_else_is_obeyed(text: str) -> None:
    shown = for_terminal(styled(text, "bold", "green"))
    assert shown.startswith("\x1b[1;32m")
    rest = shown.removeprefix("\x1b[1;32m").removesuffix("\x1b[0m")
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    left = {c for c in rest if unicodedata.category(c) in hidden} - set("\n\t\u200c\u200d")
    assert not left


def test_only_our_own_styles_become_codes() -> None:
    assert for_terminal("\ufdd08\ufdd1hidden") == "\\ufdd08\\ufdd1hidden"
    assert click.unstyle(for_terminal(styled("a", "dim"))) == "a"


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_means_the_same(data: object) -> None:
    text = safe_json(json.dumps(data, ensure_ascii=False, indent=2))
    assert json.loads(text) == data
    assert for_terminal(text) == text
