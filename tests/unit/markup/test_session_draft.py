"""Drafts of sessions: what they say, whether anybody touched them, what they become."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.markup.compose import Draft, fold_tags, fold_value, is_readable_name
from hardwon.markup.pages import parse_page
from hardwon.markup.session_draft import (
    NOTICE,
    complete_draft,
    draft_session,
    is_unedited,
    read_message,
    read_session,
)
from hardwon.markup.text import fold
from hardwon.model.captured import CapturedSession, Transcript, Work
from hardwon.model.experience import Experience, Link
from hardwon.model.page import Role
from hardwon.model.values import Outcome, PartialDate

DAY = PartialDate(2026, 3, 1)
BEGAN = dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)
SESSION = CapturedSession(
    key="claude-0123456789ab",
    id="x",
    client="claude",
    began=BEGAN,
    ended=BEGAN + dt.timedelta(hours=1),
    cwd="/home/a/shop",
    branch="fix/one",
    message="Payments are retried.",
)
WORK = Work("shop", "/home/a/shop", (("1a2b3c4", "Retry payments"),), ("src/pay.py",))
TOKEN = "ghp_" + "R8sT2vW9xY4zA7bC1dE5fG3hJ6kL0mN2pQ4r"

_ODD = [
    "## Learnings", "- New: x", "---", "```", "<!--", "-->", "> q", "**Lesson:** x", "[[Name]]",
    'generated: "x"', "The last message of the agent:", "# Title", "**Date:** 2020-01-01",
]  # fmt: skip
_ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_LINES = _ANY | st.sampled_from(_ODD)
_TEXTS = st.lists(_LINES, max_size=5).map("\n".join)


def text_of(session: CapturedSession = SESSION, work: Work = WORK, **said: object) -> str:
    made = draft_session(session, work, Transcript(**said))
    assert made is not None
    return made[2]


def read(text: str) -> Experience:
    (note,) = parse_page(text, "episodic/code/x.md").experiences
    return note


def applied(note: Experience) -> list[str]:
    return [ref.name for ref in note.patterns if ref.link is Link.APPLIED]


def test_says_what_was_captured() -> None:
    written = ("/home/a/shop/b.py", "/etc/passwd", "sub/c.py", "../out.py", "src/pay.py")
    made = draft_session(SESSION, WORK, Transcript(files=written))
    assert made is not None
    title, day, text = made
    assert (title, day) == ("Retry payments", DAY)
    head, _, body = text.partition("## What happened\n")
    assert head.startswith(
        '---\nsession: "claude-0123456789ab"\nbegan: "2026-03-01T16:00:00+00:00"'
    )
    assert "# Retry payments\n\n**Date:** 2026-03-01\n**Project:** shop\n" in head
    assert NOTICE in head
    assert (
        body
        == """
A session with claude on branch `fix/one`.

Commits since it began:

- `1a2b3c4` Retry payments

Files that it changed:

- `src/pay.py`
- `b.py`
- `sub/c.py`

The last message of the agent:

