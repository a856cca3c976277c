"""Texts of notes made to stand inside other texts: what they hold, they cannot break out of.

A text of a note is Markdown that somebody else wrote. Where it stands in a page of ours, a fence
that is never closed would swallow the rest of it, a heading would begin a section, a comment
would hide what follows, and a line of a front matter would be read as a key.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hardwon.markup.compose import fold_line, fold_text
from hardwon.markup.text import escape_html

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Without these a text is paragraphs, lists and quotes, which end where the next block begins.
_STRUCTURE = re.compile(
    r"[<#`]|~~~|^[ \t>]*(?:-+|=+)[ \t]*$|^(?:\t| {4})|[>\-*+.)](?:\t| {4})|\|", re.MULTILINE
)
_DEEP = re.compile(r"(?:[>*+-][ \t]*){20}|^[ \t]{40}", re.MULTILINE)
_ATX = re.compile(r"(?P<before>[ \t>*+\-\d.)]*?)#{1,6}(?:[ \t]+|$)")
_UNDERLINE = re.compile(r"[ \t>]*(?:-+|=+)[ \t]*$")
# Beginnings by which a line of text would be something else than a paragraph.
_MARKER = re.compile(
    r"\A(?:(?P<number>\d{1,9})(?=[.)](?:\s|$))|(?=[-+*=](?:\s|$)|[#>|~=_-]|`{3}|\[.*\]:|[-*_][-*_\s]*\Z))"
)
# What Markdown obeys within a line. An underline within a word is none of it.
_INLINE = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#|\w+;)|~(?=~)")
_CLOSING = re.compile(r"(?<=\s)#+$|^#+$")
_PROBE = "hardwonprobe"
_FENCE_RUN = re.compile(r"`+")
# YAML 1.1 and 1.2 refuse these raw, or take them for the end of a line.
_NOT_YAML = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

Value = str | bool | int | dt.date | Sequence[str]


def contain(text: str) -> str:
    """Return Markdown `text` such that it ends where it ends, and begins no section.

    Headings become bold lines, HTML becomes visible. Behind a blank line whatever follows is read
    as if it stood alone. A text of which the parser does not say so, such as one with a fence
    that is never closed, becomes a block of code as a whole.
    """
    text = fold_text(text.replace("\ufeff", ""))
    if not _STRUCTURE.search(text) and not _DEEP.search(text):
        return text
    plain = fold_text(_without_headings(_visible_html(text)))
    return plain if _is_contained(plain) else fenced(text)


def fenced(text: str, language: str = "") -> str:
    """Return `text` as a fenced block of code that nothing in it can end.

    Args:
        text: The code; its line ends become newlines.
        language: First word of the info string; what is no word is left out.
    """
    text = fold_text(text) if not text.startswith((" ", "\t")) else _indented(text)
    longest = max((len(run) for run in _FENCE_RUN.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    word = language if re.fullmatch(r"[\w.+#-]+", language) else ""
    return f"{fence}{word}\n{text}\n{fence}"


def inline(text: str) -> str:
    """Return plain words as one line of Markdown that shows them and nothing else.

    It can stand in a heading, behind a marker of a list, and in a paragraph.
    """
    text = _INLINE.sub(lambda m: "\\" + m[0], fold_line(text))
    text = _MARKER.sub(_escaped_marker, text, count=1)
    return _CLOSING.sub(lambda m: "\\" + m[0], text)


def item(text: str) -> str:
    """Return Markdown `text` on one line, such as it can stand behind a marker of a list.

    Emphasis, code and links stay; HTML becomes visible.
    """
    return escape_html(_MARKER.sub(_escaped_marker, fold_line(text), count=1))


def code_span(text: str) -> str:
    """Return `text` on one line as a span of code that nothing in it can end."""
    text = fold_line(text)
    longest = max((len(run) for run in _FENCE_RUN.findall(text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def cell(text: str) -> str:
    """Return plain words as a cell of a table."""
    return inline(text).replace("|", "\\|")


def yaml_text(text: str) -> str:
    """Return `text` as a quoted text of YAML on one line, which also is one of JSON's."""
    quoted = json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False)
    return without_fence(_NOT_YAML.sub(_yaml_escape, quoted))


