"""Front matter: cut off, read as text, and recovered when it is broken YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hardwon.markup.text import split_lines

_FENCE = re.compile(r"^---[ \t]*$")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$")
# Possessive: a long run of spaces is looked at once.
_PAIR = re.compile(r"^(?P<key>[A-Za-z_][\w .-]*+)[ \t]*+:(?:[ \t]+(?P<value>.*)|[ \t]*)$")
_INNER = re.compile(r"^(?:[ \t]|#|-[ \t])")  # a line that belongs to the key above it, a comment
_ITEM = re.compile(r"^[ \t]*-[ \t]+(?P<value>.*)$")
_NONE = {"", "~", "null", "none"}
# With what no text begins in YAML unless it is quoted; "-" may, followed by a letter.
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`") | {""}
_PLAIN_ITEM = r"(?: *(?:\w[\w ./+-]*|\"[^\"'\\,]*\"|'[^\"',]*') *)"
_PLAIN_FLOW = re.compile(rf"\[(?: *|{_PLAIN_ITEM}(?:,{_PLAIN_ITEM})*)\]")
_DASHES_BEHIND = re.compile(r"\s*^---", re.M)
_MAX_PLAIN = 10_000
_MAX_KEY = 100

# A header is read as flat text; what nests deeper or runs longer than a person would write
# is not walked, so that an alias bomb costs nothing.
_MAX_ITEMS = 200
_MAX_CHARS = 200_000
_MAX_TEXT = 10_000
# The YAML reader goes down one call in C for each level and ends the process where the stack
# does (at some ten thousand); nobody's header has ten.
_MAX_DEPTH = 50
# No level without one of these: a header with fewer of them cannot be too deep.
_OPENERS = "[{-?:"


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
    return _parse_plain(text) or _parse_any(text)


def _parse_any(text: str) -> Header:
    """Return the header of a `text` that begins with dashes; YAML is read by PyYAML."""
    lines = split_lines(text)
    if not _FENCE.match(lines[0].rstrip("\r\n").removeprefix("\ufeff")):
        return Header()
    end = next(
        (n for n, line in enumerate(lines[1:], start=1) if _CLOSE.match(line.rstrip("\r\n"))), None
    )
    if end is None:
        return Header()
    body = [line.rstrip("\r\n") for line in lines[1:end]]
    if body and not any(_PAIR.match(line) or line.lstrip().startswith("#") for line in body):
        # Two thematic breaks with prose between them are no front matter.
        if any(line.strip() for line in body):
            return Header()
        return Header(lines=end + 1)
    second = _second_header(lines, end + 1)
    if sum(map(len, body)) > _MAX_CHARS:
        fault = (1, f"front matter of more than {_MAX_CHARS:,} characters is not read")
        return Header(lines=end + 1, fault=fault, second=second)
    loaded, broken = _load(body)
    values = _flatten(loaded, body) if broken is None else _recover(body)
    return Header(values=values, lines=end + 1, fault=broken, second=second)


def _parse_plain(text: str) -> Header | None:
    """Return what `_parse_any` returns where the header is plain to see; else None.

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
        name = key.replace("-", "_")
        if (
            colon
            and name.isidentifier()
            and name.isascii()
            and line[0] != "-"
            and len(key) < _MAX_KEY
        ):
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
            if indent not in {-1, len(line) - len(text)} or len(items) == _MAX_ITEMS:
                raise _NotPlainError
            indent = len(line) - len(text)
            items += _plain_text(text[2:].strip(" "))
            found[last].values = tuple(items)
        elif text and line[0] != "#":
            raise _NotPlainError
    if not found:
        raise _NotPlainError
    return found


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
    return () if value.lower() in _NONE else (value,)


def _plain_flow(value: str) -> tuple[str, ...]:
    if not _PLAIN_FLOW.fullmatch(value):
        raise _NotPlainError
    items = [item.strip(" ").strip("\"'").strip(" ") for item in value[1:-1].split(",")]
    return tuple(item for item in items if item.lower() not in _NONE)


