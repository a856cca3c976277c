"""What is done in a process of its own: making notes, floors, and what is measured within one.

    python -m benchmarks.probe NAME JSON

prints its answer as JSON. The process that measures stays small this way; see measure.run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Samples, Usage, interleave


def timed(work: Callable[[], object], before: Callable[[], object] | None = None) -> Usage:
    """Return what `work` took within this process; `before` runs untimed."""
    if before is not None:
        before()
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Usage(time.process_time() - processor, time.perf_counter() - wall)


def make(root: str, kind: str, notes: int, patterns: int, seed: int) -> dict[str, Any]:
    """Make the files of a memory; return what is to be known of them."""
    from benchmarks import corpus
    from benchmarks.texts import read_texts

    texts = read_texts()
    made = corpus.Corpus(texts, seed)
    size = 0
    if kind == "memory":
        size = corpus.write_memory(Path(root), made, notes, patterns)
    elif kind == "lesson":
        corpus.write_lesson(Path(root), made, notes, patterns)
    else:
        corpus.write_large_book(Path(root), made, patterns)
    return {"bytes": size, "origin": texts.origin, "queries": made.queries(32)}


def search_table(memory: str) -> dict[str, Any]:
    """Return how the full-text table of an index was made."""
    from benchmarks import ours

    return ours.describe_search_table(Path(memory))


def warm_search(memory: str, word: str, rounds: int) -> dict[str, Any]:
    """Measure searches in a process that has the index open."""
    from benchmarks import ours

    place = Path(memory)
    connection = ours.connect(place)
    table = ours.search_table(connection)
    query = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT 10"
    search, clear = ours.warm_search(place, word)
    whole = ours.whole_search(place, word)

    def bare() -> int:
        return len(connection.execute(query, (word,)).fetchall())

    clear()
    if not (bare() == search() == whole() == 10):
        raise ValueError("a search found less than ten notes")
    actions = {
        "bare": lambda: timed(bare),
        "inner": lambda: timed(search, clear),
    }
    found = interleave(actions, rounds=rounds * 5, least=5)
    found |= interleave({"whole": lambda: timed(whole)}, rounds=rounds, least=3)
    matching = connection.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (word,))
    return {**_data(found), "matching": matching.fetchone()[0]}


def compare_all(memory: str, sample: int) -> dict[str, Any]:
    """Measure how long rapidfuzz takes to compare `sample` of the notes with all patterns.

    The comparisons are those of `process.cdist`, one note at a time: its matrix of results needs
    NumPy, and takes no less time. The sample has notes of all lengths.
    """
    from rapidfuzz import fuzz, process

    from hardwon import Memory

    pages = Memory.open(memory).read().pages
    patterns = [
        "\n".join(filter(None, (one.name, one.context, one.pattern, one.why)))
        for page in pages
        for one in page.patterns
    ]
    notes = [f"{one.title}\n{one.body}" for page in pages for one in page.experiences]
    notes.sort(key=len)
    stride = len(notes) // sample
    answer: dict[str, Any] = {"notes": len(notes), "patterns": len(patterns)}
    for name in ("partial_ratio", "ratio"):
        compare = partial(process.extract, choices=patterns, scorer=getattr(fuzz, name), limit=None)
        took = [timed(partial(compare, note)) for note in notes[stride // 2 :: stride][:sample]]
        total = Samples()
        total.add(Usage(sum(one.processor for one in took), sum(one.wall for one in took)))
        answer[name] = total.as_data()
    return answer


def change_pattern(memory: str, rounds: int) -> dict[str, Any]:
    """Measure writing one changed pattern of a large book, beside writing its bytes again."""
    from benchmarks import floors, ours

    write, book = ours.change_one_pattern(Path(memory))
    write()
    write()
    actions = {
        "bare": lambda: timed(lambda: floors.replace_file(book)),
        "ours": lambda: timed(write),
    }
    return {**_data(interleave(actions, rounds=rounds, least=5)), "bytes": book.stat().st_size}


def _data(found: Mapping[str, Samples]) -> dict[str, Any]:
    return {name: samples.as_data() for name, samples in found.items()}


_PROBES: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "search_table": search_table,
    "warm_search": warm_search,
    "compare_all": compare_all,
    "change_pattern": change_pattern,
}


if __name__ == "__main__":
    json.dump(_PROBES[sys.argv[1]](**json.loads(sys.argv[2])), sys.stdout)
