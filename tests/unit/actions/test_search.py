"""Any text is a query, and the best answer comes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardwon.actions.search import search
from hardwon.files.folder import Folder
from hardwon.model.hit import Filters, Found

Write = Callable[[str, str], Path]

NOTES = {
    "loops": "# Loop over rows\n\nThe N+1 problem: `User.select_related()` fixed it.\n",
    "camel": "# Camel\n\nCalled selectRelated on it.\n",
    "rust": "# Rust path\n\nIt called foo::bar() and failed with an error-code.\n",
    "garbled": "# Garbled\n\nItâ€™s a naïve cafÃ©.\n",
    "many": "# Numbers\n\n1 2 3 n 2 1 m 1\n",
    "title": "# Timeouts\n\nNothing else.\n",
    "body": "# Another\n\nA long text about queues that mentions timeouts once, in passing, and\n"
    "goes on to speak of workers, brokers, retries, and the order of messages.\n",
    "fences": "# Fences\n\n```sql\nVACUUM\n```\n\nText\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    root = tmp_path_factory.mktemp("search") / "memory"
    code = root / "episodic" / "code"
    code.mkdir(parents=True)
    for name, text in NOTES.items():
        (code / f"2026-01-02-{name}.md").write_text(text, encoding="utf-8")
    return Folder(root)


def names(found: Found) -> list[str]:
    return [hit.path.rsplit("-", 1)[1].removesuffix(".md") for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("N+1", "loops"),
        ("n+1 loop", "loops"),
        ("selectRelated", "camel"),
        ("foo::bar()", "rust"),
        ("error-code", "rust"),
        ("ERROR codes", "rust"),
        ("timeout", "title"),
        ("it’s", "garbled"),
        ("café", "garbled"),
        ("naive", "garbled"),
        ("cafÃ©", "garbled"),
        ("vacuum", "fences"),
        ("which of the queues", "body"),
    ],
)
def test_best_answer_comes_first(folder: Folder, query: str, first: str) -> None:
    assert names(search(folder, query))[:1] == [first]


def test_spellings_of_an_identifier_find_each_other(folder: Folder) -> None:
    for query in ("select_related", "selectRelated", "select related"):
        assert set(names(search(folder, query))) == {"loops", "camel"}


def test_single_letters_of_a_name_count_only_together(folder: Folder) -> None:
    assert names(search(folder, "N+1")) == ["loops"]
    assert names(search(folder, "m+n"))[:1] == ["many"]  # nowhere together: then alone


@pytest.mark.parametrize(
    "query", ['"', "*", "AND", "NOT x", "a OR", "(", "title:x", "-", "^", "' ;"]
)
def test_syntax_is_text(folder: Folder, query: str) -> None:
    search(folder, query)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40))
def test_any_text_is_a_query(folder: Folder, query: str) -> None:
    for hit in search(folder, query).hits:
        assert hit.score > 0
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.found)


@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("timeuot", "timeouts"),
        ("Loop ovr brokrs", "Loop ovr brokers"),
        ("selectRelted", "selectrelated"),
        ("timeouts", None),
        ("xyzzyq", None),
        ("rsut", "rust"),
        ("teh queues", None),
        ("worker brocker", "worker brokers"),
        ("rest of the ruse", None),  # words of their own, one letter off "text" and "rust"
        ("orders odrer", "orders order"),
        ("ust", None),  # too short to tell
        ("tiemout", "timeouts"),
        ("itmeout", "timeouts"),
        ("imeout", "timeouts"),
        ("ttimeout", "timeouts"),
        ("rimeout", "timeouts"),
        ("tmeout", "timeouts"),
        ("tomeout", "timeouts"),
        ("txmeuot", None),  # two slips, and too short for two
    ],
)
def test_misspelt_word_is_replaced_and_said(
    folder: Folder, query: str, corrected: str | None
) -> None:
    found = search(folder, query)
    if corrected is None:
        assert (found.corrected, found.replaced) == (None, ())
    else:
        assert (found.corrected or "").casefold() == corrected.casefold()
        assert found.hits


def test_snippet_marks_what_was_found(folder: Folder) -> None:
    (hit,) = search(folder, "passing broker").hits
    assert [hit.snippet[start:end] for start, end in hit.found] == ["passing", "brokers"]


def test_filters(memory_dir: Path, write_note: Write) -> None:
    folder = Folder(memory_dir)
    write_note("episodic/code/a.md", "# Zebra one\n\n**Date:** 2026-04\n**Project:** Shop A\n")
    write_note("episodic/code/b.md", "# Zebra two\n\n**Date:** 2026-03-31\n**Project:** Bank\n")
    write_note("episodic/code/c.md", "# Zebra three\n\nUndated.\n")
    write_note("procedural/workflows/w.md", "---\nconfidence: HIGH\n---\n# Zebra four\n\n- [ ] x\n")

    def titles(filters: Filters) -> set[str]:
        return {
            hit.title.removeprefix("Zebra ")
            for hit in search(folder, "zebra", filters=filters).hits
        }

    assert titles(Filters()) == {"one", "two", "three", "four"}
    assert titles(Filters(kinds=("workflow",))) == {"four"}
    assert titles(Filters(confidences=("HIGH",))) == {"four"}
    assert titles(Filters(project="shop a")) == {"one"}
    assert titles(Filters(since="2026-04-10")) == {"one"}
    assert titles(Filters(since="2026-03-31")) == {"one", "two"}
    assert titles(Filters(since="2027")) == set()


def test_equal_answers_stand_in_the_order_of_paths(memory_dir: Path, write_note: Write) -> None:
    for name in ("c", "a", "b"):
        write_note(f"episodic/{name}/note.md", "# Zebra\n\nText.\n")
    paths = [hit.path for hit in search(Folder(memory_dir), "zebra").hits]
    assert paths == ["episodic/a/note.md", "episodic/b/note.md", "episodic/c/note.md"]


def test_word_that_all_notes_hold_still_ranks(memory_dir: Path, write_note: Write) -> None:
    write_note("episodic/a.md", "# One\n\nA zebra, among much other text about other things.\n")
    write_note("episodic/b.md", "# Zebra\n\nText.\n")
    hits = search(Folder(memory_dir), "zebra").hits
    assert [hit.title for hit in hits] == ["Zebra", "One"]
    assert hits[0].score > hits[1].score > 0


def test_control_characters_of_a_note_are_left_out(memory_dir: Path, write_note: Write) -> None:
    write_note("episodic/a.md", "# Zebra\x1b[31m\n\nRed \x02zebra\x03 \x1b]0;x\x07.\n")
    (hit,) = search(Folder(memory_dir), "zebra").hits
    assert (hit.title + hit.snippet).isprintable()


def test_equal_notes_come_by_date_the_latest_first_then_by_path(
    write_note: Write, memory_dir: Path
) -> None:
    for name in ("2025-05-05-x", "2026-05-05-z", "2026-05-05-y"):
        write_note(f"episodic/code/{name}.md", "# Wombat\n\nSame text.\n")
    hits = search(Folder(memory_dir), "wombat").hits
    assert len({hit.score for hit in hits}) == 1
    assert [hit.path[-9:-3] for hit in hits] == ["5-05-y", "5-05-z", "5-05-x"]
    assert [hit.date for hit in hits] == ["2026-05-05", "2026-05-05", "2025-05-05"]


@pytest.mark.parametrize(
    ("query", "first"),
    [("time", "title"), ("timeo", "title"), ("problem vac", "fences"), ("vacuums", "fences")],
)
def test_beginning_of_the_last_word_finds_what_completes_it(
    folder: Folder, query: str, first: str
) -> None:
    found = search(folder, query)
    assert first in names(found)
    assert found.corrected is None


def test_only_the_last_word_may_be_a_beginning(folder: Folder) -> None:
    assert "fences" not in names(search(folder, "vac problem"))


def test_phrase_comes_before_its_words_apart(write_note: Write, memory_dir: Path) -> None:
    write_note("episodic/code/2026-01-01-a.md", "# A\n\nThe pool had no thread. It was safe.\n")
    write_note("episodic/code/2026-01-02-b.md", "# B\n\nThe thread pool was no more. Safe.\n")
    write_note("episodic/code/2026-01-03-c.md", "# C\n\nSomething else.\n")
    assert names(search(Folder(memory_dir), "thread pool"))[0] == "b"


def test_two_words_find_the_one_that_they_make_together(
    write_note: Write, memory_dir: Path
) -> None:
    write_note("episodic/code/2026-01-01-a.md", "# A\n\nThe name of it.\n")
    write_note("episodic/code/2026-01-02-b.md", "# B\n\nIt is no name, but a filename.\n")
    write_note("episodic/code/2026-01-03-c.md", "# C\n\nA file.\n")
    found = search(Folder(memory_dir), "file name")
    assert "b" in names(found)[:2]


@pytest.mark.parametrize("stop", ["the", "how do I", "of which the"])
@pytest.mark.parametrize("query", ["queues workers", "timeout", "N+1 problem", "selectRelated"])
def test_stop_words_take_no_hits_away(folder: Folder, query: str, stop: str) -> None:
    assert set(names(search(folder, f"{stop} {query}"))) >= set(names(search(folder, query)))
