"""The file in which `hardwon watch` answers: who is believed, and who is not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardwon.files import heartbeat
from hardwon.files.heartbeat import BEAT_FILE, Heartbeat, Question

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no watcher answers elsewhere")

STATE = 0xFEDCBA9876543210


@pytest.fixture
def other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make what is written here look like that of another process."""
    own = os.getpid()
    monkeypatch.setattr(Heartbeat, "__init__", as_process(own + 1, Heartbeat.__init__))


def as_process(number: int, made):
    def make(self, *args: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "getpid", lambda: number)
            made(self, *args)

    return make


@pytest.fixture
def heart(tmp_path: Path, other_process: None) -> Iterator[Heartbeat]:
    made = Heartbeat(str(tmp_path))
    made.appear()
    yield made
    made.withdraw()


def ask(folder: Path, *, patience: float = 0.0, monkeypatch: pytest.MonkeyPatch) -> int | None:
    monkeypatch.setattr(heartbeat, "PATIENCE_SECONDS", patience)
    with Question(str(folder)) as question:
        return question.answer()


def test_an_answer_after_the_question_is_good(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "PATIENCE_SECONDS", 60)
    with Question(str(tmp_path)) as question:
        heart.beat(time.monotonic_ns(), STATE)
        assert question.answer() == STATE


def test_an_answer_is_waited_for(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = threading.Timer(0.05, lambda: heart.beat(time.monotonic_ns(), STATE))
    later.start()
    assert ask(tmp_path, patience=60, monkeypatch=monkeypatch) == STATE
    later.join()


def test_an_answer_from_before_the_question_is_not_good(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart.beat(time.monotonic_ns(), STATE)
    assert ask(tmp_path, patience=0.02, monkeypatch=monkeypatch) is None


def test_what_was_withdrawn_is_not_good(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "PATIENCE_SECONDS", 60)
    with Question(str(tmp_path)) as question:
        heart.withdraw()
        assert question.answer() is None  # at once: the lock went with it
        assert not (tmp_path / BEAT_FILE).exists()
    heart.__init__(str(tmp_path))  # type: ignore[misc] - for the fixture to withdraw


FUTURE = 1 << 62


def test_nobody_is_believed_without_the_lock(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart.beat(FUTURE, STATE)
    assert ask(tmp_path, monkeypatch=monkeypatch) == STATE  # so it is the lock that is missing
    forged = (tmp_path / BEAT_FILE).read_bytes()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / BEAT_FILE).write_bytes(forged)
    assert ask(tmp_path / "copy", monkeypatch=monkeypatch) is None


@pytest.mark.parametrize("word", range(7))
def test_a_value_of_two_times_is_not_good(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: int
) -> None:
    heart.beat(FUTURE, STATE)
    with (tmp_path / BEAT_FILE).open("r+b") as file:
        file.seek(word * 8)
        file.write(os.urandom(8))
    assert ask(tmp_path, patience=0.01, monkeypatch=monkeypatch) is None


@pytest.mark.parametrize("size", [0, 1, 55])
def test_a_value_that_is_cut_short_is_not_good(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    heart.beat(FUTURE, STATE)
    os.truncate(tmp_path / BEAT_FILE, size)
    assert ask(tmp_path, patience=0.01, monkeypatch=monkeypatch) is None


@pytest.mark.parametrize("change", [(1, 0), (0, 1)], ids=["other-clock", "other-view"])
def test_another_boot_and_another_view_are_not_believed(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[int, int]
) -> None:
    heart.beat(FUTURE, STATE)
    clock, view = heartbeat._identity()
    monkeypatch.setattr(heartbeat, "_identity", lambda: (clock + change[0], view + change[1]))
    assert ask(tmp_path, patience=60, monkeypatch=monkeypatch) is None


def test_a_clock_that_cannot_be_told_is_not_believed(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart.beat(FUTURE, STATE)
    monkeypatch.setattr(heartbeat, "_BOOT", str(tmp_path / "missing"))
    assert ask(tmp_path, monkeypatch=monkeypatch) is None


def test_a_watcher_does_not_wait_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart = Heartbeat(str(tmp_path))
    heart.appear()
    heart.beat(FUTURE, STATE)
    assert ask(tmp_path, patience=60, monkeypatch=monkeypatch) is None
    heart.withdraw()


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "link", "empty"])
def test_what_stands_in_its_place_is_not_believed(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    heart.beat(FUTURE, STATE)
    folder = tmp_path / "other"
    folder.mkdir()
    place = folder / BEAT_FILE
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "link":
        place.symlink_to(tmp_path / BEAT_FILE)
    elif kind == "empty":
        place.touch()
    assert ask(folder, patience=60, monkeypatch=monkeypatch) is None


def test_one_that_is_replaced_knows_it(heart: Heartbeat, tmp_path: Path) -> None:
    assert heart.is_in_place()
    (tmp_path / BEAT_FILE).rename(tmp_path / "elsewhere")
    assert not heart.is_in_place()
    (tmp_path / BEAT_FILE).touch()
    assert not heart.is_in_place()


def test_a_reader_among_writes_sees_whole_values_only(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What each beat says is one thing: time and state belong together."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            heart.beat(FUTURE + number, number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with Question(str(tmp_path)) as question:
            assert question._handle is not None
            for _ in range(5000):
                words = heartbeat._read(question._handle)
                assert words is None or words[4] == FUTURE + words[5] or words[4] == 0
    finally:
        stop.set()
        writer.join()


def test_an_answer_that_is_being_written_when_it_is_opened_is_waited_for(
    heart: Heartbeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart.beat(FUTURE, STATE)
    read, found = heartbeat._read, iter([None, None])
    monkeypatch.setattr(heartbeat, "_read", lambda handle: next(found, read(handle)))
    assert ask(tmp_path, patience=60, monkeypatch=monkeypatch) == STATE


def test_no_handle_is_left_open(heart: Heartbeat, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(20):
        with Question(str(tmp_path)), Question(str(tmp_path / "missing")):
            pass
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_asking_imports_next_to_nothing() -> None:
    code = (
        "import sys, hardwon.files; before = set(sys.modules)\n"
        "import hardwon.files.heartbeat\n"
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(done.stdout.split()) <= {"hardwon.files.heartbeat", "fcntl"}
