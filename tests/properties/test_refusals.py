"""What holds for every memory: refusing a note adds its lines alone, and learning keeps to it."""

from __future__ import annotations

import re
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generated import books, memories
from hardwon.index.codec import decode_page, encode_page
from hardwon.learning.evidence import NotePaths
from hardwon.learning.reinforce import list_refusal
from hardwon.learning.shelf import Shelf
from hardwon.markup.pages import parse_page
from hardwon.merging.learned import part_learned
from hardwon.model.experience import Experience
from hardwon.model.page import Page
from hardwon.model.plan import Ask, ChangeKind, Proposal, Reply, Undecided
from hardwon.model.settings import Matching, Settings
from memories import BOOK, learn, note, plan, read

NOTES = [
    "episodic/code/2026-01-01-note.md",
    "episodic/ops/2026-01-02-note.md",
    "episodic/log.md#2026-01-03-backup",
    "episodic/odd name.md",
]
PATHS = NotePaths(path.partition("#")[0] for path in NOTES)


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def bom(text: str) -> str:
    return "\ufeff" + text


def bare_end(text: str) -> str:
    return text.rstrip("\n")


def stars(text: str) -> str:
    return re.sub(r"^- (?=memory/)", "* ", text, flags=re.MULTILINE)


def numbers(text: str) -> str:
    return re.sub(r"^- (?=memory/)", "1. ", text, flags=re.MULTILINE)


def wikilinks(text: str) -> str:
    return re.sub(r"^- memory/\S*/(\S+)\.md", r"- [[\1]]", text, flags=re.MULTILINE)


REWRITINGS = [crlf, bom, bare_end, stars, numbers, wikilinks, lambda text: text]


def learned(book: str) -> str:
    """Return `book` with sources, which the pattern of each first name has then."""
    files = {BOOK: book}
    for number, name in enumerate(re.findall(r"^## (.*)$", book, re.MULTILINE)):
        path = f"episodic/code/2026-02-{number + 1:02d}-learned.md"
        files[path] = note("Learned", f"2026-02-{number + 1:02d}", applied=name)
    return learn(files)[BOOK]


def refuse(text: str, number: int, path: str) -> str | None:
    page = parse_page(text, BOOK)
    shelf = Shelf([page], lambda _: text)
    found = list_refusal(shelf, page.patterns[number % len(page.patterns)], path, PATHS)
    after = shelf.text(BOOK)
    # Read alone, the pattern is what it is in its book.
    assert tuple(shelf.patterns_of(BOOK)) == parse_page(after, BOOK).patterns
    return after if found is not None else None


def without_places(page: Page) -> list[object]:
    return [
        (
            pattern.name,
            pattern.claim and pattern.claim.text,
            [e.text for e in (*pattern.examples, *pattern.counter_examples)],
            [(s.target, s.by_text) for s in pattern.sources],
            [(field.label, field.text) for field in pattern.fields if field.key != "refused"],
        )
        for pattern in page.patterns
    ]


@pytest.mark.parametrize("rewrite", REWRITINGS)
@given(
    book=books(),
    has_sources=st.booleans(),
    picks=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(NOTES)), min_size=1, max_size=4, unique=True
    ),
)
@settings(max_examples=25, deadline=None)
def test_a_refusal_adds_lines_that_read_back_and_nothing_else_changes(
    rewrite, book: str, has_sources: bool, picks: list[tuple[int, str]]
) -> None:
    original = text = rewrite(learned(book) if has_sources else book)
    first = parse_page(text, BOOK)
    if not first.patterns:
        return
    wanted: dict[int, set[str]] = {}
    for number, path in picks:
        after = refuse(text, number, path)
        assert after is not None
        text = after
        wanted.setdefault(number % len(first.patterns), set()).add(path)
    now = parse_page(text, BOOK)
    for number, pattern in enumerate(now.patterns):
        found = [PATHS.find(refused.target) for refused in pattern.refused]
        assert sorted(map(str, found)) == sorted(wanted.get(number, ()))
    assert without_places(now) == without_places(first)
    assert decode_page(encode_page(now)) == now
    # The old lines stand there as they were, in their order, between the new ones.
    old, new = original.splitlines(keepends=True), iter(text.splitlines(keepends=True))
    is_open = not original.endswith("\n")
    assert text.endswith("\n") is not is_open
    assert all(line in new for line in (old[:-1] if is_open else old))
    ends = {line[len(line.rstrip("\r\n")) :] for line in text.splitlines(keepends=True)}
    assert ends <= {line[len(line.rstrip("\r\n")) :] for line in old} | {""}


