"""`hardwon stats`: what the memory holds, and what is worth doing next."""

from __future__ import annotations

import shutil
import sys

import click

from hardwon.cli.context import Session, json_option, pass_session
from hardwon.cli.printing import echo, print_json
from hardwon.render.terminal import one_line


@click.command("stats")
@json_option
@pass_session
def command(session: Session, as_json: bool) -> None:
    """Count what the memory holds, and say what to do next.

    Levels are counted from listed examples, whatever a pattern claims. Time saved is given
    twice, never added up: what patterns state, times their net examples; and what notes
    measured.
    """
    from hardwon.actions.stats import read_statistics
    from hardwon.render.stats import stats_data, stats_lines

    session.collect_drafts()
    with session.progress("comparing notes") as progress:
        statistics, skipped = read_statistics(session.folder, session.today, progress=progress)
    for fault in skipped:
        echo(f"skipped {one_line(fault.path)}:{fault.line}: {fault.message}", err=True)
    if as_json:
        print_json(stats_data(statistics))
        return
    width = shutil.get_terminal_size().columns
    for line in stats_lines(statistics, width=width, ascii_only=not _can_draw()):
        echo(line)


def _can_draw() -> bool:
    try:
        "█▓░".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
