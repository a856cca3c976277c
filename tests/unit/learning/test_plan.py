"""What follows from notes and patterns."""

from __future__ import annotations

import difflib

from hardwon.model.plan import ChangeKind
from hardwon.model.settings import Settings
from hardwon.model.values import Thresholds
from memories import BOOK, learn, note, pattern, plan, read

NOTE = "episodic/code/2026-01-05-slow.md"


def kinds(files: dict[str, str], **options: bool) -> list[ChangeKind]:
    return [change.kind for change in plan(files, **options).changes]


def changed_lines(old: str, new: str) -> list[str]:
    diff = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in diff if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def test_a_note_that_applied_a_pattern_is_one_more_example() -> None:
    files = {
        BOOK: pattern("Cache the Parsed Config", 1),
        NOTE: note("Slow start", project="shop", applied="Cache the Parsed Config"),
    }
    after = learn(files)
    assert changed_lines(files[BOOK], after[BOOK]) == [
        "-**Confidence:** LOW",
        "-**Based on:** 1 example",
        "-**Last reinforced:** 2024-12-01",
        "+**Confidence:** MEDIUM",
        "+**Based on:** 2 examples",
        "+**Last reinforced:** 2026-01-05",
        "+2. shop - Slow start (2026-01-05)",
        "+",
        "+**Source experiences:**",
        "+- memory/episodic/code/2026-01-05-slow.md",
    ]


def test_learning_again_changes_nothing() -> None:
    files = {
        BOOK: pattern("Cache the Parsed Config", 4),
        NOTE: note("Slow start", applied="Cache the Parsed Config"),
    }
    after = learn(files)
    assert plan(after).files == ()
    assert plan(after).changes == ()


def test_a_failure_with_the_pattern_applied_is_a_counter_example() -> None:
    files = {
        BOOK: pattern("Retry Twice", 2, "MEDIUM"),
        NOTE: note("Retry storm", applied="Retry Twice", outcome="FAILED"),
    }
    made = plan(files)
    assert [c.kind for c in made.changes] == [ChangeKind.COUNTERED, ChangeKind.DEMOTED]
    after = learn(files)[BOOK]
    assert "**Counter-examples:**\n1. Retry storm (2026-01-05) - FAILED" in after
    assert "**Confidence:** LOW\n**Based on:** 2 examples\n**Last reinforced:** 2024-12-01" in after
    assert plan(learn(files)).files == ()


def test_a_stated_lesson_makes_a_low_pattern_named_by_it() -> None:
    files = {NOTE: note("Slow orders", project="shop", lesson="Index every foreign key column.")}
    made = plan(files)
    assert [(c.kind, c.pattern, c.after) for c in made.changes] == [
        (ChangeKind.CREATED, "Index every foreign key column", "LOW")
    ]
    assert learn(files)[BOOK] == (
        "# Development Patterns\n"
        "\n"
        "## Index every foreign key column\n"
        "\n"
        "**Confidence:** LOW\n"
        "**Based on:** 1 example\n"
        "**Last reinforced:** 2026-01-05\n"
        "\n"
        "**Pattern:**\n"
        "Index every foreign key column.\n"
        "\n"
        "**Examples:**\n"
        "1. shop - Slow orders (2026-01-05)\n"
        "\n"
        "**Source experiences:**\n"
        "- memory/episodic/code/2026-01-05-slow.md\n"
    )


def test_a_one_off_note_stays_an_experience() -> None:
    files = {NOTE: note("Moved office", happened="We moved the printers to the second floor.")}
    assert plan(files).changes == ()
    assert plan(files).undecided == ()
    assert kinds(files, eager=True) == [ChangeKind.CREATED]


def test_a_note_that_recurs_makes_a_medium_pattern_of_both() -> None:
    text = "The nightly backup job ran out of inodes because temporary files were never removed."
    files = {
        "episodic/code/2026-01-05-backup.md": note("Backup out of inodes", happened=text),
        "episodic/code/2026-02-05-backup.md": note(
            "Backup out of inodes", "2026-02-05", happened=text
        ),
    }
    made = plan(files)
    assert [(c.kind, c.pattern, c.after) for c in made.changes] == [
        (ChangeKind.CREATED, "Backup out of inodes", "MEDIUM")
    ]
    (learned,) = read(learn(files)).patterns
    assert len(learned.examples) == len(learned.sources) == 2
    assert plan(learn(files)).files == ()


