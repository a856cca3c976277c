"""The tools, asked by the SDK's own client in both eras of the protocol."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp.server")

import jsonschema

from clients import BOOK, DAY, ERAS, TEXTS, files, make_server, talk
from hardwon.mcp.quoting import MAX_ANSWER, NOTICE
from hostile import QUICK, SHAPES, NotPossibleError

DIFF = """\
diff --git a/list.py b/list.py
--- a/list.py
+++ b/list.py
@@ -1,1 +1,3 @@
 import shop
+for row in rows:
+    print(row.price)
"""
# A tool, arguments that are right, and the command that prints the same.
ANSWERS = [
    ("search_memory", {"query": "queries", "limit": 3}, ("search", "queries", "--limit", "3")),
    (
        "search_memory",
        {"query": "querys in test", "kind": "pattern"},
        ("search", "querys in test", "--kind", "pattern"),
    ),
    ("get_pattern", {"name": "count queries"}, ("show", "count queries")),
    ("learn", {}, ("learn", "--dry-run")),
    ("review_diff", {"diff": DIFF}, ("review", "--diff", "change.diff")),
    ("memory_stats", {}, ("stats",)),
]


def test_tools_say_what_they_take_and_what_they_change(server: Any) -> None:
    async def scenario(client: Any) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {
            name: (one.annotations.read_only_hint, one.annotations.destructive_hint)
            for name, one in tools.items()
        } == {
            "search_memory": (True, None),
            "get_pattern": (True, None),
            "note_experience": (False, False),
            "learn": (False, True),
            "review_diff": (True, None),
            "memory_stats": (True, None),
        }
        taken = {name: list(one.input_schema["properties"]) for name, one in tools.items()}
        assert taken["search_memory"] == ["query", "kind", "limit"]
        assert taken["learn"] == ["apply", "accept", "refuse"]
        for tool in tools.values():
            assert tool.annotations.open_world_hint is False
            assert tool.description.strip()
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            jsonschema.Draft202012Validator.check_schema(tool.output_schema)
            assert all("description" in one for one in tool.input_schema["properties"].values())

    talk(server, scenario)


def test_nothing_that_a_client_lists_of_tools_comes_from_notes(memory: Path, server: Any) -> None:
    marks = ["database", "Pool", "finally", "61"]

    async def scenario(client: Any) -> None:
        listed = [await client.list_tools(), await client.list_prompts()]
        listed.append(await client.list_resource_templates())
        text = " ".join(one.model_dump_json() for one in listed) + str(client.instructions)
        assert not [mark for mark in marks if mark in text]

    assert all(any(mark in text for text in TEXTS.values()) for mark in marks)
    talk(server, scenario)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("tool", "arguments", "cli"), ANSWERS)
def test_a_tool_answers_with_the_json_of_its_command(
    tool: str, arguments: dict, cli: tuple, era: str, memory: Path, server: Any, run_cli: Any
) -> None:
    (memory.parent / "change.diff").write_text(DIFF)
    expected = json.loads(run_cli(*cli, "--json").stdout)
    if tool == "review_diff":
        expected["base"] = "the diff"

    async def scenario(client: Any) -> None:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error
        answer = result.structured_content
        assert json.loads(result.content[0].text) == answer
        assert (answer["quoted"], answer["memory"], answer["cut"]) == (NOTICE, "memory", None)
        rest = {key: value for key, value in answer.items() if key in expected}
        assert rest == expected
        own = (
            {"quoted", "memory", "cut", "applied"}
            if tool == "learn"
            else {"quoted", "memory", "cut"}
        )
        assert answer.keys() - expected.keys() == own

    talk(server, scenario, mode=era)


def test_answers_have_no_key_beyond_their_schema(memory: Path, server: Any) -> None:
    async def scenario(client: Any) -> None:
        for tool in (await client.list_tools()).tools:
            schema = closed(tool.output_schema)
            for name, arguments, _ in [*ANSWERS, ("note_experience", {"title": "A"}, ())]:
                if name == tool.name:
                    answer = (await client.call_tool(name, arguments)).structured_content
                    jsonschema.validate(answer, schema)

    talk(server, scenario)


def closed(schema: Any) -> Any:
    """Return `schema` such that an object may have no key that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        inner["additionalProperties"] = False
    return inner


