"""The tools: one for each action, each with what it takes, answers and may change."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import ElicitationResult, Resolve
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from hardwon.errors import HardwonError, MemoryNotFoundError
from hardwon.files.folder import Folder
from hardwon.mcp.answers import (
    Hits,
    NoteAnswer,
    PatternAnswer,
    PlanAnswer,
    ReviewAnswer,
    StatsAnswer,
)
from hardwon.mcp.quoting import as_text, error_data
from hardwon.mcp.roots import follow_roots
from hardwon.mcp.served import Served
from hardwon.mcp.undecided import FormReplies, ask_undecided, is_modern

Kind = Literal["pattern", "experience", "workflow", "checklist"]
Ending = Literal["SUCCESS", "PARTIAL", "BLOCKED", "FAILED"]
# More than anybody writes by hand, less than what makes a note that is not read.
Line = Annotated[str, Field(max_length=1_000)]
Prose = Annotated[str, Field(max_length=100_000)]
Lines = Annotated[list[Line], Field(max_length=50)]
Ids = Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=1_000)]

READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
ADDS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
)
# It edits books and takes away checklists that no pattern stands for any more.
CHANGES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
)


def add_tools(server: MCPServer[Served]) -> None:
    """Add all tools to `server`; what the docstring of each says is its description."""
    for tool, title, hints in (
        (search_memory, "Search the memory", READS),
        (get_pattern, "Show a pattern", READS),
        (note_experience, "Capture an experience", ADDS),
        (learn, "Learn from experiences", CHANGES),
        (review_diff, "Review a diff", READS),
        (memory_stats, "Count the memory", READS),
    ):
        server.add_tool(tool, title=title, description=inspect.getdoc(tool), annotations=hints)


async def search_memory(
    ctx: Context[Served, Any],
    query: Annotated[
        str,
        Field(
            description="Words to look for; any text is a query, none of it an operator.",
            min_length=1,
            max_length=8_000,
        ),
    ],
    kind: Annotated[Kind | None, Field(description="Only this kind.")] = None,
    limit: Annotated[int, Field(description="At most so many hits.", ge=1, le=50)] = 10,
) -> Annotated[CallToolResult, Hits]:
    """Find patterns, experiences, workflows and checklists of this project's memory.

    Use it before a task, with words of the task. Each hit has the file and the line to open, and
    a pattern the confidence that is counted from its examples. The best answer comes first.
    """
    served = served_by(ctx)

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.search import search
        from hardwon.model.hit import Filters
        from hardwon.render.search import found_data

        filters = Filters((kind,) if kind else ())
        meaning = served.meaning(folder)
        return found_data(search(folder, query, filters=filters, limit=limit, meaning=meaning))

    return await _answer(ctx, work)


async def get_pattern(
    ctx: Context[Served, Any],
    name: Annotated[
        str,
        Field(description="Its name, a short form, slug or alias.", min_length=1, max_length=1_000),
    ],
) -> Annotated[CallToolResult, PatternAnswer]:
    """Show one pattern: when to use it, what to do, why, code, and the evidence behind it."""
    served = served_by(ctx)

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.patterns import get_pattern as get
        from hardwon.render.patterns import detail_data

        return detail_data(get(folder, name, served.day()))

    return await _answer(ctx, work)


async def note_experience(
    ctx: Context[Served, Any],
    title: Annotated[
        str, Field(description="What one would look for later.", min_length=1, max_length=1_000)
    ],
    lessons: Annotated[Lines, Field(description="What it taught, a sentence each.")] = [],  # noqa: B006
    patterns: Annotated[Lines, Field(description="Names of patterns that were applied.")] = [],  # noqa: B006
    body: Annotated[Prose, Field(description="What happened, as Markdown.")] = "",
    context: Annotated[Prose, Field(description="What was being worked on.")] = "",
    project: Annotated[Line | None, Field(description="Project that it happened in.")] = None,
    outcome: Annotated[Ending | None, Field(description="How it ended.")] = None,
    minutes_saved: Annotated[
        int | None, Field(description="Minutes that an applied pattern saved.", ge=0, le=1_000_000)
    ] = None,
    tags: Annotated[Lines, Field(description="Tags.")] = [],  # noqa: B006
    date: Annotated[
        dt.date | None, Field(description="Day it happened; today where none is given.")
    ] = None,
    domain: Annotated[Line, Field(description="Folder below episodic/.")] = "code",
) -> Annotated[CallToolResult, NoteAnswer]:
    """Write what happened as a new dated note of the memory.

    Use it when something was learned that will be of use again: a cause that took long to find,
    a fix that held, a pattern that helped or did not. It writes one new file and changes no
    other; credentials are masked. `learn` counts the note as evidence.
    """
    served = served_by(ctx)

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.note import capture, check_day, name_patterns
        from hardwon.markup.compose import Draft, fold_line, fold_tags
        from hardwon.model.values import Outcome, PartialDate
        from hardwon.render.note import note_data

        day = date or served.day()
        named = name_patterns(folder, patterns)
        draft = Draft(
            fold_line(title),
            PartialDate(day.year, day.month, day.day),
            project=project,
            outcome=Outcome(outcome) if outcome else None,
            tags=fold_tags(tags),
            time_saved_minutes=minutes_saved,
            lessons=tuple(lessons),
            patterns=tuple(name.name for name in named),
            context=context,
            body=body,
        )
        if not draft.title:
            raise HardwonError("the title is empty", expected="what one would look for later")
        check_day(draft.date)
        note = capture(folder, draft, domain=domain)
        known = ((name.name, name.known) for name in named)
        return note_data(note.path, note.title, draft.date, known, note.masked)

    return await _answer(ctx, work)


async def learn(
    ctx: Context[Served, Any],
    answers: Annotated[ElicitationResult[BaseModel], Resolve(ask_undecided)],
    apply: Annotated[
        bool, Field(description="Write the changes; without it they are only shown.")
    ] = False,
    accept: Annotated[
        Ids, Field(description="IDs of candidates that are right, of an earlier answer.")
    ] = [],  # noqa: B006
    refuse: Annotated[
        Ids, Field(description="IDs of candidates that are wrong, of an earlier answer.")
    ] = [],  # noqa: B006
) -> Annotated[CallToolResult, PlanAnswer]:
    """Turn experiences into patterns, and patterns of HIGH confidence into workflows.

    Without `apply` it answers with the plan and writes nothing: show that to the person you work
    for before you apply it. Notes that are `undecided` are for a person to decide, too: pass
    what they say as `accept` or `refuse`. Applied again it changes nothing.
    """

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.learn import learn as learn_and_apply
        from hardwon.actions.learn import plan_learning
        from hardwon.actions.replies import NamedReplies
        from hardwon.render.plan import plan_data

        ask = FormReplies.of(answers).reply
        if accept or refuse:
            named = NamedReplies(accept, refuse)
            plan_learning(folder, ask=named.reply)
            named.require_used()
            ask = named.reply
        act = learn_and_apply if apply else plan_learning
        return {"applied": apply, **plan_data(act(folder, ask=ask))}

    result = await _answer(ctx, work)
    if apply and (result.structured_content or {}).get("changes"):
        await _tell_changed(ctx)
    return result


async def _tell_changed(ctx: Context[Served, Any]) -> None:
    """Tell clients that the list of resources is another one, in the way of their era."""
    await ctx.notify_resources_changed()
    if not is_modern(ctx):
        await ctx.session.send_resource_list_changed()


async def review_diff(
    ctx: Context[Served, Any],
    diff: Annotated[
        str,
        Field(
            description="A unified diff, as `git diff` prints it.",
            min_length=1,
            max_length=1_000_000,
        ),
    ],
) -> Annotated[CallToolResult, ReviewAnswer]:
    """Hold a change against what was learned: what it breaks, and what to look at.

    Use it before a change is committed. `findings` are places that break a pattern or follow
    it; `checklist` has what nobody but a reader of the change can tell. Files of the working
    tree in which the server runs are read where the diff names them.
    """
    served = served_by(ctx)

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.changes import find_checkout, read_diff
        from hardwon.actions.review import review_changes
        from hardwon.render.review.data import review_data

        here = served.start.resolve()
        changes = read_diff(here, diff.encode("utf-8", "replace"), "the diff", folder.root)
        return review_data(review_changes(folder, changes, find_checkout(here)))

    return await _answer(ctx, work)


async def memory_stats(ctx: Context[Served, Any]) -> Annotated[CallToolResult, StatsAnswer]:
    """Count what the memory holds, how it grew, and what is worth doing in it next."""
    served = served_by(ctx)

    def work(folder: Folder) -> dict[str, Any]:
        from hardwon.actions.stats import read_statistics
        from hardwon.render.stats import stats_data

        return stats_data(read_statistics(folder, served.day())[0])

    return await _answer(ctx, work)


def served_by(ctx: Context[Served, Any]) -> Served:
    """Return the memory of the server that a request came to."""
    return ctx.request_context.lifespan_context


async def _answer(
    ctx: Context[Served, Any], work: Callable[[Folder], dict[str, Any]]
) -> CallToolResult:
    """Return the data that `work` returns, quoted; or what could not be done, as data.

    An error stands in the text alone: clients hold structured content against the schema of an
    answer, also where it is an error.
    """
    served = served_by(ctx)
    try:
        try:
            data = await served.answer(work)
        except MemoryNotFoundError:
            if not await follow_roots(ctx):
                raise
            data = await served.answer(work)
    except HardwonError as error:
        return CallToolResult(content=[_text(error_data(error))], is_error=True)
    return CallToolResult(content=[_text(data)], structured_content=data)


def _text(data: dict[str, Any]) -> TextContent:
    return TextContent(type="text", text=as_text(data))
