"""Drafts of captured sessions, as commands tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardwon.cli.context import Session, shown_path
from hardwon.cli.printing import echo, print_json
from hardwon.errors import HardwonError
from hardwon.markup.text import counted

if TYPE_CHECKING:
    from hardwon.actions.note import Written
    from hardwon.files.folder import Folder
    from hardwon.markup.compose import Draft
    from hardwon.model.values import PartialDate


def collect(folder: Folder) -> None:
    """Turn what hooks captured into drafts, and tell of it on standard error.

    What goes wrong is told and ends nothing: the command that runs has work of its own.
    """
    from hardwon.actions.drafts import collect_drafts

    try:
        found = collect_drafts(folder)
    except HardwonError as error:
        echo(f"hardwon: captured sessions wait: {error}", err=True)
        return
    if found.junk:
        lines = counted(found.junk, "line")
        echo(f"hardwon: {lines} of the capture spool could not be read; dropped", err=True)
    if found.left_out:
        sessions = counted(found.left_out, "session")
        echo(f"hardwon: {sessions} had waited too long with too many others; dropped", err=True)
    for path in found.drafts:
        echo(f"hardwon: drafted {shown_path(folder.root / path)}", err=True)


def complete_named(
    session: Session, name: str, given: Draft, date: PartialDate | None, domain: str
) -> Written:
    """Make the draft `name` an experience with what is `given`, and return what was written."""
    from hardwon.actions.drafts import complete, find_draft

    path = find_draft(session.folder, session.directory, name)
    return complete(session.folder, path, given, date=date, domain=domain)


def show_drafts(session: Session, *, as_json: bool) -> None:
    """Print the drafts that wait to be completed."""
    from hardwon.actions.drafts import list_drafts

    drafts = list_drafts(session.folder)
    if as_json:
        print_json(
            {
                "drafts": [
                    {
                        "path": draft.path,
                        "title": draft.title,
                        "date": draft.date,
                        "project": draft.project,
                        "edited": draft.edited,
                    }
                    for draft in drafts
                ]
            }
        )
        return
    for draft in drafts:
        edited = " (edited)" if draft.edited else ""
        echo(f"{shown_path(session.folder.root / draft.path)}: {draft.title}{edited}")
    if drafts:
        echo('next: hardwon note --complete FILE --lesson "…"', err=True)
    else:
        echo("no draft waits to be completed", err=True)
