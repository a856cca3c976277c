"""`hardwon index`."""

from __future__ import annotations

import click

from hardwon.cli.context import Session, json_option, pass_session, shown_path
from hardwon.cli.printing import echo, print_json


@click.command("index")
@click.option("--rebuild", is_flag=True, help="Throw the index away and read all notes again.")
@json_option
@pass_session
def command(session: Session, rebuild: bool, as_json: bool) -> None:
    """Show what the search index holds, brought up to date; or build it anew.

    The index is a cache: every command refreshes it, and deleting it loses nothing. Files that
    cannot be read are named.

    \b
    Example:
      hardwon index --rebuild
    """
    from hardwon.actions.index import read_index_status
    from hardwon.render.index import status_data, status_lines

    folder = session.folder
    with session.progress("reading notes") as progress:
        status = read_index_status(folder, rebuild=rebuild, progress=progress)
    for fault in status.skipped:
        echo(f"skipped {fault.path}:{fault.line}: {fault.message}", err=True)
    if as_json:
        print_json(status_data(status))
        return
    place = shown_path(folder.root / status.path) if status.path else ""
    for line in status_lines(status, place, rebuilt=rebuild):
        echo(line)
