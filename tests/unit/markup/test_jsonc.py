"""Editing JSON with comments: what is asked for is there, and every other byte as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given

from hardwon.errors import AgentFileError
from hardwon.markup.jsonc import append_item, get_value, remove, render, set_value
from json_texts import plain, texts

PATH = "settings.json"
ENTRY = {"command": "hardwon", "args": ["mcp"]}
KEYS = ("mcpServers", "hardwon")
ITEM = {"hooks": [{"type": "command", "command": "hardwon-capture --client claude"}]}
ITEM_KEYS = ("hooks", "SessionEnd")

SETTINGS = """\
{
    // which servers there are
    "mcpServers": {
        "db": {"command": "db", "env": {"TOKEN": "a//b /* no comment */"}}, // the first one
    },
    /* and hooks */ "hooks": {"SessionEnd": []}, "model": "x"
}
"""


def expected(text: str, keys: tuple[str, ...]) -> Any:
    """Return the object that an edit would set its value in; None where it must refuse."""
    data = plain(text)
    at = data
    for key in keys[:-1]:
        at = at.setdefault(key, {})
        if not isinstance(at, dict):
            return None
    return data


def is_strict(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@given(texts)
@example("{}")
@example("{\n}\n")
@example("{ }")
@example("{ // nothing yet\n}")
@example('{"a": 1 // last\n}')
@example('{"a": 1, /* last */}')
@example('{"mcpServers": {}}')
@example('{\n  "mcpServers": {\n  }\n}\n')
@example('{"mcpServers": {"other": {}},}')
def test_an_entry_can_be_set_and_taken(text: str) -> None:
    data = expected(text, KEYS)
    if data is None:
        with pytest.raises(AgentFileError, match="is no object"):
            set_value(text, KEYS, ENTRY, PATH)
        return
    new = set_value(text, KEYS, ENTRY, PATH)
    data["mcpServers"]["hardwon"] = ENTRY
    assert plain(new) == data
    if is_strict(text):  # programs that know no comments read it as before
        assert is_strict(new)
    assert get_value(new, KEYS, PATH) == ENTRY
    assert set_value(new, KEYS, ENTRY, PATH) == new
    assert remove(new, KEYS, PATH) == text


@given(texts)
@example('{"hooks": {"SessionEnd": []}}')
@example('{"hooks": {"SessionEnd": [ {"hooks": []} ]}}')
@example('{\n\t"hooks": {\n\t\t"SessionEnd": [\n\t\t\t1, // one\n\t\t]\n\t}\n}')
def test_an_item_can_be_added_and_taken(text: str) -> None:
    data = expected(text, ITEM_KEYS)
    if data is None:
        with pytest.raises(AgentFileError, match="is no object"):
            append_item(text, ITEM_KEYS, ITEM, PATH)
        return
    new = append_item(text, ITEM_KEYS, ITEM, PATH)
    items = data["hooks"].setdefault("SessionEnd", [])
    items.append(ITEM)
    assert plain(new) == data
    assert remove(new, [*ITEM_KEYS, len(items) - 1], PATH) == text


@given(texts, texts)
def test_what_stands_there_is_read(text: str, other: str) -> None:
    assert get_value(text, (), PATH) == plain(text)
    assert get_value(text, ("no such",), PATH) is None
    assert remove(text, ("no such",), PATH) == text
    for name in plain(text):
        assert get_value(text, (name,), PATH) == plain(text)[name]
        assert plain(remove(text, (name,), PATH) or "{}") == {
            key: value for key, value in plain(text).items() if key != name
        }
        changed = set_value(text, (name,), [plain(other)], PATH)
        assert plain(changed) == {**plain(text), name: [plain(other)]}


def test_a_commented_file_keeps_all_that_is_said_in_it() -> None:
    new = append_item(set_value(SETTINGS, KEYS, ENTRY, PATH), ITEM_KEYS, ITEM, PATH)
    assert (
        new
        == """\
{
    // which servers there are
    "mcpServers": {
        "db": {"command": "db", "env": {"TOKEN": "a//b /* no comment */"}}, // the first one
        "hardwon": {
            "command": "hardwon",
            "args": ["mcp"]
        },
    },
    /* and hooks */ "hooks": {"SessionEnd": [{
        "hooks": [
            {
                "type": "command",
                "command": "hardwon-capture --client claude"
            }
        ]
    }]}, "model": "x"
}
"""
    )


def test_a_file_of_our_own_is_laid_out_and_goes_again() -> None:
    text = render({"mcpServers": {"hardwon": ENTRY}})
    assert text == (
        '{\n  "mcpServers": {\n    "hardwon": {\n      "command": "hardwon",\n'
        '      "args": ["mcp"]\n    }\n  }\n}\n'
    )
    assert remove(text, KEYS, PATH) is None
    beside = set_value(text, ("mcpServers", "other"), {}, PATH)
    assert remove(beside, KEYS, PATH) == '{\n  "mcpServers": {\n    "other": {}\n  }\n}\n'
    assert remove(f"// mine\n{text}", KEYS, PATH) == "// mine\n{}\n"


def test_indentation_and_line_ends_are_those_of_the_file() -> None:
    new = set_value('{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}', ("c", "d"), {"e": 1}, PATH)
    assert new == (
        '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t},\r\n\t"c": {\r\n\t\t"d": {\r\n\t\t\t"e": 1\r\n'
        "\t\t}\r\n\t}\r\n}"
    )
    assert set_value('{"a":1}', ("b", "c"), ENTRY, PATH) == (
        '{"a":1, "b": { "c": { "command": "hardwon", "args": ["mcp"] } }}'
    )


def test_a_line_comment_keeps_the_end_of_its_line() -> None:
    assert remove('{ // c\n"a": 1}', ("a",), PATH) == "{ // c\n}"
    assert remove('{ // c\n"a": 1, "b": 2}', ("a",), PATH) == '{ // c\n "b": 2}'
    assert set_value('{"a": 1 // c\n}', ("b",), 2, PATH) == '{"a": 1, // c\n"b": 2\n}'


def test_members_of_others_in_an_entry_stay() -> None:
    text = '{"mcpServers": {"hardwon": {"command": "old", "env": {"A": "1"}, "args": [ "mcp" ]}}}'
    assert set_value(text, KEYS, ENTRY, PATH) == text.replace("old", "hardwon")


def test_a_value_of_another_kind_is_replaced() -> None:
    assert set_value('{\n  "a": [1,\n 2] // c\n}', ("a",), {"b": 1}, PATH) == (
        '{\n  "a": {\n    "b": 1\n  } // c\n}'
    )
    assert set_value('{"a": {"b": 1}}', ("a",), 2, PATH) == '{"a": 2}'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "is empty, which is no JSON"),
        ("\ufeff\n", 1, "is empty, which is no JSON"),
        ("// nothing\n", 2, "is no JSON: the end of the file"),
        ("{\n", 2, "is no JSON: the end of the file"),
        ('{\n  "a": 1\n  "b": 2\n}', 3, "is no JSON: "),
        ("{\r\n  'a': 1}", 2, "is no JSON: "),
        ('{"a" 1}', 1, "is no JSON: '1}'"),
        ('{"a": yes}', 1, "is no JSON: 'yes}'"),
        ('{"a": 01}', 1, "'01' is no value of JSON"),
        ('{"a": "\\x"}', 1, "is no value of JSON"),
        ('{"a": "b\nc"}', 1, "is no JSON: "),
        ('{"a": 1}\n{}', 2, "goes on behind the end of its JSON"),
        ('{\n/* "a": 1}', 2, "has a comment that does not end"),
        ("{,}", 1, "is no JSON: ',}'"),
        ("[" * 5000, 1, "is nested more than 200 deep"),
        ('{"mcpServers": {"hardwon": 1,\n"hardwon": 2}}', 2, "'hardwon' stands there twice"),
        ('{"mcpServers": {}, \n\n"mcpServers": {}}', 3, "'mcpServers' stands there twice"),
        ('{\n"mcpServers": []}', 2, "is no object"),
        ("[]", 1, "is no object"),
    ],
)
def test_what_cannot_be_edited_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(AgentFileError) as raised:
        set_value(text, KEYS, ENTRY, PATH)
    assert message in raised.value.message
    assert (raised.value.path, raised.value.line) == (PATH, line)


def test_an_array_is_expected_where_an_item_is_added() -> None:
    with pytest.raises(AgentFileError, match="is no array"):
        append_item('{"a": {}}', ("a",), 1, PATH)


def test_a_member_twice_elsewhere_is_nobodys_business() -> None:
    text = '{"theirs": {"a": 1, "a": 2}}'
    assert remove(set_value(text, KEYS, ENTRY, PATH), KEYS, PATH) == text
