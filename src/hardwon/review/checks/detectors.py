"""Checks of the detectors that patterns bring."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.model.finding import Finding
from hardwon.model.snapshot import Snapshot
from hardwon.review.checks.context import Context
from hardwon.review.tried import FAILS, FALSE_ALARM, IDLE, MISSES


def check_reading(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the detectors that could not be read."""
    for pattern in snapshot.patterns:
        for fault in pattern.faults:
            yield Finding(fault.code, fault.path, fault.line, fault.message)


def check_failures(_: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the detectors that ast-grep refuses, or that end it."""
    return _tried(context, FAILS)


def check_misses(_: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the bad examples in which no detector finds anything."""
    return _tried(context, MISSES)


def check_false_alarms(_: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield what detectors find in good examples."""
    return _tried(context, FALSE_ALARM)


def check_idle(_: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the detectors for whose languages there is no bad example."""
    return _tried(context, IDLE)


def _tried(context: Context, code: str) -> Iterator[Finding]:
    return (finding for finding in context.tried if finding.code == code)
