"""Where a value comes from: the expressions behind a name, in the text that it stands in.

A loop goes over `rows`; what was asked of the database stands in another line, in another function
of the file, at its caller. Names are followed to what is assigned to them, loop variables to what
is gone through, parameters to the arguments of calls, calls to what the function returns. Neither
order nor branches count: all that may be behind a name is.
"""

from __future__ import annotations

import bisect
import json
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
    STATEMENT,
    Binding,
    bindings_of,
    callee_of,
    changed_by,
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
        self._found: dict[str, Mapping[Key, SgNode]] = {}
        # By identity; the rule stays beside it, so that no other can have the same.
        self._named: dict[int, tuple[Any, Mapping[Key, SgNode]]] = {}
        self._returns: dict[str, list[SgNode]] = {}
        self._paths: dict[Key, tuple[set[Key], dict[Key, None]]] = {}

    def trace(
        self, node: SgNode, origin: Mapping[str, Any], utils: Mapping[str, Any]
    ) -> Traced | None:
        """Return where `node` comes from; None where that is not what `origin` asks for.

        Args:
            node: What a metavariable stands for.
            origin: As `Detector.origin`.
            utils: Rules that those of `origin` may use by name.
        """
        has = self._matching(origin.get("has"), utils)
        if has is not None and not has:
            return None
        seen, parts = self._followed(node)
        matches = tuple(has[key] for key in parts if key in has) if has is not None else ()
        if has is not None and not matches:
            return None
        if not parts.keys().isdisjoint(self._matching(origin.get("lacks"), utils) or ()):
            return None
        collected = {
            name: _words(self._matching(rule, utils) or {}, seen)
            for name, rule in origin.get("collect", {}).items()
        }
        return Traced(matches, collected)

    def _followed(self, node: SgNode) -> tuple[set[Key], dict[Key, None]]:
        """Return the expressions that `node` comes from, and the parts that make its value."""
        if _key(node) not in self._paths:
            seen: set[Key] = set()
            parts: dict[Key, None] = {}
            left = deque([node])
            while left and len(seen) < _MAX_STEPS:
                expression = left.popleft()
                if _key(expression) not in seen:
                    seen.add(_key(expression))
                    for part in _spine(expression):
                        parts[_key(part)] = None
                        left += self._behind(part)
            self._paths[_key(node)] = seen, parts
        return self._paths[_key(node)]

    def _matching(self, rule: Any, utils: Mapping[str, Any]) -> Mapping[Key, SgNode] | None:
        """Return all of the text that matches, found once for all who ask; None without a rule."""
        if rule is None:
            return None
        if id(rule) not in self._named:
            config: Any = {"rule": rule, "utils": _used(rule, utils)}
            name = json.dumps(config, sort_keys=True)
            if name not in self._found:
                self._found[name] = {_key(node): node for node in self._root.find_all(config)}
            self._named[id(rule)] = rule, self._found[name]
        return self._named[id(rule)][1]

    def _behind(self, node: SgNode) -> Iterator[SgNode]:
        """Yield what stands behind a name, or behind a call of a function of this text."""
        kind = node.kind()
        if kind in CALLS:
            name = callee_of(node, of_self=True)
            yield from self._returned(name) if name else ()
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
                for call in self._changes.get(name, ()):
                    if binding.start <= call.range().start.index < binding.end:
                        yield call
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

    def _returned(self, name: str) -> list[SgNode]:
        """Return what the functions of this text with a name return."""
        if name not in self._returns:
            functions = self._functions.get(name, ())
            self._returns[name] = [value for one in functions for value in returned_by(one)]
        return self._returns[name]

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
    def _changes(self) -> dict[str, list[SgNode]]:
        statements = (node for node in self._nodes if node.kind() == STATEMENT)
        return _grouped(pair for one in statements for pair in changed_by(one))

    @cached_property
    def _bindings(self) -> dict[str, list[Binding]]:
        return _grouped(pair for node in self._nodes for pair in bindings_of(node))


def _used(rule: Any, utils: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `utils` that `rule` uses, itself or through others."""
    used: dict[str, Any] = {}
    left = [rule]
    while left:
        node = left.pop()
        if isinstance(node, Mapping):
            name = node.get("matches")
            if isinstance(name, str) and name in utils and name not in used:
                used[name] = utils[name]
                left.append(utils[name])
            left += node.values()
        elif isinstance(node, list):
            left += node
    return used


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
                left += _handed_on(arguments)
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


def _handed_on(arguments: SgNode) -> Iterator[SgNode]:
    """Yield the arguments that a call may pass on as its own value, the last one first."""
    for argument in reversed(arguments.children()):
        if argument.kind() in _HANDED:
            yield argument
        elif argument.kind() == "keyword_argument":
            name, value = argument.field("name"), argument.field("value")
            if name is not None and value is not None and name.text() in _ROWS:
                yield value


# Names of parameters that take rows or what fetches them, as `Prefetch(…, queryset=…)`.
_ROWS = frozenset({"queryset", "object_list", "iterable", "query", "statement", "rows"})
# What a call may pass on as its own value.
_HANDED = CALLS | NAMES | _INDEXED | {
    "await", "await_expression", "array", "list_comprehension", "list_splat", "spread_element",
}  # fmt: skip


def _words(found: Mapping[Key, SgNode], places: Collection[Key]) -> list[str]:
    """Return the texts of what lies within one of `places` as one, and each word of them.

    Args:
        found: Nodes by their place.
        places: Those of expressions.
    """
    keys = sorted(found)
    within: dict[Key, None] = {}
    for first, last, _ in sorted(places):
        at = bisect.bisect_left(keys, (first,))
        while at < len(keys) and keys[at][0] < last:
            if keys[at][1] <= last:
                within[keys[at]] = None
            at += 1
    texts = [found[key].text() for key in within]
    words = (word for text in texts for word in _WORDS.split(text))
    return [" ".join(texts), *dict.fromkeys(word for word in words if word)]


def _key(node: SgNode) -> Key:
    place = node.range()
    return place.start.index, place.end.index, node.kind()
