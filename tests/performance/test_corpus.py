"""The notes that are measured: the same for the same seed, and as many as promised."""

import re
from pathlib import Path

import pytest

from benchmarks.corpus import MARKED, MARKER, Corpus, write_large_book, write_lesson, write_memory
from benchmarks.texts import PROJECT, STRANGERS, Texts, read_texts
from hardwon import Memory
from hardwon.files.folder import MAX_BYTES

NOTES, PATTERNS = 120, 90


@pytest.fixture(scope="module")
def texts() -> Texts:
    return read_texts(strangers=PROJECT / "no such folder")


@pytest.fixture(scope="module")
def memory(texts: Texts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "memory"
    write_memory(root, Corpus(texts), NOTES, PATTERNS)
    return root


def files(root: Path) -> dict[str, bytes]:
    found = [file for file in sorted(root.rglob("*.md")) if ".hardwon" not in file.parts]
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in found}


def test_the_same_seed_makes_the_same_files(texts: Texts, memory: Path, tmp_path: Path) -> None:
    write_memory(tmp_path / "again", Corpus(texts), NOTES, PATTERNS)
    write_memory(tmp_path / "other", Corpus(texts, seed=1), NOTES, PATTERNS)
    assert files(tmp_path / "again") == files(memory)
    assert files(tmp_path / "other") != files(memory)


def test_a_larger_memory_begins_with_the_notes_of_a_smaller_one(texts: Texts) -> None:
    corpus = Corpus(texts)
    rounds = range(len(texts.notes) + 2)  # the last ones are further copies
    made = [corpus.note(number) for number in rounds]
    assert len({note.path for note in made}) == len(made)
    assert len({note.text for note in made}) == len(made)
    assert [Corpus(texts).note(number) for number in (0, 7)] == [made[0], made[7]]


def test_a_memory_has_the_promised_counts(memory: Path) -> None:
    snapshot = Memory.open(memory).read()
    assert sum(len(page.experiences) for page in snapshot.pages) == NOTES
    patterns = [pattern for page in snapshot.pages for pattern in page.patterns]
    assert len(patterns) == len({pattern.name.lower() for pattern in patterns}) == PATTERNS
    assert not snapshot.skipped


def test_every_source_of_a_pattern_is_a_note(memory: Path) -> None:
    made = files(memory)
    books = b"".join(text for path, text in made.items() if path.startswith("semantic/"))
    named = re.findall(r"^- memory/(\S+)$", books.decode("utf-8"), re.MULTILINE)
    assert len(named) > PATTERNS
    assert set(named) <= made.keys()


def test_books_are_as_large_as_people_have_them(texts: Texts) -> None:
    corpus = Corpus(texts)
    for count in (200, 2_000):
        books = [text for _, text in corpus.books(corpus.pattern_names(count))]
        sizes = [text.count("\n## ") for text in books]
        assert sum(sizes) == count
        assert 20 <= min(sizes) <= max(sizes) <= 50


def test_one_note_of_a_hundred_holds_the_marker(texts: Texts) -> None:
    assert not any(MARKER in text for text in texts.notes)
    corpus = Corpus(texts)
    marked = [number for number in range(3 * MARKED) if MARKER in corpus.note(number).text]
    assert len(marked) == 3


def test_the_large_book_is_one_that_hardwon_reads(texts: Texts, tmp_path: Path) -> None:
    named = write_large_book(tmp_path, Corpus(texts), 2_000)
    made = files(tmp_path)
    book = made.pop("semantic/patterns/dev-patterns.md")
    assert book.count(b"\n## ") == 2_000
    assert len(book) <= MAX_BYTES
    (note,) = made.values()
    assert note.decode().endswith(f"## Patterns Applied\n\n- {named}\n")


def test_new_notes_are_listed_by_no_pattern(texts: Texts, tmp_path: Path) -> None:
    write_lesson(tmp_path, Corpus(texts), 20, 60)
    made = files(tmp_path)
    books = b"".join(text for path, text in made.items() if path.startswith("semantic/"))
    assert books.count(b"\n## ") == 60
    assert b"memory/episodic" not in books
    # At the end, where notes name what they applied: a text taken from a page may hold more.
    named = re.compile(rb"\n## Patterns Applied\n\n- [^\n]+\n\Z")
    assert sum(named.search(text) is not None for text in made.values()) == 2


@pytest.mark.skipif(not STRANGERS.is_dir(), reason="needs ../shared")
def test_notes_by_strangers_are_taken_where_they_are() -> None:
    texts = read_texts()
    assert len(texts.notes) > 2_000
    assert not any(MARKER in text for text in texts.notes)
    corpus = Corpus(texts)
    assert len(corpus.one_book(corpus.pattern_names(2_000)).encode()) <= MAX_BYTES
