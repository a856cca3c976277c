"""The totals with which a book ends, and a "Last Updated" near its top."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import Block, Document, Section
from hardwon.markup.dates import parse_date
from hardwon.markup.labels import fold_label, parse_bold_label
from hardwon.markup.text import plain
from hardwon.model.page import NextStep, Totals
from hardwon.model.values import Confidence, PartialDate

_LABELS = {
    "last updated": "updated",
    "updated": "updated",
    "total patterns": "total",
    "patterns total": "total",
    "confidence breakdown": "breakdown",
    "next steps": "steps",
}
_LEVEL_LINE = re.compile(r"^\W*(LOW|MEDIUM|HIGH)\b(?:[^:\n]*:)?[^\d\n]*(\d{1,6})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d{1,6}\b")


def _key(line: str) -> str | None:
    label = parse_bold_label(line)
    return _LABELS.get(fold_label(label.text)) if label else None


def totals_start(document: Document) -> int:
    """Return the 1-based line at which the totals at the end begin; behind the text if none do.

    They begin with the first paragraph of the last section that opens with one of their
    labels, when every labelled line from there on is one of theirs.
    """
    after = len(document.lines) + 1
    *_, last = document.root.walk()
    for number, block in enumerate(last.blocks):
        if block.kind != "paragraph" or _key(block.text.split("\n")[0]) is None:
            continue
        below = [b for b in last.blocks[number:] if b.kind == "paragraph"]
        labelled = [line for b in below for line in b.text.split("\n") if parse_bold_label(line)]
        keys = [_key(line) for line in labelled]
        if None not in keys and {"total", "breakdown", "updated"} & set(keys):
            return block.span.start
    return after


def parse_totals(document: Document) -> Totals:
    """Return the totals of a book; empty when it states none."""
    return _read(document, _head_blocks(document.root))


def parse_end_totals(document: Document) -> Totals:
    """Return the totals with which a book ends; `document` is its end."""
    return _read(document, [])


def _read(document: Document, head: list[Block]) -> Totals:
    start = totals_start(document)
    *_, last = document.root.walk()
    tail = [block for block in last.blocks if block.span.start >= start]
    updated = next(_updated([*tail, *head]), None)
    total = next(_total(tail), None)
    return Totals(
        last_updated=updated[0] if updated else None,
        last_updated_line=updated[1] if updated else None,
        total=total[0] if total else None,
        total_line=total[1] if total else None,
        breakdown=tuple(_breakdown(tail)),
        next_steps=tuple(_next_steps(tail)),
    )


def _head_blocks(root: Section) -> list[Block]:
    """Return the blocks before the second heading: there a book may state its last update."""
    first = root.children[0].blocks if root.children and root.children[0].level == 1 else []
    return [*root.blocks, *first]


def _lines(blocks: list[Block]) -> Iterator[tuple[str, int]]:
    for block in blocks:
        if block.kind == "paragraph":
            yield from (
                (line, n) for n, line in enumerate(block.text.split("\n"), block.span.start)
            )


def _updated(blocks: list[Block]) -> Iterator[tuple[PartialDate, int]]:
    for line, number in _lines(blocks):
        if _key(line) == "updated":
            label = parse_bold_label(line)
            date = parse_date(label.value) if label else None
            if date is not None:
                yield date, number


def _total(blocks: list[Block]) -> Iterator[tuple[int, int]]:
    for line, number in _lines(blocks):
        label = parse_bold_label(line)
        match = _NUMBER.search(label.value) if label and _key(line) == "total" else None
        if match:
            yield int(match[0]), number


def _below(blocks: list[Block], key: str) -> Iterator[Block]:
    """Yield the lists that stand directly below the label `key`."""
    current: str | None = None
    for block in blocks:
        if block.kind == "paragraph":
            current = _key(block.text.split("\n")[-1])
        elif block.kind == "list" and current == key:
            yield block


def _breakdown(blocks: list[Block]) -> Iterator[tuple[Confidence, int, int]]:
    for block in _below(blocks, "breakdown"):
        for item in block.items:
            match = _LEVEL_LINE.match(plain(item.text))
            if match:
                yield Confidence(match[1].upper()), int(match[2]), item.span.start


def _next_steps(blocks: list[Block]) -> Iterator[NextStep]:
    for block in _below(blocks, "steps"):
        for item in block.items:
            yield NextStep(plain(item.text), item.span)
