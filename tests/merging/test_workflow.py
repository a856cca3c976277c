"""Workflows are merged by section: edited ones are kept, the others follow their pattern."""

from __future__ import annotations

import pytest

from hardwon.markup.pages import parse_page
from hardwon.merging.three_way import fill_holes
from hardwon.merging.workflow import merge_workflow_texts
from memories import BOOK, learn, note, pattern

NAME = "Close Every Cursor"
PATH = "procedural/workflows/close-every-cursor.md"
BASE = learn({BOOK: "# Patterns\n\n" + pattern(NAME, 5, "HIGH", pattern="Open it. Close it.")})


def learned(files: dict[str, str], day: int) -> dict[str, str]:
    path = f"episodic/code/2026-03-0{day}-dry.md"
    return learn({**files, path: note(f"Dry {day}", f"2026-03-0{day}", applied=NAME)})


def edited(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    assert old in files[PATH]
    return {**files, PATH: files[PATH].replace(old, new)}


def merge(one: dict[str, str], other: dict[str, str], base: dict[str, str] = BASE) -> str:
    found = merge_workflow_texts(base.get(PATH, ""), one[PATH], other[PATH], PATH)
    return fill_holes(found.text, found.conflicts, ("ours", "theirs"))


def test_what_nobody_edited_comes_from_the_side_that_learned_more() -> None:
    one, other = learned(BASE, 1), learned(learned(BASE, 2), 3)
    assert merge(one, other) == merge(other, one) == other[PATH]


@pytest.mark.parametrize("first", [True, False])
def test_a_section_edited_on_one_side_is_kept_beside_what_the_other_learned(first: bool) -> None:
    one = edited(BASE, "- [ ] Close it.", "- [x] Close it in a finally block.")
    other = learned(BASE, 1)
    text = merge(one, other) if first else merge(other, one)
    assert "- [x] Close it in a finally block." in text
    assert "Proven by 6 examples" in text
    assert "2026-03-01-dry.md" in text
    after = learn({**other, PATH: text})
    assert after[PATH] == text, "learning has nothing to add"


def test_edits_of_different_steps_are_both_kept() -> None:
    one = edited(BASE, "- [ ] Open it.", "- [ ] Open it late.")
    other = edited(BASE, "- [ ] Close it.", "- [ ] Close it early.")
    assert "- [ ] Open it late.\n- [ ] Close it early.\n" in merge(one, other)


def test_a_step_that_both_edited_is_the_only_conflict() -> None:
    one = edited(learned(BASE, 1), "- [ ] Open it.", "- [ ] Open it late.")
    other = edited(learned(BASE, 2), "- [ ] Open it.", "- [ ] Open it once.")
    text = merge(one, other)
    marked = "<<<<<<< ours\n- [ ] Open it late.\n=======\n- [ ] Open it once.\n>>>>>>> theirs\n"
    assert marked in text
    assert text.count("<<<<<<<") == 1


def test_sections_of_people_are_merged_too() -> None:
    one = {**BASE, PATH: BASE[PATH] + "\n## Ours\n\nText.\n"}
    other = edited(BASE, "## Evidence", "## Theirs\n\nText.\n\n## Evidence")
    text = merge(one, other)
    assert text.index("## Theirs") < text.index("## Evidence") < text.index("## Ours")


def test_a_section_that_a_person_took_out_stays_out() -> None:
    head, _, tail = BASE[PATH].partition("## When to use\n")
    one = {**BASE, PATH: head + "## Steps" + tail.partition("## Steps")[2]}
    assert "## When to use" not in merge(one, learned(BASE, 1))
    assert "## When to use" not in merge(learned(BASE, 1), one)


def test_keys_of_people_stay_in_the_front_matter() -> None:
    one = edited(BASE, "---\npattern:", "---\nowner: Ada\npattern:")
    other = learned(BASE, 1)
    for text in (merge(one, other), merge(other, one)):
        assert "owner: Ada\n" in text
        assert "examples: 6\n" in text
        assert parse_page(text, PATH).faults == ()


def test_a_workflow_that_both_sides_wrote_is_one() -> None:
    base = learn({BOOK: "# Patterns\n\n" + pattern(NAME, 4, "MEDIUM", pattern="Open it.")})
    text = merge(learned(base, 1), learned(base, 2), base)
    assert text.count("# Close Every Cursor\n") == 1
    assert "<<<<<<<" not in text
