"""`hardwon watch`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

import click

from hardwon.cli.context import Session, pass_session, shown_path
from hardwon.cli.printing import echo

if TYPE_CHECKING:
    from types import FrameType

    from hardwon.actions.refresh import Progress, Refreshed
    from hardwon.errors import HardwonError


@click.command("watch")
@click.option("--quiet", is_flag=True, help="Print only what goes wrong.")
@pass_session
def command(session: Session, quiet: bool) -> None:
    """Keep the search index fresh while files change, until it is ended.

    While it runs on Linux, other commands need not look at all files: they ask it instead. It
    ends with Ctrl-C, and cleanly on a signal to terminate.

    \b
    Example:
      hardwon watch --quiet &
    """
    from hardwon.actions.watch import watch

    folder = session.folder
    with _Signals() as stop:
        watch(folder, stop, _Told(session, quiet))


class _Told:
    """Prints what the watch does."""

    def __init__(self, session: Session, quiet: bool) -> None:
        self._session, self._is_quiet = session, quiet

    def progress(self) -> AbstractContextManager[Progress | None]:
        return self._session.progress("reading notes")

    def ready(self, files: int, silent: str | None) -> None:
        from hardwon.markup.text import counted

        self._print(
            f"watching {shown_path(self._session.folder.root)}: {counted(files, 'file')}; "
            "the index is fresh"
        )
        if silent is not None:
            echo(
                f"hardwon: {silent} does not report every change, so other commands still look "
                "at all files",
                err=True,
            )

    def refreshed(self, found: Refreshed) -> None:
        from hardwon.markup.text import counted

        parts = [f"{counted(found.changed, 'file')} read"] if found.changed else []
        parts += [f"{counted(found.removed, 'file')} removed"] if found.removed else []
        self._print(", ".join(parts))

    def trouble(self, error: HardwonError) -> None:
        echo(f"hardwon: {error}", err=True)

    def _print(self, line: str) -> None:
        if not self._is_quiet:
            echo(line)


class _Signals:
    """The wish of a person or the system to end, as a context manager.

    Nothing is broken off: what is being written is finished. A second wish breaks it off.
    """

    def __init__(self) -> None:
        self._is_set = False

    def __enter__(self) -> Self:
        self._ends = os.pipe()
        if sys.platform != "win32":  # there, nobody waits for it
            for end in self._ends:
                os.set_blocking(end, False)
            signal.set_wakeup_fd(self._ends[1], warn_on_full_buffer=False)
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._wish)
        return self

    def __exit__(self, *_: object) -> None:
        # The handlers stay: the process ends now.
        if sys.platform != "win32":
            signal.set_wakeup_fd(-1)

    def _wish(self, number: int, frame: FrameType | None) -> None:
        if self._is_set:
            raise KeyboardInterrupt
        self._is_set = True

    def is_set(self) -> bool:
        return self._is_set

    def fileno(self) -> int:
        return self._ends[0]
