"""The rewrites of a review as one diff."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardwon.markup.secrets import mask_secrets
from hardwon.markup.text import line_end, split_lines
from hardwon.model.review import Fix, Review
from hardwon.render.review.words import holds_secret, place
from hardwon.render.terminal import one_line

_CONTEXT = 3  # lines around a change, as git shows by default
_LINE_END = re.compile(r"\r?\n")
_NO_UTF8 = re.compile(r"\\x[0-9a-f]{2}")
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


@dataclass(frozen=True, slots=True)
class FixDiff:
    """What `--fix` prints.

    Attributes:
        text: A unified diff that `git apply` takes at the top of the repository; "" when empty.
        left_out: Rewrites that are not in it, each with the reason, file by file.
    """

    text: str
    left_out: tuple[tuple[Fix, str], ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    """A rewrite with the half-open range of characters that it replaces."""

    fix: Fix
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines that take the place of others; `start` and `end` count from 0, half-open."""

    start: int
    end: int
    new: list[str]


def fix_diff(review: Review, texts: Mapping[str, str]) -> FixDiff:
    r"""Return one diff of all rewrites that the findings propose.

    Where two overlap, the first one of the review stays. A rewrite of a line with a credential
    near it is left out, since the diff would print it. New lines end as the lines of their file.

    Args:
        review: What was found.
        texts: Files as they are now, by path, with their line ends.
    """
    wanted: dict[str, list[Fix]] = {}
    for finding in review.violations:
        # Two detectors may propose the same.
        if finding.fix and finding.fix not in wanted.setdefault(finding.fix.path, []):
            wanted[finding.fix.path].append(finding.fix)
    left_out: list[tuple[Fix, str]] = []
    parts = []
    for path, fixes in wanted.items():
        text = texts.get(path)
        if text is None or _NO_UTF8.search(path):
            left_out += [(fix, "the file is not known as text") for fix in fixes]
        else:
            parts.append(_file_diff(path, text, _kept(text, fixes, left_out)))
    return FixDiff("".join(parts), tuple(left_out))


def left_out_lines(diff: FixDiff) -> Iterator[str]:
    """Yield a line for each rewrite that is not in the diff: place and reason."""
    for fix, reason in diff.left_out:
        yield one_line(f"{place(fix.path, fix.line)}: not rewritten: {reason}")