> Payments are retried.
"""
    )


def test_is_no_experience_where_it_stands() -> None:
    page = parse_page(text_of(), "episodic/drafts/2026-03-01-x.md")
    assert (page.role, page.experiences, page.patterns) == (Role.DRAFT, (), ())
    assert parse_page(text_of(), "episodic/code/drafts/x.md").role is Role.EXPERIENCE


@pytest.mark.parametrize(
    ("work", "said", "title"),
    [
        (WORK, {"asked": "Fix it", "message": "Fixed."}, "Retry payments"),
        (Work("shop"), {"asked": "\n# Fix it\nplease", "message": "Fixed."}, "Fix it"),
        (Work("shop"), {"message": "**Fixed.**\nAll"}, "Fixed."),
        (Work("shop"), {"asked": "word " * 40}, "word " * 16 + "…"),
        (Work("shop"), {"asked": "x" * 200}, "x" * 80 + " …"),
    ],
)
def test_title(work: Work, said: dict[str, str], title: str) -> None:
    made = draft_session(SESSION, work, Transcript(**said))
    assert made is not None
    assert made[0] == title


def test_a_session_that_left_nothing_gets_none() -> None:
    silent = dataclasses.replace(SESSION, message="")
    assert draft_session(silent, Work("shop", "/home/a/shop"), Transcript(asked="Hello")) is None


def test_credentials_are_masked_wherever_they_stand() -> None:
    work = Work("shop", "/s", (("1a2b3c4", f"Use {TOKEN}"),), (f"keys/{TOKEN}.txt",))
    session = dataclasses.replace(SESSION, branch=f"try/{TOKEN}")
    made = draft_session(session, work, Transcript(asked=TOKEN, message=f"It is `{TOKEN}`."))
    assert made is not None
    assert TOKEN not in "".join([made[0], made[2]])
    assert made[2].count("ghp_…") >= 3
    key = (
        "-----BEGIN RSA PRIVATE KEY-----\n"
        + "MIIEowIBAAKCAQEA7bq1\n" * 4
        + "-----END RSA PRIVATE KEY-----"
    )
    assert "MIIE" not in text_of(message=f"The key:\n\n{key}\n\nDone.")


@pytest.mark.parametrize("before", range(3_960, 4_001, 8))
def test_no_credential_is_cut_in_two(before: int) -> None:
    text = text_of(message="x " * (before // 2) + TOKEN + " and so on " * 100)
    assert TOKEN[4:12] not in text


@given(_TEXTS.filter(str.strip), _TEXTS)
def test_what_an_agent_says_is_neither_lesson_nor_link(message: str, asked: str) -> None:
    note = read(text_of(message=f"x\n{message}", asked=asked))
    assert (note.lessons, note.patterns) == ((), ())
    assert (note.title, note.date, note.project) == ("Retry payments", DAY, "shop")


@given(_TEXTS)
def test_the_message_is_read_back(message: str) -> None:
    text = text_of(message=f"x {message}")
    again = text_of(dataclasses.replace(SESSION, message=read_message(text)))
    assert again == text


def test_a_long_message_is_cut_once() -> None:
    text = text_of(message="word " * 5_000)
    assert len(text) < 5_000
    assert read_message(text_of(dataclasses.replace(SESSION, message=""))) == ""
    again = text_of(dataclasses.replace(SESSION, message=read_message(text)))
    assert len(again) <= len(text) + 4


@given(_TEXTS, st.integers(0), _LINES)
def test_any_edit_shows(message: str, place: int, added: str) -> None:
    text = text_of(message=message)
    assert is_unedited(text)
    assert read_session(text) == (SESSION.key, BEGAN)
    at = place % (len(text) + 1)
    edited = text[:at] + added + text[at:]
    assert not is_unedited(edited)


@pytest.mark.parametrize(
    "text", ["", "---\n", "---\n---\n", '# x\ngenerated: "01234567"\n', "# x\n"]
)
def test_a_note_of_a_person_is_no_draft_of_ours(text: str) -> None:
    assert read_session(text) is None
    assert not is_unedited(text)


def test_completed_as_it_stands_it_loses_what_asked_for_more() -> None:
    text = complete_draft(text_of(), Draft("", DAY))
    assert text.startswith(
        '---\nsession: "claude-0123456789ab"\n---\n\n# Retry payments\n\n**Date:**'
    )
    assert "<!--" not in text
    assert "## Learnings" not in text
    assert "generated" not in text
    assert "began" not in text.split("# Retry", maxsplit=1)[0]
    assert text.endswith("> Payments are retried.\n")


def test_what_a_person_wrote_into_it_stays() -> None:
    text = text_of().replace(
        "<!-- What would you tell yourself next time? One list item a lesson. -->",
        "- Bound every pause.\n\nMore of it here.",
    )
    text = text.replace(NOTICE, "A word before.") + "\n## Aside\n\nKept.\n"
    done = complete_draft(text, Draft("", DAY, lessons=("Count them.",), outcome=Outcome.SUCCESS))
    for kept in (
        "- Bound every pause.\n\nMore of it here.\n",
        "A word before.\n",
        "## Aside\n\nKept.\n",
    ):
        assert kept in done
    note = read(done)
    assert {lesson.text for lesson in note.lessons} >= {"Count them.", "Bound every pause."}
    assert note.outcome is Outcome.SUCCESS


def test_values_that_are_given_take_the_place_of_others() -> None:
    given = Draft("Another title", PartialDate(2026, 3, 9), project="wiki", tags=("a", "b"))
    note = read(complete_draft(text_of(), given, dated=True))
    assert (note.title, note.date, note.project) == (given.title, given.date, "wiki")
    assert note.tags == ("a", "b")
    assert read(complete_draft(text_of(), given)).date == DAY


def test_patterns_of_the_front_matter_stay_beside_given_ones() -> None:
    text = text_of().replace("began:", 'patterns:\n  - "Old one"\nbegan:')
    done = complete_draft(text, Draft("", DAY, patterns=("CI/CD first",)))
    assert applied(read(done)) == ["Old one", "CI/CD first"]


_PIECES = st.sampled_from(
    "# - * ** ` [x] : Lesson: New: a.md Related a/b None <!-- é foo Bar 1.".split()
)
_WORDS = st.lists(_PIECES, min_size=1, max_size=6).map(" ".join)


@given(
    st.builds(
        Draft,
        title=st.just("") | _WORDS.map(lambda words: f"T {words}"),
        date=st.just(DAY),
        project=st.none() | _WORDS,
        outcome=st.none() | st.sampled_from(Outcome),
        tags=st.lists(_WORDS, max_size=2).map(tuple),
        time_saved_minutes=st.none() | st.integers(0, 10_000),
        lessons=st.lists(_WORDS, max_size=3).map(tuple),
        patterns=st.lists(_WORDS.map(fold_value).filter(is_readable_name), max_size=3).map(tuple),
    )
)
def test_what_is_given_is_read_back(given_values: Draft) -> None:
    note = read(complete_draft(text_of(), given_values))
    assert note.title == (given_values.title or "Retry payments")
    assert note.date == DAY
    assert note.project == (fold_value(given_values.project or "") or "shop")
    assert note.outcome == given_values.outcome
    assert note.time_saved_minutes == given_values.time_saved_minutes
    assert note.tags == fold_tags(given_values.tags)
    wanted = [line for text in given_values.lessons if (line := fold_value(text))]
    assert [lesson.text for lesson in note.lessons] == wanted
    assert applied(note) == list({fold(name): name for name in given_values.patterns}.values())
