"""From what detectors and names say of a change to findings and a checklist.

A pattern that a detector sees broken is a finding. One that applies and cannot be decided is an
item: to be verified when it is HIGH, considered when it is MEDIUM, and when it is LOW the question
is whether it still holds. Whatever gives no cause is not on the list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hardwon.model.detector import DetectorRole, Match
from hardwon.model.globs import matches_globs
from hardwon.model.pattern import Pattern
from hardwon.model.review import Cause, Finding, Item, ItemKind, Status
from hardwon.model.values import Confidence
from hardwon.review.detect import finding_of
from hardwon.review.relevance import Relevance, Use, bound_of

_ASKED = {
    Confidence.HIGH: ItemKind.VERIFY,
    Confidence.MEDIUM: ItemKind.CONSIDER,
    Confidence.LOW: ItemKind.VALIDATE,
}
_ORDER = {kind: number for number, kind in enumerate(ItemKind)}
_MOST_CAUSES = 5
# Lines between two uses of one thing, as in one loop.
_NEAR = 20
_MOST_LINES = 5
_SHOWN = 3  # names among them
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MARKER = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_LONGEST_ITEM = 240


@dataclass(frozen=True, slots=True)
class Known:
    """A pattern as a review sees it.

    Attributes:
        pattern: What its book says.
        confidence: As counted; None for a question that hardwon brings.
    """

    pattern: Pattern
    confidence: Confidence | None


def decide(
    patterns: Sequence[Known],
    uses: Mapping[str, Sequence[Use]],
    matches: Iterable[Match],
) -> tuple[list[Finding], list[Item]]:
    """Return the findings by path and line, and the items in the order of `Review.checklist`.

    Args:
        patterns: Those of the memory, and the questions of every review.
        uses: The names that the added lines use.
        matches: What the detectors of these patterns found.
    """
    by_pattern: dict[tuple[str, str], list[Match]] = {}
    for match in matches:
        detector = match.detector
        by_pattern.setdefault((detector.path, detector.pattern), []).append(match)
    named = {
        id(pattern): names
        for pattern, names in Relevance(
            [known.pattern for known in patterns if known.confidence is not None]
        ).weigh(uses)
    }
    paths = sorted({use.path for places in uses.values() for use in places})
    findings: list[Finding] = []
    items: list[tuple[float, Item]] = []
    for known in patterns:
        pattern = known.pattern
        found = by_pattern.get((pattern.path, pattern.name), [])
        own = [*_findings(known, found)]
        findings += own
        if any(one.status is Status.VIOLATED for one in own):
            continue
        names = named.get(id(pattern), [])
        weight = math.fsum(value for _, value in names)
        telling = [cause for cause, _ in names[:_SHOWN]] if weight >= bound_of(pattern) else []
        item = _item(known, found, [*telling, *_placed(pattern, paths)])
        if item is not None:
            items.append((weight, item))
    findings.sort(key=lambda one: (one.path, one.line, one.column, one.pattern, one.rule))
    items.sort(key=lambda pair: (_ORDER[pair[1].kind], -pair[0], pair[1].pattern))
    return _once(findings), [item for _, item in items]


def _findings(known: Known, matches: Iterable[Match]) -> Iterator[Finding]:
    """Yield the findings of a pattern, by path and line.

    What is said of a named thing is said once, where it is used first; the lines close behind
    on which it is used again are named with it.
    """
    decided = [
        match
        for match in matches
        if match.detector.role in (DetectorRole.VIOLATES, DetectorRole.FOLLOWS)
        and not match.unknown
    ]
    groups: list[list[Match]] = []
    latest: dict[tuple[str, DetectorRole, str], list[Match]] = {}
    for match in sorted(decided, key=lambda one: (one.path, one.line, one.column)):
        place = (match.path, match.detector.role, match.message)
        group = latest.get(place)
        is_named = "$" in match.detector.message and match.fix is None
        if group is not None and is_named and match.line - group[-1].line <= _NEAR:
            group.append(match)
        else:
            latest[place] = [match]
            groups.append(latest[place])
    for first, *more in groups:
        finding = finding_of(first, known.confidence)
        lines = dict.fromkeys(match.line for match in more if match.line != first.line)
        yield replace(finding, message=finding.message + _also(list(lines)))


def _also(lines: Sequence[int]) -> str:
    """Return the end of a message that names further lines; "" for none."""
    if not lines:
        return ""
    named = ", ".join(map(str, lines[:_MOST_LINES]))
    left = len(lines) - _MOST_LINES
    return f" (also on line{'s' * (len(lines) > 1)} {named}{f' and {left} more' * (left > 0)})"


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that say the same of a line once more."""
    seen: set[tuple[str, str, int, Status]] = set()
    kept = []
    for one in findings:
        place = (one.pattern, one.path, one.line, one.status)
        if place not in seen:
            seen.add(place)
            kept.append(one)
    return kept


def _item(known: Known, matches: Sequence[Match], further: Sequence[Cause]) -> Item | None:
    """Return what is asked about a pattern that is not broken; None without a cause."""
    asks = [
        match
        for match in matches
        if match.detector.role is DetectorRole.APPLIES
        or (match.unknown and match.detector.role is DetectorRole.VIOLATES)
    ]
    follows = [match for match in matches if match.detector.role is DetectorRole.FOLLOWS]
    causes = [*(cause_of(match) for match in (*asks, *follows)), *further]
    if not causes:
        return None
    question = asks[0].message if asks and asks[0].message else _instruction(known.pattern)
    return Item(
        pattern=known.pattern.name,
        confidence=known.confidence,
        kind=_ASKED[known.confidence] if known.confidence is not None else ItemKind.BUILTIN,
        item=question,
        status=Status.FOLLOWED if follows and not asks else Status.TO_CHECK,
        causes=tuple(dict.fromkeys(causes))[:_MOST_CAUSES],
    )


def cause_of(match: Match) -> Cause:
    """Return where a detector matched, as the cause of an item."""
    text = f"`{match.evidence}`"
    if match.unknown:
        text += f" ({', '.join(match.unknown)} unknown)"
    return Cause(text, match.path, match.line, "detector")


def _placed(pattern: Pattern, paths: Sequence[str]) -> list[Cause]:
    """Return the files with new code that the pattern's globs name by more than an ending."""
    telling = [glob for glob in pattern.applies_to if _is_telling(glob)]
    if not telling or pattern.detectors:
        return []
    return [
        Cause(f"applies to `{path}`", path, None, "glob")
        for path in paths
        if matches_globs(path, pattern.applies_to)
    ]


def _is_telling(glob: str) -> bool:
    """Return whether a glob names more than the ending of a file."""
    without_ending = re.sub(r"\.[\w{},.]+$", "", glob)
    return not glob.startswith("!") and re.sub(r"[*?/{}]", "", without_ending) != ""


def _instruction(pattern: Pattern) -> str:
    """Return the first sentence of what a pattern says, on one line; its name if it says none."""
    lines = (_MARKER.sub("", line).strip() for line in (pattern.pattern or "").splitlines())
    text = next(filter(None, lines), pattern.name)
    first = _SENTENCE.split(text, maxsplit=1)[0]
    return first if len(first) <= _LONGEST_ITEM else first[: _LONGEST_ITEM - 1].rstrip() + "…"
