"""Running rules of patterns in a process of their own, with bounds on time and memory.

A rule comes with a note, and the code with a diff: either may be made to take for ever, or to end
the process that runs ast-grep. Whatever becomes of the worker, the rule or the text that it was
busy with is told by name, and the rest is tried by another worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from typing import IO, Any, Self

from hardwon.actions.bounds import bound_memory, bound_time
from hardwon.review.syntax import Hit, Query, Refusal, explain, open_text

# Processor time for one rule on one text, or for parsing it. A rule takes 0.5 ms on 300 lines, and
# one that looks at all pairs of nodes 0.2 s.
SECONDS = 5.0
MEMORY = 1 << 30
# For a worker that waits rather than works (a stopped process, a system that swaps).
_WAIT_SECONDS = 60.0
# Of one text, and of all: whoever writes rules to take long gets this much and no more.
_MAX_ENDS = 2
_MAX_ALL_ENDS = 8

NOT_INSTALLED = "ast-grep-py is not installed, so that detectors cannot be tried"
_WITHOUT_FIX = Hit._fields.index("whole")  # what a match has where no fix is wanted
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from hardwon.actions.rules import serve; serve(float(sys.argv[2]), int(sys.argv[3]))"
)


def can_run() -> bool:
    """Return whether ast-grep is installed; it is not made for every machine and Python."""
    import importlib.util

    return importlib.util.find_spec("ast_grep_py") is not None


class Rules:
    """Tries rules on texts, as a context manager: a worker that was started ends with it.

    Args:
        seconds: Processor time for one rule on one text.
        memory: Bytes that the worker may ask the system for, where the system counts them.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._bounds = (seconds, memory)
        self._worker: subprocess.Popen[bytes] | None = None
        self._known: dict[int, tuple[int, Query]] = {}  # by identity: number, and what it is
        self._sent: set[int] = set()  # numbers of those that this worker knows
        self._ends = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def search(
        self, text: str, language: str, queries: Sequence[Query], changed: Collection[int] | None
    ) -> list[list[Hit] | Refusal]:
        """Return what `review.syntax.search_text` does, whatever it takes to find it out."""
        answers: list[list[Hit] | Refusal] = []
        ends = 0
        while len(answers) < len(queries):
            if ends >= _MAX_ENDS or self._ends >= _MAX_ALL_ENDS:
                message = "was given up: rules were ended on it, or before it, too often"
                answers += [Refusal(message, is_text=True)] * (len(queries) - len(answers))
                break
            left = queries[len(answers) :]
            got, end = self._ask(text, language, left, changed)
            if end is not None:
                ends += 1
                self._ends += 1
            if got is None:
                message = f"could not be parsed: it {end or 'cannot be sent'}"
                answers += [Refusal(message, is_text=True)] * len(left)
                break
            answers += got
            if end is not None:
                answers.append(Refusal(end, is_end=True))
        return answers

    def _ask(
        self, text: str, language: str, queries: Sequence[Query], changed: Collection[int] | None
    ) -> tuple[list[list[Hit] | Refusal] | None, str | None]:
        """Return answers up to where the worker ended, None if that was at once; and how it did."""
        worker = self._start()
        if worker is None:
            refusal = Refusal("needs a process of its own, which cannot be started", is_text=True)
            return [refusal] * len(queries), None
        numbers = [self._number(query) for query in queries]
        new = {number: q for number, q in zip(numbers, queries, strict=True)
               if number not in self._sent}  # fmt: skip
        request = [list(new.items()), text, language, numbers,
                   None if changed is None else sorted(changed)]  # fmt: skip
        late = threading.Event()
        # A kill ends the waiting on every system; a select on pipes does not work on all.
        timer = threading.Timer(_WAIT_SECONDS, _end, (worker, late))
        timer.daemon = True
        timer.start()
        answers: list[list[Hit] | Refusal] = []
        is_parsed = False
        try:
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            worker.stdin.flush()
            for line in worker.stdout:
                if not is_parsed:
                    is_parsed = True
                    refused = json.loads(line)
                    if refused is not None:
                        return [Refusal(refused, is_text=True)] * len(queries), None
                else:
                    answers.append(_answer(line))
                if len(answers) == len(queries):
                    self._sent |= new.keys()
                    return answers, None
        except (OSError, ValueError):
            pass  # it ended while it was sent something, or in the middle of a line
        finally:
            timer.cancel()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(1)  # it is ending; its status says why
        self._stop()
        if late.is_set() or worker.returncode == -getattr(signal, "SIGPROF", 0):
            end = f"takes too long (more than {self._bounds[0]:g} seconds)"
        else:
            end = "ends the process that runs it"
        return (answers if is_parsed else None), end

    def _number(self, query: Query) -> int:
        number, _ = self._known.setdefault(id(query), (len(self._known), query))
        return number

    def _start(self) -> subprocess.Popen[bytes] | None:
        if self._worker is None or self._worker.poll() is not None:
            self._stop()
            arguments = [json.dumps(sys.path), *map(str, self._bounds)]
            # A trace behind each refusal would be made only to be thrown away.
            environ = {k: v for k, v in os.environ.items() if not k.startswith("RUST_")}
            try:
                # -I: neither the current folder nor the environment can slip in a module.
                self._worker = subprocess.Popen(
                    [sys.executable, "-I", "-c", _START, *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environ,
                )
            except (OSError, ValueError):
                return None
        return self._worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        self._sent = set()
        if worker is None:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        worker.wait()


def _end(worker: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    worker.kill()


def _answer(line: bytes) -> list[Hit] | Refusal:
    if line == b"[]\n":
        return []
    found = json.loads(line)
    return Refusal(found) if isinstance(found, str) else list(map(_hit, found))


def _hit(fields: list[Any]) -> Hit:
    if len(fields) > _WITHOUT_FIX:
        fields[_WITHOUT_FIX] = tuple(fields[_WITHOUT_FIX])
    return Hit(*fields)


def serve(seconds: float, memory: int) -> None:
    """Answer requests from standard input until it ends: the worker's whole life.

    A request is a line of JSON: queries that are new, with their numbers; text, language, numbers
    of the queries that are asked, changed lines. The answers are lines, too: null, or why the
    text cannot be parsed; then the hits of each query in turn, or why it cannot be tried. Where
    the time for one is up, the system ends the process.
    """
    import gc

    gc.disable()  # what is found refers to nothing in a circle
    bound_memory(memory)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may become an answer
    queries: dict[int, Query] = {}
    while line := requests.readline():
        new, text, language, numbers, changed = json.loads(line)
        queries.update((number, Query(*fields)) for number, fields in new)
        lines = None if changed is None else frozenset(changed)
        _serve_one(text, language, [queries[n] for n in numbers], lines, answers, seconds)


def _serve_one(
    text: str,
    language: str,
    queries: Sequence[Query],
    changed: Collection[int] | None,
    answers: IO[bytes],
    seconds: float,
) -> None:
    bound_time(seconds)
    try:
        source = open_text(text, language)
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
        _write(answers, f"could not be parsed: {explain(error)}")
        return
    _write(answers, None)
    for query in queries:
        bound_time(seconds)
        found = source.answer(query, changed)
        if isinstance(found, Refusal):
            _write(answers, found.message)
        else:
            _write(answers, [hit if hit.new is not None else hit[:_WITHOUT_FIX] for hit in found])
    bound_time(0)


def _write(answers: IO[bytes], answer: Any) -> None:
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.flush()
