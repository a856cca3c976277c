"""The prompts: what a person starts by name, as a request to the agent. No note is in them."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server import MCPServer
from pydantic import Field

LEARN = """\
Bring this project's memory up to date with hardwon.

1. If something was learned in this session that will be of use again, capture it with
   note_experience: one note for each thing, with its lesson and the patterns that were applied.
   Ask first where you are not sure that it is worth keeping.
2. Call learn without apply. Show me its changes in a few lines: what is new, reinforced,
   promoted, demoted, and why.
3. For each undecided note show me the candidates, and ask which is right. Do not choose yourself.
4. When I agree, call learn with apply=true, and with the IDs that I accepted or refused.
"""

REVIEW = """\
Hold my change against what was learned in this project.

1. Take the diff of {what} and pass it to review_diff, whole and unchanged.
2. For each finding that is violated: open the place, say whether the pattern is right here, and
   propose the smallest fix. Do not edit before I agree.
3. Answer each item of the checklist that is to_check from the change itself, in a line each, and
   name the file and line that your answer rests on. Say so where you cannot tell.
4. Where a pattern helped or turned out wrong, offer to capture that with note_experience.
"""


def add_prompts(server: MCPServer[Any]) -> None:
    """Add all prompts to `server`."""
    server.prompt(
        "learn",
        title="Learn from this session",
        description="Capture what was learned, show the plan, and apply it on agreement.",
    )(learn)
    server.prompt(
        "review",
        title="Review against the memory",
        description="Hold a change against the patterns of the memory.",
    )(review)


def learn() -> str:
    """Return the request to bring the memory up to date."""
    return LEARN


def review(
    what: Annotated[
        str, Field(description="What to review: a branch, a commit, staged files.", max_length=500)
    ] = "the working tree against HEAD",
) -> str:
    """Return the request to review a change."""
    return REVIEW.format(what=" ".join(what.split()))
