"""The spool is taken away such that no line is lost, and none counts twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from captures import fill_spool
from hardwon.errors import HardwonError
from hardwon.files.folder import SPOOL, TAKEN, Folder
from hardwon.files.spool import note_drafted, read_drafted, taking


@pytest.fixture
def folder(memory_dir: Path) -> Folder:
    return Folder(memory_dir)


def test_nothing_captured(folder: Folder) -> None:
    assert not folder.has_captures()
    with taking(folder) as data:
        assert data is None
    assert not folder.state_dir.exists()


def test_is_aside_until_it_is_done_with(folder: Folder) -> None:
    spool = fill_spool(folder.root, "one")
    assert folder.has_captures()
    with taking(folder) as data:
        assert data == b"\none\n"
        assert not spool.exists()
        assert folder.has_captures()
    assert not folder.has_captures()


def test_what_a_crash_left_comes_first(folder: Folder) -> None:
    fill_spool(folder.root, "one")
    with pytest.raises(ZeroDivisionError), taking(folder):
        raise ZeroDivisionError
    fill_spool(folder.root, "two")
    with taking(folder) as data:
        assert data == b"\none\n"
    with taking(folder) as data:
        assert data == b"\ntwo\n"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no open file is moved")
def test_a_hook_that_comes_late_finds_that_it_is_no_more(folder: Folder) -> None:
    """It opened the spool before that was moved: its line must not go where nobody reads it."""
    import fcntl

    spool = fill_spool(folder.root, "one")
    with spool.open("ab") as late:
        with taking(folder), pytest.raises(BlockingIOError):
            fcntl.flock(late, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(late, fcntl.LOCK_SH | fcntl.LOCK_NB)
        assert os.fstat(late.fileno()).st_nlink == 0


HOLDING = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
fcntl.flock(handle, fcntl.LOCK_SH)
print("held", flush=True)
sys.stdin.readline()
os.write(handle, b"late")
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no open file is moved")
def test_waits_for_a_hook_that_is_about_to_write(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = fill_spool(folder.root, "one")
    hook = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(spool)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with hook:
        assert hook.stdin is not None
        assert hook.stdout is not None
        assert hook.stdout.readline() == "held\n"

        def write_now(_: float) -> None:
            if not hook.stdin.closed:
                hook.stdin.close()
                hook.wait(timeout=20)

        monkeypatch.setattr("hardwon.files.spool.time.sleep", write_now)
        with taking(folder) as data:
            assert data == b"\none\nlate"


@pytest.mark.skipif(os.name != "posix", reason="as POSIX has it")
@pytest.mark.parametrize("name", [SPOOL, TAKEN])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_is_read_only_as_a_file(folder: Folder, tmp_path: Path, name: str, kind: str) -> None:
    folder.state_dir.mkdir()
    place = folder.state_dir / name
    (tmp_path / "secret").write_text("secret")
    if kind == "link":
        place.symlink_to(tmp_path / "secret")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    with pytest.raises(HardwonError) as caught, taking(folder):
        pass
    assert ".hardwon/spool" in str(caught.value)
    assert (tmp_path / "secret").read_text() == "secret"


def test_the_last_thousand_sessions_are_known(folder: Folder) -> None:
    assert read_drafted(folder) == []
    folder.state_dir.mkdir()
    note_drafted(folder, [f"claude-{number}" for number in range(1_200)])
    known = read_drafted(folder)
    assert (len(known), known[0], known[-1]) == (1_000, "claude-200", "claude-1199")


@pytest.mark.parametrize("data", [b"\xff\xfe", b""])
def test_damaged_knowledge_is_none(folder: Folder, data: bytes) -> None:
    folder.state_dir.mkdir()
    (folder.state_dir / "drafted").write_bytes(data)
    assert read_drafted(folder) == []
