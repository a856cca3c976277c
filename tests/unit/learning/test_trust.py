"""A memory whose own links are right often enough may merge by text; another may not."""

from __future__ import annotations

import pytest

from hardwon.model.plan import ChangeKind
from memories import BOOK, plan, read

NEW = "episodic/code/2026-01-05-new.md"

# What befell whom, where and when: no two topics share a telling word.
PARTS = ("lo", "mar", "ti", "ven", "sul", "kor")
TOPICS = {
    f"Topic {n}": " ".join(
        f"{chr(97 + n % 26)}{chr(107 + n // 26)}{part}{part[::-1]}" for part in PARTS
    )
    for n in range(42)
}


def memory(topics: int, links: int) -> dict[str, str]:
    """Return a memory in which the patterns of so many topics list so many notes each."""
    parts = []
    files = {}
    for number, (name, story) in enumerate(list(TOPICS.items())[:topics]):
        sources = []
        for count in range(links):
            path = f"episodic/code/2025-{count + 1:02d}-01-note-{number}.md"
            files[path] = f"# Incident {count}\n\n{story}, for the {count}th time.\n"
            sources.append(f"- memory/{path}")
        parts.append(
            f"## {name}\n\n**Confidence:** HIGH\n**Based on:** {links} examples\n\n"
            f"**Pattern:**\nMind that {story}.\n\n**Source experiences:**\n"
            + "\n".join(sources)
            + "\n"
        )
    files[BOOK] = "# Patterns\n\n" + "\n".join(parts)
    name, story = next(iter(TOPICS.items()))
    files[NEW] = f"# Seen again\n\nThis morning {TOPICS['Topic 0']}, and nobody looked.\n"
    return files


@pytest.mark.parametrize(("topics", "links"), [(5, 2), (5, 11), (42, 1)])
def test_few_links_or_few_patterns_prove_nothing(topics: int, links: int) -> None:
    made = plan(memory(topics, links))
    assert ChangeKind.REINFORCED not in [c.kind for c in made.changes]
    assert [u.experience for u in made.undecided] == [NEW]


def test_many_right_links_let_text_decide() -> None:
    files = memory(42, 3)
    made = plan(files)
    (change,) = [c for c in made.changes if c.kind is ChangeKind.REINFORCED]
    assert (change.experience, change.pattern) == (NEW, "Topic 0")
    assert change.reason.startswith("its text stands out by 0.")
    assert made.undecided == ()
    assert len(list(read(files).patterns)) == 42
