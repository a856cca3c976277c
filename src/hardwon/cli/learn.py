"""`hardwon learn`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from hardwon.cli.context import Session, json_option, pass_session
from hardwon.cli.printing import echo, print_exact, print_json
from hardwon.model.experience import Experience
from hardwon.model.plan import Plan, Proposal

_STYLES = {
    "created": ("green",),
    "reinforced": ("green",),
    "promoted": ("green", "bold"),
    "countered": ("yellow",),
    "demoted": ("yellow", "bold"),
    "workflow_written": ("cyan",),
    "workflow_kept": ("yellow",),
    "summary": ("bold",),
    "undecided": ("bold",),
    "hint": ("dim",),
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Print the plan and write nothing.")
@click.option("--diff", "as_diff", is_flag=True, help="Print a diff for git apply; write nothing.")
@click.option("--eager", is_flag=True, help="Make a LOW pattern of every free-form note.")
@click.option(
    "--ask/--no-ask", default=None, help="Ask about undecided notes (default: on a terminal)."
)
@json_option
@pass_session
def command(
    session: Session, dry_run: bool, as_diff: bool, eager: bool, ask: bool | None, as_json: bool
) -> None:
    """Turn experiences into patterns, and HIGH patterns into workflows.

    Notes that name a pattern are counted as its examples; confidence follows from the count.
    Run again it changes nothing.

    \b
    Example:
      hardwon learn --dry-run
    """
    from hardwon.actions.learn import learn, plan_learning

    only_plan = dry_run or as_diff
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not as_json and not as_diff
    asker = _ask if (on_terminal if ask is None else ask) and not only_plan else None
    act = plan_learning if only_plan else learn
    with session.progress("learning") as progress:
        plan = act(session.folder, eager=eager, ask=asker, progress=progress if not asker else None)
    if as_json:
        from hardwon.render.plan import plan_data

        print_json(plan_data(plan))
    elif as_diff:
        from hardwon.render.plan import plan_diff

        print_exact(plan_diff(plan, session.diff_prefix))
    else:
        _print(plan, applied=not only_plan)


def _print(plan: Plan, *, applied: bool) -> None:
    from hardwon.render.plan import plan_lines
    from hardwon.render.terminal import styled

    for kind, line in plan_lines(plan, applied=applied):
        echo(styled(line, *_STYLES.get(kind, ())))
    for fault in plan.skipped:
        echo(f"skipped {fault.path}:{fault.line}: {fault.message}", err=True)


def _ask(note: Experience, candidates: Sequence[Proposal]) -> str | None:
    """Ask a person which pattern a note is an example of; None leaves it open."""
    from hardwon.render.terminal import styled

    echo(f"\n{styled(note.title, 'bold')}  ({note.key})")
    for number, candidate in enumerate(candidates, start=1):
        echo(f"  {number}  {candidate.pattern}  {candidate.score:.2f}")
    echo("  n  a new pattern\n  s  leave it open")
    choices = [str(n) for n in range(1, len(candidates) + 1)]
    answer = click.prompt(
        "It is an example of", type=click.Choice([*choices, "n", "s"]), default="s"
    )
    if answer == "s":
        return None
    return note.title if answer == "n" else candidates[int(answer) - 1].pattern
