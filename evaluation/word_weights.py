"""Print how common each stem is in developers' notes, for src/hardwon/learning/common_words.py.

Reads the public corpus beside the project (families B, C and D) and counts, for each stem, the
share of files that hold it. Run: python evaluation/word_weights.py > table.txt
"""

from __future__ import annotations

import collections
import math
import sys
from pathlib import Path

from hardwon.learning.words import stems

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
# From this weight on a word is as rare as any: it says what a note is about.
FULL = 4.0


def main() -> int:
    if not CORPUS.is_dir():
        print("the corpus is not beside the project", file=sys.stderr)
        return 2
    # The 1,867 short notes of one author would drown the rest: every tenth of them is taken.
    files = []
    for family in "BCD":
        for number, file in enumerate(sorted((CORPUS / family).rglob("*.md"))):
            if "__til" not in str(file) or number % 10 == 0:
                files.append(file)
    counts = collections.Counter(
        stem for file in files for stem in set(stems(file.read_text("utf-8", errors="replace")))
    )
    groups: dict[str, list[str]] = {}
    for stem, count in counts.items():
        weight = math.log(len(files) / count)
        if weight < FULL and stem.isascii() and stem.isalpha() and len(stem) > 1:
            groups.setdefault(f"{math.floor(weight * 2) / 2:.1f}", []).append(stem)
    for weight in sorted(groups, key=float):
        print(weight, " ".join(sorted(groups[weight])))
    print(f"{len(files)} files, {sum(map(len, groups.values()))} stems", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
