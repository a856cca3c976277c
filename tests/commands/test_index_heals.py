"""The index is disposable: whatever happened to it, the next command gives the same answers."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hardwon.actions import refresh as refreshing
from hardwon.actions.index import read_index_status
from hardwon.cli.main import cli
from hardwon.errors import IndexUnavailableError
from hardwon.files.folder import Folder
from hardwon.index import seal
from memories import BOOK, note, pattern

Damage = Callable[[Path], None]

COMMANDS = {
    "search": ("search", "zebra", "retry", "--json"),
    "list": ("list", "--json"),
    "check": ("check", "--json"),
}
WORDS = "zebra giraffe queue broker timeout retry cursor vacuum index lock".split()


def fill(root: Path) -> None:
    (root / BOOK).parent.mkdir(parents=True)
    (root / BOOK).write_text(pattern("Retry With Jitter", 3, "HIGH") + pattern("Stripes", 1))
    (root / "episodic/code").mkdir(parents=True)
    for number in range(40):
        words = " ".join(random.Random(number).choices(WORDS, k=30))
        text = note(f"Zebra {number} {WORDS[number % 10]}", happened=words)
        (root / f"episodic/code/2026-01-05-{number:02d}.md").write_text(text)
    (root / "bad.md").write_bytes(b"\xff")


def answer(root: Path, words: tuple[str, ...]) -> Any:
    """Return what a command prints, as data; status 1 is that of findings."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        status = cli.main(["--memory", str(root), *words], standalone_mode=False)
    assert status in {0, 1, None}
    return json.loads(printed.getvalue())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a process that has just written: there is none."""
    monkeypatch.setattr(seal, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setenv("HARDWON_TODAY", "2026-03-01")
    monkeypatch.delenv("HARDWON_MEMORY", raising=False)


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Return a memory with an index of its own."""
    root = tmp_path / "memory"
    fill(root)
    read_index_status(Folder(root))
    return root


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the answers of an index that nothing happened to."""
    root = tmp_path_factory.mktemp("fresh") / "memory"
    fill(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARDWON_TODAY", "2026-03-01")
        found = {name: answer(root, words) for name, words in COMMANDS.items()}
    assert len(found["search"]["results"]) == 10
    assert len(found["list"]["patterns"]) == 2
    assert {f["code"] for f in found["check"]["findings"]} >= {"claim-confidence", "unreadable"}
    return found


def sql(*statements: str) -> Damage:
    def damage(file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return damage


def cut(size: int) -> Damage:
    return lambda file: os.truncate(file, size if size >= 0 else file.stat().st_size + size)


def overwritten(offset: int, data: bytes) -> Damage:
    def damage(file: Path) -> None:
        with file.open("r+b") as opened:
            opened.seek(offset)
            opened.write(data)

    return damage


def noise(seed: int) -> Damage:
    def damage(file: Path) -> None:
        chance = random.Random(seed)
        data = bytearray(file.read_bytes())
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(data))
            some = chance.randbytes(chance.choice([1, 8, 100, 5000]))
            data[at : at + len(some)] = some
        file.write_bytes(bytes(data))

    return damage


def replaced(data: bytes) -> Damage:
    return lambda file: file.write_bytes(data) and None


def gone(file: Path) -> None:
    file.unlink()


def no_state(file: Path) -> None:
    shutil.rmtree(file.parent)


def folder_in_place(suffix: str) -> Damage:
    def damage(file: Path) -> None:
        place = file.with_name(file.name + suffix)
        place.unlink(missing_ok=True)
        (place / "inside").mkdir(parents=True)

    return damage


def link_in_place(suffix: str, *, dangling: bool = False) -> Damage:
    def damage(file: Path) -> None:
        place = file.with_name(file.name + suffix)
        other = file.parent.parent.parent / "elsewhere"
        if not dangling:
            other.write_bytes(file.read_bytes() if file.is_file() else b"")
        place.unlink(missing_ok=True)
        place.symlink_to(other)

    return damage


def fifo_in_place(suffix: str) -> Damage:
    def damage(file: Path) -> None:
        place = file.with_name(file.name + suffix)
        place.unlink(missing_ok=True)
        os.mkfifo(place)

    return damage


def foreign_database(file: Path) -> None:
    file.unlink()
    sql(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)",
        "CREATE TABLE customers (name)",
        "INSERT INTO customers VALUES ('A')",
        "CREATE VIEW files AS SELECT name FROM customers",
    )(file)


def foreign_with_our_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    foreign_database(file)
    sql(f"PRAGMA user_version = {version}")(file)


def write_ahead_log_of(statement: str, keep: tuple[str, ...]) -> Damage:
    """Leave the log of another database, whose writer was killed, beside the index."""

    def damage(file: Path) -> None:
        other = file.parent / "other.sqlite"
        shutil.copy(file, other)
        script = (
            "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('PRAGMA journal_mode = WAL'); c.execute(sys.argv[2]);"
            "os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", script, str(other), statement], check=False)
        for suffix in keep:
            Path(f"{other}{suffix}").rename(f"{file}{suffix}")
        for path in file.parent.glob("other.sqlite*"):
            path.unlink()

    return damage


def journal_of(statement: str) -> Damage:
    """Leave the journal of another database, whose writer was killed, beside the index."""

    def damage(file: Path) -> None:
        other = file.parent / "other.sqlite"
        with closing(sqlite3.connect(other)) as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS x")
            connection.executemany("INSERT INTO t VALUES (?)", [("y" * 900,)] * 500)
            connection.commit()
        script = (
            "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('PRAGMA cache_size = 5'); c.execute('BEGIN IMMEDIATE');"
            "c.execute(sys.argv[2]); os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", script, str(other), statement], check=False)
        journal = Path(f"{other}-journal")
        assert journal.stat().st_size > 1000
        journal.rename(f"{file}-journal")
        other.unlink()

    return damage


def beside(suffix: str, data: bytes) -> Damage:
    return lambda file: file.with_name(file.name + suffix).write_bytes(data) and None


def copied_from_elsewhere(file: Path) -> None:
    """An index with another text, made by hardwon itself, as it may come with a clone."""
    sql("UPDATE pages SET page = replace(page, 'Zebra', 'Moose')")(file)
    sql("UPDATE documents SET title = replace(title, 'Zebra', 'Moose')")(file)
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT value FROM meta WHERE key = 'seal'"
        time_ns = int(connection.execute(query).fetchone()[0].split()[1])
    copy = file.with_name("copy")
    shutil.copy(file, copy)
    copy.rename(file)
    os.utime(file, ns=(time_ns, time_ns))


TABLES = "folders files pages documents documents_fts citations first_commits meta".split()
SHADOWS = "data idx docsize config".split()

DAMAGES: dict[str, Damage] = {
    "deleted": gone,
    "state folder deleted": no_state,
    "size 0": cut(0),
    "one byte": cut(1),
    "header only": cut(100),
    "first page only": cut(4096),
    "cut in the first page": cut(2000),
    "cut in a page": cut(-1000),
    "last page cut": cut(-4096),
    "cut in the middle": cut(50_000),
    "cut after ten pages": cut(40_960),
    "longer by noise": lambda file: replaced(file.read_bytes() + b"noise" * 999)(file),
    "noise throughout": replaced(b"\x07noise" * 1000),
    "zeros throughout": replaced(bytes(100_000)),
    "text": replaced(b"# A note\n"),
    "header of noise": overwritten(0, b"\xff" * 100),
    "page size of nonsense": overwritten(16, b"\x00\x03"),
    "write-ahead log in the header": overwritten(18, b"\x02\x02"),
    "change counter": overwritten(24, b"\x7f\xff\xff\xff"),
    "free list": overwritten(32, b"\x00\x00\x00\x02\x00\x00\x00\x09"),
    "encoding": overwritten(56, b"\x00\x00\x00\x02"),
    "older schema": sql("PRAGMA user_version = 1", "DROP TABLE pages"),
    "newer schema": sql("PRAGMA user_version = 999", "DROP TABLE pages"),
    "newer schema, all there": sql("PRAGMA user_version = 999"),
    "foreign database": foreign_database,
    "foreign database of our version": foreign_with_our_version,
    "copied from elsewhere": copied_from_elsewhere,
    "wrong pages": sql("UPDATE pages SET page = '[]'"),
    "text in the place of a number": sql("UPDATE documents SET line = 'x'"),
    "nothing in the place of a number": sql("UPDATE documents SET title = NULL"),
    "text that is none": sql("UPDATE documents SET title = CAST(x'ff' AS TEXT)"),
    "hash of another text": sql("UPDATE files SET hash = 'x'"),
    "one file forgotten": sql("DELETE FROM files WHERE path LIKE '%-07.md'"),
    "one page forgotten": sql("DELETE FROM pages WHERE path LIKE '%-07.md'"),
    "one document forgotten": sql("DELETE FROM documents WHERE path LIKE '%-07.md'"),
    "a trigger": sql("CREATE TRIGGER t AFTER INSERT ON files BEGIN DELETE FROM pages; END"),
    "one folder forgotten": sql("DELETE FROM folders WHERE path LIKE '%code'"),
    "vacuumed": sql("VACUUM"),
    "in write-ahead mode": sql("PRAGMA journal_mode = WAL"),
    "state without rows": sql("UPDATE meta SET value = '' WHERE key = 'rows'"),
    "settings forgotten": sql("DELETE FROM meta WHERE key = 'settings'"),
    **{f"DELETE FROM {name}": sql(f"DELETE FROM {name}") for name in TABLES},
    **{f"DROP TABLE {name}": sql(f"DROP TABLE {name}") for name in TABLES},
    **{f"DELETE FROM fts {n}": sql(f"DELETE FROM documents_fts_{n}") for n in SHADOWS},
    "half of the full text": sql("DELETE FROM documents_fts_data WHERE id % 2"),
    "half of its terms": sql("DELETE FROM documents_fts_idx WHERE pgno % 4 = 0"),
    "log of noise": beside("-wal", b"noise" * 5000),
    "log and memory of noise": lambda file: (
        beside("-wal", b"noise" * 9999)(file),
        beside("-shm", b"noise" * 9999)(file),
        None,
    )[-1],
    "log of another database": write_ahead_log_of("UPDATE pages SET page = 'x'", ("-wal",)),
    "log and memory of another": write_ahead_log_of("DELETE FROM pages", ("-wal", "-shm")),
    "log without an index": lambda file: (beside("-wal", b"x" * 99)(file), file.unlink())[-1],
    "journal of noise": beside("-journal", b"noise" * 5000),
    "empty journal": beside("-journal", b""),
    "journal of another database": journal_of("UPDATE t SET x = hex(randomblob(450))"),
    "journal without an index": lambda file: (
        journal_of("UPDATE t SET x = hex(randomblob(450))")(file),
        file.unlink(),
    )[-1],
    **{f"folder as index{s}": folder_in_place(s) for s in ("", "-wal", "-shm", "-journal")},
    **{f"link as index{s}": link_in_place(s) for s in ("", "-wal", "-shm", "-journal")},
    **{
        f"dangling link as index{s}": link_in_place(s, dangling=True)
        for s in ("", "-wal", "-shm", "-journal")
    },
    **{f"pipe as index{s}": fifo_in_place(s) for s in ("", "-wal", "-shm", "-journal")},
    **{f"noise {seed}": noise(seed) for seed in range(12)},
}


def heals(memory: Path, damage: Damage, name: str, fresh: dict[str, Any]) -> None:
    file = memory / ".hardwon" / "index.sqlite"
    damage(file)
    assert answer(memory, COMMANDS[name]) == fresh[name], name
    # It is healed, not gone around: the index is on disk again, and the next command keeps it.
    status = read_index_status(Folder(memory))
    assert status.path == ".hardwon/index.sqlite"
    assert file.is_file()
    assert not file.is_symlink()
    healed = file.stat().st_ino
    assert answer(memory, COMMANDS[name]) == fresh[name], name
    assert file.stat().st_ino == healed


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_healed_by_the_next_command(
    memory: Path, fresh: dict[str, Any], name: str
) -> None:
    commands = list(COMMANDS)
    heals(memory, DAMAGES[name], commands[list(DAMAGES).index(name) % len(commands)], fresh)


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_healed_by_each_command(memory: Path, fresh: dict[str, Any], name: str) -> None:
    for command in COMMANDS:
        heals(memory, DAMAGES[name], command, fresh)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_noise_anywhere_is_healed(memory: Path, fresh: dict[str, Any], seed: int) -> None:
    heals(memory, noise(seed), list(COMMANDS)[seed % len(COMMANDS)], fresh)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_index_cut_anywhere_is_healed(memory: Path, fresh: dict[str, Any], seed: int) -> None:
    size = (memory / ".hardwon/index.sqlite").stat().st_size
    place = random.Random(seed).randrange(size)
    heals(memory, cut(place), list(COMMANDS)[seed % len(COMMANDS)], fresh)


def test_rows_are_missed_where_the_time_cannot_be_set(
    memory: Path, fresh: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(seal.os, "utime", refuse)
    file = memory / ".hardwon" / "index.sqlite"
    file.unlink()
    for table in ("folders", "files", "pages", "documents", "documents_fts"):
        assert answer(memory, COMMANDS["search"]) == fresh["search"]
        kept = file.stat().st_ino
        assert answer(memory, COMMANDS["list"]) == fresh["list"]
        assert file.stat().st_ino == kept  # a healthy index is believed without a seal, too
        sql(f"DELETE FROM {table}")(file)
        assert answer(memory, COMMANDS["search"]) == fresh["search"], table


def failing(code: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        error = sqlite3.OperationalError("the machine refuses")
        error.sqlite_errorcode = code
        raise error

    return fail


@pytest.mark.parametrize(
    "name", "PERM ABORT NOMEM READONLY INTERRUPT IOERR FULL CANTOPEN PROTOCOL NOLFS AUTH".split()
)
def test_what_is_no_damage_leaves_the_index_alone(
    memory: Path, fresh: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = memory / ".hardwon" / "index.sqlite"
    before = file.stat()
    real = refreshing.open_index

    def open_index(place: Path | None, reader: str) -> sqlite3.Connection:
        if place is not None:
            failing(getattr(sqlite3, f"SQLITE_{name}"))()
        return real(place, reader)

    monkeypatch.setattr(refreshing, "open_index", open_index)
    for command, words in COMMANDS.items():
        assert answer(memory, words) == fresh[command]
    assert file.stat().st_ino == before.st_ino
    assert file.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("name", ["FULL", "IOERR", "NOMEM", "CORRUPT"])
def test_failing_everywhere_is_an_error_and_no_empty_answer(
    memory: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = memory / ".hardwon" / "index.sqlite"
    before = file.stat().st_ino
    tried: list[Path | None] = []

    def open_index(place: Path | None, reader: str) -> None:
        tried.append(place)
        failing(getattr(sqlite3, f"SQLITE_{name}"))()

    monkeypatch.setattr(refreshing, "open_index", open_index)
    with pytest.raises(IndexUnavailableError):
        answer(memory, COMMANDS["search"])
    if name != "CORRUPT":
        assert tried == [file, None]  # a full disk is asked once, not for every attempt
        assert file.stat().st_ino == before


def test_no_memory_is_an_error(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_index(place: Path | None, reader: str) -> None:
        raise MemoryError

    monkeypatch.setattr(refreshing, "open_index", open_index)
    with pytest.raises(IndexUnavailableError):
        answer(memory, COMMANDS["search"])
    assert (memory / ".hardwon/index.sqlite").is_file()


def test_index_that_another_process_has_just_built_is_kept(
    memory: Path, fresh: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = memory / ".hardwon" / "index.sqlite"
    real = refreshing._use
    built: list[int] = []

    def use(folder: Folder, place: Path | None, *rest: Any) -> Any:
        if not built:  # it was damaged when we opened it; meanwhile another process heals it
            file.unlink()
            built.append(0)
            real(folder, place, *rest)
            built[0] = file.stat().st_ino
            failing(sqlite3.SQLITE_CORRUPT)()
        return real(folder, place, *rest)

    monkeypatch.setattr(refreshing, "_use", use)
    assert answer(memory, COMMANDS["search"]) == fresh["search"]
    assert [file.stat().st_ino] == built


def test_bug_of_ours_does_not_cost_the_index(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = memory / ".hardwon" / "index.sqlite"
    before = file.stat().st_ino
    with pytest.raises(KeyError):
        refreshing.use_index(Folder(memory), lambda *_: {}["a bug"])
    assert file.stat().st_ino == before


HARDWON = (sys.executable, "-m", "hardwon")


def start(memory: Path, *words: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen([*HARDWON, "--memory", str(memory), *words], stdout=pipe, stderr=pipe)


def finish(process: subprocess.Popen[bytes]) -> Any:
    out, err = process.communicate(timeout=120)
    assert process.returncode in {0, 1}, err
    return json.loads(out)


def test_first_index_is_built_by_several_at_once(memory: Path, fresh: dict[str, Any]) -> None:
    shutil.rmtree(memory / ".hardwon")
    running = [start(memory, *COMMANDS["search"]) for _ in range(4)]
    assert [finish(process) for process in running] == [fresh["search"]] * 4
    assert read_index_status(Folder(memory)).changed == 0


@pytest.mark.slow
def test_rebuilding_disturbs_no_search(memory: Path, fresh: dict[str, Any]) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        rebuild = [start(memory, "index", "--rebuild", "--json") for _ in range(2)]
        found = [start(memory, *COMMANDS["search"]) for _ in range(2)]
        assert [finish(process) for process in found] == [fresh["search"]] * 2
        assert {finish(process)["files"] for process in rebuild} == {42}


def killed(memory: Path, seconds: float) -> None:
    process = start(memory, *COMMANDS["search"])
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_killed_first_index_is_built_by_the_next(memory: Path, fresh: dict[str, Any]) -> None:
    for seconds in (0.15, 0.25, 0.35):
        shutil.rmtree(memory / ".hardwon")
        killed(memory, seconds)
        assert answer(memory, COMMANDS["search"]) == fresh["search"]


@pytest.mark.slow
def test_index_killed_at_any_moment_is_healed(memory: Path, fresh: dict[str, Any]) -> None:
    for step in range(60):
        shutil.rmtree(memory / ".hardwon", ignore_errors=True)
        killed(memory, 0.1 + step / 100)
        assert answer(memory, list(COMMANDS.values())[step % 3]) == fresh[list(COMMANDS)[step % 3]]


EDITED = "# Moose\n"


def edit_in_place(file: Path) -> None:
    status = file.stat()
    text = file.read_text()
    file.write_text(EDITED + "x" * (len(text) - len(EDITED)))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(file: Path) -> None:
    status = file.stat()
    other = file.with_name("other")
    other.write_text(EDITED + "x" * (status.st_size - len(EDITED)))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)


def swap(file: Path) -> None:
    other = file.with_name("2026-01-05-09.md")
    other.write_text(EDITED + "x" * (file.stat().st_size - len(EDITED)))
    os.utime(other, ns=(0, file.stat().st_mtime_ns))
    third = file.with_name("third")
    other.rename(third)
    file.rename(other)
    third.rename(file)


def edit_and_set_back(file: Path) -> None:
    file.write_text(EDITED)
    os.utime(file, ns=(0, 10**18))


@pytest.mark.parametrize("edit", [edit_in_place, replace, swap, edit_and_set_back])
def test_edit_that_hides_itself_is_seen(
    memory: Path, monkeypatch: pytest.MonkeyPatch, edit: Damage
) -> None:
    monkeypatch.setattr(refreshing, "_RACY_NS", -(10**18))  # nothing is young: only times speak
    read_index_status(Folder(memory), rebuild=True)
    edit(memory / "episodic/code/2026-01-05-03.md")
    (hit,) = answer(memory, ("search", "moose", "--json"))["results"]
    assert (hit["title"], hit["path"]) == ("Moose", "episodic/code/2026-01-05-03.md")
