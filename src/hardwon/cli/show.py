"""`hardwon show`."""

from __future__ import annotations

import click

from hardwon.cli.context import Session, json_option, pass_session, report_skipped
from hardwon.cli.printing import echo, print_json


@click.command("show")
@click.argument("words", nargs=-1, required=True, metavar="NAME...")
@json_option
@pass_session
def command(session: Session, words: tuple[str, ...], as_json: bool) -> None:
    """Show the pattern NAME with its evidence.

    NAME may be a short form, a slug or an alias, as long as it means one pattern only.

    \b
    Example:
      hardwon show n+1 query prevention
    """
    from hardwon.actions.patterns import get_pattern
    from hardwon.render.patterns import detail_data, detail_lines

    name = " ".join(words)
    if not name.strip():
        raise click.UsageError("NAME is empty: hardwon list names all patterns.")
    with session.progress("reading notes") as progress:
        detail = get_pattern(session.folder, name, session.today, progress=progress)
    report_skipped(detail.skipped)
    if as_json:
        print_json(detail_data(detail))
        return
    for line in detail_lines(detail, session.shown):
        echo(line)
