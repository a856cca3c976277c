"""`hardwon list`."""

from __future__ import annotations

import click

from hardwon.cli.context import Session, json_option, pass_session, report_skipped
from hardwon.cli.printing import echo, print_json


@click.command("list")
@click.option(
    "--confidence", "confidences", multiple=True, help="Only this confidence, as counted.",
    type=click.Choice(["LOW", "MEDIUM", "HIGH"], case_sensitive=False),
)  # fmt: skip
@click.option("--project", metavar="NAME", help="Only patterns with an example of this project.")
@click.option("--domain", metavar="NAME", help="Only the book NAME-patterns.md or the folder NAME.")
@click.option("--stale", is_flag=True, help="Only patterns without a new example for long.")
@click.option(
    "--sort", "order", default="confidence", show_default=True,
    help="What comes first.",
    type=click.Choice(["name", "confidence", "examples", "date", "saved"]),
)  # fmt: skip
@json_option
@pass_session
def command(
    session: Session,
    confidences: tuple[str, ...],
    project: str | None,
    domain: str | None,
    stale: bool,
    order: str,
    as_json: bool,
) -> None:
    """List patterns with their confidence, examples, last date and place.

    Confidence is counted from the listed examples; `4-1` are four examples and one
    counter-example.

    \b
    Example:
      hardwon list --confidence high --sort date
    """
    from hardwon.actions.patterns import Selection, list_patterns
    from hardwon.model.values import Confidence
    from hardwon.render.patterns import entry_data, table_lines

    selection = Selection(tuple(Confidence(c) for c in confidences), project, domain, stale)
    with session.progress("reading notes") as progress:
        listing = list_patterns(
            session.folder, session.today, selection, order=order, progress=progress
        )
    report_skipped(listing.skipped)
    if as_json:
        print_json({"patterns": [entry_data(entry) for entry in listing.entries]})
        return
    for line in table_lines(listing.entries, session.shown):
        echo(line)
    if not listing.total:
        echo("no patterns yet: capture with hardwon note, then run hardwon learn", err=True)
    elif not listing.entries:
        echo(f"none of {listing.total} patterns is like that", err=True)
