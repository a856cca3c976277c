"""Labelled parts of a section: bold fields, `###` sections and list items are one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from hardwon.markup.blocks import Block, Document, ListItem, Section
from hardwon.markup.labels import Label, may_hold_label, parse_bold_label, parse_plain_label
from hardwon.markup.text import dedent, plain, split_lines, strip_comments, strip_emoji
from hardwon.model.values import Dialect, Span


@dataclass(slots=True)
class Part:
    """A label with the blocks that stand below it, before they are given a meaning.

    Attributes:
        key: Name in the table of labels, "" when it is not there.
        inline: What stands beside the label and on the lines directly below.
        blocks: Whole blocks below the label.
    """

    key: str
    label: str
    line: int
    dialect: Dialect
    inline: str = ""
    inline_end: int = 0
    blocks: list[Block] = field(default_factory=list)

    @property
    def span(self) -> Span:
        """Return the lines from the label to the last line of the value."""
        end = self.blocks[-1].span.end if self.blocks else self.inline_end
        return Span(self.line, max(end, self.line + 1))

    @property
    def value_line(self) -> int:
        """Return the 1-based line on which the value begins; that of the label for none."""
        if self.inline.strip():
            blank = len(self.inline) - len(self.inline.lstrip())
            return self.line + self.inline[:blank].count("\n")
        return self.blocks[0].span.start if self.blocks else self.line

    @property
    def stated(self) -> str:
        """Return the first line of the value: beside the label, or of the paragraph below it."""
        first = self.blocks[0].text if self.blocks and self.blocks[0].kind == "paragraph" else ""
        return (self.inline.strip() or first).partition("\n")[0]

    @property
    def items(self) -> list[ListItem]:
        """Return the items of all lists of the value, in order."""
        return [item for block in self.blocks if block.kind == "list" for item in block.items]

    def markdown(self, document: Document) -> str:
        """Return the value as Markdown, common indentation removed."""
        inline = strip_comments(self.inline).strip()
        below = dedent(list(self._below(document))) if self.blocks else ""
        return f"{inline}\n\n{below}" if inline and below else inline or below

    def _below(self, document: Document) -> Iterator[str]:
        """Yield the lines of the blocks and those between, where comments are left out."""
        at = self.inline_end
        for block in self.blocks:
            between = "".join(document.source(Span(at, block.span.start)))
            yield from split_lines(strip_comments(between))
            yield from document.source(block.span)
            at = block.span.end


def read_parts(
    blocks: Iterable[Block], key_of: Callable[[str], str], listed: frozenset[str]
) -> tuple[list[Block], list[Part]]:
    """Return the blocks before the first label, and the labelled parts.

    `Date: 2018-07-23` without emphasis is a label when its key is known.

    Args:
        blocks: Blocks of one section, in order.
        key_of: Gives the key of a label, "" for an unknown one.
        listed: Keys of which one as a list item (`- **Level:** LOW`) makes the labels of
            that list fields, while no field is open.
    """
    lead: list[Block] = []
    parts: list[Part] = []
    for block in blocks:
        kind = block.kind
        above: Block | None = block
        found: list[Part] = []
        if kind == "paragraph":
            if may_hold_label(block.text):
                above, found = _paragraph(block, key_of)
        elif kind == "list":
            if not parts or not _open(parts[-1]):
                found = list(_listed(block.items, key_of, listed))
                above = None if found else block
        elif kind in {"rule", "html"}:
            continue
        if above is not None:
            (parts[-1].blocks if parts else lead).append(above)
        parts += found
    return lead, parts


def _open(part: Part) -> bool:
    """Return whether a list below `part` belongs to it: its label stands alone, or it has text."""
    return part.dialect is Dialect.BOLD


def _paragraph(block: Block, key_of: Callable[[str], str]) -> tuple[Block | None, list[Part]]:
    """Return what stands before the first label of a paragraph, and its labelled parts."""
    start = block.span.start
    stray: list[str] = []
    found: list[tuple[Part, list[str]]] = []
    for number, line in enumerate(block.text.split("\n"), start):
        label = _line_label(line, key_of)
        if label is not None:
            text = strip_emoji(plain(label.text))
            part = Part(key_of(text), text, number, Dialect.BOLD, "", number + 1)
            found.append((part, [strip_comments(label.value)]))
        elif found:
            part, texts = found[-1]
            texts.append(line)
            part.inline_end = number + 1
        else:
            stray.append(line)
    for part, texts in found:
        part.inline = "\n".join(texts)
    if not found:
        return block, []
    above = Block("paragraph", Span(start, start + len(stray)), "\n".join(stray))
    return above if stray else None, [part for part, _ in found]


def _line_label(line: str, key_of: Callable[[str], str]) -> Label | None:
    """Return the label with which a line begins: a bold one with a colon, or one that has a key."""
    label = parse_bold_label(line)
    if label is None:
        label = parse_plain_label(line)
    elif ":" in line or "：" in line:
        return label
    return label if label is not None and key_of(label.text) else None


def _listed(
    items: Iterable[ListItem], key_of: Callable[[str], str], listed: frozenset[str]
) -> Iterator[Part]:
    found = [(item, _line_label(item.text.split("\n", maxsplit=1)[0], key_of)) for item in items]
    if not any(label is not None and key_of(label.text) in listed for _, label in found):
        return
    for item, label in found:
        if label is None:
            continue
        value = "\n".join([label.value, *item.text.split("\n")[1:]])
        yield Part(
            key_of(label.text),
            strip_emoji(plain(label.text)),
            item.span.start,
            Dialect.BULLET,
            strip_comments(value),
            item.blocks[0].span.end,
            list(item.blocks[1:]),
        )


def section_part(section: Section, key: str) -> Part:
    """Return a whole sub-section as one part, the texts of deeper sections included."""
    blocks = [block for part in section.walk() for block in _with_heading(part, section)]
    return Part(
        key,
        strip_emoji(plain(section.title)),
        section.line,
        Dialect.SECTION,
        "",
        section.line + 1 if section.heading is None else section.heading.span.end,
        [block for block in blocks if block.kind not in {"rule", "html"}],
    )


def _with_heading(section: Section, top: Section) -> list[Block]:
    if section is top or section.heading is None:
        return section.blocks
    return [section.heading, *section.blocks]
