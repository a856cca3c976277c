"""Labelled sets: halves share nothing, and a set is the same at each run."""

from pathlib import Path

import pytest

from evaluation.quality import sources
from evaluation.quality.own import own_match
from evaluation.quality.sets import (
    MATCH_SETS,
    SEARCH_SETS,
    MatchSet,
    SearchSet,
    Skipped,
    build_match_sets,
    build_search_sets,
    misspell,
    plain,
)
from evaluation.quality.sources import HALVES, half_of, repository_of
from hardwon import Memory

needs_corpus = pytest.mark.skipif(
    not sources.CORPUS.is_dir(), reason="the corpus is not beside the project"
)


def test_a_repository_is_on_one_side_whatever_the_file() -> None:
    assert repository_of("B/owner__name/docs/a.md") == repository_of("A/owner__name/b.md")
    assert half_of("owner__name") == half_of("owner__name")


def test_the_folders_of_tils_are_split_as_repositories_are() -> None:
    assert repository_of("B/somebody__til/git/a.md") == "somebody__til/git"


def test_both_halves_get_names() -> None:
    assert {half_of(f"name {number}") for number in range(20)} == set(HALVES)


@needs_corpus
def test_no_repository_is_on_both_sides() -> None:
    sides: dict[str, set[str]] = {half: set() for half in HALVES}
    for kind in sources.read_kinds():
        for note in sources.read_notes(kind):
            sides[note.half].add(note.repository)
    assert not sides["tune"] & sides["report"]
    assert all(sides.values())


@needs_corpus
def test_files_that_links_join_are_of_one_half() -> None:
    for half in HALVES:
        (one,) = build_search_sets(half, "links")
        assert isinstance(one, SearchSet)
        for query in one.queries:
            paths = [*query.relevant, query.left_out or ""]
            corpus = [path.removeprefix("notes/") for path in paths]
            assert {half_of(repository_of(path)) for path in corpus} == {half}


@needs_corpus
def test_the_line_with_a_link_is_not_in_its_note() -> None:
    (one,) = build_search_sets("tune", "link-descriptions")
    assert isinstance(one, SearchSet)
    for query in one.queries:
        assert query.left_out is not None
        # Some lines stand in files that no search looks at.
        assert query.text not in plain(one.documents.get(query.left_out, ""))


@needs_corpus
@pytest.mark.parametrize("name", ["til-titles", "solution-symptoms"])
def test_what_is_asked_is_not_in_the_title_of_its_note(name: str) -> None:
    (one,) = build_search_sets("tune", name)
    assert isinstance(one, SearchSet)
    assert one.queries
    for query in one.queries:
        (path,) = query.relevant
        assert f"# {query.text}\n" not in one.documents[path]
        assert "symptoms:" not in one.documents[path]


@needs_corpus
@pytest.mark.parametrize("name", ["solution-components", "til-folders"])
def test_asked_notes_are_not_in_the_memory(name: str) -> None:
    (one,) = build_match_sets("tune", name)
    assert isinstance(one, MatchSet)
    texts = set(one.documents.values())
    assert all(f"# {note.title}\n\n{note.text}\n" not in texts for note in one.asked)
    assert {note.pattern for note in one.asked} <= {*one.patterns, None}
    assert None in {note.pattern for note in one.asked}


@needs_corpus
def test_a_set_is_the_same_each_time() -> None:
    assert list(build_search_sets("tune", "til-titles")) == list(
        build_search_sets("tune", "til-titles")
    )


def test_without_the_corpus_a_set_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sources, "CORPUS", tmp_path / "none")
    sources._read_table.cache_clear()
    (one,) = build_search_sets("tune", "til-titles")
    assert isinstance(one, Skipped)
    assert "../shared/corpus" in one.reason


@pytest.mark.parametrize("package", ["cwe2", "chatterbot_corpus"])
def test_without_a_package_a_set_says_which(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setattr(sources.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(sources.SourceMissingError, match=package.replace("_", "-")):
        sources._package(package)


def test_memories_are_read_as_they_were_meant(tmp_path: Path) -> None:
    one = own_match()
    memory = Memory.open(one.write(tmp_path))
    snapshot = memory.read()
    assert [pattern.name for pattern in snapshot.patterns] == list(one.patterns)
    assert len(list(snapshot.experiences)) == len(one.documents) - 1
    assert memory.stats().proved_share == 1.0


def test_a_slip_changes_one_word_by_one_key() -> None:
    text = "Squash changes into the parent commit"
    wrong = misspell(text)
    assert wrong == misspell(text)
    different = [(a, b) for a, b in zip(text.split(), wrong.split(), strict=True) if a != b]
    assert len(different) == 1
    ((right, slip),) = different
    assert abs(len(right) - len(slip)) <= 1
    assert misspell("A b c") == "A b c"


def test_every_set_is_told_of_on_the_page() -> None:
    from evaluation.quality.report import TOLD

    assert list(TOLD["search"]) == list(SEARCH_SETS)
    assert list(TOLD["match"]) == list(MATCH_SETS)
