"""The run: each memory is made, measured and thrown away, the smallest first."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import floors, ours
from benchmarks.corpus import MARKER, PATTERNS_AT, SEED
from benchmarks.machine import describe_machine, today
from benchmarks.measure import Action, MeasureError, Samples, Usage, interleave, run
from benchmarks.results import Compared, Measured, Part, Results
from benchmarks.rows import ROWS
from benchmarks.texts import PROJECT
from benchmarks.tools import INDEX, OPERATIONS, REFRESH, SEARCH, Setup, Tool, find_tools

# Within two seconds a file may change without another time stamp, so a younger one is read again.
_SETTLE = 2.2
_LEARNED = 1_000
_FEW_LEARNED = 200
_LESSONS = (200, 2_000, 20_000)
_COMPARED_AT = 2_000
_BOOK = 2_000
_OF_A_MEMORY = [row.key for row in ROWS if not row.key.startswith(("learn", "book"))]
_WATCH_SECONDS = 600.0


@dataclass(slots=True)
class Run:
    """One run of the benchmark.

    Attributes:
        folder: Where memories are made; empty.
        sizes: Numbers of notes, ascending, each one of `PATTERNS_AT`.
        rounds: How often what is quick is repeated; what is slow, less often.
        seconds: After so many no further round of one row begins.
        only: Keys of the rows that are measured; all where it is empty.
        compare: Whether other tools are measured, too.
        sample: Notes that stand for the thousand where all are compared with all patterns.
        tell: Told what is being done.
    """

    folder: Path
    sizes: Sequence[int]
    rounds: int
    seconds: float
    only: frozenset[str]
    compare: bool
    sample: int
    tell: Callable[[str], None]
    results: Results = field(init=False)

    def __post_init__(self) -> None:
        self.results = Results(today(), version("hardwon"), "", SEED, describe_machine(self.folder))

    def measure(self) -> Results:
        """Measure everything and return what was found."""
        tools = find_tools() if self.compare else []
        self.results.tools = {tool.name: number for tool, number in tools}
        if self._is_wanted(*_OF_A_MEMORY):
            for notes in self.sizes:
                with self._memory("memory", notes, PATTERNS_AT[notes]) as (memory, made):
                    self._measure_memory(memory, made, notes, [tool for tool, _ in tools])
        rows = ("learn-match", "learn-growth", "learn-growth-bare")
        self._attempt(rows, self._measure_learning)
        self._attempt(("book-change",), self._measure_book)
        self.results.least_memory = run(["true"]).memory  # last: this process has grown meanwhile
        return self.results

    def _is_wanted(self, *rows: str) -> bool:
        return not self.only or not self.only.isdisjoint(rows)

    def _attempt(self, rows: Sequence[str], measure: Callable[[], None]) -> None:
        """Measure `rows` if they are wanted; note of them that it failed, where it does."""
        if not self._is_wanted(*rows):
            return
        try:
            measure()
        except MeasureError as error:
            self.tell(f"failed: {error}\n{error.said}")
            self.results.unmeasured |= dict.fromkeys(rows, str(error))

    @contextlib.contextmanager
    def _memory(
        self, kind: str, notes: int, patterns: int
    ) -> Iterator[tuple[Path, dict[str, Any]]]:
        self.tell(f"making {notes:,} notes and {patterns:,} patterns")
        memory = self.folder / f"{kind}-{notes}-{patterns}"
        made = _probe(
            "make", root=str(memory), kind=kind, notes=notes, patterns=patterns, seed=SEED
        )
        self.results.origin = made["origin"]
        time.sleep(_SETTLE)
        try:
            yield memory, made
        finally:
            shutil.rmtree(memory)

    def _measure_memory(
        self, memory: Path, made: dict[str, Any], notes: int, tools: Sequence[Tool]
    ) -> None:
        first = self._first_index(memory, notes)
        self.results.sizes.append(
            {
                "notes": notes,
                "patterns": PATTERNS_AT[notes],
                "files": made["bytes"],
                "index": ours.index_bytes(memory),
            }
        )
        queries = made["queries"]
        if notes == self.sizes[0]:
            row = "search-small"
            self._attempt((row,), lambda: self._cold_search(memory, queries, notes, row))
        if notes == self.sizes[-1]:
            self._measure_largest(memory, queries, notes)
        self._tools(memory, notes, [tool for tool in tools if notes <= tool.most], first)
        if notes == self.sizes[-1]:  # last, since it changes how the others look at files
            row = "search-watched"
            self._attempt((row,), lambda: self._watched_search(memory, queries, notes))

    def _measure_largest(self, memory: Path, queries: Sequence[str], notes: int) -> None:
        rows = ("refresh-unchanged", "refresh-unchanged-bare")
        self._attempt(rows, lambda: self._refresh(memory, notes))
        self._attempt(("refresh-changed",), lambda: self._refresh_changed(memory, notes))
        row = "search-large"
        self._attempt((row,), lambda: self._cold_search(memory, queries, notes, row))
        rows = ("search-warm", "search-whole")
        self._attempt(rows, lambda: self._warm_search(memory, notes))

    def _first_index(self, memory: Path, notes: int) -> Samples:
        self.tell("first index")
        if not self._is_wanted("first-index", "memory"):  # the others need one
            once = Samples()
            once.add(run(ours.command(memory, "index")))
            return once
        empty = self.folder / "empty"  # its index has the table of which the floor is a copy
        empty.mkdir()
        run(ours.command(empty, "index"))
        raw = self.folder / "raw.sqlite"
        floor = floors.raw_index(memory, raw, _probe("search_table", memory=str(empty)))
        shutil.rmtree(empty)

        def index() -> Usage:
            shutil.rmtree(ours.state_dir(memory), ignore_errors=True)
            return run(ours.command(memory, "index"))

        def fill() -> Usage:
            raw.unlink(missing_ok=True)
            return run(floor, cwd=PROJECT)

        found = interleave({"floor": fill, "ours": index}, rounds=5, seconds=self.seconds, least=1)
        raw.unlink()
        self._add("first-index", notes, found["ours"], found["floor"])
        self._add("memory", notes, found["ours"])
        return found["ours"]

    def _cold_search(self, memory: Path, queries: Sequence[str], notes: int, row: str) -> None:
        self.tell("cold search")
        actions = {"start": _command(floors.START), "ours": _searches(memory, queries)}
        if row == "search-large":
            actions["listing"] = _command(floors.listing(memory))
        warm(actions)
        found = interleave(actions, rounds=self.rounds, seconds=self.seconds, least=3)
        extra = [found["listing"]] if "listing" in found else []
        self._add(row, notes, found["ours"], found["start"], *extra)

    def _watched_search(self, memory: Path, queries: Sequence[str], notes: int) -> None:
        self.tell("cold search while it is watched")
        with watching(memory, self.folder / "watch.log"):
            actions = {"start": _command(floors.START), "ours": _searches(memory, queries)}
            warm(actions)
            found = interleave(actions, rounds=self.rounds, seconds=self.seconds, least=3)
        self._add("search-watched", notes, found["ours"], found["start"])

    def _refresh(self, memory: Path, notes: int) -> None:
        self.tell("refresh")
        unchanged = _command(ours.refresh_command(memory, changed=0))
        actions = {
            "ours": unchanged,
            "listing": _command(floors.listing(memory)),
            "start": _command(floors.START),
        }
        warm(actions)
        found = interleave(actions, rounds=self.rounds, seconds=self.seconds, least=3)
        self._add("refresh-unchanged", notes, found["ours"], found["listing"])
        bare = (Part(found["ours"]), Part(found["start"], -1.0))
        self._put("refresh-unchanged-bare", notes, bare, (Part(found["listing"]),))

    def _refresh_changed(self, memory: Path, notes: int) -> None:
        self.tell("refresh after a change")
        unchanged = _command(ours.refresh_command(memory, changed=0))
        folder = min((memory / "episodic").iterdir())
        note = min(folder.iterdir())
        changed = ours.refresh_command(memory, changed=1)

        def edit() -> Usage:
            with note.open("ab") as file:
                file.write(b"\nSeen once more.\n")
            return run(changed)

        def settled() -> Usage:
            time.sleep(_SETTLE)
            run(ours.command(memory, "index"))  # reads the note again that was young before
            return unchanged()

        edit()
        rounds = max(3, self.rounds // 3)
        found = interleave(
            {"unchanged": settled, "changed": edit}, rounds=rounds, seconds=self.seconds, least=3
        )
        self._add("refresh-changed", notes, found["changed"], found["unchanged"])
        time.sleep(_SETTLE)
        run(ours.command(memory, "index"))

    def _warm_search(self, memory: Path, notes: int) -> None:
        self.tell("warm search")
        found = _probe(
            "warm_search", memory=str(memory), word=MARKER, rounds=max(3, self.rounds // 2)
        )
        bare, inner, whole = (Samples.from_data(found[name]) for name in ("bare", "inner", "whole"))
        remark = f"{found['matching']:,} notes hold the word."
        self._add("search-warm", notes, inner, bare, remark=remark)
        self._add("search-whole", notes, whole, bare)

    def _measure_learning(self) -> None:
        counts = [count for count in _LESSONS if count <= 2 * self.sizes[-1]]  # two, if it is quick
        with contextlib.ExitStack() as stack:
            memories = {}
            for patterns, notes in itertools.product(counts, (_LEARNED, _FEW_LEARNED)):
                made = self._memory("lesson", notes, patterns)
                memories[patterns, notes], _ = stack.enter_context(made)
            self.tell("learning")
            actions = {}
            for (patterns, notes), memory in memories.items():
                run(ours.command(memory, "index"))
                learn = ours.command(memory, "learn", "--dry-run")
                actions[f"{patterns} {notes}"] = _command(learn)
            found = interleave(actions, rounds=5, seconds=self.seconds, least=1)
            all_of, few_of = (
                {patterns: found[f"{patterns} {notes}"] for patterns in counts}
                for notes in (_LEARNED, _FEW_LEARNED)
            )
            bare = {n: (Part(all_of[n]), Part(few_of[n], -1.0)) for n in counts}
            first, *more = counts
            for n in more:
                whole = (Part(all_of[n]),), (Part(all_of[first]),)
                self._put("learn-growth", _LEARNED, *whole, patterns=n)
                self._put("learn-growth-bare", _LEARNED, bare[n], bare[first], patterns=n)
            if self._is_wanted("learn-match"):
                self._compare_all(memories[_COMPARED_AT, _LEARNED], all_of[_COMPARED_AT])

    def _compare_all(self, memory: Path, learned: Samples) -> None:
        self.tell("comparing notes with all patterns")
        found = _probe("compare_all", memory=str(memory), sample=self.sample)
        times = found["notes"] / self.sample
        floor = Part(Samples.from_data(found["partial_ratio"]), times)
        fastest = times * Samples.from_data(found["ratio"]).median.processor
        remark = (
            f"The floor is {times:.0f} times what {self.sample} notes of all lengths took. Another"
            f" scorer, `ratio`, which does not look for the short text within the long one, would"
            f" take {fastest:.0f} s of processor time."
        )
        self._put(
            "learn-match", found["notes"], (Part(learned),), (floor,),
            patterns=found["patterns"], remark=remark,
        )  # fmt: skip

    def _measure_book(self) -> None:
        with self._memory("book", 1, _BOOK) as (memory, _):
            self.tell("one pattern changed in a large book")
            found = _probe("change_pattern", memory=str(memory), rounds=self.rounds * 2)
        changed, bare = (Samples.from_data(found[name]) for name in ("ours", "bare"))
        remark = f"The book has {found['bytes']:,} bytes."
        self._put("book-change", 1, (Part(changed),), (Part(bare),), patterns=_BOOK, remark=remark)

    def _tools(self, memory: Path, notes: int, tools: Sequence[Tool], first: Samples) -> None:
        if not tools:
            return
        self._compare("hardwon", INDEX, notes, first)
        refresh, search = ours.refresh_command(memory, changed=0), ours.command(memory, "search")
        actions: dict[str, dict[str, Action]] = {
            REFRESH: {"hardwon": _command(refresh)},
            SEARCH: {"hardwon": _command([*search, MARKER])},
        }
        for tool in tools:
            self.tell(f"{tool.name}: first index")
            folder = self.folder / "tools" / tool.name
            folder.mkdir(parents=True)
            try:
                setup = tool.prepare(memory, folder)
                if INDEX in setup.commands:
                    index = {INDEX: functools.partial(_index, setup)}
                    found = interleave(index, rounds=3, seconds=10)
                    self._compare(tool.name, INDEX, notes, found[INDEX])
                else:
                    setup.begin()
                for operation in OPERATIONS[1:]:
                    if operation in setup.commands:
                        action = functools.partial(_use, setup, operation)
                        action()
                        actions[operation][tool.name] = action
            except MeasureError as error:
                self.tell(f"{tool.name} failed: {error}\n{error.said}")
                self.results.unmeasured[tool.name] = f"it failed at {notes:,} notes"
                for operation in OPERATIONS[1:]:
                    actions[operation].pop(tool.name, None)
        for operation, by_name in actions.items():
            self.tell(f"other tools: {operation}")
            taken = interleave(by_name, rounds=7, seconds=self.seconds, least=3)
            for name, samples in taken.items():
                self._compare(name, operation, notes, samples)
        shutil.rmtree(self.folder / "tools")

    def _compare(self, tool: str, operation: str, notes: int, samples: Samples) -> None:
        self.results.compared.append(Compared(tool, operation, notes, samples))

    def _add(self, row: str, notes: int, found: Samples, *floor: Samples, remark: str = "") -> None:
        self._put(row, notes, (Part(found),), tuple(map(Part, floor)), remark=remark)

    def _put(
        self,
        row: str,
        notes: int,
        found: tuple[Part, ...],
        floor: tuple[Part, ...],
        *,
        patterns: int | None = None,
        remark: str = "",
    ) -> None:
        patterns = PATTERNS_AT[notes] if patterns is None else patterns
        self.results.measured.append(Measured(row, notes, patterns, found, floor, remark))


def warm(actions: dict[str, Action]) -> None:
    """Do each of `actions` once, so that the first round finds files and bytecode in memory."""
    for action in actions.values():
        action()


@contextlib.contextmanager
def watching(memory: Path, log: Path) -> Iterator[None]:
    """Have `hardwon watch` run for the `with` block, from the line with which it says it is ready.

    Raises:
        MeasureError: There is no such command, or it ends or stays silent.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            ours.command(memory, "watch"), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        until = time.monotonic() + _WATCH_SECONDS
        while b"\n" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > until:
                break
            time.sleep(0.05)
        time.sleep(_SETTLE)
        if process.poll() is not None:
            raise MeasureError("`hardwon watch` does not run", _end_of(log))
        if b"\n" not in log.read_bytes():
            raise MeasureError("`hardwon watch` did not say that it was ready", _end_of(log))
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_of(log: Path) -> str:
    return log.read_bytes()[-500:].decode("utf-8", "replace")


