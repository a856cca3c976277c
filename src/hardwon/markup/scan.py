"""Blocks of Markdown as most notes are written, found line by line.

markdown-it-py reads all of CommonMark and takes 0.3 ms for a note of 2 KB; this scanner reads
what people mostly write, in about an eighth of that. It decides nothing that it does not know:
at a tab that indents, HTML other than comments or a line that is hard to place it gives up the
whole text, which `commonmark.py` then reads. What it does return is what that
module returns, block for block (tests/unit/markup/test_scan.py). The rules, their order and
what ends what follow `rules_block` of markdown-it.
"""

from __future__ import annotations

import re

from hardwon.markup.labels import parse_bold_label
from hardwon.markup.text import split_lines
from hardwon.markup.tree import Block, ListItem, part_at_labels, starts_field
from hardwon.model.values import Span

# What markdown-it trims: what `str.strip` does, but for U+001C to U+001F and U+0085.
TRIM = (
    "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# A line that begins with one of these is no paragraph to some of those who look at it.
_ODD_SPACES = frozenset(TRIM + "\x1c\x1d\x1e\x1f\x85") - frozenset(" \t\n")
_DIGITS = frozenset("0123456789")
_LIST_MARKS = _DIGITS | frozenset("-+*")
# With what a line begins that may be more than text: within a paragraph, and before one.
_MARKS = frozenset("\n#`~>-+*_=|:<") | _DIGITS | _ODD_SPACES
_MARKS_BEFORE = _MARKS - {"="}

_HEADING = re.compile(r"#{1,6}[ \t\n]")
_FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)\n")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\n")
_UNDERLINE = re.compile(r"(?:-+|=+)[ \t]*\n")
_NUMBER = re.compile(r"([0-9]{1,9})[.)](?=[ \t\n])")
_DELIMITER = re.compile(r"(?:[|:][-:| \t]|-[-:|])[-:| \t]*\n")
_DELIMITER_CELL = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
# What may be a tag; `<https://…>` and `<5` are text.
_TAG = re.compile(r"<(?:[/!?]|[A-Za-z][A-Za-z0-9-]*(?![A-Za-z0-9:-]))")
# A paragraph that begins with a bracket and defines nothing: what stands in the first pair of
# them is followed by no colon, or by more than one word that is no title.
_NO_REFERENCE = re.compile(
    r"\[[^\[\]\\]*(?:\[|\](?!:))"
    r"|\[[^\[\]\\\n]*\]:[ \t]+[^\s<>()\\]+[ \t]+[^\s\"'(]"
)
_REFERENCE = re.compile(
    r"\[(?=[^\]]*\w)[^\[\]\\\n]{1,200}\]:[ \t]+https?://[\w./?=&#%~:@+,;!-]+[ \t]*"
)

# Deeper than people nest. markdown-it's own bound is far beyond.
_MAX_MARGIN = 40
_QUOTED_MARKS = "> \t*+-.)0123456789"
_MAX_COLUMNS = 100
_INDENTED_BY_TAB = 1 << 20

_ENDS, _UNDERLINED, _IS_TABLE = 1, 2, 3


class _UndecidedError(Exception):
    """This scanner does not know what a line is."""


def scan_blocks(text: str, lines: list[str], start: int) -> list[Block] | None:
    """Return the blocks of `text` below its front matter; None where markdown-it must decide.

    Args:
        text: Of the file.
        lines: Its lines with their ends.
        start: Number of lines of the front matter.
    """
    if "\0" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = split_lines(text)
    if lines and lines[-1][-1] != "\n":
        if "-->" in lines[-1]:
            return None  # HTML is kept with its line ends
        lines = [*lines[:-1], lines[-1] + "\n"]
    if not start and text.startswith("\ufeff"):
        lines = [lines[0][1:] or "\n", *lines[1:]]
    try:
        return _Scanner(text, lines).read(start, 0, 0)[0]
    except _UndecidedError:
        return None


