"""All checks, by code, in the order of docs/checks.md."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from hardwon.model.finding import Finding
from hardwon.model.snapshot import Snapshot
from hardwon.review.checks import claims, dates, detectors, evidence, files, names, totals
from hardwon.review.checks.context import Context
from hardwon.review.tried import TRIED

Check = Callable[[Snapshot, Context], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "claim-confidence": claims.check_confidence,
    "claim-count": claims.check_count,
    "unknown-confidence": claims.check_word,
    "lists-disagree": evidence.check_lists,
    "repeated-example": evidence.check_repeats,
    "missing-source": evidence.check_sources,
    "listed-and-refused": evidence.check_refused,
    "last-reinforced": dates.check_last_reinforced,
    "last-updated": dates.check_last_updated,
    "future-date": dates.check_future,
    "totals": totals.check_totals,
    "unknown-related": names.check_related,
    "unknown-pattern": names.check_applied,
    "name-clash": names.check_clashes,
    "workflow-orphan": names.check_workflows,
    "detector": detectors.check_reading,
    "detector-fails": detectors.check_failures,
    "detector-misses": detectors.check_misses,
    "detector-false-alarm": detectors.check_false_alarms,
    "detector-idle": detectors.check_idle,
    "path-clash": files.check_paths,
    "broken-header": files.check_header,
    "two-headers": files.check_headers,
    "secret": files.check_secrets,
    "conflict-markers": files.check_conflicts,
    "merge-driver": files.check_driver,
    "mojibake": files.check_mojibake,
    "too-nested": files.check_nesting,
    "symbolic-link": files.check_links,
    "unreadable": files.check_unreadable,
}
# What `check` does unless it is told otherwise: rules of notes are run on demand.
USUAL = tuple(code for code in CHECKS if code not in TRIED)
FIXABLE = frozenset(
    "claim-confidence claim-count unknown-confidence last-reinforced last-updated totals".split()
)


def run_checks(snapshot: Snapshot, context: Context, codes: Collection[str]) -> list[Finding]:
    """Return the findings of the checks in `codes`, by path, line and code."""
    chosen = [check for code, check in CHECKS.items() if code in codes]
    found = [finding for check in chosen for finding in check(snapshot, context)]
    return sorted(found, key=lambda finding: finding.place)
