"""JSON with comments, edited in place: text → text, and every other byte stays.

What editors and agents accept in their settings is read: `//` and `/* */` comments, commas
behind the last member, a byte order mark. Only spans that an edit is about are written; the
indentation and line ends of a new part follow the text around it.

An object or array that an edit makes has white space behind its bracket; what is put into an
empty one that was there stands directly behind it. So `remove` knows which of them to take away
again when nothing is left inside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hardwon.errors import AgentFileError

Key = str | int
_TRIVIA = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR = re.compile(r"-?\d[-+.eE\d]*|true|false|null")
_SPACE = " \t\r\n"
# Deeper than any settings, and far from Python's own bound.
_DEEPEST = 200


@dataclass(slots=True)
class _Node:
    """A value and where it stands, from its first character to behind its last.

    Attributes:
        value: What a string, number or name means; for the others it is built from `items`.
        keys: Names of the members of an object, as they follow; None for all else.
        items: Members of an object or array, as they follow.
        starts: Where each of them begins: at its name in an object.
        commas: Behind each of them, where its comma stands; None for the last without one.
    """

    start: int
    end: int = 0
    value: Any = None
    keys: list[str] | None = None
    items: list[_Node] | None = None
    starts: list[int] = field(default_factory=list)
    commas: list[int | None] = field(default_factory=list)

    def data(self) -> Any:
        """Return the value as Python has it; of two members of one name the last."""
        if self.items is None:
            return self.value
        values = [item.data() for item in self.items]
        return values if self.keys is None else dict(zip(self.keys, values, strict=True))


def get_value(text: str, keys: Sequence[Key], path: str) -> Any:
    """Return what stands at `keys`; None where nothing does.

    Args:
        text: JSON with comments.
        keys: Names of members, and numbers of items.
        path: How an error names the file.

    Raises:
        AgentFileError: The text is no JSON, or has a member twice on the way; the line is named.
    """
    node = _find(_Reader(text, path), keys)
    return None if node is None else node.data()


def set_value(text: str, keys: Sequence[Key], value: Any, path: str) -> str:
    """Return `text` with `value` at `keys`; the objects on the way are made where they miss.

    A value that is there already stays as it is written. Of an object that is there, only the
    members that `value` names are set: others are somebody's.

    Args:
        text: JSON with comments.
        keys: Names of members, and numbers of items that are there; at least one.
        value: What the module json can write.
        path: How an error names the file.

    Raises:
        AgentFileError: As `get_value`; or something on the way is no object.
    """
    reader = _Reader(text, path)
    node = reader.root
    for depth, key in enumerate(keys):
        if isinstance(key, int):
            assert node.items is not None
            node = node.items[key]
            continue
        if node.keys is None:
            raise reader.error("is no object, as it is expected to be", node.start)
        member = _member(reader, node, key)
        if member is None:
            for name in reversed(keys[depth + 1 :]):
                value = {name: value}
            return _insert(text, node, key, value)
        node = member
    if isinstance(value, dict) and node.keys is not None:
        for key, part in value.items():
            text = set_value(text, [*keys, key], part, path)
        return text
    if node.data() == value:
        return text
    layout = _layout(text) if _has_lines(text) else None
    new = _render(value, layout, _indent_at(text, node.start))
    return text[: node.start] + new + text[node.end :]


def append_item(text: str, keys: Sequence[str], value: Any, path: str) -> str:
    """Return `text` with `value` as the last item of the array at `keys`, made where it misses.

    Raises:
        AgentFileError: As `set_value`; or there is something else than an array.
    """
    reader = _Reader(text, path)
    node = _find(reader, keys)
    if node is None:
        return set_value(text, keys, [value], path)
    if node.items is None or node.keys is not None:
        raise reader.error("is no array, as it is expected to be", node.start)
    return _insert(text, node, None, value)


def remove(text: str, keys: Sequence[Key], path: str) -> str | None:
    """Return `text` without the member or item at `keys`; None where no file was before.

    Objects and arrays that were made for it go as well, unless something else is in them, be it
    a comment. Where nothing stands at `keys`, the text comes back as it is.

    Raises:
        AgentFileError: As `get_value`.
    """
    reader = _Reader(text, path)
    if not keys or _find(reader, keys) is None:
        return text
    for depth in range(len(keys) - 1, -1, -1):
        container = _find(reader, keys[:depth])
        assert container is not None
        if not _is_made_for(text, container):
            return _take(text, container, _number(container, keys[depth]))
    around = text[: reader.root.start] + text[reader.root.end :]
    return text[: reader.root.start] + "{}" + text[reader.root.end :] if around.strip() else None


def _is_made_for(text: str, container: _Node) -> bool:
    """Return whether an edit made `container`, and it holds nothing but one item."""
    if not container.items or len(container.items) != 1:
        return False
    first, comma = container.starts[0], container.commas[0]
    before = text[container.start + 1 : first]
    behind = text[container.items[0].end : container.end - 1]
    if comma is not None:
        behind = behind.replace(",", "", 1)
    return bool(before) and not before.strip() and not behind.strip()


def _take(text: str, container: _Node, number: int) -> str:
    """Return `text` without an item, its comma and the white space before it."""
    assert container.items is not None
    start, end = container.starts[number], container.items[number].end
    comma = container.commas[number]
    before = container.commas[number - 1] if number else None
    # What stands between the item and its comma is a person's.
    rest = text[end:] if comma is None else text[end:comma] + text[comma + 1 :]
    behind = container.start + 1 if before is None else before + 1
    begin = behind + len(text[behind:start].rstrip(_SPACE))
    if "//" in text[behind:begin] and not re.match(r"[ \t]*[\r\n]", rest):
        line_end = re.search(r"\r\n|\n|\r", text[begin:start])
        begin += line_end.end() if line_end else 0
    if comma is None and before is not None:
        return text[:before] + text[behind:begin] + rest
    return text[:begin] + rest


def _insert(text: str, container: _Node, key: str | None, value: Any) -> str:
    """Return `text` with a last member, or a last item where `key` is None."""
    name = "" if key is None else f"{json.dumps(key, ensure_ascii=False)}: "
    if not container.items:
        at = container.start + 1
        is_all = not (text[: container.start] + text[container.end :]).strip(_SPACE + "\ufeff")
        layout = _layout(text) if is_all or _has_lines(text) else None
        rendered = _render(value, layout, _indent_at(text, container.start))
        return text[:at] + name + rendered + text[at:]
    first, last, comma = container.starts[0], container.items[-1].end, container.commas[-1]
    is_spread = _has_lines(text[container.start + 1 : first] + ".")
    indent = _indent_at(text, first) if is_spread else ""
    rendered = name + _render(value, _layout(text) if is_spread else None, indent)
    # Behind what is said of the last item, before the white space at the end.
    behind = last if comma is None else comma + 1
    at = container.end - 1
    while at > behind and text[at - 1] in _SPACE:
        at -= 1
    gap = _line_end(text) + indent if is_spread or "//" in text[behind:at] else " "
    if comma is not None:
        return text[:at] + gap + rendered + "," + text[at:]
    return text[:last] + "," + text[last:at] + gap + rendered + text[at:]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How new parts are laid out: one step of indentation, and what ends a line."""

    step: str
    line_end: str


