"""The likeliest pattern goes by what texts mean, where the memory knows that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon import Memory
from hardwon.model.match import Decision
from meanings import use_concepts

Write = Callable[[str, str], Path]
STORIES = {
    "Garage": "The automobile stood in the yard until noon.",
    "Ledger": "An amount of cents was missing from the sum.",
    "Locks": "Two jobs waited for each other in a deadlock.",
}


@pytest.fixture
def memory(memory_dir: Path, write_note: Write) -> Memory:
    """Return a memory of three patterns with two examples each."""
    parts = ["# Patterns\n"]
    for number, (name, story) in enumerate(STORIES.items()):
        paths = [f"episodic/code/2026-0{n}-0{number + 1}-note.md" for n in (1, 2)]
        for path in paths:
            write_note(path, f"# {name} report\n\n{story}\n")
        parts.append(
            f"## {name}\n\n**Confidence:** MEDIUM\n**Pattern:** {story}\n\n"
            "**Source experiences:**\n" + "".join(f"- memory/{path}\n" for path in paths)
        )
    write_note("semantic/patterns/dev-patterns.md", "\n".join(parts))
    return Memory.open(memory_dir)


def test_another_word_for_the_same_thing_leads_to_the_pattern(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    by_words = memory.match(title="Parking", text="My vehicle would not start today.")
    assert by_words.best is None
    memory.embed()
    found = memory.match(title="Parking", text="My vehicle would not start today.")
    assert found.best is not None
    assert (found.best.pattern, found.candidates[0]) == ("Garage", found.best)
    assert found.best.signals["meaning"] > 0.4


def test_meaning_decides_nothing(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    use_concepts(monkeypatch)
    asked = ("Parking", "My vehicle would not start today.")
    before = memory.match(title=asked[0], text=asked[1])
    memory.embed()
    after = memory.match(title=asked[0], text=asked[1])
    assert before.decision is after.decision is Decision.NEW
    assert (before.margin, before.safe, before.reason) == (after.margin, after.safe, after.reason)


def test_what_says_the_same_as_a_pattern_is_merged_with_it_whatever_is_meant(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    memory.embed()
    found = memory.match(title="Garage", text=STORIES["Garage"])
    assert found.decision is Decision.PATTERN
    assert found.best is not None
    assert found.best.pattern == "Garage"


def test_words_alone_speak_where_a_pattern_has_no_vector(
    memory: Memory, write_note: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_concepts(monkeypatch)
    memory.embed()
    write_note(
        "semantic/patterns/new-patterns.md",
        "# More\n\n## Stripes\n\n**Confidence:** LOW\n**Pattern:** My zebra would not start.\n",
    )
    found = memory.match(title="Parking", text="My vehicle would not start today.")
    assert all("meaning" not in candidate.signals for candidate in found.candidates)
    memory.embed()
    again = memory.match(title="Parking", text="My vehicle would not start today.")
    assert again.best is not None
    assert again.best.pattern == "Garage"


def test_without_vectors_no_model_is_looked_for(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = use_concepts(monkeypatch)
    memory.match(title="Parking", text="My vehicle would not start today.")
    assert model.seen == []
