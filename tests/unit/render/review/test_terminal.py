"""A review on a terminal: one record a line, and nothing in it is obeyed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from hardwon.model.review import Cause, Review, Status
from hardwon.render.review.terminal import review_lines, review_notices
from hardwon.render.terminal import for_terminal
from reviews import EMPTY, FEW, INDEX, N_PLUS_ONE, REVIEW, REVIEWS, hidden

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def shown(review: Review) -> list[str]:
    text = "\n".join(review_lines(review))
    for code in ("0", "1", "2", "32", "33", "34", "36"):
        text = text.replace(f"\ufdd0{code}\ufdd1", "")
    return text.split("\n")


def test_a_finding_says_where_what_and_by_which_rule() -> None:
    assert shown(replace(EMPTY, findings=(N_PLUS_ONE,)))[:5] == [
        "shop/views.py:5: N+1 Query Prevention (HIGH)",
        "  | for order in Order.objects.all():",
        "  `customer` is loaded by a query of its own in each round.",
        "  rule loop-without-select-related; --fix proposes a rewrite",
        "",
    ]


def test_the_checklist_is_grouped_from_high_to_built_in() -> None:
    lines = shown(REVIEW)
    start = lines.index("HIGH: verify")
    assert lines[start:] == [
        "HIGH: verify",
        "  [ ] Foreign Key Indexes: Has each new foreign key an index?",
        "      adds `ForeignKey` (shop/models.py:4)",
        "",
        "MEDIUM: consider",
        "  [ ] Retry with Backoff: Is the call repeated with growing pauses?",
        "      calls `send` (shop/mail.py:11)",
        "",
        "LOW: does this still hold?",
        "  [ ] Feature Flags with an End Date: Does this still hold?",
        "      adds `flag` (shop/views.py:2)",
        "",
        "Checklists",
        "  [x] Releases: Is the changelog written?",
        "      changes the file (shop/api.py)",
        "",
        "Review questions",
        "  [ ] Can two requests get in each other's way?",
        "      writes `balance` (shop/models.py:9)",
        "",
        "  hardwon show 'N+1 Query Prevention'  prints a pattern with its evidence",
        "2 findings, 4 to check, 1 followed in 4 changed files against HEAD",
    ]


def test_a_review_without_cause_is_one_sentence() -> None:
    assert shown(EMPTY) == ["nothing to report: no pattern applies to 1 changed file against HEAD"]
    assert shown(replace(EMPTY, files=())) == ["nothing to review: nothing differs from HEAD"]


def test_what_was_followed_is_no_finding() -> None:
    followed = replace(N_PLUS_ONE, status=Status.FOLLOWED)
    lines = shown(replace(EMPTY, findings=(followed,)))
    assert lines[0] == "Followed"
    assert lines[-1] == "1 followed in 1 changed file against HEAD"


def test_causes_beyond_three_are_counted() -> None:
    causes = tuple(Cause(f"adds `f{n}`", "a.py", n, "text") for n in range(1, 6))
    lines = shown(replace(EMPTY, checklist=(replace(INDEX, causes=causes),)))
    assert lines[2] == "      adds `f1` (a.py:1); adds `f2` (a.py:2); adds `f3` (a.py:3); 2 more"


def test_what_could_not_be_used_is_told_apart() -> None:
    assert list(review_notices(REVIEW)) == [
        "not looked at: logo.png: binary file",
        "not used: semantic/patterns/dev-patterns.md:88: no such language",
    ]


def test_a_credential_is_masked() -> None:
    finding = replace(N_PLUS_ONE, evidence=f'TOKEN = "{SECRET}"', message=f"holds {SECRET}")
    text = "\n".join(shown(replace(EMPTY, findings=(finding,))))
    assert SECRET not in text
    assert "ghp_…" in text


def test_the_command_to_see_more_is_quoted() -> None:
    item = replace(INDEX, pattern="-x'; rm *")
    lines = shown(replace(EMPTY, checklist=(item,)))
    assert """  hardwon show -- '-x'"'"'; rm *'  prints a pattern with its evidence""" in lines


def count_lines(review: Review) -> int:
    """Return how many lines the records of `review` take, from the shape alone."""
    violated, seen = review.violations, [f for f in review.findings if f.status == "followed"]
    lines = sum(3 + bool(f.evidence) + bool(f.rule or f.fix) for f in violated)
    lines += len(seen) + 2 if seen else 0
    lines += 2 * len(review.checklist) + 2 * len({item.kind for item in review.checklist})
    named = [one.confidence for one in (*violated, *review.checklist)]
    return lines + any(named) + 1


@FEW
@given(REVIEWS)
def test_no_text_makes_a_line_or_is_obeyed(review: Review) -> None:
    lines = list(review_lines(review))
    assert not [line for line in lines if "\n" in line]
    printed = for_terminal("\n".join(lines))
    # Masking may take the last text of a line away, never add one.
    assert printed.count("\n") + 1 <= count_lines(review)
    plain = shown(review)
    assert not hidden(for_terminal("\n".join(plain)))
    assert len(list(review_notices(review))) == len(review.unread) + len(review.faults)
