"""A memory with something of each kind, and clients of the servers that serve it over MCP."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

DAY = dt.date(2026, 3, 1)
MODERN = "2026-07-28"
ERAS = ("legacy", MODERN)

BOOK = "semantic/patterns/dev-patterns.md"
UNDECIDED = "episodic/code/2026-02-05-pool-ran-dry.md"
WORKFLOW = "procedural/workflows/count-queries-in-tests.md"
TEXTS = {
    BOOK: """\
# Patterns

## Close cursors in a finally block

**Confidence:** LOW
**Based on:** 1 example

**Context:**
When rows are read with a database cursor

**Pattern:**
Close the cursor in a finally block, or the connection pool runs dry.

**Examples:**
1. Shop - Case 1 (2025-01-10)

## Count queries in tests

**Confidence:** HIGH
**Based on:** 5 examples

**Context:**
When a page lists rows of two tables

**Pattern:**
1. Count the queries in the test of each list page.

**Examples:**
1. Shop - Case 1 (2025-01-10)
2. Shop - Case 2 (2025-02-10)
3. Blog - Case 3 (2025-03-10)
4. Blog - Case 4 (2025-04-10)
5. News - Case 5 (2025-05-10)
""",
    UNDECIDED: """\
# Pool ran dry

A database cursor was not closed in a finally block after rows failed to load, so the connection \
pool ran dry.
""",
    "episodic/code/2026-02-09-list-page.md": """\
# List page made 61 queries

**Project:** shop

Each row asked for its own price.

## Patterns Applied

- Count queries in tests
""",
    WORKFLOW: """\
---
pattern: Count queries in tests
confidence: HIGH
examples: 5
---

# Count queries in tests

Proven by 5 examples.

## When to use

When a page lists rows of two tables

## Steps

- [ ] Count the queries in the test of each list page

## Evidence

- Pattern: [Count queries in tests](../../semantic/patterns/dev-patterns.md)
""",
}


def make_server(start: Path, named: str | None = None, *, follows_roots: bool = False) -> Any:
    """Return a server of the memory at or above `start`, on a fixed day."""
    from hardwon.mcp.served import Served
    from hardwon.mcp.server import MemoryServer

    served = Served(start, named, lambda: DAY, follows_roots=follows_roots)
    return MemoryServer(served, "1.2.3")


def talk(server: Any, scenario: Callable[[Any], Awaitable[None]], **options: Any) -> None:
    """Run `scenario` with the SDK's client of `server`: one in this process, or a transport."""
    import anyio
    from mcp import Client

    async def run() -> None:
        async with Client(server, **options) as client:
            await scenario(client)

    anyio.run(run)


def files(memory: Path) -> dict[str, bytes]:
    """Return the bytes of all files of a memory but those of its cache."""
    return {
        path.relative_to(memory).as_posix(): path.read_bytes()
        for path in sorted(memory.rglob("*"))
        if path.is_file() and ".hardwon" not in path.parts
    }


def command(*args: str, cwd: Path, **environ: str) -> Any:
    """Return how a client starts `hardwon mcp` in `cwd`."""
    from mcp import StdioServerParameters

    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "hardwon", "mcp", *args],
        cwd=cwd,
        env={**environment(), **environ},
    )


def environment() -> dict[str, str]:
    """Return the environment of a server on the fixed day."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HARDWON")}
    return {**kept, "HARDWON_TODAY": DAY.isoformat(), "HARDWON_SEMANTIC": "off"}
