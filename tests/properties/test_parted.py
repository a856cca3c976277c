"""Reading an edited pattern alone gives what reading its whole book gives."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CORPUS, SEEDS, needs_corpus, needs_seeds
from generated import memories
from hardwon.markup import parted
from hardwon.markup.book_edit import append_pattern
from hardwon.markup.edit import Edit, apply_edits, insert_before
from hardwon.markup.pages import read_page
from hardwon.markup.parted import PartedBook, part_book
from hardwon.markup.pattern_edit import PatternEditor
from hardwon.model.pattern import Pattern
from hardwon.model.values import Confidence, PartialDate
from memories import BOOK, learn, note

# What may stand in a pattern, between two, or in front of all.
PIECES = [
    "**Confidence:** LOW",
    "**Based on:** 2 examples",
    "**Last reinforced:** 2024-01-02",
    "**Pattern:**\nWrite aside, then rename.",
    "**Context:** when a reader may look",
    "**Examples:**\n1. Shop - Task (2024-01) - done\n2. Shop - Other (2024-02)",
    "**Examples:**\n- Example 1 (2024-01-05): first\n  more of it",
    "**Source experiences:**\n- memory/episodic/code/2024-01-05-first.md",
    "**Source experiences:** memory/episodic/code/2024-01-05-first.md",
    "### Examples\n- Example 1 (2024-01-05): first",
    "### Confidence\n- **Level:** MEDIUM\n- **Based on:** 2 examples",
    "```python\n## No heading\n**Confidence:** HIGH\n```",
    "```\nan open fence",
    "<!-- a comment\n\n## in it\n-->",
    "<!-- an open comment",
    "<div>\n## In HTML",
    "> quoted\n## After a quote",
    "Setext\n---",
    "Setext\n===",
    "---",
    "# Part two",
    "## HIGH CONFIDENCE PATTERNS (5+ examples)",
    "## Examples",
    "## How to use this file\nRead it.",
    "#### Deep one\n**Confidence:** LOW\n**Pattern:** deep",
    "## Named (90%)\n**Pattern:** with its claim",
    "- **bullet** (90%)\n  - Action: do",
    "[ref]: https://example.org 'a title\nover lines'",
    "    ## indented code",
    "- item\n\n  ## heading in a list",
    "**Last Updated:** 2024-01-01",
    "**Last Updated:** 2024-01-01\n**Total Patterns:** 2\n\n**Next steps:**\n- 2 more uses",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "",
    "text\rwith a bare return",
]
HEADS = ["", "# Patterns\n", "---\nconfidence: 0.8\n---\n", "\ufeff# Patterns\n", "Patterns\n===\n"]


@st.composite
def books(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(HEADS))]
    for number in range(draw(st.integers(1, 4))):
        level = draw(st.sampled_from(["##", "##", "##", "###", "#"]))
        name = draw(st.sampled_from([f"Pattern {number}", "Same name", "Pattern"]))
        own = ["**Confidence:** LOW", "**Pattern:** do it"] if draw(st.booleans()) else []
        pieces = [*own, *draw(st.lists(st.sampled_from(PIECES), max_size=4))]
        between = draw(st.sampled_from(["\n\n", "\n\n", "\n"]))
        parts.append(between.join([f"{level} {name}", *pieces]) + between)
    text = "\n".join(parts)
    text = draw(st.sampled_from([text, text, text.rstrip("\n"), text.replace("\n", "\r\n")]))
    return draw(st.sampled_from([text, text.replace("\n", "\r\n", 3)]))


def edits_of(editor: PatternEditor, kind: str, pattern: Pattern) -> list[Edit]:
    """Return edits as learning makes them."""
    if kind == "sighting":
        example = editor.add_example("Billing - Title (2026-01-05) - SUCCESS")
        return [*example, *editor.add_source("episodic/code/2026-01-05-new.md")]
    if kind == "counter":
        return editor.add_counter_example("Billing - Title (2026-01-05) - FAILED")
    if kind == "open fence":  # what no editor writes
        return [insert_before(pattern.span.end, ("", "```", "## Not a heading"))]
    return [
        *editor.set_confidence(Confidence.HIGH),
        *editor.set_count(5),
        *editor.set_last_reinforced(PartialDate(2026, 1, 5)),
    ]


KINDS = ["sighting", "counter", "values", "open fence"]


def require_same(book: PartedBook, text: str) -> None:
    page = read_page(text, book.path)
    assert book.text == text
    assert list(book.patterns) == list(page.patterns)
    assert book.totals == page.totals
    for pattern in page.patterns:
        assert pattern in book.find(pattern.name)


@given(books(), st.data())
@settings(max_examples=60, deadline=None)
def test_an_edit_read_alone_is_the_edit_read_whole(text: str, data: st.DataObject) -> None:
    compare(text, data)


@pytest.mark.slow
@given(books(), st.data())
@settings(max_examples=1000, deadline=None)
def test_it_is_so_for_many_books(text: str, data: st.DataObject) -> None:
    compare(text, data)


def compare(text: str, data: st.DataObject) -> None:
    """Edit a book a few times, each time read in parts and read whole."""
    book = part_book(read_page(text, BOOK), text)
    if book is None:
        return
    require_same(book, text)
    for _ in range(3):
        pattern: Pattern = data.draw(st.sampled_from(list(book.patterns)))
        kind = data.draw(st.sampled_from([*KINDS, "append"]))
        if kind == "append":
            lines = ["## Added", "", "**Confidence:** LOW", "", "**Pattern:**", "Do it."]
            edits = [append_pattern(text, book.patterns, 10**6, lines)]
            after = book.appended(edits[0])
        else:
            edits = edits_of(PatternEditor(text, pattern), kind, pattern)
            near, first = book.lines_of(pattern)
            assert edits_of(PatternEditor(near, pattern, first=first), kind, pattern) == edits
            after = book.edited(edits) if edits else book
        text = apply_edits(text, edits)
        if after is None:
            return
        require_same(after, text)
        book = after


@contextlib.contextmanager
def checking() -> Iterator[Counter[str]]:
    """Let every edit of a part be compared with the whole; gives how many there were."""
    count: Counter[str] = Counter()

    def check(name: str) -> None:
        method = getattr(parted.PartedBook, name)

        def compared(self: PartedBook, edits):
            after = method(self, edits)
            if after is not None:
                count[name] += 1
                changed = [edits] if isinstance(edits, Edit) else edits
                require_same(after, apply_edits(self.text, changed))
            return after

        patch.setattr(parted.PartedBook, name, compared)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("edited", "with_totals", "appended"):
            check(name)
        yield count


@given(memories())
@settings(max_examples=40, deadline=None)
def test_learning_reads_parts_as_it_would_read_books(files: dict[str, str]) -> None:
    with checking():
        learn(files)


def learned_from(path: Path) -> None:
    """Learn two notes for each pattern of a book, and one new pattern."""
    text = path.read_bytes().decode("utf-8", "replace")
    page = read_page(text, BOOK)
    files = {BOOK: text}
    for number, pattern in enumerate(page.patterns):
        for outcome in ("SUCCESS", "FAILED"):
            day = f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}"
            name = f"episodic/code/{day}-{number}-{outcome.lower()}.md"
            files[name] = note("Slow - start", day, applied=pattern.name, outcome=outcome)
    lesson = "Never read the clock in a decision"
    files["episodic/code/2026-12-31-new.md"] = note("New", "2026-12-31", lesson=lesson)
    if page.patterns:
        learn(files)


@needs_seeds
def test_the_seeds_read_alike_in_parts() -> None:
    with checking() as checked:
        for path in sorted(SEEDS.rglob("*.md")):
            learned_from(path)
    assert checked["edited"] > 10


@needs_corpus
@pytest.mark.slow
def test_books_of_strangers_read_alike_in_parts() -> None:
    with checking() as checked:
        for path in sorted((CORPUS / "A").rglob("*.md")):
            learned_from(path)
    assert checked["edited"] > 100
    assert checked["appended"] > 4


def test_most_books_are_read_in_parts() -> None:
    text = "# Patterns\n\n" + "\n".join(
        f"## Pattern {n}\n\n**Confidence:** LOW\n\n**Pattern:**\nDo {n}.\n" for n in range(3)
    )
    book = part_book(read_page(text, BOOK), text)
    assert book is not None
    pattern = list(book.patterns)[1]
    edits = edits_of(PatternEditor(text, pattern), "sighting", pattern)
    after = book.edited(edits)
    assert after is not None
    assert after.parts[0] is book.parts[0]
    assert after.parts[2] is book.parts[2]
