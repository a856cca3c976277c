"""Measuring: processor time, wall time and memory of processes, in rounds that alternate."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# How often the memory of a process and its children is looked at, s.
_LOOK_EVERY = 0.05


class MeasureError(Exception):
    """Something could not be measured.

    Attributes:
        said: What the program said of it, which may name what is private.
    """

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run took: s of processor and of the clock, bytes of memory at its highest."""

    processor: float
    wall: float
    memory: int = 0


@dataclass(slots=True)
class Samples:
    """What several runs of the same took, in the order of the rounds."""

    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def add(self, usage: Usage) -> None:
        """Add a run."""
        self.processor.append(round(usage.processor, 7))
        self.wall.append(round(usage.wall, 7))
        self.memory.append(usage.memory)

    @property
    def median(self) -> Usage:
        """Return the median of each; of memory the most, since a peak is a peak."""
        return Usage(
            statistics.median(self.processor),
            statistics.median(self.wall),
            max(self.memory, default=0),
        )

    def as_data(self) -> dict[str, Any]:
        """Return the samples as JSON data."""
        return {"processor": self.processor, "wall": self.wall, "memory": self.memory}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Samples:
        """Return the samples of which `as_data` made `data`."""
        return cls(list(data["processor"]), list(data["wall"]), list(data["memory"]))


Action = Callable[[], Usage]


def interleave(
    actions: Mapping[str, Action], *, rounds: int, seconds: float = 60.0, least: int = 1
) -> dict[str, Samples]:
    """Return what each action took in several rounds, each of which runs all of them once.

    So whatever else the machine does falls on all of them alike.

    Args:
        actions: By name, in the order of a round.
        rounds: How many, unless `seconds` are over before.
        seconds: After so many no further round begins.
        least: So many rounds there are in any case.
    """
    found = {name: Samples() for name in actions}
    began = time.monotonic()
    for number in range(rounds):
        if number >= least and time.monotonic() - began > seconds:
            break
        for name, action in actions.items():
            found[name].add(action())
    return found


def run(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Usage:
    """Run `command` to its end and return what it and its children took.

    Its memory is that of the process with the largest peak, or what it and its children held
    together at the fullest of many looks, whichever is more. The kernel counts the peak of
    the process that starts another one into the new one's, so this one is to stay small.

    Raises:
        MeasureError: It could not be started, or its status was not 0.
    """
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                env=env, cwd=cwd,
            )  # fmt: skip
        except OSError as error:
            raise MeasureError("it could not be started", str(error)) from error
        look = _Look(process.pid)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            wall = time.perf_counter() - began
            look.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip()[-500:]
            raise MeasureError(f"it ended with status {process.returncode}", said)
    memory = max(usage.ru_maxrss * 1024, look.most)
    return Usage(usage.ru_utime + usage.ru_stime, wall, memory)


class _Look:
    """A thread that looks at the memory of a process and its children now and then."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            family = _family(self._pid)
            if len(family) > 1:  # the peak of a single process is known without looking
                self.most = max(self.most, sum(map(_resident, family)))


def _family(pid: int) -> list[int]:
    """Return `pid` and the processes below it; only `pid` where the system does not tell."""
    found = [pid]
    for parent in found:
        try:
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found += map(int, listed.split())
    return found


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
