"""Merging a workflow: sections that nobody edited follow their pattern, the others are merged."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hardwon.learning.evidence import Notes
from hardwon.learning.shelf import Shelf
from hardwon.learning.upkeep import tend_workflows
from hardwon.learning.workflow import LEARNED_KEYS, body_of, hash_section, split_sections
from hardwon.markup.checklists import parse_hashes
from hardwon.markup.header import parse_header
from hardwon.markup.pages import read_page
from hardwon.markup.text import fold, line_end, split_lines
from hardwon.merging.three_way import Conflict, Merged, merge_texts
from hardwon.model.page import Checklist, Page, Role
from hardwon.model.pattern import Pattern
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a workflow.

    Attributes:
        header: Lines of the front matter with its fences.
        parts: Key and text of each part, in order; the keys are distinct.
        hashes: What was generated for each section.
        rank: Grows with what its pattern had learned when it was written.
    """

    header: list[str]
    parts: dict[str, str]
    hashes: dict[str, str]
    rank: tuple[int, str]

    def is_generated(self, key: str) -> bool:
        """Return whether the part is there and nobody has edited it."""
        text = self.parts.get(key)
        known = self.hashes.get(key)
        return text is not None and hash_section(body_of(split_lines(text))) == known


def merge_workflow_texts(base: str, ours: str, theirs: str, path: str) -> Merged:
    """Return the workflow `path` with the hand edits of both sides.

    A section that neither side edited is taken from the side whose pattern had learned more;
    `redraft` brings it up to what both learned. All arguments as for `merge_book`.
    """
    old, one, other = (_read(text, path) for text in (base, ours, theirs))
    newer = other if other.rank > one.rank else one
    merged: dict[str, str] = {}
    hashes: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for key in _order(one.parts, other.parts):
        found = _merge_part(key, old, one, other, newer)
        if found is None:
            continue
        text, source = found
        if isinstance(text, Merged):
            merged[key] = _renumbered(text, conflicts)
        else:
            merged[key] = text
        known = source.hashes.get(key)
        if known is not None:
            hashes[key] = known
    gone = {k: h for k, h in newer.hashes.items() if k not in merged}
    header = _merge_header(old, one, other, newer, {**hashes, **gone})
    text = _renumbered(header, conflicts) + "".join(_joined(merged, one, other))
    return Merged(text, tuple(conflicts))


def _joined(merged: Mapping[str, str], *sides: _Version) -> Iterator[str]:
    """Yield the merged parts; one that ended its file is parted from what now follows."""
    ends = {key for side in sides for key in list(side.parts)[-1:]}
    last = list(merged)[-1:]
    for key, text in merged.items():
        lines = split_lines(text)
        end = line_end(lines)
        if [key] != last and key in ends and lines and lines[-1].strip():
            yield text.rstrip("\r\n") + end * 2
        elif [key] == last and key not in ends:
            yield text.rstrip("\r\n") + end
        else:
            yield text


def redraft(
    text: str,
    path: str,
    books: Mapping[str, str],
    notes: Iterable[Page],
    settings: Settings,
) -> str:
    """Return the merged workflow `text` as the merged patterns ask for it.

    Args:
        text: The workflow with the hand edits of both sides.
        path: Relative to the memory folder.
        books: The merged text of every book by its path.
        notes: The notes that the patterns of this workflow name.
        settings: Thresholds.
    """
    pages = [replace(read_page(book, name), role=Role.BOOK) for name, book in books.items()]
    workflow = read_page(text, path)
    snapshot = Snapshot((*pages, workflow, *notes))
    upkeep = tend_workflows(
        Shelf(pages, books.__getitem__),
        snapshot,
        Notes(snapshot),
        settings,
        lambda _: text,
        touched=set(),
        skipped=(),
    )
    # A checklist whose theme is no more is removed by learning, not by a merge.
    return next((f.new for f in upkeep.files if f.path == path and f.new is not None), text)


def patterns_of(text: str, books: Mapping[str, str]) -> list[Pattern]:
    """Return the patterns of `books` that the workflow `text` was made from."""
    header = parse_header(text)
    names = header.values["patterns"].values if "patterns" in header.values else ()
    wanted = {fold(name) for name in (*names, header.get_text("pattern") or "") if name}
    pages = [read_page(book, name) for name, book in books.items()]
    return [p for page in pages for p in page.patterns if fold(p.name) in wanted]


def _merge_part(
    key: str, old: _Version, one: _Version, other: _Version, newer: _Version
) -> tuple[str | Merged, _Version] | None:
    """Return a part and the version whose hash it keeps; None when it is gone."""
    left, right, before = one.parts.get(key), other.parts.get(key), old.parts.get(key)
    is_left, is_right = one.is_generated(key), other.is_generated(key)
    if left == right and left is not None:
        return left, one
    if is_left and is_right:
        source = newer
        return source.parts[key], source
    if left is None or right is None:
        text, source, generated = (right, other, is_right) if left is None else (left, one, is_left)
        # A person took it out, unless it is new or was changed by hand on the other side.
        is_new = before is None
        return (text or "", source) if is_new or not (generated or text == before) else None
    if is_left:
        return right, other
    if is_right:
        return left, one
    if before is None:
        before = ""
    return merge_texts(before, left, right), one if key in one.hashes else other


def _read(text: str, path: str) -> _Version:
    header = parse_header(text)
    parts: dict[str, str] = {}
    for key, lines in split_sections(text, header.lines):
        name = key or ""
        number = itertools.count(2)
        while name in parts:
            name = f"{key} {next(number)}"
        parts[name] = "".join(lines)
    checklist: Checklist | None = read_page(text, path).checklist
    count = checklist.examples if checklist is not None else None
    last = checklist.last_reinforced if checklist is not None else None
    return _Version(
        header=split_lines(text)[: header.lines],
        parts=parts,
        hashes=dict(parse_hashes(header.get_text("generated_hash") or "")),
        rank=(count or 0, last.iso if last is not None else ""),
    )


def _order(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return the keys of both in the order of `one`, each other one behind its neighbour."""
    order = list(one)
    place = 0
    for key in other:
        if key in order:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return order


def _merge_header(
    old: _Version, one: _Version, other: _Version, newer: _Version, hashes: Mapping[str, str]
) -> Merged:
    """Return the front matter: what learning writes from `newer`, all else merged."""
    merged = merge_texts(*("".join(_own_lines(v.header)) for v in (old, one, other)))
    lines = split_lines(merged.text)
    end = line_end(newer.header)
    learned = [line for line in newer.header if _key(line) in LEARNED_KEYS]
    joined = ", ".join(f"{key}={value}" for key, value in hashes.items())
    learned = [
        f'generated_hash: "{joined}"{end}' if _key(line) == "generated_hash" else line
        for line in learned
    ]
    return replace(merged, text="".join([*lines[:1], *learned, *lines[1:]]))


def _own_lines(header: Sequence[str]) -> list[str]:
    return [line for line in header if _key(line) not in LEARNED_KEYS]


def _key(line: str) -> str:
    return line.partition(":")[0].strip() if ":" in line else ""


def _renumbered(merged: Merged, conflicts: list[Conflict]) -> str:
    """Return the text of `merged` with its holes numbered on from `conflicts`, which it joins."""
    text = merged.renumbered(len(conflicts))
    conflicts.extend(merged.conflicts)
    return text
