"""`hardwon index`."""

from __future__ import annotations

from dataclasses import replace

import click

from hardwon.cli.context import Session, json_option, pass_session, shown_path
from hardwon.cli.printing import echo, print_json
from hardwon.render.terminal import one_line


@click.command("index")
@click.option("--rebuild", is_flag=True, help="Throw the index away and read all notes again.")
@click.option(
    "--wait", is_flag=True, help="Return when all texts have vectors; needs hardwon[semantic]."
)
@json_option
@pass_session
def command(session: Session, rebuild: bool, wait: bool, as_json: bool) -> None:
    """Show what the search index holds, brought up to date; or build it anew.

    The index is a cache: every command refreshes it, and deleting it loses nothing. Files that
    cannot be read are named. Where hardwon[semantic] is installed, the vectors that texts lack
    are computed in the background.

    \b
    Example:
      hardwon index --rebuild
    """
    from hardwon.actions.index import read_index_status
    from hardwon.render.index import status_data, status_lines

    folder = session.folder
    with session.progress("reading notes") as progress:
        status = read_index_status(folder, rebuild=rebuild, progress=progress)
    if wait:
        from hardwon.actions.embed import embed_texts

        with session.progress("embedding texts") as progress:
            embed_texts(folder, progress=progress)
        vectors = read_index_status(folder).vectors
        status = replace(status, vectors=vectors)
    for fault in status.skipped:
        echo(f"skipped {one_line(fault.path)}:{fault.line}: {fault.message}", err=True)
    if as_json:
        print_json(status_data(status))
    else:
        place = shown_path(folder.root / status.path) if status.path else ""
        for line in status_lines(status, place, rebuilt=rebuild):
            echo(line)
    if status.vectors is not None and status.vectors.ready < status.vectors.texts and status.path:
        from hardwon.actions.embed import start_embedding

        start_embedding(folder)
