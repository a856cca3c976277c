"""The memory that the servers of these tests serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clients import TEXTS, make_server


@pytest.fixture
def memory(memory_dir: Path, write_note: Callable[[str, str], Path]) -> Path:
    """Return a memory with patterns, an undecided note, one that names a pattern, a workflow."""
    for path, text in TEXTS.items():
        write_note(path, text)
    return memory_dir


@pytest.fixture
def server(memory: Path) -> Any:
    """Return a server of the memory, on a fixed day."""
    return make_server(memory.parent)
