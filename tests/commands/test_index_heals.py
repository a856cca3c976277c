"""The index is disposable: whatever happened to it, the next command gives the same answers."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hardwon.actions.index import read_index_status
from hardwon.cli.main import cli
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


def answers(root: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Return what each command prints, as data; status 1 is that of findings."""
    found: dict[str, object] = {}
    for name, words in COMMANDS.items():
        found[name] = answer(root, words, capsys)
    return found


def answer(root: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> object:
    capsys.readouterr()
    status = cli.main(["--memory", str(root), *words], standalone_mode=False)
    printed = capsys.readouterr()
    assert status in {0, 1, None}, printed.err
    return json.loads(printed.out)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a process that has just written: there is none."""
    monkeypatch.setattr(seal, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setenv("HARDWON_TODAY", "2026-03-01")
    monkeypatch.delenv("HARDWON_MEMORY", raising=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole") / "memory"
    fill(root)
    return root


@pytest.fixture
def memory(
    tmp_path: Path, whole: Path, impatient: None, capsys: pytest.CaptureFixture[str]
) -> Path:
    """Return a memory with an index of its own."""
    root = tmp_path / "memory"
    shutil.copytree(whole, root)
    answers(root, capsys)
    return root


@pytest.fixture
def fresh(
    tmp_path: Path, whole: Path, impatient: None, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    """Return the answers of an index that nothing happened to."""
    root = tmp_path / "fresh" / "memory"
    shutil.copytree(whole, root)
    found = answers(root, capsys)
    assert len(found["search"]["results"]) == 10  # type: ignore[index]
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


TABLES = "files pages documents documents_fts first_commits meta".split()
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
    "text in the place of a number": sql("UPDATE documents SET title_words = 'x'"),
    "nothing in the place of a number": sql("UPDATE documents SET body_words = NULL"),
    "text that is none": sql("UPDATE documents SET title = CAST(x'ff' AS TEXT)"),
    "hash of another text": sql("UPDATE files SET hash = 'x', size = 1"),
    "one file forgotten": sql("DELETE FROM files WHERE path LIKE '%-07.md'"),
    "one page forgotten": sql("DELETE FROM pages WHERE path LIKE '%-07.md'"),
    "one document forgotten": sql("DELETE FROM documents WHERE path LIKE '%-07.md'"),
    "no triggers": sql("DROP TRIGGER documents_ai", "DROP TRIGGER documents_ad"),
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


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_healed_by_the_next_command(
    memory: Path,
    fresh: dict[str, object],
    damage: Damage,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = memory / ".hardwon" / "index.sqlite"
    for name, words in COMMANDS.items():
        read_index_status(Folder(memory))
        damage(file)
        assert answer(memory, words, capsys) == fresh[name], name
    assert answers(memory, capsys) == fresh
    # It is healed, not gone around: the index is on disk again, and the next command keeps it.
    assert file.is_file()
    assert not file.is_symlink()
    healed = file.stat().st_ino
    assert read_index_status(Folder(memory)).path == ".hardwon/index.sqlite"
    assert file.stat().st_ino == healed


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 400))
def test_noise_anywhere_is_healed(
    memory: Path, fresh: dict[str, object], seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    noise(seed)(memory / ".hardwon" / "index.sqlite")
    assert answers(memory, capsys) == fresh
