"""What is measured is what was meant: the right process, the right work, the right memory."""

import contextlib
import platform
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import floors, ours
from benchmarks.machine import describe_machine
from benchmarks.mails import write_mails
from benchmarks.measure import MeasureError, Usage, interleave, run
from benchmarks.raw_index import columns_and_options, fill_raw
from benchmarks.tools import TOOLS
from hardwon import Memory

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "examples" / "shop" / "memory"


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    root = tmp_path / "memory"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".hardwon"))
    return root


def test_rounds_alternate_until_the_time_is_over() -> None:
    done: list[str] = []

    def action(name: str) -> Usage:
        done.append(name)
        return Usage(len(done), 0.0)

    found = interleave({name: lambda name=name: action(name) for name in "ab"}, rounds=2)
    assert done == ["a", "b", "a", "b"]
    assert found["a"].processor == [1, 3]
    late = interleave({"a": lambda: action("a")}, rounds=9, seconds=0, least=2)
    assert len(late["a"].processor) == 2


def test_a_median_has_the_highest_of_the_peaks() -> None:
    usages = iter([Usage(1, 10, 5), Usage(3, 30, 7), Usage(2, 20, 6)])
    found = interleave({"a": lambda: next(usages)}, rounds=3)
    assert found["a"].median == Usage(2, 20, 7)


def test_a_process_is_measured_with_its_children() -> None:
    work = "sum(range(10_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    idle = run([sys.executable, "-c", "pass"])
    assert run([sys.executable, "-c", child]).processor > 2 * idle.processor


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_the_memory_of_children_is_added_to_that_of_their_parent() -> None:
    hold = "import time; held = b'x' * 300_000_000; time.sleep(0.4)"
    command = [sys.executable, "-c", hold]
    start = f"import subprocess; child = subprocess.Popen({command!r})"
    both = [sys.executable, "-c", f"{start}; {hold}; child.wait()"]
    # From a small process: the peak of the one that starts another is counted in both.
    asked = f"print(*(run(command).memory for command in {[command, both]!r}))"
    script = f"from benchmarks.measure import run; {asked}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    alone, together = map(int, done.stdout.split())
    assert together > alone + 200_000_000


def test_a_failing_command_is_no_measurement(tmp_path: Path) -> None:
    command = [sys.executable, "-c", f"import sys; sys.exit({str(tmp_path)!r})"]
    with pytest.raises(MeasureError) as caught:
        run(command)
    assert str(caught.value) == "it ended with status 1"  # what is published names no path
    assert str(tmp_path) in caught.value.said
    with pytest.raises(MeasureError, match="could not be started"):
        run([str(tmp_path / "no such program")])


def test_the_machine_is_described_without_names(tmp_path: Path) -> None:
    words = describe_machine(tmp_path)
    assert all(words.values())
    text = "\n".join(words.values())
    assert platform.node() not in text
    assert str(tmp_path) not in text


def test_the_refresh_is_one_of_changed_files(memory: Path) -> None:
    run(ours.refresh_command(memory, changed=15))
    run(ours.refresh_command(memory, changed=0))
    with pytest.raises(MeasureError):
        run(ours.refresh_command(memory, changed=1))
    assert ours.index_bytes(memory) > 10_000


def test_the_floor_of_a_first_index_holds_every_note_in_the_same_table(
    memory: Path, tmp_path: Path
) -> None:
    run(ours.command(memory, "index"))
    table = ours.describe_search_table(memory)
    assert columns_and_options(table["table_sql"])[-1].startswith("tokenize")
    raw = tmp_path / "raw.sqlite"
    assert fill_raw(str(memory), str(raw), **table) == 15
    query = "SELECT count(*) FROM raw WHERE raw MATCH 'webhooks'"
    with contextlib.closing(sqlite3.connect(raw)) as connection:
        assert connection.execute(query).fetchone()[0] > 3


def test_a_table_is_read_as_it_was_made() -> None:
    sql = (
        "CREATE VIRTUAL TABLE [t] USING FTS5 (\n  [a], \"b, c\",\n content=[t], content_rowid='x',"
        " tokenize='porter unicode61')"
    )
    assert columns_and_options(sql) == ["[a]", '"b, c"', "tokenize='porter unicode61'"]
    with pytest.raises(ValueError, match="full-text"):
        columns_and_options("CREATE TABLE t (a)")


def test_the_search_of_an_open_index_finds_what_the_library_finds(memory: Path) -> None:
    whole = ours.whole_search(memory, "webhooks")
    expected = whole()
    search, clear = ours.warm_search(memory, "webhooks")
    for _ in range(2):
        clear()
        assert search() == expected > 3


def test_one_changed_pattern_is_written_there_and_back(memory: Path) -> None:
    note = memory / "episodic" / "code" / "2026-11-01-again.md"
    note.write_text("# Again\n\n## Patterns Applied\n\n- Retry with Backoff\n", encoding="utf-8")
    before = {file: file.read_bytes() for file in memory.rglob("*.md")}
    write, book = ours.change_one_pattern(memory)
    write()
    after = book.read_bytes()
    assert after != before.pop(book)
    assert all(file.read_bytes() == data for file, data in before.items())
    write()
    assert book.read_bytes() != after
    assert b"Again" not in book.read_bytes()


def test_replacing_a_file_keeps_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "book.md"
    file.write_bytes(b"# Book\r\n")
    inode = file.stat().st_ino
    floors.replace_file(file)
    assert file.read_bytes() == b"# Book\r\n"
    assert file.stat().st_ino != inode
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(shutil.which("find") is None, reason="needs find")
def test_the_listing_has_every_file(memory: Path) -> None:
    listed = subprocess.run(floors.listing(memory), capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == len(list(memory.rglob("*.md")))


def test_a_mail_has_the_text_of_its_note(memory: Path, tmp_path: Path) -> None:
    Memory.open(memory).read()
    count = write_mails(memory, tmp_path / "mails", tmp_path / "config")
    mails = list((tmp_path / "mails").rglob("*.md"))
    assert len(mails) == count == 15
    note = memory / mails[0].relative_to(tmp_path / "mails")
    head, _, text = mails[0].read_bytes().partition(b"\n\n")
    assert text == note.read_bytes()
    assert b"Message-ID" in head


def test_every_tool_says_what_it_does() -> None:
    for tool in TOOLS:
        assert tool.work.endswith(".")
