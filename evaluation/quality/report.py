"""What was found, as tables for the terminal and as docs/quality.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.quality.baselines import SEARCHERS
from evaluation.quality.metrics import NDCG, RECALL, RR, Figure
from evaluation.quality.results import MEAN, Results, Row
from evaluation.review.rows import ALL as ALL_PATTERNS
from evaluation.review.rows import KIND as REVIEW

_HEAD = """# Quality

Written by `make evaluate OPTIONS=--write` from what it measured; edit `evaluation/quality/`, not \
this page.

How well does a search find the right note, and is a note recognised as an example of the right \
pattern? Both are asked through the Python library (`Memory.search`, `Memory.match`) of memory \
folders that are written for it, from labelled text by strangers."""

_HALVES = """## Two halves

Each source is split by repository, by a hash of its name: what is tuned is tuned on the half \
`tune`; the half `report` is for these pages and was not looked at for tuning. No repository is on \
both sides. Where a source is one repository, its parts are split instead: the TILs (all of one \
author) by their folder, the standard library of Python by top-level module, the CWE list by \
weakness, questions by their answer. Such halves are less of a stranger to each other than two \
repositories are."""

_MEASURES = """## What the figures are

- **nDCG@10**, **RR** (one over the rank of the first right one, 0 behind the tenth) and **R@10** \
(the share of the right ones that is among the first ten) are those of ir-measures, as means over \
the queries. Where one file gives several hits, its first counts. A set marked with ○ has weak \
labels and is left out of the mean over sets.
- **F1** of matching asks of each note "an example of which pattern, or new?" and takes `best`, \
the answer if one must be given. Precision is right merges among the merges that `best` proposes; \
recall is right merges among the notes that truly belong to a pattern of the memory; F1 is their \
harmonic mean. A note merged into the wrong pattern counts against both.
- **New** is the share of notes that belong to no pattern for which `best` says so.
- **Merged unasked** is the share of notes with `decision == "pattern"`, **right** the share of \
those whose pattern is the true one, and **decided** the share with any decision but `undecided`.
- **B-cubed** is taken over the notes of a stream: of the notes that were put together with it the \
share that belongs with it (precision), of those that belong with it the share that was put \
together with it (recall); F1 is the harmonic mean of both means. The adjusted Rand index and the \
V-measure are those of scikit-learn.
- **Intervals** hold 95 %: percentile bootstrap over queries or notes with a fixed seed (1,000 \
draws), Wilson's for shares. Notes of one stream depend on each other, which its interval does not \
know. An interval says how far another draw of the same kind of text may lie, not how far another \
kind of text does.
- **Baselines.** `grep` counts the lines that hold any word of the query, as `grep -ciF` does, in \
the process itself. `FTS5` is SQLite's full-text search with one column, its porter tokenizer, any \
word, its own `bm25`. `rapidfuzz` ranks by `token_set_ratio` of the query and the first 2,000 \
characters of a note; for matching, by that of titles, merged from one threshold on that was tuned \
on the half `tune`."""

