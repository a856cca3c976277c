"""New patterns read back as what they were made of, whatever the note says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hardwon.learning.drafts import clean_name, pattern_lines, quote
from hardwon.markup.pages import parse_page
from hardwon.model.experience import DateOrigin, Experience, Lesson
from hardwon.model.values import Confidence, Dialect, Outcome, PartialDate, Span

PIECES = [
    "# heading", "**Confidence:** HIGH", "**Fix:** it", "Based on: 9 examples", "- item one",
    "1. first", "plain words", "```", "---", "> quoted", "<!-- no -->", "| a | b |", "", "  deep",
    "Rule: do", "[x](y.md)", "[[link]]", "`code`", "*", "===", "### Examples", "~~~", "<b>", "\\",
    "Examples:", "2024-01-01", "[Name]", "X", "(HIGH)",
]  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=8).map("\n".join)
NAMES = st.lists(
    st.sampled_from([*PIECES, "Retry", "3. Retry", "🎯 Pattern: X y"]), max_size=3
).map(" ".join)


@st.composite
def experiences(draw: st.DrawFn) -> Experience:
    lessons = draw(st.lists(MARKDOWN.filter(lambda t: t.strip()), max_size=2))
    return Experience(
        path="episodic/code/2026-01-05-note.md",
        anchor="",
        line=1,
        span=Span(1, 9),
        domain="code",
        title=draw(NAMES.filter(lambda t: t.strip())),
        date=PartialDate(2026, 1, 5),
        date_origin=DateOrigin.FIELD,
        project=draw(st.sampled_from([None, "shop", "a - b", "**x**"])),
        outcome=draw(st.sampled_from([None, *Outcome])),
        context=draw(MARKDOWN),
        solution=draw(MARKDOWN),
        root_cause=draw(MARKDOWN),
        lessons=tuple(Lesson(text, 1) for text in lessons),
        tags=draw(st.sampled_from([(), ("orm",)])),
        body=draw(MARKDOWN),
    )


@given(experiences(), st.sampled_from([Dialect.BOLD, Dialect.SECTION]))
@settings(max_examples=300, deadline=None)
def test_a_new_pattern_reads_back(note: Experience, dialect: Dialect) -> None:
    name = clean_name(note.title)
    if not name:
        return
    lines = pattern_lines(name, [note], Confidence.LOW, 2, dialect)
    text = "# Book\n\n" + "\n".join(lines) + "\n\n## After\n"
    (read,) = parse_page(text, "semantic/patterns/x.md").patterns
    assert read.name == name
    assert read.claim is not None
    assert read.claim.text == "LOW"
    assert read.claimed_examples == 1
    assert len(read.examples) == 1
    assert [source.target for source in read.sources] == ["episodic/code/2026-01-05-note.md"]
    assert read.last_reinforced == note.date


@given(MARKDOWN)
def test_a_quote_is_bounded_and_holds_no_structure(markdown: str) -> None:
    lines = quote(markdown)
    assert sum(map(len, lines)) <= 700
    assert not any(line.startswith(("#", ">", "|", "```")) for line in lines)
