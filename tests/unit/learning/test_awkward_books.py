"""Books as people write them: learning counts right, settles, or leaves them and says so."""

from __future__ import annotations

import pytest

from memories import BOOK, learn, note, plan, read

NOTE = "episodic/code/2025-03-04-slow.md"
HEAD = "# B\n\n## Cache It\n\n**Confidence:** LOW\n**Based on:** 1 example\n"
RULE = "**Last reinforced:** 2025-01-05\n\n**Pattern:** Cache it.\n\n"
EXAMPLE = "**Examples:**\n1. blog - Old (2025-01-05)\n"
SOURCE = "**Source experiences:**\n- memory/episodic/code/2025-01-05-old.md\n"
TOTALS = (
    "**Last Updated:** 2025-01-05\n**Total Patterns:** 1\n**Confidence Breakdown:**\n"
    "- HIGH (5+ examples): 0 patterns (0%)\n- LOW: 1 pattern (100%)\n"
)


def memory(book: str, path: str = NOTE, title: str = "Slow") -> dict[str, str]:
    return {BOOK: book, path: note(title, "2025-03-04", project="shop", applied="Cache It")}


@pytest.mark.parametrize(
    "book",
    [
        HEAD + RULE + EXAMPLE + "\n" + SOURCE,
        HEAD + RULE + EXAMPLE + SOURCE,
        HEAD + RULE + EXAMPLE.replace("1.", "-") + SOURCE,
        HEAD + RULE + EXAMPLE + SOURCE + TOTALS,
        HEAD + RULE + EXAMPLE + "   with more\n" + SOURCE + "\n---\n\n" + TOTALS,
        HEAD + "**Last reinforced:**\n" + RULE.split("\n", 1)[1] + EXAMPLE + SOURCE,
        HEAD + RULE + EXAMPLE + "2. Other (2025-02-02)\n" + SOURCE + "- [[2025-02-02-other]]\n",
        HEAD + RULE + EXAMPLE + SOURCE + "\n*Last Updated: 2025-01-05*\n",
        "---\nname: Cache It\nconfidence: 0.3\nuses: 1\nlast_used:\n---\n\n# Cache It\n\n"
        "Cache it.\n\n## Examples\n\n- blog (2025-01-05)\n",
        "1. **Cache It** (30%)\n   - Pattern: cache it\n   - **Examples:**\n"
        "     - Old (2025-01-05)\n",
    ],
)
@pytest.mark.parametrize("title", ["Slow", "Fix X and 5 more things", "[ref]: x", "Old - new"])
def test_one_note_is_one_example_and_then_all_is_at_rest(book: str, title: str) -> None:
    files = memory(book, title=title)
    (before,) = read(files).patterns
    after = learn(files)
    (pattern,) = read(after).patterns
    assert len(pattern.examples) == len(before.examples) + 1
    assert pattern.unlisted_examples == before.unlisted_examples
    assert pattern.sources[-1].target in {NOTE, "2025-03-04-slow"}
    assert len(pattern.sources) == len(before.sources) + 1
    assert pattern.last_reinforced is None or pattern.last_reinforced.iso == "2025-03-04"
    assert plan(after).files == ()
    assert plan(files).skipped == ()


def test_totals_below_the_last_source_are_kept_true() -> None:
    after = learn(memory(HEAD + RULE + EXAMPLE + SOURCE + TOTALS))[BOOK]
    assert after.endswith(
        "- memory/episodic/code/2025-03-04-slow.md\n**Last Updated:** 2025-03-04\n"
        "**Total Patterns:** 1\n**Confidence Breakdown:**\n"
        "- HIGH (5+ examples): 0 patterns (0%)\n- LOW: 0 patterns (0%)\n"
    )


def test_two_notes_that_read_alike_are_two_examples() -> None:
    files = memory(HEAD + RULE + EXAMPLE + SOURCE)
    files["episodic/code/2025-03-04-slow-2.md"] = files[NOTE]
    after = learn(files)
    (pattern,) = read(after).patterns
    assert [example.text for example in pattern.examples] == [
        "blog - Old (2025-01-05)",
        "shop - Slow (2025-03-04)",
        "shop - Slow [2] (2025-03-04)",
    ]
    assert plan(after).files == ()


def test_a_wikilink_that_would_be_ambiguous_becomes_a_path() -> None:
    files = memory(HEAD + RULE + EXAMPLE + "**Sources:**\n- [[2025-01-05-old]]\n")
    files["episodic/ops/2025-03-04-slow.md"] = note("Other", "2025-03-04", applied="Cache It")
    after = learn(files)
    assert "- memory/episodic/code/2025-03-04-slow.md\n" in after[BOOK]
    assert "- memory/episodic/ops/2025-03-04-slow.md\n" in after[BOOK]
    assert plan(after).files == ()


@pytest.mark.parametrize(
    "book",
    [
        HEAD + RULE + "**Examples:**\nprose, no list, and 5 more\n",
        HEAD + RULE + EXAMPLE + "   ```\n   open\n",
        "- **Cache It** (90%)\n  When to use: reading twice.\n- **Other** (10%)\n  - Rule: x\n",
        "---\nname: Cache It\nuses: 1\nsources: [\n  a.md\n]\n---\n\n# Cache It\n\nCache it.\n",
    ],
)
def test_what_cannot_be_written_safely_is_left_or_written_right(book: str) -> None:
    files = memory(book)
    made = plan(files)
    after = learn(files)
    if made.skipped:
        assert after == files
    else:
        assert plan(after).files == ()


@pytest.mark.parametrize("book", ["# B\n\n```\ncode\n", "# B\n\n<!-- open\n"])
def test_a_book_that_ends_in_a_fence_or_comment_takes_no_pattern(book: str) -> None:
    files = {BOOK: book, NOTE: note("Slow", applied="Cache It")}
    made = plan(files)
    assert made.files == ()
    assert [fault.path for fault in made.skipped] == [BOOK]


def test_a_book_of_front_matter_alone_takes_a_pattern_behind_it() -> None:
    files = {BOOK: "---\ntitle: x\n---\n", NOTE: note("Slow", applied="Cache It")}
    after = learn(files)
    assert after[BOOK].startswith("---\ntitle: x\n---\n\n## Cache It\n")
    assert plan(after).files == ()


def test_none_yet_is_nobodys_evidence() -> None:
    book = HEAD + RULE + EXAMPLE + "\n**Counter-examples:**\n- None so far\n\n" + SOURCE
    (pattern,) = read({BOOK: book}).patterns
    assert (len(pattern.examples), pattern.counter_examples) == (1, ())
    after = learn(memory(book.replace(SOURCE, "**Source experiences:**\n- none yet\n")))
    assert "**Based on:** 2 examples\n" in after[BOOK]


def test_a_note_of_fields_alone_lends_no_fields_to_a_pattern() -> None:
    text = learn({NOTE: note("Slow", "2025-03-04", project="shop", applied="Cache It")})[BOOK]
    assert "**Pattern:**\nFrom the note “Slow”.\n" in text
