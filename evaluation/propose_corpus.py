"""Count how many notes of strangers would be proposed for a pattern of strangers, by score.

Takes the patterns of family A and the experiences of family B of the public corpus: nearly all
pairs have nothing to do with each other, so what is proposed shows how much a person would be
asked. Run: python evaluation/propose_corpus.py [SHOWN]
"""

from __future__ import annotations

import sys

from read_corpus import CORPUS, read_family

from hardwon.learning.match import Nearest, profile_of_experience, profile_of_pattern


def main() -> int:
    if not CORPUS.is_dir():
        print("the corpus is not beside the project", file=sys.stderr)
        return 2
    patterns = {pattern.name: pattern for pattern in read_family("A").patterns}
    nearest: Nearest[str] = Nearest()
    for name, pattern in patterns.items():
        nearest.add(name, profile_of_pattern(pattern))
    notes = list(read_family("B").experiences)
    best = []
    for note in notes:
        found = nearest.find(profile_of_experience(note))
        if found:
            best.append((found[0][1].score, note.key, found[0][0]))
    best.sort(reverse=True)
    print(f"{len(notes)} notes, {len(patterns)} patterns")
    for score in (0.50, 0.45, 0.40, 0.35, 0.30, 0.25):
        print(f"{score:.2f}: {sum(found >= score for found, *_ in best)} notes proposed")
    for found, key, name in best[: int(sys.argv[1]) if len(sys.argv) > 1 else 20]:
        print(f"{found:.2f}  {key}  ->  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
