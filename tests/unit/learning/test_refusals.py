"""Writing what a person refuses, and marking what nobody confirmed: checked by reading it."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from hardwon.learning.evidence import NotePaths, Notes, weigh
from hardwon.learning.reinforce import list_evidence, list_refusal
from hardwon.learning.shelf import Shelf
from hardwon.markup.edit import Edit, insert_before
from hardwon.markup.pages import parse_page
from hardwon.markup.pattern_edit import PatternEditor
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot

PATH = "semantic/patterns/x.md"
NOTES = ["episodic/code/2026-03-01-slow-orders.md", "episodic/code/2026-03-02-mail.md"]
CASES = (Path(__file__).parents[2] / "cases/refuse.md").read_text(encoding="utf-8")


def cases() -> list[tuple[str, str, str]]:
    """Return name, text and expected added lines of each case in cases/refuse.md."""
    found = []
    for part in CASES.split("\n=== ")[1:]:
        name, rest = part.split("\n", 1)
        text = rest.split("````markdown\n", 1)[1].split("````\n", 1)[0]
        diff = rest.split("````diff\n", 1)[1].split("````", 1)[0]
        found.append((name, text, diff))
    return found


def refuse(text: str, *notes: str, known: list[str] = NOTES) -> str | None:
    """Return `text` with `notes` refused by its first pattern, one by one; None where it fails."""
    for note in notes:
        page = parse_page(text, PATH)
        shelf = Shelf([page], lambda _, text=text: text)
        if list_refusal(shelf, page.patterns[0], note, NotePaths(known)) is None:
            assert shelf.text(PATH) == text
            return None
        text = shelf.text(PATH)
    return text


@pytest.mark.parametrize(("name", "text", "expected"), cases(), ids=[c[0] for c in cases()])
def test_a_refusal_adds_these_lines(name: str, text: str, expected: str) -> None:
    after = refuse(text, *NOTES)
    assert after is not None
    diff = difflib.unified_diff(text.splitlines(), after.splitlines(), n=0, lineterm="")
    changed = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
    assert "\n".join(changed) + "\n" == expected


BOOK = """## Retry

**Confidence:** LOW
**Based on:** 1 example

**Pattern:** Again.

**Examples:**
1. Shop (2025-01-05)

**Source experiences:**
- memory/episodic/code/a.md
"""


def test_what_is_refused_already_is_not_refused_again() -> None:
    once = refuse(BOOK, NOTES[0])
    assert once is not None
    assert refuse(once, NOTES[0]) == once
    by_name = once.replace(f"memory/{NOTES[0]}", "[[2026-03-01-slow-orders]] - no")
    assert refuse(by_name, NOTES[0]) == by_name


def test_a_name_that_two_notes_share_is_written_as_a_path() -> None:
    text = BOOK.replace("memory/episodic/code/a.md", "[[a]]")
    twins = [NOTES[0], NOTES[0].replace("code", "ops")]
    assert (refuse(text, NOTES[0]) or "").endswith("- [[2026-03-01-slow-orders]]\n")
    assert (refuse(text, NOTES[0], known=twins) or "").endswith(f"- memory/{NOTES[0]}\n")


@pytest.mark.parametrize(
    "path", ["episodic/a b.md", "episodic/a`b.md", "episodic/(a).md", "episodic/x.md#one-of-two"]
)
def test_an_odd_path_reads_back(path: str) -> None:
    after = refuse(BOOK, path, known=[path.partition("#")[0]])
    assert after is not None
    assert [note.target for note in parse_page(after, PATH).patterns[0].refused] == [path]


@pytest.mark.parametrize("tail", ["\n**Code:**\n```python\nretry()\n", "\n<!-- no end\n"])
def test_where_it_would_not_read_back_nothing_is_written(tail: str) -> None:
    text = BOOK.replace("\n**Source experiences:**\n- memory/episodic/code/a.md\n", tail)
    assert refuse(text, NOTES[0]) is None


def test_other_patterns_and_totals_stay_as_they_were() -> None:
    other = BOOK.replace("Retry", "Retry Once")
    totals = "\n---\n\n**Total Patterns:** 2\n**Confidence Breakdown:**\n- LOW: 2 patterns\n"
    for text in (BOOK + "\n" + other + totals, BOOK.replace("## R", "# R") + "\n" + other + totals):
        after = refuse(text, *NOTES)
        assert after is not None
        before, now = parse_page(text, PATH), parse_page(after, PATH)
        assert now.patterns[1] == before.patterns[1].moved(4)
        assert now.totals.total == before.totals.total == 2


WHOLE = f"""# Book

