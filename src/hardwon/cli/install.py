"""`hardwon install`: telling other programs of hardwon."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from hardwon.cli.context import Session, pass_session, shown_path
from hardwon.cli.printing import echo, print_exact
from hardwon.model.agent import Client, Scope

if TYPE_CHECKING:
    from pathlib import Path

    from hardwon.actions.install_agents import AgentPlan
    from hardwon.model.agent import Piece


@click.group("install", invoke_without_command=True)
@click.option(
    "--client", "clients", type=click.Choice([str(client) for client in Client]), multiple=True,
    help="Agent or editor to set up; may be repeated.",
)  # fmt: skip
@click.option("--all", "all_clients", is_flag=True, help="All agents and editors.")
@click.option(
    "--project/--user", "is_project", default=True,
    help="For all who work on the project (default), or for yourself everywhere.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print a diff of what would change; write nothing.")
@click.option("--uninstall", is_flag=True, help="Take hardwon out of these files again.")
@click.pass_context
def command(
    ctx: click.Context,
    clients: tuple[str, ...],
    all_clients: bool,
    is_project: bool,
    dry_run: bool,
    uninstall: bool,
) -> None:
    """Let agents, editors and git run hardwon.

    With --client, an agent gets what it needs: an entry for the MCP server, the skills learn,
    review and recall, a hook that captures sessions, and in a project the HIGH patterns in
    AGENTS.md. These files lie outside the memory; what else is in them stays, byte for byte.

    \b
    Example:
      hardwon install --client claude
      hardwon install --all --dry-run
      hardwon install hook
    """
    chosen = list(Client) if all_clients else [x for x in Client if x.value in clients]
    if ctx.invoked_subcommand is not None:
        if chosen or dry_run or uninstall or not is_project:
            raise click.UsageError(f"Options of agents do not go with {ctx.invoked_subcommand!r}.")
        return
    if not chosen:
        raise click.UsageError("Name an agent with --client, or say --all; or name a command.")
    scope = Scope.PROJECT if is_project else Scope.USER
    _install(ctx.find_object(Session) or Session(".", None), chosen, scope, dry_run, uninstall)


def _install(
    session: Session, chosen: list[Client], scope: Scope, dry_run: bool, uninstall: bool
) -> None:
    import os
    from pathlib import Path

    from hardwon.actions.install_agents import apply_agents, plan_agents
    from hardwon.files.agent_files import find_project

    is_project = scope is Scope.PROJECT
    root = find_project(session.directory) if is_project else Path.home()
    pieces = _pieces(session, root, scope, uninstall)
    environ = {} if is_project else dict(os.environ)
    plan = plan_agents(root, pieces, chosen, environ, uninstall=uninstall)
    _show(plan)
    if dry_run and plan.changes:
        _print_diff(plan)
        echo("nothing was written", err=True)
        return
    apply_agents(plan)
    _report(plan, chosen, scope, uninstall)


def _pieces(
    session: Session, root: Path, scope: Scope, uninstall: bool
) -> dict[Client, list[Piece]]:
    """Return what each client would get; to take it out again needs no memory."""
    from hardwon.actions.install_agents import memory_from
    from hardwon.render.agents.setup import NAME, Setting, setup_pieces

    setting = Setting(scope, platform=sys.platform)
    if scope is Scope.USER:
        named = str(session.folder.root) if session.named and not uninstall else ""
        command, capture = _programs()
        setting = Setting(scope, command, capture, named, platform=sys.platform)
    elif uninstall:
        from hardwon.markup.managed_block import END, START

        setting = Setting(scope, block=f"{START}\n{END}", platform=sys.platform)
    else:
        memory = memory_from(root, session.folder)
        block = _block(session, root)
        setting = Setting(scope, NAME, memory=memory, block=block, platform=sys.platform)
    return {client: setup_pieces(client, setting) for client in Client}


def _programs() -> tuple[str, tuple[str, ...]]:
    """Return how the two programs are called here.

    Full paths, since a window may know a shorter path than a terminal: the file of the command,
    and the words of the hook without the client.
    """
    from pathlib import Path

    from hardwon.capture import capture_command
    from hardwon.render.agents.setup import NAME

    folder = Path(sys.executable).parent if sys.executable else Path()
    files = [folder / f"{NAME}{end}" for end in ("", ".exe")]
    command = next((str(file) for file in files if file.is_file()), NAME)
    return command, tuple(capture_command("", sys.executable)[:-2])


def _block(session: Session, root: Path) -> str:
    from hardwon.actions.patterns import list_patterns
    from hardwon.render.agents.block import render_agents_block

    folder = session.folder
    listing = list_patterns(folder, session.today)
    memory = folder.root.resolve()
    named = memory.relative_to(root).as_posix() if memory.is_relative_to(root) else memory.name
    return render_agents_block(listing.entries, memory=named)


def _show(plan: AgentPlan) -> None:
    """Say what will be written, and what will not, before anything is."""
    from hardwon.render.agents.plan import change_line

    if plan.changes:
        echo("this changes files outside the memory:", err=True)
    for change in plan.changes:
        path = shown_path(change.root / change.path)
        echo(change_line(change.old, change.new, path, change.parts), err=True)
    for file, why in plan.kept:
        echo(f"left as it is: {shown_path(file)}: {why}", err=True)


def _print_diff(plan: AgentPlan) -> None:
    from hardwon.model.plan import FileChange
    from hardwon.render.plan import file_diff

    for change in plan.changes:
        print_exact(file_diff(FileChange(change.path, change.old, change.new), ""))


def _report(plan: AgentPlan, chosen: list[Client], scope: Scope, uninstall: bool) -> None:
    from importlib.util import find_spec

    from hardwon.markup.text import counted
    from hardwon.render.agents.plan import next_lines

    if not plan.changes:
        echo("nothing to take out" if uninstall else "installed already")
        return
    echo(f"{'took hardwon out of' if uninstall else 'wrote'} {counted(len(plan.changes), 'file')}")
    if uninstall:
        return
    if find_spec("mcp") is None:
        echo("the MCP server needs an extra: pip install 'hardwon[mcp]'", err=True)
    for line in next_lines(chosen, scope):
        echo(f"next: {line}", err=True)


@command.command("hook")
@click.option(
    "--fail-on", type=click.Choice(["violated", "high", "never"]), default="high",
    show_default=True, help="What stops a commit, as for hardwon review.",
)  # fmt: skip
@click.option("--uninstall", is_flag=True, help="Take hardwon out of the hook again.")
@pass_session
def hook(session: Session, fail_on: str, uninstall: bool) -> None:
    """Have git review what is staged before each commit.

    Adds a marked block to the pre-commit hook of the repository; a hook that is there keeps
    all its lines. Running it again changes nothing, or the block alone.
    """
    from hardwon.actions.install_hook import apply_hook, plan_hook, plan_removal

    if uninstall:
        change = plan_removal(session.directory)
    else:
        change = plan_hook(session.directory, session.folder, fail_on, sys.executable)
    file = shown_path(change.place.file)
    if change.new == change.old:
        echo(f"{file}: {'not installed' if uninstall else 'installed already'}")
        return
    echo(f"this changes a file outside the memory: {file}", err=True)
    apply_hook(change)
    if uninstall:
        echo(f"removed {file}" if change.new is None else f"took hardwon out of {file}")
        return
    echo(f"wrote {file}")
    next_step = f"commit {file}; " if change.place.is_in_tree else ""
    echo(f"next: {next_step}git commit --no-verify passes over the review", err=True)
