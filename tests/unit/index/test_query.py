"""However it gets there, a search returns what the plain statement of its ranking returns."""

from __future__ import annotations

import itertools
import math
import random
import re
import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import CORPUS, needs_corpus
from hardwon.actions.refresh import use_index
from hardwon.actions.search import _parse
from hardwon.files.folder import Folder
from hardwon.index import query as index
from hardwon.index.asking import Word
from hardwon.index.stems import Stems, tokenized
from hardwon.model.hit import Filters, Hit

COLUMNS = ("title", "labels", "lead", "body", "code")
BODY_WEIGHTS = {"labels": 1.5, "lead": 1.5, "body": 1.0, "code": 0.6}
BM25 = "bm25(documents_fts, 3.0, 1.5, 1.5, 1.0, 0.6)"


class Reference:
    """The ranking, stated without a thought for time: every token of every document is counted."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.places: dict[int, dict[str, dict[str, set[int]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(set))
        )
        self.sizes: dict[int, Counter[str]] = defaultdict(Counter)
        for (number,) in connection.execute("SELECT id FROM documents"):
            self.sizes[number] = Counter()
        for term, number, column, offset in connection.execute("SELECT * FROM places"):
            self.places[number][term][column].add(offset)
            self.sizes[number][column] += 1
        sums = sum(self.sizes.values(), Counter())
        self.title_mean = sums["title"] / len(self.sizes)
        self.rest_mean = sum(sums[name] for name in BODY_WEIGHTS) / len(self.sizes)
        self.holding = Counter(stem for found in self.places.values() for stem in found)

    def search(self, words: list[Word], condition: str, limit: int) -> list[tuple[object, ...]]:
        stems = tokenized(self.connection, sorted({word.text for word in words}))
        core = [word for word in words if self.holding[stems[word.text]]]
        core = [word for word in core if not word.is_stop] or core
        total = len(self.sizes)
        idf = {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) for s, n in self.holding.items()}
        rarest = sorted({stems[w.text] for w in core}, key=lambda s: (-idf[s], s))[:32]
        core = [word for word in core if stems[word.text] in rarest]
        for loose in (False, True):
            match = self.match(core, loose=loose)
            found = self.candidates(match, condition) if match else []
            if found:
                break
        weights: Counter[str] = Counter()
        for word in core:
            weights[stems[word.text]] += idf[stems[word.text]]
        parts = [stems[word.text] for word in core if not word.is_whole]
        pairs = list(dict.fromkeys(itertools.pairwise(parts)))
        scores = {n: round(self.score(n, weights, pairs), 4) for n, *_ in found}
        order = sorted(found, key=lambda row: (-scores[row[0]], row[1], row[2]))[:limit]
        return [(row[1], row[2], scores[row[0]], self.snippet(match, row[0])) for row in order]

    def match(self, words: list[Word], *, loose: bool) -> str:
        terms = [word.text for word in words if word.is_whole]
        for _, chunk in itertools.groupby((w for w in words if not w.is_whole), lambda w: w.chunk):
            parts = [word.text for word in chunk]
            terms += [" ".join(parts)] if 1 < len(parts) <= 32 else []
            terms += [part for part in parts if loose or len(parts) == 1 or len(part) > 1]
        return " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))

    def candidates(self, match: str, condition: str) -> list[tuple[int, str, int]]:
        return self.connection.execute(
            "SELECT d.id, d.path, d.line FROM documents_fts"
            " JOIN documents d ON d.id = documents_fts.rowid"
            f" WHERE documents_fts MATCH ? AND {condition}"
            f" ORDER BY {BM25}, d.path, d.line LIMIT 200",
            (match,),
        ).fetchall()

    def score(self, number: int, weights: Counter[str], pairs: list[tuple[str, str]]) -> float:
        def saturate(x: float, top: float, half: float) -> float:
            return top * x / (half + x)

        sizes = self.sizes[number]
        rest = sum(sizes[name] for name in BODY_WEIGHTS)
        title_factor = 5 / (0.05 + 0.95 * sizes["title"] / self.title_mean)
        body_factor = 1 / (0.4 + 0.6 * rest / self.rest_mean)
        score = 0.0
        for stem, weight in weights.items():
            if stem not in self.places[number]:
                continue
            at = self.places[number][stem]
            in_title = title_factor * len(at["title"])
            in_body = body_factor * sum(w * len(at[name]) for name, w in BODY_WEIGHTS.items())
            share = weight / sum(weights.values())
            score += share * saturate(in_title + in_body, 2.8, 1.8)
            score += 0.2 * share * saturate(in_title, 2.8, 1.8) + 0.3 * share
        pair_weights = [min(weights[a], weights[b]) for a, b in pairs]
        for (a, b), weight in zip(pairs, pair_weights, strict=True):
            if a in self.places[number] and b in self.places[number]:
                first, second = self.places[number][a], self.places[number][b]
                times = sum(len({n + 1 for n in first[c]} & second[c]) for c in COLUMNS)
                score += 0.3 * saturate(times, 2.6, 1.6) * weight / sum(pair_weights)
        return score

    def snippet(self, match: str, number: int) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return the text around the match and what is found in it: of three columns the first."""
        texts = self.connection.execute(
            "SELECT snippet(documents_fts, 2, '\2', '\3', ' … ', 28),"
            " snippet(documents_fts, 3, '\2', '\3', ' … ', 28),"
            " snippet(documents_fts, 4, '\2', '\3', ' … ', 28)"
            " FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?",
            (match, number),
        ).fetchone()
        best = next((text for text in texts if "\2" in text), next(filter(None, texts), ""))
        return index._take_marks(" ".join(index._MARKUP.sub(" ", best).split()))


