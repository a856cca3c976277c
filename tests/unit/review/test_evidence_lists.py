from __future__ import annotations

import pytest

from hardwon.model.values import Fault
from small_memory import findings_of, pattern_text

NOTE = "# A note\n"


def sources(*targets: str) -> str:
    return "\n".join(["**Source experiences:**", *(f"- {target}" for target in targets)])


@pytest.mark.parametrize(
    ("examples", "listed", "says"),
    [
        (2, ["a.md", "b.md"], None),
        (3, ["a.md", "[... and 2 more ...]"], None),
        (2, ["a.md"], None),
        (
            4,
            ["a.md", "[... and 2 more ...]"],
            "has 4 examples, but 3 sources: each comes from a note of its own",
        ),
        (1, ["a.md", "b.md"], "has 1 example, but 2 sources: each comes from a note of its own"),
        (1, ["a.md", "a.md"], None),
        (0, ["a.md"], None),
        (2, [], None),
    ],
)
def test_examples_and_sources_are_as_many(
    examples: int, listed: list[str], says: str | None
) -> None:
    more = sources(*(f"memory/episodic/code/{t}" if "[" not in t else t for t in listed))
    found = findings_of("lists-disagree", pattern_text(examples=examples, more=more))
    assert [f.message for f in found] == ([f"'Retry with jitter' {says}"] if says else [])


def test_a_counter_example_has_a_source_too() -> None:
    more = "**Counter-examples:**\n1. Shop - No (2025-05-01)\n\n" + sources("a.md", "b.md", "c.md")
    assert findings_of("lists-disagree", pattern_text(more=more)) == []
    long = more.replace(sources("a.md", "b.md", "c.md"), sources("a.md", "b.md", "c.md", "d.md"))
    (found,) = findings_of("lists-disagree", pattern_text(more=long))
    assert "has 2 examples and 1 counter-example, but 4 sources" in found.message


@pytest.mark.parametrize(
    "target",
    [
        "memory/episodic/code/2025-01-10-queue.md",
        "../../episodic/code/2025-01-10-queue.md",
        "[[2025-01-10-queue]]",
        "[the queue](episodic/code/2025-01-10-queue.md)",
        "https://example.org/postmortem",
        "memory/episodic/code/broken.md",
    ],
)
def test_a_source_that_can_be_found_or_is_reported_elsewhere_is_no_finding(target: str) -> None:
    files = {
        "semantic/patterns/dev-patterns.md": pattern_text(more=sources(target)),
        "episodic/code/2025-01-10-queue.md": NOTE,
    }
    skipped = (Fault("unreadable", "episodic/code/broken.md", 1, "is not UTF-8"),)
    assert findings_of("missing-source", files, skipped=skipped) == []


def test_missing_sources_are_named_each_at_its_line() -> None:
    files = {
        "semantic/patterns/dev-patterns.md": pattern_text(
            more=sources("memory/episodic/code/2025-01-10-qeue.md", "[[log]]", "[[nothing]]")
        ),
        "episodic/code/2025-01-10-queue.md": NOTE,
        "episodic/code/log.md": NOTE,
        "episodic/infra/log.md": NOTE,
    }
    assert [(f.line, f.message, f.hint) for f in findings_of("missing-source", files)] == [
        (
            13,
            "source 'episodic/code/2025-01-10-qeue.md' names no note of this memory",
            "did you mean 'episodic/code/2025-01-10-queue.md'?",
        ),
        (
            14,
            "source 'log' names 2 notes of this memory",
            "write the path of one: episodic/code/log.md, episodic/infra/log.md",
        ),
        (15, "source 'nothing' names no note of this memory", ""),
    ]


def refused(*targets: str) -> str:
    return "\n**Not examples:**\n" + "".join(f"- {target}\n" for target in targets)


def test_refused_notes_that_do_not_exist_are_named_like_sources() -> None:
    files = {
        "semantic/patterns/dev-patterns.md": pattern_text(
            more=refused("[[2025-01-10-queue]] - no", "episodic/code/2025-01-10-qeue.md - no")
        ),
        "episodic/code/2025-01-10-queue.md": NOTE,
    }
    assert [(f.message, f.hint) for f in findings_of("missing-source", files)] == [
        (
            "refused note 'episodic/code/2025-01-10-qeue.md' names no note of this memory",
            "did you mean 'episodic/code/2025-01-10-queue.md'?",
        )
    ]


def test_a_note_that_is_listed_and_refused_is_named_however_it_is_written() -> None:
    more = sources("memory/episodic/code/2025-01-10-queue.md", "episodic/code/gone.md")
    more += refused("[[2025-01-10-queue]] - no", "memory/episodic/code/gone.md", "[[other]]")
    files = {
        "semantic/patterns/dev-patterns.md": pattern_text(more=more),
        "episodic/code/2025-01-10-queue.md": NOTE,
    }
    assert [f.message for f in findings_of("listed-and-refused", files)] == [
        "'Retry with jitter' lists '2025-01-10-queue' as a source (line 13) and as no example",
        "'Retry with jitter' lists 'episodic/code/gone.md' as a source (line 14) and as no example",
    ]


def test_examples_and_sources_listed_twice_are_named() -> None:
    text = pattern_text(more=sources("memory/episodic/a.md", "[[a]]"))
    text = text.replace("2. Shop - Case 2 (2025-02-10)", "2. Shop - Case 1 (2025-01-10)")
    files = {"semantic/patterns/dev-patterns.md": text, "episodic/a.md": NOTE}
    assert [(f.line, f.message) for f in findings_of("repeated-example", files)] == [
        (
            10,
            "'Retry with jitter' lists the example 'Shop - Case 1 (2025-01-10)' twice; "
            "it counts once",
        ),
        (
            14,
            "'Retry with jitter' lists the source 'a' twice (first in line 13); a note counts once",
        ),
    ]


@pytest.mark.parametrize(
    ("example", "hint"),
    [
        ("Shop - Queue stuck (2025-03-10)", "hardwon learn takes the line away"),
        ("Shop - Queue stuck (2025-03-10) - a full disk", "delete the line"),
        ("Shop - Queue stuck (2025-03-11)", None),
        ("Shop - Queue empty (2025-03-10)", None),
    ],
)
def test_the_example_of_a_refused_note_is_named(example: str, hint: str | None) -> None:
    path = "episodic/code/2025-03-10-queue.md"
    text = pattern_text(examples=2, more=refused(path)).replace(
        "2. Shop - Case 2 (2025-02-10)", f"2. {example}"
    )
    note = "# Queue stuck\n\n**Date:** 2025-03-10\n**Project:** Shop\n"
    found = findings_of(
        "listed-and-refused", {"semantic/patterns/dev-patterns.md": text, path: note}
    )
    assert [(f.line, f.hint) for f in found] == ([(10, hint)] if hint else [])
    if hint:
        assert found[0].message == (
            f"'Retry with jitter' lists '{path}' as no example, and counts '{example}'"
        )