class _Scanner:
    """Reads lines; the content of a list's item is read as lines of their own, further in.

    Attributes:
        lines: With a newline each, as the file has them.
        texts: The same without the space in front, and without the marker of an item.
        indents: Columns in front of `texts`.
    """

    def __init__(self, text: str, lines: list[str]) -> None:
        self.lines = lines
        self.has_labels = False
        if "\n " not in text and "\t" not in text and text[:1] not in " \ufeff":
            self.texts = lines.copy()
            self.indents = [0] * len(lines)
            return
        self.texts = [line.lstrip(" \t") for line in lines]
        self.indents = [len(line) - len(text) for line, text in zip(lines, self.texts, strict=True)]
        if "\t" in text:
            for n, line in enumerate(lines):
                if line[0] in " \t" and "\t" in line[: self.indents[n]]:
                    self.indents[n] = _INDENTED_BY_TAB

    def read(self, at: int, margin: int, outer: int) -> tuple[list[Block], int]:
        """Return the blocks from the index `at` on, and the index of what follows them.

        Args:
            at: Of their first line.
            margin: Columns in front of them.
            outer: Columns in front of the list to whose item they belong; 0 for none.
        """
        texts, indents, last = self.texts, self.indents, len(self.texts)
        found: list[Block] = []
        while at < last:
            text = texts[at]
            first = text[0]
            if first == "\n":
                at += 1
                continue
            indent = indents[at] - margin
            if indent < 0:
                break
            if indent > 3:
                at = self._code(at, margin, found)
                continue
            if first in _MARKS_BEFORE:
                end = self._marked(at, margin, outer, first, found)
                if end:
                    at = end
                    continue
            how = 0
            end = at + 1
            while end < last:
                first = texts[end][0]
                if first in _MARKS:
                    if first == "\n":
                        break
                    how = self._ends(end, margin, outer, first)
                    if how:
                        break
                end += 1
            if how > _ENDS:
                at = self._underlined(at, end, margin, how, found)
                continue
            text = text.rstrip(TRIM) if end == at + 1 else self._joined(at, end, margin)
            if text[0] != "[" or self._is_text(at, end, margin, text):
                found.append(Block("paragraph", Span(at + 1, end + 1), text))
            at = end
        return found, at

    def _is_text(self, at: int, end: int, margin: int, text: str) -> bool:
        """Return whether `text`, which begins with a bracket, is text; else it defines targets."""
        if _NO_REFERENCE.match(text):
            return True
        if margin or max(self.indents[at:end]) > 3:
            raise _UndecidedError
        if all(map(_REFERENCE.fullmatch, text.split("\n"))):
            return False
        raise _UndecidedError

    def _joined(self, at: int, end: int, margin: int) -> str:
        texts, indents = self.texts, self.indents
        deepest = max(indents[at + 1 : end], default=0)
        if deepest <= margin:
            return "".join(texts[at:end]).rstrip(TRIM)
        if deepest >= _INDENTED_BY_TAB:
            raise _UndecidedError
        more = (" " * (indents[n] - margin) + texts[n] for n in range(at + 1, end))
        return "".join([texts[at], *more]).strip(TRIM)

    def _ends(self, end: int, margin: int, outer: int, first: str) -> int:
        """Return how a paragraph ends before the line `end`; 0 where it goes on."""
        indent = self.indents[end] - margin
        if indent > 3:
            if first in _ODD_SPACES:
                raise _UndecidedError
            return 0
        text = self.texts[end]
        if first in "|:-" and "|" in self.texts[end - 1] and _DELIMITER.match(text):
            before = self.indents[end - 1] - margin
            if margin and (indent < 0 or before < 0 or self._is_shortened(end - 1)):
                raise _UndecidedError
            if before <= 3 and self._columns(end):
                return _IS_TABLE
        if first in "-=" and indent >= 0 and _UNDERLINE.match(text):
            return _UNDERLINED
        if first in "*_" and margin and not self.indents[end] and text[1] == first:
            self.has_labels = self.has_labels or starts_field(text)
        if indent < 0 and self.indents[end] - outer > 3 and first in _LIST_MARKS:
            return _ENDS if _RULE.match(text) else 0
        return _ENDS if self._interrupts(text, first, inside=indent >= 0) else 0

    def _is_shortened(self, at: int) -> bool:
        """Return whether the line holds the marker of an item in front of its text."""
        return self.texts[at] != self.lines[at].lstrip(" ")

    def _interrupts(self, text: str, first: str, *, inside: bool) -> bool:
        """Return whether `text` is no further line of a paragraph.

        Args:
            text: Line of at most three columns more than the paragraph.
            first: Its first character, one of `_MARKS`.
            inside: Whether it has as many columns as the paragraph.
        """
        if first in "-+*":
            if text[1] in " \t\n":
                return not inside or text[1:].strip(" \t\n") != "" or _RULE.match(text) is not None
            return first != "+" and _RULE.match(text) is not None
        if first in _DIGITS:
            number = _NUMBER.match(text)
            if number is None:
                return False
            return not inside or (int(number[1]) == 1 and text[number.end() :].strip(" \t\n") != "")
        if first == "#":
            return _HEADING.match(text) is not None
        if first in "`~":
            return self._fence(text) is not None
        if first == "_":
            return _RULE.match(text) is not None
        if first == "<":
            if text.startswith("<!--"):
                return True
            if _TAG.match(text):
                raise _UndecidedError
            return False
        if first in "|:=":
            return False
        if first == ">":
            return True
        raise _UndecidedError

    def _marked(self, at: int, margin: int, outer: int, first: str, found: list[Block]) -> int:
        """Find the block that begins with a mark; return the index behind it, 0 for none."""
        text = self.texts[at]
        if first in _LIST_MARKS or first == "_":
            return self._rule_or_list(at, margin, first, found)
        if first == "#":
            return self._heading(at, text, found) if _HEADING.match(text) else 0
        if first in "`~":
            return self._fenced(at, margin, found)
        if first in "|:":
            return self._no_table(at)
        if first == ">":
            return self._quote(at, margin, outer, found)
        if first == "<":
            return self._comment(at, margin, found)
        raise _UndecidedError

    def _no_table(self, at: int) -> int:
        """Return 0; the line before may be the head of a table, whatever else it looks like."""
        if at and "|" in self.lines[at - 1] and _DELIMITER.match(self.texts[at]):
            raise _UndecidedError
        return 0

    def _heading(self, at: int, text: str, found: list[Block]) -> int:
        title = text.lstrip("#")
        level = len(text) - len(title)
        title = title.rstrip(" \t\n")
        if title[-1:] == "#":
            shorter = title.rstrip("#")
            if shorter[-1:] in {" ", "\t"}:
                title = shorter
        found.append(Block("heading", Span(at + 1, at + 2), title.strip(TRIM), level))
        return at + 1

    def _underlined(self, at: int, end: int, margin: int, how: int, found: list[Block]) -> int:
        """Find a heading that is underlined, or a table whose head is the line before `end`."""
        if how == _IS_TABLE:
            if end - at > 1:
                text = self._joined(at, end - 1, margin)
                if text[0] != "[" or self._is_text(at, end - 1, margin, text):
                    found.append(Block("paragraph", Span(at + 1, end), text))
            return self._table(end, margin, found)
        text = self._joined(at, end, margin)
        if text[0] == "[" and not _NO_REFERENCE.match(text):
            raise _UndecidedError
        if parse_bold_label(text.split("\n", maxsplit=1)[0]):
            # "**Based on:** 2 examples" directly above "---" is a field above a rule.
            found.append(Block("paragraph", Span(at + 1, end + 1), text))
            found.append(Block("rule", Span(end + 1, end + 2)))
        else:
            level = 1 if self.texts[end][0] == "=" else 2
            found.append(Block("heading", Span(at + 1, end + 2), text.replace("\n", " "), level))
        return end + 1

    # -- lists ----------------------------------------------------------------------------

    def _rule_or_list(self, at: int, margin: int, first: str, found: list[Block]) -> int:
        text = self.texts[at]
        if first == "-":
            self._no_table(at)
        if first in "-*_" and _RULE.match(text):
            found.append(Block("rule", Span(at + 1, at + 2)))
            return at + 1
        width = self._marker(text)
        if not width:
            return 0
        start, kind = at, text[width - 1]
        items: list[ListItem] = []
        last = len(self.texts)
        while width:
            item, at = self._item(at, width, margin)
            items.append(item)
            if at >= last or not 0 <= self.indents[at] - margin <= 3:
                break
            text = self.texts[at]
            width = self._marker(text)
            if text[width - 1] != kind or (kind in "-*" and _RULE.match(text)):
                break
        block = Block("list", Span(start + 1, items[-1].span.end), items=tuple(items))
        if not self.has_labels:
            found.append(block)
        elif margin:
            raise _UndecidedError
        else:
            self.has_labels = False
            found.extend(part_at_labels(block, self.lines))
        return at

    def _marker(self, text: str) -> int:
        """Return the width of the marker of an item with which `text` begins; 0 for none."""
        if text[0] in "-+*":
            return 1 if text[1] in " \t\n" else 0
        number = _NUMBER.match(text)
        return number.end() if number else 0

    def _item(self, at: int, width: int, margin: int) -> tuple[ListItem, int]:
        """Return the item that begins at `at`, and the index of what follows it."""
        texts, indents = self.texts, self.indents
        text = texts[at]
        content = text[width:].lstrip(" ")
        inner = indents[at] + len(text) - len(content)
        if content == "\n":
            inner = indents[at] + width + 1
        elif content[0] == "\t" or inner - indents[at] - width > 4:
            raise _UndecidedError  # code
        if inner > _MAX_MARGIN:
            raise _UndecidedError
        if content == "\n" and (at + 1 == len(texts) or texts[at + 1] == "\n"):
            # An empty item ends with the blank line.
            return ListItem(text[:width], Span(at + 1, at + 2), ()), at + 2
        texts[at] = content
        indents[at] = inner
        blocks, end = self.read(at, inner, margin)
        stop = blocks[-1].span.end if blocks else at + 2
        return ListItem(text[:width], Span(at + 1, stop), tuple(blocks)), end

    # -- what stands for itself -----------------------------------------------------------

    def _fence(self, text: str) -> re.Match[str] | None:
        fence = _FENCE.match(text)
        return None if fence is None or (text[0] == "`" and "`" in fence[2]) else fence

    def _fenced(self, at: int, margin: int, found: list[Block]) -> int:
        texts, indents, lines = self.texts, self.indents, self.lines
        fence = self._fence(texts[at])
        if fence is None:
            return 0
        mark, cut = fence[1], indents[at]
        info = fence[2].strip()
        if "|" in info:
            raise _UndecidedError  # it may be the head of a table
        first = mark[0]
        for end in range(at + 1, len(texts)):
            text = texts[end]
            if (
                text[0] == first
                and text.startswith(mark)
                and indents[end] - margin <= 3
                and not text.rstrip(" \t\n").strip(first)
            ):
                break
        else:
            raise _UndecidedError
        inner = lines[at + 1 : end]
        if cut:
            for n in range(at + 1, end + 1):
                is_out = indents[n] < margin and texts[n] != "\n"
                if is_out or indents[n] == _INDENTED_BY_TAB:
                    raise _UndecidedError
            within = indents[at + 1 : end]
            inner = [line[min(n, cut) :] for line, n in zip(inner, within, strict=True)]
        found.append(Block("fence", Span(at + 1, end + 2), "".join(inner), info=info))
        return end + 1

    def _code(self, at: int, margin: int, found: list[Block]) -> int:
        """Find code that is indented by four columns or more."""
        texts, indents, cut = self.texts, self.indents, margin + 4
        end = behind = at
        while behind < len(texts):
            if indents[behind] >= _INDENTED_BY_TAB or texts[behind][0] in _ODD_SPACES:
                raise _UndecidedError
            if texts[behind] != "\n":
                if indents[behind] < cut:
                    break
                end = behind + 1
            behind += 1
        within = zip(self.lines[at:end], indents[at:end], strict=True)
        content = "".join([line[min(n, cut) :] for line, n in within])
        found.append(Block("fence", Span(at + 1, end + 1), content))
        return end

    def _quote(self, at: int, margin: int, outer: int, found: list[Block]) -> int:
        """Find a quote; what it holds is not looked into."""
        texts, indents, last = self.texts, self.indents, len(self.texts)
        is_plain = True  # whether it holds nothing but paragraphs
        end = at
        while end < last:
            text = texts[end]
            first = text[0]
            if first == ">" and indents[end] >= margin:
                if "\t" in text or indents[end] >= _INDENTED_BY_TAB:
                    raise _UndecidedError
                inner = text[1:].lstrip(" ")
                if inner != "\n" and (
                    inner[0] in _MARKS or inner[0] == "[" or text[1:6] == "     "
                ):
                    is_plain = False
                    if len(text) - len(text.lstrip(_QUOTED_MARKS)) > _MAX_MARGIN:
                        raise _UndecidedError
            elif first == "\n":
                break
            elif first in _MARKS:
                indent = indents[end] - margin
                if indent > 3 or (indent < 0 and indents[end] - outer > 3):
                    raise _UndecidedError
                if not self._interrupts(text, first, inside=False):
                    raise _UndecidedError
                break
            elif not is_plain or inner == "\n" or indents[end] >= _INDENTED_BY_TAB:
                raise _UndecidedError  # whether it goes on with a paragraph is not known
            end += 1
        found.append(Block("quote", Span(at + 1, end + 1)))
        return end

    def _comment(self, at: int, margin: int, found: list[Block]) -> int:
        texts = self.texts
        if not _TAG.match(texts[at]):
            return 0
        if not texts[at].startswith("<!--"):
            raise _UndecidedError
        end = at
        while end < len(texts) and "-->" not in texts[end]:
            end += 1
        if end == len(texts) or (margin and (end > at or self.indents[at] > margin)):
            raise _UndecidedError
        if "|" in texts[at] and end + 1 < len(texts) and _DELIMITER.match(texts[end + 1]):
            raise _UndecidedError
        content = texts[at] if margin else "".join(self.lines[at : end + 1])
        found.append(Block("html", Span(at + 1, end + 2), content))
        return end + 1

    # -- tables ---------------------------------------------------------------------------

    def _columns(self, at: int) -> int:
        """Return the columns of the table whose head stands above its delimiters; 0 for none."""
        cells = [cell.strip(TRIM) for cell in self.texts[at].split("|")]
        if not cells[0]:
            del cells[0]
        if cells and not cells[-1]:
            del cells[-1]
        if not all(_DELIMITER_CELL.fullmatch(cell) for cell in cells):
            return 0
        head = self.texts[at - 1]
        return len(cells) if cells and len(_split_row(head)) == len(cells) else 0

    def _table(self, at: int, margin: int, found: list[Block]) -> int:
        """Find the table whose delimiters are the line at the index `at`; return what follows."""
        texts, last = self.texts, len(self.texts)
        head = tuple(cell.strip(TRIM) for cell in _split_row(texts[at - 1]))
        width = len(head)
        if width > _MAX_COLUMNS:
            raise _UndecidedError
        rows = [head]
        end = at + 1
        while end < last:
            text = texts[end]
            first = text[0]
            if first == "\n" or not 0 <= self.indents[end] - margin <= 3:
                break
            if first in _MARKS and self._interrupts(text, first, inside=False):
                break
            cells = [cell.strip(TRIM) for cell in _split_row(text)[:width]]
            rows.append((*cells, *[""] * (width - len(cells))))
            end += 1
        found.append(Block("table", Span(at, end + 1), rows=tuple(rows)))
        return end


def _split_row(text: str) -> list[str]:
    text = text.strip(TRIM)
    if "\\" in text:
        cells = [cell.replace("\\|", "|") for cell in _PIPE.split(text)]
    else:
        cells = text.split("|")
    if cells and not cells[0]:
        del cells[0]
    if cells and not cells[-1]:
        del cells[-1]
    return cells
