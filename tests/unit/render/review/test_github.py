"""Annotations: commands that only hardwon forms, within the limits of a step."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given

from hardwon.model.review import Review
from hardwon.model.values import Confidence
from hardwon.render.review.github import PER_STEP, review_annotations
from reviews import EMPTY, FEW, N_PLUS_ONE, REVIEW, REVIEWS, hidden

# As the runner reads a line: the command, its properties, the text.
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    match = COMMAND.fullmatch(line)
    assert match is not None, line
    properties = dict(part.split("=", 1) for part in match[2].split(","))
    return match[1], {k: decoded(v) for k, v in properties.items()}, decoded(match[3])


def decoded(text: str) -> str:
    for code, sign in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_findings_come_by_confidence_and_then_what_high_patterns_ask() -> None:
    assert [read(line) for line in review_annotations(REVIEW)] == [
        (
            "error",
            {
                "file": "shop/views.py",
                "line": "5",
                "col": "18",
                "endColumn": "37",
                "title": "N+1 Query Prevention (HIGH)",
            },
            "`customer` is loaded by a query of its own in each round.\n"
            "for order in Order.objects.all():\n"
            "More: hardwon show 'N+1 Query Prevention'",
        ),
        (
            "warning",
            {
                "file": "shop/mail.py",
                "line": "12",
                "endLine": "13",
                "title": "Errors are handled (built in)",
            },
            "Catches everything, the end of the program included.\nexcept:",
        ),
        (
            "notice",
            {"file": "shop/models.py", "line": "4", "title": "Foreign Key Indexes (HIGH)"},
            "Has each new foreign key an index?\nBecause: adds `ForeignKey`",
        ),
    ]


def test_signs_are_escaped_as_the_runner_reads_them() -> None:
    finding = replace(N_PLUS_ONE, path="a,b:c%.py", message="100% \n::error::x", evidence="")
    line = next(review_annotations(replace(EMPTY, findings=(finding,))))
    assert line == (
        "::error file=a%2Cb%3Ac%25.py,line=5,col=18,endColumn=37,"
        "title=N+1 Query Prevention (HIGH)::100%25 \\n::error::x%0A"
        "More: hardwon show 'N+1 Query Prevention'"
    )


def test_what_github_would_drop_is_told() -> None:
    low = replace(N_PLUS_ONE, confidence=Confidence.LOW)
    review = replace(EMPTY, findings=(low, *(N_PLUS_ONE,) * 14))
    lines = list(review_annotations(review))
    assert [line[:8] for line in lines[:-1]] == ["::error "] * PER_STEP + ["::notice"]
    assert lines[-1] == (
        "hardwon: 4 errors more without an annotation: GitHub shows 10 of each level for a step."
        " The job summary has all."
    )


def test_nothing_is_annotated_where_nothing_is_wrong() -> None:
    assert list(review_annotations(EMPTY)) == []


@FEW
@given(REVIEWS)
def test_every_line_is_one_command_with_our_properties(review: Review) -> None:
    lines = list(review_annotations(review))
    for line in lines:
        assert not hidden(line)
        assert "\n" not in line
        _, properties, _ = read(line)
        assert next(iter(properties)) == "file"
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert all(properties[k].isdigit() for k in properties if k not in {"file", "title"})
    asked = [i for i in review.checklist if i.kind == "verify" and i.status == "to_check"]
    assert len(lines) == len(review.violations) + len(asked)
