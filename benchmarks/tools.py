"""Other programs that search notes, measured beside hardwon where they are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.corpus import MARKER
from benchmarks.measure import run
from benchmarks.ours import PYTHON
from benchmarks.texts import PROJECT

INDEX, REFRESH, SEARCH = "first index", "refresh, nothing changed", "search"
OPERATIONS = (INDEX, REFRESH, SEARCH)


@dataclass(frozen=True, slots=True)
class Setup:
    """A tool made ready for the notes of one memory.

    Attributes:
        commands: Operation → its command lines, one after the other.
        state: Folder that is emptied before a first index.
        env: Its environment.
        begin: Done after `state` was emptied, unmeasured.
    """

    commands: Mapping[str, Sequence[Sequence[str]]]
    state: Path
    env: Mapping[str, str]
    begin: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Tool:
    """A program.

    Attributes:
        name: As the report calls it.
        program: As it is called.
        work: What it does, and what of it is not what hardwon does, in sentences.
        same: Operations that are the same work as ours.
        prepare: Makes it ready: memory and empty folder → setup.
        most: Notes up to which it is measured.
        version: Arguments that print its version.
        behind: Operation → why hardwon is not ahead, where that is known.
    """

    name: str
    program: str
    work: str
    same: frozenset[str]
    prepare: Callable[[Path, Path], Setup]
    most: int = 100_000
    version: Sequence[str] = ("--version",)
    behind: Mapping[str, str] = field(default_factory=dict)


def find_tools() -> list[tuple[Tool, str]]:
    """Return the tools that are installed, each with its version."""
    return [(tool, _version(tool)) for tool in TOOLS if shutil.which(tool.program)]


def _version(tool: Tool) -> str:
    said = subprocess.run(
        [tool.program, *tool.version], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else "unknown"


def _ripgrep(memory: Path, folder: Path) -> Setup:
    search = ["rg", "--ignore-case", "--files-with-matches", "--", MARKER, str(memory)]
    return Setup({SEARCH: [search]}, folder / "state", os.environ, _nothing)


def _notmuch(memory: Path, folder: Path) -> Setup:
    mails, state = folder / "mails", folder / "mails" / ".notmuch"
    config = folder / "config"
    program = [PYTHON, "-m", "benchmarks.mails", str(memory), str(mails), str(config)]
    run(program, cwd=PROJECT)
    return Setup(
        {
            INDEX: [["notmuch", "new"]],
            REFRESH: [["notmuch", "new"]],
            SEARCH: [["notmuch", "search", "--output=files", "--limit=10", MARKER]],
        },
        state,
        {**os.environ, "NOTMUCH_CONFIG": str(config)},
        _nothing,
    )


def _qmd(memory: Path, folder: Path) -> Setup:
    state = folder / "state"
    env = {
        **os.environ,
        "INDEX_PATH": str(state / "index.sqlite"),
        "XDG_CACHE_HOME": str(state),
        "XDG_CONFIG_HOME": str(state),
    }
    return Setup(
        {
            INDEX: [["qmd", "collection", "add", str(memory), "--name", "bench"]],
            REFRESH: [["qmd", "update"]],
            SEARCH: [["qmd", "search", MARKER, "-n", "10"]],
        },
        state,
        env,
        state.mkdir,
    )


def _basic_memory(memory: Path, folder: Path) -> Setup:
    state, notes = folder / "state", folder / "notes"
    shutil.copytree(memory, notes, ignore=shutil.ignore_patterns(".hardwon"))
    env = {
        **os.environ,
        "HOME": str(state),
        "BASIC_MEMORY_HOME": str(notes),
        "BASIC_MEMORY_CONFIG_DIR": str(state),
        "BASIC_MEMORY_SEMANTIC_SEARCH_ENABLED": "false",
        "BASIC_MEMORY_AUTO_UPDATE": "false",
        "BASIC_MEMORY_DISABLE_PERMALINKS": "true",
        "BASIC_MEMORY_ENSURE_FRONTMATTER_ON_SYNC": "false",
    }
    program = "basic-memory"

    def begin() -> None:
        state.mkdir()
        add = [program, "project", "add", "bench", str(notes), "--local"]
        run(add, env=env)

    index = [program, "reindex", "--search", "--project", "bench"]
    search = [program, "tool", "search-notes", MARKER, "--project", "bench", "--local"]
    return Setup({INDEX: [index], REFRESH: [index], SEARCH: [search]}, state, env, begin)


def _nothing() -> None:
    pass


TOOLS = (
    Tool(
        "ripgrep",
        "rg",
        "Reads every file at every search, on all cores, and lists those that hold the letters:"
        " no index, no order, no stems, no snippets.",
        frozenset(),
        _ripgrep,
    ),
    Tool(
        "notmuch",
        "notmuch",
        "Indexes mail with Xapian, so each note has a head of five lines put before it. It reads"
        " no Markdown. Its refresh looks at the times of folders alone and misses a note that is"
        " edited in place; its search orders by date and shows names of files alone.",
        frozenset({INDEX}),
        _notmuch,
    ),
    Tool(
        "qmd",
        "qmd",
        "Indexes Markdown with SQLite's FTS5, like us. Only this part is measured, not its models:"
        " `collection add`, `update`, `search`. Its search does not look at the files.",
        frozenset(OPERATIONS),
        _qmd,
        behind={
            SEARCH: "hardwon looks at all files in it, which takes most of its time; while"
            " `hardwon watch` runs it does not, see the table above"
        },
    ),
    Tool(
        "basic-memory",
        "basic-memory",
        "Indexes Markdown with SQLite's FTS5 and keeps a graph of what notes say of each other;"
        " `reindex --search` for both index and refresh, without vectors. Its search does not"
        " look at the files. It is measured at 1,000 notes alone: more take it minutes to hours.",
        frozenset(OPERATIONS),
        _basic_memory,
        most=1_000,
    ),
)
