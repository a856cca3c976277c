"""Imports point one way, as docs/architecture.md draws it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "hardwon"

# layer -> layers that it may import besides itself; `errors` is open to all.
# It is ordered: a layer imports only layers that stand above it here, so there is no cycle.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "capture": set(),
    "model": {"errors"},
    "markup": {"errors", "model"},
    "learning": {"errors", "model", "markup"},
    "merging": {"errors", "model", "markup", "learning"},
    "review": {"errors", "model", "markup", "learning"},
    "files": {"errors", "model"},
    "index": {"errors", "model", "files"},
    "semantic": {"errors", "files"},
    "render": {"errors", "model", "markup"},
    "actions": {
        "errors",
        "model",
        "markup",
        "learning",
        "merging",
        "review",
        "files",
        "index",
        "semantic",
        "capture",
    },
    "memory": {"errors", "model", "markup", "files", "actions"},
    "mcp": {"errors", "model", "markup", "files", "render", "actions"},
    "cli": {"errors", "model", "markup", "review", "files", "render", "actions", "mcp", "capture"},
}
PURE = ("errors", "model", "markup", "learning", "merging", "review", "render")
IMPURE_MODULES = {
    "click", "filelock", "importlib", "io", "os", "pathlib", "shutil", "socket", "sqlite3",
    "sqlite_utils", "subprocess", "sys", "tempfile", "time", "urllib.request",
}  # fmt: skip
# What reads the clock: the day of a note is decided where the program is entered. The index
# asks what time it is only to know which files are too young for their time stamps.
CLOCK = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime"}
MAY_READ_CLOCK = {"cli/context.py", "memory.py", "actions/refresh.py"}


def modules() -> dict[str, ast.Module]:
    return {
        file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(SOURCE.rglob("*.py"))
    }


def layer_of(path: str) -> str:
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that is imported, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full here"
            assert node.module is not None
            yield node.lineno, node.module
            # `from hardwon.index import write` names a module, too.
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_rule_has_no_cycle() -> None:
    order = list(ALLOWED)
    for layer, others in ALLOWED.items():
        assert all(order.index(other) < order.index(layer) for other in others), layer


def test_every_module_has_a_layer() -> None:
    assert {layer_of(path) for path in modules()} == {*ALLOWED, "__init__", "__main__"}


@pytest.mark.parametrize("layer", ALLOWED)
def test_layer_imports_only_what_lies_below_it(layer: str) -> None:
    wrong = [
        f"{path}:{line} imports {name}"
        for path, tree in modules().items()
        if layer_of(path) == layer
        for line, name in imported(tree)
        if name.startswith("hardwon.") and name.split(".")[1] not in {layer, *ALLOWED[layer]}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("layer", PURE)
def test_pure_layer_does_no_io(layer: str) -> None:
    wrong = [
        f"{path}:{line} imports {name}"
        for path, tree in modules().items()
        if layer_of(path) == layer
        for line, name in imported(tree)
        if (name in IMPURE_MODULES or name.split(".")[0] in IMPURE_MODULES)
        and not (layer == "render" and name == "click")
    ]
    assert not wrong, "\n".join(wrong)


def test_rendering_takes_only_colour_from_click() -> None:
    taken = {
        f"{path}: {node.attr}"
        for path, tree in modules().items()
        if layer_of(path) == "render"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "click"
        and node.attr != "style"
    }
    assert not taken


def test_one_command_knows_the_server_and_imports_it_when_it_is_called() -> None:
    """Its SDK is an extra, and takes half a second to import."""
    users = {
        path
        for path, tree in modules().items()
        for _, name in imported(tree)
        if name.split(".")[0] in {"mcp", "mcp_types", "starlette", "uvicorn"}
        or name.startswith("hardwon.mcp")
    }
    assert {path for path in users if layer_of(path) != "mcp"} == {"cli/mcp.py"}
    command = modules()["cli/mcp.py"]
    at_once = {
        name
        for node in command.body
        for _, name in imported(ast.Module([node], []))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not [name for name in at_once if name.startswith("hardwon.mcp")]


def test_only_the_index_knows_the_database() -> None:
    databases = {"sqlite3", "sqlite_utils"}
    users = {
        path
        for path, tree in modules().items()
        for _, name in imported(tree)
        if name.split(".")[0] in databases
    }
    # Actions hold the connection that `index` opened; they see it, its errors, and no SQL.
    assert {layer_of(path) for path in users} <= {"index", "actions"}
    words = ("SELECT ", "INSERT ", "DELETE FROM", "CREATE TABLE", "PRAGMA ")
    for path, tree in modules().items():
        if layer_of(path) != "index":
            texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
            assert not [t for t in texts if isinstance(t, str) and t.startswith(words)], path


def test_only_the_edge_reads_the_clock() -> None:
    readers = {
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "self")
    }
    assert readers <= MAY_READ_CLOCK, readers - MAY_READ_CLOCK
    assert "cli/context.py" in readers  # or this test finds nothing


def test_rule_is_the_one_that_the_page_draws() -> None:
    page = (SOURCE.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = {
        cells[1].strip(" `"): set(
            cells[3].replace("`", "").replace("–", "").replace(",", " ").split()
        )
        for line in page.splitlines()
        if line.startswith("| `") and len(cells := line.split("|")) == 5
    }
    rule = {name: others - {"errors"} for name, others in ALLOWED.items() if name != "errors"}
    assert drawn == rule
