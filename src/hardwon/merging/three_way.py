"""Three-way merging of texts, by lines and then by sentences.

Two changes that touch but do not overlap are both taken. What overlaps is parted into
sentences; only a sentence that both sides changed in different ways is a conflict.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardwon.markup.text import line_end, split_lines

# Behind the end of a sentence, or behind a line end; blanks go with what follows.
_SENTENCE = re.compile(r"(?<=[.!?])(?=[ \t])|(?<=\n)|(?<=\r)(?!\n)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
# A conflict is a hole in the text until all else is merged. No text with this mark is merged.
HOLE_MARK = "\ue000"
_HOLE = "\ue000conflict {}\ue001"
_NUMBER = re.compile("\ue000conflict (\\d+)\ue001")
_HOLES = re.compile("\ue000conflict (\\d+)\ue001(?:\r\n|\n|\r|\\Z)?")

# Longer stretches without a line that occurs once on both sides are compared as a whole only.
_MAX_STRETCH = 4000


@dataclass(frozen=True, slots=True)
class Conflict:
    """What each side made of one place."""

    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text with a hole for each conflict; `fill_holes` puts the markers there."""

    text: str
    conflicts: tuple[Conflict, ...] = ()

    def renumbered(self, start: int) -> str:
        """Return the text with its holes numbered from `start` on."""
        return _NUMBER.sub(lambda m: _HOLE.format(int(m[1]) + start), self.text)


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Tokens `start` to `end` of the base give way to `new`."""

    start: int
    end: int
    new: tuple[str, ...]


def merge_texts(base: str, ours: str, theirs: str) -> Merged:
    """Return `base` with the changes of both sides.

    Joined again, the lines that no side changed are those of `base`, byte by byte.
    """
    conflicts: list[Conflict] = []
    out: list[str] = []
    for part in _merge(split_lines(base), split_lines(ours), split_lines(theirs)):
        if isinstance(part, str):
            out.append(part)
            continue
        for piece in _merge(*(_sentences(text) for text in part)):
            if isinstance(piece, str):
                out.append(piece)
            else:
                out.append(_HOLE.format(len(conflicts)) + _end_of(piece[1], piece[2]))
                conflicts.append(Conflict(piece[1], piece[2]))
    return Merged("".join(out), tuple(conflicts))


def fill_holes(
    text: str, conflicts: Sequence[Conflict], names: tuple[str, str], size: int = 7
) -> str:
    """Return `text` with conflict markers in place of the holes, each on lines of its own.

    Args:
        text: A merged text, or what became of it.
        conflicts: Those of the merge.
        names: What the markers say of our and of their side.
        size: Characters of a marker.
    """
    end = line_end(split_lines(text))
    ours, theirs = names

    def fill(match: re.Match[str]) -> str:
        conflict = conflicts[int(match[1])]
        begun = match.start() > 0 and text[match.start() - 1] not in "\r\n"
        lines = [
            f"{'<' * size} {ours}{end}",
            _as_lines(conflict.ours, end, begun=begun),
            f"{'=' * size}{end}",
            _as_lines(conflict.theirs, end, begun=begun),
            f"{'>' * size} {theirs}{end}",
        ]
        return (end if begun else "") + "".join(lines)

    filled = _HOLES.sub(fill, text)
    # Blanks between two sentences would indent what now begins a line.
    mark = re.escape(f"{'>' * size} {theirs}")
    return re.sub(rf"(?m)^({mark}(?:\r\n|\n|\r))[ \t]+(?=\S)", r"\1", filled)


def _as_lines(text: str, end: str, *, begun: bool) -> str:
    text = text.lstrip(" \t") if begun else text
    return text if not text or text.endswith(("\n", "\r")) else text + end


def _end_of(ours: str, theirs: str) -> str:
    """Return the line end with which a conflict ends on either side."""
    for text in (ours, theirs):
        if text.endswith(("\n", "\r")):
            return text[len(text.rstrip("\r\n")) :][-2:] if text.endswith("\r\n") else text[-1]
    return ""


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE.split(text) if piece]


def _merge(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[str | tuple[str, str, str]]:
    """Yield merged pieces of text, and (base, ours, theirs) where changes overlap."""
    place = 0
    for left, right in _clusters(_hunks(base, ours), _hunks(base, theirs)):
        hunks = [*left, *right]
        start, end = min(h.start for h in hunks), max(h.end for h in hunks)
        yield "".join(base[place:start])
        place = end
        one, other = _apply(base, left, start, end), _apply(base, right, start, end)
        if not right or one == other:
            yield "".join(one)
        elif not left:
            yield "".join(other)
        elif start == end and _are_items(one) and _are_items(other):
            yield "".join([*one, *(line for line in other if line not in one)])
        else:
            yield "".join(base[start:end]), "".join(one), "".join(other)
    yield "".join(base[place:])


def _are_items(lines: Sequence[str]) -> bool:
    """Return whether all of `lines` are whole list items: two lists grow, and both stay."""
    return all(_ITEM.match(line) and line.endswith(("\n", "\r")) for line in lines)


def _apply(base: Sequence[str], hunks: Sequence[_Hunk], start: int, end: int) -> list[str]:
    out: list[str] = []
    for hunk in hunks:
        out += [*base[start : hunk.start], *hunk.new]
        start = hunk.end
    return [*out, *base[start:end]]


def _clusters(
    ours: Sequence[_Hunk], theirs: Sequence[_Hunk]
) -> Iterator[tuple[list[_Hunk], list[_Hunk]]]:
    """Yield the hunks of both sides that overlap together, in order."""
    sides: tuple[list[_Hunk], list[_Hunk]] = ([], [])
    start = end = -1
    marked = [*((h, 0) for h in ours), *((h, 1) for h in theirs)]
    for hunk, side in sorted(marked, key=lambda m: (m[0].start, m[0].end, m[1])):
        # Two insertions at one place overlap; changes that only touch do not.
        overlaps = hunk.start < end or (hunk.start == hunk.end == start == end)
        if not overlaps and any(sides):
            yield sides
            sides = ([], [])
        start = hunk.start if not any(sides) else start
        end = hunk.end if not any(sides) else max(end, hunk.end)
        sides[side].append(hunk)
    if any(sides):
        yield sides


def _hunks(base: Sequence[str], side: Sequence[str]) -> list[_Hunk]:
    hunks = []
    i = j = 0
    for n, m in [*_matches(base, side), (len(base), len(side))]:
        if n > i or m > j:
            hunks.append(_Hunk(i, n, tuple(side[j:m])))
        i, j = n + 1, m + 1
    return hunks


def _matches(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of equal tokens, in order: first ends, then tokens unique on both sides."""
    found: list[tuple[int, int]] = []
    stack = [(0, len(one), 0, len(other))]
    while stack:
        a, b, c, d = stack.pop()
        while a < b and c < d and one[a] == other[c]:
            found.append((a, c))
            a, c = a + 1, c + 1
        while a < b and c < d and one[b - 1] == other[d - 1]:
            b, d = b - 1, d - 1
            found.append((b, d))
        if a == b or c == d:
            continue
        anchors = _unique(one[a:b], other[c:d])
        if anchors:
            i, j = a, c
            for n, m in anchors:
                found.append((a + n, c + m))
                stack.append((i, a + n, j, c + m))
                i, j = a + n + 1, c + m + 1
            stack.append((i, b, j, d))
        elif b - a <= _MAX_STRETCH and d - c <= _MAX_STRETCH:
            matcher = difflib.SequenceMatcher(None, one[a:b], other[c:d], autojunk=False)
            for n, m, size in matcher.get_matching_blocks():
                found += [(a + n + k, c + m + k) for k in range(size)]
    return sorted(found)


def _unique(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest rising run of pairs of tokens that occur once on each side."""
    import bisect

    places = _once(other)
    pairs = [(n, places[token]) for token, n in _once(one).items() if token in places]
    tails: list[int] = []  # end of the best run of each length, by its place in `other`
    links: list[tuple[int, int, int]] = []  # pair, and where its run goes on in `links`
    ends: list[int] = []
    for n, m in sorted(pairs):
        at = bisect.bisect_left(tails, m)
        before = ends[at - 1] if at else -1
        links.append((n, m, before))
        tails[at : at + 1] = [m]
        ends[at : at + 1] = [len(links) - 1]
    run = []
    place = ends[-1] if ends else -1
    while place >= 0:
        n, m, place = links[place]
        run.append((n, m))
    return run[::-1]


def _once(tokens: Sequence[str]) -> dict[str, int]:
    seen: dict[str, int] = {}
    twice: set[str] = set()
    for n, token in enumerate(tokens):
        if token in seen:
            twice.add(token)
        seen[token] = n
    return {token: n for token, n in seen.items() if token not in twice}
