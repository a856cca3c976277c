"""Words that the messages of the checks share."""

from __future__ import annotations

from hardwon.learning.evidence import Evidence
from hardwon.learning.names import Resolution
from hardwon.model.pattern import Pattern

_QUOTED = 80
# Names that share a common word ("Database indexing", "Database transactions") reach 70.
_NEAR = 75.0


def counted(number: int, noun: str) -> str:
    """Return `1 example`, `2 examples`, `no examples`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def quote(text: str) -> str:
    """Return `text` in quotes, cut where it is long."""
    return f"'{text}'" if len(text) <= _QUOTED else f"'{text[:_QUOTED].rstrip()}…'"


def place(pattern: Pattern) -> str:
    """Return the place of `pattern` as `path:line`."""
    return f"{pattern.path}:{pattern.line}"


def what_is_listed(pattern: Pattern, evidence: Evidence) -> str:
    """Return what was counted for `pattern`: `4 examples - 1 counter-example`."""
    if not evidence.examples and not evidence.counter_examples:
        return "no example is listed"
    if pattern.examples or pattern.unlisted_examples:
        text = counted(evidence.examples, "example")
    else:
        text = counted(evidence.examples, "source")
    if evidence.counter_examples:
        text += f" - {counted(evidence.counter_examples, 'counter-example')}"
    return text


def nearest(resolution: Resolution) -> str:
    """Return a hint that names the candidates of a name that means no single pattern."""
    if resolution.ambiguous:
        names = [f"{quote(c.pattern.name)} ({place(c.pattern)})" for c in resolution.candidates]
        return "write the full name of one: " + ", ".join(names)
    best = next(iter(resolution.candidates), None)
    if best is None or best.score < _NEAR:
        return ""
    return f"did you mean {quote(best.pattern.name)}?"


def is_only_clash(resolution: Resolution) -> bool:
    """Return whether a name is ambiguous because patterns share it, which is a fault of theirs."""
    return resolution.ambiguous and len({c.pattern.slug for c in resolution.candidates}) == 1