# Name of a set → what it asks, how its labels came about, and what they are worth.
_SEARCH = {
    "til-titles": "Title of a TIL → the note without it, among all TILs of the half. The author"
    " named each note himself; titles share many words with their notes, so it is easy.",
    "til-beginnings": "First sentence of a TIL → the rest of it, under its title. Like a"
    " description and its page; what comes first is sometimes no more than an introduction.",
    "solution-titles": "Title of a `docs/solutions` note → the note without title and symptoms.",
    "solution-symptoms": "Each symptom in the front matter of such a note → the same notes.",
    "record-titles": "Title of a decision record, postmortem or session note → the note without it,"
    " among those of all repositories.",
    "descriptions": "First sentence of the `description` of a skill, command, agent or rule → its"
    " page, as a cheat sheet's description and its page.",
    "links": "The words of a line with a link → the file that it leads to, among all files of the"
    " repositories; the line is taken out of its note, names of files out of the query.",
    "link-descriptions": "What stands behind such a link (`- [Title](file.md) - words`) → the file."
    " Some of it tells why the file matters here rather than what is in it.",
    "functions": "First sentence of a docstring of Python's standard library → the function"
    " without its docstring. Read from the interpreter that runs, which decides what there is.",
    "weaknesses": "An incident of the CWE list → the weakness that the list gives it to. Few words,"
    " of which the weakness often holds none: it needs knowledge that no word carries.",
    "answers": "A question about computers of chatterbot-corpus → its answer. Few of the words"
    " are the same, and some answers would fit another question.",
    "til-misspelt": "til-titles with one slip in each query: two letters change places, one is"
    " missing, doubled or its neighbour on the keyboard.",
    "til-topics": "Title of a TIL → other notes of its folder. A folder is a technology: the"
    " label tells whether what is found is of the same field, not whether it answers.",
    "solution-relatives": "Title of a `docs/solutions` note → others that share tags and a root"
    " cause, component or type, graded 1 to 3. Tags were not given to be exhaustive.",
}
_MATCH = {
    "til-folders": "A TIL folder is a pattern with up to five notes as examples; its other notes"
    " are asked, and notes of folders that the memory does not have. A folder such as `rails` holds"
    " notes with nothing else in common: text can tell only some of them.",
    "solution-components": "`docs/solutions` notes with one `component`. Few, so the intervals are"
    " wide; a component such as `tooling` is as vague as a folder.",
    "solution-types": "The same with one `problem_type`.",
    "symptoms": "A `docs/solutions` note is a pattern, two of the symptoms that it lists are its"
    " examples; its other symptoms are asked. Symptoms are facets of one problem, seldom the same"
    " words.",
    "mentions": "A file is a pattern, two lines of lists that begin with a link to it are its"
    " examples; others such lines are asked. Most repeat the title: near paraphrases.",
    "weaknesses": "A weakness of the CWE list is a pattern, up to three of its incidents are its"
    " examples; other incidents are asked, and those of weaknesses that the memory does not have.",
    "method-names": "A name that several functions of Python's standard library bear is a pattern,"
    " the first sentences of their docstrings are notes. What bears one name mostly does the same.",
    "weaknesses-one-offs": "weaknesses, but 95 % of the asked notes belong to no pattern.",
    "til-one-offs": "til-folders, but 95 % of the asked notes belong to no pattern.",
    "weaknesses-single": "weaknesses-one-offs with one example for each pattern.",
    "pattern-sources": "Patterns by strangers and the notes that they link as their sources; the"
    " patterns list none here. So few that they are counts rather than figures.",
}
_STREAM = {
    "til-folders": "TILs of several folders.",
    "solution-components": "`docs/solutions` notes whose `component` others have, too.",
    "symptoms": "Symptoms of problems that have several.",
    "mentions": "Lines that link to files to which others link, too.",
    "weaknesses": "Incidents of weaknesses that have several.",
    "method-names": "First sentences of docstrings of functions that share a name.",
}
_WEAK = {"til-misspelt", "til-topics", "solution-relatives"}
TOLD = {"search": _SEARCH, "match": _MATCH, "stream": _STREAM}


