"""A reader that goes away (`| head -1`) ends a command quietly, with status 2."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from memories import BOOK, note, pattern


@pytest.mark.parametrize(
    "command", [["list"], ["stats"], ["show", "retry"], ["check"], ["learn"], ["search", "retry"]]
)
def test_a_closed_pipe_is_no_fault(
    command: list[str], memory_dir: Path, write_note: Callable[[str, str], Path]
) -> None:
    write_note(BOOK, pattern("Retry Twice", 3, "HIGH"))
    write_note("episodic/code/2026-01-05-x.md", note("Flaky", applied="Retry Twice"))
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hardwon", "--memory", str(memory_dir), *command],
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writer)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
