"""Where a value comes from: the expressions behind a name, in the text that it stands in.

A loop goes over `rows`; what was asked of the database stands in another line, in another function
of the file, at its caller. Names are followed to what is assigned to them, loop variables to what
is gone through, parameters to the arguments of calls, calls to what the function returns. Neither
order nor branches count: all that may be behind a name is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from hardwon.review.binding import (
    CALLS,
    MEMBERS,
    NAMES,
    Binding,
    bindings_of,
    callee_of,
    changing,
    function_names,
    is_of_self,
    kinds_of,
    member_of,
    parameters_of,
    returned_by,
    targets_of,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# Expressions that one value is followed through; a chain that is longer says nothing any more.
_MAX_STEPS = 60
# Calls that hand a value on, of a function that is called more often than that.
_MAX_CALLS = 20
# What stands around a value without making another of it.
_AROUND = frozenset({
    "await", "await_expression", "parenthesized_expression", "as_expression", "expression_list",
    "satisfies_expression", "non_null_expression", "conditional_expression", "ternary_expression",
    "boolean_operator", "binary_operator", "binary_expression", "array", "list", "tuple",
    "spread_element", "list_splat", "yield", "named_expression",
})  # fmt: skip
_INDEXED = frozenset({"subscript", "subscript_expression"})
_COMPREHENSIONS = frozenset({"list_comprehension", "set_comprehension", "generator_expression"})
_WORDS = re.compile(r"__|\W+")
Key = tuple[int, int, str]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Traced:
    """Where a value comes from.

    Attributes:
        matches: What `has` matched, of which metavariables can be asked; empty without `has`.
        words: Metavariable → all that `collect` found, and each word of it.
    """

    matches: tuple[SgNode, ...]
    words: Mapping[str, list[str]]


class Origins:
    """Follows the values of one text.

    Args:
        root: The text as a tree.
        language: Its language.
    """

    def __init__(self, root: SgNode, language: str) -> None:
        self._root = root
        self._language = language

    def trace(
        self, node: SgNode, origin: Mapping[str, Any], utils: Mapping[str, Any]
    ) -> Traced | None:
        """Return where `node` comes from; None where that is not what `origin` asks for.

        Args:
            node: What a metavariable stands for.
            origin: As `Detector.origin`.
            utils: Rules that those of `origin` may use by name.
        """
        seen: set[Key] = set()
        parts: set[Key] = set()
        matches: list[SgNode] = []
        expressions: list[SgNode] = []
        left = deque([node])
        while left and len(expressions) < _MAX_STEPS:
            expression = left.popleft()
            if _key(expression) in seen:
                continue
            seen.add(_key(expression))
            expressions.append(expression)
            spine = list(_spine(expression))
            keys = {_key(part) for part in spine}
            parts |= keys
            matches += _matching(expression, origin.get("has"), utils, keys)
            for part in spine:
                left += self._behind(part)
        if origin.get("has") is not None and not matches:
            return None
        if any(_matching(one, origin.get("lacks"), utils, parts) for one in expressions):
            return None
        words = {
            name: _words(expressions, rule, utils)
            for name, rule in origin.get("collect", {}).items()
        }
        return Traced(tuple(matches), words)

    def _behind(self, node: SgNode) -> Iterator[SgNode]:
        """Yield what stands behind a name, or behind a call of a function of this text."""
        kind = node.kind()
        if kind in CALLS:
            name = callee_of(node, of_self=True)
            for function in self._functions.get(name, ()) if name else ():
                yield from returned_by(function)
        elif kind in NAMES:
            yield from self._bound(node.text(), node)
        elif kind in MEMBERS and is_of_self(node):
            yield from self._bound(f"self.{member_of(node)}", node)

    def _bound(self, name: str, node: SgNode) -> Iterator[SgNode]:
        at = node.range().start.index
        around = [one for one in self._bindings.get(name, ()) if one.start <= at < one.end]
        nearest = min((one.end - one.start for one in around), default=0)
        for binding in around:
            if binding.end - binding.start == nearest:
                yield from binding.values
                yield from changing(name, binding.scope)
                if binding.parameter is not None:
                    yield binding.parameter
                    yield from self._handed(binding)

    def _handed(self, binding: Binding) -> Iterator[SgNode]:
        """Yield what calls in this text hand to a parameter."""
        function, parameter = binding.function, binding.parameter
        if function is None or parameter is None:
            return
        place = [_key(one) for one in parameters_of(function)].index(_key(parameter))
        named = {target.text() for target in targets_of(parameter)}
        calls = [call for name in function_names(function) for call in self._calls.get(name, ())]
        for call in calls[:_MAX_CALLS]:
            arguments = call.field("arguments")
            plain = []
            for argument in arguments.children() if arguments is not None else ():
                if argument.kind() == "keyword_argument":
                    key, value = argument.field("name"), argument.field("value")
                    if key is not None and value is not None and key.text() in named:
                        yield value
                elif argument.is_named() and argument.kind() != "comment":
                    plain.append(argument)
            if place < len(plain):
                yield plain[place]

    @cached_property
    def _nodes(self) -> list[SgNode]:
        config: Any = {"rule": {"any": [{"kind": kind} for kind in kinds_of(self._language)]}}
        return self._root.find_all(config)

    @cached_property
    def _functions(self) -> dict[str, list[SgNode]]:
        return _grouped((name, node) for node in self._nodes for name in function_names(node))

    @cached_property
    def _calls(self) -> dict[str, list[SgNode]]:
        calls = (node for node in self._nodes if node.kind() in CALLS)
        return _grouped((name, node) for node in calls if (name := callee_of(node)))

    @cached_property
    def _bindings(self) -> dict[str, list[Binding]]:
        return _grouped(pair for node in self._nodes for pair in bindings_of(node))


def _grouped(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _spine(node: SgNode) -> Iterator[SgNode]:
    """Yield the parts of an expression that its value comes through, from the outside inwards.

    Those are the calls of a chain and what they are called on, and what is handed to a call as it
    is: `list(rows)`, `session.scalars(statement)`.
    """
    left = [node]
    while left:
        one = left.pop()
        yield one
        kind = one.kind()
        if kind in CALLS:
            function = one.field("function") or one.field("constructor")
            arguments = one.field("arguments")
            if arguments is not None:
                left += [a for a in reversed(arguments.children()) if a.kind() in _HANDED]
            if function is not None:
                left.append(function)
        elif kind in MEMBERS:
            target = one.field("object")
            if target is not None:
                left.append(target)
        elif kind in _INDEXED:
            target = one.field("value") or one.field("object")
            if target is not None:
                left.append(target)
        elif kind in _COMPREHENSIONS:
            body, clause = one.field("body"), one.find(kind="for_in_clause")
            if body is not None and body.kind() in NAMES and clause is not None:
                left.append(body)
        elif kind in _AROUND:
            left += [child for child in reversed(one.children()) if child.is_named()]


# What a call may pass on as its own value.
_HANDED = CALLS | NAMES | _INDEXED | {
    "await", "await_expression", "array", "list_comprehension", "list_splat", "spread_element",
}  # fmt: skip


def _matching(
    expression: SgNode, rule: Any, utils: Mapping[str, Any], keys: Collection[Key]
) -> list[SgNode]:
    """Return the parts of `expression`, among those of `keys`, that match."""
    if rule is None:
        return []
    config: Any = {"rule": rule, "utils": utils}
    return [node for node in expression.find_all(config) if _key(node) in keys]


def _words(expressions: Iterable[SgNode], rule: Any, utils: Mapping[str, Any]) -> list[str]:
    config: Any = {"rule": rule, "utils": utils}
    texts = [node.text() for one in expressions for node in one.find_all(config)]
    words = (word for text in texts for word in _WORDS.split(text))
    return [" ".join(texts), *dict.fromkeys(word for word in words if word)]


def _key(node: SgNode) -> Key:
    place = node.range()
    return place.start.index, place.end.index, node.kind()
