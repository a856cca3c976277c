from __future__ import annotations

import pytest

from hardwon.model.finding import Finding
from hardwon.model.page import Page, Role
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault
from hardwon.review.checks.context import build_context
from hardwon.review.checks.table import run_checks
from small_memory import BOOK, findings_of, pattern_text

NOTE = "episodic/code/2025-04-11-queue.md"


@pytest.mark.parametrize(
    "name",
    [
        "Retry with Jitter",
        "retry-with-jitter",
        "Retry jitter (MEDIUM confidence)",
        "[[2025-04-11-queue]]",
        "Release steps",
        "None",
    ],
)
def test_a_related_name_may_mean_a_pattern_a_file_or_a_checklist(name: str) -> None:
    files = {
        BOOK: pattern_text() + pattern_text("Close files", more=f"**Related patterns:**\n- {name}"),
        NOTE: "# Queue\n",
        "procedural/checklists/release.md": "# Release steps\n\n- [ ] Tag it\n",
    }
    assert findings_of("unknown-related", files) == []


def test_a_related_name_without_a_pattern_is_named_with_the_nearest() -> None:
    text = pattern_text(more="**Related patterns:**\n- Jittery retrying loops\n- Caching\n")
    assert [(f.line, f.message, f.hint) for f in findings_of("unknown-related", text)] == [
        (
            13,
            "related 'Jittery retrying loops' means no pattern of this memory",
            "did you mean 'Retry with jitter'?",
        ),
        (14, "related 'Caching' means no pattern of this memory", ""),
    ]


def test_an_ambiguous_name_is_reported_with_what_it_may_mean() -> None:
    text = pattern_text("Retry uploads with jitter") + pattern_text("Retry downloads with jitter")
    files = {BOOK: text, NOTE: "# Queue\n\n## Patterns Applied\n\n- Retry jitter\n"}
    (found,) = findings_of("unknown-pattern", files)
    assert found.message == "the applied pattern 'Retry jitter' means more than one pattern"
    assert found.hint == (
        "write the full name of one: "
        f"'Retry uploads with jitter' ({BOOK}:1), 'Retry downloads with jitter' ({BOOK}:13)"
    )


def test_a_name_that_two_patterns_bear_is_reported_at_the_patterns_only() -> None:
    files = {
        BOOK: pattern_text() + pattern_text(),
        NOTE: "---\npatterns: [Retry with jitter]\n---\n# Queue\n",
    }
    assert findings_of("unknown-pattern", files) == []
    assert [(f.line, f.message) for f in findings_of("name-clash", files)] == [
        (13, "'Retry with jitter' also names the pattern in line 1")
    ]


def test_notes_may_name_new_patterns_and_link_to_anything() -> None:
    note = (
        "---\npatterns: [Retry with jitter, Circuit breaker]\n---\n"
        "# Queue\n\nAs in [[Elsewhere]].\n\n"
        "## Learnings Extracted\n\n- New pattern: Idempotency keys\n- Reinforced: Dead letters\n"
    )
    files = {BOOK: pattern_text(), NOTE: note}
    assert [(f.line, f.message) for f in findings_of("unknown-pattern", files)] == [
        (2, "the applied pattern 'Circuit breaker' means no pattern of this memory"),
        (11, "the applied pattern 'Dead letters' means no pattern of this memory"),
    ]


def test_names_clash_across_books_by_slug_and_by_alias() -> None:
    files = {
        "semantic/patterns/a-patterns.md": pattern_text(),
        "semantic/patterns/b-patterns.md": pattern_text("Retry: with jitter!"),
        "semantic/patterns/c-patterns.md": pattern_text(
            "Back off", more="**Aliases:** Retry with jitter, Wait"
        ),
        "semantic/patterns/d-patterns.md": pattern_text("Close files"),
    }
    assert [(f.path[-13], f.message) for f in findings_of("name-clash", files)] == [
        ("b", "'Retry: with jitter!' also names the pattern in semantic/patterns/a-patterns.md:1"),
        (
            "c",
            "'Retry with jitter' also names the pattern in semantic/patterns/a-patterns.md:1",
        ),
    ]


def test_only_a_workflow_that_names_a_lost_pattern_is_an_orphan() -> None:
    head = "---\npattern: {}\n---\n# Steps\n\n- [ ] Wait\n"
    files = {
        BOOK: pattern_text(),
        "procedural/workflows/kept.md": head.format("Retry with jitter"),
        "procedural/workflows/lost.md": head.format("Caching"),
        "procedural/workflows/own.md": "# Steps\n\n- [ ] Wait\n",
    }
    (found,) = findings_of("workflow-orphan", files)
    assert found.path == "procedural/workflows/lost.md"


def test_letters_shown_in_backticks_are_no_mojibake() -> None:
    shown = "# Encoding\n\nThe page had `â€™` for an apostrophe.\n"
    assert findings_of("mojibake", {NOTE: shown}) == []
    (found,) = findings_of("mojibake", {NOTE: shown + "Itâ€™s back.\n"})
    assert (found.line, found.message) == (
        4,
        "saved with the wrong encoding: 'Itâ€™s' was 'It’s'",
    )


def test_faults_of_reading_are_passed_on() -> None:
    fault = Fault("unreadable", NOTE, 3, "is not UTF-8 (byte 0xe9)")
    (found,) = findings_of("unreadable", {}, skipped=(fault,))
    assert (found.path, found.line, found.message) == (NOTE, 3, "is not UTF-8 (byte 0xe9)")


def test_each_fault_of_a_file_is_reported_under_its_own_code() -> None:
    codes = ["broken-header", "conflict-markers", "mojibake", "too-nested"]
    faults = tuple(Fault(code, NOTE, 3, f"is {code}") for code in codes)
    snapshot = Snapshot((Page(NOTE, Role.PAGE, faults=faults),))
    context = build_context(snapshot, Settings())
    for code in codes:
        assert run_checks(snapshot, context, [code]) == [Finding(code, NOTE, 3, f"is {code}")]


def test_a_broken_header_says_what_to_do() -> None:
    (found,) = findings_of("broken-header", {NOTE: "---\ntitle: a: b\n---\nText.\n"})
    assert (found.line, found.hint) == (2, "put a value with ': ' in it in quotes")
