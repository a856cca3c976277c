"""What all readers of foreign files look at: headings with their lines, their texts, and paths."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from hardwon.markup.blocks import Block, Document, ListItem, Section, parse_document
from hardwon.markup.text import (
    dedent,
    plain,
    split_lines,
    strip_comments,
    strip_emoji,
)
from hardwon.model.values import Span

_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*[.):]?|[A-Za-z][.)])\s+(?=\S)")
# What stands where the author of a form is to write: "[Name]", "{title of option 1}", "<title>".
_PLACEHOLDER = re.compile(r"^\W*(?:\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>)\W*$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
SENTENCE_END = re.compile(r"(?<=[^.A-Z][.!?])(?<!\be\.g\.)(?<!\bi\.e\.)\s+(?=[A-Z`*\"(])")
"""Where a sentence ends and another begins; the first ends before the match."""
_MAX_TITLE = 120  # characters; the names of patterns that people write are shorter


@dataclass(slots=True)
class Outline(Document):
    """A text, taken apart, with the 1-based lines that lie in fences."""

    fenced: frozenset[int] = frozenset()


@functools.lru_cache(maxsize=2)  # the readers are asked one after another about one text
def read_outline(text: str) -> Outline | None:
    """Return `text` as sections; None if it is nested too deeply to be read.

    Nothing may change what is returned: the next caller gets the same one.
    """
    try:
        document = parse_document(text)
    except RecursionError:
        return None
    if document.too_deep is not None:
        return None
    return Outline(document.lines, document.header, document.root, None, _fenced(document))


def one_line(text: str) -> str:
    """Return inline Markdown as a title: one line without markup, emoji and number in front.

    A longer one ends after its first sentence, or at a word and with an ellipsis.
    """
    title = _CONTROL.sub(" ", strip_emoji(plain(text)))
    title = " ".join(_NUMBER.sub("", " ".join(title.split()), count=1).split())
    if len(title) <= _MAX_TITLE:
        return title.rstrip(" :：")
    sentence = SENTENCE_END.search(title, 20, _MAX_TITLE)
    if sentence:
        return title[: sentence.start()]
    head = title[: _MAX_TITLE - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:") + "…"


def is_placeholder(text: str) -> bool:
    """Return whether `text` is what a form holds where its author is to write something."""
    return bool(_PLACEHOLDER.match(text.strip()))


def file_name(path: str) -> str:
    """Return the name of the file in lower case."""
    return path.rsplit("/", 1)[-1].casefold()


def folders(path: str) -> list[str]:
    """Return the folders of `path` in lower case, outermost first."""
    return [folder.casefold() for folder in path.split("/")[:-1]]


def lies_below(path: str, *names: str) -> bool:
    """Return whether `path` lies in a folder called the last of `names` in one called the first."""
    above = folders(path)
    size = len(names)
    return any(tuple(above[at : at + size]) == names for at in range(len(above) - size + 1))


def name_in_words(path: str) -> str:
    """Return the name of a file without its endings, its hyphens and underscores as spaces."""
    name = path.rsplit("/", 1)[-1].lstrip(".").split(".", 1)[0]
    return one_line(re.sub(r"[-_]+", " ", name)) or "untitled"


def document_title(document: Outline, path: str) -> str:
    """Return what the file calls itself: in its first heading, front matter, else by its name."""
    first = first_heading(document)
    if first is not None and first.level == 1:
        heading = one_line(first.title)
        if heading and not is_placeholder(first.title):
            return heading
    stated = document.header.get_text("title", "name")
    return one_line(stated or "") or name_in_words(path)


def first_heading(document: Outline) -> Section | None:
    """Return the first section with a heading."""
    return document.root.children[0] if document.root.children else None


def first_line(document: Outline) -> int:
    """Return the 1-based line on which the text begins, behind the front matter."""
    blocks = [section.blocks[0].span.start for section in (document.root,) if section.blocks]
    starts = blocks + [section.line for section in document.root.children[:1]]
    return min([*starts, max(1, len(document.lines))])


def walk_with_path(
    section: Section, above: tuple[str, ...] = ()
) -> Iterator[tuple[Section, tuple[str, ...]]]:
    """Yield each section with the titles of those that it stands in, outermost first."""
    yield section, above
    below = (*above, one_line(section.title)) if section.heading is not None else above
    for child in section.children:
        yield from walk_with_path(child, below)


def markdown(document: Outline, span: Span) -> str:
    """Return the lines of `span` without common indentation, and without comments but in code."""
    lines = document.source(span)
    if any("<!--" in line for line in lines):
        numbers = range(span.start, span.start + len(lines))
        runs = groupby(zip(numbers, lines, strict=True), lambda pair: pair[0] in document.fenced)
        texts = [(is_code, "".join(line for _, line in run)) for is_code, run in runs]
        text = "".join(run if is_code else strip_comments(run) for is_code, run in texts)
        lines = split_lines(text)
    return dedent(lines).strip()


def _fenced(document: Document) -> frozenset[int]:
    blocks = (block for section in document.root.walk() for block in all_blocks(section.blocks))
    spans = (block.span for block in blocks if block.kind == "fence")
    return frozenset(lines_of(spans))


def lines_of(spans: Iterable[Span]) -> set[int]:
    """Return the numbers of all lines in `spans`."""
    return {number for span in spans for number in range(span.start, span.end)}


def text_below(section: Section, document: Outline) -> str:
    """Return all that stands below a heading, deeper sections included, as Markdown."""
    start = section.span.start if section.heading is None else section.heading.span.end
    return markdown(document, Span(start, section.span.end))


def text_of(document: Outline) -> str:
    """Return the whole text as Markdown, without front matter and the heading that titles it."""
    only = document.root.children[0] if len(document.root.children) == 1 else None
    titled = only is not None and only.level == 1 and not document.root.blocks
    return text_below(only if titled and only is not None else document.root, document)


def united(parts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return labels and texts in their order, the texts of one label below each other."""
    texts: dict[str, list[str]] = {}
    for label, text in parts:
        texts.setdefault(label, []).append(text)
    return tuple((label, "\n\n".join(some)) for label, some in texts.items())


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield `blocks` and those of their list items, in the order of the text."""
    for block in blocks:
        yield block
        for item in block.items:
            yield from all_blocks(item.blocks)


def item_markdown(item: ListItem, document: Outline) -> str:
    """Return a list item as Markdown without its marker, what stands below it included."""
    first, *rest = document.source(item.span) or [""]
    head = first.lstrip(" \t>").removeprefix(item.marker).strip()
    below = markdown(document, Span(item.span.start + 1, item.span.end)) if rest else ""
    return strip_comments(f"{head}\n{below}" if below else head).strip()
