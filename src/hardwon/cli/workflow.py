"""`hardwon workflow`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hardwon.cli.context import Session, json_option, pass_session
from hardwon.cli.printing import echo, print_json

if TYPE_CHECKING:
    from hardwon.actions.workflows import WorkflowEntry


@click.group("workflow")
def command() -> None:
    """List, show and rebuild the checklists that HIGH patterns became.

    \b
    Example:
      hardwon workflow show "N+1 Query Prevention"
    """


@command.command("list")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """List workflows and review checklists."""
    from hardwon.actions.workflows import list_workflows
    from hardwon.markup.text import counted

    entries = list_workflows(session.folder)
    if as_json:
        print_json({"workflows": [_data(entry) for entry in entries]})
        return
    for entry in entries:
        checklist = entry.checklist
        notes = [counted(len(checklist.items), "item")]
        if checklist.confidence is not None:
            notes.insert(0, str(checklist.confidence))
        if checklist.status:
            notes.append(checklist.status)
        if entry.edited:
            notes.append("edited")
        echo(f"{entry.name}  {', '.join(notes)}  {session.shown(checklist.path)}")
    if not entries:
        echo("no workflows yet: a pattern gets one when it is HIGH", err=True)


@command.command("show")
@click.argument("name", nargs=-1, required=True)
@json_option
@pass_session
def show_command(session: Session, name: tuple[str, ...], as_json: bool) -> None:
    """Show the workflow of the pattern or theme NAME."""
    from hardwon.actions.workflows import get_workflow

    entry = get_workflow(session.folder, " ".join(name))
    if as_json:
        print_json({**_data(entry), "text": entry.text})
    else:
        echo(entry.text, nl=False)


@command.command("rebuild")
@json_option
@pass_session
def rebuild_command(session: Session, as_json: bool) -> None:
    """Make all workflows fit their patterns again; what a person edited stays."""
    from hardwon.actions.workflows import rebuild_workflows
    from hardwon.render.plan import plan_data, plan_lines

    plan = rebuild_workflows(session.folder)
    if as_json:
        print_json(plan_data(plan))
        return
    if not plan.changes:
        echo("every workflow fits its pattern")
        return
    for _, line in plan_lines(plan, session.shown, applied=True):
        echo(line)


def _data(entry: WorkflowEntry) -> dict[str, Any]:
    checklist = entry.checklist
    return {
        "name": entry.name,
        "path": checklist.path,
        "line": checklist.line,
        "pattern": checklist.pattern,
        "theme": checklist.theme,
        "confidence": str(checklist.confidence) if checklist.confidence else None,
        "examples": checklist.examples,
        "last_reinforced": checklist.last_reinforced.iso if checklist.last_reinforced else None,
        "status": checklist.status,
        "edited": entry.edited,
        "items": [{"text": i.text, "done": i.done, "line": i.line} for i in checklist.items],
    }
