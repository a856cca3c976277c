"""A hostile file beside good ones: it is named and stays as it is, and the good ones count."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardwon.memory import Memory
from hardwon.model.plan import Plan
from hostile import FULL, QUICK, SHAPES, NotPossibleError, Shape

BOOK = "semantic/patterns/dev-patterns.md"
GOOD = "episodic/code/2025-01-05-good.md"
PATTERN = "Retry with jitter"
TODAY = dt.date(2026, 3, 1)
FILES = {
    BOOK: f"# Patterns\n\n## {PATTERN}\n\n**Confidence:** LOW\n**Based on:** 1 example\n"
    "**Last reinforced:** 2024-11-02\n\n"
    "**Pattern:**\nWait a random time before calling again.\n\n"
    "**Examples:**\n1. Shop - Payment calls (2024-11-02)\n\n"
    "**Source experiences:**\n- memory/episodic/code/2024-11-02-payment-calls.md\n",
    "episodic/code/2024-11-02-payment-calls.md": "# Payment calls\n\n**Project:** Shop\n",
    GOOD: f"# Mailqueue waits\n\n**Project:** Mail\n\n## Patterns applied\n\n- {PATTERN}\n",
}
# Text of a file that a merge or a contradiction left in two minds is refused, too.
UNSURE = ("two headers", "conflict", "lists that disagree", "headers apart", "three headers")

# Bounds for one command: far above what any takes here, far below what a mistake costs.
SECONDS = 60
MEMORY = 1_500_000_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a memory of two good notes and a book."""
    for path, text in FILES.items():
        file = tmp_path / "memory" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "memory"


def plant(root: Path, shapes: tuple[Shape, ...], size: int) -> list[Shape]:
    """Put `shapes` into the memory; return those that this system can hold."""
    planted = []
    for shape in shapes:
        try:
            shape.plant(root, size)
        except NotPossibleError:
            continue
        planted.append(shape)
    return planted


def legible(shape: Shape) -> str:
    """Return the path of `shape` as it is shown."""
    return shape.path.decode("utf-8", "backslashreplace")


def regular_files(root: Path) -> Iterator[Path]:
    """Yield the files of modest size, by path, the index and the lock left out."""
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != ".hardwon"]
        for name in sorted(files):
            file = Path(folder) / name
            if file.is_file() and not file.is_symlink() and file.stat().st_size < 2_000_000:
                yield file


def bytes_of(root: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in regular_files(root)}


def assert_named(shapes: list[Shape], findings: list[dict], skipped: list[dict]) -> None:
    """What could not be read is named by both commands, with a line and a reason."""
    by_check = {f["path"]: f for f in findings if f["code"] == "unreadable"}
    by_learn = {fault["path"]: fault for fault in skipped}
    for shape in shapes:
        if shape.unread:
            path = named_path(shape)
            for found in (by_check[path], by_learn[path]):
                assert found["line"] >= 1
                assert found.get("message") or found.get("reason")


def named_path(shape: Shape) -> str:
    path = legible(shape)
    return path.removesuffix("/note.md") if shape.name.startswith("special: folder") else path


def assert_learned(root: Path) -> None:
    text = (root / BOOK).read_text(encoding="utf-8")
    assert "**Based on:** 2 examples" in text
    assert text.count("2025-01-05-good.md") == 1


def as_data(plan: Plan) -> list[dict]:
    return [{"path": f.path, "line": f.line, "reason": f.message} for f in plan.skipped]


def use(root: Path) -> tuple[list[dict], list[dict]]:
    """Read, search, check and learn; return the findings and what was skipped."""
    memory = Memory.open(root)
    assert GOOD in [hit.path for hit in memory.search("mailqueue", limit=50)]
    findings = [
        {"code": f.code, "path": f.path, "line": f.line, "message": f.message}
        for f in memory.check(today=TODAY)
    ]
    memory.stats(today=TODAY)
    plan = memory.plan()
    memory.apply(plan)
    return findings, as_data(plan)


