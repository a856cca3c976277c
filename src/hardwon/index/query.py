"""Reading the index: whole pages, counts, and the search."""

from __future__ import annotations

import itertools
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hardwon.files.folder import LINK_FAULT
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


@dataclass(frozen=True, slots=True)
class Word:
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


def read_hashes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the hash of the bytes of each file that could be read, by path."""
    rows = connection.execute("SELECT path, hash FROM files WHERE hash IS NOT NULL")
    return dict(rows.fetchall())


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


class Stems:
    """The stems of words, as the index makes them."""

    def __init__(self, connection: sqlite3.Connection, words: Iterable[str]) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._connection = connection
        connection.execute(
            "CREATE VIRTUAL TABLE temp.query USING fts5(word, tokenize = 'porter unicode61')"
        )
        connection.execute(
            "CREATE VIRTUAL TABLE temp.query_places USING fts5vocab(temp, query, instance)"
        )
        self.add(words)

    def add(self, words: Iterable[str]) -> None:
        """Make the stems of further words known."""
        new = sorted(set(words) - self._known.keys())
        self._connection.execute("DELETE FROM temp.query")
        rows = list(enumerate(new, 1))
        self._connection.executemany("INSERT INTO temp.query (rowid, word) VALUES (?, ?)", rows)
        found: dict[int, list[str]] = defaultdict(list)
        query = "SELECT doc, term FROM temp.query_places ORDER BY doc, offset"
        for number, term in self._connection.execute(query):
            found[number].append(term)
        self._known |= {word: tuple(found[number]) for number, word in rows}

    def of(self, word: str) -> str:
        """Return the stem of `word`; "" when the index sees no word in it."""
        stems = self._known[word]
        return stems[0] if len(stems) == 1 else " ".join(stems)


def count_documents(connection: sqlite3.Connection, stems: Iterable[str]) -> dict[str, int]:
    """Return in how many documents each of `stems` stands."""
    query = "SELECT doc FROM vocabulary WHERE term = ?"
    counts = {}
    for stem in stems:
        row = connection.execute(query, (stem,)).fetchone()
        counts[stem] = int(row[0]) if row else 0
    return counts


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
    counts = count_documents(connection, {stems.of(word.text) for word in words} - {""})
    core = [word for word in words if counts.get(stems.of(word.text))]
    core = [word for word in core if not word.is_stop] or core
    total, title_mean, body_mean = connection.execute(
        "SELECT count(*), avg(title_words), avg(body_words) FROM documents"
    ).fetchone()
    idf = {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) for s, n in counts.items()}
    rarest = sorted({stems.of(w.text) for w in core}, key=lambda s: (-idf[s], s))[:_MAX_WORDS]
    core = [word for word in core if stems.of(word.text) in rarest]
    match = _match(core)
    found = _candidates(connection, match, filters) if match else {}
    if not found and core and match != (loose := _match(core, loose=True)):
        match = loose
        found = _candidates(connection, match, filters)
    if not found:
        return []
    weights: dict[str, float] = defaultdict(float)
    for word in core:
        weights[stems.of(word.text)] += idf[stems.of(word.text)]
    places = _places(connection, weights, found)
    pairs = _pairs(core, stems)
    scores = {}
    for number, (title_words, body_words) in found.items():
        title_factor = 5 / (0.05 + 0.95 * title_words / (title_mean or 1))
        body_factor = 1 / (0.4 + 0.6 * body_words / (body_mean or 1))
        scores[number] = _score(places[number], weights, pairs, title_factor, body_factor)
    return _hits(connection, match, scores, limit)


def _match(words: Sequence[Word], *, loose: bool = False) -> str:
    """Return the words as an FTS5 query: any of them, and those of one chunk as a phrase.

    Single letters and digits of a chunk such as `N+1` count only together, unless `loose`.
    """
    chunks: dict[int, list[str]] = defaultdict(list)
    terms: list[str] = []
    for word in words:
        if word.is_whole:
            terms.append(word.text)
        else:
            chunks[word.chunk].append(word.text)
    for parts in chunks.values():
        if 1 < len(parts) <= _MAX_WORDS:
            terms.append(" ".join(parts))
        terms += [part for part in parts if loose or len(parts) == 1 or len(part) > 1]
    return " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))


def _candidates(
    connection: sqlite3.Connection, match: str, filters: Filters
) -> dict[int, tuple[int, int]]:
    """Return the best documents by BM25: id → words of the title and of the rest."""
    conditions, values = _conditions(filters)
    query = (
        "SELECT d.id, d.title_words, d.body_words FROM documents_fts"
        " JOIN documents d ON d.id = documents_fts.rowid"
        f" WHERE documents_fts MATCH ?{conditions}"
        f" ORDER BY {_BM25}, d.path, d.line LIMIT {_CANDIDATES}"
    )
    return {row[0]: row[1:] for row in connection.execute(query, (match, *values))}


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


# For each document: stem → column → offsets.
_Places = dict[int, dict[str, dict[str, set[int]]]]


def _places(
    connection: sqlite3.Connection, stems: Iterable[str], documents: Iterable[int]
) -> _Places:
    wanted = set(documents)
    places: _Places = {n: defaultdict(lambda: defaultdict(set)) for n in wanted}
    marks = ", ".join(map(str, sorted(wanted)))
    query = f"SELECT doc, col, offset FROM places WHERE term = ? AND doc IN ({marks})"
    for stem in stems:
        for number, column, offset in connection.execute(query, (stem,)):
            places[number][stem][column].add(offset)
    return places


def _pairs(words: Sequence[Word], stems: Stems) -> list[tuple[str, str]]:
    """Return the stems of words that follow each other in the query."""
    parts = [stems.of(word.text) for word in words if not word.is_whole]
    return list(dict.fromkeys(itertools.pairwise(parts)))


def _score(
    places: dict[str, dict[str, set[int]]],
    weights: dict[str, float],
    pairs: Sequence[tuple[str, str]],
    title_factor: float,
    body_factor: float,
) -> float:
    """Return how well one document answers: 0 to about 4.

    BM25 over weighted fields, the title once more on its own, the share of the query that is
    there at all, and words that follow each other as in the query. The constants are those of
    the project's ranking experiments.
    """
    whole = sum(weights.values())
    score = 0.0
    for stem, columns in places.items():
        in_title = title_factor * len(columns.get("title", ()))
        in_body = body_factor * sum(
            weight * len(columns.get(name, ())) for name, weight in _BODY_WEIGHTS.items()
        )
        share = weights[stem] / whole
        score += share * _saturate(in_title + in_body, 2.8, 1.8)
        score += 0.2 * share * _saturate(in_title, 2.8, 1.8)
        score += 0.3 * share
    pair_weights = [min(weights[a], weights[b]) for a, b in pairs]
    for (a, b), weight in zip(pairs, pair_weights, strict=True):
        if a in places and b in places:
            times = sum(
                len({offset + 1 for offset in offsets} & places[b].get(column, set()))
                for column, offsets in places[a].items()
            )
            score += 0.3 * _saturate(times, 2.6, 1.6) * weight / sum(pair_weights)
    return score


def _saturate(x: float, top: float, half: float) -> float:
    return top * x / (half + x)


def _hits(
    connection: sqlite3.Connection, match: str, scores: dict[int, float], limit: int
) -> list[Hit]:
    marks = ", ".join(map(str, sorted(scores)))
    rows = connection.execute(f"SELECT id, path, line FROM documents WHERE id IN ({marks})")
    order = sorted((-round(scores[n], 4), path, line, n) for n, path, line in rows)[:limit]
    numbers = [number for *_, number in order]
    snippets = ", ".join(
        f"snippet(documents_fts, {column}, '{_FOUND}', '{_END}', ' … ', {_SNIPPET_WORDS})"
        for column in (2, 3, 4)
    )
    query = (
        f"SELECT d.id, kind, d.title, path, line, confidence, date, {snippets}"
        " FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid"
        f" WHERE documents_fts MATCH ? AND d.id IN ({', '.join(map(str, numbers))})"
    )
    hits = {}
    for number, kind, title, path, line, confidence, date, *texts in connection.execute(
        query, (match,)
    ):
        best = next((text for text in texts if _FOUND in text), next(filter(None, texts), ""))
        score = round(scores[number], 4)
        snippet, ranges = _take_marks(" ".join(_MARKUP.sub(" ", best).split()))
        hits[number] = Hit(kind, title, path, line, score, confidence, date, snippet, ranges)
    return [hits[number] for number in numbers]


def _take_marks(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return `marked` without its marks, and the ranges that stood between them."""
    text, *rest = marked.split(_FOUND)
    ranges = []
    for part in rest:
        word, _, after = part.partition(_END)
        ranges.append((len(text), len(text) + len(word)))
        text += word + after
    return text, tuple(ranges)
