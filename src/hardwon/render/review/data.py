"""A review as JSON data."""

from __future__ import annotations

from typing import Any

from hardwon.model.review import Cause, Finding, Fix, Item, Review
from hardwon.model.values import Fault
from hardwon.render.review.words import masked


def review_data(review: Review) -> dict[str, Any]:
    """Return the review under the keys of the JSON contract, in their order."""
    review = masked(review)
    return {
        "base": review.base,
        "commit": review.commit,
        "files": list(review.files),
        "findings": [finding_data(finding) for finding in review.findings],
        "checklist": [_item_data(item) for item in review.checklist],
        "unread": [_fault_data(fault) for fault in review.unread],
        "faults": [_fault_data(fault) for fault in review.faults],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding; `column` and `end_column` are 1-based and count characters."""
    return {
        "pattern": finding.pattern,
        "confidence": _text(finding.confidence),
        "status": str(finding.status),
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "evidence": finding.evidence,
        "message": finding.message,
        "rule": finding.rule,
        "fix": _fix_data(finding.fix) if finding.fix else None,
    }


def _fix_data(fix: Fix) -> dict[str, Any]:
    return {
        "path": fix.path,
        "line": fix.line,
        "column": fix.column,
        "end_line": fix.end_line,
        "end_column": fix.end_column,
        "old": fix.old,
        "new": fix.new,
    }


def _item_data(item: Item) -> dict[str, Any]:
    return {
        "pattern": item.pattern,
        "confidence": _text(item.confidence),
        "kind": str(item.kind),
        "item": item.item,
        "status": str(item.status),
        "causes": [_cause_data(cause) for cause in item.causes],
    }


def _cause_data(cause: Cause) -> dict[str, Any]:
    return {"text": cause.text, "path": cause.path, "line": cause.line, "signal": cause.signal}


def _fault_data(fault: Fault) -> dict[str, Any]:
    return {"code": fault.code, "path": fault.path, "line": fault.line, "message": fault.message}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