def test_a_text_that_only_resembles_a_pattern_is_left_to_a_person() -> None:
    files = {
        BOOK: pattern(
            "Close database cursors in a finally block", 2, "MEDIUM",
            context="When reading rows with a database cursor",
            pattern="Close the database cursor in a finally block, or the pool runs dry.",
        ),
        NOTE: note(
            "Connection pool ran dry",
            happened="A database cursor was not closed when reading rows failed, so the "
            "connection pool ran dry. Now a finally block closes the cursor.",
        ),
    }  # fmt: skip
    made = plan(files)
    assert made.files == ()
    (undecided,) = made.undecided
    assert undecided.experience == NOTE
    assert [c.pattern for c in undecided.candidates] == [
        "Close database cursors in a finally block"
    ]


def test_an_ambiguous_name_is_reported_and_not_guessed() -> None:
    other = "semantic/patterns/ops-patterns.md"
    files = {
        BOOK: pattern("Retry Twice", 1),
        other: pattern("Retry Twice", 1),
        NOTE: note("Flaky upload", applied="Retry Twice"),
    }
    made = plan(files)
    assert made.files == ()
    assert made.undecided[0].reason == "“Retry Twice” names several patterns"


def test_a_slip_of_the_pen_makes_no_second_pattern() -> None:
    files = {
        BOOK: pattern("Error Logging with User Context", 1),
        NOTE: note("Lost request", applied="Error Handling with Request Context"),
    }
    assert ChangeKind.CREATED not in kinds(files) or plan(files).undecided == ()


def test_front_matter_that_lists_no_pattern_settles_a_note() -> None:
    text = "---\npatterns: none\ndate: 2026-01-05\n---\n\n# Use Retry Twice\n\nUse Retry Twice.\n"
    files = {BOOK: pattern("Use Retry Twice", 1), NOTE: text}
    assert plan(files).changes == ()
    assert plan(files).undecided == ()


def test_the_fifth_example_writes_the_workflow() -> None:
    files = {
        BOOK: pattern("Retry Twice", 4, "MEDIUM", pattern="Always retry twice, then give up."),
        NOTE: note("Flaky upload", applied="Retry Twice"),
    }
    made = plan(files)
    assert [c.kind for c in made.changes] == [
        ChangeKind.REINFORCED,
        ChangeKind.PROMOTED,
        ChangeKind.WORKFLOW_WRITTEN,
    ]
    workflow = learn(files)["procedural/workflows/retry-twice.md"]
    assert "- [ ] Retry twice, then give up.\n" in workflow
    assert "[Flaky upload](../../episodic/code/2026-01-05-slow.md) (2026-01-05)" in workflow


def test_breadth_can_be_demanded_for_high() -> None:
    files = {
        BOOK: pattern("Retry Twice", 4, "MEDIUM"),
        NOTE: note("Flaky upload", project="Project 1", applied="Retry Twice"),
    }
    narrow = Settings(confidence=Thresholds(require_projects=5))
    (learned,) = read(learn(files, narrow)).patterns
    assert learned.claim is not None
    assert learned.claim.text == "MEDIUM"


def test_a_workflow_is_marked_when_its_pattern_falls_below_high() -> None:
    path = "procedural/workflows/retry-twice.md"
    files = learn({
        BOOK: pattern("Retry Twice", 4, "MEDIUM"),
        NOTE: note("Flaky upload", applied="Retry Twice"),
    })  # fmt: skip
    failed = {
        **files,
        "episodic/code/2026-02-01-storm.md": note(
            "Retry storm", "2026-02-01", applied="Retry Twice", outcome="BLOCKED"
        ),
    }
    after = learn(failed)
    assert "\nstatus: under review\n" in after[path]
    assert "**Under review:** the pattern stands at MEDIUM with 4 net examples." in after[path]


