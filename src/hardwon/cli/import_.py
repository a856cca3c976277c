"""`hardwon import`: take in what other tools have collected."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from hardwon.cli.context import Session, json_option, pass_session
from hardwon.cli.printing import echo, print_json
from hardwon.errors import HardwonError

if TYPE_CHECKING:
    from hardwon.model.adoption import Adoption

_STYLES = {
    "file": ("bold",),
    "written": ("green",),
    "renamed": ("yellow",),
    "known": ("dim",),
    "refused": ("yellow",),
    "note": ("dim",),
    "summary": ("bold",),
}


def _family(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from hardwon.markup.foreign.table import KEYS

    if value is not None and value not in KEYS:
        raise click.BadParameter(f"{value!r} is none of {', '.join(KEYS)}")
    return value


@click.command("import")
@click.argument("named", metavar="PATH...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option(
    "--domain", metavar="NAME", help="Book and folder for all of it; else what the files say."
)
@click.option(
    "--as", "key", metavar="FAMILY", callback=_family,
    help="Read every file as this family; else each as the first that knows it.",
)  # fmt: skip
@json_option
@pass_session
def command(
    session: Session,
    named: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    domain: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Take in patterns, notes, checklists and workflows from files of other tools.

    \b
    hardwon import docs/solutions .cursor/rules --dry-run
    hardwon import ~/old-project/CLAUDE.md --domain web
    hardwon import . --yes

    PATH is a file or a folder. Each file is recognised by what it is, the plan shows what goes
    where, and nothing of the memory is overwritten. What has no example that can be counted
    comes in without a confidence; where it came from is written down beside it.
    """
    from pathlib import Path

    from hardwon.actions.import_ import import_readings, plan_import, read_all

    here = session.directory.resolve()
    places = [here / Path(name).expanduser() for name in named]
    with session.progress("reading") as progress:
        readings = read_all(session.folder, places, here, key, progress)
    plan = plan_import(session.folder, readings, domain=domain)
    if all(reading.foreign is None for reading in readings):
        if as_json:
            _print_json(plan, applied=False)
        else:
            _print(session, plan, applied=False)
        raise HardwonError(
            "nothing was recognised", hint="docs/import.md lists the families; --as names one"
        )
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not (as_json or yes or dry_run)
    applies = yes and not dry_run and bool(plan.files)
    if asks:
        _print(session, plan, applied=False)
        if not plan.files or not click.confirm("Write this?", default=False):
            return
        applies = True
    if applies:
        plan = import_readings(session.folder, readings, domain=domain)
    if as_json:
        _print_json(plan, applied=applies)
        return
    if not asks:
        _print(session, plan, applied=applies)
    elif applies:
        echo("written", err=True)
    if plan.files and not applies and not dry_run:
        echo("nothing was written: --yes writes it", err=True)
    elif applies and sys.stderr.isatty():
        echo("next: hardwon learn", err=True)


def _print_json(plan: Adoption, *, applied: bool) -> None:
    from hardwon.render.imports import adoption_data

    print_json(adoption_data(plan, applied=applied))


def _print(session: Session, plan: Adoption, *, applied: bool) -> None:
    from hardwon.render.imports import adoption_lines
    from hardwon.render.terminal import styled

    for kind, line in adoption_lines(plan, session.shown, applied=applied):
        echo(styled(line, *_STYLES.get(kind, ())))
