"""Why a note belongs where it does, as text and as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hardwon.model.match import Explanation
from hardwon.render.terminal import one_line, styled

_SHOWN = 5


def explanation_data(explanations: Sequence[Explanation]) -> dict[str, Any]:
    """Return the explanations as data, with the keys of the JSON contract."""
    return {
        "explained": [
            {
                "experience": found.experience,
                "listed_by": list(found.listed_by),
                "refused_by": list(found.refused_by),
                "settled": found.settled,
                "decision": str(found.match.decision),
                "best": found.match.best.pattern if found.match.best else None,
                "margin": found.match.margin,
                "likely_from": found.match.wanted,
                "safe_from": found.match.safe,
                "background": found.match.background,
                "reason": found.match.reason,
                "candidates": [
                    {
                        "pattern": candidate.pattern,
                        "path": candidate.path,
                        "score": candidate.score,
                        "signals": candidate.signals,
                    }
                    for candidate in found.match.candidates
                ],
            }
            for found in explanations
        ]
    }


def explanation_lines(
    explanations: Sequence[Explanation], show_path: Callable[[str], str]
) -> Iterator[str]:
    """Yield the lines of the explanations for a person; paths are as `show_path` has them."""
    for number, found in enumerate(explanations):
        if number:
            yield ""
        yield from _lines(found, show_path)


def _lines(found: Explanation, show_path: Callable[[str], str]) -> Iterator[str]:
    match = found.match
    yield f"{styled(one_line(found.title), 'bold')}  ({one_line(show_path(found.experience))})"
    if found.listed_by:
        yield one_line(f"  listed by {', '.join(found.listed_by)}: nothing is left to decide")
    elif found.settled:
        yield "  its front matter names its patterns: its text does not decide"
    else:
        yield one_line(f"  {match.decision}: {match.reason}")
    if found.refused_by:
        yield one_line(f"  no example of {', '.join(found.refused_by)}, says a person")
    if not match.candidates:
        yield "  no pattern says anything like it"
        return
    yield ""
    yield "  score = words + near    alike  pattern"
    for candidate in match.candidates[:_SHOWN]:
        signals = candidate.signals
        yield one_line(
            f"  {candidate.score:5.2f} = {signals['words']:.2f} + {signals['near']:.2f}"
            f"     {signals['alike']:.2f}   {candidate.pattern}"
        )
    yield ""
    safe = "none has proved safe" if match.safe is None else f"{match.safe:.2f}"
    yield (
        f"  margin {match.margin:.2f} = first - 0.7 × second - 0.3 × {match.background:.2f}"
        " (what wrong patterns reach)"
    )
    yield f"  likely from {match.wanted:.2f}, merged unasked from: {safe}"
    yield "  words: the same words; near: words of like spelling; alike: the pattern's own text"
