"""What a search costs over MCP, beyond the same search in the process.

    python -m benchmarks.mcp [NOTES [QUERIES]]

A memory of ten thousand notes, with an index that is fresh. Each query is searched for by
`Memory.search` in this process and by `search_memory` of a server that runs as an agent would
start it, asked by the SDK's client over standard input and output: in turn, in one run. Both look
at all files first to see what changed, and both are warm. Beyond that the tool quotes and bounds
the hits, makes JSON of them twice (text and structured content), and the client checks what it
is sent against the schema of the answer; all of that is in the figure.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import anyio

from benchmarks.corpus import PATTERNS_AT, Corpus, write_memory
from benchmarks.machine import describe_machine, today
from benchmarks.texts import read_texts
from hardwon import Memory

BAR = 0.015
WARM_UP = 5
LIMIT = 10


async def _measure(root: Path, queries: Sequence[str]) -> tuple[list[float], list[float], float]:
    """Return the s of each query in the process and over MCP, and those until the server is up."""
    from mcp import Client, StdioServerParameters, stdio_client

    memory = Memory.open(root)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "hardwon", "--memory", str(root), "mcp"],
        env=dict(os.environ),
    )
    inside, over = [], []
    began = time.perf_counter()
    async with Client(stdio_client(server)) as client:
        started = time.perf_counter() - began
        for number, query in enumerate(queries):
            start = time.perf_counter()
            hits = memory.search(query, limit=LIMIT)
            middle = time.perf_counter()
            answer = await client.call_tool("search_memory", {"query": query, "limit": LIMIT})
            end = time.perf_counter()
            assert answer.structured_content is not None, answer
            found = answer.structured_content["results"]
            assert [hit.path for hit in hits] == [hit["path"] for hit in found], query
            if number >= WARM_UP:
                inside.append(middle - start)
                over.append(end - middle)
    return inside, over, started


def main(notes: int, count: int) -> int:
    """Print the figures; return 1 where the bar is missed."""
    corpus = Corpus(read_texts())
    with tempfile.TemporaryDirectory(prefix="hardwon-mcp-") as folder:
        root = Path(folder) / "memory"
        write_memory(root, corpus, notes, PATTERNS_AT.get(notes, notes // 5))
        queries = corpus.queries(WARM_UP + count)
        # What was read to make the memory: looking through it for garbage would be counted as
        # a part of the search in this process.
        del corpus
        gc.collect()
        gc.freeze()
        Memory.open(root).search("warm")
        print(f"{today()}: {notes:,} notes, {count} queries")
        for name, value in describe_machine(root).items():
            print(f"  {name}: {value}")
        inside, over, started = anyio.run(_measure, root, queries)
    more = [there - here for here, there in zip(inside, over, strict=True)]
    print(f"in the process  {_ms(inside)}")
    print(f"over MCP        {_ms(over)}")
    print(f"beyond          {_ms(more)}; the bar is {BAR * 1_000:.0f} ms")
    print(f"the server was up after {started:.2f} s")
    return 1 if statistics.median(more) >= BAR else 0


def _ms(seconds: Sequence[float]) -> str:
    last = sorted(seconds)[int(len(seconds) * 0.95)]
    return (
        f"median {statistics.median(seconds) * 1_000:6.2f} ms, of 95 % at most {last * 1_000:6.2f}"
    )


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*given, *(10_000, 200)[len(given) :]))
