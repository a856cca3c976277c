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


# Of a document: id, path, line, confidence, date.
Row = tuple[int, str, int, str | None, str | None]


def saturate(x: float, half: float) -> float:
    return (1 + half) * x / (half + x)


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
        self.tokens = {
            number: {
                column: [term for _, term in sorted(
                    (offset, term) for term, at in found.items() for offset in at.get(column, ())
                )]
                for column in COLUMNS
            }
            for number, found in self.places.items()
        }  # fmt: skip
        self.times: Counter[str] = Counter()
        for found in self.places.values():
            for stem, columns in found.items():
                self.times[stem] += sum(map(len, columns.values()))

    def search(self, words: list[Word], condition: str, limit: int) -> list[tuple[object, ...]]:
        stems = tokenized(self.connection, self.texts_of(words))
        total = len(self.sizes)
        idf = {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) for s, n in self.holding.items()}
        parts = [word for word in words if not word.is_whole]

        # What counts, and how much: stop words half, unless nothing else is there.
        known = [word for word in words if self.holding[stems[word.text]]]
        core = {stems[word.text] for word in known if not word.is_stop}
        core = core or {stems[word.text] for word in known}
        weights: Counter[str] = Counter()
        for word in known:
            stem = stems[word.text]
            weights[stem] += idf[stem] * (1.0 if stem in core else 0.5)
        rarest = sorted(core, key=lambda s: (-idf[s], s))[:32]
        rarest = rarest[:1] + self.within(rarest[1:], 8_000)
        stops = self.within(sorted(weights.keys() - core, key=lambda s: (-idf[s], s)), 2_000)
        weights = Counter({s: w for s, w in weights.items() if s in {*rarest, *stops}})

        # What is spelt much alike, or completes a last word that no document holds.
        kin: Counter[str] = Counter()
        begun = self.begun(words[-1].text, stems, idf) if words else {}
        kin.update(begun)
        if len(rarest) > 1:
            for stem in [s for s in rarest if len(s) >= 4][:6]:
                family = {s for s in self.holding if s[:3] == stem[:3] and s != stem}
                kin.update(self.alike(stem, family, weights[stem], idf))
        for a, b in list(dict.fromkeys(
            (a.text, b.text) for a, b in itertools.pairwise(parts)
            if not (a.is_stop and b.is_stop) and {stems[a.text], stems[b.text]} <= weights.keys()
        ))[:32]:  # fmt: skip
            joined = stems[a + b]
            if self.holding[joined]:
                both = sum(weights[stem] for stem in {stems[a], stems[b]})
                kin[joined] = max(kin[joined], min(both, idf[joined]))
        kin = Counter({stem: weight for stem, weight in kin.items() if stem not in weights})
        best = sorted(kin, key=lambda s: (-kin[s], s))[:12]
        kin = Counter({stem: kin[stem] for stem in self.within(best, 2_000)})

        # Candidates: what holds the rarest words, and what completes the last one.
        asked = [word for word in words if stems[word.text] in rarest]
        sought = self.rarest_held(rarest)
        match = self.match([w for w in asked if stems[w.text] in sought], loose=False)
        found = self.candidates(match, condition) if match else []
        match = self.match(asked, loose=not found)
        if not found and match:
            found = self.candidates(match, condition)
        found += self.completed([stem for stem in kin if stem in begun], condition)
        is_short = 2 <= len(parts) <= 8 and not all(word.is_stop for word in parts)
        whole_query = f'"{" ".join(word.text for word in parts)}"'
        exact = self.candidates(whole_query, condition) if is_short else []
        found = list(dict.fromkeys(found + exact))

        for row in exact:
            assert self.holds(row[0], [stems[word.text] for word in parts])
        whole = sum(weights[s] for s in rarest) + max(begun.values(), default=0.0)
        pairs = list(dict.fromkeys(itertools.pairwise(stems[word.text] for word in parts)))
        pairs = [(a, b) for a, b in pairs if {a, b} <= weights.keys()]
        numbers = [row[0] for row in found]
        scores = {n: self.words_score(n, weights, rarest, kin, whole) for n in numbers}
        if len(weights) > 1 or kin or pairs:
            for n in sorted(numbers, key=lambda n: (-scores[n], n))[:50]:
                scores[n] += 0.5 * self.nearest(n, rarest, weights) / whole
            for n in numbers:
                scores[n] += self.pairs_score(n, weights, pairs)
        for row in exact:
            scores[row[0]] += 1.0
        found += self.lift(scores, condition)
        found = list(dict.fromkeys(found))
        rounded = {n: round(score, 4) for n, score in scores.items()}
        levels = {"HIGH": 0, "MEDIUM": 1, "LOW": 2, None: 3}
        order = sorted(found, key=lambda row: (row[1], row[2]))
        order.sort(key=lambda row: row[4] or "", reverse=True)
        order.sort(key=lambda row: (-rounded[row[0]], levels[row[3]]))
        return [
            (row[1], row[2], rounded[row[0]], self.snippet(match, row[0])) for row in order[:limit]
        ]

    def holds(self, number: int, phrase: list[str]) -> bool:
        """Return whether the words of `phrase` follow each other in a column."""
        wanted = " ".join(phrase)
        return any(f" {wanted} " in f" {' '.join(at)} " for at in self.tokens[number].values())

    def lift(self, scores: dict[int, float], condition: str) -> list[Row]:
        """Add to patterns a part of the score of the best note that they list; return them."""
        best = sorted(scores, key=lambda n: (-scores[n], n))[:20]
        paths = dict(self.connection.execute("SELECT id, path FROM documents"))
        notes = {Path(paths[n]).stem: scores[n] for n in reversed(best) if "episodic" in paths[n]}
        rows = self.connection.execute(
            "SELECT d.id, d.path, d.line, d.confidence, d.date FROM documents d"
            f" WHERE d.kind = 'pattern' AND {condition}"
        ).fetchall()
        lifted = []
        for row in rows:
            listed = self.connection.execute(
                "SELECT stem FROM citations WHERE path = ? AND line = ?", (row[1], row[2])
            )
            if parts := [notes[stem] for (stem,) in listed if stem in notes]:
                scores[row[0]] = scores.get(row[0], 0.0) + 0.2 * max(parts)
                lifted.append(row)
        return lifted

    def texts_of(self, words: list[Word]) -> list[str]:
        parts = [word.text for word in words if not word.is_whole]
        joined = {a + b for a, b in itertools.pairwise(parts)}
        return sorted({word.text for word in words} | joined)

    def within(self, stems: list[str], places: int) -> list[str]:
        """Return those of `stems`, the first ones first, that stand in so many places in all."""
        chosen = []
        for stem in stems:
            times = self.times[stem]
            if times <= places:
                chosen.append(stem)
                places -= times
        return chosen

    def rarest_held(self, stems: list[str]) -> set[str]:
        """Return the first of `stems`, until enough documents hold them."""
        sums = itertools.accumulate((self.holding[stem] for stem in stems), initial=0)
        return {stem for stem, held in zip(stems, sums, strict=False) if held < 1_000}

    def alike(
        self, stem: str, family: set[str], weight: float, idf: dict[str, float], begun: str = ""
    ) -> dict[str, float]:
        def trigrams(word: str) -> set[str]:
            return {f"${word}$"[i : i + 3] for i in range(len(word))}

        likeness = {}
        for other in family:
            both = trigrams(stem), trigrams(other)
            dice = 2 * len(both[0] & both[1]) / (len(both[0]) + len(both[1]))
            likeness[other] = max(dice, 0.5) if begun and other.startswith(begun) else dice
        best = sorted(likeness, key=lambda s: (-likeness[s], s))[:12]
        return {s: likeness[s] * min(weight, idf[s]) for s in best if likeness[s] >= 0.4}

    def begun(self, text: str, stems: dict[str, str], idf: dict[str, float]) -> dict[str, float]:
        if len(text) < 3 or not stems[text] or self.holding[stems[text]]:
            return {}
        family = {
            s for s in self.holding
            if s[:3] == text[:3] and (s.startswith(text) or (len(s) > 3 and text.startswith(s)))
        }  # fmt: skip
        unknown = math.log(1 + (len(self.sizes) + 0.5) / 0.5)
        return self.alike(text, family, unknown, idf, text)

    def match(self, words: list[Word], *, loose: bool) -> str:
        terms = [word.text for word in words if word.is_whole]
        for _, chunk in itertools.groupby((w for w in words if not w.is_whole), lambda w: w.chunk):
            parts = [word.text for word in chunk]
            terms += [" ".join(parts)] if 1 < len(parts) <= 32 else []
            terms += [part for part in parts if loose or len(parts) == 1 or len(part) > 1]
        return " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))

    def candidates(self, match: str, condition: str) -> list[Row]:
        return self.connection.execute(
            "SELECT d.id, d.path, d.line, d.confidence, d.date FROM documents_fts"
            " JOIN documents d ON d.id = documents_fts.rowid"
            f" WHERE documents_fts MATCH ? AND {condition}"
            f" ORDER BY {BM25}, d.path, d.line LIMIT 200",
            (match,),
        ).fetchall()

    def completed(self, stems: list[str], condition: str) -> list[Row]:
        rows = self.connection.execute(
            f"SELECT id, path, line, confidence, date FROM documents d WHERE {condition}"
            " ORDER BY path, line"
        ).fetchall()
        return [row for row in rows if any(stem in self.places[row[0]] for stem in stems)][:200]

    def words_score(
        self,
        number: int,
        weights: Counter[str],
        core: list[str],
        kin: Counter[str],
        whole: float,
    ) -> float:
        sizes = self.sizes[number]
        rest = sum(sizes[name] for name in BODY_WEIGHTS)
        title_factor = 3 / (0.05 + 0.95 * sizes["title"] / self.title_mean)
        rest_factor = 1 / (0.2 + 0.8 * rest / self.rest_mean)

        def counted(stem: str) -> tuple[float, float]:
            """Return what a stem counts in the title, and everywhere."""
            at = self.places[number].get(stem, {})
            title = title_factor * len(at.get("title", ()))
            rest = sum(weight * len(at.get(name, ())) for name, weight in BODY_WEIGHTS.items())
            return title, title + rest_factor * rest

        score = named = 0.0
        for stem, weight in weights.items():
            title, everywhere = counted(stem)
            score += weight / sum(weights.values()) * saturate(everywhere, 1.8)
            if stem in core:
                score += 0.2 * weight / whole * saturate(title, 1.8)
                named += weight / whole if title else 0.0
        for stem, weight in kin.items():
            score += 0.6 * weight / whole * saturate(counted(stem)[1], 1.8)
        words_named = sum(1 for stem in weights if counted(stem)[0])
        return score + 0.5 * named * min(1.0, words_named / max(1, sizes["title"]))

    def nearest(self, number: int, core: list[str], weights: Counter[str]) -> float:
        """Return the most that core words count which stand in eight words of one column."""
        best = 0.0
        for column in COLUMNS:
            places = [(n, s) for s in core for n in self.places[number].get(s, {}).get(column, ())]
            for start, _ in places:
                near = {stem for offset, stem in places if start <= offset < start + 8}
                best = max(best, sum(weights[stem] for stem in near))
        return best

    def pairs_score(
        self, number: int, weights: Counter[str], pairs: list[tuple[str, str]]
    ) -> float:
        score = 0.0
        pair_weights = [min(weights[a], weights[b]) for a, b in pairs]
        for (a, b), weight in zip(pairs, pair_weights, strict=True):
            if a in self.places[number] and b in self.places[number]:
                first, second = self.places[number][a], self.places[number][b]
                times = sum(len({n + 1 for n in first[c]} & second[c]) for c in COLUMNS)
                score += 0.3 * saturate(times, 1.0) * weight / sum(pair_weights)
        return score

    def snippet(self, match: str, number: int) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return the text around the match and what is found in it: of three columns the first."""
        marked = (
            match
            and self.connection.execute(
                "SELECT snippet(documents_fts, 2, '\2', '\3', ' … ', 28),"
                " snippet(documents_fts, 3, '\2', '\3', ' … ', 28),"
                " snippet(documents_fts, 4, '\2', '\3', ' … ', 28)"
                " FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?",
                (match, number),
            ).fetchone()
        )
        texts = marked or [""]
        best = next((text for text in texts if "\2" in text), next(filter(None, texts), ""))
        best = best or index._beginning(self.connection, number)
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
    notes = sorted(path.name for path in root.rglob("*.md"))
    book = root / "semantic" / "patterns" / "dev-patterns.md"
    book.parent.mkdir(parents=True)
    book.write_text(
        "# Patterns\n\n" + "\n\n".join(
            f"## {' '.join(chance.choices(words, k=3))} {number}\n\n"
            f"**Confidence:** MEDIUM\n**Pattern:** {' '.join(chance.choices(words, k=9))}\n\n"
            "**Source experiences:**\n"
            + "\n".join(f"- memory/episodic/code/{name}" for name in chance.sample(notes, 3))
            for number in range(40)
        ),
        encoding="utf-8",
    )  # fmt: skip
    return Folder(root)


QUERIES = [
    "cache", "caching query", "the", "the of", "lock timeout", "timeout lock timeout", "n+1",
    "n+1 query", "N+1", "selectRelated", "select related", "pg_dump cache", "broking", "naïve",
    "don't", "--no-verify", "1", "v1.2.3", "query queries", "queries", "lock the cache of queries",
    "merging writing reading", "zebra", "zebra cache", "first", "", "lock the rea", "cachi", "tim",
    "the cache", "how do I lock", "lock lock query", "time out", "brok tim", "readings",
    "pg_dump cache of", "of the cache", "select related brokling", "locking lockling",
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
        assert candidates(connection) == {path for _, path, *_ in expected}

    use_index(folder, lambda connection, _: compare(connection))


def test_confidence_breaks_ties_before_date_and_date_before_path() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE documents (id, kind, title, path, line, confidence, date, lead, body, code)"
    )
    rows = [
        ("a", None, None), ("b", "LOW", "2026-02-01"), ("c", "LOW", "2026-02-03"),
        ("d", "LOW", None), ("e", "MEDIUM", "2024-01-01"), ("f", "HIGH", "2023-01-01"),
        ("g", None, "2026-01-01"), ("h", "HIGH", "2023-01-01"), ("i", None, "2020-01-01"),
    ]  # fmt: skip
    connection.executemany(
        "INSERT INTO documents VALUES (?, 'pattern', 'T', ?, 1, ?, ?, '', 'text', '')",
        [(number, *row) for number, row in enumerate(rows)],
    )
    scores = dict.fromkeys(range(8), 1.0) | {8: 2.0}
    hits = index._hits(connection, (), scores, {}, 8)
    assert "".join(hit.path for hit in hits) == "ifhecbdg"


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
