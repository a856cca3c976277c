"""Rules that the detectors of a pattern share by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hardwon.markup.yaml_data import MAX_CHARS, MAX_NODES
from hardwon.model.detector import Detector


@dataclass(frozen=True, slots=True)
class Utils:
    """Utils that rules of the pattern share.

    Attributes:
        line: Like that of a detector.
        languages: Names out of `languages.LANGUAGES`.
        utils: Name → rule of ast-grep.
    """

    line: int
    languages: tuple[str, ...]
    utils: Mapping[str, Any] = field(hash=False)


def find_twice(shared: Iterable[Utils]) -> list[tuple[int, str]]:
    """Return a line and a sentence for each util that is shared twice in one language."""
    seen: set[tuple[str, str]] = set()
    told = []
    for one in shared:
        for name in one.utils:
            here = {(name, language) for language in one.languages}
            if here & seen:
                language = min(here & seen)[1]
                told.append((one.line, f"the util {name!r} is shared twice for {language}"))
            seen |= here
    return told


def with_utils(
    detector: Detector, shared: Iterable[Utils], told: list[tuple[int, str]]
) -> Detector:
    """Return `detector` with the shared utils that it uses; its own come first.

    One that is too large with them is told, and comes back without a rule.
    """
    known: dict[str, Any] = {}
    for one in shared:
        if set(detector.languages) <= set(one.languages):
            known = {**one.utils, **known}
    if not known:
        return detector
    own = detector.rule.get("utils", {})
    used: dict[str, Any] = {}
    nodes = chars = 0
    left: list[Any] = [detector.rule, detector.origin]
    while left and nodes <= MAX_NODES and chars <= MAX_CHARS:
        node = left.pop()
        nodes += 1
        if isinstance(node, dict):
            chars += sum(map(len, node))
            left += node.values()
            name = node.get("matches")
            if isinstance(name, str) and name in known and name not in own and name not in used:
                used[name] = known[name]
                left.append(known[name])
        elif isinstance(node, list):
            left += node
        elif isinstance(node, str):
            chars += len(node)
    if nodes > MAX_NODES or chars > MAX_CHARS:
        told.append(
            (detector.line, f"detector {detector.id!r} is too large with the utils it uses")
        )
        return replace(detector, rule={})
    if not used:
        return detector
    return replace(detector, rule={**detector.rule, "utils": {**own, **used}})
