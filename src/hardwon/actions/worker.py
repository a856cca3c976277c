"""A process of our own for work that may take for ever, take all memory, or end its process.

No bound inside one process holds against all of that: a worker puts bounds on itself, and
whatever becomes of it, the one who asked learns how far it came.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from enum import Enum
from typing import IO, Any, NamedTuple, Self

# For a worker that waits rather than works (a stopped process, a system that swaps).
_WAIT_SECONDS = 60.0


class End(Enum):
    """How a worker ended before it had answered."""

    LATE = "late"
    DIED = "died"


class Answers(NamedTuple):
    """What a worker answered, decoded, in its order; `end` is None where it gave all of it."""

    given: list[Any]
    end: End | None


class Worker:
    """Answers requests in a process of its own, as a context manager: it ends with it.

    It is started by the first request, and anew where it has ended.

    Args:
        module: Its `serve(seconds, memory)` answers the requests.
        seconds: Processor time for one piece of work.
        memory: Bytes that the process may ask the system for, where the system counts them.
    """

    def __init__(self, module: str, seconds: float, memory: int) -> None:
        self.seconds = seconds
        self._start = (
            "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
            f"from {module} import serve; serve(float(sys.argv[2]), int(sys.argv[3]))"
        )
        self._bounds = (str(seconds), str(memory))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> bool:
        """Have a process that waits for requests; return whether it is a new one.

        Raises:
            OSError, ValueError: None can be started.
        """
        if self._process is not None and self._process.poll() is None:
            return False
        self.stop()
        self._process = subprocess.Popen(
            # -I: neither the current folder nor the environment can slip in a module.
            [sys.executable, "-I", "-c", self._start, json.dumps(sys.path), *self._bounds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # A trace behind each refusal would be made only to be thrown away.
            env={k: v for k, v in os.environ.items() if not k.startswith("RUST_")},
        )
        return True

    def ask(self, request: object, count: int) -> Answers:
        """Send `request` and return the `count` answers to it, or those up to where it ended.

        Raises:
            OSError, ValueError: It has ended before, and no other can be started.
        """
        self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()
        # A kill ends the waiting on every system; a select on pipes does not work on all.
        timer = threading.Timer(_WAIT_SECONDS, _end, (process, late))
        timer.daemon = True
        timer.start()
        given: list[Any] = []
        # It may end while it is sent something, or in the middle of a line.
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            process.stdin.flush()
            while len(given) < count:
                given.append(json.loads(process.stdout.readline()))
        timer.cancel()
        if len(given) == count:
            return Answers(given, None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)  # it is ending; its status says why
        self.stop()
        is_late = late.is_set() or process.returncode == -getattr(signal, "SIGPROF", 0)
        return Answers(given, End.LATE if is_late else End.DIED)

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def requests(memory: int) -> tuple[Iterator[Any], IO[bytes]]:
    """Return the requests, decoded, and where the answers go; inside of a worker, once.

    From then on the system refuses the process more than `memory` bytes of data.
    """
    import gc

    gc.disable()  # what is found refers to nothing in a circle, and there is much of it
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):  # macOS knows the bound and refuses it
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may become an answer
    return map(json.loads, sys.stdin.buffer), answers


def answer(answers: IO[bytes], value: object) -> None:
    """Give one answer."""
    answers.write(json.dumps(value).encode("ascii") + b"\n")
    answers.flush()


def bound_time(seconds: float) -> None:
    """Have the system end this process after `seconds` of processor time; 0 takes that back."""
    if sys.platform != "win32":
        # Unlike Python's own handlers, which wait for the current call into C, this ends all.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
