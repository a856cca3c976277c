"""What binds a name to a value in a text: assignments, loops, parameters, attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# Kinds of nodes as the grammars of tree-sitter for Python and JavaScript (TypeScript) name them.
CALLS = frozenset({"call", "call_expression", "new_expression"})
MEMBERS = frozenset({"attribute", "member_expression"})
NAMES = frozenset({"identifier", "shorthand_property_identifier"})
STATEMENT = "expression_statement"
_SELVES = frozenset({"self", "this", "cls"})
_TARGETS = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_PARAMETERS = frozenset({"parameters", "formal_parameters", "lambda_parameters"})
_CLASSES = frozenset({"class_definition", "class_declaration", "class"})
# What a value is assigned to, and the value; of a loop, what is gone through.
_FIELDS = {
    "assignment": ("left", "right"),
    "augmented_assignment": ("left", "right"),
    "named_expression": ("name", "value"),
    "variable_declarator": ("name", "value"),
    "assignment_expression": ("left", "right"),
    "augmented_assignment_expression": ("left", "right"),
    "public_field_definition": ("name", "value"),
    "field_definition": ("property", "value"),
    "for_statement": ("left", "right"),
    "for_in_statement": ("left", "right"),
    "for_in_clause": ("left", "right"),
}
# Those that bind attributes.
_OWN = frozenset({"public_field_definition", "field_definition"})
_LOOPS = frozenset({"for_statement", "for_in_statement", "for_in_clause"})
_DEFINITIONS = {
    "python": ("function_definition", "lambda"),
    "javascript": (
        "function_declaration", "method_definition", "arrow_function", "function_expression",
        "generator_function_declaration",
    ),
}  # fmt: skip
_ASSIGNING = {
    "python": ("assignment", "augmented_assignment", "named_expression", "for_statement",
               "for_in_clause"),
    "javascript": ("variable_declarator", "assignment_expression", "for_in_statement",
                   "augmented_assignment_expression"),
}  # fmt: skip
_FUNCTIONS = frozenset(kind for kinds in _DEFINITIONS.values() for kind in kinds)
_ROOTS = frozenset({"module", "program"})


class Binding(NamedTuple):
    """What may be behind a name within a part of the text.

    Attributes:
        scope: That part.
        start: Its 0-based first character.
        end: The 0-based first character behind it.
        values: Expressions.
        function: Of a parameter, what it belongs to.
        parameter: As it is declared, with its type.
    """

    scope: SgNode
    start: int
    end: int
    values: tuple[SgNode, ...] = ()
    function: SgNode | None = None
    parameter: SgNode | None = None


def _binding(scope: SgNode, *values: SgNode) -> Binding:
    place = scope.range()
    return Binding(scope, place.start.index, place.end.index, values)


def kinds_of(language: str) -> tuple[str, ...]:
    """Return the kinds of the nodes that this module knows, of those that `language` has."""
    if language == "python":
        return (*_DEFINITIONS["python"], *_ASSIGNING["python"], "call", STATEMENT)
    own = "field_definition" if language == "javascript" else "public_field_definition"
    known = (*_DEFINITIONS["javascript"], *_ASSIGNING["javascript"])
    return (*known, own, "call_expression", "new_expression", STATEMENT)


def callee_of(call: SgNode, *, of_self: bool = False) -> str | None:
    """Return the name of what is called; with `of_self` not that of another object's method."""
    function = call.field("function") or call.field("constructor")
    if function is None:
        return None
    if function.kind() in MEMBERS:
        return member_of(function) if not of_self or is_of_self(function) else None
    return function.text() if function.kind() in NAMES else None


def member_of(node: SgNode) -> str:
    """Return the last name of `a.b.c`."""
    name = node.field("attribute") or node.field("property")
    return name.text() if name is not None else ""


def is_of_self(node: SgNode) -> bool:
    """Return whether `node` is `self.x` or `this.x`."""
    target = node.field("object")
    return target is not None and target.text() in _SELVES


def function_names(node: SgNode) -> Iterator[str]:
    """Yield the name by which a function is called; none for other nodes."""
    if node.kind() not in _FUNCTIONS:
        return
    name = node.field("name")
    if name is None and (around := node.parent()) is not None:
        if around.kind() in {"variable_declarator", "assignment_expression"}:
            name = around.field("name") or around.field("left")
        elif around.kind() == "pair":
            name = around.field("key")
        elif around.kind() in {"public_field_definition", "field_definition"}:
            name = around.field("name") or around.field("property")
    if name is not None:
        yield member_of(name) if name.kind() in MEMBERS else name.text()


def parameters_of(function: SgNode) -> list[SgNode]:
    """Return the parameters that a call hands something to."""
    one = function.field("parameter")
    if one is not None:
        return [one]
    own = function.field("parameters")
    found = [child for child in own.children() if child.is_named()] if own is not None else []
    found = [child for child in found if child.kind() not in {"comment", "keyword_separator"}]
    return found[1:] if found and found[0].text() in _SELVES else found