def answer(hits: list[Hit]) -> list[tuple[object, ...]]:
    return [(hit.path, hit.line, hit.score, (hit.snippet, hit.found)) for hit in hits]


def differing(
    connection: sqlite3.Connection, queries: list[str]
) -> Iterator[tuple[str, Filters, object, object]]:
    reference = Reference(connection)
    filters = {
        "1": Filters(),
        "kind = 'experience'": Filters(kinds=("experience",)),
        "d.date || '~' >= '2026-02'": Filters(since="2026-02"),
    }
    for query in queries:
        words = _parse(query)
        for condition, wanted in filters.items():
            stems = Stems(connection, (word.text for word in words))
            found = answer(index.search(connection, words, stems, wanted, 15))
            expected = reference.search(words, condition, 15)
            if found != expected:
                yield query, wanted, found, expected


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a memory of 400 short notes, many of them equal but for their paths."""
    root = tmp_path_factory.mktemp("query") / "memory"
    (root / "episodic" / "code").mkdir(parents=True)
    chance = random.Random(5)
    rare = [f"{a}{b}ing" for a in ("brok", "lock", "read", "writ", "merg") for b in ("", "l", "t")]
    words = ["the", "of", "cache", "caches", "query", "queries", "lock", "timeout", "n+1", *rare]
    words += ["selectRelated", "pg_dump", "naïve", "don't", "--no-verify", "v1.2.3"]
    texts = []
    for _ in range(130):
        title = " ".join(chance.choices(words, k=chance.randint(1, 5)))
        body = " ".join(chance.choices(words, k=chance.randint(0, 60)))
        code = (
            f"```\n{' '.join(chance.choices(words, k=8))}\n```\n" if chance.random() < 0.4 else ""
        )
        lesson = f"## Lessons\n- {chance.choice(words)} first\n" if chance.random() < 0.4 else ""
        texts.append(f"# {title}\n\n{body}\n\n{code}\n{lesson}")
    for number in range(400):
        day = f"2026-0{chance.randint(1, 3)}-{chance.randint(10, 28)}"
        file = root / "episodic" / "code" / f"{day}-{number}.md"
        file.write_text(chance.choice(texts), encoding="utf-8")
    return Folder(root)


QUERIES = [
    "cache", "caching query", "the", "the of", "lock timeout", "timeout lock timeout", "n+1",
    "n+1 query", "N+1", "selectRelated", "select related", "pg_dump cache", "broking", "naïve",
    "don't", "--no-verify", "1", "v1.2.3", "query queries", "queries", "lock the cache of queries",
    "merging writing reading", "zebra", "zebra cache", "first", "",
]  # fmt: skip


def test_answer_is_that_of_the_plain_statement(folder: Folder) -> None:
    found = use_index(folder, lambda connection, _: list(differing(connection, QUERIES)))
    assert found == []


@pytest.mark.parametrize("count", [250, 450])
def test_equal_ones_beyond_the_last_candidate(tmp_path: Path, count: int) -> None:
    """More notes than are looked at are as good as the last candidate: paths decide."""
    folder = Folder(tmp_path / "memory")
    (folder.root / "episodic").mkdir(parents=True)
    for number in range(count):
        text = "# Zebra zebra\n" if number % 9 == 0 else "# Note\n\nA zebra.\n"
        (folder.root / "episodic" / f"{number * 7 % count:03}.md").write_text(text)

    def candidates(connection: sqlite3.Connection) -> set[str]:
        """Return the paths of all that are looked at."""
        stems = Stems(connection, ["zebra"])
        hits = index.search(connection, _parse("zebra"), stems, Filters(), 1000)
        return {hit.path for hit in hits}

    def compare(connection: sqlite3.Connection) -> None:
        expected = Reference(connection).candidates('"zebra"', "1")
        assert candidates(connection) == {path for _, path, _ in expected}

    use_index(folder, lambda connection, _: compare(connection))


@needs_corpus
@pytest.mark.slow
def test_answers_from_notes_of_strangers(tmp_path: Path) -> None:
    shutil.copytree(CORPUS / "B", tmp_path / "memory", copy_function=shutil.copyfile)
    folder = Folder(tmp_path / "memory")
    chance = random.Random(3)
    queries = []
    for file in chance.sample(sorted(folder.root.rglob("*.md")), 120):
        text = file.read_text(encoding="utf-8", errors="ignore")
        lines = [line for line in text.splitlines() if line.strip()]
        queries.append(lines[0])
        queries.append(chance.choice(re.findall(r"\w+", text)))
        line = chance.choice(lines).split()
        queries.append(" ".join(line[: chance.randint(1, 6)]))
    found = use_index(folder, lambda connection, _: list(differing(connection, queries)))
    assert found == []
