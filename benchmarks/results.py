"""What a run of the benchmark found, and how it is kept as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Samples, Usage

VERSION = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a figure: samples, and how often their median counts (-1 takes it off)."""

    samples: Samples
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table at one size.

    Attributes:
        row: Key of the row.
        notes: Notes of the memory.
        patterns: Its patterns.
        ours: What adds up to our figure.
        floor: What adds up to the floor.
        remark: What is particular to this measurement, as a sentence; "" for nothing.
    """

    row: str
    notes: int
    patterns: int
    ours: tuple[Part, ...]
    floor: tuple[Part, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What an operation took one tool, or hardwon, at one size."""

    tool: str
    operation: str
    notes: int
    samples: Samples


@dataclass(slots=True)
class Results:
    """A run.

    Attributes:
        date: By the machine's clock, ISO.
        hardwon: Its version.
        origin: What the notes were made from.
        seed: Of the notes.
        machine: What it ran on, label → words.
        least_memory: Bytes that are counted of a process which needs none; see measure.run.
        sizes: For each memory its notes, patterns, bytes of files and bytes of index.
        measured: The rows.
        unmeasured: Key of a row → why it has no figures.
        compared: Other tools, and hardwon in the same rounds.
        tools: Name of a tool → its version as it tells it.
    """

    date: str
    hardwon: str
    origin: str
    seed: int
    machine: dict[str, str]
    least_memory: int = 0
    sizes: list[dict[str, int]] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    unmeasured: dict[str, str] = field(default_factory=dict)
    compared: list[Compared] = field(default_factory=list)
    tools: dict[str, str] = field(default_factory=dict)


def total(parts: tuple[Part, ...]) -> Usage:
    """Return the sum of the medians of `parts`; of memory the most."""
    medians = [(part.samples.median, part.factor) for part in parts]
    return Usage(
        sum(usage.processor * factor for usage, factor in medians),
        sum(usage.wall * factor for usage, factor in medians),
        max(usage.memory for usage, _ in medians),
    )


def write_results(file: Path, results: Results) -> None:
    """Write `results` as JSON, one row a line, so that two runs can be compared as texts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render_json(results), encoding="utf-8")


def render_json(results: Results) -> str:
    """Return `results` as JSON."""
    data = {
        "version": VERSION,
        "date": results.date,
        "hardwon": results.hardwon,
        "origin": results.origin,
        "seed": results.seed,
        "machine": results.machine,
        "least_memory": results.least_memory,
        "sizes": results.sizes,
        "measured": [
            {
                "row": one.row,
                "notes": one.notes,
                "patterns": one.patterns,
                "remark": one.remark,
                "ours": [_part(part) for part in one.ours],
                "floor": [_part(part) for part in one.floor],
            }
            for one in results.measured
        ],
        "unmeasured": results.unmeasured,
        "compared": [
            {
                "tool": one.tool,
                "operation": one.operation,
                "notes": one.notes,
                "samples": one.samples.as_data(),
            }
            for one in results.compared
        ],
        "tools": results.tools,
    }
    lines = []
    for key, value in data.items():
        if isinstance(value, list):
            items = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
            lines.append(f"  {json.dumps(key)}: [\n{items}\n  ]" if value else f'  "{key}": []')
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_results(file: Path) -> Results:
    """Return the results that `write_results` wrote.

    Raises:
        ValueError: They are of another version of the benchmark.
    """
    data = json.loads(file.read_text(encoding="utf-8"))
    if data.get("version") != VERSION:
        raise ValueError(f"{file.name} is of another version of the benchmark: measure again")
    return Results(
        date=data["date"],
        hardwon=data["hardwon"],
        origin=data["origin"],
        seed=data["seed"],
        machine=data["machine"],
        least_memory=data["least_memory"],
        sizes=data["sizes"],
        measured=[
            Measured(
                one["row"], one["notes"], one["patterns"], _parts(one["ours"]),
                _parts(one["floor"]), one["remark"],
            )
            for one in data["measured"]
        ],
        unmeasured=data["unmeasured"],
        compared=[
            Compared(
                one["tool"], one["operation"], one["notes"], Samples.from_data(one["samples"])
            )
            for one in data["compared"]
        ],
        tools=data["tools"],
    )  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    return {"factor": part.factor, **part.samples.as_data()}


def _parts(data: list[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(Part(Samples.from_data(one), one["factor"]) for one in data)