@pytest.mark.parametrize("era", ERAS)
def test_only_applying_and_capturing_write(era: str, memory: Path, server: Any) -> None:
    """Whatever else is called, with whatever arguments, each file stays as it is."""
    before = files(memory)

    async def reading(client: Any) -> None:
        for tool, arguments, _ in ANSWERS:
            await client.call_tool(tool, arguments)
        plan = (await client.call_tool("learn", {"apply": False})).structured_content
        (note,) = plan["undecided"]
        number = note["candidates"][0]["id"]
        for arguments in ({"accept": [number]}, {"refuse": [number]}):
            result = await client.call_tool("learn", arguments)
            assert result.structured_content["applied"] is False
            assert result.structured_content["changes"]
        for name in ("learn", "review"):
            await client.get_prompt(name)
        for one in (await client.list_resources()).resources:
            await client.read_resource(one.uri)

    talk(server, reading, mode=era)
    assert files(memory) == before

    async def applying(client: Any) -> None:
        result = await client.call_tool("learn", {"apply": True})
        assert result.structured_content["applied"] is True
        again = await client.call_tool("learn", {"apply": True})
        assert again.structured_content["changes"] == []

    talk(server, applying, mode=era)
    after = files(memory)
    assert after[BOOK] != before[BOOK]
    assert b"**Based on:** 6 examples" in after[BOOK]


def test_a_note_is_written_as_the_command_writes_it(
    memory: Path, server: Any, run_cli: Any
) -> None:
    arguments = {
        "title": "Gift card used twice",
        "lessons": ["Keep the id of each delivery."],
        "patterns": ["count queries", "A new one"],
        "body": "The webhook came twice.",
        "context": "Checkout.",
        "project": "shop",
        "outcome": "SUCCESS",
        "minutes_saved": 40,
        "tags": ["webhook"],
        "date": "2026-02-28",
        "domain": "ops",
    }
    done = run_cli(
        "note", "Gift card used twice", "--lesson", "Keep the id of each delivery.",
        "--pattern", "count queries", "--pattern", "A new one", "--body",
        "The webhook came twice.", "--context", "Checkout.", "--project", "shop",
        "--outcome", "success", "--saved", "40m", "--tag", "webhook", "--date", "2026-02-28",
        "--domain", "ops", "--json",
    )  # fmt: skip
    expected = json.loads(done.stdout)
    text = (memory / expected["path"]).read_text()
    (memory / expected["path"]).unlink()

    async def scenario(client: Any) -> None:
        answer = (await client.call_tool("note_experience", arguments)).structured_content
        assert {key: answer[key] for key in expected} == expected
        assert (memory / answer["path"]).read_text() == text
        bare = (await client.call_tool("note_experience", {"title": "Bare"})).structured_content
        assert bare["date"] == DAY.isoformat()

    talk(server, scenario)


def test_credentials_are_masked_in_what_is_captured(memory: Path, server: Any) -> None:
    key = "AKIA" + "QYLPMN5HHHFPZAM2"

    async def scenario(client: Any) -> None:
        body = f"aws_access_key_id = {key}"
        result = await client.call_tool("note_experience", {"title": "Key", "body": body})
        assert result.structured_content["masked"]
        assert key not in (memory / result.structured_content["path"]).read_text()
        assert key not in result.content[0].text

    talk(server, scenario)


@pytest.mark.parametrize("era", ERAS)
def test_what_cannot_be_done_is_data(era: str, memory: Path, server: Any) -> None:
    (memory / "hardwon.toml").write_text("thresholds = 3\n")

    async def scenario(client: Any) -> None:
        result = await client.call_tool("get_pattern", {"name": "count queries"})
        assert result.is_error
        assert result.structured_content is None
        error = json.loads(result.content[0].text)["error"]
        assert list(error) == ["message", "path", "line", "expected", "hint"]
        assert error["path"] == "hardwon.toml"
        (memory / "hardwon.toml").unlink()
        result = await client.call_tool("get_pattern", {"name": "count qu\u202eeries in the moon"})
        error = json.loads(result.content[0].text)["error"]
        assert "no pattern is called" in error["message"]
        assert "\\u202e" in error["message"]
        result = await client.call_tool("review_diff", {"diff": "this is no diff"})
        assert "message" in json.loads(result.content[0].text)["error"]
        result = await client.call_tool("note_experience", {"title": " \n"})
        assert json.loads(result.content[0].text)["error"]["message"] == "the title is empty"
        result = await client.call_tool("note_experience", {"title": "T", "domain": "../up"})
        assert "cannot be the name of a folder" in result.content[0].text
        result = await client.call_tool("learn", {"accept": ["0badcafe"]})
        assert "nothing is proposed under 0badcafe" in result.content[0].text

    talk(server, scenario, mode=era)


