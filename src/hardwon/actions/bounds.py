"""Bounds that a worker puts on itself, where the system counts memory and time."""

from __future__ import annotations

import contextlib
import signal
import sys


def bound_memory(limit: int) -> None:
    """Have the system refuse this process more than `limit` bytes of data."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):  # macOS knows the bound and refuses it
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def bound_time(seconds: float) -> None:
    """Have the system end this process after `seconds` of processor time; 0 takes that back."""
    if sys.platform != "win32":
        # Unlike Python's own handlers, which wait for the current call into C, this ends all.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
