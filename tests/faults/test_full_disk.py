"""No room, no right to write, nowhere to print: told in one sentence, and reading still works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults import memory
from faults.harness import (
    Run,
    Tree,
    assert_completes,
    assert_whole_files,
    clean_environment,
    copy,
    hardwon,
    leftovers,
    tree,
)

PAGE = 4096
READING = [
    ["search", "retry network"],
    ["search", "--json", "depend"],
    ["show", "Retry Twice"],
    ["list", "--json"],
    ["check", "--json"],
    ["stats"],
    ["learn", "--dry-run"],
]
LONG = "It happened again. " * 500


def start_hardwon(root: Path, *args: str, **options) -> Run:
    """Run `hardwon` as a process, with options for subprocess."""
    done = subprocess.run(
        [sys.executable, "-m", "hardwon", "--memory", str(root), *args],
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **options},
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=root.parent,
        env=clean_environment(),
        check=False,
        timeout=60,
    )
    return Run(done.returncode, done.stdout or "", done.stderr, ())


def assert_refused(run: Run, cause: str) -> None:
    """It ended with one sentence that names a file of the memory and the cause."""
    assert run.status == 2, run
    first, *rest = run.err.splitlines()
    assert first.startswith("hardwon: "), run.err
    assert first.endswith(f": {cause}"), run.err
    assert ".md: " in first or ".hardwon" in first, run.err
    assert all(line.startswith("  hint: ") for line in rest), run.err
    assert run.out == ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own with room for a small memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    try:
        if subprocess.run(command, capture_output=True, check=False, timeout=20).returncode:
            pytest.skip("mounting a small disk takes the rights of root")
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True, timeout=20)


def fill(folder: Path, free: int = 0) -> None:
    """Leave `free` bytes of room, to the page, on the disk that holds `folder`."""
    status = os.statvfs(folder)
    taken = status.f_bavail * status.f_frsize - free
    (folder / "filler").write_bytes(b"\0" * max(0, taken))


def answers(root: Path) -> list[tuple[int, str]]:
    """Return status and output of the commands that read, wherever the memory lies."""
    runs = [hardwon(root, *args) for args in READING]
    return [(run.status, run.out.replace(str(root), "memory")) for run in runs]


def test_a_full_disk_is_told_and_harms_no_file(
    small_disk: Path, start: Path, old: Tree, new: Tree
) -> None:
    """However little room is left: each step of learning meets the end of the disk once."""
    root = small_disk / "memory"
    statuses = []
    for pages in range(0, 40, 3):
        copy(start, root)
        (root / ".hardwon").mkdir()
        (root / ".hardwon/lock").touch()
        (root / ".hardwon/.gitignore").write_text("*\n")
        fill(small_disk, pages * PAGE)
        learned = hardwon(root, "learn")
        assert_whole_files(root, old, new)
        assert leftovers(root) == []
        if learned.status:
            assert_refused(learned, "no space left on device")
        else:
            assert tree(root) == new
        statuses.append(learned.status)
        (small_disk / "filler").unlink()
        assert_completes(root, new)
    assert set(statuses) == {0, 2}


@pytest.mark.parametrize("indexed", [True, False])
def test_a_full_disk_can_be_read(small_disk: Path, start: Path, indexed: bool) -> None:
    root = copy(start, small_disk / "memory")
    expected = answers(copy(start, small_disk.parent / "roomy" / "memory"))
    if indexed:
        hardwon(root, "list")
    fill(small_disk)
    before = tree(root)
    assert answers(root) == expected
    assert_refused(hardwon(root, "note", "Full"), "no space left on device")
    assert_refused(hardwon(root, "learn"), "no space left on device")
    assert answers(root) == expected
    assert tree(root) == before
    assert leftovers(root) == []


@pytest.fixture
def make_read_only(
    small_disk: Path,
) -> Iterator[Callable[[], None]]:
    """Return a function that makes the small disk one that cannot be written to."""

    def remount(how: str) -> None:
        command = ["mount", "-o", f"remount,{how}", str(small_disk)]
        subprocess.run(command, check=True, timeout=20)

    yield lambda: remount("ro")
    remount("rw")


@pytest.mark.parametrize("indexed", [True, False])
def test_a_disk_that_cannot_be_written_to_can_be_read(
    small_disk: Path, make_read_only: Callable[[], None], start: Path, indexed: bool
) -> None:
    root = copy(start, small_disk / "memory")
    expected = answers(copy(start, small_disk.parent / "roomy" / "memory"))
    if indexed:
        hardwon(root, "list")
    make_read_only()
    before = tree(root)
    assert answers(root) == expected
    for args in (["note", "Read only"], ["learn"]):
        run = hardwon(root, *args)
        assert run.status == 2, run
        assert "read-only file system" in run.err.splitlines()[0], run
    assert tree(root) == before


@pytest.mark.parametrize("indexed", [True, False])
def test_a_folder_that_one_may_not_write_to_can_be_read(
    root: Path, start: Path, tmp_path: Path, indexed: bool
) -> None:
    expected = answers(copy(start, tmp_path / "roomy" / "memory"))
    if indexed:
        hardwon(root, "list")
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        if os.access(root, os.W_OK):
            pytest.skip("modes do not stop root")
        assert answers(root) == expected
        assert_refused(hardwon(root, "learn"), "permission denied")
        assert_refused(hardwon(root, "note", "No right"), "permission denied")
    finally:
        for folder in folders:
            folder.chmod(0o755)


def limit_files(size: int) -> Callable[[], None]:
    """Return what lets a process write no file beyond `size` bytes."""
    resource = pytest.importorskip("resource", reason="this system has no such limits")
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [100, pytest.param(700, marks=pytest.mark.slow)])
def test_a_limit_on_the_size_of_files_is_told_and_harms_none(
    root: Path, old: Tree, new: Tree, size: int
) -> None:
    refused = start_hardwon(root, "learn", preexec_fn=limit_files(size))
    assert_refused(refused, "file too large")
    assert_whole_files(root, old, new)
    assert leftovers(root) == []
    assert_completes(root, new)


def test_under_such_a_limit_a_long_note_is_refused_and_all_can_be_read(
    root: Path, old: Tree
) -> None:
    limit = limit_files(4000)
    run = start_hardwon(root, "note", "Long", "--body", LONG, preexec_fn=limit)
    assert_refused(run, "file too large")
    assert "2026-03-01-long.md: " in run.err
    found = start_hardwon(root, *READING[1], preexec_fn=limit)
    plain = hardwon(root, *READING[1])
    assert "Pin Every Dependency" in plain.out
    assert (found.status, found.out) == (plain.status, plain.out)
    assert tree(root) == old
    assert leftovers(root) == []


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "args",
    [
        ["list"],
        ["learn"],
        *(pytest.param(a, marks=pytest.mark.slow) for a in (
            ["search", "retry"], ["show", "Retry Twice"], ["stats"], ["check"], ["list", "--json"],
            ["learn", "--diff"], ["note", "Something"], ["workflow", "list"], ["--help"],
        )),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_output_that_takes_nothing_is_told(root: Path, args: list[str]) -> None:
    book = root / memory.DEV
    book.write_text(book.read_text().replace("5 examples", "9 examples"))  # for check to find
    with FULL.open("wb") as full:
        run = start_hardwon(root, *args, stdout=full)
    assert run.status == 2, run
    lines = [line for line in run.err.splitlines() if line.startswith("hardwon: ")]
    assert lines == ["hardwon: standard output: no space left on device"]
    assert "Traceback" not in run.err
    assert "Exception" not in run.err


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_an_error_that_nobody_can_be_told_is_in_the_status(root: Path) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hardwon", "--memory", str(root), "show", "nothing"],
            stdout=subprocess.DEVNULL,
            stderr=full,
            env=clean_environment(),
            check=False,
            timeout=60,
        )
    assert done.returncode == 2


def test_closed_standard_streams_are_no_fault(root: Path, new: Tree) -> None:
    """No file of the memory gets their numbers, and so what is printed."""
    command = f'exec "{sys.executable}" -m hardwon --memory "{root}" learn 0<&- 1>&- 2>&-'
    done = subprocess.run(["sh", "-c", command], env=clean_environment(), check=False, timeout=60)
    assert done.returncode == 0
    assert tree(root) == new
