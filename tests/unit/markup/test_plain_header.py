"""A plain header is read as PyYAML reads it, or is left to PyYAML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CORPUS, needs_corpus
from hardwon.markup.header import _parse_plain
from hardwon.markup.yaml_header import parse_yaml_header
from hostile import SHAPES

PLAIN = [
    "title: a b\ndate: 2025-01-09\nuses: 007\nok: yes\nat: 1:30",
    "title: \"a: b # c\"\nother: 'd, e'\nTime-Saved: x\n_x: http://a.b/c#d",
    "tags: [a, b c, d-e, \"f g\", 'h']\nnone: []\nempty:\nnull: ~",
    "tags:\n  - a\n  - \"b: c\"\n\n  - 'd'\nother:\n- e\n- null\n# comment\nlast: (x)   ",
    "title: Größe “so” 日本\nsign: a, b] }",
]
ODD = [
    "", "a", "a: b: c", "a: b # c", "a: b\n  c", "a: |\n  b", "a: >\n b", "a: &b c", "a: *b",
    "a: !t b", "a: {b: c}", "a: [[b]]", "a: [b, c]]", "a: [b,]", "a: [b: c]", 'a: ["b, c"]',
    "a: 'b'c'",
    "a: 'it''s'", '"a": b', 'a: "b\\n"', 'a: "b', "a:b", " a: b", "a: b\na: c", "A: b\na: c",
    "a-b: c\na_b: d", "a:\n  - b\n - c", "a:\n  b: c", "a:\n  - b: c", "a:\n  - - b", "a: b\n  - c",
    "a:\t- b", "a: b\tc", "a: b\u2028c", "a: b\x85c", "a: b\xa0c", "a: \ufeff", "a: @b", "a: `b`",
    "a: %b",
    "a: - b", "a: -b", "a: ? b", "a: :b", "a: b:", "- a", "-: a", "-1: a", "? a", "a b: c",
    "a.b: c", "é: a", "%YAML 1.1\na: b", "a: b\n...\nc: d", "--- a: b", f"{'a' * 1_200}: b",
    "a: b\n---x\nc: d",
]  # fmt: skip


def assert_same(text: str) -> bool:
    """Compare both ways of reading; return whether the header of `text` is plain."""
    header = _parse_plain(text)
    if header is None:
        return False
    other = parse_yaml_header(text)
    assert header == other
    assert list(header.values) == list(other.values)
    return True


@pytest.mark.parametrize("yaml", PLAIN)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_plain_header_needs_no_reader_of_yaml(yaml: str, end: str) -> None:
    assert assert_same(f"---\n{yaml}\n---\n\n# Note\n".replace("\n", end))


@pytest.mark.parametrize("yaml", ODD)
def test_what_yaml_gives_a_meaning_is_left_to_it(yaml: str) -> None:
    text = f"---\n{yaml}\n---\n\n# Note\n"
    assert _parse_plain(text) is None
    assert_same(f"---\nx: y\n{yaml}\nz:\n  - u\n---\n")


@pytest.mark.parametrize("behind", ["", "---\n", "\n---\na: b\n---\n", " ---\n", "...", "---"])
@pytest.mark.parametrize("close", ["---", "--- ", "---x", "...", "----"])
def test_what_stands_behind_a_header_is_seen(close: str, behind: str) -> None:
    assert_same(f"---\na: b\n{close}\n{behind}")
    assert_same(f"---\na: b\n{close}{behind}")


values = st.sampled_from(
    ["x", "a b", "2025-01-09", "1:30", "yes", "~", "'q'", '"a: b"', "a#b"] * 5
    + [
        "", "a: b", "a #b", "# c", "[a, b]", "[]", "[a,]", "[a, 'b c']", "{a: b}", "&a x", "*a",
        "!t x", "|", ">", "a:", "- x", "-x", "? x", "%x", "@x", "x  ", '"x" # c', "'x' y", '"',
        "a\tb", "é", "\U0001f600", "a\u200db", "\u2028", "\x85", "\xa0", "\x7f", "...", "---", "=",
        "<<", "\\x", "null", "['']", '" "', "' null '", "[ a ,b ]", "[1.5, 2]", "http://a.b/c",
        "a\n  b", "a\n\n  b",
    ]
)  # fmt: skip
keys = st.sampled_from(["title", "date", "tags", "Time-Saved", "a", "b", "c"] * 3 + [
    "time_saved", "A", "null", "yes", "1a", "a b", "a.b", "é", "_x", "-", "-x", "?", "<<", "a--b",
])  # fmt: skip
lines = st.one_of(
    st.builds("{}: {}".format, keys, values),
    st.builds("{}:\n  - {}\n  - {}".format, keys, values, values),
    st.builds("{}:\n- {}".format, keys, values),
    st.builds("{}{}".format, st.sampled_from(["  - ", "- ", " - ", "  ", "#", " # "]), values),
    st.sampled_from(["", " ", "x", "# c", "key:", "  k: v", "%YAML 1.1", "--- x"]),
)
headers = st.lists(lines, min_size=1, max_size=5).map("\n".join)


@given(headers)
def test_generated_headers_are_read_alike(yaml: str) -> None:
    assert_same(f"---\n{yaml}\n---\n# Note\n")


@pytest.mark.slow
@settings(max_examples=2_000)
@given(headers, st.sampled_from(["\n", "\r\n"]))
def test_many_generated_headers_are_read_alike(yaml: str, end: str) -> None:
    assert_same(f"---\n{yaml}\n---\n# Note\n".replace("\n", end))


def test_hostile_headers_are_read_alike() -> None:
    for shape in SHAPES:
        if shape.data is not None:
            assert_same(shape.content(600)[:2_000].decode("utf-8", "ignore"))


@needs_corpus
def test_headers_of_strangers_are_read_alike_and_most_are_plain() -> None:
    plain = []
    for file in sorted((CORPUS / "B").rglob("*.md")):
        text = file.read_bytes().decode("utf-8", "replace")
        if text.startswith("---") and parse_yaml_header(text).lines:
            plain.append(assert_same(text))
    assert len(plain) > 200
    assert sum(plain) >= 0.93 * len(plain)  # .955 on 2026-11-21
