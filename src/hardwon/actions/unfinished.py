"""What a learning had decided that was stopped between two files: kept aside, and done first.

A plan made again from half of its files may decide otherwise: a pattern that is new in one book
can be what a note of another book means. So the whole plan is on the disk before its first file
is written, and goes when its last one is.
"""

from __future__ import annotations

import dataclasses
import json
import stat
from collections.abc import Iterable

from hardwon.errors import UnreadableFileError
from hardwon.files.folder import Folder
from hardwon.files.listing import Entry
from hardwon.model.plan import Change, ChangeKind, FileChange, Plan

_FILE = "unfinished.json"
_VERSION = 1


def keep_plan(folder: Folder, plan: Plan, seen: Iterable[Entry]) -> None:
    """Keep `plan`, which was made when the files were `seen`; the lock is held.

    Raises:
        HardwonError: The disk refuses.
    """
    from hardwon.files.write import write_state

    data = {
        "version": _VERSION,
        "seen": _digest(seen, plan.files),
        "files": [dataclasses.astuple(file) for file in plan.files],
        "changes": [dataclasses.astuple(change) for change in plan.changes],
    }
    write_state(folder, _FILE, json.dumps(data).encode("utf-8"))


def drop_plan(folder: Folder) -> None:
    """Forget the plan that was kept: all of it is done, or nothing of it holds."""
    from hardwon.files.write import remove_state

    remove_state(folder, _FILE)


def read_unfinished(folder: Folder) -> Plan | None:
    """Return the plan that a stopped learning left, if it can still be carried out as it was.

    It cannot where any note has changed since, or where one of its files is neither the old
    one nor the new one. The files of the plan are those that are still to be written.
    """
    try:
        kept = folder.state_dir / _FILE
        if not stat.S_ISREG(kept.lstat().st_mode):  # a pipe would be waited for
            return None
        data = json.loads(kept.read_bytes())
        version, seen = data["version"], data["seen"]
        files = [FileChange(path, old, new) for path, old, new in data["files"]]
        changes = tuple(Change(ChangeKind(kind), *rest) for kind, *rest in data["changes"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if version != _VERSION or seen != _digest(folder.walk(), files):
        return None
    left = []
    for file in files:
        try:
            now = _text(folder, file.path)
        except UnreadableFileError:
            return None
        if now not in (file.old, file.new):
            return None
        if now != file.new:
            left.append(file)
    return Plan(changes=changes, files=tuple(left))


def _text(folder: Folder, path: str) -> str | None:
    try:
        return folder.read_text(path)
    except UnreadableFileError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def _digest(seen: Iterable[Entry], planned: Iterable[FileChange]) -> str:
    """Return what tells whether files other than the planned ones changed."""
    from hashlib import blake2b

    paths = {file.path for file in planned}
    others = sorted(repr(entry) for entry in seen if entry.path not in paths)
    return blake2b("\n".join(others).encode("utf-8"), digest_size=16).hexdigest()
