"""Count what an import finds in files that strangers wrote, for docs/import.md.

    python evaluation/imports.py            # print the tables
    python evaluation/imports.py --write    # put them into the page

Each family of the corpus is imported into a memory of its own, which is empty and never written.
The corpus lies beside the project (`../shared/corpus`) and is not shipped with it.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from hardwon.actions.import_reading import read_foreign
from hardwon.files.foreign import ForeignFile
from hardwon.learning.adopt import adopt
from hardwon.model.adoption import AdoptedFile, Fate
from hardwon.model.foreign import FoundKind
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "import.md"
_BEGIN, _END = "<!-- tables -->\n", "<!-- end of tables -->\n"

FAMILIES = {
    "A": "Pattern memories, learned patterns and lists of lessons",
    "B": "Experiences: session notes, decision records, postmortems, solutions, TILs",
    "C": "Skills, rules, instructions, commands and agents",
    "D": "Checklists",
    "E": "Hostile and broken files",
}
_COLUMNS = ["recognised as", "files", "empty", *(f"{kind}s" for kind in FoundKind)]
_FATES = [Fate.RENAMED, Fate.KNOWN, Fate.REFUSED]


def read_family(family: str) -> tuple[AdoptedFile, ...]:
    """Return what becomes of the files of a corpus family, told by the paths that they had."""
    with (CORPUS / "SOURCES.csv").open(encoding="utf-8", newline="") as table:
        files = [
            # Files made for the corpus were nowhere else.
            ForeignFile(CORPUS, row["file"], row["src_path"] or row["file"])
            for row in csv.DictReader(table)
            if row["family"] == family and not row["subfamily"].endswith("symlink")
        ]
    readings = tuple(read_foreign(files))
    return adopt(Snapshot(), readings, _read_nothing, Settings()).sources


def _read_nothing(path: str) -> str:
    raise AssertionError(f"an empty memory has no {path}")


def rows(sources: Sequence[AdoptedFile]) -> Iterator[list[str]]:
    """Yield the rows of a table: the families by size, what is refused, and the totals."""
    read = [source for source in sources if source.reading.foreign is not None]
    families = Counter(s.reading.foreign.family for s in read if s.reading.foreign is not None)
    for family, _ in sorted(families.items(), key=lambda pair: (-pair[1], pair[0].casefold())):
        own = [s for s in read if s.reading.foreign and s.reading.foreign.family == family]
        yield [family, *map(str, _numbers(own))]
    faults = [source.reading.fault for source in sources if source.reading.fault is not None]
    reasons = Counter(_reason(fault.message) for fault in faults)
    for reason, number in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        yield [f"*not imported:* {reason}", str(number), *[""] * (len(_COLUMNS) + len(_FATES) - 2)]
    yield ["**all**", *(f"**{number}**" for number in _numbers(sources))]


def _reason(message: str) -> str:
    """Return a reason without what it says of one file only."""
    return re.sub(r"(?<=the same as ).*", "another file", re.sub(r" \(byte .*", "", message))


def _numbers(sources: Sequence[AdoptedFile]) -> list[int]:
    adopted = [one for source in sources for one in source.adopted]
    kinds, fates = Counter(one.kind for one in adopted), Counter(one.fate for one in adopted)
    empty = sum(source.reading.foreign is not None and not source.adopted for source in sources)
    return [
        len(sources),
        empty,
        *(kinds[kind] for kind in FoundKind),
        *(fates[fate] for fate in _FATES),
    ]


def lines() -> Iterator[str]:
    """Yield the lines of all tables, each below its heading."""
    columns = [*_COLUMNS, *map(str, _FATES)]
    for family, what in FAMILIES.items():
        yield f"### {family}: {what}\n"
        yield f"| {' | '.join(columns)} |"
        yield f"|---{'|---:' * (len(columns) - 1)}|"
        for row in rows(read_family(family)):
            yield f"| {' | '.join(row)} |"
        yield ""


def with_tables(page: str) -> str:
    """Return `page` with the tables between its two marks."""
    before, _, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    return "".join([before, _BEGIN, "\n", *(f"{line}\n" for line in lines()), end, after])


def main() -> None:
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} does not exist: the corpus lies beside the project")
    if sys.argv[1:] == ["--write"]:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(with_tables(page), encoding="utf-8", newline="\n")
    else:
        print("\n".join(lines()))


if __name__ == "__main__":
    main()
