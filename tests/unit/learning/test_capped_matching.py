"""Matching looks only at texts that share rare words: it finds what comparing all finds."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence

import pytest

from conftest import CORPUS, PROJECT, needs_corpus
from hardwon.learning.match import Nearest, Profile, profile, profile_of_experience
from hardwon.model.settings import Matching

PROPOSE = Matching().propose
# The share of what comparing all finds that may be missed.
LOST = 0.01
SYLLABLES = "ba de fi go hu ka le mi no pu ra se ti vo wu xa ce di fo gu".split()
COMMON = (
    "add change code error failed file fix function test user value run set name data call "
    "check line build version deploy update config".split()
)


def found_by(near: Nearest[int], texts: Sequence[Profile]) -> tuple[int, int, int]:
    """Return for how many texts comparing all finds something, and capped matching as well;
    and for how many both find the same one best.
    """
    wanted = same = some = 0
    for text in texts:
        every = near.find_all(text, lambda _: PROPOSE)
        capped = near.find(text, PROPOSE)
        wanted += bool(every)
        some += bool(every) and bool(capped)
        same += bool(every) and bool(capped) and capped[0] == every[0]
    return wanted, some, same


def sentences(rng: random.Random, vocabulary: Sequence[str], length: int) -> list[str]:
    return [rng.choice(vocabulary if rng.random() < 0.6 else COMMON) for _ in range(length)]


def perturbed(rng: random.Random, words: Sequence[str], vocabulary: Sequence[str]) -> str:
    return " ".join(word if rng.random() < 0.7 else rng.choice(vocabulary) for word in words)


def made(count: int, asked: int) -> tuple[Nearest[int], list[Profile]]:
    """Return `count` texts, and `asked` of which two of three resemble one of them."""
    rng = random.Random(4)
    vocabulary = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(3000)]
    near: Nearest[int] = Nearest()
    known = []
    for number in range(count):
        title, body = sentences(rng, vocabulary, 4), sentences(rng, vocabulary, 60)
        known.append((title, body))
        near.add(number, profile(" ".join(title), " ".join(body)))
    texts = []
    for number in range(asked):
        title, body = rng.choice(known)
        if number % 3 == 0:
            title, body = sentences(rng, vocabulary, 4), sentences(rng, vocabulary, 60)
        elif number % 3 == 1:
            title = sentences(rng, vocabulary, 4)
        texts.append(profile(perturbed(rng, title, vocabulary), perturbed(rng, body, vocabulary)))
    return near, texts


def test_what_resembles_a_made_text_is_found() -> None:
    near, texts = made(600, 90)
    wanted, some, same = found_by(near, texts)
    assert wanted >= 55
    assert some >= wanted * (1 - LOST)
    assert same >= wanted * (1 - LOST)


def test_a_text_of_common_words_only_is_compared_as_well() -> None:
    near, _ = made(600, 0)
    asked = profile("Fix the test", "the user can run a test, check the config and fix the code")
    near.add(-1, profile("Fix a test", "a user can run the test, check a config and fix the code"))
    (best, *_) = near.find(asked, PROPOSE)
    assert best[0] == -1


def test_the_cap_saves_most_of_the_work() -> None:
    near, texts = made(600, 30)
    compared = sum(len(near._near(text)) for text in texts)
    assert 0 < compared < 30 * 600 / 10


@pytest.mark.slow
def test_what_resembles_one_of_many_made_texts_is_found() -> None:
    near, texts = made(4000, 300)
    wanted, some, same = found_by(near, texts)
    assert wanted >= 190
    assert some >= wanted * (1 - LOST)
    assert same >= wanted * (1 - LOST)


@needs_corpus
@pytest.mark.slow
def test_what_resembles_a_note_of_strangers_is_found() -> None:
    """Every second note stands for a pattern, by its title and its first lines."""
    notes = read_family("B")
    near: Nearest[int] = Nearest()
    for number, note in enumerate(notes[::2]):
        near.add(number, profile(note.title, note.body[:600]))
    wanted, some, same = found_by(near, [profile_of_experience(note) for note in notes[1::2]])
    assert wanted > 400
    assert some >= wanted * (1 - LOST)
    assert same >= wanted * (1 - LOST)


@needs_corpus
@pytest.mark.slow
def test_links_of_strangers_are_found_as_often() -> None:
    """Of the notes that their authors linked, capped matching finds as many among the best."""
    import csv

    notes = {f"B/{note.path}": note for note in read_family("B")}
    near: Nearest[str] = Nearest()
    texts = {path: profile_of_experience(note) for path, note in notes.items()}
    for path, text in texts.items():
        near.add(path, text)
    with (CORPUS / "LINKS.csv").open(encoding="utf-8", newline="") as file:
        links = [(row["from_file"], row["to_file"]) for row in csv.DictReader(file)]
    links = [link for link in links if link[0] in texts and link[1] in texts]
    assert len(links) > 100
    found = missed = 0
    for source in {source for source, _ in links}:
        linked = {target for one, target in links if one == source} - {source}
        every = [key for key, _ in near.find_all(texts[source], lambda _: PROPOSE)[:9]]
        capped = {key for key, _ in near.find(texts[source], PROPOSE)}
        # Itself is the best of all.
        best = [key for key in every[:8] if key in linked]
        found += len(best)
        missed += sum(key not in capped for key in best)
    assert found > 50
    assert missed <= found * LOST


def read_family(family: str):
    sys.path.insert(0, str(PROJECT / "evaluation"))
    try:
        from read_corpus import read_family as read
    finally:
        sys.path.pop(0)
    return list(read(family).experiences)
