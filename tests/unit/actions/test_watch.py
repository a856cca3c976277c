"""When the watch looks, and up to when it may vouch for what it saw."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

import pytest

from hardwon.actions.watch import _Lock, _Watch
from hardwon.errors import LockedError
from hardwon.files.changes import Changes
from hardwon.files.folder import Folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, nobody is answered")


class Reported:
    """A source that has these changes, one a time, and notes when they were taken."""

    silent = None

    def __init__(self, *changes: Changes) -> None:
        self.changes = list(changes)
        self.taken: list[int] = []

    def take(self) -> Changes:
        self.taken.append(time.monotonic_ns())
        return self.changes.pop(0) if self.changes else Changes()


def test_a_question_that_comes_while_changes_are_taken_is_answered(memory_dir: Path) -> None:
    """The time in an answer is later than every question that was heard."""
    source = Reported(Changes({"a.md"}, asked=True), Changes({"b.md"}, asked=True), Changes())
    with contextlib.closing(_Lock(Folder(memory_dir))) as lock:
        watch = _Watch(Folder(memory_dir), source, None, None, lock)  # type: ignore[arg-type]
        moment, changes = watch._take()
    assert source.taken[1] < moment <= source.taken[2]
    assert changes == Changes({"a.md", "b.md"}, asked=True)


def test_the_lock_is_for_one_and_known_to_be_lost(memory_dir: Path) -> None:
    with contextlib.closing(_Lock(Folder(memory_dir))) as lock:
        assert lock.is_held()
        with pytest.raises(LockedError):
            _Lock(Folder(memory_dir))
        (memory_dir / ".hardwon/watch.lock").unlink()
        assert not lock.is_held()
        lock.close()
        lock.take()
        assert lock.is_held()
    _Lock(Folder(memory_dir)).close()
