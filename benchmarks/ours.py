"""The only place of the benchmark that knows how hardwon is called, inside and out."""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.measure import MeasureError

# The real interpreter: a version manager's shim would cost more than a search.
PYTHON = sys.executable

# What the script does that pip installs as `hardwon`.
_SCRIPT = "import sys; from hardwon.cli.main import main; sys.exit(main())"
# A refresh and nothing else: `hardwon index` also counts what the index holds.
_REFRESH = """
import sys
from hardwon import Memory
from hardwon.actions.refresh import use_index
found = use_index(Memory.open(sys.argv[1]).folder, lambda connection, found: found)
sys.exit(None if found.changed == int(sys.argv[2]) else f"{found.changed} files were read")
"""
_FTS = "type = 'table' AND sql LIKE '%USING fts5%' AND sql NOT LIKE '%fts5vocab%'"
_TEMPORARY = "SELECT name FROM sqlite_temp_master WHERE sql LIKE 'CREATE VIRTUAL%'"


def command(memory: Path, *arguments: str) -> list[str]:
    """Return the command line of `hardwon` on a memory."""
    script = Path(PYTHON).with_name("hardwon")
    start = [str(script)] if script.is_file() else ["-c", _SCRIPT]
    return [PYTHON, *start, "--memory", str(memory), *arguments]


def refresh_command(memory: Path, *, changed: int) -> list[str]:
    """Return the command line of a refresh that is to find `changed` files changed."""
    return [PYTHON, "-c", _REFRESH, str(memory), str(changed)]


def state_dir(memory: Path) -> Path:
    """Return the folder of what can be thrown away."""
    return memory / ".hardwon"


def index_file(memory: Path) -> Path:
    """Return the index of a memory."""
    return state_dir(memory) / "index.sqlite"


def index_bytes(memory: Path) -> int:
    """Return how much disk the index takes, with all that lies beside it."""
    return sum(file.stat().st_size for file in state_dir(memory).iterdir() if file.is_file())


def connect(memory: Path) -> sqlite3.Connection:
    """Return a connection of its own to the index of a memory."""
    return sqlite3.connect(index_file(memory), isolation_level=None)


def search_table(connection: sqlite3.Connection) -> str:
    """Return the name of the full-text table."""
    (name,) = connection.execute(f"SELECT name FROM sqlite_master WHERE {_FTS}").fetchone()
    return str(name)


def describe_search_table(memory: Path) -> dict[str, Any]:
    """Return the statement that made the full-text table, and its settings."""
    with contextlib.closing(connect(memory)) as connection:
        name = search_table(connection)
        (sql,) = connection.execute(f"SELECT sql FROM sqlite_master WHERE {_FTS}").fetchone()
        settings = connection.execute(f"SELECT k, v FROM [{name}_config] WHERE k <> 'version'")
        return {"table_sql": sql, "config": dict(settings.fetchall())}


def warm_search(memory: Path, query: str) -> tuple[Callable[[], int], Callable[[], None]]:
    """Return the search on an index that is open already, and what to do before each call.

    The search returns the number of its hits. What `hardwon.actions.search` would do on the
    connection that a refresh has opened is caught, and done on one that stays open.

    Raises:
        MeasureError: It could not be caught.
    """
    from hardwon import Memory

    module = importlib.import_module("hardwon.actions.search")

    caught: list[Callable[..., Any]] = []

    def catch(_folder: object, work: Callable[..., Any], **_: object) -> Any:
        caught.append(work)
        raise _CaughtError

    real = module.use_index
    setattr(module, "use_index", catch)  # noqa: B010 - what is imported is not typed as exported
    try:
        with contextlib.suppress(_CaughtError):
            module.search(Memory.open(memory).folder, query)
    finally:
        setattr(module, "use_index", real)  # noqa: B010
    if not caught:
        raise MeasureError("the search of an open index could not be caught")
    connection = connect(memory)
    connection.execute("PRAGMA temp_store = MEMORY")

    def search() -> int:
        return len(caught[0](connection, None).hits)

    def clear() -> None:
        for (name,) in connection.execute(f"{_TEMPORARY} ORDER BY rowid DESC").fetchall():
            connection.execute(f"DROP TABLE temp.[{name}]")

    return search, clear


class _CaughtError(Exception):
    pass


def whole_search(memory: Path, query: str) -> Callable[[], int]:
    """Return the search of the library, which looks at the files first."""
    from hardwon import Memory

    opened = Memory.open(memory)
    return lambda: len(opened.search(query))


def change_one_pattern(memory: Path) -> tuple[Callable[[], None], Path]:
    """Return what writes one changed pattern of a book, there and back, and the book.

    The change is that of `learn`, which adds an example; its plan is made before.
    """
    from hardwon import Memory

    opened = Memory.open(memory)
    plan = opened.plan()
    (change,) = plan.files
    back = replace(plan, files=(replace(change, old=change.new, new=change.old),))
    plans = [back, plan]

    def write() -> None:
        plans.reverse()
        opened.apply(plans[0])

    return write, opened.folder.root / change.path
