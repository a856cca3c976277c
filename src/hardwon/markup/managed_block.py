"""A Markdown file with a marked block of ours in it: text → text, all the rest stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hardwon.errors import AgentFileError
from hardwon.markup.text import split_lines

START = "<!-- hardwon:start -->"
END = "<!-- hardwon:end -->"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: offsets of its first mark, and of the end of its last line."""

    start: int
    end: int
    line_end: str  # that its lines have, and the empty one before it


def find_block(text: str, path: str) -> str | None:
    r"""Return the block of `text` with its marks, without a line end behind it; None for none.

    Its lines end in `\n`, as `lay_block` takes them. Marks in a fence, as in a page about this
    block, are none.

    Args:
        text: A Markdown file.
        path: How an error names the file.

    Raises:
        AgentFileError: The marks are not one beginning and one end; the line is named.
    """
    place = _find(text, path)
    if place is None:
        return None
    return text[place.start : place.end].replace("\r\n", "\n").replace("\r", "\n")


def lay_block(text: str | None, block: str, path: str) -> str:
    """Return `text` with `block` in it; for None, a file of its own.

    A block that is there is replaced where it stands. A new one is added to the end behind an
    empty line. `take_block` takes both away again.

    Args:
        text: A Markdown file; None where there is none.
        block: From `START` to `END`, without a line end behind it.
        path: How an error names the file.

    Raises:
        AgentFileError: The marks are not one beginning and one end; the line is named.
    """
    if text is None:
        return block + "\n"
    place = _find(text, path)
    if place is not None:
        block = block.replace("\n", place.line_end)
        return text[: place.start] + block + text[place.end :]
    end = _last_end(text)
    if end:
        return text + end + block.replace("\n", end) + end
    end = _first_end(text) or "\n"
    # Without a line end the file goes on having none: so the way back is known. An empty one
    # gets the empty line: only a file that we made begins with the mark.
    behind = end if not text else ""
    return text + end + ("" if not text else end) + block.replace("\n", end) + behind


def take_block(text: str, path: str) -> str | None:
    """Return `text` as it was before it got the block; None where there was no file.

    It comes back as it is when it has no block.

    Args:
        text: A Markdown file.
        path: How an error names the file.

    Raises:
        AgentFileError: The marks are not one beginning and one end; the line is named.
    """
    place = _find(text, path)
    if place is None:
        return text
    before, after = text[: place.start], text[place.end :]
    if not before and after in {"", place.line_end}:
        return None
    before = before.removesuffix(place.line_end)
    if not after:  # the file had no line end: the block brought two
        return before.removesuffix(place.line_end)
    return before + after.removeprefix(place.line_end)


def _find(text: str, path: str) -> _Place | None:
    lines = split_lines(text)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    fenced = _fenced(lines)
    marks = [(n, line.strip()) for n, line in enumerate(lines) if n not in fenced]
    starts = [n for n, line in marks if line.removeprefix("\ufeff") == START]
    ends = [n for n, line in marks if line == END]
    if not starts and not ends:
        return None
    if len(starts) == len(ends) == 1 and starts[0] < ends[0]:
        first, last = lines[starts[0]], lines[ends[0]]
        start = offsets[starts[0]] + first.startswith("\ufeff")
        line_end = first[len(first.rstrip("\r\n")) :]
        return _Place(start, offsets[ends[0]] + len(last.rstrip("\r\n")), line_end)
    raise AgentFileError(
        "the marks around hardwon's block are not one beginning and one end",
        path=path,
        line=min(starts + ends) + 1,
        hint=f"take {START} and {END} out by hand, then run the command again",
    )


def _fenced(lines: list[str]) -> set[int]:
    """Return the numbers of the lines in fences; one that is never closed is none here.

    Taking it for one would hide a block from the next run, which would add another.
    """
    inside: set[int] = set()
    opened, fence = 0, ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line.rstrip("\r\n"))
        if found is None:
            continue
        ticks, rest = found.groups()
        if not fence:
            if "`" not in rest or ticks[0] == "~":
                opened, fence = number, ticks
        elif ticks.startswith(fence) and not rest.strip():
            inside.update(range(opened, number + 1))
            fence = ""
    return inside


def _last_end(text: str) -> str:
    """Return what ends the last line of `text`; "" where nothing does."""
    return next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")


def _first_end(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found[0] if found else ""
