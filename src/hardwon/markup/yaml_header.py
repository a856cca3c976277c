"""Front matter of any form: read by PyYAML, and recovered when it is broken YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hardwon.markup.header import MAX_ITEMS, NOTHING, Header, HeaderValue, fold_key
from hardwon.markup.text import split_lines

_FENCE = re.compile(r"^---[ \t]*$")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$")
# Possessive: a long run of spaces is looked at once.
_PAIR = re.compile(r"^(?P<key>[A-Za-z_][\w .-]*+)[ \t]*+:(?:[ \t]+(?P<value>.*)|[ \t]*)$")
_INNER = re.compile(r"^(?:[ \t]|#|-[ \t])")  # a line that belongs to the key above it, a comment
_ITEM = re.compile(r"^[ \t]*-[ \t]+(?P<value>.*)$")

# What nests deeper or runs longer than a person would write is not walked, so that an alias bomb
# costs nothing.
_MAX_CHARS = 200_000
_MAX_TEXT = 10_000
# The YAML reader goes down one call in C for each level and ends the process where the stack
# does (at some ten thousand); nobody's header has ten.
_MAX_DEPTH = 50
# No level without one of these: a header with fewer of them cannot be too deep.
_OPENERS = "[{-?:"


def parse_yaml_header(text: str) -> Header:
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
        return [] if value.strip().lower() in NOTHING else [value.strip()]
    if isinstance(value, list) and depth < 2:
        return [text for item in value[:MAX_ITEMS] for text in _texts(item, depth + 1)]
    if isinstance(value, Mapping) and depth < 2:
        pairs = list(value.items())[:MAX_ITEMS]
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
            texts = [item for item in items[:MAX_ITEMS] if item.lower() not in NOTHING]
            found[fold_key(pair["key"])] = texts, number
            continue
        if texts is None:
            continue
        item = _ITEM.match(line)
        if item:
            if len(texts) < MAX_ITEMS:
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
