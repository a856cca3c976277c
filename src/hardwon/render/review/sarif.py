"""A review as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from hardwon.markup.text import counted, slugify
from hardwon.model.review import Finding, Fix, Review
from hardwon.model.values import Confidence, Fault
from hardwon.render.review.fingerprint import fingerprints
from hardwon.render.review.words import (
    is_pattern,
    masked,
    open_items,
    plain_line,
    real,
    show_command,
    standing,
)
from hardwon.render.terminal import safe_json

RESULTS = 25_000
"""Results that GitHub takes of one run; a file with more is refused (docs/review-formats.md)."""

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Confidence.HIGH: "error", Confidence.MEDIUM: "warning", Confidence.LOW: "note"}
_BUILTIN = "warning"
_ROOT, _MEMORY = "%SRCROOT%", "MEMORY"
_TEXT, _NAME = 1_000, 200


def review_sarif(review: Review, version: str) -> str:
    """Return the JSON text of a SARIF log with one run: the findings that break a pattern.

    Questions and patterns that were followed are left out: code scanning makes an alert of every
    result and keeps it open until the code changes, which answers no question. Their number is
    told by a notification.

    Args:
        review: What was found.
        version: Of hardwon.
    """
    review = masked(review)
    found = review.violations
    marks = fingerprints(found)
    rules = _Rules()
    results = [
        _result(finding, mark, rules)
        for finding, mark in list(zip(found, marks, strict=True))[:RESULTS]
    ]
    driver = {
        "name": "hardwon",
        "version": version,
        "semanticVersion": version,
        "rules": rules.descriptors,
    }
    told = _notifications(review)
    if told["kinds"]:
        driver["notifications"] = [{"id": code} for code in told["kinds"]]
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "hardwon-review/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": told["execution"],
                "toolConfigurationNotifications": told["configuration"],
            }
        ],
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "Top of the repository that was reviewed."}},
            _MEMORY: {"description": {"text": "Memory folder that it was held against."}},
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"base": real(review.base), "commit": review.commit},
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return safe_json(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


class _Rules:
    """The rules of a run: one for each detector of each pattern that has a finding."""

    def __init__(self) -> None:
        self.descriptors: list[dict[str, Any]] = []
        self._places: dict[tuple[str, str], int] = {}
        self._ids: set[str] = set()

    def place(self, finding: Finding) -> int:
        """Return where the rule of `finding` stands in `descriptors`; it is added if need be."""
        key = (finding.pattern, finding.rule)
        if key not in self._places:
            self._places[key] = len(self.descriptors)
            self.descriptors.append(_descriptor(finding, self._new_id(finding)))
        return self._places[key]

    def _new_id(self, finding: Finding) -> str:
        parts = (slugify(part) for part in (finding.pattern, finding.rule) if part)
        wanted = ".".join(parts) or "pattern"
        number, name = 1, wanted
        while name in self._ids:
            number += 1
            name = f"{wanted}-{number}"
        self._ids.add(name)
        return name


def _descriptor(finding: Finding, name: str) -> dict[str, Any]:
    title = plain_line(finding.pattern, _NAME)
    more = f"{title} ({standing(finding.confidence)})."
    if is_pattern(finding):
        more += (
            f" {plain_line(show_command(finding.pattern), 2 * _NAME)} prints it with its evidence."
        )
    return {
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": more},
        "help": {"text": more},
        "defaultConfiguration": {"level": _level(finding)},
        "properties": {
            "pattern": real(finding.pattern),
            "confidence": str(finding.confidence) if finding.confidence else None,
            "detector": real(finding.rule),
        },
    }


def _level(finding: Finding) -> str:
    return _LEVELS[finding.confidence] if finding.confidence else _BUILTIN


def _result(finding: Finding, mark: str, rules: _Rules) -> dict[str, Any]:
    index = rules.place(finding)
    result: dict[str, Any] = {
        "ruleId": rules.descriptors[index]["id"],
        "ruleIndex": index,
        "level": _level(finding),
        "message": {
            "text": plain_line(finding.message, _TEXT) or plain_line(finding.pattern, _NAME)
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _file(finding.path, _ROOT),
                    "region": _region(finding),
                }
            }
        ],
        "partialFingerprints": {"hardwonFinding/v1": mark},
    }
    if finding.fix:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _file(path: str, base: str) -> dict[str, str]:
    # A colon in the first part would be read as a scheme, a slash in front as a root.
    name = real(path)
    rest = name.lstrip("/")
    uri = "%2F" * (len(name) - len(rest)) + quote(rest, safe="/")
    return {"uri": uri, "uriBaseId": base}


def _region(finding: Finding) -> dict[str, Any]:
    end = max(finding.line, finding.end_line)
    region: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column}
    region["endLine"] = end
    if finding.end_column is not None and (
        end > finding.line or finding.end_column >= finding.column
    ):
        region["endColumn"] = finding.end_column
    if finding.evidence:
        region["snippet"] = {"text": plain_line(finding.evidence, _TEXT)}
    return region


def _fix(fix: Fix) -> dict[str, Any]:
    replacement = {
        "deletedRegion": {
            "startLine": fix.line,
            "startColumn": fix.column,
            "endLine": fix.end_line,
            "endColumn": fix.end_column,
        },
        "insertedContent": {"text": real(fix.new)},
    }
    change = {"artifactLocation": _file(fix.path, _ROOT), "replacements": [replacement]}
    return {"description": {"text": "As the detector proposes."}, "artifactChanges": [change]}


def _notifications(review: Review) -> dict[str, list[Any]]:
    execution = [_notification(fault, _ROOT) for fault in review.unread]
    left = len(review.violations) - RESULTS
    if left > 0:
        text = f"{counted(left, 'result')} left out: code scanning takes {RESULTS:,} of a run."
        execution.append({"level": "warning", "message": {"text": text}})
    if questions := len(open_items(review)):
        text = f"{counted(questions, 'question')} for a person, which `hardwon review` prints."
        execution.append({"level": "note", "message": {"text": text}})
    configuration = [_notification(fault, _MEMORY) for fault in review.faults]
    codes: Iterable[str] = (fault.code for fault in (*review.unread, *review.faults) if fault.code)
    return {
        "execution": execution,
        "configuration": configuration,
        "kinds": list(dict.fromkeys(map(real, codes))),
    }


def _notification(fault: Fault, base: str) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _file(fault.path, base)}
    if fault.line > 0:
        location["region"] = {"startLine": fault.line}
    made: dict[str, Any] = {
        "level": "warning",
        "message": {"text": plain_line(fault.message, _TEXT) or "It could not be read."},
        "locations": [{"physicalLocation": location}],
    }
    if fault.code:
        made["descriptor"] = {"id": real(fault.code)}
    return made
