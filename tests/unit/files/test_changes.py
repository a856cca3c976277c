"""What a memory's changes are, as the system reports them."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardwon.errors import HardwonError, MemoryNotFoundError
from hardwon.files import inotify as told
from hardwon.files.changes import Changes, LibrarySource, SystemSource, open_source
from hardwon.files.folder import Folder
from hardwon.files.mounts import find_silent, read_mounts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is Linux that reports")

NOTE = "episodic/code/a.md"


class Never:
    """A stop that nobody wishes for."""

    def __init__(self) -> None:
        self.ends = os.pipe()

    def is_set(self) -> bool:
        return False

    def fileno(self) -> int:
        return self.ends[0]


@pytest.fixture
def never() -> Iterator[Never]:
    made = Never()
    yield made
    for end in made.ends:
        os.close(end)


@pytest.fixture
def root(memory_dir: Path) -> Path:
    (memory_dir / NOTE).write_text("# A\n")
    (memory_dir / ".hardwon").mkdir()
    return memory_dir


@pytest.fixture
def source(root: Path, never: Never) -> Iterator[SystemSource]:
    made = SystemSource(Folder(root), never)
    yield made
    made.close()


def paths(source: SystemSource) -> set[str]:
    """Return the paths that were reported, and that nothing else was."""
    changes = source.take()
    assert not changes.everything
    return changes.paths


def test_nothing_happens_without_a_change(root: Path, source: SystemSource) -> None:
    (root / NOTE).read_text()
    list(Folder(root).walk())
    assert not source.take()


def test_a_note_that_changes_is_named(root: Path, source: SystemSource) -> None:
    (root / NOTE).write_text("# B\n")
    assert paths(source) == {NOTE}
    assert paths(source) == set()
    (root / NOTE).rename(root / "episodic/code/b.MD")
    assert paths(source) == {NOTE, "episodic/code/b.MD"}
    (root / "episodic/code/b.MD").chmod(0o600)
    assert paths(source) == {"episodic/code/b.MD"}
    (root / "episodic/code/b.MD").unlink()
    assert paths(source) == {"episodic/code/b.MD"}


def test_a_name_that_is_no_text_is_a_name(root: Path, source: SystemSource) -> None:
    (root / os.fsdecode(b"\xff\xfe.md")).write_text("x")
    assert paths(source) == {os.fsdecode(b"\xff\xfe.md")}


def test_settings_are_named_where_they_count(root: Path, source: SystemSource) -> None:
    (root / "episodic/hardwon.toml").write_text("")
    assert paths(source) == set()
    (root / "hardwon.toml").write_text("")
    assert paths(source) == {"hardwon.toml"}


def test_what_is_no_note_is_no_change(root: Path, source: SystemSource) -> None:
    (root / "episodic/picture.png").write_bytes(b"x")
    (root / "episodic/.a.md.swp").write_bytes(b"x")
    (root / "node_modules").mkdir()
    (root / "node_modules/a.md").write_text("x")
    assert not source.take()


@pytest.mark.parametrize("target", ["missing", "episodic"])
def test_a_link_may_be_a_fault_and_so_may_be_anything(
    root: Path, source: SystemSource, target: str
) -> None:
    (root / "link").symlink_to(target)
    assert source.take().everything
    (root / "link").unlink()
    assert source.take().everything


def test_a_folder_may_hold_anything(root: Path, source: SystemSource) -> None:
    (root / "episodic/new/deep").mkdir(parents=True)
    assert source.take().everything
    (root / "episodic/new/deep/a.md").write_text("x")
    assert paths(source) == {"episodic/new/deep/a.md"}
    (root / "episodic/new").rename(root / "episodic/old")
    assert source.take().everything
    (root / "episodic/old/deep/a.md").write_text("y")
    assert paths(source) == {"episodic/old/deep/a.md"}
    (root / "episodic/old").rename(root.parent / "out")
    assert source.take().everything
    (root.parent / "out/deep/a.md").write_text("z")
    assert not source.take()
    shutil.rmtree(root / "episodic")
    assert source.take().everything


def test_what_the_system_had_to_drop_may_be_anything(
    root: Path, source: SystemSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = [told.Event(-1, told.OVERFLOW, "")]
    monkeypatch.setattr(told.Inotify, "read", lambda self: dropped)
    assert source.take().everything


def test_a_question_is_heard_behind_what_was_changed_before(
    root: Path, source: SystemSource
) -> None:
    beat = root / ".hardwon/watch"
    beat.touch()
    source.listen(str(beat))
    assert not source.take().asked
    (root / NOTE).write_text("# B\n")
    beat.open().close()
    changes = source.take()
    assert changes.asked
    assert changes.paths == {NOTE}
    assert not source.take().asked


def test_what_is_hardwons_own_is_told_apart(root: Path, source: SystemSource) -> None:
    (root / ".hardwon/index.sqlite").write_bytes(b"x")
    changes = source.take()
    assert not changes
    assert changes.state == {"index.sqlite"}
    shutil.rmtree(root / ".hardwon")
    assert "" in source.take().state


def test_waiting_ends_with_a_report_with_the_stop_and_with_time(
    root: Path, source: SystemSource, never: Never
) -> None:
    source.wait(0)
    (root / NOTE).write_text("# B\n")
    source.wait(1000)
    source.take()
    os.write(never.ends[1], b"x")
    source.wait(1000)


def test_a_memory_that_is_gone_is_named(root: Path, source: SystemSource) -> None:
    root.rename(root.parent / "other")
    with pytest.raises(MemoryNotFoundError, match="is gone"):
        source.take()


@pytest.mark.parametrize(
    ("call", "number", "limit"),
    [
        ("inotify_init1", errno.EMFILE, "max_user_instances"),
        ("inotify_add_watch", errno.ENOSPC, "max_user_watches"),
    ],
)
def test_a_limit_of_the_system_is_named_with_the_way_out(
    root: Path, never: Never, monkeypatch: pytest.MonkeyPatch, call: str, number: int, limit: str
) -> None:
    class Full:
        def __init__(self, *args, **options) -> None:
            self._library = real(*args, **options)

        def __getattr__(self, name: str):
            return self._refuse if name == call else getattr(self._library, name)

        def _refuse(self, *args) -> int:
            ctypes.set_errno(number)
            return -1

    real = ctypes.CDLL
    monkeypatch.setattr(ctypes, "CDLL", Full)
    with pytest.raises(HardwonError) as raised:
        open_source(Folder(root), never)
    assert limit in (raised.value.hint or "")


class WithoutInotify:
    """A system whose library has no such call."""

    def __init__(self, *args, **options) -> None:
        pass


class RefusingInotify:
    """A system that has the call, and not what is behind it."""

    def __init__(self, *args, **options) -> None:
        pass

    def inotify_init1(self, flags: int) -> int:
        ctypes.set_errno(errno.ENOSYS)
        return -1


@pytest.mark.parametrize("library", [WithoutInotify, RefusingInotify])
def test_without_reports_of_the_system_the_library_is_asked(
    root: Path, never: Never, monkeypatch: pytest.MonkeyPatch, library: type
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ctypes, "CDLL", library)
        with pytest.raises(told.NoInotifyError):
            told.Inotify()
        source = open_source(Folder(root), never)
    assert isinstance(source, LibrarySource)
    assert source.silent
    heard = Changes()

    def hear(condition) -> None:
        until = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < until, heard
            source.wait(1)
            heard.add(source.take())

    (root / NOTE).write_text("# B\n")
    hear(lambda: NOTE in heard.paths)
    (root / "hardwon.toml").write_text("")
    hear(lambda: "hardwon.toml" in heard.paths)
    assert not heard.everything
    (root / "episodic/new").mkdir()
    hear(lambda: heard.everything)
    (root / ".hardwon/index.sqlite").write_bytes(b"x")
    hear(lambda: "index.sqlite" in heard.state)
    # It gives up at a name that is no text, and is begun anew.
    heard.everything = False
    (root / os.fsdecode(b"\xff.md")).write_text("x")
    hear(lambda: heard.everything)
    heard.everything = False
    (root / "episodic/code/later.md").write_text("x")
    hear(lambda: heard.everything or "episodic/code/later.md" in heard.paths)
    source.close()


# -- file systems --------------------------------------------------------------------------------

TABLE = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:40 / /home/a\\040b rw - {home} server:/home rw
41 40 0:41 / /home/a\\040b/memory/episodic rw - {below} none rw
42 27 0:42 / /home/a\\040b/memory-other rw - nfs4 server:/other rw
"""


@pytest.mark.parametrize(
    ("root", "home", "below", "silent"),
    [
        ("/srv/memory", "nfs4", "nfs4", None),
        ("/home/a b/memory", "btrfs", "tmpfs", None),
        ("/home/a b/memory", "nfs4", "tmpfs", "nfs4"),
        ("/home/a b/memory", "ext4", "fuse.sshfs", "fuse.sshfs"),
        ("/home/a b/memory/semantic", "9p", "ext4", "9p"),
        ("/home/a b/memory/semantic", "xfs", "cifs", None),
        ("/home", "nfs4", "ext4", "nfs4"),
    ],
)
def test_file_systems_that_others_write_to_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str, home: str, below: str, silent: str
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE.format(home=home, below=below))
    monkeypatch.setattr("hardwon.files.mounts.MOUNTS", str(table))
    assert find_silent(read_mounts(Path(root))) == silent


def test_an_unknown_file_system_is_not_relied_on(tmp_path: Path) -> None:
    assert find_silent(()) == "an unknown file system"
    assert find_silent((("1", "/", "newfs"),)) == "newfs"
