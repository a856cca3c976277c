"""The notes of the benchmark: copies of real notes, perturbed, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.texts import Texts

SEED = 20240229
# Patterns that a memory of so many notes holds.
PATTERNS_AT = {1_000: 200, 10_000: 2_000, 100_000: 20_000}
# Stands in every hundredth note, and in no text that notes are made from.
MARKER = "ptarmigan"
MARKED = 100
# People's books hold some dozen patterns each.
_BOOK = (20, 50)
_DOMAINS = ("api", "builds", "code", "data", "design", "deploys", "editor", "ops", "tests", "web")
_PROJECTS = ("atlas", "billing", "console", "gateway", "ledger", "mobile", "search", "storefront")
# How many examples a pattern has: most have few.
_EXAMPLES = (1, 1, 1, 2, 2, 3, 4, 5, 7)
_FIRST_DAY = dt.date(2019, 1, 1)
_DAYS = 2_400
_SLUG = re.compile(r"[^a-z0-9]+")
_PLAIN = re.compile(r"[a-z]{3,}[,.]?")
# One word in so many is exchanged; one exchanged word in so many is one that no other note has.
_EXCHANGED = 16
_NEW = 8


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the corpus; `path` is relative to the memory folder."""

    path: str
    title: str
    date: str
    project: str
    text: str


