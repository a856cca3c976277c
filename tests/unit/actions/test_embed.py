"""Vectors are computed once for each text, lose nothing, and rank what is searched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon import Memory
from hardwon.actions import embed
from hardwon.actions.embed import embed_texts
from hardwon.actions.index import read_index_status
from hardwon.actions.search import search
from hardwon.errors import HardwonError, LockedError, ModelError
from hardwon.files.folder import Folder
from hardwon.model.hit import Filters
from meanings import use_concepts

Write = Callable[[str, str], Path]
DAY = "episodic/code/2026-03-01-"


@pytest.fixture
def folder(memory_dir: Path, write_note: Write) -> Folder:
    write_note(f"{DAY}a.md", "# Broken automobile\n\n**Project:** shop\n\nThe automobile stood.\n")
    write_note(f"{DAY}b.md", "# Rounding\n\nThe amount was one off.\n")
    write_note(f"{DAY}c.md", "# Stripes\n\nA zebra.\n")
    return Folder(memory_dir)


def titles(folder: Folder, query: str, filters: Filters | None = None) -> list[str]:
    return [hit.title for hit in search(folder, query, filters=filters).hits]


def status(folder: Folder) -> tuple[int, int]:
    found = read_index_status(folder).vectors
    assert found is not None
    return found.ready, found.texts


def test_a_text_is_found_by_what_it_means(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    use_concepts(monkeypatch)
    assert titles(folder, "vehicle") == []
    assert embed_texts(folder) == 3
    assert titles(folder, "vehicle") == ["Broken automobile"]
    (hit,) = search(folder, "vehicle").hits
    assert "automobile stood" in hit.snippet
    assert hit.found == ()


def test_a_word_that_is_there_counts_beside_the_meaning(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    assert titles(folder, "zebra")[0] == "Stripes"
    assert set(titles(folder, "stripes vehicle")) == {"Stripes", "Broken automobile"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(project="shop"), ["Broken automobile"]),
        (Filters(project="other"), []),
        (Filters(kinds=("pattern",)), []),
        (Filters(confidences=("HIGH",)), []),
        (Filters(since="2026-03"), ["Broken automobile"]),
        (Filters(since="2026-04"), []),
    ],
)
def test_filters_hold_for_what_is_found_by_meaning(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, filters: Filters, expected: list[str]
) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    assert titles(folder, "vehicle", filters) == expected


def test_a_filter_that_few_pass_is_looked_for_among_all(
    memory_dir: Path, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    monkeypatch.setattr("hardwon.semantic.matrix.NEAREST", 2)
    folder = Folder(memory_dir)
    for number in range(30):
        write_note(f"{DAY}{number}.md", f"# Note {number}\n\nAn automobile.\n")
    write_note(f"{DAY}z.md", "# Last\n\n**Project:** shop\n\nMoney, and an automobile too.\n")
    embed_texts(folder)
    assert titles(folder, "vehicle", Filters(project="shop")) == ["Last"]


def test_a_text_without_a_vector_is_found_by_its_words(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    write_note(f"{DAY}d.md", "# New one\n\nA vehicle.\n")
    assert set(titles(folder, "vehicle")) == {"New one", "Broken automobile"}
    assert search(folder, "vehicle").lacking == 1


def test_a_text_is_embedded_once_also_when_its_file_moves_or_the_index_is_built_anew(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    (folder.root / f"{DAY}a.md").rename(folder.root / "episodic/code/2026-03-01-moved.md")
    read_index_status(folder, rebuild=True)
    assert status(folder) == (3, 3)
    assert embed_texts(folder) == 0
    assert titles(folder, "vehicle") == ["Broken automobile"]


def test_an_edited_text_is_embedded_again_and_its_old_vector_dropped(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = use_concepts(monkeypatch)
    embed_texts(folder)
    del model.seen[:]
    write_note(f"{DAY}c.md", "# Stripes\n\nA mutex now, nothing else.\n")
    assert status(folder) == (2, 3)
    assert embed_texts(folder) == 1
    assert [text for text in model.seen if "mutex" in text]
    assert not [text for text in model.seen if "automobile" in text]
    with sqlite3.connect(folder.state_dir / "vectors.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (3,)
    assert titles(folder, "deadlock") == ["Stripes"]


def test_another_model_makes_all_vectors_anew(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    use_concepts(monkeypatch, "concepts 2")
    assert status(folder) == (0, 3)
    assert titles(folder, "vehicle") == []
    assert embed_texts(folder) == 3


def test_what_was_computed_before_a_stop_is_kept(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    monkeypatch.setattr(embed, "_BATCH", 1)

    def stop(done: int, total: int) -> None:
        assert total == 3
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed_texts(folder, progress=stop)
    assert status(folder) == (2, 3)
    assert embed_texts(folder) == 1


def test_a_text_that_the_model_fails_on_costs_no_other_and_is_not_tried_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = use_concepts(monkeypatch)
    model.broken = "zebra"
    assert embed_texts(folder) == 3
    assert embed_texts(folder) == 0
    assert titles(folder, "vehicle") == ["Broken automobile"]
    found = search(folder, "zebra")
    assert [hit.title for hit in found.hits] == ["Stripes"]
    assert found.fault == "fails on zebra"


def test_a_broken_model_fails_as_a_whole(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    use_concepts(monkeypatch).broken = ""
    with pytest.raises(ModelError):
        embed_texts(folder)
    assert status(folder) == (0, 3)


def test_one_process_at_a_time_computes(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    use_concepts(monkeypatch)

    def other(done: int, total: int) -> None:
        with pytest.raises(LockedError):
            embed_texts(folder, patience=0)

    assert embed_texts(folder, progress=other) == 3


@pytest.mark.parametrize("damage", ["noise", "empty", "copy", "link", "folder"])
def test_vectors_of_no_use_are_made_anew_and_fail_no_search(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    file = folder.state_dir / "vectors.sqlite"
    kept = file.read_bytes()
    file.rename(tmp_path / "kept")
    if damage == "noise":
        file.write_bytes(b"\xff" * 5_000)
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "copy":
        file.write_bytes(kept)
    elif damage == "link":
        file.symlink_to(tmp_path / "kept")
    else:
        file.mkdir()
    assert titles(folder, "zebra") == ["Stripes"]
    assert embed_texts(folder) == 3
    assert titles(folder, "vehicle") == ["Broken automobile"]
    assert (tmp_path / "kept").read_bytes() == kept


def test_a_search_waits_for_no_writer(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    use_concepts(monkeypatch)
    embed_texts(folder)
    with sqlite3.connect(folder.state_dir / "vectors.sqlite", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert titles(folder, "zebra") == ["Stripes"]
        assert titles(folder, "vehicle") == []
        other.execute("ROLLBACK")
    other.close()


def test_a_memory_object_reads_vectors_once_and_sees_what_is_new(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    reads = []
    monkeypatch.setattr(
        "hardwon.actions.meaning.read_vectors",
        lambda connection: reads.append(1) or _all(connection),
    )
    memory = Memory(folder)
    assert memory.embed() == 3
    for _ in range(3):
        assert [hit.title for hit in memory.search("vehicle")] == ["Broken automobile"]
    assert len(reads) == 1
    write_note(f"{DAY}d.md", "# New one\n\nAn automobile.\n")
    memory.embed()
    assert len(memory.search("vehicle")) == 2
    assert len(reads) == 2


def _all(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    return dict(connection.execute("SELECT key, vector FROM vectors"))


def test_nothing_is_computed_where_no_model_is_wanted(
    folder: Folder, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HARDWON_SEMANTIC", raising=False)
    write_note("hardwon.toml", "[semantic]\nenabled = false\n")
    assert read_index_status(folder).vectors is None
    with pytest.raises(ModelError, match="no sentence model"):
        embed_texts(folder)


def test_a_wrong_setting_is_named_with_its_place(folder: Folder, write_note: Write) -> None:
    write_note("hardwon.toml", '[semantic]\nenabled = "perhaps"\n')
    with pytest.raises(HardwonError, match=r"hardwon\.toml:2: semantic\.enabled"):
        titles(folder, "zebra")
