"""Reading a file into the rows of the index; a suspicious one in a process of its own.

What people write is read within milliseconds. A text made to break a reader may take minutes or
all memory, or end the process that reads it, and no bound inside one process holds against all
of that. So a text that is longer than notes are is read by a worker with bounds on time and
memory. Whatever becomes of the worker, the file gets a fault and all others are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any, Self

from hardwon.actions.documents import documents_of
from hardwon.actions.worker import End, Worker, answer, bound_time, requests
from hardwon.errors import UnreadableFileError
from hardwon.index.codec import encode_page
from hardwon.index.write import Document
from hardwon.markup.pages import read_page

# Of 3,077 notes by strangers six are suspicious by these. Below them no shape of tests/hostile.py
# takes more than two seconds, or 100 MB.
_MANY_CHARS = 50_000
_LONG_LINE = 5_000

# Processor time and memory for one file. A book of 1 MB with 8,000 patterns takes 4 s, 200 MB.
SECONDS = 10
MEMORY = 1 << 30

_SPLIT = "split it, or move it out of the memory folder"


@dataclass(frozen=True, slots=True)
class Rows:
    """What the index holds of a file: its encoded page, and what search finds in it."""

    page: str
    documents: tuple[Document, ...]


def read_rows(text: str, path: str) -> Rows:
    """Return the rows of the file `path` with `text`, read in this process.

    Raises:
        UnreadableFileError: The reader fails on it; which is a fault of ours, but no reason to
            lose the other files.
    """
    try:
        page = read_page(text, path)
        return Rows(encode_page(page), tuple(documents_of(page)))
    except MemoryError as error:
        raise takes_memory(path) from error
    except Exception as error:
        kind = type(error).__name__
        raise UnreadableFileError(f"makes the reader fail ({kind})", path=path) from error


def is_suspicious(text: str) -> bool:
    """Return whether `text` is longer, or has a longer line, than notes have."""
    if len(text) > _MANY_CHARS:
        return True
    return len(text) > _LONG_LINE and max(map(len, text.splitlines())) > _LONG_LINE


class FileWorker(Worker):
    """Answers requests about files, each with an object of JSON; see `serve_files`.

    Args:
        module: Its `serve(seconds, memory)` answers the requests.
        seconds: Processor time for one file.
        memory: Bytes that the worker may ask the system for, where the system counts them.
    """

    def __init__(self, module: str, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        super().__init__(module, seconds, memory)

    def read(self, request: list[Any], path: str) -> dict[str, Any]:
        """Return the answer to `request`, which is about the file `path`.

        Raises:
            UnreadableFileError: It takes too long or too much memory, or the reader fails on it.
        """
        try:
            given, end = self.ask(request, 1)
        except (OSError, ValueError) as error:
            raise UnreadableFileError(
                "is too large to be read without a process of its own, which cannot be started",
                path=path,
                hint=_SPLIT,
            ) from error
        if end is not None:
            if end is End.LATE:
                message = f"takes too long to read (more than {self.seconds:g} seconds)"
            else:
                message = "ends the process that reads it"
            raise UnreadableFileError(message, path=path, hint=_SPLIT)
        found: dict[str, Any] = given[0]
        if "fault" in found:
            raise UnreadableFileError(found["fault"], path=path, hint=found["hint"])
        return found


class Reader:
    """Reads files into rows, as a context manager: a worker that was started ends with it.

    Args:
        seconds: Processor time for one suspicious file.
        memory: Bytes that the worker may ask the system for, where the system counts them.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._worker = FileWorker(__name__, seconds, memory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.stop()

    def read(self, text: str, path: str) -> Rows:
        """Return the rows of the file `path` with `text`.

        Raises:
            UnreadableFileError: It takes too long or too much memory, or the reader fails on it.
        """
        if not is_suspicious(text):
            return read_rows(text, path)
        return _rows(self._worker.read([text, path], path))


def _rows(found: dict[str, Any]) -> Rows:
    documents = (
        Document(**{**fields, "projects": tuple(fields["projects"])})
        for fields in found["documents"]
    )
    return Rows(found["page"], tuple(documents))


def takes_memory(path: str) -> UnreadableFileError:
    """Return the fault of a file for which the memory does not suffice."""
    return UnreadableFileError("takes too much memory to read", path=path, hint=_SPLIT)


def serve_files(read: Callable[..., dict[str, Any]], seconds: float, memory: int) -> None:
    """Answer requests until there are no more: the life of a `FileWorker`.

    A request is the list of the arguments of `read`, the answer what it returns, or
    `{"fault", "hint"}`. Where the time for one is up, the system ends the process.
    """
    asked, answers = requests(memory)
    for arguments in asked:
        bound_time(seconds)
        try:
            found = read(*arguments)
        except UnreadableFileError as error:
            found = {"fault": error.message, "hint": error.hint}
        except MemoryError:
            refusal = takes_memory("")
            found = {"fault": refusal.message, "hint": refusal.hint}
        answer(answers, found)
        bound_time(0)


def serve(seconds: float, memory: int) -> None:
    """Answer requests for `read_rows`: the worker's whole life."""
    serve_files(_read, seconds, memory)


def _read(text: str, path: str) -> dict[str, Any]:
    rows = read_rows(text, path)
    fields = [dict(zip(Document.__slots__, astuple(d), strict=True)) for d in rows.documents]
    return {"page": rows.page, "documents": fields}
