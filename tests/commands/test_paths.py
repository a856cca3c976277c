"""No name leads out of the memory folder: nothing there is read, written or waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.actions.note import capture
from hardwon.cli.main import main
from hardwon.errors import HardwonError, OutsideMemoryError, UnreadableFileError
from hardwon.files.folder import Folder
from hardwon.files.write import remove_note, write_note
from hardwon.markup.compose import Draft
from hardwon.model.values import PartialDate
from memories import BOOK, note, pattern

Cli = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")


@pytest.fixture
def run_cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    """Return a function that runs `hardwon` in this process, which takes a tenth of the time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARDWON_TODAY", "2026-03-01")
    monkeypatch.delenv("HARDWON_MEMORY", raising=False)

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["hardwon", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        status = ended.value.code
        assert isinstance(status, int)
        return subprocess.CompletedProcess(args, status, out, err)

    return run


SECRET = "# Secret zebra\n\n**Date:** 2026-01-02\n\nTop secret stripes.\n"


def tree(root: Path) -> dict[str, bytes | str]:
    """Return what lies below `root`: the bytes of files, the targets of links."""
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        else:
            found[name] = path.read_bytes() if path.is_file() else "folder"
    return found


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder outside the memory that holds what would be notes and a book."""
    root = tmp_path / "outside"
    (root / "patterns").mkdir(parents=True)
    (root / "code").mkdir()
    (root / "code/secret.md").write_text(SECRET)
    (root / "patterns/dev-patterns.md").write_text(pattern("Secret Stripes", 5, "LOW"))
    return root


ALL = (
    ("search", "zebra", "stripes"),
    ("list",),
    ("check",),
    ("check", "--fix"),
    ("stats",),
    ("learn",),
    ("index", "--rebuild"),
    ("workflow", "list"),
    ("workflow", "rebuild"),
    ("note", "A zebra"),
)


@pytest.mark.parametrize("linked", ["semantic", "episodic", "episodic/code", "procedural"])
def test_linked_folder_is_neither_read_nor_written(
    memory_dir: Path, outside: Path, run_cli: Cli, linked: str
) -> None:
    for number in range(1, 7):
        text = note("Stripe", f"2026-01-0{number}", applied="Paint Stripes", project=f"P{number}")
        other = "design" if linked == "episodic/code" else "code"
        file = memory_dir / f"episodic/{other}/{number}.md"
        if linked != "episodic":
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
    place = memory_dir / linked
    for folder in sorted(place.rglob("*"), reverse=True):
        folder.unlink() if folder.is_file() else folder.rmdir()
    if place.is_dir():
        place.rmdir()
    place.symlink_to(outside / "code" if linked == "episodic/code" else outside)
    before = tree(outside)
    for words in ALL:
        done = run_cli(*words)
        assert "ecret" not in done.stdout, words
        assert "Traceback" not in done.stderr
        assert done.returncode in {0, 1} or "symbolic link" in done.stderr, (words, done.stderr)
    assert tree(outside) == before


@pytest.mark.parametrize("name", ["note.md", "hardwon.toml"])
def test_linked_file_is_neither_read_nor_written(
    memory_dir: Path, outside: Path, run_cli: Cli, name: str
) -> None:
    (outside / "hardwon.toml").write_text("[confidence]\nhigh = 2\n")
    target = outside / ("code/secret.md" if name == "note.md" else name)
    (memory_dir / name).symlink_to(target)
    before = tree(outside)
    for words in ALL:
        done = run_cli(*words)
        assert "ecret" not in done.stdout, words
        if name == "hardwon.toml" and words[0] != "note":
            assert done.returncode == 2, words
            assert "hardwon.toml: " in done.stderr
            assert "symbolic link" in done.stderr
    assert tree(outside) == before


@pytest.mark.parametrize("kind", ["pipe", "huge", "device", "folder", "nested", "number"])
def test_settings_of_any_kind_are_an_error_with_a_reason(
    memory_dir: Path, run_cli: Cli, kind: str
) -> None:
    file = memory_dir / "hardwon.toml"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "huge":
        with file.open("wb") as opened:
            opened.truncate(10**9)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    elif kind == "folder":
        file.mkdir()
    else:
        file.write_text("a = " + ("[" * 50_000 if kind == "nested" else "1" * 5000))
    done = run_cli("list")
    assert done.returncode == 2
    assert done.stderr.startswith("hardwon: hardwon.toml: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["inside", "outside", "dangling", "file"])
def test_state_folder_that_is_none_is_said_and_gone_around(
    memory_dir: Path, outside: Path, run_cli: Cli, kind: str
) -> None:
    (memory_dir / "episodic/code/zebra.md").write_text(SECRET)
    (memory_dir / BOOK).write_text(pattern("Paint Stripes", 2, "LOW"))
    state = memory_dir / ".hardwon"
    if kind == "file":
        state.write_text("mine")
    else:
        targets = {"inside": memory_dir / "semantic", "outside": outside, "dangling": outside / "x"}
        state.symlink_to(targets[kind])
    before = tree(outside), tree(memory_dir)
    for words in (("search", "zebra"), ("list",), ("check",), ("index",), ("index", "--rebuild")):
        done = run_cli(*words)
        assert done.returncode in {0, 1}
        assert done.stderr.count("hardwon: .hardwon: ") == 1
    assert "zebra.md" in run_cli("search", "zebra").stdout
    for words in (("learn",), ("note", "A"), ("check", "--fix"), ("workflow", "rebuild")):
        done = run_cli(*words)
        assert done.returncode == 2, words
        assert ".hardwon: " in done.stderr
        assert "Traceback" not in done.stderr
    assert (tree(outside), tree(memory_dir)) == before


@pytest.mark.parametrize("kind", ["folder", "link", "dangling", "pipe"])
def test_lock_that_is_none_stops_what_writes(
    memory_dir: Path, outside: Path, run_cli: Cli, kind: str
) -> None:
    (memory_dir / "episodic/code/zebra.md").write_text(SECRET)
    assert run_cli("search", "zebra").returncode == 0
    lock = memory_dir / ".hardwon/lock"
    if kind == "folder":
        lock.mkdir()
    elif kind == "pipe":
        os.mkfifo(lock)
    else:
        lock.symlink_to(outside / ("code/secret.md" if kind == "link" else "new"))
    before = tree(outside)
    done = run_cli("note", "A")
    if kind != "pipe":
        assert done.returncode == 2
        assert ".hardwon/lock: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "zebra.md" in run_cli("search", "zebra").stdout
    assert tree(outside) == before


def test_ignore_file_is_not_written_through_a_link(
    memory_dir: Path, outside: Path, run_cli: Cli
) -> None:
    (memory_dir / ".hardwon").mkdir()
    (memory_dir / ".hardwon/.gitignore").symlink_to(outside / "new")
    before = tree(outside)
    assert run_cli("note", "A").returncode == 0
    assert run_cli("list").returncode == 0
    assert tree(outside) == before


def test_init_writes_through_no_link(tmp_path: Path, outside: Path, run_cli: Cli) -> None:
    root = tmp_path / "new/memory"
    root.mkdir(parents=True)
    for name in ("semantic", "episodic"):
        (root / name).symlink_to(outside / f"missing-{name}")
    before = tree(outside)
    done = run_cli("init", "new")
    assert done.returncode == 2
    assert "symbolic link" in done.stderr
    assert tree(outside) == before


def test_memory_may_be_reached_by_a_link(memory_dir: Path, tmp_path: Path, run_cli: Cli) -> None:
    (tmp_path / "linked").symlink_to(memory_dir)
    assert run_cli("--memory", "linked", "note", "A zebra").returncode == 0
    assert "A zebra" in run_cli("--memory", "linked", "search", "zebra").stdout


SOURCES = [
    "/etc/passwd",
    "../../outside/code/secret.md",
    "memory/../../outside/code/secret.md",
    "..\\..\\outside\\code\\secret.md",
    "file:///etc/passwd",
    "C:\\secret.md",
    "~/secret.md",
    "\\\\host\\share\\secret.md",
    "link.md",
    "a\x00b.md",
]


@pytest.mark.parametrize("source", SOURCES)
def test_source_is_never_opened_by_its_text(
    memory_dir: Path, outside: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    from hardwon.actions.check import check_memory, mend_memory
    from hardwon.actions.learn import learn
    from hardwon.actions.search import search

    (memory_dir / "link.md").symlink_to(outside / "code/secret.md")
    (memory_dir / "episodic/code/a.md").write_text(
        f"---\npatterns: ['{source}']\nsource: '{source}'\n---\n\n# A\n\nSee [x]({source}),"
        f" [[{source}]] and `{source}`.\n".replace("\0", "")
    )
    (memory_dir / BOOK).write_text(
        pattern("Paint Stripes", 5, "LOW")
        + f"\n**Source experiences:**\n- {source}\n- [x]({source})\n- [[{source}]]\n".replace(
            "\0", ""
        )
    )
    opened: list[str] = []
    real = os.open

    held: dict[int, str] = {}

    def watch(path: str, *args: int, **kwargs: int) -> int:
        above = held.get(kwargs.get("dir_fd", -1), "")
        opened.append(os.path.realpath(os.path.join(above, os.fsdecode(path))))  # noqa: PTH118
        handle = real(path, *args, **kwargs)
        held[handle] = opened[-1]
        return handle

    monkeypatch.setattr(os, "open", watch)
    folder = Folder(memory_dir)
    check_memory(folder)
    search(folder, source)
    learn(folder)
    mend_memory(folder)
    assert str(memory_dir / BOOK) in opened  # or nothing was watched
    strange = [path for path in opened if not Path(path).is_relative_to(memory_dir)]
    assert not strange


BAD_PATHS = [
    "../a.md",
    "/etc/a.md",
    "a/../../b.md",
    "..\\a.md",
    "C:\\a.md",
    "a//b.md",
    "a\0.md",
]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_no_other_path_is_read_or_written(memory_dir: Path, path: str) -> None:
    folder = Folder(memory_dir)
    with pytest.raises(UnreadableFileError):
        folder.read_bytes(path)
    with pytest.raises(OutsideMemoryError):
        write_note(folder, path, b"x", old=None)
    with pytest.raises(OutsideMemoryError):
        remove_note(folder, path, b"x")


@pytest.mark.parametrize(
    "domain", ["../x", "a/b", "a\\b", "..", ".", "", "C:", "con", "NUL.md", "a.", ".git", "a\x1b"]
)
def test_domain_is_the_name_of_one_folder(memory_dir: Path, domain: str) -> None:
    with pytest.raises(HardwonError):
        capture(Folder(memory_dir), Draft("A", PartialDate(2026, 1, 2)), domain=domain)
    assert not list(memory_dir.rglob("*.md"))


def test_checked_path_lies_in_the_memory(memory_dir: Path, outside: Path, run_cli: Cli) -> None:
    (memory_dir / "link").symlink_to(outside)
    (memory_dir / "a\\b.md").write_text("# A\n")
    for path in (
        "../outside",
        "/etc/passwd",
        "link",
        "link/code/secret.md",
        "memory/a\\b.md",
    ):
        done = run_cli("check", path)
        assert done.returncode == 2, path
        assert done.stderr.startswith("hardwon: ")
    assert run_cli("check", "memory/../memory/episodic").returncode == 0


def test_note_with_a_backslash_in_its_name_is_named_and_left(
    memory_dir: Path, run_cli: Cli
) -> None:
    (memory_dir / "episodic/code/a\\b.md").write_text(SECRET)
    (memory_dir / "episodic/code/c.md").write_text(SECRET)
    assert run_cli("search", "zebra").stdout.count("  Secret zebra  ") == 1
    assert "backslash" in run_cli("check").stdout
