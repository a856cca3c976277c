"""Lines of the spool are read as sessions; what is none is counted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures import OTHER, SESSION, line
from hardwon.markup.captures import join_sessions, parse_captures, parse_time

HERE = Path("/home/a/shop")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def read(*lines: str):
    return parse_captures("\n".join(lines).encode())


def test_a_line_as_the_hook_writes_it() -> None:
    (one,), junk = read(line(HERE, head="refs/heads/fix/one", message="Done.", transcript="/t"))
    assert junk == 0
    assert (one.client, one.id, one.cwd) == ("claude", SESSION, str(HERE))
    assert (one.branch, one.message, one.transcript) == ("fix/one", "Done.", "/t")
    assert one.began == one.ended == dt.datetime.fromisoformat("2026-03-01T17:00:00+01:00")
    assert one.key.startswith("claude-")
    assert SESSION not in one.key


def test_how_long_it_lasted_tells_when_it_began() -> None:
    (one,), _ = read(line(HERE, duration_ms=90 * 60_000))
    assert one.ended - one.began == dt.timedelta(minutes=90)


def test_a_commit_that_is_checked_out_is_no_branch() -> None:
    assert read(line(HERE, head="a" * 40))[0][0].branch == ""


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "null", '"x"', "{}", "\0", "[" * 9_999,
        line(HERE, version=2),
        line(HERE, version=None),
        line(HERE, time=None),
        line(HERE, time="yesterday"),
        line(HERE, time="1066-10-14T09:00:00+00:00"),
        line(HERE, time=5),
        line(HERE, cwd=None),
        line(HERE, cwd="/a\0b"),
        line(HERE, cwd=["/a"]),
        line(HERE, session={"a": 1}),
        line(HERE, duration_ms="long"),
        line(HERE, duration_ms=10**30),
        line(HERE, duration_ms=float("nan")),
        line(HERE, message=7),
    ],
)  # fmt: skip
def test_junk_is_counted_and_spoils_nothing(text: str) -> None:
    found, junk = read(line(HERE), "", "  ", text, line(HERE, session=OTHER))
    assert [one.id for one in found] == [SESSION, OTHER]
    assert junk == 1


@given(st.binary() | _JSON.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_may_stand_there_ends_it(data: bytes) -> None:
    found, junk = parse_captures(data)
    assert len(found) + junk <= data.count(b"\n") + 1


@given(st.dictionaries(st.sampled_from(list(json.loads(line(HERE)))), _JSON))
def test_no_value_of_a_key_ends_it(values: dict[str, object]) -> None:
    found, junk = read(json.dumps({**json.loads(line(HERE)), **values}))
    assert len(found) + junk == 1


def test_a_client_that_is_no_name_is_not_repeated() -> None:
    (one,), _ = read(line(HERE, client="../<b>"))
    assert one.client == "agent"
    assert one.key.startswith("agent-")


def test_without_a_name_a_day_in_a_folder_is_a_session() -> None:
    found, _ = read(
        line(HERE, session=None),
        line(HERE, session=None, time="2026-03-01T18:00:00+0100"),
        line(HERE, session=None, time="2026-03-02T18:00:00+0100"),
        line(HERE.parent, session=None),
    )
    assert len({one.key for one in found}) == 3


def test_lines_of_one_session_are_one() -> None:
    found, _ = read(
        line(HERE, message="First.", head="refs/heads/one", transcript="/t"),
        line(HERE, session=OTHER),
        line(HERE, time="2026-03-01T18:00:00+0100", head="refs/heads/two", message="Last."),
        line(HERE, time="2026-03-01T18:30:00+0100"),
    )
    first, other = join_sessions(found)
    assert (first.id, other.id) == (SESSION, OTHER)
    assert (first.message, first.branch, first.transcript) == ("Last.", "two", "/t")
    assert (first.began.hour, first.ended.hour, first.ended.minute) == (17, 18, 30)


@given(st.permutations(range(4)))
def test_the_order_of_lines_does_not_matter(order: list[int]) -> None:
    lines = [line(HERE, time=f"2026-03-01T{10 + n}:00:00+0100", message=f"{n}") for n in range(4)]
    (session,) = join_sessions(read(*(lines[n] for n in order))[0])
    assert (session.message, session.began.hour, session.ended.hour) == ("3", 10, 13)


def test_times_have_an_offset() -> None:
    found = parse_time("2026-03-01T10:00:00")
    assert found is not None
    assert found.tzinfo is not None
    assert parse_time("2026-03-01T10:00:00Z") == dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    assert parse_time(None) is None
