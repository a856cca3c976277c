"""What a model is given: bounded, marked, and nothing in it that a person would not see."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hardwon.errors import HardwonError
from hardwon.mcp.quoting import (
    MAX_ANSWER,
    MAX_ITEMS,
    MAX_TEXT,
    NOTICE,
    as_text,
    error_data,
    quote,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


def test_an_answer_begins_with_what_it_is() -> None:
    answer = quote({"results": [{"title": "Retry"}]}, "memory")
    assert list(answer) == ["version", "quoted", "memory", "results", "cut"]
    assert answer == {
        "version": 1,
        "quoted": NOTICE,
        "memory": "memory",
        "results": [{"title": "Retry"}],
        "cut": None,
    }


def test_long_texts_and_lists_are_cut_and_counted() -> None:
    answer = quote({"a": "x" * (MAX_TEXT + 1), "b": ["y"] * (MAX_ITEMS + 7), "c": "fits"}, "memory")
    assert answer["a"] == "x" * (MAX_TEXT - 1) + "…"
    assert len(answer["b"]) == MAX_ITEMS
    assert answer["c"] == "fits"
    assert answer["cut"] == {"texts": 1, "items": 7}


def test_an_answer_that_is_long_in_all_is_cut_shorter() -> None:
    hits = [{"title": f"{n}", "snippet": "s" * 3_000} for n in range(50)]
    answer = quote({"results": hits}, "memory")
    assert len(as_text(answer)) <= MAX_ANSWER
    assert answer["results"][0]["title"] == "0"
    assert answer["cut"]["texts"] > 0


def test_what_leads_to_the_rest_is_not_cut_with_it() -> None:
    path = f"episodic/code/{'long-' * 50}.md"
    found = [
        {"path": path, "line": n, "text": "t" * 4_000, "why": ["w" * 4_000] * 9} for n in range(90)
    ]
    answer = quote({"findings": found}, "memory")
    assert len(as_text(answer)) <= MAX_ANSWER
    assert len(answer["findings"]) > 10
    assert {one["path"] for one in answer["findings"]} == {path}


def test_what_is_not_seen_is_written_out() -> None:
    hidden = "a\u202eb\u200bc\U000e0041\x1b[2J\ud800\ndone"
    shown = quote({"text": hidden, "names": {hidden: 1}}, "memory")
    assert shown["text"] == "a\\u202eb\\u200bc\\U000e0041\\x1b[2J\\ud800\ndone"
    assert list(shown["names"]) == [shown["text"]]


@given(st.dictionaries(st.text(min_size=1, max_size=5), VALUES, max_size=5))
def test_any_data_is_bounded_valid_json(data: dict[str, object]) -> None:
    answer = quote({f"_{key}": value for key, value in data.items()}, "memory")
    text = as_text(answer)
    assert len(text) <= MAX_ANSWER
    assert json.loads(text.encode("utf-8")) == answer


def test_an_error_has_place_fault_and_way_out() -> None:
    error = HardwonError("is no date", path="a.md", line=3, expected="2026-03-01", hint="write one")
    assert error_data(error) == {
        "error": {
            "message": "is no date",
            "path": "a.md",
            "line": 3,
            "expected": "2026-03-01",
            "hint": "write one",
        }
    }
