"""The state of the index as text and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardwon.markup.text import counted
from hardwon.model.listing import IndexStatus, VectorStatus

_KINDS = {
    "pattern": "patterns",
    "experience": "experiences",
    "workflow": "workflows",
    "checklist": "checklists",
}


def status_data(status: IndexStatus) -> dict[str, Any]:
    """Return the state as JSON data.

    `path` is null when the disk takes no index, `vectors` where no sentence model is used.
    """
    return {
        "path": status.path,
        "index_version": status.version,
        "size_bytes": status.size,
        "files": status.files,
        **{plural: status.kinds.get(kind, 0) for kind, plural in _KINDS.items()},
        "changed": status.changed,
        "removed": status.removed,
        "skipped": [
            {"path": fault.path, "line": fault.line, "reason": fault.message}
            for fault in status.skipped
        ],
        "vectors": None if status.vectors is None else _vector_data(status.vectors),
    }


def _vector_data(vectors: VectorStatus) -> dict[str, Any]:
    return {
        "model": vectors.model,
        "texts": vectors.texts,
        "ready": vectors.ready,
        "fault": vectors.fault,
    }


def status_lines(status: IndexStatus, place: str, *, rebuilt: bool) -> Iterator[str]:
    """Yield the state as lines.

    Args:
        status: The state.
        place: Where the index lies, as the reader can open it.
        rebuilt: Whether it was built anew on purpose.
    """
    counts = [counted(status.kinds.get(kind, 0), kind) for kind in _KINDS]
    files = counted(status.files, "file")
    yield f"{files}: {', '.join(counts)}"
    if status.path is None:
        yield "the disk takes no index: it is built for every command anew"
    else:
        size = f"{status.size / 1_000_000:.1f} MB"
        yield f"index: {place} ({size}, version {status.version})"
    if rebuilt:
        yield f"rebuilt: {counted(status.changed, 'file')} read"
    elif status.changed or status.removed:
        read = counted(status.changed, "file")
        yield f"was stale: {read} read, {status.removed:,} removed; now fresh"
    else:
        yield "fresh"
    if status.skipped:
        yield f"skipped: {len(status.skipped):,}"
    if status.vectors is not None:
        yield _vector_line(status.vectors)


def _vector_line(vectors: VectorStatus) -> str:
    if vectors.fault is not None:
        return f"vectors: none; {vectors.fault}"
    ready = f"{vectors.ready:,} of {counted(vectors.texts, 'text')}"
    rest = "" if vectors.ready == vectors.texts else "; the others follow in the background"
    return f"vectors: {ready} ({vectors.model}){rest}"
