"""Markdown source as a tree of sections and blocks that know their lines."""

from __future__ import annotations

from hardwon.markup.header import parse_header
from hardwon.markup.scan import scan_blocks
from hardwon.markup.text import split_lines
from hardwon.markup.tree import Block, Document, ListItem, Section
from hardwon.model.values import Span

__all__ = ["Block", "Document", "ListItem", "Section", "parse_document"]


def parse_document(text: str) -> Document:
    """Return `text` as sections and blocks, all lines counted from 1.

    Raises:
        RecursionError: The caller is itself so deep that little room is left.
    """
    lines = split_lines(text)
    header = parse_header(text)
    blocks = scan_blocks(text, lines, header.lines)
    too_deep = None
    if blocks is None:
        from hardwon.markup.commonmark import read_blocks

        blocks, too_deep = read_blocks(lines, header.lines)
    root = _nest(blocks, header.lines + 1, len(lines) + 1)
    return Document(lines, header, root, too_deep)


def _nest(blocks: list[Block], first: int, last: int) -> Section:
    root = Section(None, Span(first, last))
    path = [root]
    levels = [0]
    add = root.blocks.append
    for block in blocks:
        if block.kind != "heading":
            add(block)
            continue
        while levels[-1] >= block.level:
            levels.pop()
            path.pop().span.end = block.span.start
        section = Section(block, Span(block.span.start, last))
        path[-1].children.append(section)
        path.append(section)
        levels.append(block.level)
        add = section.blocks.append
    return root
