"""Running `hardwon` with a fault at its n-th system call, and looking at what is left.

`Faults` starts the program in one of two ways: with the library of `faults.c` loaded before it,
or through `run_with_faults.py`, which needs no compiler and sees the same calls where Python
makes them. Both understand the variables that `faults.c` describes, so that a test need not
know which of the two it has.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from faults import memory
from hardwon.cli.main import main
from hardwon.files.folder import Folder

WRAPPER = Path(__file__).with_name("run_with_faults.py")
TODAY = "2026-03-01"
_FULL = "no space left on device"
CAUSES = {"eio": "input/output error", "enospc": _FULL, "full": _FULL}
# What may lie in a memory beside its notes.
_OWN = re.compile(
    r"\.hardwon/(?:lock|\.gitignore|unfinished\.json|index\.sqlite(?:-journal|-wal|-shm)?)|hardwon\.toml"
)

Tree = dict[str, bytes]


@dataclass(frozen=True)
class Call:
    """One counted call: its number from 1, its name, and its path below the memory folder."""

    number: int
    name: str
    path: str


@dataclass(frozen=True)
class Run:
    """How a run ended; `status` is negative for a signal."""

    status: int
    out: str
    err: str
    calls: tuple[Call, ...]
    at: int = 0

    @property
    def failed(self) -> Call:
        """Return the call at which the fault was."""
        return self.calls[self.at - 1]


@dataclass(frozen=True)
class Faults:
    """A way to start hardwon with faults; `library` is None for the one without a compiler."""

    library: Path | None
    log: Path

    def run(
        self,
        root: Path,
        *args: str,
        kind: str = "",
        at: int = 0,
        part: str = "notes",
        edit: tuple[Path, str] | None = None,
        **environ: str,
    ) -> Run:
        """Run `hardwon` on the memory folder `root`, with a fault of `kind` at call `at`."""
        self.log.unlink(missing_ok=True)
        env = {
            **clean_environment(),
            "FAULTS_ROOT": str(root),
            "FAULTS_LOG": str(self.log),
            "FAULTS_KIND": kind,
            "FAULTS_AT": str(at),
            "FAULTS_PART": part,
            "HARDWON_MEMORY": str(root),
            **environ,
        }
        if edit is not None:
            env |= {"FAULTS_FILE": str(edit[0]), "FAULTS_LINE": edit[1]}
        start = [str(WRAPPER)]
        if self.library is not None:
            env["LD_PRELOAD"] = str(self.library)
            start = ["-m", "hardwon"]
        done = subprocess.run(
            [sys.executable, *start, *args],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            cwd=root.parent,
            env=env,
            check=False,
            timeout=120,
        )
        return Run(done.returncode, done.stdout, done.stderr, tuple(read_log(self.log)), at)


def clean_environment() -> dict[str, str]:
    """Return the environment without hardwon's variables, on a fixed day."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HARDWON", "FAULTS"))}
    return {**kept, "HARDWON_TODAY": TODAY, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}


def read_log(log: Path) -> list[Call]:
    if not log.exists():
        return []
    fields = [line.split(" ", 2) for line in log.read_text(encoding="utf-8").splitlines()]
    return [Call(int(number), name, path) for number, name, path in fields]


def hardwon(root: Path, *args: str) -> Run:
    """Run `hardwon` on `root` in this process: undisturbed, and quick."""
    out, err = io.StringIO(), io.StringIO()
    before, os.environ["HARDWON_TODAY"] = dict(os.environ), TODAY
    os.environ["NO_COLOR"] = "1"
    argv, sys.argv = sys.argv, ["hardwon", "--memory", str(root), *args]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.argv = argv
        os.environ.clear()
        os.environ.update(before)
    assert isinstance(status, int)
    return Run(status, out.getvalue(), err.getvalue(), ())


def tree(root: Path) -> Tree:
    """Return the bytes of all notes of the memory, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*.md")
        if ".hardwon" not in path.parts
    }


def leftovers(root: Path) -> list[str]:
    """Return the files of the memory that are neither notes nor hardwon's own."""
    files = (p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
    return sorted(f for f in files if not f.endswith(".md") and not _OWN.fullmatch(f))


def copy(source: Path, target: Path) -> Path:
    """Return `target` as a fresh copy of the memory `source`."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(source, target))


def write_tree(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("utf-8"))


def spread(calls: tuple[Call, ...], some: int | None) -> tuple[Call, ...]:
    """Return all of the calls, or `some` of them: of each kind of call the middle one first."""
    if some is None or some >= len(calls):
        return calls
    kinds: dict[str, list[Call]] = {}
    for call in calls:
        kinds.setdefault(call.name, []).append(call)
    first = [found[len(found) // 2] for found in kinds.values()]
    rest = [call for call in calls[:: max(1, len(calls) // some)] if call not in first]
    return tuple(sorted([*first, *rest][:some], key=lambda call: call.number))


# -- what must hold ----------------------------------------------------------------------------


def assert_whole_files(root: Path, old: Tree, new: Tree) -> None:
    """Every note is byte for byte the old one or the new one."""
    found = tree(root)
    for path in found.keys() | old.keys() | new.keys():
        assert found.get(path) in (old.get(path), new.get(path)), f"{path} is neither old nor new"


def assert_readable(root: Path) -> None:
    """Readers work, and take nothing for a note that is none."""
    assert {entry.path for entry in Folder(root).walk()} == tree(root).keys()
    for args in (["list"], ["search", memory.WORD], ["check"]):
        done = hardwon(root, *args)
        assert done.status == 0 or (args == ["check"] and done.status == 1), done
        assert ".tmp" not in done.out + done.err


def assert_completes(root: Path, new: Tree, *args: str) -> None:
    """The next, undisturbed run ends where an undisturbed first one ends."""
    done = hardwon(root, *(args or ("learn",)))
    assert done.status == 0, done
    assert tree(root) == new
    assert leftovers(root) == []


def assert_told(run: Run, kind: str) -> None:
    """It says in one sentence which file and why, without a traceback."""
    assert run.status == 2, run
    first, *rest = run.err.splitlines()
    assert first.startswith("hardwon: "), run.err
    assert first.endswith(f": {CAUSES[kind]}"), run.err
    assert all(line.startswith("  hint: ") for line in rest), run.err
    name = Path(run.failed.path).name.removesuffix(".part")
    # The text on its way to a note counts as the note; on a full disk, one may be done without
    # the state folder until the note cannot be written.
    is_note = ".md: " in first and (name.endswith(".tmp") or kind == "full")
    assert name in first or is_note, (run.failed, run.err)
