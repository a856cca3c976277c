"""A memory on which one `learn` does all that learning can do to files."""

from __future__ import annotations

from memories import learn, note, pattern

WORD = "retry"
DEV = "semantic/patterns/dev-patterns.md"
OPS = "semantic/patterns/ops-patterns.md"
DESIGN = "semantic/patterns/design-patterns.md"
CALLS = "procedural/workflows/calls-checklist.md"
NETWORK = "procedural/workflows/network-checklist.md"
BUILD = "procedural/workflows/build-checklist.md"
BACK_OFF = "procedural/workflows/back-off.md"
TOTALS = "\n---\n\n**Last Updated:** 2024-12-01\n**Total Patterns:** 2\n"


def before() -> dict[str, str]:
    """Return the texts by path: learned once, with four notes to learn from."""
    files = {
        DEV: "# Development\n\n"
        + pattern("Retry Twice", 5, "HIGH", tags="network")
        + "\n"
        + pattern("Back Off", 5, "HIGH", tags="network")
        + TOTALS,
        OPS: "# Operations\n\n"
        + pattern("Pin Every Dependency", 4, "MEDIUM", tags="build")
        + "\n"
        + pattern("Hash Lock Files", 5, "HIGH", tags="build"),
    }
    files = learn(files)
    # Somebody gave the theme another name: its checklist is another one from now on.
    files[DEV] = files[DEV].replace("**Tags:** network", "**Tags:** calls")
    files["episodic/code/2026-01-01-retried.md"] = note(
        "Retried", "2026-01-01", applied="Retry Twice", project="shop"
    )
    files["episodic/code/2026-01-02-backed-off.md"] = note(
        "Backed off", "2026-01-02", applied="Back Off", outcome="FAILED"
    )
    files["episodic/ops/2026-01-03-pinned.md"] = note(
        "Pinned", "2026-01-03", applied="Pin Every Dependency"
    )
    files["episodic/design/2026-01-04-drawn.md"] = note(
        "Drawn", "2026-01-04", lesson="Draw the data before the boxes."
    )
    return files


def what_learning_does() -> tuple[set[str], set[str], set[str]]:
    """Return the paths that learning makes, changes and removes."""
    return (
        {DESIGN, BUILD, CALLS, "procedural/workflows/pin-every-dependency.md"},
        {DEV, OPS, BACK_OFF, "procedural/workflows/retry-twice.md"},
        {NETWORK},
    )
