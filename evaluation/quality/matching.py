"""Asking through the library which pattern a note belongs to, and learning a stream."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.quality.baselines import TitleMatcher
from evaluation.quality.metrics import Judged, f1
from evaluation.quality.searching import SWITCH
from evaluation.quality.sets import Asked, MatchSet, StreamSet, plain, render_pattern

if TYPE_CHECKING:
    from hardwon.model.match import Match


def ask(one: MatchSet, folder: Path, *, with_vectors: bool = False) -> list[Judged]:
    """Return what `Memory.match` answers about each note of a set.

    Args:
        one: The set.
        folder: Where its memory is written.
        with_vectors: Whether the texts get vectors first, by the extra `semantic`; without,
            it is switched off.
    """
    from hardwon import Memory

    os.environ[SWITCH] = "1" if with_vectors else "0"
    memory = Memory.open(one.write(folder))
    if with_vectors:
        memory.embed()
    return [judge(note, memory.match(title=note.title, text=note.text)) for note in one.asked]


def judge(note: Asked, match: Match) -> Judged:
    """Return the answer about a note beside the truth."""
    best = match.best.pattern if match.best is not None else None
    return Judged(
        note.pattern,
        best,
        merged=best if match.decision == "pattern" else None,
        decided=match.decision != "undecided",
    )


def ask_in_folder(one: MatchSet, *, with_vectors: bool = False) -> list[Judged]:
    """Return the same from a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hardwon-quality-") as folder:
        return ask(one, Path(folder), with_vectors=with_vectors)


def learn_stream(notes: Sequence[Asked], folder: Path) -> list[str]:
    """Return the book of the pattern that each note came to, learned one after another.

    A note for which `Memory.match` has no best answer becomes a pattern that bears its title
    and says its text; any other joins the pattern that is best. Each pattern is a book of its
    own, so that a step writes two small files.
    """
    from hardwon import Memory

    os.environ[SWITCH] = "0"
    root = folder / "memory"
    for name in ("episodic/code", "semantic/patterns"):
        (root / name).mkdir(parents=True)
    memory = Memory.open(root)
    made: list[str] = []
    books: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    for number, note in enumerate(notes):
        best = memory.match(title=note.title, text=note.text).best
        if best is not None:
            book = best.path
        else:
            book = f"semantic/patterns/b{number:04}-patterns.md"
            books[book] = (plain(note.title), note.text, [])
        name, text, examples = books[book]
        path = f"episodic/code/2025-01-{number % 28 + 1:02}-x{number:04}.md"
        examples.append((note.title, path))
        (root / path).write_text(f"# {note.title}\n\n{note.text}\n", encoding="utf-8")
        written = f"# Patterns\n\n{render_pattern(name, text, examples)}"
        (root / book).write_text(written, encoding="utf-8")
        made.append(book)
    return made


def learn_in_folder(one: StreamSet) -> list[str]:
    """Return the same from a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hardwon-quality-") as folder:
        return learn_stream(one.notes, Path(folder))


# --- the baseline ---------------------------------------------------------------------------


def titles_of(one: MatchSet) -> dict[str, list[str]]:
    """Return the titles of the examples of each pattern, and its name, from the book."""
    titles: dict[str, list[str]] = {}
    name = ""
    for line in one.documents["semantic/patterns/dev-patterns.md"].splitlines():
        if line.startswith("## "):
            name = line[3:]
            titles[name] = [name]
        elif line[:1].isdigit() and ". " in line:
            titles[name].append(line.partition(". ")[2].rpartition(" (")[0])
    return titles


def score_titles(one: MatchSet) -> list[tuple[str | None, float]]:
    """Return for each note the pattern with the most alike title, and how alike, 0 to 100."""
    matcher = TitleMatcher()
    for name, titles in titles_of(one).items():
        matcher.add(name, titles)
    return [matcher.best(note) for note in one.asked]


def judge_titles(
    one: MatchSet, scored: Sequence[tuple[str | None, float]], threshold: float
) -> list[Judged]:
    """Return what the baseline answers where titles at least so alike are merged."""
    return [
        Judged(note.pattern, best if score >= threshold else None, None, decided=True)
        for note, (best, score) in zip(one.asked, scored, strict=True)
    ]


def tune_threshold(sets: Sequence[MatchSet]) -> float:
    """Return the threshold, 40 to 100, at which the mean F1 of the baseline is best."""
    scored = [(one, score_titles(one)) for one in sets]

    def mean(threshold: float) -> float:
        values = []
        for one, found in scored:
            judged = judge_titles(one, found, threshold)
            values.append(f1([
                (note.best is not None and note.best == note.true, note.best is not None,
                 note.true is not None) for note in judged
            ]))  # fmt: skip
        return sum(values) / len(values)

    return max(range(40, 101), key=mean)


def stream_titles(notes: Sequence[Asked], threshold: float) -> list[str]:
    """Return the group that each note comes to by titles alone."""
    matcher = TitleMatcher()
    made: list[str] = []
    for number, note in enumerate(notes):
        best, score = matcher.best(note)
        name = best if best is not None and score >= threshold else f"{number}"
        matcher.add(name, [note.title])
        made.append(name)
    return made
