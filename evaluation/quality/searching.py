"""Asking the search of a memory, through the library, what the sets ask."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from evaluation.quality.baselines import SEARCHERS
from evaluation.quality.sets import SearchSet

# Several patterns of one book are several hits: more than ten, so that ten files are left.
_HITS = 20


def ask(one: SearchSet, folder: Path) -> list[list[str]]:
    """Return what `Memory.search` finds for each query: paths, best first, each once.

    Args:
        one: The set.
        folder: Where its memory is written.
    """
    from hardwon import Memory

    memory = Memory.open(one.write(folder))
    found = []
    for query in one.queries:
        paths = dict.fromkeys(hit.path for hit in memory.search(query.text, limit=_HITS))
        found.append([path for path in paths if path != query.left_out][:10])
    return found


def ask_in_folder(one: SearchSet) -> list[list[str]]:
    """Return the same from a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hardwon-quality-") as folder:
        return ask(one, Path(folder))


def ask_baselines(one: SearchSet) -> dict[str, Sequence[Sequence[str]]]:
    """Return the same of each baseline, by its name."""
    found: dict[str, Sequence[Sequence[str]]] = {}
    for name, make in SEARCHERS.items():
        search = make(one.documents)
        found[name] = [
            [path for path in search(query.text) if path != query.left_out] for query in one.queries
        ]
    return found