def render_document(results: Results) -> str:
    """Return docs/quality.md."""
    parts = [
        _HEAD,
        "\n".join(_setting(results)),
        "\n".join(_goals(results)),
        "\n".join(_search(results)),
        "\n".join(_matching(results)),
        "\n".join(_streams(results)),
        "\n".join(_reviews(results)),
        "\n".join(_told()),
        _HALVES,
        _MEASURES,
        "\n".join(_again()),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def render_tables(results: Results) -> str:
    """Return the figures of a run for a terminal, columns aligned."""
    parts = []
    for kind, lines in _TABLES.items():
        for half in ("tune", "report"):
            rows = _rows(results, kind, half)
            if rows:
                parts.append(f"{kind}, {half}\n" + _aligned(lines(rows)))
    return "\n\n".join(parts) + "\n" if parts else ""


def _setting(results: Results) -> Iterator[str]:
    yield f"Measured on {results.date} with hardwon {results.hardwon}; without extras where"
    yield "nothing else is said."
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {label} | {words} |" for label, words in results.machine.items())
    for name, why in results.skipped.items():
        yield ""
        yield f"Without {name}: {why}."


# --- goals ----------------------------------------------------------------------------------

_MERGED_RIGHT = 0.95


def _goals(results: Results) -> Iterator[str]:
    yield "## Goals"
    yield ""
    yield "On the half `report`. The goals were stated for sets that are not public here, so they"
    yield "stand beside the nearest that there is; sets differ in how hard they are."
    yield ""
    yield "| goal | measured on | figure | reached |"
    yield "|---|---|--:|---|"
    mean = results.get("search", "report", MEAN)
    if mean:
        figure = mean.figures[NDCG]
        yield _goal("search: mean nDCG@10 ≥ .56", f"mean of {mean.size['sets']} sets", figure, 0.56)
    if row := results.get("semantic", "report", MEAN):
        yield _goal("search with the extra: mean nDCG@10 ≥ .60", f"mean of {row.size['sets']} sets",
                    row.figures[NDCG], 0.60)  # fmt: skip
    for kind, what, figure_name, goal in (
        ("match", "matching: F1", "F1", 0.53),
        ("semantic match", "matching with the extra: F1", "F1", 0.55),
        ("stream", "stream: B-cubed F1", "B-cubed F1", 0.53),
    ):
        if row := results.get(kind, "report", "weaknesses"):
            yield _goal(f"{what} ≥ {_short(goal)} on incidents of weaknesses", row.name,
                        row.figures[figure_name], goal)  # fmt: skip
    if row := results.get(REVIEW, "report", ALL_PATTERNS):
        for what, name, goal in (
            ("review: precision of findings ≥ .90", "precision", 0.90),
            ("review: recall of findings ≥ .75", "recall", 0.75),
            ("review: pairs told apart ≥ .80", "pairs", 0.80),
            ("review: clean changes without a finding ≥ .97", "clean", 0.97),
            ("review: patterns that apply are shown ≥ .95", "relevance", 0.95),
        ):
            if name in row.figures:
                yield _goal(what, f"{row.size['changes']} changes", row.figures[name], goal)
    for row in _rows(results, "match", "report"):
        figure = row.figures.get("merged right")
        what = "merged unasked: right in ≥ 95 %"
        if figure is None:
            yield f"| {what} | {row.name} | nothing merged | not to be told |"
        else:
            yield _goal(what, f"{row.name}, of {figure.count}", figure, _MERGED_RIGHT)
    yield ""
    if mean and (plain := mean.baselines.get("FTS5", {}).get(NDCG)):
        yield "The goal for search is from sets where plain FTS5 reaches .50; on these it reaches"
        yield f"{_short(plain.value)}, so what was gained on it tells more than that the goal is"
        yield "reached. A figure reaches its goal by itself; where its interval lies partly below,"
        yield "another draw might not."
        yield ""
    yield "F1 ≥ .93 and .85 and B-cubed F1 ≥ .80 and .72 were stated for paraphrased questions and"
    yield "for intents; no labelled set of either kind could be had here, so they are not measured."
    yield "That a warm query stays under 15 ms is a matter of [performance](performance.md)."


def _goal(goal: str, where: str, figure: Figure, least: float) -> str:
    mark = "yes" if figure.value >= least else "**no**"
    return f"| {goal} | {where} | {_interval(figure)} | {mark} |"


# --- tables ---------------------------------------------------------------------------------


def _search(results: Results) -> Iterator[str]:
    yield "## Search"
    for half in ("report", "tune"):
        yield from _table(results, "search", half)
    if _rows(results, "semantic", "report"):
        yield ""
        yield "## Search with the extra `semantic`"
        for half in ("report", "tune"):
            yield from _table(results, "semantic", half)


def _matching(results: Results) -> Iterator[str]:
    yield "## Matching a note to a pattern"
    for half in ("report", "tune"):
        yield from _table(results, "match", half)
    if results.threshold is not None:
        yield ""
        yield f"The baseline merges from a `token_set_ratio` of {results.threshold:.0f} on."
    if _rows(results, "semantic match", "report"):
        yield ""
        yield "## Matching with the extra `semantic`"
        yield ""
        yield "The extra has a say in `best` only; what is merged unasked is decided without."
        for half in ("report", "tune"):
            yield from _table(results, "semantic match", half)


def _streams(results: Results) -> Iterator[str]:
    yield "## A stream learned from nothing"
    yield ""
    yield "Notes arrive in a fixed random order at an empty memory. A note for which `best` names"
    yield "no pattern becomes one; any other joins the pattern that it names."
    for half in ("report", "tune"):
        yield from _table(results, "stream", half)


def _reviews(results: Results) -> Iterator[str]:
    if not _rows(results, REVIEW, "report"):
        return
    yield "## Review of changes"
    yield ""
    yield _CHANGES
    for half in ("report", "tune"):
        yield from _table(results, REVIEW, half)
        if whole := results.get(REVIEW, half, ALL_PATTERNS):
            pairs, clean, shown = (whole.figures[one] for one in ("pairs", "clean", "relevance"))
            idle = whole.size["irrelevant of 100 changes"] / 100
            yield ""
            yield f"- Changes: {whole.size['changes']}."
            yield "- Pairs told apart (a finding on the fault, none of its pattern in the right"
            yield f"  half): {_interval(pairs)} of {pairs.count}."
            yield "- Clean changes and right halves without a finding:"
            yield f"  {_interval(clean)} of {clean.count}."
            yield "- Patterns that apply and are shown, as finding or on the checklist:"
            yield f"  {_interval(shown)} of {shown.count};"
            yield f"  shown that do not apply: {idle:.2f} a change."


_CHANGES = """\
`evaluation/review/cases/` holds labelled changes in the style of Django, SQLAlchemy, FastAPI,
Flask, Express, Nest and React projects, written for this: pairs in which the same new code stands
once faulty and once right, and clean ones. Those who wrote them had not seen the detectors, and
the detectors were written on the half `tune` alone; the half `report` is what lies in
`cases/unseen/`. Each is made a repository and reviewed through `Memory.review` with this project's
own memory.

The half `report` was twice as large when it was new, and what the detectors found then is the
best answer to what they find in code that nobody has seen: on 2026-11-21, at commit c778e26,
230 changes with 104 faults, precision .898 [.817, .945], recall .760 [.669, .832], pairs told
apart .734 [.628, .819] of 79, clean ones without a finding .980 [.943, .993], patterns shown that
apply .958 [.924, .977], in vain 0.60 a change. By pattern, precision and recall: N+1 .733 and
.611, foreign keys 1.00 and .944, transactions .929 and .929, error logging 1.00 and .909, error
responses 1.00 and .812, refresh 1.00 and .400 of 5, mobile lifetimes 1.00 and .500 of 4. Then
half of these changes went to `tune`, for the next rules; `git checkout c778e26` and
`make evaluate OPTIONS='--only review --no-baselines --no-semantic'` measure it again."""


def _review_lines(rows: Sequence[Row]) -> list[list[str]]:
    lines = [["pattern", "faults", "found", "false", "precision", "recall"]]
    for row in rows:
        lines.append([
            row.name, *(f"{row.size[one]}" for one in ("faults", "found", "false")),
            *(_interval(row.figures[one]) if one in row.figures else "–"
              for one in ("precision", "recall")),
        ])  # fmt: skip
    return lines


def _table(results: Results, kind: str, half: str) -> Iterator[str]:
    rows = _rows(results, kind, half)
    if rows:
        heads, *lines = _TABLES[kind](rows)
        yield ""
        yield f"### The half `{half}`"
        yield ""
        yield f"| {' | '.join(heads)} |"
        yield f"|---|{'--:|' * (len(heads) - 1)}"
        yield from (f"| {' | '.join(line)} |" for line in lines)


def _search_lines(rows: Sequence[Row]) -> list[list[str]]:
    lines = [["set", "documents", "queries", "nDCG@10", "RR", "R@10", *SEARCHERS]]
    for row in rows:
        name = "**mean**" if row.name == MEAN else row.name + (" ○" if row.name in _WEAK else "")
        lines.append([
            name, f"{row.size.get('documents', 0):,}" if row.name != MEAN else "",
            f"{row.size['queries']:,}", _interval(row.figures[NDCG]),
            *(_value(row.figures.get(one)) for one in (RR, RECALL)),
            *(_value(row.baselines.get(one, {}).get(NDCG)) for one in SEARCHERS),
        ])  # fmt: skip
    return lines


def _semantic_lines(rows: Sequence[Row]) -> list[list[str]]:
    return [line[: -len(SEARCHERS)] for line in _search_lines(rows)]


def _semantic_match_lines(rows: Sequence[Row]) -> list[list[str]]:
    return [line[:8] for line in _match_lines(rows)]


def _match_lines(rows: Sequence[Row]) -> list[list[str]]:
    lines = [["set", "patterns", "asked", "belong", "F1", "precision", "recall", "new",
              "merged unasked", "right", "decided", "rapidfuzz F1"]]  # fmt: skip
    for row in rows:
        right = row.figures.get("merged right")
        lines.append([
            row.name, *(f"{row.size[one]:,}" for one in ("patterns", "asked", "belong")),
            _interval(row.figures["F1"]),
            *(_value(row.figures.get(one)) for one in ("precision", "recall", "new", "merged")),
            f"{_interval(right)} of {right.count}" if right else "none merged",
            _value(row.figures["decided"]),
            _value(row.baselines.get("rapidfuzz", {}).get("F1")),
        ])  # fmt: skip
    return lines


def _stream_lines(rows: Sequence[Row]) -> list[list[str]]:
    names = ("B-cubed precision", "B-cubed recall", "adjusted Rand", "V-measure")
    lines = [["set", "notes", "groups", "made", "B-cubed F1", "precision", "recall",
              "adjusted Rand", "V-measure", "rapidfuzz B-cubed F1"]]  # fmt: skip
    for row in rows:
        lines.append([
            row.name, *(f"{row.size[one]:,}" for one in ("notes", "groups", "made")),
            _interval(row.figures["B-cubed F1"]), *(_value(row.figures[one]) for one in names),
            _value(row.baselines.get("rapidfuzz", {}).get("B-cubed F1")),
        ])  # fmt: skip
    return lines


_TABLES = {
    "search": _search_lines,
    "semantic": _semantic_lines,
    "match": _match_lines,
    "semantic match": _semantic_match_lines,
    "stream": _stream_lines,
    REVIEW: _review_lines,
}


def _rows(results: Results, kind: str, half: str) -> list[Row]:
    return [row for row in results.rows if row.kind == kind and row.half == half]


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _interval(figure: Figure) -> str:
    return f"{_short(figure.value)} [{_short(figure.low)}, {_short(figure.high)}]"


def _value(figure: Figure | None) -> str:
    return _short(figure.value) if figure else ""


def _short(share: float) -> str:
    return f"{share:.3f}".removeprefix("0") if share < 1 else f"{share:.2f}"


# --- words ----------------------------------------------------------------------------------


def _told() -> Iterator[str]:
    yield "## The sets"
    titles = {"search": "Search", "match": "Matching", "stream": "Streams"}
    for kind, sets in TOLD.items():
        yield ""
        yield f"### {titles[kind]}"
        yield ""
        for name, words in sets.items():
            yield f"- **{name}{' ○' if name in _WEAK and kind == 'search' else ''}.** {words}"


def _again() -> Iterator[str]:
    yield "## Measure it yourself"
    yield ""
    yield "```sh"
    yield "make evaluate                         # the half `report`, compared with what is stored"
    yield "make evaluate OPTIONS=--write         # both halves and baselines, and this page again"
    yield 'make evaluate OPTIONS="--help"'
    yield "```"
    yield ""
    yield "It fails when a figure falls below the interval that `evaluation/quality/results.json`"
    yield "holds of it. The notes by strangers lie beside the project and do not ship with it; the"
    yield "packages `cwe2` (MITRE's CWE list) and `chatterbot-corpus` are used where they are"
    yield "installed. A set whose source is missing, or whose text is another one, is named and not"
    yield "compared."