def targets_of(node: SgNode) -> Iterator[SgNode]:
    """Yield the names that a pattern on the left binds."""
    left = [node]
    while left:
        one = left.pop()
        kind = one.kind()
        if kind in _TARGETS or (kind in MEMBERS and is_of_self(one)):
            yield one
            continue
        if kind in MEMBERS or kind in {"subscript", "subscript_expression", "property_identifier"}:
            continue
        # What a parameter is unless it is given, and its type, are no names of it.
        skipped = [one.field(field) for field in ("value", "right", "type")]
        places = {(node.range().start.index, node.range().end.index) for node in skipped if node}
        left += [
            child
            for child in one.children()
            if child.is_named()
            and (child.range().start.index, child.range().end.index) not in places
        ]


def returned_by(function: SgNode) -> Iterator[SgNode]:
    """Yield what a function returns, or yields."""
    body = function.field("body")
    if body is None:
        return
    if body.kind() not in {"block", "statement_block"}:
        yield body
        return
    left = [body]
    while left:
        for child in left.pop().children():
            if child.kind() in _FUNCTIONS or child.kind() in _CLASSES:
                continue
            if child.kind() in {"return_statement", "yield"}:
                yield from (part for part in child.children() if part.is_named())
            elif child.is_named():
                left.append(child)


def bindings_of(node: SgNode) -> Iterator[tuple[str, Binding]]:
    """Yield the names that `node` binds, `self.x` for an attribute, each with what is behind."""
    kind = node.kind()
    if kind in _FUNCTIONS:
        yield from _of_parameters(node)
    elif kind in _FIELDS:
        target, value = (node.field(field) for field in _FIELDS[kind])
        if target is None or value is None:
            return
        scope = _scope(node)
        for name in [target] if kind in _OWN else targets_of(target):
            is_member = name.kind() in MEMBERS
            if not is_member and scope.kind() not in _CLASSES:
                yield name.text(), _binding(scope, value)
            elif (around := _around(node, _CLASSES)) is not None:
                key = member_of(name) if is_member else name.text()
                yield f"self.{key}", _binding(around, value)


def changed_by(statement: SgNode) -> Iterator[tuple[str, SgNode]]:
    """Yield the name that a call for its effect alone is handed first, with the call.

    It may change what the name stands for: `prefetch_related_objects(rows, "customer")`.
    """
    for child in statement.children():
        call = child
        if child.kind() in {"await", "await_expression"}:
            call = next((part for part in child.children() if part.kind() in CALLS), child)
        arguments = call.field("arguments") if call.kind() in CALLS else None
        given = [one for one in arguments.children() if one.is_named()] if arguments else []
        if given and given[0].kind() in NAMES:
            yield given[0].text(), call


def _scope(node: SgNode) -> SgNode:
    """Return within what a name means what `node` binds it to."""
    if node.kind() in _LOOPS:
        around = node.parent() if node.kind() == "for_in_clause" else node
        return around if around is not None else node
    around = _around(node, _FUNCTIONS | _CLASSES | _ROOTS)
    return around if around is not None else node


def _around(node: SgNode, kinds: frozenset[str]) -> SgNode | None:
    return next((one for one in node.ancestors() if one.kind() in kinds), None)


def _of_parameters(function: SgNode) -> Iterator[tuple[str, Binding]]:
    place, values = _gone_through(function)
    for number, parameter in enumerate(parameters_of(function)):
        bound = _binding(function, *(values if number == place else ()))
        bound = bound._replace(function=function, parameter=parameter)
        for target in targets_of(parameter):
            yield target.text(), bound
            if _is_attribute(parameter) and (around := _around(function, _CLASSES)) is not None:
                of_class = _binding(around)
                yield f"self.{target.text()}", of_class._replace(values=(parameter,))


def _is_attribute(parameter: SgNode) -> bool:
    """Return whether a parameter of a constructor is an attribute: `private readonly a: A`."""
    kinds = {child.kind() for child in parameter.children()}
    return not kinds.isdisjoint({"accessibility_modifier", "readonly"})


def _gone_through(function: SgNode) -> tuple[int, list[SgNode]]:
    """Return what a function without a name is called for each of: `rows` of `rows.map(f)`.

    Before it, the number of the parameter that it is handed as.
    """
    arguments = function.parent()
    if arguments is not None and arguments.kind() == "keyword_argument":
        arguments = arguments.parent()
    call = arguments.parent() if arguments is not None else None
    if arguments is None or call is None or call.kind() not in CALLS:
        return 0, []
    called = call.field("function")
    if called is not None and called.kind() in MEMBERS:
        target = called.field("object")
        place = 1 if member_of(called) in {"reduce", "reduceRight"} else 0
        return place, [target] if target is not None else []
    aside = {*_FUNCTIONS, "keyword_argument"}
    return 0, [one for one in arguments.children() if one.is_named() and one.kind() not in aside]
