"""A composed note reads back as what was put in, whatever that is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardwon.markup.compose import (
    Draft,
    compose_experience,
    fold_line,
    fold_tags,
    fold_value,
    is_readable_name,
    strip_prompts,
)
from hardwon.markup.experiences import strip_date
from hardwon.markup.pages import parse_page
from hardwon.markup.text import fold
from hardwon.model.experience import DateOrigin, Experience, Link
from hardwon.model.values import Outcome, PartialDate

DAY = PartialDate(2026, 3, 1)

# Pieces that mean something in Markdown, in YAML, or to the reader of notes.
_PIECES = st.sampled_from(
    """# ## #foo C# : :: , - -- --- * ** *** _ __ ` ``` ~~~ [ ] [[ ]] [[x]] [a](b) [a]: ( ) < > <!--
    --> <b> | = == + 1. 2) \\ \\\\ " ' ~ null None none true & ! % @ {x} foo Bar lesson: Lessons
    Learned Date: Result: SUCCESS Tags: Project: Context Fix When New: Pattern: Applied: Related
    Confidence: src/a.py a.md#b a.md (LOW) 2025-01-09 2024-11 Oct é ß 漢字 🚀 👩‍🚀 ✅ ️ N+1
    foo::bar() naïve **Date:** **Time saved:** 5m""".split()
)
_WORDS = st.lists(_PIECES, min_size=1, max_size=7).map(" ".join)
_ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
_LINES = _WORDS | _ANY | st.tuples(_PIECES, _ANY, _PIECES).map("".join)
_TITLES = _LINES.filter(lambda text: fold_line(text) != "")
_NAMES = _LINES.map(fold_value).filter(is_readable_name)
_BODIES = st.lists(_LINES, max_size=6).map("\n".join)
_DRAFTS = st.builds(
    Draft,
    title=_TITLES,
    date=st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)).map(
        lambda day: PartialDate(day.year, day.month, day.day)
    ),
    project=st.none() | _LINES,
    outcome=st.none() | st.sampled_from(Outcome),
    tags=st.lists(_LINES, max_size=3).map(tuple),
    time_saved_minutes=st.none() | st.integers(0, 10**6),
    lessons=st.lists(_LINES, max_size=3).map(tuple),
    patterns=st.lists(_NAMES, max_size=3).map(tuple),
)


def _read(text: str, path: str = "episodic/code/2026-03-01-x.md") -> Experience:
    page = parse_page(text, path)
    assert page.faults == () or {fault.code for fault in page.faults} == {"mojibake"}
    (experience,) = page.experiences
    return experience


def _applied(experience: Experience) -> list[str]:
    return [ref.name for ref in experience.patterns if ref.link is Link.APPLIED]


@given(_DRAFTS)
@example(Draft("None", DAY))
@example(Draft("#", DAY))
@example(Draft("2025-01-09", DAY))
@example(Draft("Lessons learned", DAY, lessons=("a", "b")))
@example(Draft("x", DAY, lessons=("Project: shop", "Tags: a, b"), patterns=("Date UTC",)))
@example(Draft("x", DAY, tags=("a*b", "none", "~")))
@example(Draft("x", DAY, patterns=("CI/CD first", "Related work", "None of these")))
def test_reads_back_what_was_put_in(draft: Draft) -> None:
    text = compose_experience(draft)
    read = _read(text)
    title = fold_line(draft.title)
    assert read.title == (strip_date(title) or title)
    assert (read.date, read.date_origin) == (draft.date, DateOrigin.FIELD)
    assert read.project == (fold_value(draft.project or "") or None)
    assert read.outcome == draft.outcome
    assert read.time_saved_minutes == draft.time_saved_minutes
    assert read.tags == fold_tags(draft.tags)
    assert [lesson.text for lesson in read.lessons] == [
        folded for lesson in draft.lessons if (folded := fold_value(lesson))
    ]
    assert _applied(read) == list({fold(name): name for name in draft.patterns}.values())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert "\r" not in text


@given(_DRAFTS, _BODIES, _BODIES)
@example(Draft("x", DAY, lessons=("l",), patterns=("P one",)), "```\nopen", "<!-- open")
def test_a_text_beside_it_changes_no_value(draft: Draft, context: str, body: str) -> None:
    """What a text states itself may come on top, and fills only what was left open."""
    full = Draft(
        draft.title,
        draft.date,
        fold_value(draft.project or "") or "shop",
        draft.outcome or Outcome.SUCCESS,
        (*draft.tags, "orm"),
        draft.time_saved_minutes or 30,
        draft.lessons,
        draft.patterns,
    )
    alone = _read(compose_experience(full))
    text = compose_experience(
        Draft(
            full.title,
            full.date,
            full.project,
            full.outcome,
            full.tags,
            full.time_saved_minutes,
            full.lessons,
            full.patterns,
            context,
            body,
        )
    )
    read = _read(text)
    for name in ("title", "date", "project", "outcome", "tags", "time_saved_minutes"):
        assert getattr(read, name) == getattr(alone, name)
    assert read.lessons[: len(alone.lessons)] == alone.lessons
    assert _applied(read)[: len(_applied(alone))] == _applied(alone)


def test_writes_the_home_format() -> None:
    draft = Draft(
        "Product list took 5 s",
        DAY,
        "shop",
        Outcome.SUCCESS,
        ("orm", "performance"),
        30,
        ("Count the queries in a test.", "`select_related` joins."),
        ("N+1 Query Prevention",),
        "The list of products.\r\n",
        "\n\nIt ran one query a row.\n\n```python\nx = 1\n```\n\n",
    )
    assert compose_experience(draft) == (
        "# Product list took 5 s\n"
        "\n"
        "**Date:** 2026-03-01\n"
        "**Project:** shop\n"
        "**Outcome:** SUCCESS\n"
        "**Time saved:** 30 minutes\n"
        "**Tags:** orm, performance\n"
        "\n"
        "## Learnings\n"
        "\n"
        "- Count the queries in a test.\n"
        "- `select_related` joins.\n"
        "\n"
        "## Patterns Applied\n"
        "\n"
        "- N+1 Query Prevention\n"
        "\n"
        "## Context\n"
        "\n"
        "The list of products.\n"
        "\n"
        "## What happened\n"
        "\n"
        "It ran one query a row.\n"
        "\n"
        "```python\n"
        "x = 1\n"
        "```\n"
    )


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Plain: with a colon, 50% & more", "# Plain: with a colon, 50% & more\n\n**Date"),
        ("Use `x`", '---\ntitle: "Use `x`"\n---\n\n# Use `x`\n\n**Date'),
        ("Context", '---\ntitle: "Context"\n---\n\n**Date'),
        ("two\nlines\t here", "# two lines here\n\n**Date"),
    ],
)
def test_chooses_front_matter_only_where_it_must(title: str, head: str) -> None:
    assert compose_experience(Draft(title, DAY)).startswith(head)


def test_lessons_that_begin_as_something_else_become_fields() -> None:
    text = compose_experience(Draft("x", DAY, lessons=("Fine.", "# not a heading")))
    assert "**Lesson:** Fine.\n**Lesson:** # not a heading\n" in text
    assert "## Learnings" not in text


def test_a_body_with_its_own_heading_gets_no_second_one() -> None:
    text = compose_experience(Draft("x", DAY, body="## Symptoms\n\nSlow."))
    assert text.endswith("**Date:** 2026-03-01\n\n## Symptoms\n\nSlow.\n")


def test_prompts_are_comments_and_go_when_they_are_not_needed() -> None:
    draft = Draft("x", DAY, lessons=("a",))
    text = compose_experience(draft, prompts=True)
    assert text.count("<!-- ") == 3
    assert _read(text).lessons == _read(compose_experience(draft)).lessons
    assert strip_prompts(text) == compose_experience(draft)
    filled = text.replace("-->\n\n## What", "-->\n\nHere.\n\n## What")
    assert strip_prompts(filled) == compose_experience(
        Draft("x", DAY, lessons=("a",), context="Here.")
    )
    assert strip_prompts(" \n\n") == ""
