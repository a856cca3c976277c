"""Books are merged by pattern: evidence is united and counted, hand edits are kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branches import make_scenario
from hardwon.markup.pages import parse_page
from hardwon.merging.learned import part_learned
from hardwon.merging.pages import merge_page
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Settings
from memories import BOOK, learn, note, pattern

NAME = "Close Every Cursor"


def merge(base: dict[str, str], one: dict[str, str], other: dict[str, str]) -> str:
    """Return the merged book; a conflict fails."""
    texts = (files.get(BOOK, "") for files in (base, one, other))
    found = merge_page(*texts, BOOK, Settings())
    assert found.conflicts == ()
    return found.text


def applied(day: int, name: str = NAME, *, title: str = "Pool ran dry", **fields: str) -> dict:
    date = f"2026-03-{day:02d}"
    path = f"episodic/code/{date}-{title.lower().replace(' ', '-')}.md"
    return {path: note(title, date, applied=name, **fields)}


def both(base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]) -> tuple[str, str]:
    """Return the book merged from two branches, and the one that learns all notes."""
    merged = merge(base, learn({**base, **ours}), learn({**base, **theirs}))
    return merged, learn({**base, **ours, **theirs})[BOOK]


SECTIONED = f"""# Patterns

## {NAME}

### Description
Close it.

### Examples
- Example 1 (2024-01-05): first

### Confidence
- **Level:** LOW
- **Based on:** 1 example
- **Last reinforced:** 2024-01-05

### Sources
- memory/episodic/code/2024-01-05-first.md
"""
BULLETS = f"""# Patterns

- **{NAME}** (0.3)
  - Pattern: Close it.
  - Examples:
    - Shop - first (2024-01-05)
"""
INLINE = f"""# Patterns

## {NAME}

**Confidence:** LOW (1 example)

**Pattern:** Close it.

**Examples:**
1. Shop - first (2024-01-05)

**Source experiences:** [[2024-01-05-first]]
"""
MORE = f"""# Patterns

## {NAME}

**Confidence:** MEDIUM
**Based on:** 4 examples
**Last reinforced:** 2024-01-05

**Pattern:** Close it.

**Examples:**
1. Shop - first (2024-01-05)
[... and 3 more examples ...]

**Source experiences:**
- memory/episodic/code/2024-01-05-first.md
- [... and 3 more ...]

---

**Last Updated:** 2024-01-05
**Total Patterns:** 1
**Confidence Breakdown:**
- HIGH: 0 patterns (0%)
- MEDIUM: 1 pattern (100%)
- LOW: 0 patterns (0%)

**Next steps:**
- Promote "{NAME}" pattern after 1 more use
"""
HEADER = f"""---
title: {NAME}
type: pattern
confidence: LOW
occurrences: 1
last_reinforced: 2024-01-05
sources: [episodic/code/2024-01-05-first.md]
---

# {NAME}

