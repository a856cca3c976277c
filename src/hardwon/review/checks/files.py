"""Files that could not be read as they were meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from hardwon.markup.secrets import NO_SECRET
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
# Why a file was not read at all, and what to do about it.
_SPLIT = "split it, or move it out of the memory folder"
_UNREAD_HINTS = (
    ("not UTF-8 (", "save it again as UTF-8"),
    ("is UTF-", "save it again as UTF-8"),
    ("name that is not UTF-8", "rename it"),
    ("bytes, more than", _SPLIT),
    ("takes too", _SPLIT),
    ("process", _SPLIT),
    ("permission", "let yourself read it, or move it out of the memory folder"),
)
_SECRET_HINT = f"revoke it and take it out; if it is none, write <!-- {NO_SECRET} --> on its line"
_CODE_SPAN = re.compile(r"(?<!`)`[^`]+`(?!`)")
_WORD = re.compile(r"[^ \t\r\n]+")


def check_header(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the front matter that is no YAML; what could be recovered of it was read."""
    for finding in _faults(snapshot, "broken-header"):
        hints = (hint for problem, hint in _YAML_HINTS if problem in finding.message)
        yield replace(finding, hint=next(hints, ""))


def check_secrets(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the credentials in the files, each without its value."""
    for finding in _faults(snapshot, "secret"):
        yield replace(finding, hint=_SECRET_HINT)


def check_conflicts(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files with conflict markers."""
    yield from _faults(snapshot, "conflict-markers")


def check_nesting(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files that are nested too deeply to be read."""
    yield from _faults(snapshot, "too-nested")


def check_headers(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files with a second front matter behind the first."""
    yield from _faults(snapshot, "two-headers")


def check_unreadable(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files that could not be read at all."""
    for fault in snapshot.skipped:
        hints = (hint for words, hint in _UNREAD_HINTS if words in fault.message)
        yield Finding("unreadable", fault.path, fault.line, fault.message, hint=next(hints, ""))


def check_links(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the symbolic links that stand where a note or a folder of notes could."""
    for fault in snapshot.links:
        yield Finding("symbolic-link", fault.path, fault.line, fault.message)


def check_paths(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the files whose paths are one on a system that folds case, or composes letters."""
    first: dict[str, str] = {}
    paths = [page.path for page in snapshot.pages] + [fault.path for fault in snapshot.skipped]
    for path in sorted(paths):
        composed = unicodedata.normalize("NFC", path)
        other = first.setdefault(unicodedata.normalize("NFC", composed.casefold()), path)
        if other != path:
            is_same = composed == unicodedata.normalize("NFC", other)
            how = "in how its letters are composed" if is_same else "in upper and lower case"
            message = f"differs from {quote(other)} only {how}: elsewhere the two are one file"
            yield Finding("path-clash", path, 1, message, hint="rename one")


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
