"""Reading the index: whole pages, counts, and the search."""

from __future__ import annotations

import itertools
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hardwon.files.folder import LINK_FAULT
from hardwon.index.stems import Stems
from hardwon.model.hit import Filters, Hit

if TYPE_CHECKING:
    from hardwon.model.page import Page
    from hardwon.model.values import Fault

# Around a found word while a snippet is made; no note holds them, see actions/documents.py.
_FOUND, _END = "\x02", "\x03"
_MARKUP = re.compile(r"\*\*|```\w*|(?:(?<=\s)|^)#{1,6}\s|\|(?:[\s|:-]*\|)")

# A link was never read, so it was not skipped either.
_SKIPPED = "fault IS NOT NULL AND fault <> ?"

_CANDIDATES = 200
_MAX_WORDS = 32  # of a long query only the rarest words count, and no longer phrase
_SNIPPET_WORDS = 28

# Weights of title, labels, lead, body and code. From the project's ranking experiments: the
# title counts about three times; what a note states as its lesson counts a little more.
_BM25 = "bm25(documents_fts, 3.0, 1.5, 1.5, 1.0, 0.6)"
_BODY_WEIGHTS = {"labels": 1.5, "lead": 1.5, "body": 1.0, "code": 0.6}
# What is shown of a document, the best first: column → its number.
_SHOWN = {"lead": 2, "body": 3, "code": 4}


class Word(NamedTuple):
    """One word of a query, in lower case.

    Attributes:
        start: First character in the query.
        end: Character behind its last.
        is_stop: It says nothing about the matter.
        is_whole: A camelCase word beside its own parts; it need not be found.
        chunk: Number of the run of characters between blanks that it stands in.
    """

    text: str
    start: int
    end: int
    is_stop: bool
    is_whole: bool
    chunk: int


def read_file_paths(connection: sqlite3.Connection) -> list[str]:
    """Return the paths of all files that could be read, sorted."""
    return [row[0] for row in connection.execute("SELECT path FROM pages ORDER BY path")]


def read_pages(
    connection: sqlite3.Connection, *, role: str | None = None, paths: Iterable[str] | None = None
) -> Iterator[Page]:
    """Yield pages sorted by path; undated experiences have the date of their first commit.

    Args:
        connection: The index.
        role: Only pages that hold a document of this kind.
        paths: Only these.

    Raises:
        sqlite3.DatabaseError: The index is damaged.
    """
    from hardwon.index.codec import decode_page

    first = dict(connection.execute("SELECT path, date FROM first_commits"))
    if paths is not None:
        rows: Iterable[tuple[str]] = (
            row
            for path in sorted(paths)
            for row in connection.execute("SELECT page FROM pages WHERE path = ?", (path,))
        )
    elif role is not None:
        query = (
            "SELECT page FROM pages WHERE path IN (SELECT path FROM documents WHERE kind = ?)"
            " ORDER BY path"
        )
        rows = connection.execute(query, (role,))
    else:
        rows = connection.execute("SELECT page FROM pages ORDER BY path")
    for (text,) in rows:
        page = decode_page(text)
        yield _with_date(page, first[page.path]) if page.path in first else page


def _with_date(page: Page, day: str) -> Page:
    from dataclasses import replace

    from hardwon.model.experience import DateOrigin
    from hardwon.model.values import PartialDate

    date = PartialDate.from_iso(day)
    experiences = tuple(
        note if note.date else replace(note, date=date, date_origin=DateOrigin.GIT)
        for note in page.experiences
    )
    return replace(page, experiences=experiences)