def _command(command: Sequence[str]) -> Action:
    return lambda: run(command)


def _searches(memory: Path, queries: Sequence[str]) -> Action:
    """Return what searches for the next of `queries` at each call."""
    left: list[str] = []

    def search() -> Usage:
        if not left:
            left.extend(reversed(queries))
        return run(ours.command(memory, "search", left.pop()))

    return search


def _index(setup: Setup) -> Usage:
    if setup.state.exists():
        shutil.rmtree(setup.state)
    setup.begin()
    return _use(setup, INDEX)


def _use(setup: Setup, operation: str) -> Usage:
    parts = [run(command, env=setup.env) for command in setup.commands[operation]]
    return Usage(
        sum(part.processor for part in parts),
        sum(part.wall for part in parts),
        max(part.memory for part in parts),
    )


def _probe_command(name: str, **arguments: Any) -> list[str]:
    return [ours.PYTHON, "-m", "benchmarks.probe", name, json.dumps(arguments)]


def _probe(name: str, **arguments: Any) -> dict[str, Any]:
    """Return what a probe answers; raises MeasureError."""
    found = subprocess.run(
        _probe_command(name, **arguments), stdout=subprocess.PIPE, cwd=PROJECT, check=False
    )
    if found.returncode:
        raise MeasureError("it failed", f"the probe {name} ended with {found.returncode}")
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer
