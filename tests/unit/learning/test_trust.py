"""A memory whose own links are right often enough may merge by text; another may not."""

from __future__ import annotations

from hardwon.model.plan import ChangeKind
from memories import BOOK, plan, read

TOPICS = {
    "Close cursors in a finally block": (
        "When rows are read with a database cursor",
        "Close the cursor in a finally block, or the connection pool runs dry.",
        "A cursor stayed open after rows failed to load and the connection pool ran dry",
    ),
    "Retry uploads with jitter": (
        "When many clients upload at once",
        "Retry the upload after a random pause, or every client retries in the same second.",
        "All clients retried their upload in the same second and the gateway fell over",
    ),
}


def memory(links: int) -> dict[str, str]:
    """Return a memory in which each topic's pattern lists so many notes about it."""
    parts = []
    files = {}
    for number, (name, (context, rule, story)) in enumerate(TOPICS.items()):
        sources = []
        for count in range(links):
            path = f"episodic/code/2025-{number + 1:02d}-{count + 1:02d}-note.md"
            files[path] = f"# Incident {count}\n\n{story}, for the {count}th time.\n"
            sources.append(f"- memory/{path}")
        parts.append(
            f"## {name}\n\n**Confidence:** HIGH\n**Based on:** {links} examples\n\n"
            f"**Context:**\n{context}\n\n**Pattern:**\n{rule}\n\n**Source experiences:**\n"
            + "\n".join(sources)
            + "\n"
        )
    files[BOOK] = "# Patterns\n\n" + "\n".join(parts)
    files["episodic/code/2026-01-05-new.md"] = (
        "# Pool ran dry\n\nA cursor stayed open after rows failed to load and the pool ran dry.\n"
    )
    return files


def test_few_links_prove_nothing() -> None:
    made = plan(memory(5))
    assert ChangeKind.REINFORCED not in [c.kind for c in made.changes]
    assert [u.experience for u in made.undecided] == ["episodic/code/2026-01-05-new.md"]


def test_many_right_links_let_text_decide() -> None:
    files = memory(15)
    made = plan(files)
    (change,) = [c for c in made.changes if c.kind is ChangeKind.REINFORCED]
    assert change.pattern == "Close cursors in a finally block"
    assert change.reason.startswith("its text stands out by 0.")
    assert made.undecided == ()
    assert len(list(read(files).patterns)) == 2
