"""Run the loop of hardwon once on a copy of the example memory, and show what it prints.

    python examples/demo.py                on a copy in a new temporary folder, which stays
    python examples/demo.py --transcript   the same as plain text on a fixed day, for the README

Needs hardwon installed beside the Python that runs it; `make demo` sees to that.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SHOP = Path(__file__).parent / "shop"
PATTERN = "Idempotent Webhook Handlers"
# Each step: what it is for, and what is typed behind `hardwon`.
STEPS = (
    (
        "Capture what happened. A short form of the pattern's name is enough.",
        ("note", "Gift card redeemed twice after a webhook retry",
         "--project", "storefront", "--pattern", "idempotent webhooks",
         "--outcome", "success", "--saved", "40m"),
    ),
    ("Learn from it: the fifth example makes the pattern HIGH.", ("learn",)),
    (
        "Search before the next task, misspelt or not.",
        ("search", "duplicate webhok", "--limit", "3"),
    ),
    ("Check that every claim in the memory is true.", ("check",)),
    ("Read the checklist that the pattern has become.", ("workflow", "show", PATTERN)),
)  # fmt: skip
# The day, the width and the lack of colour that make a transcript the same everywhere.
FIXED = {"HARDWON_TODAY": "2026-11-21", "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}


def main() -> int:
    """Run all steps; return 0, or 1 when one of them failed."""
    transcript = sys.argv[1:] == ["--transcript"]
    if sys.argv[1:] and not transcript:
        print(__doc__, file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    place = Path(tempfile.mkdtemp(prefix="hardwon-demo-"))
    try:
        shutil.copytree(SHOP / "memory", place / "memory")
        if not transcript:
            print(f"The example memory is copied to {place}\n")
        for number, (purpose, args) in enumerate(STEPS):
            print("\n" * bool(number) + f"# {purpose}\n{_typed(args)}", flush=True)
            status = _run(args, place, FIXED if transcript else {})
            if status != 0:
                print(f"\nthe demo stopped: hardwon {args[0]} gave {status}", file=sys.stderr)
                return 1
        if not transcript:
            print(_next(place))
    finally:
        if transcript:
            shutil.rmtree(place)
    return 0


def _run(args: tuple[str, ...], place: Path, environ: dict[str, str]) -> int:
    own = {k: v for k, v in os.environ.items() if k == "HARDWON_TODAY" or "HARDWON" not in k}
    return subprocess.run(
        [sys.executable, "-m", "hardwon", *args],
        cwd=place,
        env={**own, **environ},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,  # in the order in which a terminal would show it
        check=False,
    ).returncode


def _typed(args: tuple[str, ...]) -> str:
    """Return the command as somebody would type it, options on lines of their own if long."""
    words = [shlex.quote(arg) if "'" in arg else f'"{arg}"' if " " in arg else arg for arg in args]
    line = " ".join(["$ hardwon", *words])
    return line if len(line) <= 80 else line.replace(" --", " \\\n    --", 1)


def _next(place: Path) -> str:
    command = Path(sys.executable).with_name("hardwon")
    return f"""
That was the whole loop. Go on with the copy:

  cd {place}
  {command} list
  {command} show "Retry with Backoff"
  {command} stats

or begin a memory of your own, in the root of a project:

  {command} init

The copy is yours; delete it when you are done."""


if __name__ == "__main__":
    sys.exit(main())
