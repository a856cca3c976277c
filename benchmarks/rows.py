"""The rows of the table: what each measures, what is promised, and what limits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of the table.

    Attributes:
        key: Names it in the results.
        operation: What is done, as the table says it.
        ours: What exactly is measured of hardwon.
        floor: What it is compared with; "" for nothing.
        limits: What keeps it from being faster, in a sentence.
        bound: The most that the ratio may be, or the MB of memory; None promises nothing.
        at: Number of notes for which `bound` is stated; None for any.
        by: What decides: the ratio of processor times, or the peak of memory.
        missed: Why the bound is not reached, in a sentence; None while no reason is known.
    """

    key: str
    operation: str
    ours: str
    floor: str
    limits: str
    bound: float | None = None
    at: int | None = None
    by: Literal["processor", "memory"] = "processor"
    missed: str | None = None


ROWS = (
    Row(
        "first-index",
        "first index",
        "`hardwon index` on a memory without an index, from the start of the process to its end.",
        "A process that reads each file, and puts it with one `executemany` into an FTS5 table with"
        " the columns, the tokenizer and the settings of ours, as it is; without a journal.",
        "Cutting texts into words and sorting them is SQLite's; on top of it every note is read as"
        " Markdown, for fields, lessons, links and credentials.",
        bound=1.5,
        missed="the bound leaves half the time of the floor, some 27 µs a note, for all that is"
        " read of it. Finding its blocks, its fields and credentials takes many times that in"
        " Python; and the note is stored twice more, as a page and as what snippets are cut from.",
    ),
    Row(
        "memory",
        "peak memory of the first index",
        "The most that the process held, or it and its children together.",
        "",
        "The words that SQLite gathers before it writes them, and what one note at a time needs.",
        bound=300,
        at=100_000,
        by="memory",
        missed="rows of many books were held before they were written. Since this run a bound is"
        " kept: `make bench-quick OPTIONS='--only memory --sizes 100000'` showed 215 MB.",
    ),
    Row(
        "refresh-unchanged",
        "refresh, nothing changed",
        "A process that refreshes the index through the library and does nothing else: the start"
        " of the interpreter included.",
        "`find -printf` of size, times and inode of every file of the same folder.",
        "The system is asked for the state of every file, and a row is compared for each.",
        bound=1.2,
        at=100_000,
    ),
    Row(
        "refresh-unchanged-bare",
        "the same, less the start of the interpreter",
        'The row above less `python -c "import sqlite3"`.',
        "The same listing.",
        "As above.",
    ),
    Row(
        "refresh-changed",
        "refresh, one note changed",
        "The same process, a line having been added to one note.",
        "The refresh with nothing changed.",
        "The reader of notes is imported, one note is read, and what depends on more than one file"
        " is counted again.",
        bound=1.1,
        missed="the modules that read a note are imported for the one note, which takes longer"
        " than reading it; and the row that lists its folder is written again with the names of"
        " all its files.",
    ),
    Row(
        "search-small",
        "cold search of a small memory",
        "`hardwon search` with two or three words of a title, from start to exit, the look at every"
        " file included.",
        'The same interpreter with `-c "import sqlite3"`.',
        "Starting Python, and importing click and our own modules.",
        bound=3.5,
        at=1_000,
    ),
    Row(
        "search-large",
        "cold search of a large memory",
        "The same on the largest memory.",
        'The same interpreter with `-c "import sqlite3"`, and `find -printf` of the folder.',
        "The look at every file; then the list of notes that hold a common word.",
        bound=1.5,
        at=100_000,
    ),
    Row(
        "search-watched",
        "cold search while `hardwon watch` runs",
        "The same; the processor time of the watching process is not in it.",
        'The same interpreter with `-c "import sqlite3"`.',
        "Starting Python, and the list of notes that hold a common word.",
        bound=4.0,
        at=100_000,
        missed="importing click alone takes two and a half times the floor, our own modules"
        " another time; the search, the question to the watcher and what is printed take the rest.",
    ),
    Row(
        "search-warm",
        "warm search of a word in 1 % of the notes",
        "The search in a process that has the index open, without the look at the files.",
        "`SELECT rowid … MATCH … ORDER BY rank LIMIT 10` on the same index, through a connection"
        " of its own.",
        "SQLite scores every note that holds the word; then the best are scored again by title,"
        " neighbours and length, and get their snippets.",
        bound=1.5,
        at=100_000,
        missed="ranking takes what the floor takes. To that come, for any number of notes, the "
        "lengths of two hundred candidates, ten texts to cut snippets from, and looking up "
        "the word.",
    ),
    Row(
        "search-whole",
        "the same, looking at every file first",
        "`Memory.search` of the library, in a process that is warm.",
        "The same query.",
        "The look at every file.",
    ),
    Row(
        "learn-match",
        "learn 1,000 new notes against 2,000 patterns",
        "`hardwon learn --dry-run` on an index that is fresh: the whole decision, nothing written."
        " A tenth of the notes name their pattern, of the others the text alone must tell.",
        "rapidfuzz `fuzz.partial_ratio` of every note with every pattern, as `process.cdist`"
        " computes it: the scorer that learning uses for the few that it compares in full. A"
        " sample of the notes is measured and multiplied.",
        "Notes and patterns are read back from the index; each note is compared with the few"
        " patterns that share its rarest words.",
        bound=0.01,
    ),
    Row(
        "learn-growth",
        "learn 1,000 new notes as patterns grow",
        "The same command; its whole time for the same thousand notes, the patterns being read"
        " included.",
        "The same with 200 patterns.",
        "Every pattern is read and its words are counted, whatever the notes say.",
        bound=3.0,
        missed="all patterns are read back from the index and their words are counted at every "
        "start. What further notes cost stays below three times; see the row below.",
    ),
    Row(
        "learn-growth-bare",
        "the same, less what is learned of 200 notes",
        "The row above less the time for 200 of the notes: what further notes cost, without the"
        " start and the reading of the patterns.",
        "The same with 200 patterns.",
        "A word stands in more patterns, so more of them are looked at.",
    ),
    Row(
        "book-change",
        "one pattern changed in a book of 2,000",
        "`Memory.apply` of a plan of `learn` that adds an example, within a process: comparing the"
        " file with what was planned on, writing, flushing, taking its place.",
        "Reading the book, writing its bytes beside it, flushing them to the disk, and renaming.",
        "The lock, the comparisons that keep a hand edit from being lost, and flushing the folder.",
        bound=1.3,
        missed="the book is compared with what the plan was made on before it changes places with "
        "the new one, and what was displaced is compared again; so no edit by hand is lost, "
        "and the bytes are read twice more than the floor reads them. The lock and flushing "
        "the folder come on top.",
    ),
)  # fmt: skip