def without_fence(quoted: str) -> str:
    """Return a quoted text of YAML in which no three hyphens stand together; it reads the same.

    Some readers take three hyphens anywhere for the end of the front matter (skills-ref 0.1.1).
    """
    return quoted.replace("---", "-\\u002d-")


def front_matter(values: Mapping[str, Value]) -> list[str]:
    """Return the lines of a front matter with its fences; lists stand below their keys."""
    lines = ["---"]
    for key, value in values.items():
        if isinstance(value, str):
            lines.append(f"{key}: {yaml_text(value)}")
        elif isinstance(value, (bool, int, dt.date)):
            lines.append(f"{key}: {str(value).lower()}")
        else:
            lines += [f"{key}:", *(f"  - {yaml_text(one)}" for one in value)]
    return [*lines, "---"]


def _escaped_marker(match: re.Match[str]) -> str:
    return f"{match['number']}\\" if match["number"] else "\\"


def _indented(text: str) -> str:
    """Return `fold_text(text)` with the indentation of its first line."""
    return fold_text(f"x\n{text}").removeprefix("x\n")


def _yaml_escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Tables as well: most readers of what is exported know them.
    return MarkdownIt("commonmark", {"maxNesting": 60}).enable("table")


def _visible_html(text: str) -> str:
    """Return `text` with HTML escaped, save in blocks of code."""
    code = {
        line
        for token in _parser().parse(text)
        if token.type in {"fence", "code_block"} and token.map
        for line in range(*token.map)
    }
    return "\n".join(_runs(text.split("\n"), code))


def _runs(lines: Sequence[str], code: set[int]) -> Iterator[str]:
    """Yield the lines in `code` as they are, all others escaped, neighbours together."""
    run: list[str] = []
    for number, line in enumerate(lines):
        if number not in code:
            run.append(line)
            continue
        if run:
            yield escape_html("\n".join(run))
            run = []
        yield line
    if run:
        yield escape_html("\n".join(run))


def _without_headings(text: str) -> str:
    lines = text.split("\n")
    for token in _parser().parse(text):
        if token.type != "heading_open" or token.map is None:
            continue
        start, end = token.map
        if token.markup.startswith("#"):
            lines[start] = _ATX.sub(r"\g<before>", lines[start], count=1).rstrip(" \t#")
        elif _UNDERLINE.match(lines[end - 1]):
            lines[end - 1] = ""
        before, words = _parted(lines[start])
        if words and end - start <= 2 and "**" not in words:
            lines[start] = f"{before}**{words}**"
    return "\n".join(lines)


def _parted(line: str) -> tuple[str, str]:
    """Return the markers of quotes and lists before a line, and the rest of it."""
    words = line.lstrip(" \t>")
    marker = re.match(r"(?:[-*+]|\d{1,9}[.)])[ \t]+", words)
    words = words[marker.end() :] if marker else words
    return line[: len(line) - len(words)], words.rstrip()


def _is_contained(text: str) -> bool:
    """Return whether the parser finds neither heading nor HTML, and what follows it afresh."""
    tokens = _parser().parse(f"{text}\n\n# {_PROBE}\n")
    if any(token.type == "html_block" or _has_html(token) for token in tokens):
        return False
    headings = [n for n, token in enumerate(tokens) if token.type == "heading_open"]
    if len(headings) != 1:
        return False
    heading, words = tokens[headings[0] : headings[0] + 2]
    return heading.level == 0 and words.content == _PROBE and len(tokens) == headings[0] + 3


def _has_html(token: Token) -> bool:
    return any(child.type == "html_inline" for child in token.children or ())
