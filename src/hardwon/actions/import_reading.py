"""Reading foreign files: each within bounds, whatever it holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from hardwon.actions.isolated import FileWorker, is_suspicious, serve_files, takes_memory
from hardwon.errors import UnreadableFileError
from hardwon.files.folder import decode
from hardwon.files.foreign import ForeignFile, Repository, read_repository
from hardwon.files.history import read_first_commits
from hardwon.markup.foreign.table import recognise
from hardwon.markup.secrets import find_secrets, hide
from hardwon.markup.text import has_mojibake, repair_mojibake, split_lines
from hardwon.model.adoption import Origin, Reading
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.values import Fault, PartialDate

# What `hardwon export agents-md` and the like write into a file that people write, too.
_BLOCK = re.compile(r"<!-- hardwon:start -->.*?(?:<!-- hardwon:end -->|\Z)", re.DOTALL)


def read_foreign(files: Iterable[ForeignFile], key: str | None = None) -> Iterator[Reading]:
    """Yield what each of `files` holds, in their order.

    A file that nobody knows, that cannot be read, or that holds the very bytes of one before it
    is told with the reason.

    Args:
        files: Foreign files.
        key: The one family of markup/foreign/table.py that is asked; None for all.
    """
    repositories = _Repositories()
    seen: dict[str, str] = {}
    with FileWorker(__name__) as worker:
        for file in files:
            try:
                data = file.read_bytes()
                digest = hashlib.sha256(data).hexdigest()
                first = seen.get(digest)
                text = decode(data, file.path) if first is None else ""
                is_exported = file.is_own and not _BLOCK.search(text)
                if file.is_own:  # a block of ours within a file of theirs
                    text = "" if is_exported else _BLOCK.sub(_blank, text)
                answer = _read(worker, file, text, key)
            except UnreadableFileError as error:
                yield _refused(file.path, "unreadable", error.message, error.line or 1)
                continue
            if not data.strip():
                yield _refused(file.path, "empty", "is empty")
                continue
            if first is not None:
                yield _refused(file.path, "same", f"holds the same as {first}")
                continue
            if is_exported:
                yield _refused(file.path, "exported", "was exported from this memory")
                continue
            foreign, notes = _decoded(answer, file.path)
            origin = Origin(file.path, digest)
            if foreign is None:
                message = "is of no family that is known" if key is None else f"is none of {key}"
                yield _refused(file.path, "unknown", message)
                continue
            seen[digest] = file.path
            undated = any(f.kind is FoundKind.EXPERIENCE and not f.date for f in foreign.found)
            origin = repositories.placed(origin, file, data, undated=undated)
            yield Reading(origin, foreign, notes)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")  # lines behind it keep their numbers


def _refused(path: str, code: str, message: str, line: int = 1) -> Reading:
    return Reading(Origin(path, ""), fault=Fault(code, path, line, message))


class _Repositories:
    """What git knows of foreign files, asked once for each folder that holds some."""

    def __init__(self) -> None:
        self._around: dict[Path, Repository | None] = {}
        self._added: dict[Path, dict[str, str]] = {}

    def placed(self, origin: Origin, file: ForeignFile, data: bytes, *, undated: bool) -> Origin:
        """Return `origin` with repository and commit, and with the day if it is `undated`."""
        place = file.base / file.name
        folder = place.parent
        if folder not in self._around:
            above = self._around.get(folder.parent)
            # A repository within another one has its own `.git`.
            inherits = above is not None and not (folder / ".git").exists()
            self._around[folder] = above if inherits else read_repository(folder)
        found = self._around[folder]
        if found is None:
            return origin
        if found.holds(place, data):
            origin = replace(origin, repository=found.name, commit=found.commit)
        if undated and place.is_relative_to(found.top):
            if found.top not in self._added:
                self._added[found.top] = read_first_commits(found.top)
            day = self._added[found.top].get(place.relative_to(found.top).as_posix())
            origin = replace(origin, added=PartialDate.from_iso(day) if day else None)
        return origin


def _read(worker: FileWorker, file: ForeignFile, text: str, key: str | None) -> dict[str, Any]:
    """Return what `read_text` does, from a process of its own for a suspicious text."""
    if is_suspicious(text):
        return worker.read([file.known_as, text, key], file.path)
    return read_text(file.known_as, text, key)


def read_text(path: str, text: str, key: str | None = None) -> dict[str, Any]:
    """Return what a foreign text holds, and what was done to it first, as data for JSON.

    Raises:
        UnreadableFileError: A reader fails on it; which is a fault of ours, but no reason to
            lose the other files.
    """
    try:
        notes = []
        if has_mojibake(text):
            text = "".join(map(repair_mojibake, split_lines(text)))
            notes.append(["mojibake", 1, "letters that were saved with the wrong encoding: mended"])
        secrets = find_secrets(text)
        notes += [["secret", s.line, f"holds {s.named}: masked"] for s in secrets]
        foreign = recognise(path, hide(text, secrets), key)
        return {"foreign": _encoded(foreign), "notes": notes}
    except MemoryError as error:
        raise takes_memory(path) from error
    except Exception as error:
        kind = type(error).__name__
        raise UnreadableFileError(f"makes the reader fail ({kind})", path=path) from error


def serve(seconds: float, memory: int) -> None:
    """Answer requests for `read_text`: the worker's whole life."""
    serve_files(read_text, seconds, memory)


def _encoded(foreign: Foreign | None) -> dict[str, Any] | None:
    if foreign is None:
        return None
    found = [
        {
            "kind": one.kind,
            "title": one.title,
            "line": one.line,
            "parts": one.parts,
            "body": one.body,
            "examples": one.examples,
            "scores": one.scores,
            "tags": one.tags,
            "date": one.date.iso if one.date else None,
            "project": one.project,
            "domain": one.domain,
        }
        for one in foreign.found
    ]
    faults = [[fault.code, fault.line, fault.message] for fault in foreign.faults]
    return {"family": foreign.family, "found": found, "faults": faults}


def _decoded(answer: dict[str, Any], path: str) -> tuple[Foreign | None, tuple[Fault, ...]]:
    notes = tuple(Fault(code, path, line, message) for code, line, message in answer["notes"])
    data = answer["foreign"]
    if data is None:
        return None, notes
    found = tuple(
        Found(
            kind=FoundKind(one["kind"]),
            title=one["title"],
            line=one["line"],
            parts=tuple((label, text) for label, text in one["parts"]),
            body=one["body"],
            examples=tuple(one["examples"]),
            scores=tuple((name, words) for name, words in one["scores"]),
            tags=tuple(one["tags"]),
            date=PartialDate.from_iso(one["date"]) if one["date"] else None,
            project=one["project"],
            domain=one["domain"],
        )
        for one in data["found"]
    )
    faults = tuple(Fault(code, path, line, message) for code, line, message in data["faults"])
    return Foreign(data["family"], found, faults), notes