def test_all_shapes_at_once_stop_nothing(root: Path) -> None:
    shapes = plant(root, SHAPES, 700)
    assert len(shapes) > 170
    before = bytes_of(root)
    findings, skipped = use(root)
    assert_named(shapes, findings, skipped)
    assert_learned(root)
    after = bytes_of(root)
    books = {root / "semantic", root / "procedural"}
    changed = [file for file in before if after[file] != before[file]]
    assert all(not books.isdisjoint(file.parents) for file in changed)
    assert (root.parent / "outside.md").read_text("utf-8").startswith("# Outside")
    assert not Memory.open(root).plan().files


@pytest.mark.parametrize("shape", [s for s in SHAPES if s.unread], ids=lambda s: s.name)
def test_what_cannot_be_read_is_named_and_left(root: Path, shape: Shape) -> None:
    shapes = plant(root, (shape,), QUICK)
    if not shapes:
        pytest.skip("this system holds no such file")
    before = bytes_of(root)
    findings, skipped = use(root)
    assert_named(shapes, findings, skipped)
    assert [fault["path"] for fault in skipped] == [named_path(shape)]
    assert_learned(root)
    after = bytes_of(root)
    assert {f: b for f, b in after.items() if f != root / BOOK} == {
        f: b for f, b in before.items() if f != root / BOOK
    }


@pytest.mark.parametrize(
    "shape", [s for s in SHAPES if any(word in s.name for word in UNSURE)], ids=lambda s: s.name
)
def test_a_text_in_two_minds_is_named_and_left(root: Path, shape: Shape) -> None:
    plant(root, (shape,), QUICK)
    file = root / os.fsdecode(shape.path)
    before = file.read_bytes()
    if b"## Odd one" in before:
        naming = "# Note\n\n## Patterns applied\n\n- Odd one\n"
        (root / "episodic/code/2025-01-07-odd.md").write_text(naming, encoding="utf-8")
    findings, skipped = use(root)
    if "in a fence" in shape.name:
        assert (skipped, file.read_bytes() == before) == ([], False)
        return
    codes = {"two-headers", "conflict-markers", "lists-disagree"}
    assert {f["path"] for f in findings if f["code"] in codes} == {legible(shape)}
    assert [fault["path"] for fault in skipped] == [legible(shape)]
    assert file.read_bytes() == before
    # Nor does a pattern of that name appear elsewhere, as if there were none.
    assert "Odd one" not in (root / BOOK).read_text(encoding="utf-8")
    if b"## Odd one" in before:
        (undecided,) = Memory.open(root).plan().undecided
        assert undecided.experience == "episodic/code/2025-01-07-odd.md"
        assert undecided.reason.endswith(
            f"is a pattern of {legible(shape)}, which is left as it is"
        )


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.name)
def test_a_shape_alone_stops_nothing(root: Path, shape: Shape) -> None:
    shapes = plant(root, (shape,), 2 * QUICK)
    if not shapes:
        pytest.skip("this system holds no such file")
    before = bytes_of(root)
    findings, skipped = use(root)
    assert_named(shapes, findings, skipped)
    text = (root / BOOK).read_text(encoding="utf-8")
    assert text.count("2025-01-05-good.md") == 1
    file = root / os.fsdecode(shape.path)
    if file in before:
        assert file.read_bytes() == before[file]


