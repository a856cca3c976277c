"""`hardwon export`: the memory in the forms of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hardwon.cli.context import (
    Session,
    json_option,
    pass_session,
    report_skipped,
    shown_path,
)
from hardwon.cli.printing import echo, print_exact, print_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hardwon.model.export import ExportPlan

# Here as well, so that `--help` loads no form; tests/commands/test_export.py compares.
NAMES = (
    "skills", "agents-md", "plugin", "cursor", "copilot", "best-practices", "critical-patterns",
    "madr", "book", "json", "csv", "obsidian",
)  # fmt: skip


@click.command()
@click.argument("forms", nargs=-1, type=click.Choice(NAMES), metavar="[FORM]...")
@click.option("--out", metavar="PATH", help="Folder or file to write; - prints a form of one file.")
@click.option(
    "--confidence", type=click.Choice(["LOW", "MEDIUM", "HIGH"], case_sensitive=False),
    help="Take patterns of this confidence and above.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Exit 1 when what was exported is out of date.")
@click.option("--remove", is_flag=True, help="Take away what was exported.")
@click.option("--dry-run", is_flag=True, help="Print what would be written; write nothing.")
@click.option("--diff", "as_diff", is_flag=True, help="Print a diff for git apply; write nothing.")
@json_option
@pass_session
def command(
    session: Session,
    *,
    forms: tuple[str, ...],
    out: str | None,
    confidence: str | None,
    check: bool,
    remove: bool,
    dry_run: bool,
    as_diff: bool,
    as_json: bool,
) -> None:
    """Write the memory in the forms of agents, editors and other tools.

    Without FORM everything that was exported before is renewed. Files that hardwon did not
    write, or that were edited since, stay as they are.

    \b
    Forms:
      skills             a SKILL.md folder for each workflow
      agents-md          a block with the HIGH patterns in AGENTS.md
      plugin             hardwon as a plugin of agents, with these skills
      cursor             rules in .cursor/rules
      copilot            instructions in .github
      best-practices     best_practices.md of Qodo
      critical-patterns  critical-patterns.md of compound-engineering
      madr               decision records, one a pattern
      book, json, csv    everything in one file
      obsidian           a note a pattern, for Obsidian, Foam and zk

    \b
    Example:
      hardwon export skills cursor
    """
    if sum((check, remove, dry_run, as_diff)) > 1 and not (remove and (dry_run or as_diff)):
        raise click.UsageError("--check, --remove, --dry-run and --diff exclude each other.")
    if out is not None and len(set(forms)) != 1:
        raise click.UsageError("--out belongs to one FORM.")
    if confidence is not None and not forms:
        raise click.UsageError("--confidence belongs to a FORM.")
    if out == "-":
        _print(session, forms[0], confidence)
        return
    base, plans = _plan(session, forms, out, confidence, remove=remove)
    if check:
        _check(session, base, plans, out, as_json=as_json)
        return
    from hardwon.render.export.report import export_data, export_diff, summary_line

    if as_diff:
        print_exact(export_diff(plans, _prefix(session, base)))
        return
    from hardwon.actions.export import apply_exports, require_ours

    if not dry_run:
        require_ours(plans)
    if not as_json:
        _announce(base, plans)
    if not dry_run:
        apply_exports(base, plans)
    if as_json:
        print_json(export_data(plans))
    else:
        echo(summary_line(plans, applied=not dry_run))


def _plan(
    session: Session,
    names: tuple[str, ...],
    out: str | None,
    confidence: str | None,
    *,
    remove: bool,
) -> tuple[Path, list[ExportPlan]]:
    from hardwon.actions.export import choose_exports, find_place, plan_exports, read_contents
    from hardwon.model.values import Confidence
    from hardwon.render.export.table import FORMS

    fixed = [name for name in names if FORMS[name].confidence is None]
    if confidence is not None and fixed:
        raise click.UsageError(f"--confidence does not go with {', '.join(fixed)}.")
    is_file = bool(names) and FORMS[names[0]].is_file
    place = find_place(session.folder, session.directory, out, is_file=is_file)
    level = Confidence(confidence) if confidence else None
    named = tuple(dict.fromkeys(names))
    exports = choose_exports(place.base, FORMS, named, place.out, level)
    with session.progress("reading notes") as progress:
        contents = read_contents(session.folder, place.base, progress)
    report_skipped(contents.skipped)
    return place.base, plan_exports(contents, place.base, FORMS, exports, remove=remove)


def _print(session: Session, name: str, confidence: str | None) -> None:
    """Print a form of one file."""
    from hardwon.actions.export import find_place, read_contents, render_export
    from hardwon.model.export import Export
    from hardwon.model.values import Confidence
    from hardwon.render.export.table import FORMS

    form = FORMS[name]
    if not form.is_file:
        raise click.UsageError(f"--out - belongs to a form of one file; {name} has several.")
    base = find_place(session.folder, session.directory, None).base
    level = Confidence(confidence) if confidence else None
    contents = read_contents(session.folder, base)
    report_skipped(contents.skipped)
    print_exact(render_export(contents, form, Export(name, "-", level)).files[""])


def _announce(base: Path, plans: list[ExportPlan]) -> None:
    """Say what is written outside the memory, each file."""
    from pathlib import Path

    from hardwon.render.export.report import file_line

    lines = [file_line(file, _shown(base)) for plan in plans for file in plan.files]
    if any(lines):
        is_here = base == Path.cwd()
        echo(f"outside the memory{'' if is_here else f', in {shown_path(base)}'}:", err=True)
    for line in filter(None, lines):
        echo(line)
    empty = [plan.export.form for plan in plans if not plan.files and not plan.is_removed]
    for form in dict.fromkeys(empty):
        why = "a pattern gets a workflow when it is HIGH" if form == "skills" else "no pattern fits"
        echo(f"{form}: nothing to write yet; {why}", err=True)


def _check(
    session: Session, base: Path, plans: list[ExportPlan], out: str | None, *, as_json: bool
) -> None:
    from hardwon.actions.export import is_fresh
    from hardwon.markup.text import counted
    from hardwon.model.export import State
    from hardwon.render.export.report import check_lines, export_data, renew_command
    from hardwon.render.export.table import FORMS

    old = [plan for plan in plans if not is_fresh(plan)]
    if as_json:
        print_json(export_data(plans))
    else:
        for line in check_lines(plans, _shown(base)):
            echo(line)
        files = sum(file.digest is not None for plan in plans for file in plan.files)
        if not old:
            echo(f"{counted(files, 'exported file')} up to date")
    if old:
        if any(file.state in {State.EDITED, State.FOREIGN} for one in old for file in one.files):
            echo("first move away or delete what hardwon did not write as it is", err=True)
        command = renew_command([plan.export for plan in old], FORMS, out)
        echo(f"renew with: {command}", err=True)
        click.get_current_context().exit(1)


def _shown(base: Path) -> Callable[[str], str]:
    return lambda path: shown_path(base if path == "." else base.joinpath(*path.split("/")))


def _prefix(session: Session, base: Path) -> str:
    """Return the folder of the record, with `/`, as `git apply` needs it where we were started."""
    start = session.directory.resolve()
    if base == start:
        return ""
    below = base.relative_to(start) if base.is_relative_to(start) else base
    return f"{below.as_posix()}/"
