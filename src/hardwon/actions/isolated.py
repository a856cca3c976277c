"""Reading a file into the rows of the index; a suspicious one in a process of its own.

What people write is read within milliseconds. A text made to break a reader may take minutes or
all memory, or end the process that reads it, and no bound inside one process holds against all
of that. So a text that is longer than notes are is read by a worker with bounds on time and
memory. Whatever becomes of the worker, the file gets a fault and all others are read.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import IO, Any, Self

from hardwon.actions.bounds import bound_memory, bound_time
from hardwon.actions.documents import documents_of
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
# For a worker that waits rather than works (a stopped process, a system that swaps).
_WAIT_SECONDS = 60.0

_SPLIT = "split it, or move it out of the memory folder"
_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "serve = importlib.import_module(sys.argv[2]).serve;"
    "serve(float(sys.argv[3]), int(sys.argv[4]))"
)


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


class Worker:
    """A process that reads what is asked of it, as a context manager: it ends with it.

    Args:
        module: Full name of the module whose `serve(seconds, memory)` is its whole life.
        seconds: Processor time for one suspicious file.
        memory: Bytes that the worker may ask the system for, where the system counts them.
    """

    def __init__(self, module: str, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._module = module
        self._bounds = (seconds, memory)
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(self, request: object, path: str) -> dict[str, Any]:
        """Return the answer to `request`, which is about the file `path`.

        Raises:
            UnreadableFileError: It takes too long or too much memory, or the reader fails on it.
        """
        line = json.dumps(request).encode("ascii") + b"\n"
        worker = self._start(path)
        late = threading.Event()
        # A kill ends the waiting on every system; a select on pipes does not work on all.
        timer = threading.Timer(_WAIT_SECONDS, _end, (worker, late))
        timer.start()
        try:
            answer = _exchange(worker, line)
        finally:
            timer.cancel()
        if answer is None:
            self._stop()
            if late.is_set() or worker.returncode == -getattr(signal, "SIGPROF", 0):
                message = f"takes too long to read (more than {self._bounds[0]:g} seconds)"
            else:
                message = "ends the process that reads it"
            raise UnreadableFileError(message, path=path, hint=_SPLIT)
        if "fault" in answer:
            raise UnreadableFileError(answer["fault"], path=path, hint=answer["hint"])
        return answer

    def _start(self, path: str) -> subprocess.Popen[bytes]:
        if self._worker is None or self._worker.poll() is not None:
            self._stop()
            arguments = [json.dumps(sys.path), self._module, *map(str, self._bounds)]
            try:
                # -I: neither the current folder nor the environment can slip in a module.
                self._worker = subprocess.Popen(
                    [sys.executable, "-I", "-c", _START, *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            except (OSError, ValueError) as error:
                raise UnreadableFileError(
                    "is too large to be read without a process of its own, which cannot be started",
                    path=path,
                    hint=_SPLIT,
                ) from error
        return self._worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        worker.wait()


class Reader(Worker):
    """Reads files into rows, as a context manager: a worker that was started ends with it.

    Args:
        seconds: Processor time for one suspicious file.
        memory: Bytes that the worker may ask the system for, where the system counts them.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        super().__init__(__name__, seconds, memory)

    def read(self, text: str, path: str) -> Rows:
        """Return the rows of the file `path` with `text`.

        Raises:
            UnreadableFileError: It takes too long or too much memory, or the reader fails on it.
        """
        if not is_suspicious(text):
            return read_rows(text, path)
        return _rows(self.ask([text, path], path))


def _end(worker: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    worker.kill()


def _exchange(worker: subprocess.Popen[bytes], line: bytes) -> dict[str, Any] | None:
    """Send `line` to `worker` and return its answer; None when it ended without one."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        worker.stdin.write(line)
        worker.stdin.flush()
        answer = worker.stdout.readline()
        found: dict[str, Any] = json.loads(answer)
    except (OSError, ValueError):
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(1)  # it is ending; its status says why
        return None
    return found


def _rows(answer: dict[str, Any]) -> Rows:
    documents = (
        Document(**{**fields, "projects": tuple(fields["projects"])})
        for fields in answer["documents"]
    )
    return Rows(answer["page"], tuple(documents))


def takes_memory(path: str) -> UnreadableFileError:
    """Return the error of a file that takes too much memory to read."""
    return UnreadableFileError("takes too much memory to read", path=path, hint=_SPLIT)


def serve(seconds: float, memory: int) -> None:
    """Answer requests for rows: `[text, path]` is one, `{"page", "documents"}` its answer."""
    serve_answers(_read, seconds, memory)


def _read(text: str, path: str) -> dict[str, Any]:
    rows = read_rows(text, path)
    fields = [dict(zip(Document.__slots__, astuple(d), strict=True)) for d in rows.documents]
    return {"page": rows.page, "documents": fields}


def serve_answers(
    answer: Callable[[str, str], dict[str, Any]], seconds: float, memory: int
) -> None:
    """Answer requests from standard input until it ends: the worker's whole life.

    A request is a line of JSON, the arguments of `answer`; so is the answer, what that returns
    or `{"fault", "hint"}`. Where the time for one is up, the system ends the process.
    """
    import gc

    gc.disable()  # what is read refers to nothing in a circle, and there is much of it
    bound_memory(memory)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may become an answer
    while line := requests.readline():
        bound_time(seconds)
        _put_answer(answer, line, answers)
        bound_time(0)


def _put_answer(
    answer: Callable[[str, str], dict[str, Any]], line: bytes, answers: IO[bytes]
) -> None:
    try:
        text = json.dumps(answer(*json.loads(line)))
    except UnreadableFileError as error:
        text = json.dumps({"fault": error.message, "hint": error.hint})
    except MemoryError:
        refusal = takes_memory("")
        text = json.dumps({"fault": refusal.message, "hint": refusal.hint})
    answers.write(text.encode("ascii") + b"\n")
    answers.flush()
