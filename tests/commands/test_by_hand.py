"""Confirming and refusing by hand: what a person moves or deletes in a book is read rightly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import SEEDS, needs_seeds
from memories import BOOK, note, pattern

NAME = "Close cursors in a finally block"
NEW = "episodic/code/2026-02-05-pool-ran-dry.md"
RULE = "Close the cursor in a finally block, or the connection pool runs dry."
MERGED = f"- memory/{NEW} (by its text)\n"
EXAMPLE = "2. shop - Pool ran dry (2026-02-05)\n"


@pytest.fixture
def book(memory_dir: Path, write_note, run_cli) -> Path:
    """Return a book with a note that its text alone has merged."""
    known = pattern(NAME, 1, context="When rows are read with a cursor", pattern=RULE)
    totals = "\n---\n\n**Total Patterns:** 1\n**Confidence Breakdown:**\n- LOW: 1 pattern (100%)\n"
    write_note(BOOK, f"# Patterns\n\n{known}{totals}")
    write_note("hardwon.toml", "[matching]\nmerge = 0.4\n")
    write_note(NEW, note("Pool ran dry", "2026-02-05", project="shop",
                         happened="When rows are read with a cursor: " + RULE))  # fmt: skip
    assert run_cli("learn").returncode == 0
    book = memory_dir / BOOK
    assert MERGED in book.read_text()
    assert EXAMPLE in book.read_text()
    return book


def change(book: Path, old: str, new: str) -> str:
    text = book.read_text()
    assert text.count(old) == 1
    book.write_text(text.replace(old, new))
    return book.read_text()


def learned(run_cli) -> list[tuple[str, str | None, str | None]]:
    data = json.loads(run_cli("learn", "--json").stdout)
    assert data["undecided"] == data["skipped"] == []
    return [(c["kind"], c["before"], c["after"]) for c in data["changes"]]


def codes(run_cli) -> set[str]:
    return {f["code"] for f in json.loads(run_cli("check", "--json").stdout)["findings"]}


def test_deleting_the_mark_confirms(book: Path, run_cli) -> None:
    text = change(book, " (by its text)", "")
    assert learned(run_cli) == []
    assert book.read_text() == text
    shown = json.loads(run_cli("show", NAME, "--json").stdout)
    assert [source["by_text"] for source in shown["sources"]] == [False]
    assert shown["examples"][-1]["source"] == NEW


def test_what_text_merged_needs_no_confirming_to_count(book: Path, run_cli) -> None:
    assert learned(run_cli) == []
    assert "**Based on:** 2 examples" in book.read_text()


@pytest.mark.parametrize("mark", [" (by its text)", "", " - the pool was too small"])
def test_moving_the_source_refuses_and_the_example_goes(book: Path, run_cli, mark: str) -> None:
    text = change(book, f"**Source experiences:**\n{MERGED}",
                  f"**Not examples:**\n- memory/{NEW}{mark}\n")  # fmt: skip
    assert codes(run_cli) == {"listed-and-refused"}
    assert learned(run_cli) == [
        ("refused", "2 examples", "1 example"),
        ("demoted", "MEDIUM", "LOW"),
        ("totals_updated", "0 LOW", "0 HIGH, 0 MEDIUM, 1 LOW"),
    ]
    after = text.replace(EXAMPLE, "").replace("2 examples", "1 example")
    after = after.replace("**Confidence:** MEDIUM", "**Confidence:** LOW")
    assert book.read_text() == after.replace("LOW: 0 patterns (0%)", "LOW: 1 pattern (100%)")
    assert codes(run_cli) == set()
    assert learned(run_cli) == []


def test_moving_both_lines_leaves_nothing_to_take_away(book: Path, run_cli) -> None:
    change(book, EXAMPLE, "")
    text = change(
        book, f"**Source experiences:**\n{MERGED}", f"**Not examples:**\n- memory/{NEW}\n"
    )
    assert learned(run_cli) == []
    assert book.read_text() == text
    run_cli("check", "--fix")
    assert codes(run_cli) == set()
    assert "**Based on:** 1 example\n" in book.read_text()


def test_an_example_in_a_persons_words_is_named_and_left(book: Path, run_cli) -> None:
    change(book, EXAMPLE, EXAMPLE.replace("(2026-02-05)", "(2026-02-05) - it was the driver"))
    text = change(
        book, f"**Source experiences:**\n{MERGED}", f"**Not examples:**\n- memory/{NEW}\n"
    )
    assert learned(run_cli) == []
    assert book.read_text() == text
    (found,) = json.loads(run_cli("check", "--json").stdout)["findings"]
    assert found["code"] == "listed-and-refused"
    assert text.splitlines()[found["line"] - 1].endswith("it was the driver")
    assert "delete the line" in run_cli("check").stdout


def test_the_example_of_another_note_of_one_day_and_title_stays(
    book: Path, run_cli, write_note
) -> None:
    twin = NEW.replace("ran-dry", "ran-dry-2")
    write_note(twin, note("Pool ran dry", "2026-02-05", project="shop", applied=NAME))
    run_cli("learn")
    numbered = EXAMPLE.replace("2. ", "3. ").replace("dry", "dry [2]")
    assert numbered in book.read_text()
    text = change(book, MERGED, "")
    book.write_text(text.replace("\n---", f"\n**Not examples:**\n{MERGED}\n---"))
    assert learned(run_cli)[0] == ("refused", "3 examples", "2 examples")
    # Which of the two lines goes says nothing: they are the same but for the number.
    assert (EXAMPLE in book.read_text()) is not (numbered in book.read_text())
    assert learned(run_cli) == []


def test_moving_example_and_source_to_another_pattern_is_read_rightly(
    book: Path, run_cli, write_note
) -> None:
    other = pattern("Size the pool", 1, context="Never", pattern="Count the workers.")
    change(book, EXAMPLE, "")
    change(book, f"**Source experiences:**\n{MERGED}", f"**Not examples:**\n- memory/{NEW}\n")
    moved = other + EXAMPLE + f"\n**Source experiences:**\n- memory/{NEW}\n"
    write_note("semantic/patterns/ops-patterns.md", f"# Patterns\n\n{moved}")
    assert learned(run_cli) == []
    shown = json.loads(run_cli("show", "Size the pool", "--json").stdout)
    assert shown["examples"][-1]["source"] == NEW


@needs_seeds
def test_a_list_that_claims_more_sources_is_no_obstacle(
    memory_dir: Path, write_note, run_cli
) -> None:
    """With `[... and 4 more ...]` a source less than examples reads as a contradiction."""
    write_note(BOOK, (SEEDS / "dev-patterns.md").read_text())
    write_note(
        NEW, note("Joins were slow", "2026-02-05", applied="PostgreSQL Index on Foreign Keys")
    )
    run_cli("learn")
    line = f"- memory/{NEW}\n"
    more = "- [... and 4 more ...]\n"
    change(memory_dir / BOOK, line + more, f"{more}\n**Not examples:**\n{line}")
    write_note(NEW, note("Joins were slow", "2026-02-05"))
    assert ("refused", "7 examples", "6 examples") in learned(run_cli)
    text = (memory_dir / BOOK).read_text()
    assert "Joins were slow" not in text
    assert "**Based on:** 6 examples" in text
    assert learned(run_cli) == []
    assert not {"lists-disagree", "listed-and-refused"} & codes(run_cli)
