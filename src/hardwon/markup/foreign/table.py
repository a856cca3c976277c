"""Who reads which foreign file: families in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hardwon.markup.foreign.agent_rules import read_agent_rules
from hardwon.markup.foreign.architecture import read_architecture
from hardwon.markup.foreign.auto_memory import read_auto_memory
from hardwon.markup.foreign.basic_memory import read_basic_memory
from hardwon.markup.foreign.command import read_command
from hardwon.markup.foreign.critical_patterns import read_critical_patterns
from hardwon.markup.foreign.cursor_rules import read_cursor_rules
from hardwon.markup.foreign.dated_note import (
    read_any_note,
    read_dated_note,
    read_memory_file,
    read_postmortem,
)
from hardwon.markup.foreign.instincts import read_instincts
from hardwon.markup.foreign.learnings import read_learnings
from hardwon.markup.foreign.lessons import read_lessons
from hardwon.markup.foreign.madr import read_madr
from hardwon.markup.foreign.memory_fabric import read_memory_fabric
from hardwon.markup.foreign.pattern_book import read_pattern_book
from hardwon.markup.foreign.pattern_page import read_pattern_page
from hardwon.markup.foreign.reference_skill import read_reference_skill
from hardwon.markup.foreign.review_checklist import read_review_checklist
from hardwon.markup.foreign.serena import read_serena
from hardwon.markup.foreign.solutions import read_solutions
from hardwon.model.foreign import Foreign


class Family(NamedTuple):
    """A kind of foreign file: what `--as` calls it, and who reads it.

    A reader returns None for a file that is not of its family.
    """

    key: str
    read: Callable[[str, str], Foreign | None]


# The most specific first: what a file says of itself, then where it lies and what it is called,
# then what it looks like.
FAMILIES = (
    Family("instincts", read_instincts),
    Family("learnings", read_learnings),
    Family("memory-fabric", read_memory_fabric),
    Family("serena", read_serena),
    Family("cursor-rules", read_cursor_rules),
    Family("basic-memory", read_basic_memory),
    Family("auto-memory", read_auto_memory),
    Family("memory", read_memory_file),
    Family("solutions", read_solutions),
    Family("lessons", read_lessons),
    Family("agent-rules", read_agent_rules),
    Family("skill", read_reference_skill),
    Family("critical-patterns", read_critical_patterns),
    Family("command", read_command),
    Family("adr", read_madr),
    Family("pattern-book", read_pattern_book),
    Family("pattern-page", read_pattern_page),
    Family("architecture", read_architecture),
    Family("postmortem", read_postmortem),
    Family("review-checklist", read_review_checklist),
    Family("dated-note", read_dated_note),
)
# These take any text: only for whoever names them.
ASKED = (Family("note", read_any_note),)
KEYS = tuple(family.key for family in (*FAMILIES, *ASKED))


def recognise(path: str, text: str, key: str | None = None) -> Foreign | None:
    """Return what the file `path` with `text` holds, by the first family that knows it.

    Args:
        path: As given, with `/`.
        text: Its text, credentials masked and letters repaired.
        key: The one family that is asked; None for all in turn.
    """
    for family in (*FAMILIES, *ASKED):
        if key is None and family in ASKED:
            continue
        if key in {None, family.key}:
            found = family.read(path, text)
            if found is not None:
                return found
    return None