def _layout(text: str) -> _Layout:
    found = re.search(r"[\r\n]([ \t]+)[\"\[{\d]", text)
    return _Layout(found[1] if found else "  ", _line_end(text))


def _has_lines(text: str) -> bool:
    """Return whether there is a line end within `text`, one at its end aside."""
    return re.search(r"[\r\n]", text.rstrip(_SPACE)) is not None


def _render(value: Any, layout: _Layout | None, indent: str) -> str:
    """Return `value` as JSON: its lines below `indent`, or on one line without a `layout`."""
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + layout.step if layout else ""
    if isinstance(value, dict):
        brackets = "{}"
        names = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        parts = [
            name + _render(v, layout, inner) for name, v in zip(names, value.values(), strict=True)
        ]
    else:
        brackets = "[]"
        parts = [_render(item, layout, inner) for item in value]
        if not any(isinstance(item, dict | list) for item in value):
            return f"[{', '.join(parts)}]"
    if layout is None:
        return f"{brackets[0]} {', '.join(parts)} {brackets[1]}"
    end = layout.line_end
    body = f",{end}{inner}".join(parts)
    return f"{brackets[0]}{end}{inner}{body}{end}{indent}{brackets[1]}"


def render(value: Any) -> str:
    r"""Return a file that holds `value` alone, in the layout of new parts, with `\n` at its end."""
    return _render(value, _Layout("  ", "\n"), "") + "\n"


