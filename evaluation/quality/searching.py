"""Asking the search of a memory, through the library, what the sets ask."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from evaluation.quality.baselines import SEARCHERS
from evaluation.quality.sets import SearchSet

# Several patterns of one book are several hits: more than ten, so that ten files are left.
_HITS = 20


# What the extra hardwon[semantic] looks at; "0" leaves it out wherever it is installed.
SWITCH = "HARDWON_SEMANTIC"


def has_semantic() -> bool:
    """Return whether this hardwon has the extra `semantic`, and it is installed."""
    from hardwon import Memory

    if not hasattr(Memory, "embed"):
        return False
    place = import_module("hardwon.semantic.place")
    return bool(place.is_installed())


def ask(one: SearchSet, folder: Path, *, with_vectors: bool = False) -> list[list[str]]:
    """Return what `Memory.search` finds for each query: paths, best first, each once.

    Args:
        one: The set.
        folder: Where its memory is written.
        with_vectors: Whether the texts get vectors first, by the extra `semantic`; without,
            it is switched off.
    """
    from hardwon import Memory

    os.environ[SWITCH] = "1" if with_vectors else "0"
    memory: Any = Memory.open(one.write(folder))
    if with_vectors:
        memory.embed()
    found = []
    for query in one.queries:
        paths = dict.fromkeys(hit.path for hit in memory.search(query.text, limit=_HITS))
        found.append([path for path in paths if path != query.left_out][:10])
    return found


def ask_in_folder(one: SearchSet, *, with_vectors: bool = False) -> list[list[str]]:
    """Return the same from a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hardwon-quality-") as folder:
        return ask(one, Path(folder), with_vectors=with_vectors)


def ask_baselines(one: SearchSet) -> dict[str, Sequence[Sequence[str]]]:
    """Return the same of each baseline, by its name."""
    found: dict[str, Sequence[Sequence[str]]] = {}
    for name, make in SEARCHERS.items():
        search = make(one.documents)
        found[name] = [
            [path for path in search(query.text) if path != query.left_out] for query in one.queries
        ]
    return found
