"""Where the `hardwon` command starts: before anything else is imported."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line and exit: 0 fine, 1 findings, 2 it could not be done.

    What is imported lives until the end. Looking through it for garbage while it is imported,
    and once more at the exit, would take a tenth of a search; garbage that a command makes is
    collected as ever.
    """
    gc.disable()
    from hardwon.cli.main import main as run

    gc.freeze()
    gc.enable()
    try:
        run()
    finally:
        gc.freeze()
