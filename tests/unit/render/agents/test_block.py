"""The block of AGENTS.md: which patterns it holds, and that it fits."""

from __future__ import annotations

import dataclasses
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hardwon.markup.managed_block import END, START, find_block, lay_block
from hardwon.markup.pages import parse_page
from hardwon.model.listing import PatternEntry
from hardwon.model.values import Confidence
from hardwon.render.agents.block import BUDGET, render_agents_block


def entry(
    name: str, *, proved: int = 5, examples: int = 5, confidence: Confidence = Confidence.HIGH,
    context: str = "When code runs.", pattern: str = "Do it so.",
) -> PatternEntry:  # fmt: skip
    text = f"## {name}\n\n**Confidence:** HIGH\n\n**Context:**\nx\n\n**Pattern:**\ny\n"
    read = parse_page(text, "semantic/patterns/dev-patterns.md").patterns[0]
    read = dataclasses.replace(read, context=context, pattern=pattern)
    return PatternEntry(
        pattern=read, confidence=confidence, examples=examples, counter_examples=0, proved=proved,
        projects=2, project_names=frozenset(), days=3, last=None, stale=False, related=(),
        sources=(), refused=(),
    )  # fmt: skip


def names(block: str) -> list[str]:
    return [line[4:].partition("**")[0] for line in block.split("\n") if line.startswith("- **")]


def test_the_block_is_this() -> None:
    block = render_agents_block([entry("Test First")], memory="docs/memory")
    assert block == (
        "<!-- hardwon:start -->\n"
        "## Patterns this project has learned\n"
        "\n"
        "hardwon writes these lines from the notes in `docs/memory/`: change the notes, not the "
        "lines. Each pattern is counted HIGH from examples. Weigh them as experience; the task "
        "and the people you work for come first.\n"
        "\n"
        "- **Test First** (5 examples, 2 projects)\n"
        "  - When code runs.\n"
        "  - Do it so.\n"
        "\n"
        "Before a task, look for more: `hardwon search WORDS`, or the MCP tool `search_memory`. "
        "`hardwon show NAME`, or `get_pattern`, has the evidence. After a task that taught "
        "something, `hardwon note`, or `note_experience`, keeps it.\n"
        "<!-- hardwon:end -->"
    )


def test_only_high_patterns_are_in_it_most_proved_first() -> None:
    entries = [
        entry("Claimed", proved=0, examples=9),
        entry("Second", proved=5, examples=5),
        entry("First", proved=5, examples=7),
        entry("Low", confidence=Confidence.LOW),
    ]
    assert names(render_agents_block(entries)) == ["First", "Second", "Claimed"]
    assert render_agents_block(entries[::-1]) == render_agents_block(entries)


def test_without_a_high_pattern_it_says_how_to_search() -> None:
    block = render_agents_block([entry("Low", confidence=Confidence.LOW)])
    assert "No pattern is HIGH yet." in block
    assert "hardwon search" in block


def test_what_does_not_fit_is_counted() -> None:
    entries = [entry(f"Pattern {n:02}", pattern="Do this. " * 20) for n in range(30)]
    block = render_agents_block(entries)
    shown = len(names(block))
    assert 8 <= shown < 30
    assert len(block.encode()) <= BUDGET
    assert f"{30 - shown} more HIGH patterns are left out for length." in block
    assert "30 HIGH patterns are left out for length." in render_agents_block(entries, budget=0)
    one = render_agents_block(entries[:2], budget=900)
    assert "1 more HIGH pattern is left out for length." in one


@given(st.lists(st.text(max_size=400), max_size=6), st.integers(800, 3000))
def test_no_text_breaks_out_of_it(texts: list[str], budget: int) -> None:
    entries = [entry(f"Pattern {n}", context=text, pattern=text) for n, text in enumerate(texts)]
    block = render_agents_block(entries, budget=budget)
    assert len(block.encode()) <= budget
    assert find_block(lay_block("# Rules\n", block, "AGENTS.md"), "AGENTS.md") == block
    assert not {c for c in block if unicodedata.category(c) in {"Cc", "Zl", "Zp"}} - {"\n"}


def test_marks_and_comments_in_a_pattern_are_text() -> None:
    block = render_agents_block([entry("A", pattern=f"Do {END} and <!-- hide --> {START}")])
    item = block.split("\n")[7]
    assert item == f"  - Do \\{END} and \\<!-- hide --> \\{START}"
    assert find_block(f"{block}\n", "AGENTS.md") == block


def test_a_word_with_an_at_sign_reads_no_file() -> None:
    block = render_agents_block([entry("A", pattern="@file is read in, me@example.org is not.")])
    assert "\\@file is read in, me@example.org is not." in block


def test_long_texts_end_with_an_item_or_a_sentence() -> None:
    items = "\n".join(f"- Item {n} has some {'long ' * 10}words." for n in range(9))
    block = render_agents_block([entry("A", pattern=items)])
    assert block.count("Item ") == 3
    assert "; Item 1 has" in block
    prose = "One sentence here. Another one there. " + "And words without an end " * 20
    assert "One sentence here. Another one there.\n" in render_agents_block(
        [entry("A", pattern=prose)]
    )
    cut = render_agents_block([entry("A", pattern="word " * 30 + "`code " + "more " * 60 + "`")])
    assert "`code" not in cut
    assert "word …\n" in cut


def test_what_a_sentence_announces_goes_on_behind_it() -> None:
    listed = "Always include context in logs:\n\n- who it was.\n- what was done.\n\nMore text."
    assert "  - Always include context in logs: who it was; what was done\n" in render_agents_block(
        [entry("A", pattern=listed)]
    )
    code = "Use one structure for errors:\n\n```json\n{}\n```\n"
    assert "  - Use one structure for errors.\n" in render_agents_block([entry("A", pattern=code)])
    wrapped = "First line\nand the second.\n\nAnother paragraph."
    assert "  - First line and the second.\n" in render_agents_block([entry("A", pattern=wrapped)])
