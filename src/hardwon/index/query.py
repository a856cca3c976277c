"""Reading the index: whole pages, counts, and the search."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hardwon.files.listing import LINK_FAULT
from hardwon.index import ranking
from hardwon.index.asking import LAST, Asked, Word, ask
from hardwon.index.sizes import read_means, read_sizes
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
_EQUAL = 100  # so many more are looked at for ones that are as good as the last
_LOOKED_INTO = 50  # of the candidates: where in them words stand near each other
_LISTED = 20  # of the best: which patterns list them as their sources
_MAX_PHRASE = 32
_MAX_EXACT = 8  # words; a longer query is found by its words
_SNIPPET_WORDS = 28
_K1, _B = 1.2, 0.75  # of FTS5's bm25

# Weights of title, labels, lead, body and code, by which candidates are chosen; ranking.py
# decides between them.
_BM25 = "bm25(documents_fts, 3.0, 1.5, 1.5, 1.0, 0.6)"
_BM25_BODY = "bm25(documents_fts, 0.0, 1.5, 1.5, 1.0, 0.6)"
_TITLE_WEIGHT = 3.0
# What is shown of a document, the best first: column → its number.
_SHOWN = {"lead": 2, "body": 3, "code": 4}


# What ties between equal hits are broken by first; what has no confidence comes last.
_CONFIDENCES = {"HIGH": 0, "MEDIUM": 1, "LOW": 2}

# Scores by words → scores by whatever there is to go by; documents are told by their numbers.
Blend = Callable[[dict[int, float]], dict[int, float]]


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


def count_files(connection: sqlite3.Connection) -> int:
    """Return how many files the memory has, those that could not be read included."""
    (count,) = connection.execute("SELECT count(*) FROM files").fetchone()
    return int(count)


def count_kinds(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of documents by kind."""
    return dict(connection.execute("SELECT kind, count(*) FROM documents GROUP BY kind"))


def read_vocabulary(
    connection: sqlite3.Connection, beginnings: Iterable[str], stems: Collection[str]
) -> dict[str, int]:
    """Return the stems that begin so, and those of `stems` that any document holds.

    Each with the number of its documents. SQLite counts these anew for every stem that it is
    asked for: to ask for all takes ten times as long as a search.
    """
    select = "SELECT term, doc FROM vocabulary WHERE term"
    found = dict(connection.execute(f"{select} IN ({', '.join('?' * len(stems))})", tuple(stems)))
    for first in beginnings:
        found.update(connection.execute(f"{select} >= ? AND term < ?", (first, first + LAST)))
    return found


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
    blend: Blend | None = None,
) -> list[Hit]:
    """Return what holds any of `words`, best first.

    Of equal ones the more confident comes first, then the later, then by path and line.

    Args:
        connection: The index.
        words: Of the query, in its order.
        stems: What they and others are as the index knows them.
        filters: What a hit must be.
        limit: At most so many.
        blend: Makes other scores of those by words, for more documents if it likes, all of
            which pass the filters.
    """
    means = read_means(connection)
    asked = ask(connection, words, stems, means[0])
    terms, sought = _terms(asked.words), _terms(asked.sought)
    found = _candidates(connection, sought, filters, is_single=asked.is_single)
    if not found and terms != (loose := _terms(asked.words, loose=True)):
        terms = loose
        found = _candidates(connection, terms, filters, is_single=asked.is_single)
    exact = _candidates(connection, _whole(words), filters, is_single=False)
    for number in (*exact, *_holding(connection, asked.begun, filters)):
        found.setdefault(number, (0.0, 0.0))
    if not found:
        scores = blend({}) if blend is not None else {}
        return _hits(connection, (), scores, {}, limit)
    scores, places = _score(connection, asked, found, means, stems)
    ranking.add_phrase(scores, exact)
    ranking.add_sources(scores, _sources(connection, scores, filters))
    if blend is not None:
        scores = blend(scores)
    places_of = {word.text: places.get(stems.of(word.text)) for word in asked.words}
    return _hits(connection, terms, scores, places_of, limit)


def _score(
    connection: sqlite3.Connection,
    asked: Asked,
    found: _Ranked,
    means: tuple[int, float, float],
    stems: Stems,
) -> tuple[dict[int, float], dict[str, _Places]]:
    """Return how well each document that was found answers, and where words stand if known."""
    question = asked.question
    words_of = read_sizes(connection, found)
    sizes = {n: ranking.measure(*counts, *means[1:]) for n, counts in words_of.items()}
    if asked.is_single:
        (stem,) = question.weights
        tally = _tally_ranked(found, words_of, means, stems.count(stem))
        return ranking.score_words(question, {stem: tally}, sizes), {}
    places = {s: _places(connection, s, found) for s in (*question.weights, *question.kin)}
    tallies = {stem: ranking.tally(at) for stem, at in places.items()}
    scores = ranking.score_words(question, tallies, sizes)
    ranking.add_nearness(scores, question, places, _best(scores, _LOOKED_INTO))
    ranking.add_pairs(scores, question, places, asked.pairs)
    return scores, places


