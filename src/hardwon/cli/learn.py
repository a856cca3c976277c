"""`hardwon learn`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from hardwon.cli.context import Session, json_option, pass_session
from hardwon.cli.printing import echo, print_exact, print_json
from hardwon.model.experience import Experience
from hardwon.model.plan import Plan, Proposal, Reply, Undecided

_STYLES = {
    "created": ("green",),
    "reinforced": ("green",),
    "promoted": ("green", "bold"),
    "countered": ("yellow",),
    "refused": ("yellow",),
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
@click.option(
    "--accept",
    "accepted",
    metavar="ID",
    multiple=True,
    help="Confirm a proposal, by the ID that learn prints for it; may be repeated.",
)
@click.option(
    "--refuse",
    "refused",
    metavar="ID",
    multiple=True,
    help="Say that a proposal is wrong: the pattern keeps the note as no example of it; may be"
    " repeated.",
)
@click.option(
    "--explain", "explained", metavar="NOTE", help="Say why a note belongs where it does."
)
@json_option
@pass_session
def command(
    session: Session,
    dry_run: bool,
    as_diff: bool,
    eager: bool,
    ask: bool | None,
    accepted: tuple[str, ...],
    refused: tuple[str, ...],
    explained: str | None,
    as_json: bool,
) -> None:
    """Turn experiences into patterns, and HIGH patterns into workflows.

    Notes that name a pattern are counted as its examples; confidence follows from the count.
    Run again it changes nothing.

    \b
    Example:
      hardwon learn --dry-run
    """
    from hardwon.actions.learn import learn, plan_learning
    from hardwon.actions.replies import NamedReplies

    if explained is not None:
        _explain(session, explained, as_json=as_json)
        return
    only_plan = dry_run or as_diff
    if not only_plan:
        session.collect_drafts()
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not as_json and not as_diff
    may_ask = (on_terminal if ask is None else ask) and not only_plan
    both = sorted({*accepted} & {*refused})
    if both:
        raise click.UsageError(f"--accept and --refuse both name {', '.join(both)}")
    named = NamedReplies(accepted, refused) if accepted or refused else None
    asker = named.reply if named else _Terminal(session.shown).reply if may_ask else None
    act = plan_learning if only_plan else learn
    if named:
        plan_learning(session.folder, eager=eager, ask=named.reply)
        named.require_used()
    with session.progress("learning") as progress:
        plan = act(session.folder, eager=eager, ask=asker, progress=progress if not asker else None)
    if as_json:
        from hardwon.render.plan import plan_data

        print_json(plan_data(plan))
    elif as_diff:
        from hardwon.render.plan import plan_diff

        print_exact(plan_diff(plan, session.diff_prefix))
        _tell_masked(session, plan)
    else:
        _print(session, plan, applied=not only_plan)


def _print(session: Session, plan: Plan, *, applied: bool) -> None:
    from hardwon.render.plan import plan_lines
    from hardwon.render.terminal import one_line, styled

    for kind, line in plan_lines(plan, session.shown, applied=applied):
        echo(styled(line, *_STYLES.get(kind, ())))
    for fault in plan.skipped:
        place = one_line(session.shown(fault.path))
        echo(f"skipped {place}:{fault.line}: {fault.message}", err=True)
    _tell_masked(session, plan)


def _tell_masked(session: Session, plan: Plan) -> None:
    from hardwon.render.terminal import one_line

    for fault in plan.masked:
        place = one_line(session.shown(fault.path))
        echo(f"masked {place}:{fault.line}: {fault.message}", err=True)


class _Terminal:
    """Asks a person about each note, by one key."""

    def __init__(self, shown: Callable[[str], str]) -> None:
        self._shown = shown
        self._done: set[str] = set()  # notes of which a person said: none of these

    def reply(self, note: Experience, undecided: Undecided) -> Reply:
        """Ask which pattern a note is an example of; a new one bears the note's title."""
        from hardwon.render.terminal import styled

        shown = undecided.candidates[:9]
        if note.key in self._done:
            return Reply()
        echo(f"\n{styled(note.title, 'bold')}  ({self._shown(note.key)})\n{undecided.reason}:")
        for number, candidate in enumerate(shown, start=1):
            echo(f"  {number}  {candidate.pattern}  {candidate.score:.2f}")
        keys = {str(number): candidate.pattern for number, candidate in enumerate(shown, start=1)}
        keys["n"] = "a new pattern"
        refusable = tuple(candidate for candidate in shown if candidate.path is not None)
        if refusable:
            keys["x"] = "none of these"
        echo("  n  a new pattern")
        if refusable:
            echo("  x  none of these: do not propose them again")
        echo("  s  leave it open (or Enter)")
        echo("It is an example of: ", nl=False)
        while (key := _read_key()) not in {*keys, "s", "\r", "", "\x04"}:
            if key == "\x03":
                raise click.Abort
        echo(keys.get(key, "left open"))
        if key == "x":
            self._done.add(note.key)
            return Reply(refused=refusable)
        if key == "n":
            return Reply(Proposal(note.title, 1.0, None))
        return Reply(shown[int(key) - 1]) if key in keys else Reply()


def _read_key() -> str:
    """Return one key; without a terminal, one character of what a file or a program sends."""
    return click.getchar() if sys.stdin.isatty() else sys.stdin.read(1)


def _explain(session: Session, note: str, *, as_json: bool) -> None:
    from hardwon.actions.match import explain
    from hardwon.render.match import explanation_data, explanation_lines

    found = explain(session.folder, note)
    if as_json:
        print_json(explanation_data(found))
        return
    for line in explanation_lines(found, session.shown):
        echo(line)
