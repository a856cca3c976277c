"""Files made to break a reader: over two hundred shapes, each of any size.

A shape of text is a function of the number of characters that it should have about, so that
the same shape is a quick test at some thousand characters and a hard one at the largest size
that is read. The shapes of Markdown follow the kinds of input by which cmark and markdown-it
are tested; the texts are our own.
"""

from __future__ import annotations

import itertools
import os
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

QUICK = 6_000  # characters: all shapes together are read within a second or two
FULL = 990_000  # just below the largest file that is read

Make = Callable[[Path], None]


class NotPossibleError(Exception):
    """This system or file system cannot hold such a file."""


@dataclass(frozen=True)
class Shape:
    """One kind of hostile file.

    Attributes:
        name: What is hostile about it.
        path: Relative to the memory; bytes, since a name need not be text.
        data: Its bytes at about a number of characters; None for a special file.
        make: Makes a special file at a path.
        unread: Whether no part of it can be read, so that it must be named.
    """

    name: str
    path: bytes
    data: Callable[[int], bytes] | None = None
    make: Make | None = None
    unread: bool = False

    def plant(self, root: Path, size: int = QUICK) -> Path:
        """Put the file into the memory `root`; raises NotPossibleError."""
        file = root / os.fsdecode(self.path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if self.make is not None:
                self.make(file)
            else:
                file.write_bytes(self.content(size))
        except (OSError, ValueError) as error:
            raise NotPossibleError(f"{self.name}: {error}") from error
        return file

    def content(self, size: int = QUICK) -> bytes:
        """Return the bytes of the file at about `size` characters, and at most so many bytes."""
        assert self.data is not None
        data = self.data(size)
        return data if len(data) <= max(size, 50_000) else self.data(size * size // len(data))


Text = Callable[[int], str]


def _fill(unit: str, size: int) -> str:
    return unit * max(1, size // len(unit))


def _again(unit: str, before: str = "", after: str = "") -> Text:
    return lambda size: before + _fill(unit, size) + after


def _both(left: str, right: str, middle: str = "x") -> Text:
    """Return a text of as many `left` as `right`."""
    return lambda size: (
        left * (times := max(1, size // (len(left) + len(right)))) + middle + right * times + "\n"
    )


def _same(text: str) -> Text:
    return lambda size: text


def _numbered(line: str, before: str = "", after: str = "") -> Text:
    """Return lines in which `{n}` is the number of the line."""
    return lambda size: (
        before
        + "".join(line.replace("{n}", str(n)) for n in range(max(1, size // (len(line) + 1))))
        + after
    )


def _growing(unit: str, between: str = " ") -> Text:
    """Return runs of `unit` of which each is longer by one."""
    return lambda size: between.join(
        unit * n for n in range(1, max(2, int((2 * size / len(unit)) ** 0.5)))
    )


def _indented(line: str, step: str = "  ") -> Text:
    """Return lines of which each stands deeper by `step`."""
    return lambda size: "".join(
        step * depth + line for depth in range(max(2, int((2 * size / len(step)) ** 0.5)))
    )


def _header(yaml: str, body: str = "# Odd header\n\nText of a note.\n") -> Text:
    return _same(f"---\n{yaml}\n---\n{body}")


def _in_header(text: Text, body: str = "# Odd header\n\nText of a note.\n") -> Text:
    return lambda size: f"---\n{text(size)}\n---\n{body}"


def _alias_bomb(size: int) -> str:
    names = [f"k{n}" for n in range(min(60, max(4, size // 60)))]
    return "k0: &k0 [x]\n" + "\n".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in itertools.pairwise(names)
    )


def _merge_bomb(size: int) -> str:
    names = [f"k{n}" for n in range(min(60, max(4, size // 60)))]
    return "k0: &k0 {a: b}\n" + "\n".join(
        f"{name}: &{name} {{<<: [*{before}, *{before}], {name}: *{before}}}"
        for before, name in itertools.pairwise(names)
    )


YAML: dict[str, Text] = {
    "yaml: month 13": _header("date: 2025-13-45"),
    "yaml: year 0000": _header("date: 0000-00-00"),
    "yaml: year 99999": _header("date: 99999-01-01\ncreated: -2025-01-01"),
    "yaml: hour 99": _header("date: 2025-01-01T99:99:99Z"),
    "yaml: tagged bad date": _header("date: !!timestamp 2025-99-99"),
    "yaml: tagged bad number": _header("uses: !!int ten\nconfidence: !!float much"),
    "yaml: number of many digits": _in_header(_again("9", "uses: ")),
    "yaml: number of 5,000 digits": _header(f"uses: {'9' * 5000}\nexamples: {'1' * 5000}"),
    "yaml: exponent": _header("confidence: 1e999999999\nuses: 0x" + "f" * 400),
    "yaml: sexagesimal": _in_header(_again("59:", "duration: 1:")),
    "yaml: alias bomb": _in_header(_alias_bomb),
    "yaml: merge bomb": _in_header(_merge_bomb),
    "yaml: list within itself": _header("tags: &a [x, *a]"),
    "yaml: map within itself": _header("patterns: &a {b: *a}"),
    "yaml: key within itself": _header("? &a [*a]\n: x"),
    "yaml: many anchors": _in_header(_numbered("k{n}: &a{n} x\n")),
    "yaml: many aliases of one anchor": _in_header(_again("- *a\n", "k: &a x\ntags:\n")),
    "yaml: undefined alias": _header("tags: *nothing"),
    "yaml: open brackets": _in_header(_again("[", "a: ")),
    "yaml: closed brackets": _in_header(_both("[", "]", "")),
    "yaml: open braces": _in_header(_again("{a: ", "a: ")),
    "yaml: closed braces": _in_header(_both("{a: ", "}")),
    "yaml: mixed brackets": _in_header(_again("[{a: ", "a: ")),
    "yaml: brackets on many lines": _in_header(_again("[\n", "a: ")),
    "yaml: tagged brackets": _in_header(_again("!!seq [", "a: ")),
    "yaml: anchored brackets": _in_header(_numbered("&a{n} [", "a: ")),
    "yaml: dashes in one line": _in_header(_again("- ", "a:\n  ", "x")),
    "yaml: dashes stepping in": _in_header(_indented("-\n", " ")),
    "yaml: keys stepping in": _in_header(_indented("a:\n", " ")),
    "yaml: questions in one line": _in_header(_again("? ", "", "x")),
    "yaml: colons in one line": _in_header(_again(": ", "a", "x")),
    "yaml: tabs": _header("a:\n\t- b\n\tc: d\ntags:\t[x]"),
    "yaml: doubled keys": _in_header(_again("title: x\n")),
    "yaml: python object": _header("a: !!python/object:os.PathLike {}\nb: !!python/name:os.system"),
    "yaml: python call": _header('a: !!python/object/apply:os.system ["exit 7"]'),
    "yaml: unknown tag": _header("title: !mine\n  a: b\ntags: !<tag:example.org,2025:x> [y]"),
    "yaml: long tag": _in_header(_again("a", "title: !")),
    "yaml: directive": _header("%YAML 1.1\ntitle: x"),
    "yaml: directive of another version": _header("%YAML 9.9\n%TAG ! tag:example.org:\ntitle: x"),
    "yaml: several documents": _header("title: x\n...\n---\ntitle: y\n...\n---\ntitle: z"),
    "yaml: open double quote": _in_header(_again("a\n", 'title: "')),
    "yaml: open single quote": _in_header(_again("a\n", "title: '")),
    "yaml: bad escapes": _header(r'a: "\xZZ"' + "\n" + r'b: "\U00110000"' + "\n" + r'c: "\q"'),
    "yaml: escaped surrogates": _header(r'title: "\ud800 \udfff"'),
    "yaml: escaped NUL and ESC": _header(r'title: "a\0b\e[31mc"'),
    "yaml: control characters": _header("title: a\x01b\x08c\x7fd"),
    "yaml: merge of itself": _header("a: &a\n  <<: *a\n  title: x"),
    "yaml: merge of no map": _header("<<: [1, 2]\ntitle: x"),
    "yaml: long key": _in_header(_again("k", "", ": x")),
    "yaml: spaces before a colon": _in_header(_again(" ", "key", ": x")),
    "yaml: spaces and no colon": _in_header(_again(" ", "title: x\nkey", "x")),
    "yaml: words and no colon": _in_header(_again("a ", "title: x\n")),
    "yaml: keys that are no text": _header("[a, b]: c\n{d: e}: f\n~: g\n1.5: h\n? - i\n: j"),
    "yaml: block scalar": _in_header(_again("  line\n", "title: |\n")),
    "yaml: folded scalar": _in_header(_again("  line\n\n", "title: >-\n")),
    "yaml: scalar stepping in": _header("title: |9\n  x\ntags: >1-\n y"),
    "yaml: comments": _in_header(_again("# x\n", "title: x\n")),
    "yaml: list at the top": _in_header(_again("- a: b\n")),
    "yaml: text at the top": _header("title\nmore: [" + "a"),
    "yaml: only comments": _header("# nothing"),
    "yaml: many keys": _in_header(_numbered("key{n}: value\n")),
    "yaml: many items": _in_header(_numbered("  - item {n}\n", "tags:\n")),
    "yaml: many items in brackets": _in_header(_numbered("i{n}, ", "tags: [", "]")),
    "yaml: broken and many items": _in_header(_numbered("- item {n}\n", "a: b: c\ntags:\n")),
    "yaml: broken and long": _in_header(_numbered("  more {n}\n", "a: b: c\ntitle: x\n")),
    "yaml: quotes": _in_header(_again('"', "title: ")),
    "yaml: stars": _in_header(_again("*", "title: ")),
    "yaml: ampersands": _in_header(_again("&", "title: ")),
    "yaml: exclamation marks": _in_header(_again("!", "title: ")),
    "yaml: percent signs": _in_header(_again("%\n", "title: x\n")),
    "yaml: pipes": _in_header(_again("|", "title: ")),
    "yaml: reserved signs": _header("a: @x\nb: `y`\nc: %z\nd: -\ne: ?\nf: :"),
    "yaml: line ends of its own": _header("title: a\u2028b\u2029c\u0085d\ntags: [x]"),
    "yaml: emoji and private letters": _header("title: \U0001f600\ue000\ufffe\ntags: [\U000f0000]"),
    "yaml: two headers": _same("---\ntitle: a\n---\n---\ntitle: b\n---\n# Two\n\nText.\n"),
    "yaml: two headers apart": _same("---\ntitle: a\n---\n\n---\ndate: 2025-01-02\n---\nText.\n"),
    "yaml: three headers": _same("---\na: b\n---\n" * 3 + "Text.\n"),
    "yaml: many headers": _again("---\na: b\n---\n"),
    "yaml: header not closed": _again("a: b\n", "---\n"),
    "yaml: fences only": _again("---\n"),
    "yaml: dots only": _again("...\n", "---\n"),
    "yaml: empty header": _same("---\n---\n# Empty\n"),
    "yaml: header and nothing": _same("---\ntitle: x\n---"),
    "yaml: header after a mark": _same("\ufeff---\ntitle: x\n---\n\ufeff# Note\n"),
    "yaml: header with old line ends": _same("---\rtitle: x\rtags: [a]\r---\r# Note\r"),
    "yaml: dates, all wrong": _header(
        "date: 2025-02-30\ncreated: 31/31/2025\nupdated: '2025'\nlogged: [2025-01-01, 2025-02-02]"
    ),
    "yaml: values for lists": _header("patterns: {a: [b]}\ntags: {c: d}\nlesson: [[e]]\ntitle: []"),
}

_DEEP = 10_000

MARKDOWN: dict[str, Text] = {
    "md: nested quotes": _again(">", "", " x\n"),
    "md: nested quotes with spaces": _again("> ", "", "x\n"),
    "md: nested quotes on many lines": _again("> " * 30 + "x\n"),
    "md: quotes of growing depth": _growing(">", "\n"),
    "md: lists in one line": _again("- ", "", "x\n"),
    "md: numbered lists in one line": _again("1. ", "", "x\n"),
    "md: stars in one line": _again("* ", "", "x\n"),
    "md: lists and quotes in one line": _again("- > ", "", "x\n"),
    "md: lists stepping in": _indented("- x\n"),
    "md: lists stepping in and out": lambda size: "".join(
        "  " * (depth if depth < 50 else 100 - depth) + "- x\n"
        for _ in range(max(1, size // 6_000))
        for depth in range(100)
    ),
    "md: list and blank lines": lambda size: "- " * (size // 4) + "x\n" + "\n" * (size // 2),
    "md: quote and blank lines": lambda size: "> " * (size // 4) + "x\n" + ">\n" * (size // 4),
    "md: list items": _again("- x\n"),
    "md: list items far apart": _again("- x\n\n\n"),
    "md: list items of alternate marks": _again("- x\n* x\n+ x\n1. x\n2) x\n"),
    "md: empty list items": _again("-\n"),
    "md: list items with text below": _again("- x\nlazy\n"),
    "md: labels below list items": _again("- x\n**Field:** y\n"),
    "md: labels below one list": _again("**Field:** y\n", "- x\n"),
    "md: labels below nested items": _again("- x\n  - y\n    - z\n**Field:** y\n"),
    "md: task items": _again("- [ ] x\n- [x] y\n"),
    "md: numbers of nine digits": _again("999999999. x\n"),
    "md: numbers of many digits": _again("1", "", ". x\n"),
    "md: open brackets": _again("[", "# ", "\n"),
    "md: closed brackets": _both("[", "]"),
    "md: closing brackets": _again("]", "a", "\n"),
    "md: open images": _again("![", "", "\n"),
    "md: images in images": _again("![[]()", "", "\n"),
    "md: open links": _again("[a](", "", "\n"),
    "md: open link targets": _again("[a](<b", "", "\n"),
    "md: links of links": _both("[a", "](b)"),
    "md: brackets and brackets": _again("](", "", "\n"),
    "md: parentheses": _again("(", "[a]", "\n"),
    "md: closed parentheses": _both("(", ")"),
    "md: wikilinks": _again("[[a]] ", "# a\n", "\n"),
    "md: open wikilinks": _again("[[a|", "", "\n"),
    "md: reference definitions": _numbered("[a{n}]: b\n"),
    "md: one reference defined often": _again("[a]: b\n"),
    "md: references in one line": _again("[a]: b ", "", "\n"),
    "md: reference with an open title": _again("b\n", '[a]: c "'),
    "md: long reference": _again("a", "[", "]: b\n"),
    "md: references nobody defined": _numbered("[a{n}] "),
    "md: open emphasis": _again("*a ", "", "\n"),
    "md: closing emphasis": _again("a_ ", "", "\n"),
    "md: mixed emphasis": _again("*a_ ", "", "\n"),
    "md: nested strong": _both("*a **a ", " a** a*"),
    "md: emphasis of three": lambda size: "a**b" + "c* " * (size // 3) + "\n",
    "md: emphasis and brackets": _again("[ a_", "", "\n"),
    "md: stars without end": _again("*", "", "\n"),
    "md: pairs of stars": _again("** ", "", "\n"),
    "md: underscores": _again("_", "", "x\n"),
    "md: tildes": _again("~", "a ", "\n"),
    "md: strong without end": _again("**a", "", "\n"),
    "md: growing backticks": _growing("`"),
    "md: backticks": _again("` ", "", "\n"),
    "md: odd backticks": _again("`a``", "", "\n"),
    "md: open comments": _again("<!--", "a ", "\n"),
    "md: open comments on lines": _again("<!--\n"),
    "md: comments": _again("<!-- a --> ", "b ", "\n"),
    "md: comment ends": _again("-->", "a <!-", "\n"),
    "md: comments and backticks": _again("`<!--` <!-- ` -->", "", "\n"),
    "md: processing instructions": _again("<?", "", "\n"),
    "md: declarations": _again("<!A ", "", "\n"),
    "md: character data": _again("<![CDATA[", "", "\n"),
    "md: less-than signs": _again("<", "", "\n"),
    "md: open tags": _again("<a ", "x ", "\n"),
    "md: open attributes": _again('<a b="', "x ", "\n"),
    "md: tag of many attributes": _again(" a=b", "<div", ">\n"),
    "md: HTML blocks": _again("<div>\n\n"),
    "md: HTML in one block": _again("<div>\n"),
    "md: open script": _again("x\n\n", "<script>\n"),
    "md: fields in HTML": _again("<details>\n\n**Field:** x\n\n</details>\n\n"),
    "md: ampersands": _again("&", "", "\n"),
    "md: open entities": _again("&#", "", "\n"),
    "md: long entities": _again("9", "&#", ";\n"),
    "md: entities": _again("&amp;&#x1F600;", "", "\n"),
    "md: backslashes": _again("\\", "", "\n"),
    "md: setext underlines": _again("a\n===\n"),
    "md: setext underlines in one": _again("a\n-\n"),
    "md: long underline": lambda size: "a\n" + "=" * size + "\n",
    "md: underlines only": _again("===\n"),
    "md: headings": _numbered("## h{n}\n"),
    "md: headings of all levels": _again("# a\n## b\n### c\n#### d\n##### e\n###### f\n"),
    "md: headings without text": _again("#\n"),
    "md: hashes": _again("#", "", " x\n"),
    "md: long heading": _again("a ", "# ", "\n"),
    "md: heading of hashes behind": _again("#", "# a ", "\n"),
    "md: table of many columns": lambda size: (
        "|a" * (size // 5) + "|\n" + "|-" * (size // 5) + "|\n" + "|1|2|\n" * 20
    ),
    "md: table of 10,000 columns": _same("|a" * 10_000 + "|\n" + "|-" * 10_000 + "|\n|1|2|\n"),
    "md: table of many columns and rows": lambda size: (
        "|a" * (side := max(2, int((size / 5) ** 0.5) * 2))
        + "|\n"
        + "|-" * side
        + "|\n"
        + "|1\n" * side
    ),
    "md: table of many rows": _again("| a | b |\n", "| x | y |\n|---|---|\n"),
    "md: table heads": _again("| x | y |\n|---|---|\n"),
    "md: pipes": _again("|", "", "\n|-|\n"),
    "md: escaped pipes": _again("\\|", "| a |\n|---|\n| ", " |\n"),
    "md: table in list in quote": _again("> - | a |\n>   |---|\n>   | b |\n"),
    "md: open fence": _again("x\n", "```\n"),
    "md: open fences of growing length": _growing("`", "\n"),
    "md: fences": _again("```\nx\n```\n"),
    "md: fences of two kinds": _again("```\n~~~\n"),
    "md: long fence": lambda size: "`" * (size // 2) + "\nx\n" + "`" * (size // 2) + "\n",
    "md: long info string": _again("a ", "```", "\nx\n```\n"),
    "md: fence in list in quote": _again("> - ```\n>   x\n> ```\n"),
    "md: fence in a list that ends": _again("- ```\nx\n"),
    "md: indented code": _again("    x\n"),
    "md: rules": _again("---\n\n", "a\n\n"),
    "md: rule of many stars": _again("* ", "", "\n"),
    "md: rule that is none": _again("- ", "", "a\n"),
    "md: blank lines": _again("\n", "a", "b\n"),
    "md: lines of spaces": _again("   \n", "a", "b\n"),
    "md: trailing spaces": lambda size: "# a" + " " * (size // 2) + "b" + " " * (size // 2) + "\n",
    "md: tabs": _again("\t", "-", "x\n"),
    "md: tabs in lists": _again("-\t-\tx\n"),
    "md: line of one letter": _again("a"),
    "md: line of words": _again("word "),
    "md: line of capitals": _again("A"),
    "md: line of camels": _again("aB"),
    "md: line of capitals and one small letter": _again("A", "", "b"),
    "md: line of digits": _again("1"),
    "md: line of slashes": _again("/a"),
    "md: line of dots": _again(". "),
    "md: line of dashes and letters": _again("- a "),
    "md: paths": _again("a/b.md ", "**Sources:** ", "\n"),
    "md: one long path": _again("a/", "**Sources:** ", "b.md\n"),
    "md: addresses": _again("https://example.org/a?b=c&d ", "", "\n"),
    "md: mail addresses": _again("<a@b", "", "\n"),
    "md: lines of one letter": _again("a\n"),
    "md: paragraphs": _again("a\n\n"),
    "md: bold lines": _again("**a**\n"),
    "md: bold labels": _again("**Confidence:**\n", "# a\n"),
    "md: bold labels in one line": _again("**Confidence:** ", "# a\n", "\n"),
    "md: labels with values": _again("**Own:** x\n", "# a\n"),
    "md: labels without end": _again("**Confidence: ", "", "\n"),
    "md: labels of other signs": _again("__Confidence__: HIGH\n\n", "# a\n"),
    "md: plain labels": _again("Date: x\n", "# a\n"),
    "md: label with a long value": _again("x\n", "# a\n\n**Context:** "),
    "md: words before a colon": _again("a ", "", ": x\n"),
    "md: many colons": _again("a: ", "", "\n"),
    "md: quoted labels": _again("> **Confidence:** HIGH\n", "# a\n"),
    "md: emoji": _again("\U0001f600\ufe0f", "# ", "\n"),
    "md: combining marks": _again("\u0301", "# a", "\n"),
    "md: letters that fold long": _again("\ufdfa", "# ", "\n"),
    "md: letters of the wrong encoding": _again("itâ€™s ", "# a\n\n", "\n"),
    "md: wrong letters on lines": _again("Ã¤ Ã¶ â€œxâ€\n", "# a\n\n"),
    "md: wrong letters in one word": _again("Ã¤", "", "\n"),
    "md: half of wrong letters": _again("Ã", "", "\n"),
    "md: wrong letters in backticks": _again("`â€™` ", "", "\n"),
    "md: dates": _again("2025-01-02 ", "# ", "\n"),
    "md: beginnings of dates": _again("2025-", "# ", "\n"),
    "md: years": _again("20", "# ", "\n"),
    "md: months": _again("January ", "# ", "\n"),
    "md: days of months": _again("1 - 1 ", "# ", " of May 2025\n"),
    "md: dates that are none": _again("2025-13-45 ", "# 0000-00-00 99999-01-01 ", "\n"),
    "md: durations": _again("1 h ", "**Time saved:** ", "\n"),
    "md: duration of many digits": _again("9", "# a\n**Time saved:** ", " minutes\n"),
    "md: list items of dates": _again("- 2025-01-02 x\n", "# a\n\n## Timeline\n\n"),
}

_FIELDS = "**Confidence:** LOW\n**Based on:** 1 example\n\n**Pattern:**\nDo it so.\n\n"


def _pattern(more: Text | str, name: str = "Odd one") -> Text:
    text = _same(more) if isinstance(more, str) else more
    return lambda size: f"# Book\n\n## {name}\n\n{_FIELDS}{text(size)}"


_RULE = "role: violates\nlanguage: python\nrule: {kind: call}\n"


def _in_detector(text: Text) -> Text:
    """Return a pattern with `text` as a detector."""
    return lambda size: (
        f"## P\n\n{_FIELDS}**Detection:**\n\n~~~~~yaml ast-grep\n{text(size)}\n~~~~~\n"
    )


BOOKS: dict[str, Text] = {
    "book: patterns of one name": _again(f"## Same\n\n{_FIELDS}"),
    "book: patterns of many names": _numbered(f"## Name {{n}}\n\n{_FIELDS}"),
    "book: patterns of like names": _numbered(f"## Wait for the {{n}} call\n\n{_FIELDS}"),
    "book: patterns without text": _again("## Same\n\n**Confidence:** HIGH\n\n"),
    "book: patterns in items": _numbered("- **name {n}** (90%)\n  - Trigger: x\n  - Action: y\n"),
    "book: patterns in one another": _again(f"## a\n{_FIELDS}### b\n{_FIELDS}#### c\n{_FIELDS}"),
    "book: name of many letters": lambda size: _pattern("", "Aa " * (size // 3))(size),
    "book: name of one long word": lambda size: _pattern("", "a" * size)(size),
    "book: name of signs": lambda size: _pattern("", "*_`[" * (size // 4))(size),
    "book: examples": _pattern(_numbered("{n}. Shop - case {n} (2025-01)\n", "**Examples:**\n")),
    "book: one example often": _pattern(_again("1. Shop - case (2025-01)\n", "**Examples:**\n")),
    "book: example of many letters": _pattern(_again("a ", "**Examples:**\n1. ", "\n")),
    "book: lists of examples": _pattern(_again("**Examples:**\n1. x (2025-01)\n\n")),
    "book: counter-examples": _pattern(
        _numbered("- case {n} (2025-01)\n", "**Counter-examples:**\n")
    ),
    "book: examples and sources": _pattern(
        lambda size: (
            "**Examples:**\n"
            + "".join(f"{n}. Shop - case {n} (2025-01-02)\n" for n in range(1, size // 80 + 2))
            + "\n**Source experiences:**\n"
            + "".join(f"- episodic/code/2025-01-02-n{n}.md\n" for n in range(1, size // 80 + 2))
        )
    ),
    "book: sources": _pattern(
        _numbered("- episodic/code/2025-01-02-n{n}.md\n", "**Source experiences:**\n")
    ),
    "book: sources in one line": _pattern(
        _numbered("episodic/n{n}.md, ", "**Source experiences:** ", "\n")
    ),
    "book: sources of one note": _pattern(_again("- a.md\n", "**Source experiences:**\n")),
    "book: fields for sources": _pattern(_numbered("**Source:** n{n}.md\n\n")),
    "book: counts of 400 digits": _same(
        f"## a\n\n**Confidence:** {'9' * 400}\n**Based on:** {'9' * 400} examples\n"
        f"**Time saved:** {'9' * 400} minutes\n**Pattern:** x\n"
    ),
    "book: and 999999 more": _pattern(_again("- and 999999 more\n", "**Examples:**\n")),
    "book: and many more": _pattern(_again("9", "**Examples:**\n- x\n- and ", " more\n")),
    "book: related names": _pattern(_numbered("- Name {n}\n", "**Related patterns:**\n")),
    "book: related names in one line": _pattern(_again("a, (", "**Related patterns:** ", "\n")),
    "book: tags": _pattern(_numbered("tag{n}, ", "**Tags:** ", "\n")),
    "book: aliases": _pattern(_numbered("alias {n}, ", "**Aliases:** ", "\n")),
    "book: fields of its own": _pattern(_numbered("**Field {n}:** x\n\n")),
    "book: code": _pattern(_again("```python\nx = 1\n```\n\n", "**Code example:**\n")),
    "book: long pattern": lambda size: (
        f"## a\n\n**Confidence:** LOW\n\n**Pattern:**\n{_fill('Wait, then go. ', size)}\n"
    ),
    "book: long check": _pattern(_again("Look at it. ", "**Detection:** ", "\n")),
    "book: claims of all levels": _pattern(
        _again("**Confidence:** LOW\n**Confidence:** HIGH (99%) → MEDIUM\n")
    ),
    "book: choice of levels": _pattern(_again("LOW | ", "**Confidence:** ", "HIGH\n")),
    "book: claim with brackets": _pattern(_again("(based on ", "**Confidence:** HIGH ", "\n")),
    "book: groups": _again("## HIGH CONFIDENCE PATTERNS (5+ uses)\n### a\n**Rule:** x\n"),
    "book: group of many letters": _again("(", "## HIGH CONFIDENCE ", "\n### a\n**Rule:** x\n"),
    "book: totals": _pattern(_again("**Total Patterns:** 9\n**Last Updated:** 2025-01-01\n\n")),
    "book: breakdowns": _pattern(
        _again("- LOW: 3 (50%)\n", "---\n\n**Total Patterns:** 1\n**Confidence Breakdown:**\n")
    ),
    "book: next steps": _pattern(
        _numbered("- Step {n}\n", "---\n\n**Total Patterns:** 1\n\n**Next steps:**\n")
    ),
    "book: dates of no calendar": _pattern(
        "**Last reinforced:** 2025-13-45\n\n**Examples:**\n1. a (0000-01-01)\n2. b (99999-01-01)\n"
        "3. c (2025-02-30)\n4. d (9999-12-31)\n"
    ),
    "book: lists that disagree": _pattern(
        "**Examples:**\n1. a (2025-01)\n\n**Source experiences:**\n- x.md\n- y.md\n- z.md\n"
    ),
    "book: fields in sections": _again(
        "### Confidence\n\n- **Level:** LOW\n- **Uses:** 1\n\n### Description\n\nx\n\n", "## a\n\n"
    ),
    "book: open fence at its end": _pattern(_again("x\n", "**Code example:**\n```\n")),
    "book: two headers": _same(
        f"---\ntitle: a\n---\n---\ntitle: b\n---\n\n# Book\n\n## Odd one\n\n{_FIELDS}"
    ),
    "book: git conflict": _pattern("<<<<<<< HEAD\n**Why:** a\n=======\n**Why:** b\n>>>>>>> x\n"),
    "book: diff3 conflict": _pattern(
        "<<<<<<< HEAD\n**Why:** a\n||||||| 1234567\n**Why:** c\n=======\n**Why:** b\n>>>>>>> x\n"
    ),
    "book: jj conflict": _pattern(
        "<<<<<<< Conflict 1 of 1\n%%%%%%% Changes from base to side #1\n-**Why:** a\n+**Why:** b\n"
        "+++++++ Contents of side #2\n**Why:** c\n>>>>>>> Conflict 1 of 1 ends\n"
    ),
    "book: conflict in a fence": _pattern("```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```\n"),
    "book: conflicts": _pattern(_again("<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n")),
    "book: half a conflict": _pattern("<<<<<<< HEAD\n**Why:** a\n"),
    "book: conflict of old line ends": _same(
        "## a\r\n\r\n**Confidence:** LOW\r\n<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> x\r\n"
    ),
    "detector: alias bomb": _in_detector(_alias_bomb),
    "detector: merge bomb": _in_detector(_merge_bomb),
    "detector: open brackets": _in_detector(_again("[", "rule: ")),
    "detector: closed braces": _in_detector(_both("{a: ", "}", "")),
    "detector: python call": _in_detector(_same('id: !!python/object/apply:os.system ["exit 7"]')),
    "detector: list within itself": _in_detector(_same(_RULE + "also: &a [*a]")),
    "detector: number of many digits": _in_detector(_again("9", _RULE + "id: ")),
    "detector: half a character": _in_detector(_same(_RULE + 'message: "\\ud800"')),
    "detector: many documents": _in_detector(_again("---\n" + _RULE)),
    "detector: many keys": _in_detector(_numbered("k{n}: x\n", _RULE)),
    "detector: rules stepping in": _in_detector(_indented("inside:\n", " ")),
    "detector: many fences": _again(
        f"~~~yaml ast-grep\n{_RULE}~~~\n\n", f"## P\n\n{_FIELDS}**Detection:**\n\n"
    ),
    "detector: fences within a fence": _again(
        "```yaml ast-grep\n", f"## P\n\n{_FIELDS}**Detection:**\n\n~~~~\n", "~~~~\n"
    ),
    "detector: globs of braces": _again("{a,b}", f"## P\n\n{_FIELDS}**Applies to:** `", "`\n"),
    "detector: many globs": _again("*.{a,b}, ", f"## P\n\n{_FIELDS}**Applies to:** "),
    "detector: many globs without blanks": _again("*.a,", f"## P\n\n{_FIELDS}**Applies to:** "),
    "detector: open brace in globs": _again("*.py, {", f"## P\n\n{_FIELDS}**Applies to:** "),
}

NOTES: dict[str, Text] = {
    "note: dated entries": _numbered("## 2025-01-02 Entry {n}\n\nText.\n\n", "# Log\n\n"),
    "note: dated entries of one title": _again("## 2025-01-02 Entry\n\nText.\n\n", "# Log\n\n"),
    "note: entries with date fields": _again("## a\n\n**Date:** 2025-01-02\n\n", "# Log\n\n"),
    "note: lessons": _numbered("- Lesson {n} of many\n", "# a\n\n## Lessons\n\n"),
    "note: lesson of many letters": _again("Wait for it. ", "# a\n\n**Lesson:** ", "\n"),
    "note: lesson of one long word": _again("a", "# a\n\n**Lesson:** ", "\n"),
    "note: lessons of brackets": _again("- [x](y\n", "# a\n\n## Lessons\n\n"),
    "note: patterns applied": _numbered("- Name {n}\n", "# a\n\n## Patterns applied\n\n"),
    "note: one pattern applied often": _again("- Name\n", "# a\n\n## Patterns applied\n\n"),
    "note: patterns of many letters": _again("a-b ", "# a\n\n## Patterns applied\n\n- ", "\n"),
    "note: new patterns": _numbered("- New: Name {n}\n", "# a\n\n## Learnings extracted\n\n"),
    "note: patterns in its header": _in_header(_numbered("  - Name {n}\n", "patterns:\n")),
    "note: links": _numbered("[[note {n}]] ", "# a\n\n"),
    "note: links to sections": _numbered("[[a#b {n}|c]]\n", "# a\n\n"),
    "note: title of many letters": lambda size: f"# {_fill('Aa ', size)}\n\nText.\n",
    "note: title of dates": lambda size: f"# {_fill('2025-01-02 ', size)}\n\nText.\n",
    "note: title of nothing": _same("# \n\n## \u200b\n\n###\n"),
    "note: sections": _numbered("## Context\n\nText {n}.\n\n", "# a\n\n"),
    "note: sections in one another": _again("## Context\n### Context\n#### Context\n", "# a\n\n"),
    "note: tags": _numbered("tag{n}, ", "# a\n\n**Tags:** ", "\n"),
    "note: outcomes": _again("**Outcome:** SUCCESS | FAILED\n", "# a\n\n"),
    "note: words": _numbered("word{n} ", "# a\n\n"),
    "note: words of many parts": _numbered("retryTheCall{n}AgainAndAgain ", "# a\n\n"),
    "note: table of dates": _again("| Date | 2025-01-02 |\n", "# a\n\n| a | b |\n|---|---|\n"),
    "note: git conflict": _same("# a\n\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> b\n"),
    "note: empty": _same(""),
    "note: one blank": _same(" "),
    "note: no line end": _same("# a"),
}

LISTS: dict[str, Text] = {
    "workflow: items": _numbered("- [ ] Step {n}\n", "# a\n\n"),
    "workflow: hashes": _in_header(_numbered("s{n}=1a2b3c4d, ", "pattern: x\ngenerated_hash: ")),
    "workflow: nested items": _indented("- [ ] x\n"),
    "workflow: long item": _again("do it ", "# a\n\n- [ ] ", "\n"),
    "workflow: pattern of many letters": _in_header(_again("a ", "pattern: ")),
    "workflow: its pattern is missing": _header("pattern: Nowhere\nconfidence: HIGH", "- [ ] x\n"),
}

_WORDS = "# Title\n\nWords of a note, größer.\n"


def _bytes(data: bytes) -> Callable[[int], bytes]:
    return lambda size: data


ENCODINGS: dict[str, tuple[bytes, bool]] = {  # bytes, and whether they can be read
    "bytes: UTF-16": (_WORDS.encode("utf-16"), False),
    "bytes: UTF-16, big end first": (b"\xfe\xff" + _WORDS.encode("utf-16-be"), False),
    "bytes: UTF-16 without a mark": (_WORDS.encode("utf-16-le"), False),
    "bytes: UTF-16 without a mark, big end": (_WORDS.encode("utf-16-be"), False),
    "bytes: UTF-32": (_WORDS.encode("utf-32"), False),
    "bytes: UTF-32, big end first": (b"\0\0\xfe\xff" + _WORDS.encode("utf-32-be"), False),
    "bytes: UTF-7": (_WORDS.encode("utf-7"), True),
    "bytes: Latin-1": (_WORDS.encode("latin-1"), False),
    "bytes: Windows-1252": ("“größer”\n".encode("cp1252"), False),
    "bytes: Shift JIS": ("日本語のメモ\n".encode("shift_jis"), False),
    "bytes: GB 18030": ("中文笔记\n".encode("gb18030"), False),
    "bytes: lone surrogate": (b"# a \xed\xa0\x80 b\n", False),
    "bytes: pair of surrogates": (b"# a \xed\xa0\xbd\xed\xb8\x80 b\n", False),
    "bytes: overlong slash": (b"# a \xc0\xaf b\n", False),
    "bytes: overlong NUL": (b"# a \xc0\x80 b\n", False),
    "bytes: five bytes a letter": (b"# a \xf8\x88\x80\x80\x80 b\n", False),
    "bytes: above the last letter": (b"# a \xf4\x90\x80\x80 b\n", False),
    "bytes: letter cut off": ("# größer".encode()[:5] + b"\n", False),
    "bytes: cut off at the end": ("# größe €".encode()[:-1], False),
    "bytes: continuation alone": (b"\x80\x80\x80", False),
    "bytes: NUL": (b"# a\n\nb\0c\n", False),
    "bytes: NULs only": (b"\0" * 4096, False),
    "bytes: all": (bytes(range(256)), False),
    "bytes: only a mark": (b"\xef\xbb\xbf", True),
    "bytes: two marks": (b"\xef\xbb\xbf\xef\xbb\xbf# a\n", True),
    "bytes: mark inside": ("# a\n\n\ufeff# b\n".encode(), True),
    "bytes: line separators": ("# a\u2028b\u2029c\u0085d\x0be\x0cf\n\nText\x0c\n".encode(), True),
    "bytes: bidi marks": ("# a \u202ee\u202d \u2066x\u2069\u200f\n".encode(), True),
    "bytes: zero widths": ("# \u200ba\u200d\u2060b\ufeff\u00ad\n".encode(), True),
    "bytes: escapes": (b"# \x1b[2J\x1b]0;t\x07\x1b]8;;http://example.org\x1b\\ a\x9b\n"
                       .replace(b"\x9b", b"\xc2\x9b"), True),
    "bytes: bells and backspaces": (b"# a\x07\x08\x08\x7f\n", True),
    "bytes: line ends of all kinds": (b"# a\r\n\nb\rc\n\r\n\rd\r\r\n", True),
    "bytes: old line ends": (b"# a\r\rText\r", True),
    "bytes: private letters": ("# \ue000\U0010ffff\ufdd0\ufffe\n".encode(), True),
    "bytes: tags": ("# a\U000e0041\U000e0042\n".encode(), True),
    "bytes: gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\x00\x00", False),
    "bytes: PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", False),
}  # fmt: skip

_D = b"episodic/code/"
# Names, each with whether the file can be read under it.
NAMES: dict[str, tuple[bytes, bool]] = {
    "name: composed": (_D + "2025-01-02-größe.md".encode(), True),
    "name: decomposed": (_D + "2025-01-02-gro\u0308ße.md".encode(), True),
    "name: small": (_D + b"2025-01-02-case.md", True),
    "name: capital": (_D + b"2025-01-02-Case.md", True),
    "name: capital ending": (_D + b"2025-01-02-ending.MD", True),
    "name: spaces": (_D + b" 2025-01-02  two  spaces .md", True),
    "name: line end": (_D + b"2025-01-02-a\nb.md", True),
    "name: carriage return": (_D + b"2025-01-02-a\rb.md", True),
    "name: tab": (_D + b"2025-01-02-a\tb.md", True),
    "name: escape": (_D + b"2025-01-02-\x1b[31mred.md", True),
    "name: bidi mark": (_D + "2025-01-02-\u202edm.exe.md".encode(), True),
    "name: dash in front": (_D + b"--help.md", True),
    "name: dot in front": (_D + b".hidden.md", True),
    "name: two dots in front": (_D + b"..md", True),
    "name: two dots": (_D + b"a..b.md", True),
    "name: only an ending": (_D + b".md", True),
    "name: 255 bytes": (_D + b"n" * 252 + b".md", True),
    "name: deep folders": (_D + b"d/" * 200 + b"n.md", True),
    "name: not UTF-8": (_D + b"2025-01-02-gr\xf6\xdfe.md", False),
    "name: folder not UTF-8": (_D + b"gr\xf6\xdfe/n.md", False),
    "name: surrogate": (_D + b"2025-01-02-\xed\xa0\x80.md", False),
    "name: trailing dot": (_D + b"2025-01-02-a.md.", True),
    "name: trailing space": (_D + b"2025-01-02-a.md ", True),
    "name: device": (_D + b"con.md", True),
    "name: device with a colon": (_D + b"aux:x.md", True),
    "name: hash": (_D + b"2025-01-02-c#.md", True),
    "name: percent": (_D + b"%2e%2e%2fpasswd.md", True),
    "name: backslash": (_D + b"..\\..\\passwd.md", True),
    "name: quotes": (_D + b"'\"`$(x).md", True),
    "name: brackets": (_D + b"[[a]](b)|c.md", True),
    "name: star and question": (_D + b"a*?.md", True),
    "name: emoji": (_D + "2025-01-02-\U0001f600.md".encode(), True),
    "name: looks like another": (_D + "2025-01-02-c\u0430se.md".encode(), True),
    "name: number": (_D + b"9" * 200 + b".md", True),
}


def _link(target: str) -> Make:
    return lambda file: file.symlink_to(target)


def _link_outside(file: Path) -> None:
    outside = file.parents[3] / "outside.md"
    outside.write_text("# Outside\n\nNobody may read or change this.\n", encoding="utf-8")
    file.symlink_to(outside)


def _folder_link_outside(file: Path) -> None:
    outside = file.parents[3] / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "note.md").write_text("# Outside\n", encoding="utf-8")
    file.symlink_to(outside)


def _hard_link(file: Path) -> None:
    first = file.with_name("2025-01-02-linked.md")
    first.write_text("# Linked\n\nOne file with two names.\n", encoding="utf-8")
    file.hardlink_to(first)


def _fifo(file: Path) -> None:
    if not hasattr(os, "mkfifo"):
        raise OSError("no FIFO here")
    os.mkfifo(file)


def _socket(file: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise OSError("no socket here")
    here = Path.cwd()
    os.chdir(file.parent)  # the path of a socket may have some hundred bytes only
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(file.name)
    finally:
        os.chdir(here)


def _device(file: Path) -> None:
    os.mknod(file, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # endless zeros


def _folder(file: Path) -> None:
    file.mkdir()
    (file / "inner.md").write_text("# Inner\n\nA note in a folder with this ending.\n", "utf-8")


def _unreadable(file: Path) -> None:
    file.write_text("# Secret\n", encoding="utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):
        file.unlink()
        raise OSError("this user may read everything")


def _unreadable_folder(file: Path) -> None:
    file.mkdir()
    (file / "note.md").write_text("# Secret\n", encoding="utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):
        file.chmod(0o700)
        raise OSError("this user may read everything")


def _sparse(file: Path) -> None:
    with file.open("wb") as handle:
        handle.truncate(1_000_000_000)


def _long_line(file: Path) -> None:
    file.write_bytes(b"a" * 10_000_000)


# Special files, each with whether it is to be named as unreadable.
SPECIAL: dict[str, tuple[bytes, Make, bool]] = {
    "special: link outside": (_D + b"link-outside.md", _link_outside, False),
    "special: link inside": (_D + b"link-inside.md", _link("2025-01-05-good.md"), False),
    "special: dangling link": (_D + b"link-dangling.md", _link("nowhere.md"), False),
    "special: link to itself": (_D + b"link-itself.md", _link("link-itself.md"), False),
    "special: link to a device": (_D + b"link-device.md", _link("/dev/zero"), False),
    "special: link to a folder outside": (_D + b"folder-outside", _folder_link_outside, False),
    "special: link to a folder above": (_D + b"folder-above", _link(".."), False),
    "special: link to its own folder": (_D + b"folder-here.md", _link("."), False),
    "special: hard link": (_D + b"2025-01-03-linked-again.md", _hard_link, False),
    "special: FIFO": (_D + b"fifo.md", _fifo, True),
    "special: socket": (_D + b"socket.md", _socket, True),
    "special: device": (_D + b"device.md", _device, True),
    "special: folder with an ending": (_D + b"folder.md", _folder, False),
    "special: file that nobody may read": (_D + b"secret.md", _unreadable, True),
    "special: folder that nobody may list": (_D + b"secret", _unreadable_folder, True),
    "special: 1 GB of nothing": (_D + b"sparse.md", _sparse, True),
    "special: 10 million letters in a line": (_D + b"long.md", _long_line, True),
}


def _slug(name: str) -> bytes:
    return "-".join("".join(c if c.isalnum() else " " for c in name).split()).lower().encode()


def _texts(table: dict[str, Text], folder: str) -> list[Shape]:
    return [
        Shape(
            name,
            folder.encode() + b"/hostile-" + _slug(name) + b".md",
            # Lone surrogates have no bytes; what can be written is.
            lambda size, text=text: text(size).encode("utf-8", "surrogatepass"),  # type: ignore[misc]
        )
        for name, text in table.items()
    ]


TEXTS: tuple[Shape, ...] = (
    *_texts(YAML, "episodic/code"),
    *_texts(MARKDOWN, "episodic/code"),
    *_texts(BOOKS, "semantic/patterns"),
    *_texts(NOTES, "episodic/code"),
    *_texts(LISTS, "procedural/workflows"),
)
BYTES: tuple[Shape, ...] = tuple(
    Shape(name, _D + b"hostile-" + _slug(name) + b".md", _bytes(data), unread=not read)
    for name, (data, read) in ENCODINGS.items()
)
NAMED: tuple[Shape, ...] = tuple(
    Shape(name, path, _bytes(f"# About {name[6:]}\n\nA note.\n".encode()), unread=not read)
    for name, (path, read) in NAMES.items()
)
SPECIALS: tuple[Shape, ...] = tuple(
    Shape(name, path, make=make, unread=named) for name, (path, make, named) in SPECIAL.items()
)
SHAPES: tuple[Shape, ...] = (*TEXTS, *BYTES, *NAMED, *SPECIALS)
