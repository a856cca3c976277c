"""Why a pattern is on the list of a change, or is not."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.model.review import Cause, Signals
from hardwon.render.terminal import one_line, styled

_SHOWN = 8


def signal_lines(signals: Signals) -> Iterator[str]:
    """Yield the lines: what it came to, then each kind of signal."""
    level = str(signals.confidence) if signals.confidence is not None else "built in"
    yield f"{styled(one_line(signals.pattern), 'bold')}  ({level})"
    for finding in signals.findings:
        yield one_line(f"  {finding.status} at {finding.path}:{finding.line}: {finding.message}")
    for item in signals.items:
        yield one_line(f"  {item.kind}: {item.item}")
    if not (signals.findings or signals.items):
        yield "  not on the list: nothing in the change gives cause"
    yield ""
    yield one_line(f"  applies to: {', '.join(signals.applies_to) or 'all files'}")
    if signals.languages:
        yield one_line(f"  its examples are in: {', '.join(signals.languages)}")
    tried = [one for one in signals.detectors if one[1] != "fact"]
    facts = len(signals.detectors) - len(tried)
    yield f"  detectors: {len(tried) or 'none'}" + (f", with {facts} rules for facts" * bool(facts))
    for name, role, count in sorted(tried, key=lambda one: -one[2])[:_SHOWN]:
        yield one_line(f"    {role:8} {name}: {count or 'no'} match{'es' * (count != 1)}")
    for cause in signals.matches[:_SHOWN]:
        yield f"    {_place(cause)}: {one_line(cause.text)}"
    sign = "≥" if signals.weight >= signals.enough else "<"
    yield f"  names: {signals.weight:.1f} {sign} {signals.enough:.1f}, from which they are enough"
    for cause, weight in signals.names[:_SHOWN]:
        yield f"    {weight:.1f}  {one_line(cause.text)} ({_place(cause)})"


def _place(cause: Cause) -> str:
    return one_line(cause.path if cause.line is None else f"{cause.path}:{cause.line}")
