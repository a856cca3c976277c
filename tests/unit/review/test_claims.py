from __future__ import annotations

import pytest

from hardwon.model.settings import Settings
from hardwon.model.values import Thresholds
from small_memory import findings_of, pattern_text


@pytest.mark.parametrize(
    ("claim", "examples", "says"),
    [
        ("HIGH", 4, "claims HIGH, but 4 examples make it MEDIUM"),
        ("LOW", 2, "claims LOW, but 2 examples make it MEDIUM"),
        ("MEDIUM", 1, "claims MEDIUM, but 1 example makes it LOW"),
        ("MEDIUM", 5, "claims MEDIUM, but 5 examples make it HIGH"),
        ("HIGH", 0, "claims HIGH, but no example is listed"),
        ("0.85", 2, "claims HIGH (0.85), but 2 examples make it MEDIUM"),
        ("LOW", 0, None),
        ("LOW", 1, None),
        ("0.55", 3, None),
        ("medium", 4, None),
        ("HIGH", 5, None),
    ],
)
def test_a_claim_is_compared_with_the_count(claim: str, examples: int, says: str | None) -> None:
    found = findings_of(
        "claim-confidence", pattern_text(head=f"**Confidence:** {claim}", examples=examples)
    )
    assert [f.message for f in found] == ([f"'Retry with jitter' {says}"] if says else [])
    assert all(f.line == 3 for f in found)
    assert all(f.fixable is (examples > 0) for f in found)


def test_counter_examples_are_taken_off() -> None:
    text = pattern_text(more="**Counter-examples:**\n1. Shop - It made things worse (2025-05-01)\n")
    (found,) = findings_of("claim-confidence", text)
    assert found.message.endswith("but 2 examples - 1 counter-example make it LOW")


def test_sources_count_where_no_example_is_listed() -> None:
    more = "**Source experiences:**\n- memory/episodic/code/a.md\n- memory/episodic/code/b.md\n"
    text = pattern_text(
        head="**Confidence:** HIGH\n**Based on:** 3 examples", examples=0, more=more
    )
    assert [f.message for f in findings_of("claim-confidence", text)] == [
        "'Retry with jitter' claims HIGH, but 2 sources make it MEDIUM"
    ]
    assert [f.message for f in findings_of("claim-count", text)] == [
        "'Retry with jitter' claims 3 examples, but 2 sources are listed"
    ]


def test_a_claim_of_the_group_is_named_with_its_line_and_left_to_its_author() -> None:
    text = "## HIGH CONFIDENCE PATTERNS (5+ uses)\n\n#" + pattern_text(head="**Based on:** 2 uses")
    (found,) = findings_of("claim-confidence", text)
    assert (found.line, found.fixable) == (3, False)
    assert found.message == (
        "'Retry with jitter' stands below 'HIGH CONFIDENCE PATTERNS (5+ uses)' (line 1), "
        "but 2 examples make it MEDIUM"
    )


def test_breadth_is_named_where_it_is_what_misses() -> None:
    settings = Settings(confidence=Thresholds(require_projects=3))
    text = pattern_text(head="**Confidence:** HIGH", examples=5)
    (found,) = findings_of("claim-confidence", text, settings=settings)
    assert found.message.endswith("5 examples in 1 project make it MEDIUM: HIGH needs 3 projects")


@pytest.mark.parametrize(
    ("count", "more", "says"),
    [
        ("3 examples", "", "claims 3 examples, but 2 are listed"),
        ("1 example", "", "claims 1 example, but 2 are listed"),
        ("2 examples", "", None),
        ("five examples", "", None),
        ("6 examples", "- [... and 4 more ...]", None),
        (
            "7 examples",
            "- [... and 4 more ...]",
            "claims 7 examples, but 2 listed and 4 more make 6",
        ),
        (
            "3 examples",
            "3. Shop - Case 2 (2025-02-10)",
            "claims 3 examples, but 2 are listed (a repeated one counts once)",
        ),
    ],
)
def test_a_count_is_compared_with_the_list(count: str, more: str, says: str | None) -> None:
    text = pattern_text(head=f"**Confidence:** MEDIUM\n**Based on:** {count}")
    text = text.rstrip("\n") + f"\n{more}\n"
    found = findings_of("claim-count", text)
    assert [f.message for f in found] == ([f"'Retry with jitter' {says}"] if says else [])
    assert all((f.line, f.fixable) == (4, True) for f in found)


def test_a_count_without_any_list_is_reported_and_not_mended() -> None:
    text = pattern_text(head="**Confidence:** LOW\n**Based on:** 1 example", examples=0)
    (found,) = findings_of("claim-count", text)
    assert found.message == "'Retry with jitter' claims 1 example, but none is listed"
    assert not found.fixable


@pytest.mark.parametrize(
    ("word", "hint"), [("HIHG", "did you mean HIGH?"), ("loww", "did you mean LOW?"), ("vague", "")]
)
def test_an_unknown_word_is_named_with_the_nearest(word: str, hint: str) -> None:
    text = pattern_text(head=f"**Confidence:** {word}")
    (found,) = findings_of("unknown-confidence", text)
    assert (found.line, found.hint, found.fixable) == (3, hint, True)
    assert found.message == f"confidence '{word}' is not known: expected LOW, MEDIUM or HIGH"
    assert findings_of("claim-confidence", text) == []
