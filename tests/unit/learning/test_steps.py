"""Steps in the imperative, from lists and sentences."""

from __future__ import annotations

import pytest

from hardwon.learning.steps import find_steps, imperative


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Always include the request id.", "Include the request id."),
        ("You should never retry a payment.", "Never retry a payment."),
        ("Please wrap it in a transaction.", "Wrap it in a transaction."),
        ("Don't catch everything.", "Don't catch everything."),
        ("When it fails, log the cause.", "When it fails, log the cause."),
        ("Day 2-3: Show a sketch", "Day 2-3: Show a sketch"),
        ("Every query must be bounded.", "Make sure: Every query must be bounded."),
        ("PostgreSQL has no such index.", "Keep in mind: PostgreSQL has no such index."),
        ("First pass: move it", "First pass: move it"),
        ("`select_related()` joins the rows.", "Keep in mind: `select_related()` joins the rows."),
    ],
)
def test_a_sentence_becomes_an_instruction(sentence: str, expected: str) -> None:
    assert imperative(sentence) == expected


def test_what_only_explains_stands_below_its_step() -> None:
    (step,) = find_steps("Always index foreign keys. PostgreSQL does not do it by itself.")
    assert step.text == "Index foreign keys."
    assert step.below == ["PostgreSQL does not do it by itself."]


def test_a_list_behind_a_colon_belongs_to_its_sentence() -> None:
    (step,) = find_steps("Log the context:\n- `user_id` (who)\n- `action` (what)\n")
    assert step.text == "Log the context:"
    assert step.below == ["- [ ] `user_id` (who)", "- [ ] `action` (what)"]


def test_a_list_of_its_own_is_a_step_an_item() -> None:
    steps = find_steps("- Rotate the key\n- Web: one day\n- [ ] Contract signed\n")
    assert [step.text for step in steps] == [
        "Rotate the key",
        "Check: Web: one day",
        "Check: Contract signed",
    ]


def test_code_stays_with_the_step_that_it_shows() -> None:
    (step,) = find_steps("Use this shape:\n\n```json\n{}\n```\n")
    assert step.below == ["```json", "{}", "```"]


def test_no_word_is_lost() -> None:
    text = "Cache it. Why not? Because it is slow.\n\n1. Measure first\n2. Then decide\n\nDone."
    said = " ".join(part for step in find_steps(text) for part in (step.text, *step.below))
    for word in text.replace("1.", "").replace("2.", "").split():
        assert word.strip(".?").lower() in said.lower()
