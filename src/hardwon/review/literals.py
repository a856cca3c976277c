"""Words that a text must hold before a rule of ast-grep can match in it.

Looking for a word in a text takes a thousandth of what a rule takes on its tree, and most rules
have nothing to find in most files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

# One word of each must be there, in lower case: keywords of some languages may be written so.
Clauses = tuple[frozenset[str], ...]

_VARIABLE = re.compile(r"\$+[A-Z_][A-Z0-9_]*|\$\$\$")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")
# A regular expression in pieces: what is escaped, a class, the beginning of a group, a word, ...
_PIECE = re.compile(
    r"\\[bBdDsSwWAzZnrt.^$*+?()\[\]{}|/\\\"'@#<>=:;,!&%~`_ -]|\[\^?\]?(?:\\.|[^\]\\\[])*\]"
    r"|\((?:\?(?::|P?<[A-Za-z_]\w*>|[=!]|<[=!])|(?!\?))|[A-Za-z0-9_]+|[*+?]\??|\{\d*,?\d*\}\??|[^\\\[({]",
    re.DOTALL,
)
_FLAGS = re.compile(r"\(\?([ims]+)\)")
_MAX_CHOICES = 50  # words of one clause
# In these a word of a pattern may be left out of what it matches.
_COMMENT = re.compile(r"#|//|/\*|--|<!--")
_MAX_DEPTH = 20


def find_clauses(rule: Mapping[str, Any]) -> Clauses:
    """Return what must be in a text, in lower case, for `rule` to match; () where all may.

    Args:
        rule: As a detector has it, with `utils` and `constraints`; it may be faulty.
    """
    if "rule" not in rule:  # one for text
        given = (rule.get(key) for key in ("regex", "inside"))
        return _sorted({c for text in given if isinstance(text, str) for c in _of_expression(text)})
    found = _of(rule["rule"], _mapping(rule.get("utils")), 0)
    bound = _bound(rule.get("rule"))
    for name, constraint in _mapping(rule.get("constraints")).items():
        if name in bound:
            found |= _of(constraint, {}, 0)
    return _sorted(found)


def _sorted(found: Iterable[frozenset[str]]) -> Clauses:
    # Few words are rarer than many: what is most likely missing is asked first.
    return tuple(sorted(found, key=lambda clause: (len(clause), sorted(clause))))


def may_match(clauses: Clauses, lowered: str) -> bool:
    """Return whether a rule with `clauses` may match in a text, given in lower case."""
    return all(any(word in lowered for word in clause) for clause in clauses)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _of(rule: Any, utils: Mapping[str, Any], depth: int) -> set[frozenset[str]]:
    if not isinstance(rule, Mapping) or depth > _MAX_DEPTH:
        return set()
    found: set[frozenset[str]] = set()
    found |= {frozenset({word}) for word in _words(rule.get("pattern"))}
    if isinstance(rule.get("regex"), str):
        found |= _of_expression(rule["regex"])
    for key in ("inside", "has", "precedes", "follows"):
        found |= _of(rule.get(key), utils, depth + 1)
    every = rule.get("all")
    for part in every if isinstance(every, list) else []:
        found |= _of(part, utils, depth + 1)
    either = rule.get("any")
    if isinstance(either, list) and either:
        found |= _either([_of(part, utils, depth + 1) for part in either])
    name = rule.get("matches")
    if isinstance(name, str):
        found |= _of(utils.get(name), utils, depth + 1)
    return found


def _either(branches: Iterable[set[frozenset[str]]]) -> set[frozenset[str]]:
    """Return one clause of which each branch has a part; none where a branch asks for nothing."""
    united: frozenset[str] = frozenset()
    for branch in branches:
        if not branch:
            return set()
        united |= min(branch, key=lambda clause: (len(clause), -len(min(clause)), sorted(clause)))
    return {united}


def _of_expression(text: str) -> set[frozenset[str]]:
    """Return what a regular expression, of Rust or Python, asks of each text that it matches."""
    flags = _FLAGS.match(text)
    pieces = _pieces(text[flags.end() :] if flags else text)
    if pieces is None:
        return set()
    # Without regard to case, these two are also what no lower case makes of them (ſ, K).
    unsure = "sk" if flags and "i" in flags[1] else ""
    found, end = _alternatives(pieces, 0, unsure, 0)
    return found if end == len(pieces) else set()


def _pieces(text: str) -> list[str] | None:
    found, at = [], 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return None  # something that is not known here
        found.append(piece[0])
        at = piece.end()
    return found


def _alternatives(
    pieces: list[str], at: int, unsure: str, depth: int
) -> tuple[set[frozenset[str]], int]:
    """Return what the alternatives from piece `at` on ask for, and where they end."""
    branches: list[set[frozenset[str]]] = [set()]
    while at < len(pieces) and pieces[at] != ")":
        piece = pieces[at]
        at += 1
        after = pieces[at] if at < len(pieces) else ""
        if piece == "|":
            branches.append(set())
        elif piece[0] == "(":
            if depth == _MAX_DEPTH:
                return set(), -1
            inner, end = _alternatives(pieces, at, unsure, depth + 1)
            if end < 0 or end >= len(pieces):
                return set(), -1
            at = end + 1
            behind = pieces[at] if at < len(pieces) else ""
            if piece[-1] not in "=!" and behind[:1] not in ("*", "?", "{"):
                branches[-1] |= inner
        elif piece[0].isalnum() or piece[0] == "_":
            word = piece[:-1] if after[:1] in ("*", "?", "{") else piece
            parts = re.split(f"[{unsure}]", word.lower()) if unsure else [word.lower()]
            branches[-1] |= {frozenset({part}) for part in parts if len(part) > 1}
    found = branches[0] if len(branches) == 1 else _either(branches)
    return {clause for clause in found if len(clause) <= _MAX_CHOICES}, at


def _words(pattern: Any) -> set[str]:
    """Return the words of a pattern, which each match has as well."""
    if isinstance(pattern, Mapping):
        # With a selector only part of the context is matched, and which part is not known here.
        if "selector" in pattern or pattern.get("strictness") in {"signature", "relaxed"}:
            return set()
        pattern = pattern.get("context")
    if not isinstance(pattern, str) or _COMMENT.search(pattern) or not pattern.isascii():
        return set()
    # What stands around a variable without a blank is a word of its own only to the eye.
    plain = re.sub(rf"\w*(?:{_VARIABLE.pattern})\w*", " ", pattern)
    return {word.lower() for word in _WORD.findall(plain)}


def _bound(rule: Any) -> set[str]:
    """Return the metavariables that every match of `rule` has."""
    if not isinstance(rule, Mapping):
        return set()
    pattern = rule.get("pattern")
    found = set(re.findall(r"\$([A-Z_][A-Z0-9_]*)", pattern)) if isinstance(pattern, str) else set()
    every = rule.get("all")
    for part in every if isinstance(every, list) else []:
        found |= _bound(part)
    return found