{BOOK}
{BOOK.replace("Retry", "Retry Once")}
---

**Total Patterns:** 2
"""


@pytest.mark.parametrize(
    ("line", "harm"),
    [("1. Shop (2025-01-05)", "2. Shop (2025-01-06)"), ("**Based on:** 1 example", "**Tags:** a"),
     ("**Total Patterns:** 2", "**Last Updated:** 2025-01-01")],
)  # fmt: skip
@pytest.mark.parametrize("last", [False, True])
def test_an_edit_that_would_change_anything_else_is_not_written(
    monkeypatch: pytest.MonkeyPatch, line: str, harm: str, last: bool
) -> None:
    lines = WHOLE.splitlines()
    number = len(lines) - lines[::-1].index(line) if last else lines.index(line) + 1
    add = PatternEditor.add_refused

    def harmful(self: PatternEditor, path: str, **options: bool) -> list[Edit]:
        return [*add(self, path, **options), insert_before(number + 1, (harm,))]

    assert refuse(WHOLE, NOTES[0]) is not None
    monkeypatch.setattr(PatternEditor, "add_refused", harmful)
    assert refuse(WHOLE, NOTES[0]) is None


def test_what_is_refused_counts_as_nothing() -> None:
    after = refuse(BOOK, *NOTES)
    assert after is not None

    def found(text: str) -> object:
        evidence = weigh(parse_page(text, PATH).patterns[0], notes, Settings().confidence)
        return (evidence.examples, evidence.projects, evidence.days, evidence.sources)

    texts = {path: f"# Note\n\n**Project:** {path}\n**Date:** 2026-03-01\n" for path in NOTES}
    notes = Notes(Snapshot(tuple(parse_page(text, path) for path, text in texts.items())))
    assert found(after) == found(BOOK)
    evidence = weigh(parse_page(after, PATH).patterns[0], notes, Settings().confidence)
    assert [path for _, path in evidence.refused] == NOTES


# -- sources that nobody confirmed ---------------------------------------------------------------


@pytest.mark.parametrize("name", [case[0] for case in cases()])
@pytest.mark.parametrize("by_text", [True, False])
def test_a_source_is_marked_where_only_its_text_put_it(name: str, by_text: bool) -> None:
    text = next(case[1] for case in cases() if case[0] == name)
    page = parse_page(text, PATH)
    shelf = Shelf([page], lambda _: text)
    pattern, paths = page.patterns[0], NotePaths(NOTES)
    after = list_evidence(
        shelf, pattern, "shop - Slow orders (2026-03-01)", NOTES[0],
        counters=False, reads_back=lambda now: len(now.sources) == len(pattern.sources) + 1,
        by_text=by_text,
    )  # fmt: skip
    assert after is not None
    added = [s for s in after.sources if paths.find(s.target) == NOTES[0]]
    assert [source.by_text for source in added] == [by_text]
    assert shelf.text(PATH).count("(by its text)") == text.count("(by its text)") + by_text


def test_a_source_whose_mark_would_be_lost_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    add = PatternEditor.add_source
    monkeypatch.setattr(
        PatternEditor, "add_source",
        lambda self, path, *, like_others, by_text: add(self, path, like_others=like_others),
    )  # fmt: skip
    page = parse_page(BOOK, PATH)
    shelf = Shelf([page], lambda _: BOOK)
    found = list_evidence(
        shelf, page.patterns[0], "Shop (2025-01-06)", NOTES[0],
        counters=False, reads_back=lambda _: True, by_text=True,
    )  # fmt: skip
    assert (found, shelf.text(PATH)) == (None, BOOK)