def test_a_disk_that_refuses_is_data_too(memory: Path, server: Any, monkeypatch: Any) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr("hardwon.actions.search.search", refuse)

    async def scenario(client: Any) -> None:
        result = await client.call_tool("search_memory", {"query": "x"})
        error = json.loads(result.content[0].text)["error"]
        assert (error["message"], error["path"]) == ("permission denied", "/somewhere")

    talk(server, scenario)


def test_a_server_may_be_there_before_the_memory(tmp_path: Path, run_cli: Any) -> None:
    async def scenario(client: Any) -> None:
        result = await client.call_tool("search_memory", {"query": "x"})
        assert result.is_error
        assert "hardwon init" in json.loads(result.content[0].text)["error"]["hint"]
        assert (await client.list_resources()).resources == []
        assert run_cli("init").returncode == 0
        result = await client.call_tool("search_memory", {"query": "x"})
        assert not result.is_error

    talk(make_server(tmp_path), scenario)


def test_a_memory_elsewhere_is_named_in_full(memory: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    async def scenario(client: Any) -> None:
        result = await client.call_tool("search_memory", {"query": "x"})
        assert result.structured_content["memory"] == memory.as_posix()

    talk(make_server(elsewhere, "../memory"), scenario)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_memory", {}),
        ("search_memory", {"query": ""}),
        ("search_memory", {"query": "q" * 8_001}),
        ("search_memory", {"query": "q", "limit": 51}),
        ("search_memory", {"query": "q", "limit": 0}),
        ("search_memory", {"query": "q", "kind": "anything"}),
        ("get_pattern", {"name": "n" * 1_001}),
        ("note_experience", {"title": "t" * 1_001}),
        ("note_experience", {"title": "t", "body": "b" * 100_001}),
        ("note_experience", {"title": "t", "lessons": ["l"] * 51}),
        ("note_experience", {"title": "t", "date": "yesterday"}),
        ("learn", {"accept": ["i" * 21]}),
        ("learn", {"apply": "perhaps"}),
        ("review_diff", {"diff": "d" * 1_000_001}),
        ("no_such_tool", {}),
    ],
)
def test_arguments_are_bounded(tool: str, arguments: dict, memory: Path, server: Any) -> None:
    before = files(memory)

    async def scenario(client: Any) -> None:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert len(result.content[0].text) < 2_000

    talk(server, scenario)
    assert files(memory) == before


def test_a_huge_pattern_is_cut_and_says_so(memory: Path, write_note: Any, server: Any) -> None:
    book = TEXTS[BOOK].replace("1. Count the queries", "1. " + "Count the queries. " * 9_000)
    write_note(BOOK, book)

    async def scenario(client: Any) -> None:
        result = await client.call_tool("get_pattern", {"name": "count queries"})
        assert len(result.content[0].text) <= MAX_ANSWER
        assert result.structured_content["cut"]["texts"] == 1
        assert result.structured_content["line"] == 17

    talk(server, scenario)


@pytest.mark.parametrize("step", [30, pytest.param(1, marks=pytest.mark.slow)])
def test_hostile_notes_make_no_tool_crash(step: int, memory: Path, server: Any) -> None:
    """Each answers, with the good notes in it, or with an error that has a place or a hint."""
    for shape in SHAPES[::step]:
        with contextlib.suppress(NotPossibleError):
            shape.plant(memory, QUICK)

    async def scenario(client: Any) -> None:
        for tool, arguments, _ in ANSWERS:
            result = await client.call_tool(tool, arguments)
            answer = json.loads(result.content[0].text)
            assert ("quoted" in answer) != result.is_error, (tool, answer)
            assert len(result.content[0].text) <= MAX_ANSWER
        found = await client.call_tool("search_memory", {"query": "Count queries in tests"})
        titles = [hit["title"] for hit in found.structured_content["results"]]
        assert "Count queries in tests" in titles
        for one in (await client.list_resources()).resources[:20]:
            await client.read_resource(one.uri)
        assert (await client.list_prompts()).prompts

    talk(server, scenario)
