"""Workflows and review checklists: task lists with front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardwon.markup.blocks import Block, Document
from hardwon.markup.dates import parse_date
from hardwon.markup.pattern_values import parse_claim_text
from hardwon.markup.text import plain, strip_emoji
from hardwon.model.page import Checklist, Item

_TASK = re.compile(r"^\[(?P<mark>[ xX])\][ \t]+(?P<text>.*)$", re.DOTALL)


def parse_checklist(document: Document, path: str) -> Checklist:
    """Return the checklist in `document`; without task items its `items` are empty."""
    header = document.header
    first = next((s for s in document.root.walk() if s.heading is not None), None)
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("-", " ")
    title = strip_emoji(plain(first.title)) if first is not None else ""
    items = [item for section in document.root.walk() for item in _items(section.blocks)]
    examples = header.get_text("examples") or ""
    reinforced = header.get_text("last_reinforced")
    tags = header.values["tags"].values if "tags" in header.values else ()
    return Checklist(
        path=path,
        line=first.line if first is not None else 1,
        title=title or header.get_text("title", "name") or stem,
        items=tuple(items),
        body="".join(document.lines[header.lines :]),
        pattern=header.get_text("pattern"),
        theme=header.get_text("theme"),
        confidence=parse_claim_text(header.get_text("confidence") or "")[0],
        examples=int(examples) if re.fullmatch(r"\d{1,6}", examples) else None,
        last_reinforced=parse_date(reinforced) if reinforced else None,
        status=header.get_text("status"),
        hashes=tuple(parse_hashes(header.get_text("generated_hash") or "")),
        tags=tuple(tags),
    )


def parse_hashes(text: str) -> Iterator[tuple[str, str]]:
    """Yield section and hash of `generated_hash: steps=1a2b3c4d, verify=…`."""
    for pair in text.split(","):
        section, equals, value = pair.strip().rpartition("=")
        if equals:
            yield section.strip(), value.strip()


def _items(blocks: Iterable[Block]) -> Iterator[Item]:
    for block in blocks:
        for item in block.items:
            match = _TASK.match(item.text)
            if match:
                text = plain(match["text"])
                yield Item(text, match["mark"] != " ", item.span.start)
            yield from _items(item.blocks)
