"""What was found, as a table for the terminal and as docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.measure import Usage
from benchmarks.results import Measured, Results, total
from benchmarks.rows import ROWS, Row
from benchmarks.tools import OPERATIONS, REFRESH, SEARCH, TOOLS

_BY_KEY = {row.key: row for row in ROWS}
_FRESH = "refresh, then search"
_NO_PART = "not part of this run"

_HEAD = """# Performance

Written by `make bench` from what it measured; edit `benchmarks/`, not this page.
"""

_READING = """## How to read it

- Every row is a ratio to a floor: what the machine needs for the same reading and writing without \
hardwon, measured beside it in the same run, in rounds that alternate. Ratios hold better from one \
machine to another than times do.
- The ratio of **processor times** decides, of the process and its children, as the system counts \
them; wall times stand beside it, since that is what a person waits for. Each is the median of the \
rounds.
- Files are in the system's cache, as they are for whoever works with them. A first look after a \
start of the machine waits for the disk; so does the floor.
- Every process is started anew, by the path of the real interpreter, unless the row says \
otherwise; its start is part of the figure.
- The notes are copies of real notes in which one word of sixteen was exchanged, the same for \
everybody who has the same texts. Copies share more words with each other than notes do that were \
written one by one, so lists of the notes that hold a word are long.
- A bound that is stated for a number of notes is judged at that number alone. "No" means that it \
was not reached in this run; the reason follows the table.
- Peak memory is that of the process and its children together. Small figures are bounded by \
what the measuring process itself holds.
- A tool that is not installed, or a row that failed, is named as not measured; nothing is filled \
in from another run.
"""


def render_document(results: Results) -> str:
    """Return docs/performance.md."""
    parts = [
        _HEAD,
        "\n".join(_setting(results)),
        "\n".join(_table(results)),
        "\n".join(_reasons(results)),
        _READING.rstrip("\n"),
        "\n".join(_sizes(results)),
        "\n".join(_compared(results)),
        "\n".join(_again()),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def render_table(results: Results) -> str:
    """Return the rows of the run for a terminal: the same table, its columns aligned."""
    lines = [line for line in _table(results) if line.startswith("|") and _NO_PART not in line]
    rows = [_cells(line) for line in lines]
    rows = [row for row in rows if not set("".join(row)) <= set("-:")]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in rows]  # fmt: skip
    return "\n".join(lines) + "\n"


def is_reached(row: Row, found: Measured) -> bool | None:
    """Return whether the bound of `row` is kept; None where it has none for this size."""
    if row.bound is None or row.at not in (None, found.notes):
        return None
    if row.by == "memory":
        return total(found.ours).memory / 1e6 <= row.bound
    return _ratio(found) <= row.bound


def _setting(results: Results) -> Iterator[str]:
    yield f"Measured on {results.date} with hardwon {results.hardwon}, on notes made from"
    yield f"{results.origin} (seed {results.seed})."
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {label} | {words} |" for label, words in results.machine.items())


def _table(results: Results) -> Iterator[str]:
    yield "## The rows"
    yield ""
    yield ("| operation | notes | patterns | hardwon | floor | ratio | at most | reached |")
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for row in ROWS:
        found = [one for one in results.measured if one.row == row.key]
        for one in found:
            yield _line(row, one)
        if not found:
            words = results.unmeasured.get(row.key, _NO_PART)
            at = f"{row.at:,}" if row.at else ""
            yield f"| {row.operation} | {at} | | not measured: {words} | | | {_bound(row)} | |"
    yield ""
    yield "Times are of the processor, with wall times in brackets."


def _line(row: Row, found: Measured) -> str:
    reached = is_reached(row, found)
    mark = "" if reached is None else "yes" if reached else "**no**"
    bound = _bound(row) if reached is not None else ""
    cells = [row.operation, f"{found.notes:,}", f"{found.patterns:,}"]
    if row.by == "memory":
        cells += [f"{total(found.ours).memory / 1e6:.0f} MB", "", "", bound, mark]
    else:
        cells += [_time(total(found.ours)), _time(total(found.floor)), _ratios(found), bound, mark]
    return f"| {' | '.join(cells)} |"


def _bound(row: Row) -> str:
    if row.bound is None:
        return ""
    if row.by == "memory":
        return f"{row.bound:.0f} MB"
    return f"{row.bound:g}" if row.bound >= 0.1 else f"1/{1 / row.bound:.0f}"


def _ratio(found: Measured) -> float:
    return total(found.ours).processor / total(found.floor).processor


def _ratios(found: Measured) -> str:
    wall = total(found.ours).wall / total(found.floor).wall
    return f"{_number(_ratio(found))} ({_number(wall)})"


def _number(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"


def _time(usage: Usage) -> str:
    return f"{_seconds(usage.processor)} ({_seconds(usage.wall)})"


def _seconds(seconds: float) -> str:
    if seconds < 0.01:
        return f"{1000 * seconds:.2f} ms"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s"


def _reasons(results: Results) -> Iterator[str]:
    yield "## What each row is, and what limits it"
    for row in ROWS:
        found = [one for one in results.measured if one.row == row.key]
        yield ""
        yield f"**{row.operation[0].upper()}{row.operation[1:]}.** {row.ours}"
        if row.floor:
            yield f"*Floor:* {row.floor}"
        yield f"*Limit:* {row.limits}"
        rounds = sorted({len(part.samples.wall) for one in found for part in one.ours})
        if rounds:
            yield f"Rounds: {' to '.join(map(str, sorted({rounds[0], rounds[-1]})))}."
        yield from dict.fromkeys(one.remark for one in found if one.remark)
        missed = [one for one in found if is_reached(row, one) is False]
        if missed:
            sizes = ", ".join(f"{one.notes:,}" for one in missed)
            where = f" at {sizes} notes" if len(found) > 1 else ""
            yield f"*Not reached*{where}: {row.missed or 'no reason is known yet.'}"


def _sizes(results: Results) -> Iterator[str]:
    if not results.sizes:
        return
    yield "## Size of the index"
    yield ""
    yield "| notes | patterns | Markdown | index |"
    yield "|--:|--:|--:|--:|"
    for one in results.sizes:
        files, index = f"{one['files'] / 1e6:.1f} MB", f"{one['index'] / 1e6:.1f} MB"
        yield f"| {one['notes']:,} | {one['patterns']:,} | {files} | {index} |"


def _compared(results: Results) -> Iterator[str]:
    names = [tool.name for tool in TOOLS if tool.name in results.tools]
    yield "## Beside other tools"
    yield ""
    missing = [tool.name for tool in TOOLS if tool.name not in results.tools]
    if missing:
        yield f"Not part of this run: {', '.join(missing)}."
    if not results.compared:
        return
    yield "The same notes, the same word in one of a hundred of them. Processor time, wall time in"
    yield "brackets, and the most memory that was held."
    figures = {(one.tool, one.operation, one.notes): one.samples.median for one in results.compared}
    for tool in ("hardwon", *names):  # what a search costs that sees the files as they are
        for notes in sorted({one.notes for one in results.compared}):
            search = figures.get((tool, SEARCH, notes))
            refresh = figures.get((tool, REFRESH, notes))
            if search and (refresh or tool == "hardwon"):
                first = Usage(0, 0) if tool == "hardwon" or not refresh else refresh
                figures[tool, _FRESH, notes] = Usage(
                    first.processor + search.processor,
                    first.wall + search.wall,
                    max(first.memory, search.memory),
                )
    sizes = sorted({notes for _, _, notes in figures})
    for operation in (*OPERATIONS, _FRESH):
        yield ""
        yield f"### {operation[0].upper()}{operation[1:]}"
        yield ""
        yield f"| | {' | '.join(f'{notes:,} notes' for notes in sizes)} |"
        yield f"|---|{'--:|' * len(sizes)}"
        for tool in ("hardwon", *names):
            cells = [figures.get((tool, operation, notes)) for notes in sizes]
            if any(cells):
                label = tool if tool == "hardwon" else f"{tool} {results.tools[tool]}"
                shown = [_cell(cell, results.least_memory) for cell in cells]
                yield f"| {label} | {' | '.join(shown)} |"
    yield ""
    yield "hardwon's search looks at every file first, so it is a refresh and a search in one."
    yield ""
    yield "What the others do:"
    yield ""
    for one in TOOLS:
        if one.name in results.tools:
            failed = results.unmeasured.get(one.name)
            yield f"- **{one.name}.** {one.work}" + (f" In this run, {failed}." if failed else "")
    yield ""
    yield "Where they do the same work:"
    yield ""
    for name in names:
        yield f"- **{name}:** {_verdict(name, figures, sizes)}"


def _verdict(name: str, figures: dict[tuple[str, str, int], Usage], sizes: Sequence[int]) -> str:
    """Return where hardwon is behind a tool, by either time, in the operations that are alike."""
    (tool,) = [tool for tool in TOOLS if tool.name == name]
    operations = [operation for operation in OPERATIONS if operation in tool.same]
    if {REFRESH, SEARCH} <= tool.same:
        operations.append(_FRESH)
    if not operations:
        return "nowhere; its figures stand here to be compared, not to be beaten."
    ahead, behind = [], []
    for operation in operations:
        for notes in sizes:
            our, their = figures["hardwon", operation, notes], figures.get((name, operation, notes))
            if their is None:
                continue
            words = f"{operation} at {notes:,}"
            if our.processor <= their.processor and our.wall <= their.wall:
                ahead.append(words)
            else:
                reason = tool.behind.get(operation, "no reason is known yet")
                behind.append(f"{words} ({reason})")
    parts = []
    if ahead:
        parts.append(f"hardwon is ahead in {'; '.join(ahead)}.")
    if behind:
        parts.append(f"It is **not** ahead in {'; '.join(behind)}.")
    return " ".join(parts) or "not measured."


def _cell(usage: Usage | None, least: int) -> str:
    """Return a figure; memory that cannot be told from that of the measuring is only bounded."""
    if usage is None:
        return ""
    bound = "< " if usage.memory < 1.1 * least else ""
    return f"{_time(usage)}, {bound}{max(usage.memory, least) / 1e6:.0f} MB"


def _again() -> Iterator[str]:
    yield "## Measure it yourself"
    yield ""
    yield "```sh"
    yield "make bench          # everything, and this page again; about 5 GB of disk meanwhile"
    yield "make bench-quick    # 1,000 notes, without other tools; prints the table, writes nothing"
    yield 'make bench-quick OPTIONS="--help"'
    yield "```"
    yield ""
    yield "`make bench` keeps every sample in `benchmarks/results/latest.json`, from which"
    yield "`make bench OPTIONS=--again` writes this page anew. Other tools are found on PATH."


def _cells(line: str) -> list[str]:
    return [cell.strip(" *") for cell in line.strip("|").split("|")]
