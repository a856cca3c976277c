"""What a Markdown text is made of: sections and blocks that know their lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hardwon.markup.header import Header
from hardwon.markup.labels import parse_bold_label
from hardwon.model.values import Span


# Not frozen, though nothing changes them once they are read: making a frozen one takes six times
# as long, and a note makes fifty.
@dataclass(slots=True)
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


@dataclass(slots=True)
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


@dataclass(slots=True)
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


def starts_field(line: str) -> bool:
    """Return whether `line` begins, at its margin, with a bold label and a colon."""
    return (
        line.startswith(("**", "__"))
        and ":" in line
        and parse_bold_label(line.rstrip("\r\n")) is not None
    )


def part_at_labels(block: Block, lines: list[str]) -> Iterator[Block]:
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
                if starts_field(lines[number - 1])
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