def _kept(text: str, fixes: Sequence[Fix], left_out: list[tuple[Fix, str]]) -> list[_Edit]:
    """Return the edits that can stand together, by place; the others go to `left_out`."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    shown = mask_secrets(text).split("\n")
    secret = [n for n, (a, b) in enumerate(zip(lines, shown, strict=False), 1) if a != b]
    kept: list[_Edit] = []
    for fix in fixes:
        edit = _located(fix, lines, starts)
        if edit is None or text[edit.start : edit.end] != fix.old:
            left_out.append((fix, "the file does not hold what it replaces"))
        elif fix.old == fix.new:
            left_out.append((fix, "it changes nothing"))
        elif holds_secret(fix) or any(
            fix.line - _CONTEXT <= line <= fix.end_line + _CONTEXT for line in secret
        ):
            left_out.append((fix, "a credential stands in it or in the lines around it"))
        elif near := next((one for one in kept if _overlap(one, edit)), None):
            other = place(near.fix.path, near.fix.line)
            left_out.append((fix, f"it overlaps with the rewrite of {other}"))
        else:
            kept.append(edit)
    return sorted(kept, key=lambda edit: edit.start)


def _located(fix: Fix, lines: Sequence[str], starts: Sequence[int]) -> _Edit | None:
    """Return where `fix` lies, or None for a place that is not in the text."""
    ends = []
    for line, column in ((fix.line, fix.column), (fix.end_line, fix.end_column)):
        if not 1 <= line <= len(lines) or not 1 <= column <= len(lines[line - 1]) + 1:
            return None
        ends.append(starts[line - 1] + column - 1)
    return _Edit(fix, ends[0], ends[1]) if ends[0] <= ends[1] else None


def _overlap(one: _Edit, other: _Edit) -> bool:
    """Return whether two edits share characters, or their order cannot be told."""
    if one.start == other.start:
        return True
    return one.start < other.end and other.start < one.end


def _file_diff(path: str, text: str, edits: Sequence[_Edit]) -> str:
    hunks = "".join(_hunks(text, list(_changes(text, edits))))
    if not hunks:
        return ""
    old, new = quoted(f"a/{path}"), quoted(f"b/{path}")
    # Git ends a name with blanks by a tab, or what follows would be taken for a date.
    tab = "\t" if " " in path and not old.startswith('"') else ""
    return f"diff --git {old} {new}\n--- {old}{tab}\n+++ {new}{tab}\n{hunks}"


def _changes(text: str, edits: Sequence[_Edit]) -> Iterator[_Change]:
    """Yield what becomes of whole lines, by place; edits of one line make one change."""
    lines = _git_lines(text)
    end_of_line = line_end(split_lines(text))
    at = [0]
    for line in lines:
        at.append(at[-1] + len(line))
    n = 0
    while n < len(edits):
        group = [edits[n]]
        while n + len(group) < len(edits) and (
            edits[n + len(group)].fix.line <= group[-1].fix.end_line
        ):
            group.append(edits[n + len(group)])
        n += len(group)
        first, last = group[0].fix.line - 1, group[-1].fix.end_line
        new, place = "", at[first] if first < len(at) else len(text)
        for edit in group:
            new += text[place : edit.start]
            new += _LINE_END.sub(end_of_line, edit.fix.new) if "\n" in text else edit.fix.new
            place = edit.end
        # A rewrite ends before the end of its last line, so what follows is still a line.
        last = min(last, len(lines))
        new += text[place : at[last]]
        yield _trimmed(lines, first, last, _git_lines(new))


def _trimmed(lines: Sequence[str], start: int, end: int, new: list[str]) -> _Change:
    """Return the change without the lines at its edges that stay."""
    while start < end and new and lines[start] == new[0]:
        start, new = start + 1, new[1:]
    while end > start and new and lines[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return _Change(start, end, new)


def _hunks(text: str, changes: Sequence[_Change]) -> Iterator[str]:
    lines = _git_lines(text)
    shift = 0
    n = 0
    while n < len(changes):
        group = [changes[n]]
        while n + len(group) < len(changes) and (
            changes[n + len(group)].start - group[-1].end <= 2 * _CONTEXT
        ):
            group.append(changes[n + len(group)])
        n += len(group)
        start = max(0, group[0].start - _CONTEXT)
        end = min(len(lines), group[-1].end + _CONTEXT)
        body: list[str] = []
        at = start
        grown = 0
        for change in group:
            body += [" " + line for line in lines[at : change.start]]
            body += ["-" + line for line in lines[change.start : change.end]]
            body += ["+" + line for line in change.new]
            grown += len(change.new) - (change.end - change.start)
            at = change.end
        body += [" " + line for line in lines[at:end]]
        old = _header_range(start, end - start)
        new = _header_range(start + shift, end - start + grown)
        yield f"@@ -{old} +{new} @@\n"
        for line in body:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        shift += grown


def _header_range(start: int, count: int) -> str:
    """Return `start,count` of a hunk, 1-based; of no lines, the number of the line in front."""
    return f"{start + 1 if count else start},{count}"


def _git_lines(text: str) -> list[str]:
    r"""Return lines that end in `\n`, as git sees them: a lone `\r` ends none."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def quoted(path: str) -> str:
    r"""Return `path` as git writes it in a diff: `"a/\303\274.py"` for what is not plain ASCII."""
    data = path.encode("utf-8", "surrogateescape")
    if all(32 <= byte < 127 and byte not in {34, 92} for byte in data):
        return path
    return '"' + "".join(map(_quoted_byte, data)) + '"'


def _quoted_byte(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
