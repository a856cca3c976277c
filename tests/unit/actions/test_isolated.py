"""A suspicious file is read in a process of its own; whatever becomes of that, the rest is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hardwon.actions import isolated
from hardwon.actions.isolated import Reader, is_suspicious, read_rows
from hardwon.actions.read import read_snapshot
from hardwon.errors import UnreadableFileError
from hardwon.files.folder import Folder

PATH = "episodic/code/2025-01-02-long.md"
LONG = "# Long\n\n" + "Größe and “quotes” \u2028 in words.\n" * 1_700
# It takes seconds, and hundreds of megabytes: HTML hands it over to markdown-it.
SLOW = "<div>\n\n" + "- x\n" * 80_000
GOOD = "# Good\n\nShort.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("word " * 900, False),
        ("a line of a note\n" * 2_900, False),
        ("a line of a note\n" * 3_000, True),
        ("a" * 5_001, True),
        ("short\n" * 900 + "a" * 5_001, True),
    ],
)
def test_longer_than_notes_are_is_suspicious(text: str, expected: bool) -> None:
    assert is_suspicious(text) is expected


def test_a_worker_reads_what_this_process_would() -> None:
    with Reader() as reader:
        assert reader.read(LONG, PATH) == read_rows(LONG, PATH)
        book = "# B\n\n" + "## Name\n\n**Confidence:** LOW\n**Pattern:** Do it.\n\n" * 1_200
        assert reader.read(book, "semantic/a.md") == read_rows(book, "semantic/a.md")


def test_a_file_that_takes_too_long_is_named_and_the_next_is_read() -> None:
    with Reader(seconds=0.3) as reader:
        with pytest.raises(UnreadableFileError, match=r"too long to read \(more than 0.3 sec"):
            reader.read(SLOW, PATH)
        assert reader.read(LONG, PATH) == read_rows(LONG, PATH)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="this system does not bound memory")
def test_a_file_that_takes_too_much_memory_is_named_and_the_next_is_read() -> None:
    with Reader(memory=180 << 20) as reader:
        with pytest.raises(UnreadableFileError, match="takes too much memory to read"):
            reader.read(SLOW, PATH)
        assert reader.read(LONG, PATH) == read_rows(LONG, PATH)


def test_a_worker_that_was_killed_is_started_anew() -> None:
    with Reader() as reader:
        first = reader.read(LONG, PATH)
        process = reader._worker._process
        assert process is not None
        process.kill()
        process.wait()
        assert reader.read(LONG, PATH) == first


def test_a_worker_that_ends_on_a_file_costs_that_file() -> None:
    with Reader() as reader:
        reader._worker._start = "import sys; sys.stdin.readline()"
        with pytest.raises(UnreadableFileError, match="ends the process that reads it"):
            reader.read(LONG, PATH)


def test_no_worker_costs_the_suspicious_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    (tmp_path / "episodic").mkdir()
    (tmp_path / "episodic/good.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "episodic/long.md").write_text(LONG, encoding="utf-8")
    snapshot = read_snapshot(Folder(tmp_path))
    assert [page.path for page in snapshot.pages] == ["episodic/good.md"]
    (fault,) = snapshot.skipped
    assert fault.path == "episodic/long.md"
    assert "cannot be started" in fault.message


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), MemoryError(), KeyError(1)])
def test_a_fault_of_the_reader_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    parse = isolated.read_page

    def fail(text: str, path: str) -> object:
        if "bad" in path:
            raise error
        return parse(text, path)

    monkeypatch.setattr(isolated, "read_page", fail)
    (tmp_path / "episodic").mkdir()
    for name in ("a", "bad", "c"):
        (tmp_path / f"episodic/{name}.md").write_text(GOOD, encoding="utf-8")
    snapshot = read_snapshot(Folder(tmp_path))
    assert [page.path for page in snapshot.pages] == ["episodic/a.md", "episodic/c.md"]
    assert [fault.path for fault in snapshot.skipped] == ["episodic/bad.md"]


def test_a_file_that_could_not_be_read_waits_for_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "episodic").mkdir()
    file = tmp_path / "episodic/long.md"
    file.write_text(LONG, encoding="utf-8")
    tried = []

    def refuse(self: Reader, text: str, path: str) -> object:
        tried.append(path)
        raise UnreadableFileError("takes too long to read", path=path)

    with monkeypatch.context() as context:
        context.setattr(Reader, "read", refuse)
        for _ in range(3):
            assert [fault.path for fault in read_snapshot(Folder(tmp_path)).skipped] == [
                "episodic/long.md"
            ]
    assert tried == ["episodic/long.md"]
    file.write_text(GOOD, encoding="utf-8")
    assert [page.path for page in read_snapshot(Folder(tmp_path)).pages] == ["episodic/long.md"]
