"""Merge two branches that each learned, with real git, and compare with learning on one branch.

Each seed makes a memory, two branches with 1 to 5 notes and up to 3 hand edits each, and a merge
by git with hardwon as driver. Run: python evaluation/merge_branches.py [MERGES] [FIRST_SEED]
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from branches import Repository, differences, learn_on, learned_on_one_branch, make_scenario, read
from hardwon.actions.driver import driver_command


def merge(seed: int) -> tuple[int, list[str]]:
    """Return the seed, and what is true of its merge."""
    scenario = make_scenario(seed)
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one"
        whole = learned_on_one_branch(one, scenario)
        learn_on(one)  # what was edited by hand behind the last learning
        again = read(one)
        repository = Repository(Path(folder) / "merged", driver_command())
        repository.fork(scenario)
        if repository.git("merge", "-q", "-m", "merged", "two", check=False).returncode:
            return seed, ["conflict"]
        merged = read(repository.memory)
        learn_on(repository.memory)
        after = read(repository.memory)
        found = ["without conflict"]
        if merged == whole:
            found.append("the same at once")
        if after == again:
            found.append("the same after hardwon learn")
        elif not differences(one, after, again):
            found.append("different as docs/reliability.md explains")
        else:
            found.append("different")
        return seed, found


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    found: Counter[str] = Counter()
    wrong = []
    with ProcessPoolExecutor() as pool:
        for seed, words in pool.map(merge, range(first, first + count)):
            found.update(words)
            wrong += [seed] if {"conflict", "different"} & set(words) else []
    print(f"{count} merges of two branches, seeds {first} to {first + count - 1}")
    for name, number in found.most_common():
        print(f"{number:6} {name}")
    print("seeds to look at:", *(wrong or ["none"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
