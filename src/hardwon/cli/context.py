"""What every command shares: which memory, and how results are printed."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import click

from hardwon.cli.printing import echo, redraw
from hardwon.render.terminal import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from hardwon.files.folder import Folder

_QUIET_SECONDS = 0.5


class Session:
    """One run of the command line.

    Attributes:
        start: Folder from which the memory is looked for, as it was given.
        named: Memory folder named on the command line or in HARDWON_MEMORY.
    """

    def __init__(self, start: str, named: str | None) -> None:
        self.start = start
        self.named = named

    @cached_property
    def directory(self) -> Path:
        """Return the folder from which the memory is looked for."""
        from pathlib import Path

        return Path(self.start)

    @cached_property
    def folder(self) -> Folder:
        """Return the memory folder; raises MemoryNotFoundError."""
        from hardwon.files.folder import find_folder

        folder = find_folder(self.directory, self.named)
        fault = folder.find_fault()
        if fault is not None:
            echo(f"hardwon: {fault}; nothing is kept there", err=True)
        return folder

    def shown(self, path: str) -> str:
        """Return `path` of the memory as the reader can open it from the current folder."""
        return shown_path(os.path.join(self.folder.root, *path.split("/")))  # noqa: PTH118

    def collect_drafts(self) -> None:
        """Turn what hooks captured into drafts, and tell of it; nothing of that ends a command."""
        if not self.folder.has_captures():
            return
        from hardwon.cli.drafts import collect

        collect(self.folder)

    @property
    def diff_prefix(self) -> str:
        """Return the memory folder, with `/`, as `git apply` needs it where we were started."""
        from pathlib import Path

        root, start = self.folder.root, self.directory.resolve()
        below = root.relative_to(start) if root.is_relative_to(start) else Path(root.name)
        return "" if below == Path() else f"{below.as_posix()}/"

    @property
    def today(self) -> dt.date:
        """Return the day on which a note is captured; HARDWON_TODAY sets it for tests."""
        fixed = os.environ.get("HARDWON_TODAY")
        return dt.date.fromisoformat(fixed) if fixed else dt.datetime.now().astimezone().date()

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[[int, int], None] | None]:
        """Give a function that draws progress on a terminal; None where stderr is none.

        Nothing is drawn for work that is done within half a second.
        """
        if not sys.stderr.isatty():
            yield None
            return
        started = time.monotonic()
        drawn = False

        def draw(done: int, total: int) -> None:
            nonlocal drawn
            if time.monotonic() - started > _QUIET_SECONDS and (done % 20 == 0 or done == total):
                drawn = True
                redraw(f"{label} {done:,}/{total:,}")

        try:
            yield draw
        finally:
            if drawn:
                redraw("")


pass_session = click.make_pass_decorator(Session)
json_option = click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        echo(ctx.get_help())
        ctx.exit()


_HELP = click.Option(
    ["-h", "--help"], is_flag=True, expose_value=False, is_eager=True, callback=_show_help,
    help="Show this message and exit.",
)  # fmt: skip


class PlainHelp(click.Command):
    """A command that says in English what `--help` does.

    For its own words click looks for translations of them, which loads all that Python knows of
    languages: the commands that are run most do without.
    """

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the option that shows the help."""
        return _HELP


def shown_path(file: str | Path) -> str:
    """Return `file` relative to the current folder when it lies below, else in full."""
    # In strings: pathlib takes 4 ms to import, and a search names ten files.
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return one_line(os.fspath(file).removeprefix(here))


def report_skipped(count: int) -> None:
    """Say on stderr that `count` files could not be read, unless it is none."""
    if count:
        from hardwon.markup.text import counted

        echo(f"{counted(count, 'file')} could not be read; hardwon check names them", err=True)
