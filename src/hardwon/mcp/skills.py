"""Workflows as skills: the extension `io.modelcontextprotocol/skills` (SEP-2640).

Followed is `specification/stable/skills.mdx` of github.com/modelcontextprotocol/ext-skills, as of
2026-09: `skills/list` and `skills/get` answer with the front matter and, for each file, its digest
and size; the files are resources. What a workflow says while its pattern is under review is not
served as a skill, since a skill is acted upon; it can still be read as a workflow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

from mcp.server import MCPServer
from mcp.server.context import ServerRequestContext
from mcp.server.extension import Extension, MethodBinding
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, PaginatedRequestParams, RequestParams
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from hardwon.errors import HardwonError
from hardwon.files.folder import Folder
from hardwon.mcp.quoting import shown
from hardwon.mcp.resources import MARKDOWN, refused
from hardwon.mcp.served import Served
from hardwon.render.skill import FILE

IDENTIFIER = "io.modelcontextprotocol/skills"
# Entries of one answer; the next page is asked for with `cursor`.
PAGE = 100


class GetSkillParams(RequestParams):
    """What `skills/get` takes: the URI of a SKILL.md."""

    uri: str


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class SkillResource(_Wire):
    """A file of a skill."""

    uri: str
    digest: str
    size: int


class SkillEntry(_Wire):
    """A skill, as both methods return it."""

    uri: str
    frontmatter: dict[str, Any]
    resources: list[SkillResource]


class _Result(_Wire):
    result_type: Literal["complete"] = "complete"
    # A note may change what a workflow says at any time, and it is this memory's alone.
    ttl_ms: int = 0
    cache_scope: Literal["private"] = "private"


class ListSkillsResult(_Result):
    """The answer to `skills/list`."""

    skills: list[SkillEntry]
    next_cursor: str | None = Field(default=None, exclude_if=lambda cursor: cursor is None)


class GetSkillResult(_Result):
    """The answer to `skills/get`."""

    skill: SkillEntry


class Skills(Extension):
    """Serves the workflows of a memory as skills."""

    identifier = IDENTIFIER

    def methods(self) -> Sequence[MethodBinding]:
        """Return the two methods that a server of skills must have."""
        return (
            MethodBinding("skills/list", PaginatedRequestParams, _list),
            MethodBinding("skills/get", GetSkillParams, _get),
        )


def add_skills(server: MCPServer[Served]) -> None:
    """Add the files of skills to the resources of `server`."""
    server.resource(
        "skill://{name}/{+path}",
        name="skill",
        title="A file of a skill",
        description="A file of a skill that skills/list names: SKILL.md, or what it refers to.",
        mime_type=MARKDOWN,
    )(read_skill_file)


async def read_skill_file(name: str, path: str, ctx: Context[Served, Any]) -> str:
    """Return a file of a skill, the same bytes that its digest is of."""
    served: Served = ctx.request_context.lifespan_context
    try:
        skills = await served.run(_read)
    except HardwonError as error:
        raise refused(error) from error
    for entry, files in skills:
        if entry.uri == f"skill://{name}/{FILE}" and path in files:
            return files[path]
    raise ResourceNotFoundError(f"there is no file {shown(path)!r} of a skill {shown(name)!r}")


async def _list(
    ctx: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None
) -> ListSkillsResult:
    entries = [entry for entry, _ in await _skills(ctx)]
    cursor = params.cursor if params is not None else None
    # The cursor is the last URI of the page before: it holds when skills come and go.
    rest = [entry for entry in entries if cursor is None or entry.uri > cursor]
    page = rest[:PAGE]
    return ListSkillsResult(skills=page, next_cursor=page[-1].uri if rest[PAGE:] else None)


async def _get(ctx: ServerRequestContext[Any, Any], params: GetSkillParams) -> GetSkillResult:
    for entry, _ in await _skills(ctx):
        if entry.uri == params.uri:
            return GetSkillResult(skill=entry)
    raise MCPError(
        code=INVALID_PARAMS, message="there is no such skill", data={"uri": shown(params.uri)}
    )


async def _skills(ctx: ServerRequestContext[Any, Any]) -> list[tuple[SkillEntry, dict[str, str]]]:
    served: Served = ctx.lifespan_context
    try:
        return await served.run(_read)
    except HardwonError:  # no memory, no skills
        return []


def _read(folder: Folder) -> list[tuple[SkillEntry, dict[str, str]]]:
    """Return all skills by URI, each with its files."""
    from hardwon.actions.read import read_snapshot
    from hardwon.render.skill import render_skills

    workflows = [one for one in read_snapshot(folder).workflows if one.status is None]
    found = []
    for skill in render_skills(workflows):
        files = dict(skill.files)
        resources = [
            SkillResource(
                uri=f"skill://{skill.name}/{path}",
                digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
                size=len(data),
            )
            for path, data in ((path, text.encode("utf-8")) for path, text in files.items())
        ]
        uri = f"skill://{skill.name}/{FILE}"
        entry = SkillEntry(uri=uri, frontmatter=skill.frontmatter, resources=resources)
        found.append((entry, files))
    return sorted(found, key=lambda one: one[0].uri)
