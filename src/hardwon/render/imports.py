"""What an import does, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hardwon.markup.text import counted
from hardwon.model.adoption import Adopted, AdoptedFile, Adoption, Fate
from hardwon.model.foreign import FoundKind
from hardwon.render.terminal import one_line

_WORDS = {
    Fate.WRITTEN: "new",
    Fate.RENAMED: "renamed",
    Fate.KNOWN: "known",
    Fate.REFUSED: "refused",
}
# Of a folder most files are none that anybody would import.
_MAX_REFUSED = 10


def adoption_data(adoption: Adoption, *, applied: bool) -> dict[str, Any]:
    """Return an import as data, with the keys of the JSON contract."""
    read = [source for source in adoption.sources if source.reading.foreign is not None]
    return {
        "applied": applied,
        "files": [_source_data(source) for source in read],
        "refused": [
            {"path": fault.path, "line": fault.line, "reason": fault.message}
            for source in adoption.sources
            if (fault := source.reading.fault) is not None
        ],
        "written": [file.path for file in adoption.files],
    }


def _source_data(source: AdoptedFile) -> dict[str, Any]:
    origin, foreign = source.reading.origin, source.reading.foreign
    faults = (*(foreign.faults if foreign else ()), *source.reading.notes)
    return {
        "path": origin.path,
        "family": foreign.family if foreign else None,
        "sha256": origin.digest,
        "repository": origin.repository,
        "commit": origin.commit,
        "found": [
            {
                "kind": str(one.kind),
                "title": one.title,
                "line": one.line,
                "fate": str(one.fate),
                "path": one.path,
                "name": one.name,
                "examples": one.examples,
                "reason": one.reason,
            }
            for one in source.adopted
        ],
        "notes": [{"line": fault.line, "reason": fault.message} for fault in faults],
    }


def adoption_lines(
    adoption: Adoption, show_path: Callable[[str], str], *, applied: bool
) -> Iterator[tuple[str, str]]:
    """Yield the lines of an import for a person, each with its kind ("" for plain ones).

    Args:
        adoption: The import.
        show_path: Turns a path of the memory into one that the reader can open.
        applied: Whether it was written.
    """
    for source in adoption.sources:
        foreign = source.reading.foreign
        if foreign is None:
            continue
        held = _held(one.kind for one in source.adopted) or "nothing that could be imported"
        yield "file", f"{one_line(source.reading.origin.path)}: {foreign.family}: {held}"
        for one in source.adopted:
            yield str(one.fate), f"  {_line(one, show_path)}"
        for fault in (*foreign.faults, *source.reading.notes):
            yield "note", f"  line {fault.line}: {one_line(fault.message)}"
    refused = [s.reading.fault for s in adoption.sources if s.reading.fault is not None]
    for fault in refused[:_MAX_REFUSED]:
        yield "refused", f"{one_line(fault.path)}: not imported: {one_line(fault.message)}"
    if len(refused) > _MAX_REFUSED:
        more = counted(len(refused) - _MAX_REFUSED, "more file")
        yield "refused", f"… and {more} not imported; --json lists them"
    yield "summary", _summary(adoption, applied=applied)


def _line(one: Adopted, show_path: Callable[[str], str]) -> str:
    word = f"{_WORDS[one.fate]:<8}{one.kind:<11}"
    title = one_line(one.title)
    if one.fate is Fate.REFUSED:
        return f"{word}{title}: {one_line(one.reason)}"
    place = one_line(show_path(one.path or ""))
    if one.fate is Fate.KNOWN:
        return f"{word}{title}: {one_line(one.reason)} ({place})"
    said = ""
    if one.kind is FoundKind.PATTERN:
        said = f", {counted(one.examples, 'example')}" if one.examples else ", unproved"
    if one.fate is Fate.RENAMED:
        name = f" as {one_line(one.name or '')!r}" if one.name and one.name != one.title else ""
        return f"{word}{title}{name} → {place}{said}: {one_line(one.reason)}"
    return f"{word}{title} → {place}{said}"


def _held(kinds: Iterable[FoundKind]) -> str:
    """Return `2 patterns, 1 checklist`, in the order of FoundKind."""
    counts = Counter(kinds)
    return ", ".join(counted(counts[kind], str(kind)) for kind in FoundKind if counts[kind])


def _summary(adoption: Adoption, *, applied: bool) -> str:
    read = sum(source.reading.foreign is not None for source in adoption.sources)
    taken = [
        one
        for source in adoption.sources
        for one in source.adopted
        if one.fate in {Fate.WRITTEN, Fate.RENAMED}
    ]
    what = _held(one.kind for one in taken) or "nothing"
    parts = [
        f"{counted(read, 'file')} of {len(adoption.sources):,} recognised",
        f"{what} {'imported' if applied else 'to import'}",
    ]
    known, refused = adoption.count(Fate.KNOWN), adoption.count(Fate.REFUSED)
    parts += [f"{known:,} known already"] if known else []
    parts += [f"{refused:,} refused"] if refused else []
    return "; ".join(parts)
