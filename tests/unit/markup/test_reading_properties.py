"""What holds for every text, however it was made."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.markup.blocks import Document, parse_document
from hardwon.markup.labels import NOTE_LABELS, PATTERN_LABELS, fold_label
from hardwon.markup.pages import parse_page
from hardwon.markup.text import fold, plain, split_lines
from hardwon.model.page import Page
from hardwon.model.values import Dialect
from reading import describe, read

PATHS = (
    "semantic/a.md",
    "learned/a.md",
    "episodic/code/2025-01-a.md",
    "procedural/workflows/a.md",
)

labels = st.sampled_from(
    [name for table in (PATTERN_LABELS, NOTE_LABELS) for names in table.values() for name in names]
    + ["Own field", "Total patterns", "Last updated", "Check it", "Confidence breakdown"]
)
values = st.sampled_from(
    [
        "HIGH", "LOW (based on 1 example)", "80%", "0.3", "3", "3 examples", "2025-01-02",
        "2025-02", "~30 minutes", "Do it.", "[Name]", "X examples", "SUCCESS", "a, b",
        "[[Other|o]]", "", "`x`", "[a](b/c.md)", "Shop - task (2025-01) - fine", "and 5 more",
        "<!-- c -->", "**bold**: x", "Größe", "â€™", "“q”", "1", "- x", "9" * 30,
    ]
)  # fmt: skip
fragments = st.one_of(
    st.builds("**{}:** {}".format, labels, values),
    st.builds("__{}__: {}".format, labels, values),
    st.builds("- **{}**: {}".format, labels, values),
    st.builds("  - {}: {}".format, labels, values),
    st.builds("{}: {}".format, labels, values),
    st.builds("{} {}".format, st.sampled_from(["#", "##", "###", "####"]), labels | values),
    st.builds("{}\n{}".format, values, st.sampled_from(["===", "---", "----"])),
    st.builds("{} {}".format, st.sampled_from(["-", "*", "1.", "2)", "   -", "\t-", ">"]), values),
    st.builds("- **{}** (90%)".format, values),
    st.builds(
        "## {}\n\n**{}:** {}\n**Uses:** 2".format,
        values,
        st.sampled_from(PATTERN_LABELS["pattern"]),
        values,
    ),
    st.builds("{}: {}".format, st.sampled_from(["title", "tags", "uses", "confidence"]), values),
    st.builds("| {} | {} |".format, labels, values),
    st.sampled_from(
        [
            "", "", "---", "```", "````", "~~~", "<!--", "-->", "|---|---|", "# 🎯 Cache", "## [x]",
            "<<<<<<< a", "=======", ">>>>>>> b", "- [ ] task", "- [x] done", "\t", "    code",
            "...", "## 2025-01-02 a", "## 2025-01-03 b", "## Timeline", "[a]: b", "<div>",
            "\u2028", "\x0c", "## HIGH CONFIDENCE PATTERNS", "## Pattern 2: Name (HIGH)",
            "[... and 5 more ...]",
        ]
    ),
)  # fmt: skip
texts = st.lists(fragments, max_size=25).map(lambda lines: "".join(f"{line}\n" for line in lines))
wild = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.one_of(fragments, st.text(max_size=10), st.sampled_from(["\r", "\r\n", "\n", "\ufeff"])),
        max_size=30,
    ).map("".join),
)


@given(wild, st.sampled_from(PATHS))
def test_any_text_is_read(text: str, path: str) -> None:
    page = parse_page(text, path)
    assert page.path == path
    assert "".join(parse_document(text).lines) == text


@given(st.one_of(texts, wild), st.sampled_from(PATHS))
def test_every_line_is_where_it_is_said_to_be(text: str, path: str) -> None:
    page = parse_page(text, path)
    lines = [*split_lines(text), ""]
    for line, words in places(page, parse_document(text)):
        assert 1 <= line <= len(lines), (line, words)
        stands = lines[line - 1]
        # A label is compared without what it holds in brackets.
        assert fold(words) in fold(stands) or words in fold_label(stands), (line, words)


def places(page: Page, document: Document) -> list[tuple[int, str]]:
    """Return each line that the page names, with words that must stand there."""
    found = [(fault.line, "") for fault in page.faults]
    for pattern in page.patterns:
        if pattern.dialect is not Dialect.HEADER:
            found.append((pattern.line, pattern.name.split(" ")[0]))
        for field in pattern.fields:
            found += [(field.line, fold_label(field.label)), (field.value_line, "")]
            assert field.span.start == field.line < field.span.end
        if pattern.claim is not None and not pattern.claim.inherited:
            found.append((pattern.claim.line, ""))
        lists = (pattern.examples, pattern.repeated_examples, pattern.counter_examples)
        found += [(e.line, plain(e.text).split(" ")[0]) for items in lists for e in items]
        found += [(source.line, "") for source in pattern.sources]
        found += [(code.line, code.language) for code in pattern.code]
    for note in page.experiences:
        found += [(note.line, ""), (note.date_line or 1, "")]
        found += [(lesson.line, plain(lesson.text).split(" ")[0]) for lesson in note.lessons]
        found += [(ref.line, "") for ref in note.patterns]
    if page.checklist is not None:
        found += [(item.line, item.text.split(" ")[0]) for item in page.checklist.items]
    totals = page.totals
    found += [(line, str(level)) for level, _, line in totals.breakdown]
    found += [(totals.total_line or 1, ""), (totals.last_updated_line or 1, "")]
    found += [(section.line, "") for section in document.root.walk()]
    return found


def without_end_spaces(values: Any) -> Any:
    """Return `values` with no spaces at the ends of lines, in all texts."""
    if isinstance(values, dict):
        return {key: without_end_spaces(value) for key, value in values.items()}
    if isinstance(values, list):
        return [without_end_spaces(value) for value in values]
    return re.sub(r"[ \t]+$", "", values, flags=re.MULTILINE) if isinstance(values, str) else values


REWRITES = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "bom": lambda text: f"\ufeff{text}",
    "no final newline": lambda text: text.removesuffix("\n"),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
}


@pytest.mark.parametrize("rewrite", REWRITES)
@given(text=texts, path=st.sampled_from(PATHS))
def test_bytes_without_a_meaning_change_nothing(rewrite: str, text: str, path: str) -> None:
    again = read(REWRITES[rewrite](text), path)
    assert without_end_spaces(again) == without_end_spaces(read(text, path))


@given(texts, st.sampled_from(PATHS))
def test_reading_twice_reads_the_same(text: str, path: str) -> None:
    assert describe(parse_page(text, path)) == describe(parse_page(text, path))
