"""What a search found, as text and as JSON data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hardwon.model.hit import Found, Hit
from hardwon.render.terminal import safe, styled

_COLOURS = {"pattern": "green", "workflow": "cyan", "checklist": "cyan", "experience": "blue"}


def found_data(found: Found) -> dict[str, Any]:
    """Return what was found under the keys of the JSON contract, in their order."""
    return {
        "query": found.query,
        "corrected": found.corrected,
        "results": [
            {
                "kind": hit.kind,
                "title": hit.title,
                "path": hit.path,
                "line": hit.line,
                "score": hit.score,
                "confidence": hit.confidence,
                "date": hit.date,
                "snippet": hit.snippet,
            }
            for hit in found.hits
        ],
    }


def render_hit(number: int, hit: Hit, show_path: Callable[[str], str]) -> str:
    """Return one hit on three lines: what it is, where it stands, the text around the match.

    Args:
        number: Its place in the order, from 1.
        hit: What was found.
        show_path: Turns a path of the memory into one that the reader can open.
    """
    date = hit.date or ("no date" if hit.kind == "experience" else None)
    notes = [note for note in (hit.confidence, date) if note]
    kind = styled(hit.kind, _COLOURS[hit.kind])
    title = styled(safe(hit.title), "bold")
    head = "  ".join([f"{number:>2}. {kind}", title, *notes])
    lines = [head, "    " + styled(safe(f"{show_path(hit.path)}:{hit.line}"), "dim")]
    if hit.snippet:
        lines.append("    " + _highlighted(hit))
    return "\n".join(lines)


def _highlighted(hit: Hit) -> str:
    text, end = "", 0
    for start, stop in hit.found:
        text += safe(hit.snippet[end:start]) + styled(safe(hit.snippet[start:stop]), "bold")
        end = stop
    return text + safe(hit.snippet[end:])
