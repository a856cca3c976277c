"""A running `hardwon watch`, and searches that may not look at the files themselves."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardwon.actions import refresh as refreshing
from hardwon.actions.search import search
from hardwon.files import heartbeat
from hardwon.files.folder import Folder

# Longer than any machine takes to answer; a test that waits for all of it fails.
LONG = 60.0
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, every command looks itself")

# The system's own reports cannot be had: what other systems than Linux have takes their place.
WITHOUT_INOTIFY = (
    "import hardwon.files.inotify as told\n"
    "def refuse(self): raise told.NoInotifyError\n"
    "told.Inotify.__init__ = refuse\n"
    "from hardwon.cli.main import main\n"
    "main()"
)


class Watcher:
    """A process that watches the memory `root`."""

    def __init__(self, root: Path, *args: str, code: str | None = None, **options: object) -> None:
        start = ["-c", code] if code else ["-m", "hardwon"]
        self.process = subprocess.Popen(
            [sys.executable, *start, "--memory", str(root), "watch", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=root.parent,
            env={k: v for k, v in os.environ.items() if not k.startswith("HARDWON")},
            **options,  # type: ignore[call-overload]
        )

    def line(self) -> str:
        """Return the next line that it prints, or "" at its end."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def pause(self) -> None:
        """Stop it where it does not read the index, which nobody could write to; wait for that."""
        while True:
            self.process.send_signal(signal.SIGSTOP)
            assert os.WIFSTOPPED(os.waitpid(self.process.pid, os.WUNTRACED)[1])
            if not any("index.sqlite" in name for name in self._opened()):
                return
            self.go_on()
            time.sleep(0.01)

    def _opened(self) -> Iterator[str]:
        for handle in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(handle.readlink())

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def fate(self) -> str:
        """Return that it lives, or how it ended."""
        if self.process.poll() is None:
            return "the watcher lives"
        return f"the watcher ended with {self.process.returncode}: {self.process.stderr.read()}"  # type: ignore[union-attr]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def seconds(self) -> float:
        """Return the processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Signal it to end; return its status and what else it printed."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        """Return status and output of one that ends by itself."""
        out, err = self.process.communicate(timeout=LONG)
        return self.process.returncode, out, err


@contextlib.contextmanager
def watching(root: Path, *args: str, code: str | None = None) -> Iterator[Watcher]:
    """Give a watcher that has said that it is ready."""
    watcher = Watcher(root, *args, code=code)
    try:
        assert watcher.line().endswith("; the index is fresh\n"), watcher.process.stderr
        yield watcher
    finally:
        with contextlib.suppress(ProcessLookupError):
            watcher.process.kill()
        watcher.process.communicate()


def wait_for(condition, seconds: float = LONG) -> None:
    """Return as soon as `condition` holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


class Looks:
    """How often the files of a memory were looked at in this process, and why.

    Attributes:
        count: How often.
        why: What the last search met: each answer of the watcher, with what stood in its file
            where there was none, the state of the index, and indexes thrown away.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.why: list[str] = []
        self._patch = monkeypatch
        refresh, read_state, discard = (
            refreshing.refresh,
            refreshing.read_state,
            refreshing._discard,
        )
        answer = heartbeat.Question.answer

        def counted(*args, **options):
            self.count += 1
            return refresh(*args, **options)

        def answered(question: heartbeat.Question) -> int | None:
            began = time.monotonic()
            state = answer(question)
            self.why.append(f"answered {state} after {time.monotonic() - began:.3f} s")
            if state is None:
                handle = question._handle
                words = None if handle is None else heartbeat._read(handle)
                self.why.append(f"asked at {question._since}, of handle {handle}: {words}")
            return state

        def noted(connection) -> int | None:
            self.why.append(f"the index is in state {(state := read_state(connection))}")
            return state

        def discarded(*args) -> bool:
            self.why.append(f"the index is thrown away: {sys.exc_info()[1]!r}")
            return discard(*args)

        monkeypatch.setattr(refreshing, "refresh", counted)
        monkeypatch.setattr(refreshing, "read_state", noted)
        monkeypatch.setattr(refreshing, "_discard", discarded)
        monkeypatch.setattr(heartbeat.Question, "answer", answered)

    def patient(self) -> None:
        """Have questions wait for an answer however long it takes."""
        self._patch.setattr(heartbeat, "PATIENCE_SECONDS", LONG)

    def found(self, root: Path, query: str) -> tuple[list[str], bool]:
        """Return the paths that a search finds, and whether it looked at the files for it."""
        before = self.count
        self.why.clear()
        hits = search(Folder(root), query, limit=1000).hits
        return sorted({hit.path for hit in hits}), self.count > before


def told(root: Path) -> int | None:
    """Return the state of the index that a watcher vouches for; None where none does."""
    with heartbeat.Question(str(root / ".hardwon")) as question:
        return question.answer()
