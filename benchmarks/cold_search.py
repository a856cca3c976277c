"""Time a cold `hardwon search` against starting Python with click and sqlite3.

    python benchmarks/cold_search.py [ROUNDS]

Each round starts both programs once, so that whatever else the machine does falls on both. The
notes are the 2,380 of ../shared/corpus/B where that lies beside the project, else as many
generated ones; the index is warm, as it is after any earlier command.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus" / "B"
NOTES = 2380
QUERIES = ("postgres lock timeout", "n+1 query", "undo the last git commit", "selectRelated")
LIMIT = 4.0  # the project's promise
BASE = [sys.executable, "-c", "import click, sqlite3"]


def make_notes(root: Path) -> None:
    if CORPUS.is_dir():
        ignored = shutil.ignore_patterns(".hardwon")
        shutil.copytree(CORPUS, root, ignore=ignored, copy_function=shutil.copyfile)
        return
    chance = random.Random(7)
    syllables = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(20_000)]
    words += " ".join(QUERIES).split() * 20
    for number in range(NOTES):
        title = " ".join(chance.choices(words, k=5))
        body = "\n\n".join(" ".join(chance.choices(words, k=80)) for _ in range(10))
        note = root / "episodic" / "code" / f"2025-01-{number % 28 + 1:02d}-note-{number}.md"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"# {title}\n\n{body}\n", encoding="utf-8")


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "memory"
        make_notes(root)
        search = [sys.executable, "-m", "hardwon", "--memory", str(root), "search"]
        first = seconds([*search, "warm"])
        time.sleep(2.1)  # notes written less than two seconds before the index are read again
        seconds([*search, "warm"])
        base, found = [], []
        for number in range(rounds):
            base.append(seconds(BASE))
            found.append(seconds([*search, QUERIES[number % len(QUERIES)]]))
        size = (root / ".hardwon" / "index.sqlite").stat().st_size
    ratio = statistics.median(found) / statistics.median(base)
    print(f"first index       {first:8.2f} s, {size / 1e6:.1f} MB")
    print(f"import, median    {1000 * statistics.median(base):8.1f} ms")
    print(f"search, median    {1000 * statistics.median(found):8.1f} ms")
    print(f"ratio             {ratio:8.2f}, at most {LIMIT} is promised ({rounds} rounds)")
    return int(ratio >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
