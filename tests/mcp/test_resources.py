"""Patterns and workflows as resources and skills, and the prompts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

import pytest

pytest.importorskip("mcp.server")

import yaml
from mcp.shared.exceptions import MCPError
from mcp_types import Request
from pydantic import BaseModel

from clients import BOOK, ERAS, MODERN, TEXTS, WORKFLOW, talk
from hardwon.mcp.resources import MAX_LISTED
from hardwon.mcp.skills import PAGE, GetSkillResult, ListSkillsResult


class Params(BaseModel):
    uri: str | None = None
    cursor: str | None = None


class SkillRequest(Request[Params, Literal["skills/list", "skills/get"]]):
    method: Literal["skills/list", "skills/get"]
    params: Params


async def list_skills(client: Any, cursor: str | None = None) -> ListSkillsResult:
    request = SkillRequest(method="skills/list", params=Params(cursor=cursor))
    return await client.session.send_request(request, ListSkillsResult)


async def get_skill(client: Any, uri: str) -> GetSkillResult:
    request = SkillRequest(method="skills/get", params=Params(uri=uri))
    return await client.session.send_request(request, GetSkillResult)


@pytest.mark.parametrize("era", ERAS)
def test_workflows_then_patterns_are_listed_and_read(era: str, server: Any) -> None:
    async def scenario(client: Any) -> None:
        listed = (await client.list_resources()).resources
        assert [(one.uri, one.name, one.description) for one in listed] == [
            ("workflow://count-queries-in-tests", "Count queries in tests", "1 step, HIGH"),
            ("pattern://count-queries-in-tests", "Count queries in tests", "HIGH, 5 examples"),
            (
                "pattern://close-cursors-in-a-finally-block",
                "Close cursors in a finally block",
                "LOW, 1 example",
            ),
        ]
        (read,) = (await client.read_resource("workflow://count-queries-in-tests")).contents
        assert (read.text, read.mime_type) == (TEXTS[WORKFLOW], "text/markdown")
        (read,) = (await client.read_resource("pattern://count-queries-in-tests")).contents
        tool = await client.call_tool("get_pattern", {"name": "Count queries in tests"})
        assert json.loads(read.text) == tool.structured_content
        assert read.mime_type == "application/json"

    talk(server, scenario, mode=era)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    "uri",
    [
        "pattern://no-such-pattern-anywhere",
        "workflow://none",
        "workflow://..%2F..%2Fsemantic%2Fpatterns%2Fdev-patterns",
        "skill://none/SKILL.md",
        "skill://count-queries-in-tests/../../hardwon.toml",
        "skill://count-queries-in-tests/references/none.md",
        "file:///etc/passwd",
    ],
)
def test_what_is_not_there_is_an_error_of_the_protocol(era: str, uri: str, server: Any) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
        assert caught.value.error.code == -32602

    talk(server, scenario, mode=era)


def test_the_list_is_bounded_and_the_best_stay(memory: Path, write_note: Any, server: Any) -> None:
    more = "".join(
        f"\n## Pattern {n}\n\n**Confidence:** LOW\n\n**Pattern:**\nDo {n}.\n" for n in range(600)
    )
    write_note(BOOK, TEXTS[BOOK] + more)

    async def scenario(client: Any) -> None:
        listed = (await client.list_resources()).resources
        assert len(listed) == MAX_LISTED
        assert listed[1].uri == "pattern://count-queries-in-tests"
        (read,) = (await client.read_resource("pattern://pattern-599")).contents
        assert json.loads(read.text)["name"] == "Pattern 599"

    talk(server, scenario)


def test_a_change_of_the_list_is_told(server: Any) -> None:
    told: list[str] = []

    async def hear(message: Any) -> None:
        told.append(type(message).__name__)

    async def scenario(client: Any) -> None:
        await client.call_tool("learn", {})
        assert told == []
        await client.call_tool("learn", {"apply": True})

    talk(server, scenario, mode="legacy", message_handler=hear)
    assert told == ["ResourceListChangedNotification"]


@pytest.mark.parametrize("era", ERAS)
def test_workflows_are_skills_with_digests(era: str, server: Any) -> None:
    async def scenario(client: Any) -> None:
        result = await list_skills(client)
        (skill,) = result.skills
        assert (result.result_type, result.next_cursor, result.cache_scope) == (
            "complete",
            None,
            "private",
        )
        assert skill.uri == "skill://count-queries-in-tests/SKILL.md"
        assert [one.uri for one in skill.resources] == [
            "skill://count-queries-in-tests/SKILL.md",
            "skill://count-queries-in-tests/references/evidence.md",
        ]
        for resource in skill.resources:
            (read,) = (await client.read_resource(resource.uri)).contents
            data = read.text.encode("utf-8")
            assert resource.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
            assert resource.size == len(data)
            assert read.mime_type == "text/markdown"
        (main,) = (await client.read_resource(skill.uri)).contents
        assert yaml.safe_load(main.text.split("\n---\n")[0]) == skill.frontmatter
        assert skill.frontmatter["metadata"]["examples"] == "5"
        assert (await get_skill(client, skill.uri)).skill == skill
        with pytest.raises(MCPError) as caught:
            await get_skill(client, "skill://none/SKILL.md")
        assert caught.value.error.code == -32602

    talk(server, scenario, mode=era)


def test_skills_are_announced(server: Any) -> None:
    async def scenario(client: Any) -> None:
        assert client.server_capabilities.extensions == {"io.modelcontextprotocol/skills": {}}
        assert client.server_capabilities.resources is not None

    talk(server, scenario, mode="auto")


def test_skills_come_in_pages(memory: Path, write_note: Any, server: Any) -> None:
    for number in range(PAGE + 20):
        write_note(
            f"procedural/workflows/w-{number:03}.md", TEXTS[WORKFLOW].replace("5", f"{number}")
        )

    async def scenario(client: Any) -> None:
        first = await list_skills(client)
        second = await list_skills(client, first.next_cursor)
        assert (len(first.skills), len(second.skills), second.next_cursor) == (PAGE, 21, None)
        uris = [one.uri for one in (*first.skills, *second.skills)]
        assert uris == sorted(set(uris))

    talk(server, scenario, mode=MODERN)


def test_a_workflow_under_review_is_no_skill(memory: Path, write_note: Any, server: Any) -> None:
    text = TEXTS[WORKFLOW].replace("confidence: HIGH", "confidence: LOW\nstatus: under review")
    write_note(WORKFLOW, text)

    async def scenario(client: Any) -> None:
        assert (await list_skills(client)).skills == []
        (read,) = (await client.read_resource("workflow://count-queries-in-tests")).contents
        assert read.text == text

    talk(server, scenario)


@pytest.mark.parametrize("era", ERAS)
def test_prompts_name_the_tools_to_call(era: str, server: Any) -> None:
    async def scenario(client: Any) -> None:
        prompts = (await client.list_prompts()).prompts
        assert {one.name: [a.name for a in one.arguments or []] for one in prompts} == {
            "learn": [],
            "review": ["what"],
        }
        tools = {tool.name for tool in (await client.list_tools()).tools}
        learn = (await client.get_prompt("learn")).messages[0].content.text
        review = (await client.get_prompt("review", {"what": "the {branch}\nx"})).messages[0]
        assert "the {branch} x and pass it" in review.content.text
        assert {"learn", "note_experience"} <= tools & {word.strip(".,:") for word in learn.split()}
        assert "review_diff" in review.content.text
        default = (await client.get_prompt("review")).messages[0].content.text
        assert "the working tree against HEAD" in default

    talk(server, scenario, mode=era)
