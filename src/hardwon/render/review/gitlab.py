"""A review as a Code Quality report of GitLab."""

from __future__ import annotations

import json
from typing import Any

from hardwon.model.review import Finding, Review
from hardwon.model.values import Confidence
from hardwon.render.review.fingerprint import fingerprints
from hardwon.render.review.words import masked, plain_line, real, standing
from hardwon.render.terminal import safe_json

_SEVERITIES = {Confidence.HIGH: "critical", Confidence.MEDIUM: "major", Confidence.LOW: "minor"}
_BUILTIN = "major"
_TEXT, _NAME = 1_000, 200


def review_gitlab(review: Review) -> str:
    """Return the JSON text of a Code Quality report: the findings that break a pattern.

    Questions are left out: GitLab counts what a branch makes worse, and a question does not.
    """
    found = masked(review).violations
    marks = fingerprints(found)
    report = [_issue(finding, mark) for finding, mark in zip(found, marks, strict=True)]
    return safe_json(json.dumps(report, ensure_ascii=False, indent=2)) + "\n"


def _issue(finding: Finding, mark: str) -> dict[str, Any]:
    name = plain_line(finding.pattern, _NAME)
    return {
        "description": (
            f"{name} ({standing(finding.confidence)}): {plain_line(finding.message, _TEXT)}"
        ),
        "check_name": plain_line(finding.rule, _NAME) or name,
        "fingerprint": mark,
        "severity": _SEVERITIES[finding.confidence] if finding.confidence else _BUILTIN,
        "location": {
            "path": real(finding.path),
            "lines": {"begin": finding.line, "end": max(finding.line, finding.end_line)},
        },
    }
