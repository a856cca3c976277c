"""Whatever a file holds, it is read or named: what hypothesis finds, it finds here."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hardwon.actions.isolated import read_rows
from hardwon.errors import UnreadableFileError
from hardwon.files.folder import decode
from hardwon.index.codec import decode_page
from hardwon.markup.header import parse_header
from hardwon.markup.text import split_lines
from hostile import SHAPES

PATHS = ("semantic/a.md", "learned/a.md", "episodic/code/2025-01-a.md", "procedural/workflows/a.md")
paths = st.sampled_from(PATHS)

# Pieces of which Markdown, YAML and the marks of merges are made, in any order and number.
pieces = st.sampled_from(
    [
        "\n", "\n\n", "\r\n", "\r", "  ", "    ", "\t", "- ", "* ", "1. ", "> ", "# ", "### ",
        "---\n", "===\n", "...\n", "```", "~~~", "`", "[", "]", "(", ")", "![", "[[", "]]", "](",
        "**", "__", "*", "_", "<!--", "-->", "<div>", "&#", "\\", "|", "|-", ":", ": ", "{", "}",
        "&a ", "*a", "!!", "? ", "%", "'", '"', "<<<<<<< a\n", "=======\n", ">>>>>>> b\n",
        "**Confidence:** ", "**Pattern:** ", "**Examples:**\n", "**Source experiences:**\n",
        "HIGH", "2025-01-02", "2025-13-45", "9" * 30, "and 5 more", "30 minutes", "- [ ] ",
        "title: ", "patterns:\n", "x", "Größe", "â€™", "\u2028", "\x0c", "\ufeff", "\U0001f600",
    ]
)  # fmt: skip
built = st.lists(st.tuples(pieces, st.integers(1, 4)), max_size=60).map(
    lambda found: "".join(piece * times for piece, times in found)
)
texts = st.one_of(st.text(max_size=300), built, built.map("---\n{}\n---\nText.\n".format))


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Return a hostile file with some bytes of another one put into it, or some taken out."""
    shapes = st.sampled_from([shape for shape in SHAPES if shape.data is not None])
    data, other = draw(shapes).content(300)[:600], draw(shapes).content(300)[:600]
    start, end = draw(st.integers(0, len(data))), draw(st.integers(0, 60))
    cut, length = draw(st.integers(0, len(other))), draw(st.integers(0, 60))
    return data[:start] + other[cut : cut + length] + data[start + end :]


@given(st.one_of(st.binary(max_size=300), texts.map(str.encode), mutations()), paths)
def test_any_bytes_are_read_or_named(data: bytes, path: str) -> None:
    try:
        text = decode(data, path)
    except UnreadableFileError as error:
        refusal = error
    else:
        assert_read(data, text, path)
        return
    assert refusal.path == path
    assert 1 <= (refusal.line or 0) <= data.count(b"\n") + 1


def assert_read(data: bytes, text: str, path: str) -> None:
    assert text.encode() == data
    rows = read_rows(text, path)  # which raises where the reader fails
    page = decode_page(rows.page)
    lines = len(split_lines(text)) + 1
    assert all(1 <= fault.line <= lines for fault in page.faults)
    for document in rows.documents:
        assert 1 <= document.line <= lines
    for pattern in page.patterns:
        assert 1 <= pattern.span.start < pattern.span.end <= lines
        assert all(1 <= field.line < field.span.end <= lines for field in pattern.fields)


@given(built)
def test_a_header_lies_in_its_text(yaml: str) -> None:
    text = f"---\n{yaml}\n---\nText.\n"
    header = parse_header(text)
    last = len(split_lines(text))
    assert 0 <= header.lines <= last
    assert all(1 <= value.line <= last for value in header.values.values())
    assert header.fault is None or 1 <= header.fault[0] <= header.lines
    assert header.second is None or header.lines < header.second <= last
