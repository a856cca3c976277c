"""What is left out for speed would have found nothing; what is done otherwise finds the same."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import CORPUS, SEEDS, needs_corpus
from hardwon.actions.documents import _identifiers, _split_code
from hardwon.markup import dates, labels
from hardwon.markup.blocks import parse_document
from hardwon.markup.patterns import find_patterns, may_claim
from hardwon.markup.text import dedent, split_lines
from hardwon.model.values import PartialDate

# Labels and levels as a pattern may state them, whole and taken apart by markup.
claims = st.sampled_from(
    [
        "Confidence", "Con**fid**ence", "confi`dence`", "[Confidence](x)", "[[x|Uses]]", "Based on",
        "Based (as of now) on", "<!-- a -->Level", "\U0001f4c8 Times applied", "Conﬁdence",
        "HIGH CONFIDENCE PATTERNS", "LOW-confidence", "HIGH", "(90%)", "[0.8]", "(LOW confidence)",
        "3 examples", "Name", "Pattern", "Context", "uses", "confidence: 0.9", "Total Patterns",
    ]
)  # fmt: skip
marks = st.sampled_from(
    [
        "\n", "\n\n", "\r\n", "# ", "### ", "- ", "1. ", "**", "__", ":", ": ", "：", "`", "[[",
        "]]", " ", "  ", "---\n", "```\n", "~~~", "> ", "| ", "\x0c", "\u00a0", "**Pattern:** x\n",
    ]
)  # fmt: skip
claiming = st.lists(st.one_of(claims, marks), max_size=25).map("".join)
books = st.one_of(
    claiming,
    claiming.map("## Name\n{}\n\n**Pattern:** x\n".format),
    st.builds("## Name\n\n**{}:** {}\n\n**Pattern:** x\n".format, claims, claims),
    st.builds("## {}\n\n**Pattern:** x\n\n### {}\nHIGH\n".format, claims, claims),
    st.builds("# {}\n\n## {} {}\n\n**Pattern:** x\n".format, claims, claims, claims),
    st.builds("- **Name** {}\n  {}: HIGH\n  - Pattern: x\n".format, claims, claims),
    st.builds("## Name\n\n- {}: HIGH\n\n**Pattern:** x\n".format, claims),
    st.builds("---\n{}: 3\n---\n# Name\n\n**Pattern:** x\n".format, claims),
)


def assert_nothing_is_missed(text: str) -> None:
    document = parse_document(text)
    if not may_claim(document):
        assert find_patterns(document, "a.md") == ()


@given(books)
@example("## Name [0.8]\n\n**Pattern:** x\n")
@example("## Name (LOW)\n\n**Pattern:** x\n")
@example("## HIGH CONFIDENCE PATTERNS\n\n### Name\n\n**Pattern:** x\n")
@example("## Name\n\n**Pattern:** x\n\n### Confidence\nHIGH\n")
@example("## Name\n\n### Con**fid**ence: HIGH\n\n### Pattern\nx\n")
@example("## Name\n\n**Uses:** 3\n**Pattern:** x\n")
@example("## Name\n\n- Confidence: LOW\n- Pattern: x\n")
@example("- **Name** (90%)\n  - Pattern: x\n")
@example("---\nuses: 3\n---\n# Name\n\n**Pattern:** x\n")
def test_a_text_that_claims_nothing_holds_no_pattern(text: str) -> None:
    assert_nothing_is_missed(text)


@needs_corpus
@pytest.mark.slow
def test_notes_that_claim_nothing_hold_no_pattern() -> None:
    files = [*CORPUS.rglob("*.md"), *SEEDS.glob("*.md"), *Path(__file__).parents[2].rglob("*.md")]
    for file in filter(Path.is_file, files):
        assert_nothing_is_missed(file.read_bytes().decode("utf-8", "replace"))


label_pieces = st.sampled_from(
    [
        "Date",
        "a",
        " ",
        "\t",
        ":",
        "：",
        "**",
        "__",
        "*",
        "- ",
        "1. ",
        "[[",
        "]]",
        "learned_from",
        "\n",
    ]
)


@given(st.lists(label_pieces, max_size=12).map("".join))
@example("Date : x")
@example("A : x")
@example("Date" + " " * 60 + ": x")
@example("Date\uff1a x")
@example("learned from [[a]]")
def test_a_text_without_marks_of_a_label_holds_none(text: str) -> None:
    found = [match for line in text.split("\n") for regex in LABELS if (match := regex.match(line))]
    assert labels.may_hold_label(text) or not found


LABELS = (labels._BOLD, labels._BOLD_ALONE, labels._PLAIN, labels._RELATION)

date_pieces = st.sampled_from(
    [
        "2025", "1999", "20", "19", "18", "01", "5", "31", "12", "-", "/", ".", " ", ", ",
        "January ", "mar. ", "Sept", "of ", "th", "年", "月", "日", "x", "(", "٢٥",
    ]
)  # fmt: skip


@given(st.lists(date_pieces, max_size=12).map("".join))
@example("1999-01-02")
@example("Mar 2025-01-02")
def test_the_first_date_is_that_of_all_spellings(text: str) -> None:
    assert dates.find_date(text) == find_among_all(text)


def find_among_all(text: str) -> tuple[PartialDate, tuple[int, int]] | None:
    """Return what `find_date` promises: the earliest match, of two at one place the first's."""
    found = []
    for number, pattern in enumerate(dates._DATES):
        for match in re.finditer(pattern, text, re.IGNORECASE):
            date = dates._build(match)
            if date is not None:
                found.append((match.start(), number, date, match.span()))
                break
    first = min(found, default=None, key=lambda entry: entry[:2])
    return first and first[2:]


@given(st.text("ab \t\n\r\x0c\u00a0", max_size=40))
def test_lines_lose_the_indentation_that_they_share(text: str) -> None:
    lines = split_lines(text)
    whole = "\n".join(line.rstrip("\r\n") for line in lines)
    assert dedent(lines) == textwrap.dedent(whole).strip("\n")


@given(st.text("aAbB1 _é—", max_size=40))
@example("fooBar HTTPServer SHA256 fooBAR2Foo")
def test_identifiers_are_the_words_with_a_hump(text: str) -> None:
    hump = re.compile(r"[a-z0-9][A-Z]|[A-Z][A-Z][a-z]")
    words = [word for word in re.findall(r"[^\W_]+", text) if hump.search(word)]
    assert list(_identifiers(text)) == words


fence_pieces = st.sampled_from(["```", "````", "~~~", "`", "~", "\n", "\n", " ", "\t", "x", "> "])


@given(st.lists(fence_pieces, max_size=25).map("".join))
@example("```\n```\n```\nx")
def test_code_is_what_stands_between_fences(text: str) -> None:
    fenced = re.compile(
        r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:^[ \t]*(?P=fence)[^\n]*$|\Z)",
        re.DOTALL | re.MULTILINE,
    )
    code = "".join(match["code"] for match in fenced.finditer(text))
    assert _split_code(text) == (fenced.sub("\n", text), code)
