"""Count what is read from notes that strangers wrote, for docs/reading-corpus.md.

    python evaluation/read_corpus.py            # print the tables
    python evaluation/read_corpus.py --write    # put them into the page

Families A and B of the corpus are read as one memory folder each. The corpus lies beside the
project (`../shared/corpus`) and is not shipped with it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hardwon.errors import UnreadableFileError
from hardwon.files.folder import Folder
from hardwon.markup.pages import parse_page
from hardwon.model.experience import DateOrigin
from hardwon.model.page import Page
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "reading-corpus.md"
_BEGIN, _END = "<!-- tables -->\n", "<!-- end of tables -->\n"

# Git tells nothing here: the files were copied without their history.
ORIGINS = [origin for origin in DateOrigin if origin is not DateOrigin.GIT]
FAMILIES = {
    "A": "Pattern memories, learned patterns and lists of lessons",
    "B": "Experiences: session notes, decision records, postmortems, solutions, TILs",
}


def read_family(family: str) -> Snapshot:
    """Return what a family holds, read straight from its files: nothing is written beside them."""
    folder = Folder(CORPUS / family)
    pages: list[Page] = []
    skipped: list[Fault] = []
    for entry in folder.walk():
        try:
            pages.append(parse_page(folder.read_text(entry.path), entry.path))
        except UnreadableFileError as error:
            skipped.append(Fault("unreadable", entry.path, error.line or 1, error.message))
    return Snapshot(tuple(pages), tuple(skipped))


def count(snapshot: Snapshot, repository: str | None) -> list[int]:
    """Return the numbers of one row; of the whole family for None."""

    def within(path: str) -> bool:
        return repository is None or path.split("/", 1)[0] == repository

    pages = [page for page in snapshot.pages if within(page.path)]
    skipped = sum(within(fault.path) for fault in snapshot.skipped)
    experiences = [experience for page in pages for experience in page.experiences]
    origins = Counter(experience.date_origin for experience in experiences)
    return [
        len(pages) + skipped,
        sum(len(page.patterns) for page in pages),
        len(experiences),
        *(origins[origin] for origin in ORIGINS),
        sum(len(page.faults) for page in pages),
        skipped,
    ]


def rows(family: str) -> Iterator[list[str]]:
    """Yield the rows of a table, the totals last."""
    snapshot = read_family(family)
    paths = [item.path for item in (*snapshot.pages, *snapshot.skipped)]
    for repository in sorted({path.split("/", 1)[0] for path in paths}, key=str.casefold):
        name = repository.replace("__", "/", 1)
        yield [name, *map(str, count(snapshot, repository))]
    yield ["**all**", *(f"**{number}**" for number in count(snapshot, None))]


def lines() -> Iterator[str]:
    """Yield the lines of both tables, each below its heading."""
    columns = ["repository", "files", "patterns", "experiences", *ORIGINS, "faults", "skipped"]
    for family, what in FAMILIES.items():
        yield f"## {family}: {what}\n"
        yield f"| {' | '.join(columns)} |"
        yield f"|---{'|---:' * (len(columns) - 1)}|"
        for row in rows(family):
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
