"""`hardwon merge-driver`: merging two branches of one memory."""

from __future__ import annotations

from pathlib import Path

import click

from hardwon.cli.context import Session, pass_session, shown_path
from hardwon.cli.printing import echo
from hardwon.render.terminal import one_line


@click.group("merge-driver")
def command() -> None:
    """Let git merge two branches of one memory without conflicts.

    Both sides' examples and sources are united by pattern, then levels, counts, dates and
    totals are counted again. Only a sentence that both sides wrote differently is a conflict.

    \b
    Example:
      hardwon merge-driver install
    """


@command.command("install")
@pass_session
def install(session: Session) -> None:
    """Name hardwon as merge driver of the memory, for this clone.

    Adds two lines to .gitattributes of the memory, to be committed, and the command to git's
    settings of this clone. Every clone runs it once.
    """
    from hardwon.actions.driver import ATTRIBUTES, install_driver

    done = install_driver(session.folder)
    attributes = shown_path(session.folder.root / ATTRIBUTES)
    if done.wrote_attributes:
        echo(f"wrote {attributes}")
    if done.wrote_command:
        echo("set merge.hardwon.driver in the settings of this clone")
    if not (done.wrote_attributes or done.wrote_command):
        echo("the merge driver is installed already")
    elif done.wrote_attributes:
        echo(f"next: commit {attributes}; each clone runs this command once", err=True)


@command.command("resolve")
@pass_session
@click.pass_context
def resolve(ctx: click.Context, session: Session) -> None:
    """Mend a merge that was made without the driver.

    Takes the merge, rebase or cherry-pick that stopped, or else the merge that was committed
    last. Files that were edited since stay as they are. Exits 1 when a person must decide.
    """
    from hardwon.actions.resolve import Outcome, count_left, resolve_merge

    found = resolve_merge(session.folder)
    for item in found:
        count = f" ({item.conflicts})" if item.outcome is Outcome.CONFLICT else ""
        echo(f"{session.shown(item.path)}: {item.outcome}{count}")
    if not found:
        echo("no file was changed on both sides")
    echo("next: hardwon learn, then git add", err=True)
    ctx.exit(1 if count_left(found) else 0)


@command.command("run", hidden=True)
@click.argument("files", nargs=3, type=click.Path(path_type=Path), metavar="BASE OURS THEIRS")
@click.argument("path", metavar="PATH")
@click.argument("size", type=click.IntRange(1, 1000), default=7, metavar="[SIZE]")
@click.pass_context
def run(ctx: click.Context, files: tuple[Path, Path, Path], path: str, size: int) -> None:
    """Merge three files into OURS, as git calls it; exits 1 when sentences disagree."""
    from hardwon.actions.merge import merge_files

    merged = merge_files(files, path, Path.cwd(), size)
    if merged.reason is not None:
        echo(one_line(f"{path}: merged by lines, as git does: {merged.reason}"), err=True)
    ctx.exit(1 if merged.conflicts else 0)
