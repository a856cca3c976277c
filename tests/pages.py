"""Pages of documentation whose blocks are run.

A block of `console` holds commands (`$ hardwon …`, a `\\` continues a line) and what they
print. `HARDWON_UPDATE_DOCS=1 make test` writes what they print now into the page; read the
diff before it is committed.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

_BLOCK = re.compile(r"^(`{3,})console\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
UPDATE = bool(os.environ.get("HARDWON_UPDATE_DOCS"))

Run = Callable[[list[str]], str]


def run_blocks(text: str, run: Run) -> str:
    """Return the page `text` with, below each command, what `run` gives for it now."""
    return _BLOCK.sub(lambda match: _block(match[1], match[2], run), text)


def _block(fence: str, body: str, run: Run) -> str:
    printed = []
    for command in re.findall(r"^\$ (?:.*\\\n)*.*\n", body, re.MULTILINE):
        name, *args = shlex.split(command.removeprefix("$ "))
        assert name == "hardwon", command
        output = run(args)
        printed.append(command + (output if output.endswith("\n") or not output else output + "\n"))
    printed_text = "\n".join(printed)
    return f"{fence}console\n{printed_text}{fence}"


def compare(page: Path, now: str) -> None:
    """Fail if `page` does not read as `now`; write it instead when asked to."""
    if UPDATE:
        page.write_text(now, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == now