def test_an_edited_workflow_is_never_overwritten() -> None:
    path = "procedural/workflows/retry-twice.md"
    files = learn({
        BOOK: pattern("Retry Twice", 4, "MEDIUM", pattern="Retry twice."),
        NOTE: note("Flaky upload", applied="Retry Twice"),
    })  # fmt: skip
    mine = files[path].replace("- [ ] Retry twice.", "- [ ] Retry twice, with jitter.")
    assert mine != files[path]
    edited = {
        **files,
        BOOK: files[BOOK].replace("Retry twice.\n", "Retry twice and log it.\n"),
        path: mine,
        "episodic/code/2026-02-01-more.md": note("More", "2026-02-01", applied="Retry Twice"),
    }
    made = plan(edited)
    assert ChangeKind.WORKFLOW_KEPT in [c.kind for c in made.changes]
    after = learn(edited)[path]
    assert "- [ ] Retry twice, with jitter." in after
    assert "and log it" not in after
    assert "\nexamples: 6\n" in after
    assert "Proven by 6 examples" in after


def test_high_patterns_with_a_common_tag_form_a_theme() -> None:
    files = {
        BOOK: pattern("Rotate Tokens", 5, "HIGH", tags="authentication")
        + "\n"
        + pattern("Hash Passwords", 5, "HIGH", tags="authentication, storage")
    }
    after = learn(files)
    theme = after["procedural/workflows/authentication-checklist.md"]
    assert "# Authentication checklist" in theme
    assert theme.index("## Rotate Tokens") < theme.index("## Hash Passwords")
    assert plan(after).files == ()


def test_totals_follow_and_next_steps_count_down() -> None:
    totals = (
        "\n---\n\n**Last Updated:** 2024-12-01\n**Total Patterns:** 3\n**Confidence Breakdown:**\n"
        "- HIGH: 0 patterns (0%)\n- LOW: 2 patterns (100%)\n\n**Next steps:**\n"
        "- Review Retry Twice pattern after 4 more uses\n- Buy cake\n"
    )
    files = {
        BOOK: pattern("Retry Twice", 1) + "\n" + pattern("Hash Passwords", 1) + totals,
        NOTE: note("Flaky upload", applied="Retry Twice"),
    }
    assert learn(files)[BOOK].endswith(
        "**Last Updated:** 2026-01-05\n**Total Patterns:** 2\n**Confidence Breakdown:**\n"
        "- HIGH: 0 patterns (0%)\n- LOW: 1 pattern (50%)\n\n**Next steps:**\n"
        "- Review Retry Twice pattern after 3 more uses\n- Buy cake\n"
    )


def test_an_unfinished_merge_is_left_alone_and_named() -> None:
    broken = pattern("Retry Twice", 1).replace(
        "**Confidence:** LOW\n",
        "<<<<<<< ours\n**Confidence:** LOW\n=======\n**Confidence:** HIGH\n>>>>>>> theirs\n",
    )
    files = {BOOK: broken, NOTE: note("Flaky upload", applied="Retry Twice")}
    made = plan(files)
    assert made.files == ()
    assert [(fault.path, fault.line) for fault in made.skipped] == [(BOOK, 3)]


def test_a_name_used_before_its_pattern_exists_counts_once_it_does() -> None:
    files = {
        "episodic/code/2026-01-01-link.md": note(
            "First", "2026-01-01", happened="It looked like [[Retry Twice]] to me."
        ),
        "episodic/code/2026-01-02-new.md": note("Second", "2026-01-02", applied="Retry Twice"),
    }
    (learned,) = read(learn(files)).patterns
    assert len(learned.sources) == 2


def test_a_note_may_have_any_file_name() -> None:
    names = [
        "2026-01-05 my note (draft).md",
        "ünï[1] `x`.md",
        "a_b*c*.md",
        "#1.md",
        "2026-01-06-b,c.md",
    ]
    files = {
        f"episodic/code/{name}": note(f"Note {number}", f"2026-01-{number + 10}", applied="Retry")
        for number, name in enumerate(names)
    }
    files[BOOK] = pattern("Retry", 1)
    after = learn(files)
    (learned,) = read(after).patterns
    assert len(learned.examples) == 6
    assert plan(after).files == ()