def _indent_at(text: str, at: int) -> str:
    """Return the white space with which the line of `at` begins."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    line = text[start:at].removeprefix("\ufeff")
    return line[: len(line) - len(line.lstrip(" \t"))]


def _line_end(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found[0] if found else "\n"


def _find(reader: _Reader, keys: Sequence[Key]) -> _Node | None:
    node = reader.root
    for key in keys:
        if isinstance(key, str):
            member = _member(reader, node, key)
        else:
            items = node.items if node.keys is None else None
            member = items[key] if items is not None and key < len(items) else None
        if member is None:
            return None
        node = member
    return node


def _member(reader: _Reader, node: _Node, key: str) -> _Node | None:
    """Return the member `key` of an object; None where there is none, or no object."""
    numbers = [n for n, name in enumerate(node.keys or ()) if name == key]
    if len(numbers) > 1:
        raise reader.error(f"{key!r} stands there twice", node.starts[numbers[1]])
    return node.items[numbers[0]] if numbers and node.items is not None else None


def _number(container: _Node, key: Key) -> int:
    return key if isinstance(key, int) else (container.keys or []).index(key)


class _Reader:
    """A text, read as JSON with comments."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        if not text.strip(_SPACE + "\ufeff"):
            hint = "remove it, or write {} into it; then run the command again"
            raise AgentFileError("is empty, which is no JSON", path=path, line=1, hint=hint)
        at = self._skip(1 if text.startswith("\ufeff") else 0)
        self.root = self._value(at, 0)
        at = self._skip(self.root.end)
        if at < len(text):
            raise self.error("goes on behind the end of its JSON", at)

    def error(self, message: str, at: int) -> AgentFileError:
        """Return the error of the character at `at`."""
        before = self.text[:at].replace("\r\n", "\n").replace("\r", "\n")
        return AgentFileError(
            message,
            path=self.path,
            line=before.count("\n") + 1,
            hint="nothing was written; mend the line, then run the command again",
        )

    def _skip(self, at: int) -> int:
        found = _TRIVIA.match(self.text, at)
        at = found.end() if found else at
        if self.text.startswith("/*", at):
            raise self.error("has a comment that does not end", at)
        return at

    def _value(self, at: int, depth: int) -> _Node:
        opening = self.text[at : at + 1]
        if opening in {"{", "["}:
            if depth == _DEEPEST:
                raise self.error(f"is nested more than {_DEEPEST} deep", at)
            return self._container(at, depth)
        node = _Node(at)
        found = _STRING.match(self.text, at) or _SCALAR.match(self.text, at)
        if found is None:
            raise self._unexpected("a value", at)
        try:
            node.value = json.loads(found[0])
        except ValueError as error:
            raise self.error(f"{_short(found[0])} is no value of JSON", at) from error
        node.end = found.end()
        return node

    def _container(self, at: int, depth: int) -> _Node:
        is_object = self.text[at] == "{"
        closing = "}" if is_object else "]"
        node = _Node(at, keys=[] if is_object else None, items=[])
        assert node.items is not None
        at = self._skip(at + 1)
        while not self.text.startswith(closing, at):
            node.starts.append(at)
            if node.keys is not None:
                name = _STRING.match(self.text, at)
                if name is None:
                    raise self._unexpected("a name in double quotes", at)
                node.keys.append(self._value(at, depth).value)
                at = self._skip(name.end())
                if not self.text.startswith(":", at):
                    raise self._unexpected("a colon", at)
                at = self._skip(at + 1)
            item = self._value(at, depth + 1)
            node.items.append(item)
            at = self._skip(item.end)
            if self.text.startswith(",", at):
                node.commas.append(at)
                at = self._skip(at + 1)
                continue
            node.commas.append(None)
            if not self.text.startswith(closing, at):
                raise self._unexpected(f"a comma or {closing}", at)
        node.end = at + 1
        return node

    def _unexpected(self, expected: str, at: int) -> AgentFileError:
        found = _short(self.text[at : at + 20].split("\n")[0].strip())
        error = self.error(f"is no JSON: {found or 'the end of the file'}", at)
        error.expected = expected
        return error


def _short(text: str) -> str:
    return repr(text[:20]) if text else ""
