"""What texts mean, for ranking: the vectors that are there, and the model for what is asked.

Nothing here decides anything, and nothing here fails a search: without a model or vectors its
answer is that of the words alone.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from hardwon.actions.refresh import has_own_state
from hardwon.errors import HardwonError, ModelError
from hardwon.files.folder import Folder
from hardwon.files.settings import read_semantic
from hardwon.index.query import find_allowed
from hardwon.index.schema import clear_place
from hardwon.index.seal import read_state
from hardwon.index.texts import read_keys
from hardwon.index.vectors import VECTORS_FILE, Origin, read_vectors, reading_vectors
from hardwon.semantic.place import Model, find_model, is_installed, is_switched_off

if TYPE_CHECKING:
    from hardwon.index.query import Blend
    from hardwon.model.hit import Filters
    from hardwon.semantic.embedder import Embedder, Vector
    from hardwon.semantic.matrix import Matrix, Nearness


def choose_model(folder: Folder) -> Model | None:
    """Return the model for this memory; None where there is to be none.

    Raises:
        ModelError: The one that is wanted is not there.
        SettingsError: `hardwon.toml` cannot be used.
    """
    if is_switched_off():
        return None
    settings = read_semantic(folder)
    if not settings.enabled or not is_installed(settings.model):
        return None
    return find_model(settings.model)


class Meaning:
    """Model and vectors of one memory, kept from one search to the next.

    Attributes:
        lacking: Number of documents without a vector, as the last search found it.
        fault: Why the model could not be used by it; None where nothing is wrong.
        packed: The vectors, by the keys of their texts.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._file = folder.state_dir / VECTORS_FILE
        self._origin: Origin | None = None
        self.packed: dict[bytes, bytes] = {}
        self._lacking = 0
        self._embedder: Embedder | None = None
        self._matrix: Matrix | None = None
        self._state: tuple[Origin | None, int | None] | None = None
        self.lacking = 0
        self.fault: str | None = None

    def prepare(self) -> bool:
        """Load model and vectors as far as that is to be done; return whether they can be used."""
        self.lacking, self.fault = 0, None
        try:
            if not self._file.exists() or not has_own_state(self._folder):
                return False
            model = choose_model(self._folder)
            if model is None:
                return False
            clear_place(self._file)
            self._read(model)
            if self.packed:
                from hardwon.semantic.embedder import open_embedder

                self._embedder = open_embedder(model)
        except ModelError as error:
            self.fault = error.message
            return False
        except (HardwonError, OSError, sqlite3.Error):
            # Who refreshes the index tells of wrong settings, who embeds mends the vectors.
            return False
        return True

    def _read(self, model: Model) -> None:
        with reading_vectors(self._file) as (connection, origin):
            if origin != self._origin:
                is_of_model = origin.model == model.identity
                self.packed = read_vectors(connection) if is_of_model else {}
                self._origin = origin

    def blending(self, connection: sqlite3.Connection, query: str, filters: Filters) -> Blend:
        """Return what blends scores by words with how near texts are to `query`.

        Args:
            connection: The index, kept as it is until the scores are blended.
            query: As it is searched for.
            filters: What is found must pass them.
        """

        def mix(lexical: dict[int, float]) -> dict[int, float]:
            from hardwon.semantic.matrix import blend

            matrix = self._align(connection)
            vector = self.embed(query) if len(matrix) else None
            if vector is None:
                return lexical
            nearness = matrix.cosines(vector)
            return blend(lexical, nearness, _nearest(connection, nearness, filters, len(matrix)))

        return mix

    def embed(self, text: str) -> Vector | None:
        """Return what `text` means; None where no model is loaded, or it fails."""
        if self._embedder is None:
            return None
        try:
            (vector,) = self._embedder.embed([text])
        except ModelError as error:
            self.fault = error.message
            return None
        return vector

    def _align(self, connection: sqlite3.Connection) -> Matrix:
        """Return the vectors of the documents that the index holds now."""
        from hardwon.semantic.matrix import Matrix

        state = (self._origin, read_state(connection))
        if self._matrix is None or state != self._state:
            keys = read_keys(connection)
            packed = self.packed
            self._matrix = Matrix({number: packed[key] for number, key in keys if key in packed})
            self._lacking = sum(key not in packed for _, key in keys)
            self._state = state
        self.lacking = self._lacking
        return self._matrix


def _nearest(
    connection: sqlite3.Connection, nearness: Nearness, filters: Filters, total: int
) -> list[tuple[int, float]]:
    """Return the nearest documents that pass `filters`, as many as are ranked."""
    from hardwon.semantic.matrix import NEAREST

    count = NEAREST
    while True:
        best = nearness.best(count)
        if not any(filters):
            return best
        allowed = find_allowed(connection, [number for number, _ in best], filters)
        best = [pair for pair in best if pair[0] in allowed][:NEAREST]
        if len(best) == NEAREST or count >= total:
            return best
        count *= 8