def command(root: Path, *args: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run `hardwon` with bounds on time and memory; return what it gave and its seconds."""

    def bound() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "hardwon", "--memory", str(root), *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "HARDWON_TODAY": TODAY.isoformat(), "NO_COLOR": "1"},
        check=False,
        timeout=5 * SECONDS,
        preexec_fn=bound if sys.platform != "win32" else None,
    )
    return done, time.monotonic() - start


def run_all(root: Path, shapes: list[Shape]) -> None:
    """Run every command; each ends in time with the right status and without a traceback."""
    answers = {}
    for args in (
        ["index"], ["list", "--json"], ["search", "mailqueue", "--limit", "50", "--json"],
        ["check", "--json"], ["stats"], ["learn", "--dry-run"], ["learn", "--json"],
        ["learn", "--json", "--dry-run"],
    ):  # fmt: skip
        done, seconds = command(root, *args)
        assert "Traceback" not in done.stderr, (args, done.stderr[-2000:])
        assert done.returncode in ({0, 1} if args[0] == "check" else {0}), (args, done.stderr)
        assert seconds < SECONDS, args
        answers[" ".join(args)] = done.stdout
    hits = json.loads(answers["search mailqueue --limit 50 --json"])["results"]
    assert GOOD in [hit["path"] for hit in hits]
    findings = json.loads(answers["check --json"])["findings"]
    assert_named(shapes, findings, json.loads(answers["learn --json"])["skipped"])
    assert json.loads(answers["learn --json --dry-run"])["changes"] == []
    assert_learned(root)


@pytest.mark.slow
def test_all_larger_shapes_at_once_cost_seconds(root: Path) -> None:
    run_all(root, plant(root, SHAPES, 20_000))


# Those that take the reader longest, or take it down, at the largest size that is read.
HEAVY = (
    "md: list items", "md: nested quotes", "md: table of many columns",
    "md: wrong letters on lines", "md: line of one letter", "yaml: open brackets",
    "book: patterns of many names", "book: examples and sources", "note: dated entries",
    "note: links",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_shape_of_the_largest_size_costs_seconds(root: Path, name: str) -> None:
    (shape,) = (shape for shape in SHAPES if shape.name == name)
    run_all(root, plant(root, (shape,), FULL))


def make_high(root: Path) -> Path:
    """Let the next note make the pattern HIGH; return where its workflow will stand."""
    examples = "".join(f"{n}. Shop - Case {n} (2024-10-0{n})\n" for n in range(2, 5))
    text = FILES[BOOK].replace("\n\n**Source", f"\n{examples}\n**Source")
    (root / BOOK).write_text(text, encoding="utf-8")
    file = root / "procedural/workflows/retry-with-jitter.md"
    file.parent.mkdir(parents=True)
    return file


@pytest.mark.parametrize("what", ["UTF-16", "too nested", "link"])
def test_a_workflow_that_cannot_be_read_does_not_stop_its_pattern(root: Path, what: str) -> None:
    file = make_high(root)
    if what == "UTF-16":
        file.write_text("# By hand\n", encoding="utf-16")
    elif what == "too nested":
        file.write_text("- " * 60 + "x\n", encoding="utf-8")
    else:
        file.symlink_to(root.parent / "nowhere.md")
    before = None if what == "link" else file.read_bytes()
    findings, skipped = use(root)
    path = "procedural/workflows/retry-with-jitter.md"
    assert path in {f["path"] for f in findings}
    assert [fault["path"] for fault in skipped] == ([] if what == "link" else [path])
    assert "**Confidence:** HIGH" in (root / BOOK).read_text(encoding="utf-8")
    assert (None if what == "link" else file.read_bytes()) == before
    assert not Memory.open(root).plan().files


def test_a_note_that_lists_patterns_makes_none(root: Path) -> None:
    names = "".join(f"- Pattern of number {n}\n" for n in range(101))
    note = root / "episodic/code/2025-01-06-list.md"
    note.write_text(f"# List\n\n## Patterns applied\n\n{names}", encoding="utf-8")
    _, skipped = use(root)
    assert [(s["path"], s["line"]) for s in skipped] == [("episodic/code/2025-01-06-list.md", 105)]
    assert "names 101 patterns" in skipped[0]["reason"]
    assert_learned(root)
    assert "Pattern of number" not in (root / BOOK).read_text(encoding="utf-8")


def test_no_theme_is_taken_for_gone_while_a_book_is_refused(root: Path) -> None:
    theme = root / "procedural/workflows/checklist-mail.md"
    theme.parent.mkdir(parents=True)
    text = (
        '---\ntheme: mail\nconfidence: HIGH\nexamples: 2\ngenerated_hash: "intro=00000000"\n---\n'
        "\n# Mail\n\nTwo patterns.\n"
    )
    theme.write_text(text, encoding="utf-8")
    (root / "semantic/patterns/mail-patterns.md").write_bytes(b"# Mail\xff\n")
    use(root)
    assert theme.read_text(encoding="utf-8") == text
    (root / "semantic/patterns/mail-patterns.md").unlink()
    use(root)
    assert not theme.exists() or theme.read_text(encoding="utf-8") != text