Close it.
"""
HOME = "# Patterns\n\n" + pattern(NAME, 2, "MEDIUM")


@pytest.mark.parametrize(
    "book", [HOME, SECTIONED, BULLETS, INLINE, MORE, HEADER],
    ids=["home", "sections", "bullets", "inline sources", "totals and next steps", "header"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (applied(1), applied(2)),
        (applied(2), applied(1)),
        ({**applied(1), **applied(4)}, {**applied(2), **applied(3)}),
        (applied(1, outcome="FAILED"), applied(2)),
        (applied(1, outcome="FAILED"), applied(2, outcome="BLOCKED")),
        (applied(1, "Name the Time Zone"), applied(2)),
        (applied(2, "Name the Time Zone"), applied(1, "Pin the Image")),
        (applied(2, "Name the Time Zone"), applied(1, "Name the Time Zone", title="Clock")),
        (applied(1), applied(1, title="Pool ran out")),
    ],
    ids=[
        "one each", "later first", "in turns", "counter", "counters", "new and known",
        "two new", "one new by both", "one day",
    ],
)  # fmt: skip
def test_the_merge_is_the_book_that_learns_all_notes(
    book: str, ours: dict[str, str], theirs: dict[str, str]
) -> None:
    merged, whole = both({BOOK: book}, ours, theirs)
    assert merged == whole


def test_a_book_that_both_sides_made_is_one() -> None:
    merged, whole = both({}, applied(1, "Name the Time Zone"), applied(2, "Pin the Image"))
    assert merged == whole


def test_a_note_that_both_sides_learned_counts_once() -> None:
    merged, whole = both({BOOK: HOME}, {**applied(1), **applied(3)}, {**applied(1), **applied(2)})
    assert merged == whole
    assert "**Based on:** 5 examples" in merged


def test_two_notes_of_one_title_and_day_are_two_examples() -> None:
    ours = {"episodic/code/2026-03-01-a.md": note("Pool ran dry", "2026-03-01", applied=NAME)}
    theirs = {"episodic/code/2026-03-01-b.md": note("Pool ran dry", "2026-03-01", applied=NAME)}
    merged, whole = both({BOOK: HOME}, ours, theirs)
    assert merged == whole
    assert "4. Pool ran dry [2] (2026-03-01)" in merged


def test_a_rename_on_one_side_keeps_the_evidence_of_the_other() -> None:
    base = {BOOK: HOME}
    ours = {BOOK: HOME.replace(f"## {NAME}", "## Close Cursors")}
    text = merge(base, ours, learn({**base, **applied(1)}))
    assert "## Close Cursors\n" in text
    assert "**Based on:** 3 examples" in text
    assert NAME not in text.replace(NAME.lower(), "").split("**Context:**")[0]


def test_a_deleted_pattern_stays_deleted() -> None:
    base = {BOOK: HOME + "\n" + pattern("Hash with a Salt", 1)}
    text = merge(base, {BOOK: HOME}, learn({**base, **applied(1, "Hash with a Salt")}))
    assert "Hash with a Salt" not in text
    assert text == HOME


def test_an_example_that_was_edited_by_hand_stays_edited() -> None:
    base = {BOOK: HOME}
    ours = {BOOK: HOME.replace("2. Project 2 - Task", "2. Project 2 - The other task")}
    text = merge(base, learn({**ours, **applied(1)}), learn({**base, **applied(2)}))
    assert "2. Project 2 - The other task (2024-02)\n3. Pool ran dry (2026-03-01)\n4. Pool" in text
    assert "**Based on:** 4 examples" in text


def test_a_level_that_a_person_set_stays_where_nothing_was_learned() -> None:
    base = {BOOK: HOME + "\n" + pattern("Hash with a Salt", 1)}
    ours = {BOOK: base[BOOK].replace("**Confidence:** LOW", "**Confidence:** HIGH")}
    text = merge(base, ours, learn({**base, **applied(1)}))
    assert "## Hash with a Salt\n\n**Confidence:** HIGH" in text


def test_an_unfinished_merge_is_not_taken_apart() -> None:
    marked = HOME.replace("Use Close", "<<<<<<< a\nUse Close").replace(
        "Cursor.\n", "Cursor.\n=======\nUse it.\n>>>>>>> b\n"
    )
    found = merge_page(HOME, marked, HOME + "\nMore.\n", BOOK, Settings())
    assert found.text == marked + "\nMore.\n"


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_without_hand_edits_nothing_is_left_of_what_was_learned(seed: int, crlf: bool) -> None:
    scenario = make_scenario(seed)
    base = {
        path: text.replace("\n", "\r\n") if crlf else text for path, text in scenario.base.items()
    }
    after = learn({**base, **scenario.one.notes, **scenario.other.notes})
    for path, text in base.items():
        if path.startswith("semantic/"):
            page, side = parse_page(text, path), parse_page(after[path], path)
            assert part_learned(page, text, side, after[path]).text == text


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_either_side_may_be_ours(seed: int) -> None:
    scenario = make_scenario(seed)
    one = learn({**scenario.base, **scenario.one.notes})
    other = learn({**scenario.base, **scenario.other.notes})
    for path in scenario.base:
        if path.startswith("semantic/"):
            texts = scenario.base[path], one[path], other[path]
            there = merge_page(*texts, path, Settings())
            back = merge_page(texts[0], texts[2], texts[1], path, Settings())
            assert there == back


# -- refused notes, and sources that nobody confirmed --------------------------------------------

KNOWN = f"""# Patterns

## {NAME}

**Confidence:** LOW
**Based on:** 1 example

**Pattern:** Close it.

**Examples:**
1. Shop - first (2024-01-05)

**Source experiences:**
- memory/episodic/code/2024-01-05-first.md (by its text)

## Other

