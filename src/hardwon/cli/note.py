"""`hardwon note`: capture what happened as an experience."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from hardwon.cli.context import PlainHelp, Session, json_option, pass_session, shown_path
from hardwon.cli.printing import echo, print_json
from hardwon.errors import HardwonError
from hardwon.model.values import Outcome, PartialDate

if TYPE_CHECKING:
    from hardwon.actions.note import Written
    from hardwon.files.folder import Folder
    from hardwon.markup.compose import Draft
    from hardwon.model.secret import Secret


# Longer numbers are not read back.
_MAX_MINUTES = 999_999_999


def _minutes(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    from hardwon.markup.dates import parse_minutes

    if value is None:
        return None
    minutes = None if value.lstrip().startswith("-") else parse_minutes(value)
    if minutes is None or minutes > _MAX_MINUTES:
        raise click.BadParameter(f"{value!r} is no duration; write 30m, 1h 30m or 2 hours")
    return minutes


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> PartialDate | None:
    if value is None:
        return None
    try:
        return _as_date(dt.date.fromisoformat(value))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no day; write 2026-03-01") from error


@click.command("note", cls=PlainHelp)
@click.argument("title", required=False)
@click.option("--project", metavar="NAME", help="Project that it happened in.")
@click.option("--lesson", "lessons", metavar="TEXT", multiple=True, help="What it taught; repeat.")
@click.option(
    "--pattern", "patterns", metavar="NAME", multiple=True, help="Pattern applied; repeat."
)
@click.option(
    "--outcome", type=click.Choice([str(outcome) for outcome in Outcome], case_sensitive=False),
    help="How it ended.",
)  # fmt: skip
@click.option("--saved", callback=_minutes, metavar="TIME", help="Time that a pattern saved: 30m.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Tag; repeat, or use commas.")
@click.option("--date", callback=_day, metavar="DAY", help="Day it happened; today by default.")
@click.option("--domain", default="code", show_default=True, help="Folder below episodic/.")
@click.option("--context", default="", metavar="TEXT", help="What you were working on.")
@click.option("--body", default="", metavar="TEXT", help="What happened; - reads it from stdin.")
@click.option("--edit", is_flag=True, help="Open the note in $VISUAL or $EDITOR first.")
@click.option(
    "--from-commit", "revision", metavar="REV",
    help="Take title, text, files, date and project from a git commit.",
)  # fmt: skip
@click.option("--drafts", is_flag=True, help="List the drafts of captured sessions.")
@click.option(
    "--complete", "completed", metavar="DRAFT",
    help="Make a draft an experience, with what the other options add.",
)  # fmt: skip
@json_option
@pass_session
def command(
    session: Session,
    title: str | None,
    project: str | None,
    lessons: tuple[str, ...],
    patterns: tuple[str, ...],
    outcome: str | None,
    saved: int | None,
    tags: tuple[str, ...],
    date: PartialDate | None,
    domain: str,
    context: str,
    body: str,
    edit: bool,
    revision: str | None,
    drafts: bool,
    completed: str | None,
    as_json: bool,
) -> None:
    """Capture what happened as a dated note, and print its path.

    \b
    hardwon note "Product list took 5 s" --project shop --saved 45m \\
        --pattern "N+1 Query Prevention" --lesson "Count the queries in a test."
    git log -1 --format=%B | hardwon note "Release 2.1" --body -
    hardwon note --from-commit HEAD --edit
    hardwon note --complete 2026-03-01-retry-payments --lesson "Retry what is idempotent."

    The title is what one would look for later; with --from-commit it is the commit's subject.
    A note that states a lesson or names a pattern is what `hardwon learn` learns from. Drafts
    are what hooks captured of sessions with coding agents; they count when they are completed.
    """
    from hardwon.actions.note import (
        check_day,
        check_domain,
        name_patterns,
        read_draft,
        write_experience,
    )
    from hardwon.markup.compose import Draft, compose_experience, fold_line, fold_tags

    folder = session.folder
    session.collect_drafts()
    if drafts:
        from hardwon.cli.drafts import show_drafts

        show_drafts(session, as_json=as_json)
        return
    check_domain(domain)
    _check_usage(completed, revision, edit=edit)
    if revision is None:
        draft = Draft(title or "", date or _as_date(session.today))
    else:
        draft = read_draft(revision, session.directory)
    title = fold_line(title if title is not None else draft.title)
    if not title and completed is None:
        raise click.UsageError("A note needs a TITLE (or --from-commit REV).")
    named = name_patterns(folder, patterns)
    draft = dataclasses.replace(
        draft,
        title=title,
        date=date or draft.date,
        project=project if project is not None else draft.project,
        outcome=Outcome(outcome.upper()) if outcome else None,
        tags=fold_tags(tags),
        time_saved_minutes=saved,
        lessons=lessons,
        patterns=tuple(name.name for name in named),
        context=context,
        body="\n\n".join(text for text in (_read_body(body), draft.body) if text),
    )
    check_day(draft.date)
    if completed is not None:
        from hardwon.cli.drafts import complete_named

        note = complete_named(session, completed, draft, date, domain)
    else:
        day = draft.date
        text = compose_experience(draft, prompts=edit)
        if edit:
            text, title, day = _edit(text, draft)
        note = write_experience(folder, text, title=title, date=day, domain=domain)
    _tell_masked(note.masked)
    names = [(name.name, name.known) for name in named]
    _print(note, folder, names, as_json=as_json)
    if sys.stderr.isatty():
        echo("next: hardwon learn", err=True)


def _print(note: Written, folder: Folder, names: list[tuple[str, bool]], *, as_json: bool) -> None:
    from hardwon.markup.secrets import mask_secrets

    for name, known in names:
        if not known:
            message = "no pattern of this name yet: learn will create it"
            echo(f"hardwon: {message}: {mask_secrets(name)}", err=True)
    if as_json:
        from hardwon.render.note import note_data

        print_json(note_data(note.path, note.title, note.date, names, note.masked))
    else:
        echo(shown_path(folder.root / note.path))


def _check_usage(completed: str | None, revision: str | None, *, edit: bool) -> None:
    if completed is not None and (revision is not None or edit):
        raise click.UsageError(
            "--complete takes a draft as it stands: edit its file first, and leave out"
            " --edit and --from-commit."
        )


def _tell_masked(masked: Iterable[Secret]) -> None:
    from hardwon.markup.secrets import NO_SECRET

    for secret in masked:
        advice = f"if it is none, write it again with <!-- {NO_SECRET} --> on its line"
        echo(f"hardwon: masked {secret.named} in line {secret.line}; {advice}", err=True)


def _as_date(day: dt.date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


def _read_body(body: str) -> str:
    if body != "-":
        return body
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise HardwonError("standard input is not UTF-8") from error


def _edit(text: str, draft: Draft) -> tuple[str, str, PartialDate]:
    """Return the text as a person left it, with the title and the day that it now has."""
    from hardwon.markup.compose import fold_text, strip_prompts
    from hardwon.markup.pages import parse_page

    if not (os.environ.get("VISUAL") or os.environ.get("EDITOR") or sys.stdin.isatty()):
        raise click.UsageError("--edit needs a terminal, or an editor named in $EDITOR.")
    edited = click.edit(text, extension=".md")
    text = strip_prompts(fold_text(text if edited is None else edited) + "\n")
    if not text:
        raise HardwonError("the note was emptied: nothing is written")
    found = parse_page(text, f"episodic/code/{draft.date.iso}.md").experiences
    if not found:
        return text, draft.title, draft.date
    date = found[0].date
    return text, found[0].title, date if date is not None and date.day else draft.date
