"""Whatever a foreign text holds, a memory that takes it in reads as before and as found."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from adopting import adopt_into, reading_with
from hardwon.markup.pages import parse_page
from hardwon.markup.text import fold
from hardwon.model.adoption import Fate
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.values import PartialDate

BOOK = "semantic/patterns/dev-patterns.md"
OWN = """# Development Patterns

## Small commits

**Confidence:** LOW
**Based on:** 1 example

**Pattern:**
One idea, one commit.

**Examples:**
1. Shop - Review (2026-01-14) - read in a minute

---

**Last Updated:** 2026-01-14
**Total Patterns:** 1
"""

# What a book, a note or a checklist gives a meaning to, beside words.
PIECES = st.sampled_from(
    [
        "word", "two words", "", " ", "\n", "\n\n", "# Heading", "## Small commits", "### Sub",
        "Setext\n===", "Setext\n---", "---", "***", "```", "````markdown", "~~~", "`code`", "``",
        "<!-- comment", "-->", "<!-- whole -->", "<div>", "</div>", "<details>",
        "**Confidence:** HIGH", "**Based on:** 12 examples", "Confidence: HIGH", "**Pattern:**",
        "**Examples:**", "1. Shop - x (2025-01-01) - y", "- item", "- **Name** (90%)", "* [ ] task",
        "- [x] done", "> quote", "| a | b |", "|---|---|", "    indented", "\t", "[a]: http://x",
        "[[wikilink]]", "[x](y.md)", "**Last Updated:** 2026-01-01", "**Total Patterns:** 9",
        "**Imported from:** a line 1, SHA-256 0123456789abcdef", "**Source experiences:**",
        "HIGH CONFIDENCE PATTERNS", "é", "â€™", "😀", "\\", "*", "_", "**", "~~", "&lt;", "\r",
        "1.", "7. seven", "2026-03-01", "Tags: a, b", "patterns: [x]", "\u2028", "\x0b", "\ufeff",
        "<<<<<<< ours", "=======", ">>>>>>> theirs", "{{ x }}", "[Name]", "TBD",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).flatmap(
    lambda pieces: st.sampled_from(["\n", " ", ""]).map(lambda between: between.join(pieces))
)
LABELS = st.one_of(
    st.sampled_from(
        ["Pattern", "Context", "Why it works", "Confidence", "Examples", "Uses", "Last Updated",
         "Sources", "Code example", "Related patterns", "Tags", "Detection", "My own",
         "Imported from"]
    ),
    TEXTS,
)  # fmt: skip
DATES = st.none() | st.builds(
    PartialDate, st.integers(2001, 2030), st.integers(1, 12), st.integers(1, 28)
)
PATTERNS = st.builds(
    Found,
    st.just(FoundKind.PATTERN),
    TEXTS,
    st.integers(1, 9),
    parts=st.lists(st.tuples(LABELS, TEXTS), max_size=4).map(tuple),
    examples=st.lists(TEXTS, max_size=3).map(tuple),
    scores=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    project=st.none() | TEXTS,
)
OTHERS = st.builds(
    Found,
    st.sampled_from([FoundKind.EXPERIENCE, FoundKind.CHECKLIST, FoundKind.WORKFLOW]),
    TEXTS,
    st.integers(1, 9),
    body=TEXTS,
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    date=DATES,
    project=st.none() | TEXTS,
)


@given(st.lists(PATTERNS, min_size=1, max_size=3))
@settings(max_examples=100)
def test_a_book_keeps_what_it_says_and_gains_what_was_found(found: list[Found]) -> None:
    readings = [reading_with(*found)]
    adoption, after = adopt_into({BOOK: OWN}, readings)
    before = parse_page(OWN, BOOK)
    now = parse_page(after[BOOK], BOOK)
    adopted = adoption.sources[0].adopted
    taken = [one for one in adopted if one.fate in {Fate.WRITTEN, Fate.RENAMED}]
    assert len(adopted) == len(found)
    assert now.patterns[0] == before.patterns[0]
    assert [one.name for one in now.patterns[1:]] == [one.name for one in taken]
    assert now.totals.total == len(now.patterns)
    for pattern, one in zip(now.patterns[1:], taken, strict=True):
        assert len(pattern.examples) == pattern.claimed_examples == one.examples
        assert (pattern.claim is None) == (one.examples == 0)
        assert not pattern.sources
        assert not pattern.counter_examples
        assert [f.label for f in pattern.extra].count("Imported from") == 1
    assert {fault.code for fault in now.faults} <= {"mojibake"}
    again, _ = adopt_into(after, readings)
    assert not again.files


@given(st.lists(OTHERS, min_size=1, max_size=3))
@settings(max_examples=100)
def test_a_new_file_reads_back_as_found_and_no_other_changes(found: list[Found]) -> None:
    readings = [reading_with(*found)]
    adoption, after = adopt_into({BOOK: OWN}, readings)
    assert after[BOOK] == OWN
    for one, was in zip(adoption.sources[0].adopted, found, strict=True):
        if one.fate is not Fate.WRITTEN:
            continue
        assert one.path is not None
        page = parse_page(after[one.path], one.path)
        assert not page.patterns
        if was.kind is FoundKind.EXPERIENCE:
            (note,) = page.experiences
            assert was.date in {None, note.date}
        else:
            assert page.checklist is not None
            assert page.checklist.pattern is None
            assert fold(page.checklist.title) == fold(one.name or "")
    again, _ = adopt_into(after, readings)
    assert not again.files
