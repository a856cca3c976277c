"""What a run found, kept as JSON, and what got worse since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evaluation.quality.metrics import Figure

VERSION = 1
MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one set.

    Attributes:
        kind: search, match or stream; semantic and semantic match with the extra of that name.
        name: Of the set; `MEAN` for the mean over sets.
        half: tune or report.
        digest: Of what the set is made of: figures of other texts cannot be compared.
        size: What it holds, such as documents and queries, in the order to be shown.
        figures: By name.
        baselines: Name of the baseline → its figures; empty where none was asked for.
        seconds: How long hardwon took.
    """

    kind: str
    name: str
    half: str
    digest: str
    size: dict[str, int]
    figures: dict[str, Figure]
    baselines: dict[str, dict[str, Figure]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells it from other rows."""
        return self.kind, self.half, self.name


@dataclass(slots=True)
class Results:
    """A run.

    Attributes:
        date: By the machine's clock, ISO.
        hardwon: Its version.
        machine: What it ran on, label → words.
        threshold: Of the baseline of matching, as tuned on the half to tune on.
        rows: In the order of the sets.
        skipped: Name of a set → why it has no figures.
    """

    date: str
    hardwon: str
    machine: dict[str, str]
    threshold: float | None = None
    rows: list[Row] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def get(self, kind: str, half: str, name: str) -> Row | None:
        """Return a row, or None."""
        return next((row for row in self.rows if row.key == (kind, half, name)), None)


def render_json(results: Results) -> str:
    """Return `results` as JSON, one row a line, so that two runs can be compared as texts."""
    head = {"version": VERSION, "date": results.date, "hardwon": results.hardwon,
            "machine": results.machine, "threshold": results.threshold,
            "skipped": results.skipped}  # fmt: skip
    rows = ",\n  ".join(json.dumps(_data(row), ensure_ascii=False) for row in results.rows)
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{start},\n "rows": [\n  {rows}\n ]\n}}\n'


def read_results(file: Path) -> Results:
    """Return the results that `render_json` rendered.

    Raises:
        ValueError: They are of another version of the evaluation.
    """
    data = json.loads(file.read_text(encoding="utf-8"))
    if data.get("version") != VERSION:
        raise ValueError(f"{file.name} is of another version of the evaluation: store it again")
    rows = [
        Row(
            one["kind"], one["name"], one["half"], one["digest"], one["size"],
            _figures(one["figures"]),
            {name: _figures(figures) for name, figures in one["baselines"].items()},
            one["seconds"],
        )
        for one in data["rows"]
    ]  # fmt: skip
    return Results(
        data["date"], data["hardwon"], data["machine"], data["threshold"], rows, data["skipped"]
    )


def _data(row: Row) -> dict[str, object]:
    return {
        **asdict(row),
        "figures": _lists(row.figures),
        "baselines": {name: _lists(figures) for name, figures in row.baselines.items()},
    }


def _lists(figures: dict[str, Figure]) -> dict[str, list[float]]:
    return {name: [one.value, one.low, one.high, one.count] for name, one in figures.items()}


def _figures(data: dict[str, list[float]]) -> dict[str, Figure]:
    return {
        name: Figure(value, low, high, int(count))
        for name, (value, low, high, count) in data.items()
    }


# --- what got worse -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that left the interval that is stored of it."""

    row: Row
    name: str
    stored: Figure
    now: Figure

    @property
    def is_worse(self) -> bool:
        """Return whether it fell below the interval."""
        return self.now.value < self.stored.low


def compare(stored: Results, now: Results) -> list[Change]:
    """Return the figures that left their stored interval, in the order of the rows.

    Rows that were made of other texts are not compared; `find_incomparable` names them.
    """
    return [
        Change(row, name, old, row.figures[name])
        for row, before in _pairs(stored, now)
        if before.digest == row.digest
        for name, old in before.figures.items()
        if name in row.figures and not old.low <= row.figures[name].value <= old.high
    ]


def find_incomparable(stored: Results, now: Results, halves: Sequence[str]) -> Iterator[str]:
    """Yield why rows of `stored` in these halves have no counterpart, a sentence for each."""
    found = {row.key: row for row in now.rows}
    for before in stored.rows:
        if before.half not in halves:
            continue
        row = found.get(before.key)
        label = " ".join(before.key)
        if row is None:
            why = now.skipped.get(before.name, "it is not part of this run")
            yield f"{label} is not compared: {why}"
        elif row.digest != before.digest:
            yield f"{label} is not compared: it is made of other texts than the stored one"
        else:
            for name in before.figures.keys() - row.figures.keys():
                yield f"{label}: {name} has nothing to be measured on any more"


def _pairs(stored: Results, now: Results) -> Iterator[tuple[Row, Row]]:
    known = {row.key: row for row in stored.rows}
    for row in now.rows:
        if row.key in known:
            yield row, known[row.key]
