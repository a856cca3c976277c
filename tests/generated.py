"""Generated memories, for what holds for every memory."""

from __future__ import annotations

from hypothesis import strategies as st

from memories import BOOK, note, pattern

NAMES = [
    "Retry Twice",
    "Hash Passwords with a Salt",
    "Close Cursors in a Finally Block",
    "Pin Every Dependency",
    "N+1 Query Prevention",
    "Retry Twice with Jitter",
]
LESSONS = [
    "Retry twice, then give up.",
    "Pin every dependency",
    "Write the index aside and rename it into place, or a reader sees half of it.",
    "**Clock:** never read the clock in a decision",
]
TEXTS = [
    "The nightly backup ran out of inodes because temporary files were never removed.",
    "The nightly backup ran out of inodes because temporary files were not removed.",
    "A cursor was not closed when reading rows failed, so the connection pool ran dry.",
    "Printers moved to the second floor.",
]
SECTIONED = """## Rename into Place

### Description
Write aside, then rename.

### Examples
- Example 1 (2024-01-05): first

### Confidence
- **Level:** LOW
- **Based on:** 1 example
- **Last reinforced:** 2024-01-05

### Sources
- memory/episodic/code/2024-01-05-first.md
"""


@st.composite
def books(draw: st.DrawFn) -> str:
    parts = [
        pattern(name, draw(st.integers(1, 6)), draw(st.sampled_from(["LOW", "MEDIUM", "HIGH"])))
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    ]
    if draw(st.booleans()):
        parts.append(SECTIONED)
    between = draw(st.sampled_from(["\n", "\n---\n\n"]))
    totals = draw(
        st.sampled_from(["", "\n---\n\n**Last Updated:** 2024-01-01\n**Total Patterns:** 9\n"])
    )
    return "# Patterns\n\n" + between.join(parts) + totals


@st.composite
def memories(draw: st.DrawFn) -> dict[str, str]:
    files = {BOOK: draw(books())} if draw(st.booleans()) else {}
    for number in range(draw(st.integers(0, 6))):
        fields = {}
        if draw(st.booleans()):
            fields["applied"] = draw(st.sampled_from([*NAMES, "Rename into Place", "Retry  twice"]))
        if draw(st.booleans()):
            fields["lesson"] = draw(st.sampled_from(LESSONS))
        if draw(st.booleans()):
            fields["happened"] = draw(st.sampled_from(TEXTS))
        if draw(st.booleans()):
            fields["outcome"] = draw(st.sampled_from(["SUCCESS", "FAILED", "BLOCKED: no quota"]))
        if draw(st.booleans()):
            fields["project"] = draw(st.sampled_from(["shop", "billing"]))
        title = draw(st.sampled_from(["Slow - start", "Fix #12 *now*", "2: a colon", "Backup"]))
        day = f"2026-01-{number + 1:02d}"
        domain = draw(st.sampled_from(["code", "ops"]))
        files[f"episodic/{domain}/{day}-note.md"] = note(title, day, **fields)
    return files
