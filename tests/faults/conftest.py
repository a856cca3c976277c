"""The two ways to run hardwon with faults, and the memory to run it on."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from faults import memory
from faults.harness import Faults, Tree, copy, hardwon, tree, write_tree

SOURCE = Path(__file__).with_name("faults.c")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Return the compiled library; None where there is no compiler, or it cannot be loaded."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    target = tmp_path_factory.mktemp("library") / "faults.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(target), str(SOURCE), "-ldl"]
    if subprocess.run(command, capture_output=True, check=False, timeout=60).returncode:
        return None  # not Linux, or no headers
    return target


@pytest.fixture
def by_library(library: Path | None, tmp_path: Path) -> Faults:
    if library is None:
        pytest.skip("no C compiler that makes a library to load before a program")
    return Faults(library, tmp_path / "calls.log")


@pytest.fixture
def by_python(tmp_path: Path) -> Faults:
    return Faults(None, tmp_path / "calls.log")


@pytest.fixture
def faults(library: Path | None, tmp_path: Path) -> Faults:
    """Return the library where it can be built, else the harness in Python."""
    return Faults(library, tmp_path / "calls.log")


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the memory as it is before learning; to be copied, not changed."""
    root = tmp_path_factory.mktemp("start") / "memory"
    write_tree(root, memory.before())
    return root


@pytest.fixture(scope="session")
def old(start: Path) -> Tree:
    """Return the notes before learning."""
    return tree(start)


@pytest.fixture(scope="session")
def new(start: Path, old: Tree, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Return the notes after an undisturbed learning."""
    root = copy(start, tmp_path_factory.mktemp("end") / "memory")
    done = hardwon(root, "learn")
    assert done.status == 0, done
    found = tree(root)
    made, changed, removed = memory.what_learning_does()
    assert found.keys() - old.keys() == made
    assert {path for path in found.keys() & old.keys() if found[path] != old[path]} == changed
    assert old.keys() - found.keys() == removed
    return found


@pytest.fixture
def root(start: Path, tmp_path: Path) -> Path:
    """Return a memory of the test's own, before learning."""
    return copy(start, tmp_path / "memory")
