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
# A regular expression that is a list of words, as most are in rules.
_WORDS = re.compile(r"\^?(?:\((?:\?:)?(\w+(?:\|\w+)*)\)|(\w+(?:\|\w+)*))\$?", re.ASCII)
# In these a word of a pattern may be left out of what it matches.
_COMMENT = re.compile(r"#|//|/\*|--|<!--")
_MAX_DEPTH = 20


def find_clauses(rule: Mapping[str, Any]) -> Clauses:
    """Return what must be in a text, in lower case, for `rule` to match; () where all may.

    Args:
        rule: As a detector has it, with `utils` and `constraints`; it may be faulty.
    """
    found = _of(rule.get("rule"), _mapping(rule.get("utils")), 0)
    bound = _bound(rule.get("rule"))
    for name, constraint in _mapping(rule.get("constraints")).items():
        if name in bound:
            found |= _of(constraint, {}, 0)
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
        words = _WORDS.fullmatch(rule["regex"])
        if words:
            listed = (words[1] or words[2]).lower().split("|")
            found.add(frozenset(listed))
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
