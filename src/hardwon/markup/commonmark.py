"""Blocks of any Markdown: markdown-it-py's tokens, folded."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardwon.markup.labels import parse_bold_label
from hardwon.markup.scan import TRIM
from hardwon.markup.tree import Block, ListItem, part_at_labels
from hardwon.model.values import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


# Fifty lists or a hundred quotes in each other: the parser, which calls itself for each level,
# gets so far well within Python's bound. What lies deeper it leaves out without a word.
_MAX_NESTING = 100
_CONTAINERS = frozenset({"blockquote_open", "list_item_open"})


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    parser.core.ruler.disable(["inline", "text_join"])  # spans inside lines are not needed
    return parser


def read_blocks(lines: list[str], start: int) -> tuple[list[Block], int | None]:
    """Return the blocks of `lines`, and the 1-based line from which on it is too deep, or None.

    Args:
        lines: All lines of the file with their ends.
        start: Number of lines of the front matter.

    Raises:
        RecursionError: The caller is itself so deep that little room is left.
    """
    body = "".join(lines[start:])
    if not start:
        body = body.removeprefix("\ufeff")
    tokens = _parser().parse(body)
    return list(_Reader(tokens, lines, start).blocks()), _find_too_deep(tokens, start)


def _find_too_deep(tokens: list[Token], offset: int) -> int | None:
    for token in tokens:
        if token.level == _MAX_NESTING - 1 and token.type in _CONTAINERS and token.map:
            return token.map[0] + offset + 1
    return None


class _Reader:
    """Folds the parser's flat token list into blocks."""

    def __init__(self, tokens: list[Token], lines: list[str], offset: int) -> None:
        self.tokens = tokens
        self.lines = lines
        self.offset = offset
        self.position = 0

    def blocks(self, until: str = "") -> Iterator[Block]:
        """Yield blocks up to the token of type `until`, which is consumed."""
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            if token.type == until:
                return
            yield from self._block(token)

    def _block(self, token: Token) -> Iterator[Block]:
        span = self._span(token)
        if token.type in {"heading_open", "paragraph_open"}:
            content = self.tokens[self.position].content
            self.position += 2
            yield from self._text(token, span, content)
        elif token.type in {"fence", "code_block"}:
            yield Block("fence", span, token.content, info=token.info.strip())
        elif token.type == "html_block":
            yield Block("html", span, token.content)
        elif token.type == "hr":
            yield Block("rule", span)
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            items = tuple(self._items(token.type.replace("open", "close")))
            yield from part_at_labels(Block("list", span, items=items), self.lines)
        elif token.type == "blockquote_open":
            for _ in self.blocks("blockquote_close"):
                pass  # quoted text is somebody else's: it holds no fields
            yield Block("quote", span)
        elif token.type == "table_open":
            yield Block("table", span, rows=tuple(self._rows()))

    def _text(self, token: Token, span: Span, content: str) -> Iterator[Block]:
        if token.type == "paragraph_open":
            start = span.start
            while start < span.end - 1 and not self.lines[start - 1].strip(TRIM):
                start += 1  # a line of U+2028 alone was trimmed with its end
            yield Block("paragraph", Span(start, span.end), content)
        elif token.markup in {"-", "="} and parse_bold_label(content.split("\n", maxsplit=1)[0]):
            # "**Based on:** 2 examples" directly above "---" is a field above a rule.
            yield Block("paragraph", Span(span.start, span.end - 1), content)
            yield Block("rule", Span(span.end - 1, span.end))
        else:
            yield Block("heading", span, " ".join(content.split("\n")), level=int(token.tag[1]))

    def _items(self, until: str) -> Iterator[ListItem]:
        while (token := self.tokens[self.position]).type != until:
            self.position += 1
            span = self._span(token)
            marker = f"{token.info}{token.markup}" if token.info else token.markup
            yield ListItem(marker, span, tuple(self.blocks("list_item_close")))
        self.position += 1

    def _rows(self) -> Iterator[tuple[str, ...]]:
        row: list[str] = []
        while (token := self.tokens[self.position]).type != "table_close":
            self.position += 1
            if token.type == "inline":
                row.append(token.content)
            elif token.type == "tr_close":
                yield tuple(row)
                row = []
        self.position += 1

    def _span(self, token: Token) -> Span:
        start, end = token.map or [0, 0]
        start, end = start + self.offset, min(end + self.offset, len(self.lines))
        while end > start + 1 and not self.lines[end - 1].strip():
            end -= 1
        return Span(start + 1, end + 1)