def read_skipped(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Yield, sorted by path, why files could not be read."""
    from hardwon.model.values import Fault

    query = f"SELECT path, fault_line, fault FROM files WHERE {_SKIPPED} ORDER BY path"
    for path, line, message in connection.execute(query, (LINK_FAULT,)):
        yield Fault("unreadable", path, line, message)


def read_links(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Yield, sorted by path, the symbolic links that stand where a note or a folder could."""
    from hardwon.model.values import Fault

    query = "SELECT path FROM files WHERE fault = ? ORDER BY path"
    for (path,) in connection.execute(query, (LINK_FAULT,)):
        yield Fault("symbolic-link", path, 1, LINK_FAULT)


def count_skipped(connection: sqlite3.Connection) -> int:
    """Return how many files could not be read."""
    query = f"SELECT count(*) FROM files WHERE {_SKIPPED}"
    return int(connection.execute(query, (LINK_FAULT,)).fetchone()[0])


def count_kinds(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of documents by kind."""
    return dict(connection.execute("SELECT kind, count(*) FROM documents GROUP BY kind"))


def read_vocabulary(connection: sqlite3.Connection, shortest: int, longest: int) -> dict[str, int]:
    """Return all stems of so many letters, each with the number of its documents."""
    query = "SELECT term, doc FROM vocabulary WHERE length(term) BETWEEN ? AND ?"
    return dict(connection.execute(query, (shortest, longest)))


def find_texts(connection: sqlite3.Connection, stem: str) -> str:
    """Return the text of some documents in which `stem` stands; "" when none does."""
    rows = connection.execute(
        "SELECT title || ' ' || labels || ' ' || lead || ' ' || body || ' ' || code"
        " FROM documents WHERE id IN (SELECT DISTINCT doc FROM places WHERE term = ? LIMIT 5)",
        (stem,),
    )
    return " ".join(str(row[0]) for row in rows)


def search(
    connection: sqlite3.Connection,
    words: Sequence[Word],
    stems: Stems,
    filters: Filters,
    limit: int,
) -> list[Hit]:
    """Return what holds any of `words`, best first; equal ones by path and line."""
    counts = {s: stems.count(s) for word in words if (s := stems.of(word.text))}
    core = [word for word in words if counts.get(stems.of(word.text))]
    core = [word for word in core if not word.is_stop] or core
    total, title_mean, body_mean = _means(connection)
    idf = {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) for s, n in counts.items()}
    rarest = sorted({stems.of(w.text) for w in core}, key=lambda s: (-idf[s], s))[:_MAX_WORDS]
    core = [word for word in core if stems.of(word.text) in rarest]
    terms = _terms(core)
    found = _candidates(connection, _match(terms), filters) if terms else []
    if not found and core and terms != (loose := _terms(core, loose=True)):
        terms = loose
        found = _candidates(connection, _match(terms), filters)
    if not found:
        return []
    weights: dict[str, float] = defaultdict(float)
    for word in core:
        weights[stems.of(word.text)] += idf[stems.of(word.text)]
    places = {stem: _places(connection, stem, found) for stem in weights}
    factors = {
        number: (
            5 / (0.05 + 0.95 * title_words / title_mean),
            1 / (0.4 + 0.6 * body_words / body_mean),
        )
        for number, title_words, body_words in _sizes(connection, found)
    }
    scores = _scores(places, weights, _pairs(core, stems), factors)
    places_of = {word.text: places[stems.of(word.text)] for word in core}
    return _hits(connection, terms, scores, places_of, limit)


def _terms(words: Sequence[Word], *, loose: bool = False) -> list[tuple[str, ...]]:
    """Return what is looked for: single words, and those of one chunk as a phrase.

    Single letters and digits of a chunk such as `N+1` count only together, unless `loose`.
    """
    chunks: dict[int, list[str]] = defaultdict(list)
    terms: list[tuple[str, ...]] = []
    for word in words:
        if word.is_whole:
            terms.append((word.text,))
        else:
            chunks[word.chunk].append(word.text)
    for parts in chunks.values():
        if 1 < len(parts) <= _MAX_WORDS:
            terms.append(tuple(parts))
        terms += [(part,) for part in parts if loose or len(parts) == 1 or len(part) > 1]
    return list(dict.fromkeys(terms))


def _match(terms: Iterable[tuple[str, ...]]) -> str:
    """Return an FTS5 query for what holds any of `terms`."""
    return " OR ".join(f'"{" ".join(words)}"' for words in terms)


def _candidates(connection: sqlite3.Connection, match: str, filters: Filters) -> list[int]:
    """Return the best documents by BM25; of equal ones, the first by path and line."""
    conditions, values = _conditions(filters)
    if not conditions:
        # To look at a document for each match would take as long again.
        query = (
            f"SELECT rowid, {_BM25} AS score FROM documents_fts WHERE documents_fts MATCH ?"
            f" ORDER BY score LIMIT {_CANDIDATES + 1}"
        )
        rows = connection.execute(query, (match,)).fetchall()
        if len(rows) <= _CANDIDATES or rows[-1][1] != rows[-2][1]:
            return [row[0] for row in rows[:_CANDIDATES]]
    query = (
        "SELECT d.id FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid"
        f" WHERE documents_fts MATCH ?{conditions}"
        f" ORDER BY {_BM25}, d.path, d.line LIMIT {_CANDIDATES}"
    )
    return [row[0] for row in connection.execute(query, (match, *values))]


def _conditions(filters: Filters) -> tuple[str, list[str]]:
    parts: list[str] = []
    values: list[str] = []
    for column, wanted in (("kind", filters.kinds), ("confidence", filters.confidences)):
        if wanted:
            parts.append(f" AND d.{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if filters.project is not None:
        parts.append(" AND instr(d.projects, ?) > 0")
        values.append(f"\n{filters.project}\n")
    if filters.since is not None:
        # `~` sorts behind digits and hyphens: a month counts while any of its days may fit.
        parts.append(" AND d.date || '~' >= ?")
        values.append(filters.since)
    return "".join(parts), values


def _means(connection: sqlite3.Connection) -> tuple[int, float, float]:
    """Return the number of documents, and how many words a title and the rest have on average.

    FTS5 keeps these for its own ranking, in the first record of its data.
    """
    row = connection.execute("SELECT block FROM documents_fts_data WHERE id = 1").fetchone()
    total, title, *others = _numbers(row[0]) if row and row[0] else (0, 0)
    return total, title / (total or 1) or 1, sum(others) / (total or 1) or 1


def _sizes(connection: sqlite3.Connection, documents: Iterable[int]) -> list[tuple[int, int, int]]:
    """Return the number of each document, of words in its title, and of words in the rest."""
    query = f"SELECT id, sz FROM documents_fts_docsize WHERE id IN ({_listed(documents)})"
    sizes = []
    for number, size in connection.execute(query):
        title, *others = _numbers(size)
        sizes.append((number, title, sum(others)))
    return sizes


def _numbers(record: bytes) -> list[int]:
    """Return the whole numbers in a record of FTS5: seven bits a byte, the highest first."""
    numbers, value = [], 0
    for byte in record:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return numbers


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


# For each document that holds a stem: column → offsets.
_Places = dict[int, dict[str, list[int]]]


def _places(connection: sqlite3.Connection, stem: str, documents: Iterable[int]) -> _Places:
    places: _Places = {}
    query = f"SELECT doc, col, offset FROM places WHERE term = ? AND doc IN ({_listed(documents)})"
    for number, column, offset in connection.execute(query, (stem,)):
        columns = places.setdefault(number, {})
        if column in columns:
            columns[column].append(offset)
        else:
            columns[column] = [offset]
    return places


def _pairs(words: Sequence[Word], stems: Stems) -> list[tuple[str, str]]:
    """Return the stems of words that follow each other in the query."""
    parts = [stems.of(word.text) for word in words if not word.is_whole]
    return list(dict.fromkeys(itertools.pairwise(parts)))


def _scores(
    places: Mapping[str, _Places],
    weights: Mapping[str, float],
    pairs: Sequence[tuple[str, str]],
    factors: Mapping[int, tuple[float, float]],
) -> dict[int, float]:
    """Return how well each document answers: 0 to about 4.

    BM25 over weighted fields, the title once more on its own, the share of the query that is
    there at all, and words that follow each other as in the query. The constants are those of
    the project's ranking experiments.

    Args:
        places: Where each stem of the query stands.
        weights: What each of them counts.
        pairs: Stems that follow each other in the query.
        factors: What a word in the title of a document counts, and one in the rest of it.
    """
    scores = dict.fromkeys(factors, 0.0)
    whole = sum(weights.values())
    for stem, weight in weights.items():
        share = weight / whole
        for number, columns in places[stem].items():
            title_factor, body_factor = factors[number]
            in_title, in_body = 0.0, 0.0
            for name, offsets in columns.items():
                if name == "title":
                    in_title = title_factor * len(offsets)
                else:
                    in_body += _BODY_WEIGHTS[name] * len(offsets)
            scores[number] += (
                share * _saturate(in_title + body_factor * in_body, 2.8, 1.8)
                + 0.2 * share * _saturate(in_title, 2.8, 1.8)
                + 0.3 * share
            )
    pair_weights = [min(weights[a], weights[b]) for a, b in pairs]
    for (a, b), weight in zip(pairs, pair_weights, strict=True):
        share = weight / sum(pair_weights)
        for number in places[a].keys() & places[b].keys():
            second = places[b][number]
            times = sum(
                len({offset + 1 for offset in offsets}.intersection(second.get(column, ())))
                for column, offsets in places[a][number].items()
            )
            scores[number] += 0.3 * _saturate(times, 2.6, 1.6) * share
    return scores


def _saturate(x: float, top: float, half: float) -> float:
    return top * x / (half + x)


def _hits(
    connection: sqlite3.Connection,
    terms: Sequence[tuple[str, ...]],
    scores: Mapping[int, float],
    places: Mapping[str, _Places],
    limit: int,
) -> list[Hit]:
    """Return the best of `scores`; `places` are those of each word of `terms`."""
    rounded = {number: round(score, 4) for number, score in scores.items()}
    least = sorted(rounded.values(), reverse=True)[:limit][-1]
    best = [number for number, score in rounded.items() if score >= least]
    query = (
        "SELECT id, kind, title, path, line, confidence, date"
        f" FROM documents WHERE id IN ({_listed(best)})"
    )
    rows = sorted(connection.execute(query), key=lambda row: (-rounded[row[0]], *row[3:5]))
    hits = []
    for number, kind, title, path, line, confidence, date in rows[:limit]:
        # FTS5 looks for each word again: those that are not there need not be looked for.
        match = _match(t for t in terms if all(number in places[word] for word in t))
        columns = {column for at in places.values() for column in at.get(number, ())}
        text = _snippet(connection, match, number, columns)
        snippet, ranges = _take_marks(" ".join(_MARKUP.sub(" ", text).split()))
        score = rounded[number]
        hits.append(Hit(kind, title, path, line, score, confidence, date, snippet, ranges))
    return hits


def _snippet(
    connection: sqlite3.Connection, match: str, number: int, columns: Collection[str]
) -> str:
    """Return the text around the best match in the first column that has one, or its beginning.

    Args:
        connection: The index.
        match: What was searched for.
        number: The document.
        columns: Those in which any word of the query stands.
    """

    def read(column: str) -> str:
        query = (
            f"SELECT snippet(documents_fts, {_SHOWN[column]}, '{_FOUND}', '{_END}', ' … ',"
            f" {_SNIPPET_WORDS}) FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?"
        )
        return str(connection.execute(query, (match, number)).fetchone()[0])

    # FTS5 reads the whole text of a column for each: most documents need one.
    marked = (text for column in _SHOWN if column in columns and _FOUND in (text := read(column)))
    return next(marked, None) or next(filter(None, map(read, _SHOWN)), "")


def _take_marks(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return `marked` without its marks, and the ranges that stood between them."""
    text, *rest = marked.split(_FOUND)
    ranges = []
    for part in rest:
        word, _, after = part.partition(_END)
        ranges.append((len(text), len(text) + len(word)))
        text += word + after
    return text, tuple(ranges)