@pytest.mark.parametrize("rewrite", REWRITINGS)
@given(
    book=books(),
    has_sources=st.booleans(),
    picks=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(NOTES)), max_size=4, unique=True),
)
@settings(max_examples=25, deadline=None)
def test_what_a_branch_refused_can_be_taken_out_again(
    rewrite, book: str, has_sources: bool, picks: list[tuple[int, str]]
) -> None:
    base = text = rewrite(learned(book) if has_sources else book)
    page = parse_page(base, BOOK)
    if not page.patterns:
        return
    for number, path in picks:
        text = refuse(text, number, path) or text
    parted = part_learned(page, base, parse_page(text, BOOK), text)
    assert parted.text == base
    taken = [refusal for refusals in parted.refused.values() for refusal in refusals]
    refused = [note for pattern in parse_page(text, BOOK).patterns for note in pattern.refused]
    assert [refusal.target for refusal in taken] == [note.target for note in refused]


# -- learning where notes are refused ------------------------------------------------------------

ASKING = Settings(matching=Matching(propose=0.1, recur=0.4, merge=0.95))


@st.composite
def memories_with_refusals(draw: st.DrawFn) -> dict[str, str]:
    """Return a memory some of whose patterns refuse some of its notes."""
    files = draw(memories())
    notes = [path for path in files if path != BOOK]
    if BOOK not in files or not notes:
        return files
    text = files[BOOK]
    page = parse_page(text, BOOK)
    paths = NotePaths(notes)
    for number in draw(st.lists(st.integers(0, 3), max_size=4)) if page.patterns else ():
        page = parse_page(text, BOOK)
        shelf = Shelf([page], lambda _, text=text: text)
        pattern = page.patterns[number % len(page.patterns)]
        list_refusal(shelf, pattern, draw(st.sampled_from(notes)), paths)
        text = shelf.text(BOOK)
    return {**files, BOOK: text}


def one_after_another(files: dict[str, str], ask: Ask | None = None) -> dict[str, str]:
    in_order = sorted(files, key=lambda path: path.rpartition("/")[2])
    notes = [path for path in in_order if path.startswith("episodic/")]
    growing = {path: text for path, text in files.items() if path not in notes}
    growing = learn(growing, ASKING, ask=ask)
    for path in notes:
        growing = learn({**growing, path: files[path]}, ASKING, ask=ask)
    return growing


def pairs(files: dict[str, str], key: str) -> set[tuple[str, str, str]]:
    """Return the notes that patterns list as sources or as refused, each with its pattern."""
    snapshot = read(files)
    paths = NotePaths(page.path for page in snapshot.pages)
    return {
        (pattern.path, pattern.name, path)
        for pattern in snapshot.patterns
        for source in getattr(pattern, key)
        if (path := paths.find(source.target)) is not None
    }


@given(memories_with_refusals(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_refused_is_never_cited(files: dict[str, str], eager: bool) -> None:
    after = learn(files, ASKING, eager=eager)
    assert pairs(files, "refused") == pairs(after, "refused")
    assert not pairs(after, "refused") & pairs(after, "sources")
    again = plan(after, ASKING, eager=eager)
    assert (again.files, again.changes) == ((), ())


@given(memories_with_refusals())
@settings(max_examples=60, deadline=None)
def test_all_at_once_equals_one_after_another_where_notes_are_refused(
    files: dict[str, str],
) -> None:
    assert one_after_another(files) == learn(files, ASKING)


class Person:
    """Refuses, or accepts, by a rule of its own; replies the same when asked the same again."""

    def __init__(self, seed: int, *, accepts: bool) -> None:
        self._seed, self._accepts = seed, accepts
        self.refused: set[tuple[str, str]] = set()

    def reply(self, note: Experience, undecided: Undecided) -> Reply:
        said = {c: self._mood(note, c) for c in undecided.candidates}
        refused = tuple(c for c, mood in said.items() if mood == 0 and c.path is not None)
        self.refused |= {(note.key, c.pattern) for c in refused}
        right = [c for c, mood in said.items() if mood == 1 and self._accepts]
        return Reply(right[0] if right else None, refused)

    def _mood(self, note: Experience, proposal: Proposal) -> int:
        return crc32(f"{self._seed} {note.key} {proposal.pattern}".encode()) % 3


@given(memories_with_refusals(), st.integers(0, 99), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_a_person_refuses_is_written_and_holds(
    files: dict[str, str], seed: int, accepts: bool
) -> None:
    person = Person(seed, accepts=accepts)
    made = plan(files, ASKING, ask=person.reply)
    after = learn(files, ASKING, ask=person.reply)
    again = plan(after, ASKING)
    assert (again.files, again.changes) == ((), ())
    written = {(c.experience, c.pattern) for c in made.changes if c.kind is ChangeKind.REFUSED}
    assert written == {(note, name) for _, name, note in pairs(after, "refused")} - {
        (note, name) for _, name, note in pairs(files, "refused")
    }
    left = {(u.experience, c.pattern) for u in again.undecided for c in u.candidates}
    assert not left & person.refused
    assert not pairs(after, "refused") & pairs(after, "sources")


@given(memories_with_refusals(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_refusing_all_at_once_equals_refusing_one_after_another(
    files: dict[str, str], seed: int
) -> None:
    ask = Person(seed, accepts=False).reply
    assert one_after_another(files, ask) == learn(files, ASKING, ask=ask)
