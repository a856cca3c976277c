"""A sentence model of a few concepts, for tests that need no real one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hardwon.actions import embed, meaning
from hardwon.errors import ModelError
from hardwon.semantic import embedder
from hardwon.semantic.place import Model

MODEL = Model("concepts", Path("nowhere"), Path("nowhere"), "concepts 1")
# Words of one line mean the same.
CONCEPTS = (
    "car automobile vehicle",
    "money cents amount",
    "lock mutex deadlock",
    "slow latency timeout",
    "zebra",
)


class Concepts:
    """Counts the concepts in a text.

    Attributes:
        seen: All texts that it was given.
        broken: A text that holds this makes it fail.
    """

    def __init__(self, identity: str = MODEL.identity) -> None:
        self.identity = identity
        self.seen: list[str] = []
        self.broken: str | None = None

    def embed(self, texts: Sequence[str]) -> list[Any]:
        import numpy as np

        self.seen += texts
        vectors = []
        for text in texts:
            if self.broken is not None and self.broken in text:
                raise ModelError(f"fails on {self.broken}")
            words = re.findall(r"\w+", text.casefold())
            # The last number is the same in all, so that no vector is empty.
            counts = [float(sum(w in line.split() for w in words)) for line in CONCEPTS] + [0.1]
            vector = np.array(counts, np.float32)
            vectors.append(vector / np.linalg.norm(vector))
        return vectors


def use_concepts(monkeypatch: pytest.MonkeyPatch, identity: str = MODEL.identity) -> Concepts:
    """Have this process take `Concepts` for the installed model, and return it."""
    pytest.importorskip("numpy")
    model = Concepts(identity)
    chosen = MODEL._replace(identity=identity)
    monkeypatch.setattr(meaning, "choose_model", lambda folder: chosen)
    monkeypatch.setattr(embed, "choose_model", lambda folder: chosen)
    monkeypatch.setattr(embedder, "open_embedder", lambda model_: model)
    return model
