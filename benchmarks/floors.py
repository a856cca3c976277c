"""What each operation needs at least: the same reading and writing, without hardwon."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from benchmarks.ours import PYTHON

# The same interpreter, with nothing but the library that no search can do without.
START = [PYTHON, "-c", "import sqlite3"]


def listing(root: Path) -> list[str]:
    """Return the command that lists size and times of every file below `root`."""
    return ["find", str(root), "-type", "f", "-printf", "%s %T@ %C@ %i %p\\n"]


def raw_index(root: Path, file: Path, table: Mapping[str, object]) -> list[str]:
    """Return the command that fills `table` at `file` with all notes, to be run in the project."""
    return [PYTHON, "-m", "benchmarks.raw_index", str(root), str(file), json.dumps(table)]


def replace_file(file: Path) -> None:
    """Read `file`, and put the same bytes in its place as a program does that loses none."""
    data = file.read_bytes()
    beside = file.with_name(file.name + ".new")
    with beside.open("wb") as new:
        new.write(data)
        new.flush()
        os.fsync(new.fileno())
    beside.replace(file)
