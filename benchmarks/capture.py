"""What the capture hook costs, beside Python doing nothing.

    python -m benchmarks.capture [ROUNDS]

Each round starts each of them once, in turn: `python -c pass`, the hook as `hardwon install` sets
it up, the hook by its name on the path, the hook where there is no memory. All get the input of a
client's hook through a pipe, and may use and write byte code as they would for a user. Stated are
medians, and their ratios to `python -c pass` of the same run; the bar is a ratio of 2.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import hardwon.capture
from benchmarks.machine import describe_machine, today
from benchmarks.measure import Usage, interleave
from hardwon.capture import SPOOL, capture_command

BAR = 2.0
ROUNDS = 100
# What a client ends a hook of the end of a session after, s.
LIMIT = 1.5
_BY_NAME = """\
import re
import sys
from hardwon.capture import main
if __name__ == "__main__":
    sys.argv[0] = re.sub(r"(-script\\.pyw|\\.exe)?$", "", sys.argv[0])
    sys.exit(main())
"""


def main() -> int:
    """Measure, print the table, and return 1 where the bar is not met."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        project, empty = place / "project", place / "empty"
        (project / "memory" / "episodic").mkdir(parents=True)
        empty.mkdir()
        by_name = place / "hardwon-capture"
        by_name.write_text(_BY_NAME, encoding="utf-8")  # as pip writes it
        python, hook = sys.executable, capture_command("claude", sys.executable)
        actions = {
            "python -c pass": _start([python, "-c", "pass"], project),
            "hook": _start(hook, project),
            "hook by its name": _start([python, str(by_name), "--client", "claude"], project),
            "hook, no memory": _start(hook, empty),
        }
        interleave(actions, rounds=3)  # byte code is written, files are in memory
        found = interleave(actions, rounds=rounds, seconds=600)
        captured = (project / "memory" / ".hardwon" / SPOOL).read_text("ascii").splitlines()
        assert len(captured) > 2 * rounds, "the hook wrote nothing"
        _print_machine(place)
    bare = found["python -c pass"].median.wall
    print(f"\n| {rounds} rounds | median, ms | ratio | slowest, ms |\n|---|---|---|---|")
    for what, samples in found.items():
        median, slowest = samples.median.wall, max(samples.wall)
        print(f"| {what} | {median * 1e3:.1f} | {median / bare:.2f} | {slowest * 1e3:.0f} |")
    is_met = found["hook"].median.wall < BAR * bare and max(found["hook"].wall) < LIMIT
    print(f"\nbar: the hook under {BAR} times python -c pass: {'met' if is_met else 'NOT MET'}")
    return 0 if is_met else 1


def _start(command: Sequence[str], cwd: Path) -> Callable[[], Usage]:
    """Return what starts `command` with the input of a hook and tells how long it took."""
    source = str(Path(hardwon.capture.__file__).parents[1])
    own = {k: v for k, v in os.environ.items() if not k.startswith(("HARDWON", "PYTHON"))}
    told = json.dumps(
        {
            "session_id": "0f3c6a1e-2b7d-4c55-9f0e-aa77bb66cc12",
            "transcript_path": "/home/a/.claude/projects/-home-a-shop/0f3c6a1e.jsonl",
            "cwd": str(cwd),
            "hook_event_name": "SessionEnd",
            "reason": "prompt_input_exit",
        }
    ).encode()

    def run() -> Usage:
        began = time.perf_counter()
        done = subprocess.run(
            command, input=told, cwd=cwd, env={**own, "PYTHONPATH": source}, check=True,
            capture_output=True,
        )  # fmt: skip
        wall = time.perf_counter() - began
        assert not done.stdout + done.stderr
        return Usage(0.0, wall)

    return run


def _print_machine(place: Path) -> None:
    print(f"{today()}: " + ", ".join(f"{k} {v}" for k, v in describe_machine(place).items()))


if __name__ == "__main__":
    sys.exit(main())
