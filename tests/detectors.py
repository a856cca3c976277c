"""Patterns with detectors, made of what a test wants to say."""

from __future__ import annotations

import textwrap

from hardwon.markup.pages import parse_page
from hardwon.model.detector import Detector
from hardwon.model.pattern import Pattern

PATH = "semantic/patterns/dev-patterns.md"
# Facts about relations and indexes, and what breaks them: as a pattern would have it.
RELATIONS = """\
id: relation
role: fact
language: python
files: "**/models.py"
rule: {pattern: $NAME = models.ForeignKey($$$ARGS)}
value: NAME
---
id: loop
role: violates
language: python
rule:
  kind: attribute
  pattern: $ROW.$REL.$FIELD
  inside: {kind: for_statement, stopBy: end, has: {field: left, pattern: $ROW}}
at: REL
where:
  REL: {in: relation}
message: $ROW.$REL is fetched once for each $ROW
"""


def book(*fences: str, code: str = "", name: str = "Fetch with the list") -> str:
    """Return a book of one pattern with each of `fences` under Detection, and `code` below."""
    blocks = "\n\n".join(f"```yaml ast-grep\n{textwrap.dedent(f).strip()}\n```" for f in fences)
    return (
        f"## {name}\n\n**Confidence:** LOW\n**Pattern:** Ask for all of it at once.\n\n"
        f"**Detection:**\n\nLook for loops.\n\n{blocks}\n\n**Code example:**\n\n{code}\n"
    )


def pattern_of(*fences: str, code: str = "", name: str = "Fetch with the list") -> Pattern:
    """Return that pattern, read."""
    (pattern,) = parse_page(book(*fences, code=code, name=name), PATH).patterns
    return pattern


def detectors_of(*fences: str) -> tuple[Detector, ...]:
    """Return its detectors, of which none may be faulty."""
    pattern = pattern_of(*fences)
    assert not pattern.faults
    return pattern.detectors


def violating(pattern: str, **keys: str) -> str:
    """Return a fence of one detector for Python that finds `pattern`; `keys` are YAML."""
    more = "".join(f"{key.rstrip('_')}: {value}\n" for key, value in keys.items())
    return f"role: violates\nlanguage: python\nrule:\n  pattern: '{pattern}'\n{more}"
