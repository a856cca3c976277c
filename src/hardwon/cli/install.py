"""`hardwon install`: telling other programs of hardwon."""

from __future__ import annotations

import sys

import click

from hardwon.cli.context import Session, pass_session, shown_path
from hardwon.cli.printing import echo


@click.group("install")
def command() -> None:
    """Let other programs run hardwon.

    These commands write outside the memory, and say first where.

    \b
    Example:
      hardwon install hook
    """


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
