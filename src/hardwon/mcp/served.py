"""The memory that a server serves, and the one thread in which everything is done with it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hardwon.errors import HardwonError
from hardwon.files.folder import Folder, find_folder
from hardwon.mcp.quoting import quote

if TYPE_CHECKING:
    from hardwon.actions.meaning import Meaning

T = TypeVar("T")


class Served:
    """A memory, found as the command line finds it, at each request anew.

    A server may be started before there is a memory: until `hardwon init` has made one, each
    request is refused with that hint.

    Attributes:
        start: Folder from which the memory is looked for, and which diffs are of.
        named: Memory folder named by `--memory` or `HARDWON_MEMORY`.
        follows_roots: Whether the client may say where else to look: one that started the server
            may, any that has the token of an HTTP server may not.
        day: Tells the day, on which notes are captured and patterns are stale.
    """

    def __init__(
        self,
        start: Path,
        named: str | None,
        day: Callable[[], dt.date],
        *,
        follows_roots: bool = False,
    ) -> None:
        self.follows_roots = follows_roots
        self.start = start
        self.named = named
        self.day = day
        # One at a time: what is kept between two searches is made for that, and a person at the
        # other end asks one thing after another.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memory")
        self._meaning: tuple[Path, Meaning] | None = None

    def find(self) -> Folder:
        """Return the memory folder; raises MemoryNotFoundError."""
        return find_folder(self.start, self.named)

    def shown(self, folder: Folder) -> str:
        """Return where the memory is, as whoever started the server can open it."""
        start = self.start.resolve()
        below = folder.root.relative_to(start) if folder.root.is_relative_to(start) else folder.root
        return below.as_posix()

    async def answer(self, work: Callable[[Folder], dict[str, Any]]) -> dict[str, Any]:
        """Return the data that `work` returns of the memory, quoted; raises as `run`."""
        return await self.run(lambda folder: quote(work(folder), self.shown(folder)))

    async def run(self, work: Callable[[Folder], T]) -> T:
        """Return what `work` returns of the memory; others are served meanwhile.

        Raises:
            HardwonError: What a user, a file or a disk caused.
        """

        def do() -> T:
            try:
                return work(self.find())
            except OSError as error:  # a disk that refuses what nobody expected it to
                reason = (error.strerror or str(error)).lower()
                place = str(error.filename) if error.filename else None
                raise HardwonError(reason, path=place) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    def meaning(self, folder: Folder) -> Meaning | None:
        """Return what knows the meaning of texts, kept for the next search; None without vectors.

        To be called in `run`.
        """
        from hardwon.actions.search import has_vectors

        if not has_vectors(folder):
            return None
        if self._meaning is None or self._meaning[0] != folder.root:
            from hardwon.actions.meaning import Meaning

            self._meaning = (folder.root, Meaning(folder))
        return self._meaning[1]
