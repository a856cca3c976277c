"""Patterns and workflows as resources: to be read, attached and listed by a client."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote as quote_url

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp_types import Resource

from hardwon.errors import HardwonError, NameNotFoundError
from hardwon.files.folder import Folder
from hardwon.markup.text import counted
from hardwon.mcp.quoting import as_text, shown
from hardwon.mcp.served import Served
from hardwon.render.terminal import one_line, safe

MARKDOWN = "text/markdown"
JSON = "application/json"
# A list is shown to a person, or read by a model, as a whole; any other one is read by its URI.
MAX_LISTED = 500
_MAX_NAME = 200


def add_resources(server: MCPServer[Served]) -> None:
    """Add the templates of all resources to `server`."""
    server.resource(
        "pattern://{slug}",
        name="pattern",
        title="A pattern",
        description="A pattern with its evidence, by its slug: the same as get_pattern.",
        mime_type=JSON,
    )(read_pattern)
    server.resource(
        "workflow://{slug}",
        name="workflow",
        title="A workflow",
        description="The checklist that a HIGH pattern became, by the name of its file.",
        mime_type=MARKDOWN,
    )(read_workflow)


async def read_pattern(slug: str, ctx: Context[Served, Any]) -> str:
    """Return a pattern as JSON, quoted."""
    served: Served = ctx.request_context.lifespan_context

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.patterns import get_pattern
        from hardwon.render.patterns import detail_data

        return detail_data(get_pattern(folder, slug, served.day()))

    try:
        return as_text(await served.answer(work))
    except HardwonError as error:
        raise refused(error) from error


async def read_workflow(slug: str, ctx: Context[Served, Any]) -> str:
    """Return the Markdown of a workflow, credentials masked."""
    served: Served = ctx.request_context.lifespan_context

    def work(folder: Folder) -> str:
        from hardwon.actions.workflows import get_workflow

        return safe(get_workflow(folder, slug).text)

    try:
        return await served.run(work)
    except HardwonError as error:
        raise refused(error) from error


async def list_resources(served: Served) -> list[Resource]:
    """Return workflows by path, then patterns with the highest confidence first, at most 500.

    None where there is no memory: a client asks for the list by itself, and nobody would see
    an error.
    """

    def work(folder: Folder) -> list[Resource]:
        from hardwon.actions.patterns import list_patterns
        from hardwon.actions.read import read_snapshot

        snapshot = read_snapshot(folder)
        found = {}
        for checklist in (*snapshot.workflows, *snapshot.checklists):
            stem = checklist.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            level = f", {checklist.confidence}" if checklist.confidence else ""
            found[f"workflow://{quote_url(stem, safe='')}"] = (
                checklist.title,
                counted(len(checklist.items), "step") + level,
                MARKDOWN,
            )
        entries = list_patterns(folder, served.day()).entries
        slugs = Counter(entry.pattern.slug for entry in entries)
        for entry in entries:
            if slugs[entry.pattern.slug] > 1:  # which of them is meant, the URI cannot say
                continue
            about = f"{entry.confidence}, {counted(entry.examples, 'example')}"
            uri = f"pattern://{quote_url(entry.pattern.slug, safe='')}"
            found[uri] = (entry.pattern.name, about, JSON)
        return [
            Resource(uri=uri, name=one_line(name)[:_MAX_NAME], description=about, mime_type=kind)
            for uri, (name, about, kind) in list(found.items())[:MAX_LISTED]
        ]

    try:
        return await served.run(work)
    except HardwonError:
        return []


def refused(error: HardwonError) -> ResourceError:
    """Return `error` as what the protocol knows: not found, or not to be had."""
    kind = ResourceNotFoundError if isinstance(error, NameNotFoundError) else ResourceError
    return kind(shown(str(error)))
