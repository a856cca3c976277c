"""Merge two branches that each learned, with real git, and compare with learning on one branch.

Each seed makes a memory, two branches with 1 to 5 notes and up to 3 hand edits each, and a merge
by git with hardwon as driver. Counted are merges without conflict, merges that are at once what
learning all notes on one branch makes, and those that are so after `hardwon learn`.

Run: python evaluation/merge_branches.py [MERGES] [FIRST_SEED]
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from branches import Repository, learn_on, learned_on_one_branch, make_scenario, read
from hardwon.actions.driver import driver_command


def merge(seed: int) -> tuple[int, bool, bool, bool]:
    """Return the seed, and whether its merge was clean, exact, and exact after learning."""
    scenario = make_scenario(seed)
    with tempfile.TemporaryDirectory() as folder:
        whole = learned_on_one_branch(Path(folder) / "whole", scenario)
        repository = Repository(Path(folder) / "merged", driver_command())
        repository.fork(scenario)
        clean = repository.git("merge", "-q", "-m", "merged", "two", check=False).returncode == 0
        merged = read(repository.memory)
        if clean:
            learn_on(repository.memory)
        learn_on(Path(folder) / "whole")  # what was edited by hand behind the last learning
        again = read(Path(folder) / "whole")
        return seed, clean, merged == whole, read(repository.memory) == again


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    found: Counter[str] = Counter()
    wrong: list[int] = []
    with ProcessPoolExecutor() as pool:
        for seed, clean, exact, learned in pool.map(merge, range(first, first + count)):
            found["without conflict"] += clean
            found["at once as learned on one branch"] += exact
            found["so after hardwon learn"] += learned
            if not (clean and learned):
                wrong.append(seed)
    print(f"{count} merges of two branches, seeds {first} to {first + count - 1}")
    for name, number in found.items():
        print(f"{number:6} {name}")
    print("other seeds:", *(wrong or ["none"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
