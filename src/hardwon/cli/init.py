"""`hardwon init`: create a memory folder."""

from __future__ import annotations

from pathlib import Path

import click

from hardwon.cli.context import Session, pass_session, shown_path
from hardwon.cli.printing import echo
from hardwon.model.values import PartialDate

_NEXT = """\
next: hardwon note "What happened" --lesson "What it taught"
      hardwon learn    turns notes into patterns in {book}
      Commit the folder: Markdown in git is all there is."""


@click.command("init")
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@pass_session
def command(session: Session, directory: Path | None) -> None:
    """Create a memory folder named memory/ in DIR, or here.

    It begins with an empty book of patterns and one example note. Nothing that exists is
    overwritten. With --memory, the folder named there is made instead.
    """
    from hardwon.actions.init import BOOK_PATH, create_memory

    root = session.directory / (directory or "") / "memory"
    if directory is None and session.named:
        root = session.directory / Path(session.named).expanduser()
    root = root.resolve()
    today = session.today
    made = create_memory(root, PartialDate(today.year, today.month, today.day))
    for path in made:
        echo(shown_path(root / path))
    echo(_NEXT.format(book=shown_path(root / BOOK_PATH)), err=True)
