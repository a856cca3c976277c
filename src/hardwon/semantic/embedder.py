"""Texts → vectors of what they mean, on the processor and without a network.

Deterministic on one machine: one thread, and one text at a time. The int8 model scales what it
is given by the largest value in it, so a text would get another vector beside other texts.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from hardwon.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from hardwon.semantic.place import Model

    # Declared, since without the extra numpy is unknown, and this would be a variable.
    Vector: TypeAlias = NDArray[np.float32]

_LENGTH = 256  # tokens that a model is given where its tokenizer names no bound
_BOUNDS = 64, 512
_LETTERS = 10  # of a token, with the blank behind it; few have as many


class Embedder(Protocol):
    """What makes vectors of texts.

    Attributes:
        identity: Another one whenever the same text may get another vector.
    """

    identity: str

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a vector of length 1 for each text, in their order.

        Of a text longer than the model reads, the beginning counts.

        Raises:
            ModelError: The model fails on a text.
        """
        ...


@functools.lru_cache(maxsize=2)
def open_embedder(model: Model) -> Embedder:
    """Return `model`, loaded; a process loads each model once.

    Raises:
        ModelError: It cannot be used.
    """
    return _OnnxEmbedder(model)


class _OnnxEmbedder:
    """A model that gives a vector for each token, of which the mean is taken, or one for all."""

    def __init__(self, model: Model) -> None:
        self.identity = model.identity
        self._file = model.file
        try:
            import onnxruntime as ort
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
            bound = (self._tokenizer.truncation or {}).get("max_length", _LENGTH)
            self._length = min(max(bound, _BOUNDS[0]), _BOUNDS[1])
            self._tokenizer.enable_truncation(self._length)
            self._tokenizer.no_padding()
            self._session = ort.InferenceSession(
                str(model.file), _options(ort), providers=["CPUExecutionProvider"]
            )
            self._inputs = {given.name for given in self._session.get_inputs()}
        except Exception as error:
            raise _broken(model.file, error) from error

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a vector of length 1 for each text, in their order."""
        try:
            return [self._embed(text) for text in texts]
        except Exception as error:
            raise _broken(self._file, error) from error

    def _embed(self, text: str) -> Vector:
        import numpy as np

        # What lies behind is cut off anyway, and reading all of a long text takes its time.
        tokens = self._tokenizer.encode(text[: self._length * _LETTERS]).ids
        row = np.array([tokens], dtype=np.int64)
        given = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.zeros_like(row),
        }
        found = self._session.run(None, {k: v for k, v in given.items() if k in self._inputs})[0]
        # No token is padding: the mean over the attention mask is that over all of them.
        return _unit(found[0].mean(axis=0) if found.ndim == 3 else found[0])


def _options(ort: Any) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what fails is raised; nothing else is printed
    # Measured: loads 20 ms sooner than with all of them, and runs no slower.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    ort.disable_telemetry_events()
    return options


def _unit(vector: Any) -> Vector:
    import numpy as np

    wide = np.asarray(vector, dtype=np.float64)
    length = float(np.sqrt(wide @ wide))
    if not 0 < length < float("inf"):
        raise ValueError("the model gives no vector")
    unit: Vector = (wide / length).astype(np.float32)
    return unit


def _broken(file: Path, error: Exception) -> ModelError:
    why = str(error).strip().split("\n")[0][:200] or type(error).__name__
    return ModelError(
        f"the sentence model {file} cannot be used: {why}",
        hint="put a sound model in its place, or set [semantic] enabled = false in hardwon.toml",
    )
