"""Claims of a pattern against what is counted."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.learning.evidence import Evidence
from hardwon.model.finding import Finding
from hardwon.model.pattern import Claim, Pattern
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Confidence
from hardwon.review.checks.context import Context
from hardwon.review.checks.wording import counted, quote, what_is_listed

# Below this likeness (0 to 100) a word is no slip of a level's name.
_NEAR = 60.0


def check_confidence(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the patterns whose stated confidence is not the counted one."""
    for pattern in snapshot.patterns:
        claim, evidence = pattern.claim, context.weigh(pattern)
        if claim is None or claim.confidence in {None, evidence.confidence}:
            continue
        yield Finding(
            code="claim-confidence",
            path=pattern.path,
            line=pattern.line if claim.inherited else claim.line,
            message=f"{quote(pattern.name)} {_claims(claim)}, but {_justified(pattern, context)}",
            fixable=_can_count(evidence) and not claim.inherited,
        )


def check_count(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the patterns whose stated number of examples is not the listed one."""
    for pattern in snapshot.patterns:
        evidence = context.weigh(pattern)
        if pattern.claimed_examples in {None, evidence.examples}:
            continue
        yield Finding(
            code="claim-count",
            path=pattern.path,
            line=pattern.claimed_examples_line or pattern.line,
            message=f"{quote(pattern.name)} claims "
            f"{counted(pattern.claimed_examples or 0, 'example')}, "
            f"but {_listed(pattern, evidence)}",
            fixable=_can_count(evidence),
        )


def check_word(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the confidences that are neither LOW, MEDIUM, HIGH nor a number."""
    for pattern in snapshot.patterns:
        claim = pattern.claim
        if claim is None or claim.confidence is not None:
            continue
        near = _nearest_level(claim.text)
        yield Finding(
            code="unknown-confidence",
            path=pattern.path,
            line=claim.line,
            message=f"confidence {quote(claim.text)} is not known: expected LOW, MEDIUM or HIGH",
            fixable=_can_count(context.weigh(pattern)),
            hint=f"did you mean {near}?" if near else "",
        )


def _can_count(evidence: Evidence) -> bool:
    """Return whether anything is listed: out of nothing no level and no number follows."""
    return evidence.examples + evidence.counter_examples > 0


def _claims(claim: Claim) -> str:
    if claim.inherited:
        return f"stands below {quote(claim.text)} (line {claim.line})"
    if claim.fraction is not None:
        return f"claims {claim.confidence} ({claim.text})"
    return f"claims {claim.confidence}"


def _justified(pattern: Pattern, context: Context) -> str:
    evidence, thresholds = context.weigh(pattern), context.settings.confidence
    listed = what_is_listed(pattern, evidence)
    if not _can_count(evidence):
        return listed
    if evidence.net >= thresholds.high:
        where = counted(evidence.projects, "project")
        if evidence.confidence is not Confidence.HIGH:
            return f"{listed} in {where} make it {evidence.confidence}: HIGH needs " + counted(
                thresholds.require_projects, "project"
            )
    verb = "makes" if evidence.examples == 1 and not evidence.counter_examples else "make"
    return f"{listed} {verb} it {evidence.confidence}"


def _listed(pattern: Pattern, evidence: Evidence) -> str:
    total = len(pattern.examples) + pattern.unlisted_examples
    if pattern.unlisted_examples:
        return f"{len(pattern.examples)} listed and {pattern.unlisted_examples} more make {total}"
    if total:
        text = f"{total} {'is' if total == 1 else 'are'} listed"
        return text + (" (a repeated one counts once)" if pattern.repeated_examples else "")
    if evidence.examples:
        is_one = evidence.examples == 1
        return f"{counted(evidence.examples, 'source')} {'is' if is_one else 'are'} listed"
    return "none is listed"


def _nearest_level(word: str) -> str | None:
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        word.upper(), [str(level) for level in Confidence], scorer=fuzz.ratio, score_cutoff=_NEAR
    )
    return found[0] if found is not None else None
