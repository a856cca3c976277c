"""The names that fields go by, and the line shapes in which they stand."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from hardwon.markup.text import plain, strip_emoji

# key of the field -> its spellings, folded. docs/format.md is the reference; a test compares.
PATTERN_LABELS = {
    "confidence": ("confidence", "confidence level", "level", "current confidence"),
    "count": (
        "based on", "uses", "occurrences", "observation count", "times applied", "times used",
        "observations", "applied",
    ),
    "date": ("last reinforced", "last used", "last applied", "updated at", "last seen"),
    "time_saved": (
        "time saved per use", "time saved", "time savings", "estimated", "time value saved",
        "time saved per application", "value",
    ),
    "time_total": ("total saved",),
    "context": ("context", "when to use", "trigger", "applies when", "problem"),
    "when": ("when to apply",),
    "pattern": (
        "pattern", "description", "approach", "guidance", "action", "solution", "rule",
        "the pattern", "guideline",
    ),
    "why": (
        "why it works", "why it should work", "why this should work", "why this works",
        "rationale", "why this matters", "benefits", "why",
    ),
    "examples": ("examples", "example uses", "evidence", "sightings"),
    "counter_examples": (
        "counter examples", "counterexamples", "exceptions", "didn t work", "did not work",
        "what didn t work",
    ),
    "code": ("code example", "code examples", "code", "implementation"),
    "detection": ("detection", "how to detect"),
    "applies_to": ("applies to", "applies to files"),
    "related": ("related patterns", "related", "see also"),
    "sources": ("source experiences", "sources", "source", "related episodes", "learned from"),
    "refused": ("not examples", "not an example", "refused", "does not apply to"),
    "tags": ("tags",),
    "aliases": ("aliases", "alias", "also known as"),
}  # fmt: skip
NOTE_LABELS = {
    "date": (
        "date", "created", "created at", "created date", "date created", "logged", "when",
        "timestamp", "incident date",
    ),
    "project": ("project", "module", "repo", "repository"),
    "kind": ("type", "problem type", "category"),
    "duration": ("duration", "time spent"),
    "outcome": ("outcome", "result", "results"),
    "tags": ("tags", "labels"),
    "time_saved": ("time saved", "time savings"),
    "context": (
        "context", "problem", "symptoms", "symptom", "background", "issue", "summary",
        "problem description", "problem statement", "context and problem statement", "goal",
        "what went wrong",
    ),
    "root_cause": ("root cause", "root causes", "cause", "rationale", "why this matters", "why"),
    "solution": (
        "solution", "solution implemented", "what happened", "fix", "resolution", "decision",
        "decision outcome", "working solution", "guidance", "what was done",
    ),
    "lessons": (
        "lesson", "lessons", "lessons learned", "lessons learnt", "learning", "learnings",
        "key learnings", "key learning", "learnings extracted", "takeaway", "takeaways",
        "key takeaway", "key takeaways", "general lesson", "what we learned", "what i learned",
    ),
    "patterns": (
        "patterns applied", "pattern applied", "patterns used", "applied patterns",
        "linked patterns", "patterns",
    ),
    "related": ("related patterns", "related"),
    "next_time": ("next time",),
}  # fmt: skip

# Labels of a pattern's bookkeeping: they may stand as list items below "### Confidence".
SCALARS = frozenset({"confidence", "count", "date", "time_saved", "time_total"})
EVIDENCE = frozenset({"examples", "counter_examples", "sources", "refused"})
PROSE = frozenset({"context", "pattern", "why", "when"})

_BOLD = re.compile(
    r"^[ \t]*(?P<bullet>(?:[-*+]|\d{1,9}[.)])[ \t]+)?"
    r"(?:\*\*(?P<a>[^*\n]{1,80}?)(?:[ \t]*[:：][ \t]*\*\*|\*\*[ \t]*[:：])"
    r"|__(?P<b>[^_\n]{1,80}?)(?:[ \t]*[:：][ \t]*__|__[ \t]*[:：]))"
    r"[ \t]*(?P<value>.*)$",
    re.DOTALL,
)
_BOLD_ALONE = re.compile(r"^[ \t]*\*\*(?P<a>[^*\n]{1,80})\*\*[ \t]*$")
# Possessive: prose that goes on for longer than a label is looked at once.
_PLAIN = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?P<a>[A-Za-z][A-Za-z' /-]{1,40}+)[ \t]*+[:：][ \t]+(?P<value>.*)$",
    re.DOTALL,
)
_LABEL_WORD = re.compile(r"[^\W_]+")
# An opening bracket ends the search for the closing one: a line of brackets costs nothing.
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# "learned_from [[note]]": a relation as some note-takers write it, without a colon.
_RELATION = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?P<a>learned[ _]from)[ \t]+(?P<value>\[\[.*)$",
    re.DOTALL | re.IGNORECASE,
)


class Label(NamedTuple):
    """A label at the start of a line, and the rest of that line."""

    text: str
    value: str
    bold: bool


@functools.lru_cache(maxsize=1024)
def fold_label(label: str) -> str:
    """Return `label` as the tables spell it: lower case, letters and digits, single spaces."""
    label = strip_emoji(plain(label)).casefold()
    if "(" in label or "[" in label:
        label = _BRACKETS.sub(" ", label)
    return " ".join(_LABEL_WORD.findall(label))


def _lookup(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {spelling: key for key, spellings in table.items() for spelling in spellings}


_PATTERN = _lookup(PATTERN_LABELS)
_NOTE = _lookup(NOTE_LABELS)


def pattern_key(label: str) -> str:
    """Return the key of a pattern's field, or "" for a label that is the author's own."""
    folded = fold_label(label)
    if folded.startswith("check ") and folded not in _PATTERN:
        return "detection"
    return _PATTERN.get(folded, "")


def note_key(label: str) -> str:
    """Return the key of an experience's field, or "" for a label that is the author's own."""
    return _NOTE.get(fold_label(label), "")


def may_hold_label(text: str) -> bool:
    """Return whether any line of `text` may begin with a label: False only where none does."""
    return ":" in text or "**" in text or "__" in text or "：" in text or "[[" in text


def parse_bold_label(line: str) -> Label | None:
    """Return the bold label with which `line` begins (`**Name:** value`), or None."""
    if "**" not in line and "__" not in line:
        return None
    match = _BOLD.match(line)
    if match:
        return Label((match["a"] or match["b"]).strip(), match["value"], bold=True)
    match = _BOLD_ALONE.match(line)
    return Label(match["a"].strip(), "", bold=True) if match else None


def parse_plain_label(line: str) -> Label | None:
    """Return the unadorned label with which `line` begins (`Date: value`), or None."""
    match = _PLAIN.match(line) if ":" in line or "：" in line else None
    match = match or (_RELATION.match(line) if "[[" in line else None)
    return Label(match["a"].strip(), match["value"], bold=False) if match else None