**Confidence:** LOW
**Pattern:** Other.
"""
FIRST = "- memory/episodic/code/2024-01-05-first.md (by its text)\n"


def refusing(text: str, *items: str) -> str:
    listed = "".join(f"- {item}\n" for item in items)
    return text.replace(FIRST, f"{FIRST}\n**Not examples:**\n{listed}")


def merged(ours: str, theirs: str, base: str = KNOWN) -> str:
    one = merge({BOOK: base}, {BOOK: ours}, {BOOK: theirs})
    patterns = parse_page(one, BOOK).patterns
    swapped = parse_page(merge({BOOK: base}, {BOOK: theirs}, {BOOK: ours}), BOOK).patterns
    assert [told(pattern) for pattern in patterns] == [told(pattern) for pattern in swapped]
    return one


def told(pattern: Pattern) -> tuple[object, ...]:
    """Return what a pattern lists, in any order."""
    sources = sorted((source.target, source.by_text) for source in pattern.sources)
    examples = sorted(example.text for example in pattern.examples)
    return pattern.name, examples, sources, sorted(note.text for note in pattern.refused)


def test_what_both_sides_refused_is_united_with_their_remarks() -> None:
    ours = refusing(KNOWN, "[[a]] - one table only", "episodic/both.md - ours")
    theirs = refusing(KNOWN, "episodic/both.md - theirs", "memory/episodic/b.md (small)")
    assert merge({BOOK: KNOWN}, {BOOK: ours}, {BOOK: theirs}) == refusing(
        KNOWN, "[[a]] - one table only", "episodic/both.md - ours", "memory/episodic/b.md (small)"
    )


def test_further_refusals_join_those_of_the_base() -> None:
    base = refusing(KNOWN, "[[a]] - first")
    ours, theirs = refusing(KNOWN, "[[a]] - first", "[[b]]"), refusing(KNOWN, "[[a]] - 1st", "c.md")
    text = merge({BOOK: base}, {BOOK: ours}, {BOOK: theirs})
    assert text == refusing(KNOWN, "[[a]] - 1st", "[[b]]", "c.md")


def test_a_refusal_that_a_side_takes_back_stays_taken_back() -> None:
    base = refusing(KNOWN, "[[a]]", "[[b]]")
    assert merged(refusing(KNOWN, "[[b]]"), refusing(KNOWN, "[[a]]", "[[b]]", "[[c]]"), base) == (
        refusing(KNOWN, "[[b]]", "[[c]]")
    )


def test_a_note_that_one_side_refuses_and_the_other_learned_is_in_both_lists() -> None:
    (path,) = applied(3)
    ours = refusing(KNOWN, f"memory/{path} - not this")
    theirs = learn({BOOK: KNOWN, **applied(3)})[BOOK]
    pattern = parse_page(merged(ours, theirs), BOOK).patterns[0]
    assert [note.target for note in pattern.refused] == [path]
    assert path in {source.target for source in pattern.sources}


def test_an_example_that_one_side_moves_to_the_refused_stays_there() -> None:
    moved = KNOWN.replace("1. Shop - first (2024-01-05)\n", "").replace(
        f"**Source experiences:**\n{FIRST}",
        "**Not examples:**\n- memory/episodic/code/2024-01-05-first.md - no\n",
    )
    theirs = learn({BOOK: KNOWN, **applied(3)})[BOOK]
    pattern = parse_page(merged(moved, theirs), BOOK).patterns[0]
    assert [note.target for note in pattern.refused] == ["episodic/code/2024-01-05-first.md"]
    assert [source.target for source in pattern.sources] == [*applied(3)]
    assert len(pattern.examples) == 1


def test_an_example_that_learning_took_away_on_one_side_is_gone_from_both() -> None:
    files = {BOOK: KNOWN, **applied(3)}
    (path,) = applied(3)
    files[path] = files[path].replace(f"- {NAME}", "- none")
    base = {**files, BOOK: learn({**files, **applied(3)})[BOOK]}
    line = f"- memory/{path}\n"
    moved = base[BOOK].replace(line, f"\n**Not examples:**\n{line}")
    ours = learn({**base, BOOK: moved})
    theirs = learn({**base, **applied(4)})
    assert (ours[BOOK].count("(2026-03-03)"), theirs[BOOK].count("(2026-03-03)")) == (0, 1)
    text = merge(base, ours, theirs)
    assert text == learn({**ours, **applied(4)})[BOOK]
    assert learn({**theirs, **ours, BOOK: text})[BOOK] == text


def test_what_one_side_confirmed_is_confirmed() -> None:
    confirmed = KNOWN.replace(" (by its text)", "")
    learned = learn({BOOK: KNOWN, **applied(3)})[BOOK]
    sources = parse_page(merged(confirmed, learned), BOOK).patterns[0].sources
    assert [source.by_text for source in sources] == [False, False]


@pytest.mark.parametrize("ours", ["", " (by its text)"])
@pytest.mark.parametrize("theirs", ["", " (by its text)"])
def test_a_note_that_both_learned_is_marked_where_both_had_only_its_text(
    ours: str, theirs: str
) -> None:
    (path,) = applied(3)
    learned = learn({BOOK: KNOWN, **applied(3)})[BOOK]
    one, other = (learned.replace(f"{path}\n", f"{path}{mark}\n") for mark in (ours, theirs))
    found = merged(one, other)
    assert (f"{path} (by its text)\n" in found) is bool(ours and theirs)
    assert parse_page(found, BOOK).patterns[0].sources[-1].target == path


def test_a_new_pattern_of_both_sides_refuses_what_either_refuses() -> None:
    sides = []
    for day, refused in ((3, "[[a]] - ours"), (4, "[[b]] - theirs")):
        text = learn({BOOK: KNOWN, **applied(day, "Pool Per Thread")})[BOOK]
        sides.append(f"{text}\n**Not examples:**\n- {refused}\n")
    pattern = parse_page(merged(*sides), BOOK).patterns[-1]
    assert pattern.name == "Pool Per Thread"
    assert len(pattern.sources) == 2
    assert sorted(note.text for note in pattern.refused) == ["a - ours", "b - theirs"]