def _second_header(lines: list[str], start: int) -> int | None:
    """Return the 1-based line of a further header that begins behind the first `start` lines."""
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start == len(lines) or not _FENCE.match(lines[start].rstrip("\r\n")):
        return None
    has_pair = False
    for line in lines[start + 1 :]:
        stripped = line.rstrip("\r\n")
        if _CLOSE.match(stripped):
            return start + 1 if has_pair else None
        is_pair = _PAIR.match(stripped) is not None
        if not is_pair and not (has_pair and _INNER.match(stripped)):
            return None  # a rule, and text below it
        has_pair = has_pair or is_pair
    return None


def _load(body: list[str]) -> tuple[Any, tuple[int, str] | None]:
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays text
    text = "\n".join(body)
    try:
        if sum(map(text.count, _OPENERS)) > _MAX_DEPTH:
            too_deep = _find_too_deep(text, loader)
            if too_deep is not None:
                return None, (too_deep, "front matter is nested too deeply to be read")
        loaded = YAMLHandler().load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = (mark.line if mark is not None else 0) + 2
        problem = getattr(error, "problem", None) or "not valid YAML"
        return None, (min(line, len(body) + 1), f"front matter is not valid YAML: {problem}")
    except RecursionError:
        return None, (2, "front matter is nested too deeply to be read")
    except ValueError as error:
        return None, (2, f"front matter is not valid YAML: {error}")
    if loaded is None:
        return {}, None
    if not isinstance(loaded, Mapping):
        return None, (2, "front matter is not a list of keys with values")
    return loaded, None


def _find_too_deep(text: str, loader: Any) -> int | None:
    """Return the 1-based line, in the file, at which the YAML `text` nests too deeply, or None.

    Raises:
        yaml.YAMLError: It is no YAML; but not for what stands behind such a place.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):  # this goes down no call for a level
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                mark: Any = event.start_mark
                return int(mark.line) + 2
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _flatten(loaded: Mapping[Any, Any], body: list[str]) -> dict[str, HeaderValue]:
    places: dict[str, int] = {}
    for number, line in enumerate(body, start=2):
        pair = _PAIR.match(line.replace('"', "").replace("'", ""))
        if pair:
            places.setdefault(fold_key(pair["key"]), number)
    values = {}
    for key, value in loaded.items():
        name = fold_key(str(key)) if isinstance(key, str) else ""
        if name:
            values[name] = HeaderValue(tuple(_texts(value)), places.get(name, 2))
    return values


def _texts(value: Any, depth: int = 0) -> list[str]:
    if isinstance(value, str):
        return [] if value.strip().lower() in _NONE else [value.strip()]
    if isinstance(value, list) and depth < 2:
        return [text for item in value[:_MAX_ITEMS] for text in _texts(item, depth + 1)]
    if isinstance(value, Mapping) and depth < 2:
        pairs = list(value.items())[:_MAX_ITEMS]
        return [f"{k}: {v}" for k, v in pairs if isinstance(k, str) and isinstance(v, str)]
    return []


def _recover(body: list[str]) -> dict[str, HeaderValue]:
    """Read broken YAML line by line: `key: value`, and `- item` lines below a bare key."""
    found: dict[str, tuple[list[str], int]] = {}
    texts: list[str] | None = None  # of the key that the line stands below
    for number, line in enumerate(body, start=2):
        pair = _PAIR.match(line)
        if pair:
            text = _unquote(pair["value"] or "")
            items = _split_flow(text) if text.startswith("[") else [text]
            texts = [item for item in items[:_MAX_ITEMS] if item.lower() not in _NONE]
            found[fold_key(pair["key"])] = texts, number
            continue
        if texts is None:
            continue
        item = _ITEM.match(line)
        if item:
            if len(texts) < _MAX_ITEMS:
                texts.append(_unquote(item["value"]))
        elif line[:1] in {" ", "\t"} and line.strip():
            last = texts.pop() if texts else ""
            if len(last) < _MAX_TEXT:
                last = f"{last} {_unquote(line.strip())}".strip().lstrip(">| ")
            texts.append(last)
    return {key: HeaderValue(tuple(texts), number) for key, (texts, number) in found.items()}


def _split_flow(text: str) -> list[str]:
    return [_unquote(part) for part in text.strip("[] ").split(",") if part.strip()]


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text.strip("\"'") if text.count('"') == 1 or text.count("'") == 1 else text
