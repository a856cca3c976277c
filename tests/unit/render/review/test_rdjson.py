"""The diagnostic format of reviewdog: columns in bytes, rewrites as suggestions."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from jsonschema import Draft202012Validator

from hardwon.model.review import Fix, Review
from hardwon.render.review.rdjson import review_rdjson
from review_schemas import RDJSON
from reviews import EMPTY, FEW, INDEX, N_PLUS_ONE, REVIEW, REVIEWS, TEXTS

SCHEMA = Draft202012Validator(RDJSON)


def test_a_finding_brings_its_rewrite() -> None:
    made = json.loads(review_rdjson(REVIEW, TEXTS))
    SCHEMA.validate(made)
    where = {"start": {"line": 5, "column": 18}, "end": {"line": 5, "column": 37}}
    assert made["diagnostics"][1] == {
        "message": (
            "N+1 Query Prevention (HIGH): `customer` is loaded by a query of its own in each round."
        ),
        "location": {"path": "shop/views.py", "range": where},
        "severity": "ERROR",
        "code": {"value": "loop-without-select-related"},
        "suggestions": [{"range": where, "text": 'Order.objects.select_related("customer")'}],
    }


def test_columns_are_bytes() -> None:
    line = 'x = "äöü", bad()\n'
    fix = Fix("a.py", 1, 12, 1, 17, "bad()", "good()")
    finding = replace(
        N_PLUS_ONE, path="a.py", line=1, end_line=1, column=12, end_column=17, fix=fix
    )
    made = json.loads(review_rdjson(replace(EMPTY, findings=(finding,)), {"a.py": line}))
    where = made["diagnostics"][0]["suggestions"][0]["range"]
    data = line.encode()
    assert data[where["start"]["column"] - 1 : where["end"]["column"] - 1] == b"bad()"


def test_without_the_text_there_are_lines_and_no_suggestion() -> None:
    made = json.loads(review_rdjson(REVIEW, {}))
    SCHEMA.validate(made)
    assert made["diagnostics"][1]["location"]["range"] == {"start": {"line": 5}, "end": {"line": 5}}
    assert not [one for one in made["diagnostics"] if "suggestions" in one]


def test_a_high_question_is_asked_at_its_cause() -> None:
    made = json.loads(review_rdjson(replace(EMPTY, checklist=(INDEX,)), {}))
    assert made["diagnostics"] == [
        {
            "message": (
                "Foreign Key Indexes (HIGH): Has each new foreign key an index?"
                " (because: adds `ForeignKey`)"
            ),
            "location": {"path": "shop/models.py", "range": {"start": {"line": 4}}},
            "severity": "INFO",
            "code": {"value": "Foreign Key Indexes"},
        }
    ]


@FEW
@given(REVIEWS)
def test_any_text_gives_a_valid_result(review: Review) -> None:
    texts = {finding.path: "a\nbä\r\nccc" for finding in review.findings}
    text = review_rdjson(review, texts)
    made = json.loads(text)
    json.dumps(made, ensure_ascii=False).encode()
    SCHEMA.validate(made)
    asked = [i for i in review.checklist if i.kind == "verify" and i.status == "to_check"]
    assert len(made["diagnostics"]) == len(review.violations) + len(asked)
