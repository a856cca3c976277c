"""Documents of YAML in a fence as data and nothing else.

The fence comes from whoever wrote the note. PyYAML only says here which nodes there are; no tag
makes an object, no merge key multiplies what is there, and an alias costs what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# The largest fence that a person has written for one pattern has 6,000 characters.
MAX_CHARS = 50_000
MAX_NODES = 10_000  # of one fence, each as often as aliases name it
MAX_DOCUMENTS = 200  # of one fence, and of one pattern
TOO_MANY = f"more than {MAX_DOCUMENTS} detectors are not read"
_MAX_DEPTH = 50  # as that of front matter; ast-grep goes down one call for each level
_PREFIX = "tag:yaml.org,2002:"


class FaultyError(Exception):
    """A detector cannot be used.

    Attributes:
        line: 0-based line of the fence's text.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(slots=True)
class Document:
    """One document of YAML as data.

    Attributes:
        line: 0-based line at which it begins.
        data: Its keys and values.
        lines: Key → 0-based line, for those at the top.
    """

    line: int
    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)


def read_documents(text: str) -> Iterator[Document]:
    """Yield the documents of a fence, up to the first place at which it is no YAML."""
    import yaml

    if len(text) > MAX_CHARS:
        raise FaultyError(0, f"detectors of more than {MAX_CHARS:,} characters are not read")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    budget = _Budget()
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):  # this goes down no call for a level
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _MAX_DEPTH:
                    raise FaultyError(_line(event), "the detector is nested too deeply")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass  # it is met again below, behind the documents in front of it
    try:
        for number, node in enumerate(yaml.compose_all(text, Loader=loader)):
            if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
                continue
            if number >= MAX_DOCUMENTS:
                raise FaultyError(_line(node), TOO_MANY)
            if not isinstance(node, yaml.MappingNode):
                raise FaultyError(_line(node), "a detector is a list of keys with values")
            lines = {str(key.value): _line(key) for key, _ in node.value}
            yield Document(_line(node), budget.data(node), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        line = mark.line if mark is not None else 0
        raise FaultyError(line, f"the detector is not valid YAML: {problem}") from error
    except (RecursionError, ValueError) as error:
        raise FaultyError(0, "the detector is not valid YAML") from error


def _line(node: Any) -> int:
    return int(node.start_mark.line)


class _Budget:
    """Turns nodes of YAML into data as JSON has it, up to a number of nodes."""

    def __init__(self) -> None:
        self._left = MAX_NODES

    def data(self, node: Any, depth: int = 0) -> Any:
        import yaml

        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise FaultyError(_line(node), "the detector says too much: is there an alias in it?")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            if node.tag != f"{_PREFIX}seq":
                raise FaultyError(_line(node), f"the tag {node.tag} means nothing here")
            return [self.data(item, depth + 1) for item in node.value]
        if node.tag != f"{_PREFIX}map":
            raise FaultyError(_line(node), f"the tag {node.tag} means nothing here")
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_PREFIX}merge":
                raise FaultyError(_line(key), "a key is a word here, and `<<` is not read")
            if key.value in found:
                raise FaultyError(_line(key), f"the key {key.value!r} stands there twice")
            found[_text(key)] = self.data(value, depth + 1)
        return found


def _scalar(node: Any) -> Any:
    """Return text, a whole number, True, False or None: what YAML 1.2 calls so unquoted."""
    text = _text(node)
    kind = node.tag.removeprefix(_PREFIX)
    if node.tag == kind or kind in {"binary", "set", "omap", "pairs"}:
        raise FaultyError(_line(node), f"the tag {node.tag} means nothing here")
    if kind == "int" and re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return None if kind == "null" else text


def _text(node: Any) -> str:
    text: str = node.value
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FaultyError(_line(node), "half a character (a surrogate) is no text") from error
    if "\0" in text:
        raise FaultyError(_line(node), "a NUL is no text")
    return text
