"""All readers of foreign files of this branch, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hardwon.markup.foreign.agent_rules import read_agent_rules
from hardwon.markup.foreign.architecture import read_architecture
from hardwon.markup.foreign.auto_memory import read_auto_memory
from hardwon.markup.foreign.basic_memory import read_basic_memory
from hardwon.markup.foreign.command import read_command
from hardwon.markup.foreign.cursor_rules import read_cursor_rules
from hardwon.markup.foreign.madr import read_madr
from hardwon.markup.foreign.memory_fabric import read_memory_fabric
from hardwon.markup.foreign.reference_skill import read_reference_skill
from hardwon.markup.foreign.review_checklist import read_review_checklist
from hardwon.markup.foreign.serena import read_serena
from hardwon.model.foreign import Foreign, Found

Reader = Callable[[str, str], Foreign | None]

# The last one takes any file with checks that no other reader knows.
READERS: tuple[Reader, ...] = (
    read_memory_fabric,
    read_basic_memory,
    read_serena,
    read_auto_memory,
    read_madr,
    read_cursor_rules,
    read_agent_rules,
    read_reference_skill,
    read_command,
    read_architecture,
    read_review_checklist,
)


def read_foreign(path: str, text: str) -> Foreign | None:
    """Return what the first reader that knows the file finds in it."""
    return next((got for read in READERS if (got := read(path, text)) is not None), None)


def described(foreign: Foreign | None) -> dict[str, Any]:
    """Return all of it as plain data, without what is empty."""
    if foreign is None:
        return {}
    return _full(family=foreign.family, found=[_found(one) for one in foreign.found])


def _found(one: Found) -> dict[str, Any]:
    assert len(dict(one.parts)) == len(one.parts), "no label stands twice"
    return _full(
        kind=one.kind.value,
        title=one.title,
        line=one.line,
        date=one.date.iso if one.date else None,
        project=one.project,
        parts=dict(one.parts),
        body=one.body,
        examples=list(one.examples),
        tags=list(one.tags),
        scores=dict(one.scores),
    )


def _full(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
