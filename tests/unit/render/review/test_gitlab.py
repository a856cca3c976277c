"""A Code Quality report as GitLab documents it; the schema is ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from jsonschema import Draft202012Validator

from hardwon.model.review import Review
from hardwon.model.values import Confidence
from hardwon.render.review.gitlab import review_gitlab
from review_schemas import GITLAB
from reviews import EMPTY, FEW, N_PLUS_ONE, REVIEW, REVIEWS

SCHEMA = Draft202012Validator(GITLAB)


def report(review: Review) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(review_gitlab(review))
    return made


def test_findings_are_issues_and_questions_are_not() -> None:
    made = report(REVIEW)
    SCHEMA.validate(made)
    assert [(i["check_name"], i["severity"], i["location"]) for i in made] == [
        ("bare-except", "major", {"path": "shop/mail.py", "lines": {"begin": 12, "end": 13}}),
        (
            "loop-without-select-related",
            "critical",
            {"path": "shop/views.py", "lines": {"begin": 5, "end": 5}},
        ),
    ]
    assert made[1]["description"] == (
        "N+1 Query Prevention (HIGH): `customer` is loaded by a query of its own in each round."
    )


def test_severity_goes_by_confidence() -> None:
    findings = [replace(N_PLUS_ONE, confidence=level) for level in (*Confidence, None)]
    made = report(replace(EMPTY, findings=tuple(findings)))
    assert [issue["severity"] for issue in made] == ["minor", "major", "critical", "major"]


def test_nothing_found_is_an_empty_list() -> None:
    assert review_gitlab(EMPTY) == "[]\n"


@FEW
@given(REVIEWS)
def test_any_text_gives_a_valid_report(review: Review) -> None:
    text = review_gitlab(review)
    text.encode()
    made = json.loads(text)
    json.dumps(made, ensure_ascii=False).encode()  # no half of a pair is left
    named = [issue for issue in made if issue["check_name"]]
    SCHEMA.validate(named)
    assert len(made) == len(review.violations)
    assert len({issue["fingerprint"] for issue in made}) == len(made)