def _best(scores: Mapping[int, float], count: int) -> list[int]:
    return sorted(scores, key=lambda number: (-scores[number], number))[:count]


def _whole(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """Return the query as one phrase, where it is short and more than stop words."""
    parts = [word for word in words if not word.is_whole]
    if not 2 <= len(parts) <= _MAX_EXACT or all(word.is_stop for word in parts):
        return []
    return [tuple(word.text for word in parts)]


def _sources(
    connection: sqlite3.Connection, scores: Mapping[int, float], filters: Filters
) -> dict[int, list[int]]:
    """Return, for the patterns that list any of the best notes as their source, which ones."""
    conditions, values = _conditions(filters)
    # In this order, which SQLite would not always find: few notes, by whom they are listed.
    query = (
        "SELECT DISTINCT d.id, n.id FROM documents n CROSS JOIN pages p ON p.path = n.path"
        " CROSS JOIN citations c ON c.stem = p.stem"
        " CROSS JOIN documents d ON d.path = c.path AND d.line = c.line"
        f" WHERE n.id IN ({_listed(_best(scores, _LISTED))}) AND n.kind = 'experience'"
        f" AND +d.kind = 'pattern'{conditions}"
    )
    sources: dict[int, list[int]] = defaultdict(list)
    for pattern, note in connection.execute(query, values):
        sources[pattern].append(note)
    return sources


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
        if 1 < len(parts) <= _MAX_PHRASE:
            terms.append(tuple(parts))
        terms += [(part,) for part in parts if loose or len(parts) == 1 or len(part) > 1]
    return list(dict.fromkeys(terms))


def _match(terms: Iterable[tuple[str, ...]]) -> str:
    """Return an FTS5 query for what holds any of `terms`."""
    return " OR ".join(f'"{" ".join(words)}"' for words in terms)


# Of each document the rank, and the rank that it would have without its title.
_Ranked = dict[int, tuple[float, float]]


def _candidates(
    connection: sqlite3.Connection,
    terms: Sequence[tuple[str, ...]],
    filters: Filters,
    *,
    is_single: bool,
) -> _Ranked:
    """Return the best documents by BM25; of equal ones, the first by path and line."""
    if not terms:
        return {}
    match = _match(terms)
    conditions, values = _conditions(filters)
    # Only of a single word does the rank tell more; it takes as long again.
    ranks = f"{_BM25} AS score, {_BM25_BODY if is_single else 0}"
    if not conditions:
        # To look at a document for each match would take as long again as to rank them.
        limit = _CANDIDATES + _EQUAL
        query = (
            f"SELECT rowid, {ranks} FROM documents_fts WHERE documents_fts MATCH ?"
            f" ORDER BY score LIMIT {limit}"
        )
        rows = connection.execute(query, (match,)).fetchall()
        worst = rows[_CANDIDATES - 1][1] if len(rows) > _CANDIDATES else math.inf
        if len(rows) < limit or rows[-1][1] != worst:
            better = {number: (score, rest) for number, score, rest in rows if score < worst}
            equal = {number: (score, rest) for number, score, rest in rows if score == worst}
            first = _first(connection, equal, _CANDIDATES - len(better))
            return better | {number: equal[number] for number in first}
    query = (
        f"SELECT d.id, {ranks} FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid"
        f" WHERE documents_fts MATCH ?{conditions}"
        f" ORDER BY score, d.path, d.line LIMIT {_CANDIDATES}"
    )
    rows = connection.execute(query, (match, *values)).fetchall()
    return {number: (score, rest) for number, score, rest in rows}


def _first(
    connection: sqlite3.Connection, documents: Collection[int], count: int
) -> Collection[int]:
    """Return so many of `documents`, the first by path and line."""
    if len(documents) <= count:
        return documents
    query = (
        f"SELECT id FROM documents WHERE id IN ({_listed(documents)})"
        f" ORDER BY path, line LIMIT {count}"
    )
    return [row[0] for row in connection.execute(query)]


def _holding(connection: sqlite3.Connection, stems: Collection[str], filters: Filters) -> list[int]:
    """Return documents that hold any of `stems`, the first by path and line."""
    if not stems:
        return []
    conditions, values = _conditions(filters)
    query = (
        f"SELECT d.id FROM documents d WHERE d.id IN"
        f" (SELECT doc FROM places WHERE term IN ({', '.join('?' * len(stems))})){conditions}"
        f" ORDER BY d.path, d.line LIMIT {_CANDIDATES}"
    )
    return [row[0] for row in connection.execute(query, (*stems, *values))]


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


def find_allowed(
    connection: sqlite3.Connection, numbers: Iterable[int], filters: Filters
) -> set[int]:
    """Return those of these documents that pass `filters`."""
    conditions, values = _conditions(filters)
    query = f"SELECT d.id FROM documents d WHERE d.id IN ({_listed(numbers)}){conditions}"
    return {row[0] for row in connection.execute(query, values)}


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


def _tally_ranked(
    ranked: _Ranked,
    sizes: Mapping[int, tuple[int, int]],
    means: tuple[int, float, float],
    holding: int,
) -> ranking.Tally:
    """Return what the ranks of documents by a single word tell of how often each holds it.

    Where a word stands takes FTS5 as long again to tell as to rank. Its rank is a function of
    how often the word stands in each column; this is the inverse.

    Args:
        ranked: The documents.
        sizes: How many words they have.
        means: What `read_means` returns.
        holding: In how many documents the word stands.
    """
    total, *mean_words = means
    rarity = math.log((total - holding + 0.5) / (holding + 0.5))
    rarity = rarity if rarity > 0 else 1e-6

    def times(rank: float, length: float) -> float:
        saturated = -rank / rarity
        return saturated * length / (_K1 + 1 - saturated)

    tally = {}
    for number, (rank, rest) in ranked.items():
        length = _K1 * (1 - _B + _B * sum(sizes[number]) / sum(mean_words))
        body = times(rest, length)
        tally[number] = round((times(rank, length) - body) / _TITLE_WEIGHT), body
    return tally


def _hits(
    connection: sqlite3.Connection,
    terms: Sequence[tuple[str, ...]],
    scores: Mapping[int, float],
    places: Mapping[str, _Places | None],
    limit: int,
) -> list[Hit]:
    """Return the best of `scores`; `places` are those of each word, where they are known."""
    if not scores:
        return []
    rounded = {number: round(score, 4) for number, score in scores.items()}
    least = sorted(rounded.values(), reverse=True)[:limit][-1]
    best = [number for number, score in rounded.items() if score >= least]
    query = (
        "SELECT id, kind, title, path, line, confidence, date"
        f" FROM documents WHERE id IN ({_listed(best)})"
    )
    rows = sorted(connection.execute(query), key=lambda row: row[3:5])
    rows.sort(key=lambda row: row[6] or "", reverse=True)
    rows.sort(key=lambda row: (-rounded[row[0]], _CONFIDENCES.get(row[5], len(_CONFIDENCES))))
    hits = []
    for number, kind, title, path, line, confidence, date in rows[:limit]:
        # FTS5 looks for each word again: those that are not there need not be looked for.
        held = {word: _SHOWN if at is None else at.get(number, ()) for word, at in places.items()}
        match = _match(term for term in terms if all(held[word] for word in term))
        columns = {column for at in held.values() for column in at}
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
        match: What was searched for; "" where the document holds none of it.
        number: The document.
        columns: Those in which any word of the query stands.
    """

    def read(column: str) -> str:
        query = (
            f"SELECT snippet(documents_fts, {_SHOWN[column]}, '{_FOUND}', '{_END}', ' … ',"
            f" {_SNIPPET_WORDS}) FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?"
        )
        row = connection.execute(query, (match, number)).fetchone()
        return "" if row is None else str(row[0])

    # FTS5 reads the whole text of a column for each: most documents need one.
    marked = (text for column in _SHOWN if column in columns and _FOUND in (text := read(column)))
    found = match and (next(marked, None) or next(filter(None, map(read, _SHOWN)), ""))
    return found or _beginning(connection, number)


def _beginning(connection: sqlite3.Connection, number: int) -> str:
    """Return the first words of a document that none of the words searched for stands in."""
    query = f"SELECT {', '.join(_SHOWN)} FROM documents WHERE id = ?"
    row = connection.execute(query, (number,)).fetchone()
    text = next(filter(None, map(str.strip, row or ())), "")
    words = text[: _SNIPPET_WORDS * 20].split(None, _SNIPPET_WORDS)
    return " ".join(words[:_SNIPPET_WORDS]) + (" …" if len(words) > _SNIPPET_WORDS else "")


def _take_marks(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return `marked` without its marks, and the ranges that stood between them."""
    text, *rest = marked.split(_FOUND)
    ranges = []
    for part in rest:
        word, _, after = part.partition(_END)
        ranges.append((len(text), len(text) + len(word)))
        text += word + after
    return text, tuple(ranges)
