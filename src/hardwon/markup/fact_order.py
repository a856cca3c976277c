"""Which facts hang on which: those that can be settled, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterable

from hardwon.markup.conditions import say_near
from hardwon.model.detector import Detector, DetectorRole
from hardwon.model.values import Fault

FAULT = "detector"


def with_known_facts(
    detectors: list[Detector], faults: list[Fault]
) -> tuple[tuple[Detector, ...], tuple[Fault, ...]]:
    """Leave out those that ask for facts which nothing collects, or for their own absence."""
    facts = {one.id for one in detectors if one.role is DetectorRole.FACT}
    circular = _circular(detectors)
    kept = []
    for one in detectors:
        if one.role is DetectorRole.FACT and one.id in circular:
            message = f"the fact {one.id!r} hangs on its own absence"
            faults.append(Fault(FAULT, one.path, one.line, f"{one.pattern!r}: {message}"))
            continue
        asked = [fact for condition in one.where for fact in condition.facts]
        unknown = next((fact for fact in asked if fact not in facts), None)
        if unknown is None:
            kept.append(one)
            continue
        message = f"detector {one.id!r} asks for {unknown!r}, which no fact here is called"
        message += say_near(unknown, facts)
        faults.append(Fault(FAULT, one.path, one.line, f"{one.pattern!r}: {message}"))
    return tuple(kept), tuple(sorted(faults, key=lambda fault: fault.line))


def _circular(detectors: Iterable[Detector]) -> set[str]:
    """Return the facts that hang on their own absence, by however many steps.

    One that hangs on its own presence is fine: what calls a function that queries, queries.
    """
    asks: dict[str, set[str]] = {}
    denied: set[tuple[str, str]] = set()
    for one in detectors:
        if one.role is DetectorRole.FACT:
            for condition in one.where:
                asks.setdefault(one.id, set()).update(condition.facts)
                if not condition.holds:
                    denied |= {(one.id, fact) for fact in condition.facts}
    return {fact for fact, other in denied if fact in _reached(other, asks)}


def _reached(fact: str, asks: dict[str, set[str]]) -> set[str]:
    """Return `fact` and all that it hangs on."""
    reached, left = {fact}, [fact]
    while left:
        new = asks.get(left.pop(), set()) - reached
        reached |= new
        left += new
    return reached
