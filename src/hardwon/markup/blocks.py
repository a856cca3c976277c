"""Markdown source as a tree of sections and blocks that know their lines."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hardwon.markup.header import Header, parse_header
from hardwon.markup.labels import parse_bold_label
from hardwon.markup.text import split_lines
from hardwon.model.values import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Block:
    """One block of Markdown.

    Attributes:
        kind: heading, paragraph, list, fence, table, html, quote or rule.
        span: Its lines, without blank lines behind it.
        text: Source of a heading or paragraph, content of a fence; else "".
        level: Depth of a heading, 1 to 6.
        info: Info string of a fence.
        items: Items of a list.
        rows: Cells of a table, row by row.
    """

    kind: str
    span: Span
    text: str = ""
    level: int = 0
    info: str = ""
    items: tuple[ListItem, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list: its marker as written, its lines and its blocks."""

    marker: str
    span: Span
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """Return the source of its first paragraph or heading; "" when it has none."""
        first = self.blocks[0] if self.blocks else None
        return first.text if first is not None and first.kind in {"paragraph", "heading"} else ""


@dataclass(slots=True)
class Section:
    """A heading with what stands below it; the root has no heading.

    Attributes:
        heading: The heading, None for the root.
        blocks: Blocks before the first heading of a deeper level.
        children: Sections of deeper levels.
        span: Lines up to the next heading of the same or a higher level.
    """

    heading: Block | None
    span: Span
    blocks: list[Block] = field(default_factory=list)
    children: list[Section] = field(default_factory=list)

    @property
    def level(self) -> int:
        """Return the heading's depth, 0 for the root."""
        return self.heading.level if self.heading else 0

    @property
    def title(self) -> str:
        """Return the heading's source, "" for the root."""
        return self.heading.text if self.heading else ""

    @property
    def line(self) -> int:
        """Return the 1-based line of the heading, or the first line."""
        return self.span.start

    def walk(self) -> Iterator[Section]:
        """Yield this section and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown text, taken apart.

    Attributes:
        lines: All lines with their ends; joined they are the text.
        header: Front matter.
        root: All below the header.
        too_deep: 1-based line from which on lists and quotes lie too deep in each other to be
            read, and with them all that follows; None where everything was read.
    """

    lines: list[str]
    header: Header
    root: Section
    too_deep: int | None = None

    def source(self, span: Span) -> list[str]:
        """Return the lines of `span`."""
        return self.lines[span.start - 1 : span.end - 1]


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


def parse_document(text: str) -> Document:
    """Return `text` as sections and blocks, all lines counted from 1.

    Raises:
        RecursionError: The caller is itself so deep that little room is left.
    """
    lines = split_lines(text)
    header = parse_header(text)
    body = "".join(lines[header.lines :])
    if header.lines == 0:
        body = body.removeprefix("\ufeff")
    tokens = _parser().parse(body)
    blocks = list(_Reader(tokens, lines, header.lines).blocks())
    root = _nest(blocks, header.lines + 1, len(lines) + 1)
    return Document(lines, header, root, _find_too_deep(tokens, header.lines))


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
            yield from self._parted(Block("list", span, items=items))
        elif token.type == "blockquote_open":
            for _ in self.blocks("blockquote_close"):
                pass  # quoted text is somebody else's: it holds no fields
            yield Block("quote", span)
        elif token.type == "table_open":
            yield Block("table", span, rows=tuple(self._rows()))

    def _text(self, token: Token, span: Span, content: str) -> Iterator[Block]:
        if token.type == "paragraph_open":
            yield Block("paragraph", span, content)
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

    def _parted(self, block: Block) -> Iterator[Block]:
        """Yield a list up to a bold label at the margin, the labelled lines, and what follows.

        Markdown takes such a line for the lazy end of the item above; its author began a field.
        """
        kept: list[ListItem] = []
        for item in block.items:
            kept.append(item)
            found = next(
                (
                    (paragraph, number)
                    for paragraph in _paragraphs(item)
                    for number in range(paragraph.span.start + 1, paragraph.span.end)
                    if self._starts_field(number)
                ),
                None,
            )
            if found is None:
                continue
            paragraph, number = found
            span = Span(kept[0].span.start, item.span.end)
            yield _before(Block("list", span, items=tuple(kept)), number)
            text = "\n".join(paragraph.text.split("\n")[number - paragraph.span.start :])
            yield Block("paragraph", Span(number, paragraph.span.end), text)
            kept.clear()
        if len(kept) == len(block.items):
            yield block
        elif kept:
            span = Span(kept[0].span.start, kept[-1].span.end)
            yield Block("list", span, items=tuple(kept))

    def _starts_field(self, number: int) -> bool:
        line = self.lines[number - 1]
        return line.startswith(("**", "__")) and ":" in line and parse_bold_label(line) is not None

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


def _paragraphs(item: ListItem) -> Iterator[Block]:
    for block in item.blocks:
        if block.kind == "paragraph":
            yield block
        for inner in block.items:
            yield from _paragraphs(inner)


def _before(block: Block, line: int) -> Block:
    """Return what of `block` stands above the 1-based `line`."""
    if block.span.end <= line:
        return block
    span = Span(block.span.start, line)
    if block.kind == "paragraph":
        text = "\n".join(block.text.split("\n")[: line - block.span.start])
        return Block("paragraph", span, text)
    items = tuple(
        ListItem(
            item.marker,
            Span(item.span.start, min(item.span.end, line)),
            tuple(_before(inner, line) for inner in item.blocks if inner.span.start < line),
        )
        for item in block.items
        if item.span.start < line
    )
    return Block(block.kind, span, items=items)


def _nest(blocks: list[Block], first: int, last: int) -> Section:
    root = Section(None, Span(first, last))
    path = [root]
    for block in blocks:
        if block.kind != "heading":
            path[-1].blocks.append(block)
            continue
        while path[-1].level >= block.level:
            closed = path.pop()
            closed.span = Span(closed.span.start, block.span.start)
        section = Section(block, Span(block.span.start, last))
        path[-1].children.append(section)
        path.append(section)
    return root
