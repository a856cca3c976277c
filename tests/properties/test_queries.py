"""Any text is a query: none of it is syntax, and it costs little however long it is."""

from __future__ import annotations

import os
import sys
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hardwon.actions import refresh
from hardwon.actions.search import search
from hardwon.cli.main import main
from hardwon.files.folder import Folder
from hardwon.index import query as index

WORDS = ("zebra", "stripes", "crossing", "unicode61", "title", "near", "column")
NOTES = {
    f"episodic/code/2026-01-0{number}.md": f"# Note {number} {word}\n"
    for number, word in enumerate(WORDS, 1)
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    root = tmp_path_factory.mktemp("queries") / "memory"
    for path, text in NOTES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Folder(root)


SYNTAX = st.sampled_from(
    [
        '"', "'", '""', "*", "^", "+", "-", ":", "(", ")", "{", "}", ",", ".", "|", ";", "\\", "\0",
        "AND", "OR", "NOT", "NEAR", "NEAR(", "NEAR/3", "NEAR(zebra stripes, 5)", "title:",
        "title :", "{title body}:", "- title :", "rank", "documents_fts", "zebra*", '"zebra', "%",
        "_", "?", "?1", ":a", "@a", "$a", "--", "/*", "*/", "\x02", "\x03", "\ud800", "\udcff",
        "\u202e", "\ufeff", "e\u0301", "İ", "ß", "ﬃ", "Ⅷ", "①", "𝒵", "\U0010ffff",
    ]
)  # fmt: skip
QUERIES = st.lists(SYNTAX | st.sampled_from(WORDS) | st.text(max_size=8), max_size=12)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(QUERIES, st.sampled_from(["", " ", "\n"])).map(lambda q: q[1].join(q[0])))
@example("NEAR(zebra stripes, 5) AND title:*")
@example('"zebra" OR')
def test_no_query_is_an_error_or_costs_the_index(folder: Folder, query: str) -> None:
    found = search(folder, query)
    before = (folder.state_dir / "index.sqlite").stat().st_ino
    assert search(folder, query) == found
    assert (folder.state_dir / "index.sqlite").stat().st_ino == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SYNTAX, max_size=6), st.sampled_from(WORDS), st.lists(SYNTAX, max_size=6))
def test_word_is_found_whatever_stands_around_it(
    folder: Folder, before: list[str], word: str, after: list[str]
) -> None:
    found = search(folder, " ".join([*before, word, *after]))
    assert f"episodic/code/2026-01-0{WORDS.index(word) + 1}.md" in {h.path for h in found.hits}


def test_operators_are_words_like_others(folder: Folder) -> None:
    assert [h.title for h in search(folder, "NEAR").hits] == ["Note 6 near"]
    assert {h.title for h in search(folder, "title:zebra").hits} == {"Note 5 title", "Note 1 zebra"}
    assert search(folder, "zebra NOT zebra").hits
    assert not search(folder, "ebra*").hits
    assert search(folder, "zeb*").hits == search(folder, "zeb").hits


LONG = {
    "one word": "a" * 10**6,
    "one word of another script": "漢" * 10**6,
    "words": "zebra " * 160_000,
    "other words": " ".join(f"w{number}" for number in range(120_000)),
    "misspelt words": "zebrra " * 140_000,
    "camel case": "zebraStripes" * 80_000,
    "one chunk": "zebra+" * 160_000,
    "operators": "NEAR(" * 200_000,
    "quotes": '"' * 10**6,
    "accents": "a" + "\u0301" * 10**6,
    "letters that grow": "ΐ" * 10**6,
    "nothing": "\0" * 10**6,
}


@pytest.mark.parametrize("query", LONG.values(), ids=LONG.keys())
def test_long_query_takes_no_longer(
    folder: Folder, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(folder, "zebra")
    fallbacks: list[object] = []
    real = refresh.open_index
    monkeypatch.setattr(
        refresh, "open_index", lambda file, reader: fallbacks.append(file) or real(file, reader)
    )
    began = time.process_time()
    found = search(folder, f"stripes {query}")
    assert time.process_time() - began < 5  # it took minutes
    assert fallbacks == [folder.state_dir / "index.sqlite"]
    assert "Note 2 stripes" in {hit.title for hit in found.hits}


def test_phrase_has_a_bound(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = index._match
    monkeypatch.setattr(index, "_match", lambda terms: asked.append(real(terms)) or asked[-1])
    search(folder, "zebra+" * 1000)
    assert set(asked) == {'"zebra"'}


@pytest.mark.skipif(os.name == "nt", reason="arguments are no bytes there")
def test_argument_that_is_no_unicode_is_a_query(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["zebra\udcff"], ["\udcff"], ["--json", "zebra \udc80\udcfe"]):
        monkeypatch.setattr(
            sys, "argv", ["hardwon", "--memory", str(folder.root), "search", *words]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        capsys.readouterr()
