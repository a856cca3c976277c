"""The one place from which anything reaches standard output and standard error.

Texts come from notes, file names, commits and arguments, and any of them may hold characters
that a terminal obeys. `tests/unit/cli/test_printing.py` holds that no other module prints.
"""

from __future__ import annotations

import io
import sys
from typing import Any

import click

from hardwon.render.terminal import for_terminal, safe, safe_json


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print `text`; of the characters that a terminal obeys only our own styles remain."""
    click.echo(for_terminal(text), err=err, nl=nl)


def print_json(data: dict[str, Any]) -> None:
    """Print `data` as one JSON object with `"version": 1` first, safe for a terminal."""
    import json

    click.echo(safe_json(json.dumps({"version": 1, **data}, ensure_ascii=False, indent=2)))


def print_exact(text: str) -> None:
    """Print `text` byte for byte as UTF-8; on a terminal, where nobody reads bytes, safely."""
    if sys.stdout.isatty():
        click.echo(safe(text), nl=False)
    else:
        click.echo(text.encode("utf-8", "surrogateescape"), nl=False)


def print_usage_error(error: click.ClickException) -> None:
    """Print what is wrong with the arguments, which it repeats."""
    shown = io.StringIO()
    error.show(file=shown)
    echo(shown.getvalue(), err=True, nl=False)


def redraw(text: str) -> None:
    """Write `text` over the last line of standard error, which is a terminal."""
    click.echo(f"\r{for_terminal(text)}\033[K", err=True, nl=False)