class Corpus:
    """Notes and patterns made from `texts`; the first thousand are the same in every size."""

    def __init__(self, texts: Texts, seed: int = SEED) -> None:
        self._texts = texts
        self._seed = seed
        self._order = list(range(len(texts.notes)))
        random.Random(seed).shuffle(self._order)

    def note(self, number: int, *, applied: str | None = None) -> Note:
        """Return note `number`, from 0; it names the pattern `applied`."""
        chance = random.Random(f"{self._seed} note {number}")
        base = self._order[number % len(self._order)]
        text = self._perturb(self._texts.notes[base], chance)
        if number % MARKED == MARKED // 2:
            text = _mark(text, chance)
        if applied is not None:
            text = f"{text.rstrip()}\n\n## Patterns Applied\n\n- {applied}\n"
        day = (_FIRST_DAY + dt.timedelta(days=chance.randrange(_DAYS))).isoformat()
        title = self._texts.titles[base]
        slug = _SLUG.sub("-", title.lower()).strip("-")
        path = f"episodic/{chance.choice(_DOMAINS)}/{day}-{slug}-{number}.md"
        return Note(path, title, day, chance.choice(_PROJECTS), text)

    def queries(self, count: int) -> list[str]:
        """Return things to search for: two or three words of a title, as a person types them.

        They are of notes that a memory of any size holds, so few words are unknown to it.
        """
        chance = random.Random(f"{self._seed} queries")
        titles = [self._texts.titles[base].lower().split() for base in self._order[:1_000]]
        long = [words for words in titles if len(words) > 3]
        return [" ".join(chance.choice(long)[-chance.choice((2, 3)) :]) for _ in range(count)]

    def pattern_names(self, count: int) -> list[str]:
        """Return the names of the first `count` patterns, no two the same."""
        names: list[str] = []
        known = set()
        for number in range(count):
            chance = random.Random(f"{self._seed} name {number}")
            name = self._texts.titles[self._order[number % len(self._order)]]
            # A single word may be the name of a field, such as Context, and no pattern's.
            while name.lower() in known or " " not in name:
                name = f"{name[:60].rsplit(' ', 1)[0]} {chance.choice(self._texts.words)}"
            known.add(name.lower())
            names.append(name)
        return names

    def books(self, names: Sequence[str], notes: Sequence[Note] = ()) -> Iterator[tuple[str, str]]:
        """Yield path and text of the books that hold the patterns `names`.

        Args:
            names: As `pattern_names` returns them.
            notes: Those of the memory, which patterns list as sources; without them they list none.
        """
        chance = random.Random(f"{self._seed} books")
        start = 0
        while start < len(names):
            left = len(names) - start
            least, most = _BOOK  # and the last book is no stump
            size = left if left <= most else chance.randint(least, min(most, left - least))
            part = range(start, start + size)
            patterns = [self._pattern(number, names[number], notes) for number in part]
            domain = _DOMAINS[start % len(_DOMAINS)]
            yield f"semantic/patterns/{domain}-{start}-patterns.md", _book(patterns)
            start += size

    def one_book(self, names: Sequence[str]) -> str:
        """Return a single book of all `names`, each pattern as short as people write them."""
        return _book([self._short_pattern(number, name) for number, name in enumerate(names)])

    def _perturb(self, text: str, chance: random.Random) -> str:
        """Return `text` with some of its plain words exchanged, and one added to its title."""
        words = text.split(" ")
        known = self._texts.words
        for _ in range(max(1, len(words) // _EXCHANGED)):
            place = chance.randrange(len(words))
            if _PLAIN.fullmatch(words[place]):
                words[place] = known[int(chance.random() * len(known))]
                if chance.random() * _NEW < 1:
                    words[place] += known[int(chance.random() * len(known))]
        text = " ".join(words)
        added = known[int(chance.random() * len(known))]
        return re.sub(r"^(#+ .*\w)", rf"\1 {added}", text, count=1, flags=re.MULTILINE)

    def _pattern(self, number: int, name: str, notes: Sequence[Note]) -> str:
        chance = random.Random(f"{self._seed} pattern {number}")
        base = self._order[number % len(self._order)]
        says = self._texts.sentences[base]
        count = chance.choice(_EXAMPLES)
        if notes:
            found = sorted(chance.sample(notes, count), key=lambda note: (note.date, note.path))
            lines = [f"{note.project} - {note.title} ({note.date}) - SUCCESS" for note in found]
            sources = "".join(f"- memory/{note.path}\n" for note in found)
            sources = f"\n**Source experiences:**\n{sources}"
        else:
            lines = self._examples(count, chance)
            sources = ""
        last = max(line.rpartition("(")[2][:10] for line in lines)
        examples = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
        return (
            f"## {name}\n\n**Confidence:** {_confidence(count)}\n"
            f"**Based on:** {count} example{'s' * (count != 1)}\n**Last reinforced:** {last}\n\n"
            f"**Context:**\n{says[0]}.\n\n**Pattern:**\n{says[1]}.\n\n"
            f"**Why it works:**\n{says[2]}.\n\n**Examples:**\n{examples}\n{sources}"
        )

    def _short_pattern(self, number: int, name: str) -> str:
        chance = random.Random(f"{self._seed} pattern {number}")
        says = self._texts.sentences[self._order[number % len(self._order)]]
        examples = "\n".join(
            f"{n}. {line[:70]}" for n, line in enumerate(self._examples(2, chance), 1)
        )
        return (
            f"## {name}\n\n**Confidence:** MEDIUM\n**Based on:** 2 examples\n\n"
            f"**Context:** {says[0][:90]}.\n**Pattern:** {says[1][:120]}.\n\n"
            f"**Examples:**\n{examples}\n"
        )

    def _examples(self, count: int, chance: random.Random) -> list[str]:
        days = sorted(chance.sample(range(_DAYS), count))
        dates = [(_FIRST_DAY + dt.timedelta(days=day)).isoformat() for day in days]
        titles = [chance.choice(self._texts.titles)[:40] for _ in days]
        pairs = zip(titles, dates, strict=True)
        return [f"{chance.choice(_PROJECTS)} - {title} ({date})" for title, date in pairs]


def write_memory(root: Path, corpus: Corpus, notes: int, patterns: int) -> int:
    """Write a memory of so many notes and patterns below `root`; return the bytes of its files."""
    made = []
    size = 0
    for number in range(notes):
        note = corpus.note(number)
        size += _write(root, note.path, note.text)
        made.append(Note(note.path, note.title, note.date, note.project, ""))
    names = corpus.pattern_names(patterns)
    return size + sum(_write(root, path, text) for path, text in corpus.books(names, made))


def write_lesson(root: Path, corpus: Corpus, notes: int, patterns: int) -> None:
    """Write a memory of so many patterns, and notes that none of them lists: all are new.

    Every tenth note names a pattern; of the others the text alone must tell.
    """
    names = corpus.pattern_names(patterns)
    for number in range(notes):
        named = names[number * 13 % patterns] if number % 10 == 0 else None
        note = corpus.note(number, applied=named)
        _write(root, note.path, note.text)
    for path, text in corpus.books(names):
        _write(root, path, text)


def write_large_book(root: Path, corpus: Corpus, patterns: int) -> str:
    """Write a memory of one book and a note that names one of its patterns; return that name."""
    names = corpus.pattern_names(patterns)
    named = names[patterns // 2]
    note = corpus.note(0, applied=named)
    _write(root, note.path, note.text)
    _write(root, "semantic/patterns/dev-patterns.md", corpus.one_book(names))
    return named


def _write(root: Path, path: str, text: str) -> int:
    file = root / path
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True)
    data = text.encode("utf-8")
    file.write_bytes(data)
    return len(data)


def _mark(text: str, chance: random.Random) -> str:
    """Return `text` with the marker in it, once or a few times."""
    words = text.split(" ")
    plain = [place for place, word in enumerate(words) if _PLAIN.fullmatch(word)]
    for place in chance.sample(plain, min(len(plain), chance.choice((1, 1, 1, 2, 3)))):
        words[place] = MARKER
    return " ".join(words) if plain else f"{text.rstrip()}\n\nSeen with the {MARKER}.\n"


def _confidence(examples: int) -> str:
    return "HIGH" if examples >= 5 else "MEDIUM" if examples >= 2 else "LOW"


def _book(patterns: Sequence[str]) -> str:
    return "# Patterns\n\n" + "\n".join(patterns)
