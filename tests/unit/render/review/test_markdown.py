"""A review as a comment: it shows what texts say, and obeys none of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hardwon.model.review import Review
from hardwon.render.review.markdown import (
    COMMENT,
    SUMMARY,
    code,
    prose,
    review_markdown,
    review_summary,
)
from reviews import EMPTY, FEW, INDEX, N_PLUS_ONE, REVIEW, REVIEWS, TEXT, hidden

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def inline(text: str) -> list[Token]:
    return [
        child for token in READER.parse(text) for child in token.children or () if token.children
    ]


def read(text: str) -> str:
    """Return what a reader of the Markdown sees."""
    return "".join(token.content for token in inline(text) if token.type in {"text", "code_inline"})


def test_a_comment_says_it_in_the_order_of_weight() -> None:
    assert review_markdown(REVIEW) == (
        """\
## Review against what was learned

2 findings, 4 to check, 1 followed in 4 changed files against HEAD.

### Findings

- **Errors are handled** (built in) in `shop/mail.py:12`: Catches everything, the end of the \
program included.\\
  `except:`
- **N+1 Query Prevention** (HIGH) in `shop/views.py:5`: `customer` is loaded by a query of its \
own in each round.\\
  `for order in Order.objects.all():`\\
  More: `hardwon show 'N+1 Query Prevention'`

### HIGH: verify

- [ ] **Foreign Key Indexes**: Has each new foreign key an index?\\
  Because: adds `ForeignKey` (`shop/models.py:4`)

### MEDIUM: consider

- [ ] **Retry with Backoff**: Is the call repeated with growing pauses?\\
  Because: calls `send` (`shop/mail.py:11`)

### LOW: does this still hold?

- [ ] **Feature Flags with an End Date**: Does this still hold?\\
  Because: adds `flag` (`shop/views.py:2`)

### Checklists

- [x] **Releases**: Is the changelog written?\\
  Because: changes the file (`shop/api.py`)

### Review questions

- [ ] Can two requests get in each other's way?\\
  Because: writes `balance` (`shop/models.py:9`)

### Followed

- **Structured Error Responses** (HIGH) in `shop/api.py:40`

### Not looked at

- `logo.png`: binary file

### Detectors not used

- `semantic/patterns/dev-patterns.md:88`: no such language
"""
    )


def test_an_empty_review_is_a_title_and_a_sentence() -> None:
    assert review_markdown(EMPTY) == (
        "## Review against what was learned\n\n"
        "Nothing to report: no pattern applies to 1 changed file against HEAD.\n"
    )


def test_a_comment_keeps_to_its_length_and_counts_what_is_left_out() -> None:
    long = replace(INDEX, item="word " * 180)
    review = replace(EMPTY, findings=(N_PLUS_ONE,) * 900, checklist=(long,) * 3)
    text = review_markdown(review)
    assert COMMENT - 1_000 < len(text) <= COMMENT
    shown = text.count("- **N+1 Query Prevention**")
    left = int(re.search(r"fits here: (\d+) findings and 3 checklist items\.", text)[1])  # type: ignore[index]
    assert shown + left == 900
    assert "### HIGH" not in text, "a heading of nothing"


def test_a_summary_keeps_to_its_bytes() -> None:
    wide = replace(N_PLUS_ONE, message="€" * 900)
    text = review_summary(replace(EMPTY, findings=(wide,) * 600))
    assert SUMMARY - 10_000 < len(text.encode()) <= SUMMARY
    assert "Left out" in text


@given(TEXT)
def test_code_shows_the_text_and_nothing_else(text: str) -> None:
    tokens = inline(f"- {code(text, 100_000)} end")
    assert [token.type for token in tokens if token.content] in (["code_inline", "text"], ["text"])
    shown = [token.content for token in tokens if token.type == "code_inline"]
    if text.isprintable() and text.strip():
        assert shown == [text]


@given(TEXT)
def test_prose_shows_the_text_and_nothing_else(text: str) -> None:
    made = prose(text, 100_000)
    assert {token.type for token in inline(f"- x {made} x")} <= {"text", "code_inline"}
    if text.isprintable() and "`" not in text and "  " not in text:
        assert read(f"- x {made} x").replace("\u200b", "") == f"x {text} x".replace("\u200b", "")


@pytest.mark.parametrize(
    "name", ["- x", "1. x", "+ x", "     x", "> x", "# x", "===", "---", "~~~"]
)
def test_no_name_opens_a_block(name: str) -> None:
    findings = tuple(replace(f, pattern=name, message=name) for f in REVIEW.findings)
    items = tuple(replace(i, pattern=name, item=name) for i in REVIEW.checklist)
    review = replace(REVIEW, findings=findings, checklist=items)

    def shape(text: str) -> list[str]:
        return [token.type for token in READER.parse(text)]

    assert shape(review_markdown(review)) == shape(review_markdown(REVIEW))


# What GitHub and GitLab make links, references and mails of, in text that is not code.
LIVE = re.compile(r"@\w|[#!]\d|\bGH-\d|\w://|\bwww\.", re.IGNORECASE)


@FEW
@given(REVIEWS)
def test_no_text_adds_markup_links_mentions_or_records(review: Review) -> None:
    text = review_markdown(review)
    tokens = READER.parse(text)
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "fence", "code_block", "table_open", "blockquote_open", "hr"}
    assert {token.type for token in inline(text)} <= {
        "text", "code_inline", "strong_open", "strong_close", "hardbreak", "softbreak",
    }  # fmt: skip
    items = sum(token.type == "list_item_open" for token in tokens)
    shown = [f for f in review.findings if f.status in {"violated", "followed"}]
    records = (*shown, *review.checklist, *review.unread, *review.faults)
    assert items == len(records)
    assert not [t.content for t in inline(text) if t.type == "text" and LIVE.search(t.content)]
    assert not hidden(text)


@FEW
@given(REVIEWS)
def test_every_length_is_kept(review: Review) -> None:
    assert len(review_markdown(review, 4_000)) <= 4_000
