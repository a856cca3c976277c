"""Texts of notes end where they end, whatever they hold."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hardwon.markup.compose import fold_line, fold_text
from hardwon.markup.contain import (
    cell,
    code_span,
    contain,
    fenced,
    front_matter,
    inline,
    item,
    yaml_text,
)
from texts import TEXTS

PARSER = MarkdownIt("commonmark").enable("table")


@given(TEXTS)
def test_what_follows_a_text_begins_afresh(text: str) -> None:
    tokens = PARSER.parse(f"# Before\n\n{contain(text)}\n\n# Behind\n\n- one\n")
    headings = [
        tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert headings == ["Before", "Behind"]
    assert [token.type for token in tokens[-6:]] == [
        "list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close",
        "bullet_list_close",
    ]  # fmt: skip
    assert all(token.level == 0 for token in tokens if token.type == "heading_open")


@given(TEXTS)
def test_a_text_holds_no_html(text: str) -> None:
    tokens = PARSER.parse(contain(text))
    children = [child for token in tokens for child in token.children or ()]
    assert not [token for token in (*tokens, *children) if token.type.startswith("html")]


@given(TEXTS)
def test_contained_again_it_is_the_same(text: str) -> None:
    once = contain(text)
    assert contain(once) == once


@given(st.lists(st.sampled_from(["plain", " words", ".\n\n", "- an item\n", "**bold**", ", "])))
def test_plain_text_stays(pieces: list[str]) -> None:
    text = fold_text("".join(pieces))
    assert contain(text) == text


@pytest.mark.parametrize(
    ("text", "contained"),
    [
        ("## A heading ##\ntext", "**A heading**\ntext"),
        ("Heading\n=======\ntext", "**Heading**\n\ntext"),
        ("- # x\n  y", "- **x**\n  y"),
        ("see <b>this</b>", "see \\<b>this\\</b>"),
        ("```html\n<b>\n```", "```html\n<b>\n```"),
        ("```\nnever closed", "````\n```\nnever closed\n````"),
        ("<!-- hardwon:end -->", "\\<!-- hardwon:end -->"),
    ],
)
def test_examples(text: str, contained: str) -> None:
    assert contain(text) == contained


@given(TEXTS, TEXTS)
def test_code_reads_back(text: str, language: str) -> None:
    [token] = PARSER.parse(fenced(text, language))
    assert token.type == "fence"
    indented = text.startswith((" ", "\t"))
    expected = fold_text(f"x\n{text}").removeprefix("x\n") if indented else fold_text(text)
    assert token.content.removesuffix("\n") == expected.removesuffix("\n")


@given(TEXTS)
def test_words_read_back(text: str) -> None:
    words = fold_line(text)
    [_, heading, _] = PARSER.parse(f"# {inline(text)}") if words else [None, None, None]
    shown = "".join(child.content for child in heading.children) if heading else ""
    assert shown == words
    if words:
        row = f"| {cell(text)} | end |\n|---|---|\n"
        inlines = [token for token in PARSER.parse(row) if token.type == "inline"]
        first, second = ("".join(child.content for child in one.children) for one in inlines)
        assert (first, second) == (words, "end")


@given(TEXTS)
def test_an_item_is_one_paragraph(text: str) -> None:
    words = fold_line(text)
    tokens = PARSER.parse(f"- {item(text)}\n- next\n")
    kinds = [token.type for token in tokens if token.type.endswith("_open")]
    expected = ["list_item_open", "paragraph_open"] * 2
    assert kinds == ["bullet_list_open", *(expected if words else expected[:1] + expected[2:])]
    assert not [c for t in tokens for c in t.children or () if c.type == "html_inline"]


@given(TEXTS)
def test_code_spans_read_back(text: str) -> None:
    words = fold_line(text)
    if words:
        [_, paragraph, _] = PARSER.parse(f"x {code_span(text)} y")
        codes = [child.content for child in paragraph.children if child.type == "code_inline"]
        assert codes == [words]


@given(TEXTS)
def test_yaml_and_json_read_back(text: str) -> None:
    real = text.encode("utf-8", "replace").decode("utf-8")
    assert yaml.safe_load(yaml_text(text)) == real
    if all(ord(c) < 0x10000 for c in real):
        assert json.loads(yaml_text(text)) == real


@given(st.dictionaries(st.sampled_from(["a", "b_c", "tags"]), TEXTS | st.lists(TEXTS, min_size=1)))
def test_front_matter_reads_back(values: dict[str, str | list[str]]) -> None:
    lines = front_matter(values)
    assert lines[0] == lines[-1] == "---"
    assert "---" not in lines[1:-1]
    read = yaml.safe_load("\n".join(lines[1:-1])) or {}

    def real(text: str) -> str:
        return text.encode("utf-8", "replace").decode("utf-8")

    expected = {k: real(v) if isinstance(v, str) else list(map(real, v)) for k, v in values.items()}
    assert read == expected
