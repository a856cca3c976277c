"""Files that could not be read as they were meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hardwon.markup.text import has_mojibake, repair_mojibake
from hardwon.model.finding import Finding
from hardwon.model.snapshot import Snapshot
from hardwon.review.checks.context import Context
from hardwon.review.checks.wording import quote

# What the YAML reader says, and what to do about it.
_YAML_HINTS = (
    ("mapping values are not allowed", "put a value with ': ' in it in quotes"),
    ("character that cannot start any token", "put the value in quotes, and indent with spaces"),
    ("undefined alias", "put a value that begins with '*' in quotes"),
    ("expected <block end>", "put the whole value in quotes, and indent all keys alike"),
    ("unexpected end of stream", "close the quotes or the bracket that the value opens"),
)
_CODE_SPAN = re.compile(r"(?<!`)`[^`]+`(?!`)")
_WORD = re.compile(r"[^ \t\r\n]+")


def check_header(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the front matter that is no YAML; what could be recovered of it was read."""
    for finding in _faults(snapshot, "broken-header"):
        hints = (hint for problem, hint in _YAML_HINTS if problem in finding.message)
        yield replace(finding, hint=next(hints, ""))


def check_conflicts(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files with conflict markers."""
    yield from _faults(snapshot, "conflict-markers")


def check_nesting(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files that are nested too deeply to be read."""
    yield from _faults(snapshot, "too-nested")


def check_unreadable(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files that could not be read at all."""
    for fault in snapshot.skipped:
        yield Finding("unreadable", fault.path, fault.line, fault.message)


def check_driver(_: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the merge driver that `.gitattributes` names and this clone was not told of."""
    if context.missing_driver is not None:
        message = "this clone does not know the merge driver: git would merge books by lines"
        hint = "run: hardwon merge-driver install"
        yield Finding("merge-driver", ".gitattributes", context.missing_driver, message, hint=hint)


def check_mojibake(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the first place in each file that was saved with the wrong encoding.

    What stands in backticks is left alone: there a note shows such letters on purpose.
    """
    for finding in _faults(snapshot, "mojibake"):
        lines = context.lines.get(finding.path)
        if lines is None:
            yield finding
            continue
        for number, line in enumerate(lines[finding.line - 1 :], start=finding.line):
            words = _WORD.findall(_CODE_SPAN.sub("", line))
            word = next((word for word in words if has_mojibake(word)), None)
            if word is not None:
                message = _was(word)
                yield Finding(finding.code, finding.path, number, message)
                break


def _was(word: str) -> str:
    repaired = repair_mojibake(word)
    was = f" was {quote(repaired)}" if repaired != word else ""
    return f"saved with the wrong encoding: {quote(word)}{was}"


def _faults(snapshot: Snapshot, code: str) -> Iterator[Finding]:
    for page in snapshot.pages:
        for fault in page.faults:
            if fault.code == code:
                yield Finding(code, fault.path, fault.line, fault.message)
