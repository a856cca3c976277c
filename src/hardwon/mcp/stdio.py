"""Serving over standard input and output: one line, one message."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

# The longest argument that a tool takes has a million characters, each of six bytes at most when
# JSON escapes it.
MAX_LINE = 8 * 1024 * 1024


class Lines(io.TextIOBase):
    """The lines of a stream as text; of one that is too long only the beginning.

    The beginning of a message is no message: it is passed over as any other junk is. What is no
    UTF-8 becomes U+FFFD, and so, where it stands outside of a text, junk too.
    """

    def __init__(self, stream: BinaryIO, limit: int = MAX_LINE) -> None:
        self._stream = stream
        self._limit = limit

    def readline(self, _size: int = -1, /) -> str:  # type: ignore[override]
        """Return the next line, "" at the end."""
        line = rest = self._stream.readline(self._limit)
        while len(rest) == self._limit and not rest.endswith(b"\n"):
            rest = self._stream.readline(self._limit)
        return line.decode("utf-8", "replace")


@contextmanager
def claimed() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Give what is read from and written to; whatever else reads or prints has neither.

    While it is held, standard input is empty and standard output goes to standard error, for
    this process and all that it starts: a library that prints does not break the protocol.
    """
    wire_in, wire_out = os.dup(0), os.dup(1)
    for descriptor in (wire_in, wire_out):
        os.set_inheritable(descriptor, False)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    try:
        # Never closed: a thread may still wait for a line when all else has ended.
        yield (
            os.fdopen(wire_in, "rb", closefd=False),
            os.fdopen(wire_out, "wb", closefd=False),
        )
    finally:
        sys.stdout.flush()
        os.dup2(wire_in, 0)
        os.dup2(wire_out, 1)


def end_at_interrupt() -> None:
    """Have Ctrl-C end the process at once.

    Python would wait for the thread that waits for a line. Nothing is lost: each file is
    written in one step, and a plan that is half applied is carried on.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
