"""Front matter: cut off, and read as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# A header is read as flat text; more items than a person would write are not looked at.
MAX_ITEMS = 200
NOTHING = {"", "~", "null", "none"}
"""Values that stand for none, in lower case."""

# With these a text without quotes does not begin in YAML, or only where it is hard to see.
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`") | {""}
_PLAIN_ITEM = r" *+(?:\w[\w ./+-]*+|\"[^\"'\\,]*+\"|'[^\"',]*+') *+"
_PLAIN_FLOW = re.compile(rf"\[(?:{_PLAIN_ITEM}(?:,{_PLAIN_ITEM})*+| *+)\]")
_DASHES_BEHIND = re.compile(r"\s*^---", re.M)
_MAX_PLAIN = 10_000
_MAX_KEY = 100  # characters; YAML takes 1,024


@dataclass(slots=True)
class HeaderValue:
    """The values of one key, as text, with the 1-based line of the key."""

    values: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """Return the values on one line, parted by commas."""
        return ", ".join(self.values)


@dataclass(slots=True)
class Header:
    """Front matter.

    Attributes:
        values: Key in lower case with underscores → value.
        lines: Lines of the header with its two fences; 0 when there is none.
        fault: What is wrong with it as YAML, with the 1-based line, or None.
        second: 1-based line at which a second header begins, directly behind the first: a
            merge that nobody looked at leaves such. It is read as text. None where there is none.
    """

    values: Mapping[str, HeaderValue] = field(default_factory=dict)
    lines: int = 0
    fault: tuple[int, str] | None = None
    second: int | None = None

    def get_text(self, *keys: str) -> str | None:
        """Return the text of the first of `keys` that holds one, or None."""
        for key in keys:
            value = self.values.get(key)
            if value is not None and value.text:
                return value.text
        return None

    def get_line(self, *keys: str) -> int | None:
        """Return the 1-based line of the first of `keys` that holds a text, or None."""
        for key in keys:
            value = self.values.get(key)
            if value is not None and value.text:
                return value.line
        return None


def fold_key(key: str) -> str:
    """Return a header key as `Header.values` spells it."""
    return re.sub(r"[\s.-]+", "_", key.strip().lower())


def parse_header(text: str) -> Header:
    """Return the front matter of `text`; an empty header when there is none."""
    if not text.startswith(("---", "\ufeff---")):
        return Header()
    header = _parse_plain(text)
    if header is not None:
        return header
    from hardwon.markup.yaml_header import parse_yaml_header

    return parse_yaml_header(text)


def _parse_plain(text: str) -> Header | None:
    """Return what PyYAML would read where the header is plain to see; else None.

    Plain is a flat list of keys with one value, or with a list of such values, each on a line
    and without anything that YAML gives a meaning.
    """
    end = text.find("\n---", 3)
    if text.startswith("---\n"):
        body = text[4:end]
    elif text.startswith("---\r\n"):
        body = text[5:end].replace("\r\n", "\n").removesuffix("\r")
    else:
        return None
    behind = text[end + 4 : end + 6]
    if end < 4 or len(body) > _MAX_PLAIN or not (behind[:1] == "\n" or behind in {"", "\r\n"}):
        return None
    if not body.replace("\n", "").isprintable() or "\n..." in text[3:end]:
        return None
    if _DASHES_BEHIND.match(text, end + 4):
        return None  # a second header, or a rule
    try:
        values = _plain_values(body)
    except _NotPlainError:
        return None
    return Header(values=values, lines=body.count("\n") + 3)


class _NotPlainError(Exception):
    """A line of the header needs a reader of YAML."""


def _plain_values(body: str) -> dict[str, HeaderValue]:
    found: dict[str, HeaderValue] = {}
    items: list[str] | None = None  # of the key that the line stands below, if it may have some
    indent = -1
    for number, line in enumerate(body.split("\n"), start=2):
        key, colon, value = line.partition(": ")
        if not colon and line[-1:] == ":":
            key, colon = line[:-1], ":"
        if colon and _is_key(key):
            name = fold_key(key) if "-" in key else key.lower()
            if name in found:
                raise _NotPlainError
            value = value.strip(" ")
            items = None
            if not value:
                items, indent = [], -1
                found[name] = HeaderValue((), number)
            elif value[0] == "[":
                found[name] = HeaderValue(_plain_flow(value), number)
            else:
                found[name] = HeaderValue(_plain_text(value), number)
            last = name
            continue
        text = line.lstrip(" ")
        if text[:2] == "- " and items is not None:
            if indent not in {-1, len(line) - len(text)} or len(items) == MAX_ITEMS:
                raise _NotPlainError
            indent = len(line) - len(text)
            items += _plain_text(text[2:].strip(" "))
            found[last].values = tuple(items)
        elif text and line[0] != "#":
            raise _NotPlainError
    if not found:
        raise _NotPlainError
    return found


def _is_key(key: str) -> bool:
    name = key.replace("-", "_")
    return name.isidentifier() and name.isascii() and key[0] != "-" and len(key) < _MAX_KEY


def _plain_text(value: str) -> tuple[str, ...]:
    """Return the text that the YAML `value` is, in a tuple that is empty for none."""
    first = value[:1]
    if first in {'"', "'"}:
        inner = value[1:-1]
        if len(value) < 2 or value[-1] != first or first in inner or "\\" in inner:
            raise _NotPlainError
        value = inner.strip(" ")
    elif first in _INDICATORS or ": " in value or " #" in value or value[-1] == ":":
        raise _NotPlainError
    return () if value.lower() in NOTHING else (value,)


def _plain_flow(value: str) -> tuple[str, ...]:
    if not _PLAIN_FLOW.fullmatch(value):
        raise _NotPlainError
    items = [item.strip(" ").strip("\"'").strip(" ") for item in value[1:-1].split(",")]
    return tuple(item for item in items if item.lower() not in NOTHING)
