"""The file of vectors: kept by text and model, and believed only where it was made."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hardwon.index.texts import key_of, text_of
from hardwon.index.vectors import (
    OtherVectorsError,
    drop_vectors,
    open_vectors,
    put_vectors,
    read_known,
    read_vectors,
    reading_vectors,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "vectors.sqlite"
    with closing(open_vectors(file, "m 1")) as connection:
        put_vectors(connection, [(b"a", b"1"), (b"b", b"2")])
    return file


def test_vectors_are_kept_by_the_keys_of_their_texts(file: Path) -> None:
    with reading_vectors(file) as (connection, origin):
        assert read_vectors(connection) == {b"a": b"1", b"b": b"2"}
        assert origin.model == "m 1"


def test_those_of_another_model_are_dropped(file: Path) -> None:
    with closing(open_vectors(file, "m 2")) as connection:
        assert read_known(connection) == set()


def test_what_was_read_holds_until_something_is_written(file: Path) -> None:
    def origin() -> object:
        with reading_vectors(file) as (_, found):
            return found

    before = origin()
    assert origin() == before
    with closing(open_vectors(file, "m 1")) as connection:
        drop_vectors(connection, set())
        assert origin() == before
        drop_vectors(connection, {b"a"})
    assert origin() != before


def test_a_copy_is_not_believed(file: Path) -> None:
    copy = file.with_name("copy.sqlite")
    shutil.copy2(file, copy)
    with pytest.raises(OtherVectorsError), reading_vectors(copy):
        pass
    with pytest.raises(OtherVectorsError):
        open_vectors(copy, "m 1")


def test_a_view_in_the_place_of_a_table_is_never_asked(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE origin")
        connection.execute(
            "CREATE VIEW origin AS WITH RECURSIVE n(version) AS"
            " (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT version FROM n"
        )
    with pytest.raises(OtherVectorsError), reading_vectors(file):
        pass


def test_a_transaction_that_was_cut_off_leaves_what_was_there(file: Path) -> None:
    def rows() -> object:
        yield b"c", b"3"
        raise KeyboardInterrupt

    with closing(open_vectors(file, "m 1")) as connection:
        with pytest.raises(KeyboardInterrupt):
            put_vectors(connection, rows())
        assert read_known(connection) == {b"a", b"b"}


def test_a_text_is_told_from_any_other_by_all_that_it_says() -> None:
    one = text_of("Title", "lead", "body", "code")
    assert one == "Title\nlead\nbody\ncode"
    assert key_of(one) == key_of(text_of("Title", "lead", "body", "code"))
    others = [("T", "lead", "body", "code"), ("Title", "", "body", "code"), ("Title",) * 4]
    assert len({key_of(text_of(*parts)) for parts in others} | {key_of(one)}) == 4
