"""`hardwon search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hardwon.cli.context import PlainHelp, Session, json_option, pass_session, report_skipped
from hardwon.cli.printing import echo, print_json

if TYPE_CHECKING:
    from hardwon.model.hit import Found


@click.command("search", cls=PlainHelp)
@click.argument("words", nargs=-1, required=True, metavar="QUERY...")
@click.option(
    "--kind", "kinds", multiple=True, help="Only this kind; may be given again.",
    type=click.Choice(["pattern", "experience", "workflow", "checklist"], case_sensitive=False),
)  # fmt: skip
@click.option(
    "--confidence", "confidences", multiple=True, help="Only this confidence, as counted.",
    type=click.Choice(["LOW", "MEDIUM", "HIGH"], case_sensitive=False),
)  # fmt: skip
@click.option("--project", metavar="NAME", help="Only what comes from this project.")
@click.option("--since", metavar="DATE", help="Only what is as new: 2026, 2026-03, 2026-03-01.")
@click.option(
    "--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="At most so many."
)
@json_option
@pass_session
def command(
    session: Session,
    words: tuple[str, ...],
    kinds: tuple[str, ...],
    confidences: tuple[str, ...],
    project: str | None,
    since: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find patterns, experiences, workflows and checklists that hold any word of QUERY.

    Any text is a query; none of its characters is an operator. The best answer comes first. A
    word that no note holds is taken for the nearest one that does, which is said.

    \b
    Example:
      hardwon search n+1 query loop
      hardwon search --kind pattern --confidence high -- --no-verify
    """
    from hardwon.actions.search import search
    from hardwon.model.hit import Filters

    query = " ".join(words)
    if not query.strip():
        raise click.UsageError("QUERY is empty: name what to search for.")
    filters = Filters(kinds, confidences, _folded(project), _iso(since))
    with session.progress("reading notes") as progress:
        found = search(session.folder, query, filters=filters, limit=limit, progress=progress)
    report_skipped(found.skipped)
    if found.fault is not None:
        echo(f"ranked by words alone: {found.fault}", err=True)
    for word, other in found.replaced:
        echo(f"no {word!r}; searched for {other!r}", err=True)
    _print(session, found, as_json, narrowed=any((kinds, confidences, project, since)))
    if found.lacking and found.fault is None:
        from hardwon.actions.embed import start_embedding

        start_embedding(session.folder)


def _print(session: Session, found: Found, as_json: bool, *, narrowed: bool) -> None:
    from hardwon.render.search import found_data, render_hit

    if as_json:
        print_json(found_data(found))
        return
    if found.hits:
        echo("\n".join(render_hit(n, hit, session.shown) for n, hit in enumerate(found.hits, 1)))
    if not found.hits:
        hint = "leave an option out" if narrowed else "try fewer or other words"
        echo(f"nothing found for {found.query!r}; {hint}", err=True)


def _folded(project: str | None) -> str | None:
    if project is None:
        return None
    from hardwon.markup.text import fold

    return fold(project)


def _iso(since: str | None) -> str | None:
    if since is None:
        return None
    from hardwon.markup.dates import parse_date

    date = parse_date(since)
    if date is None:
        raise click.BadParameter(
            f"{since!r} is no date; write 2026, 2026-03 or 2026-03-01.", param_hint="--since"
        )
    return date.iso
