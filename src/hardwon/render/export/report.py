"""What an export would do or has done: lines for a person, data, and a diff."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from hardwon.markup.text import counted
from hardwon.model.export import Export, ExportedFile, ExportPlan, Form, State
from hardwon.model.plan import FileChange, Plan
from hardwon.render.plan import plan_diff
from hardwon.render.terminal import one_line

_REASONS = {
    State.MISSING: "is missing",
    State.OUTDATED: "is not what the memory says now",
    State.STALE: "is no longer made from the memory",
    State.EDITED: "was edited since hardwon wrote it",
    State.FOREIGN: "was not written by hardwon",
}


def file_line(file: ExportedFile, show_path: Callable[[str], str]) -> str | None:
    """Return what becomes of a file, None for one that stays."""
    if file.state is State.FRESH:
        return None
    if file.state in {State.EDITED, State.FOREIGN}:
        word = "kept"
    elif file.new is None:
        word = "removed"
    elif file.old is None:
        word = "new"
    else:
        word = "changed"
    return f"{word:<8} {one_line(show_path(file.path))}"


def summary_line(plans: Iterable[ExportPlan], *, applied: bool) -> str:
    """Return how many files are written, removed and as they were."""
    files = [file for plan in plans for file in plan.files]
    written = sum(file.new is not None and file.new != file.old for file in files)
    removed = sum(file.new is None and file.old is not None for file in files)
    fresh = sum(file.state is State.FRESH and file.old is not None for file in files)
    would = "" if applied else "would be "
    said = [f"{counted(written, 'file')} {would}written"] if written else []
    said += [f"{counted(removed, 'file')} {would}removed"] if removed else []
    said += [f"{counted(fresh, 'file')} up to date"] if fresh else []
    return ", ".join(said) or "nothing to export"


def check_lines(plans: Sequence[ExportPlan], show_path: Callable[[str], str]) -> Iterator[str]:
    """Yield a line for each file that is not as it would be written: its path, and why."""
    for plan in plans:
        for file in plan.files:
            if file.state is not State.FRESH:
                path = one_line(show_path(file.path))
                yield f"{path}: {_REASONS[file.state]} ({plan.export.form})"


def renew_command(exports: Sequence[Export], forms: dict[str, Form], out: str | None) -> str:
    """Return the command that renews `exports`."""
    names = list(dict.fromkeys(one.form for one in exports if one.form in forms))
    place = f" --out {shlex.quote(out)}" if out is not None else ""
    return f"hardwon export {' '.join(names)}{place}"


def export_data(plans: Iterable[ExportPlan]) -> dict[str, Any]:
    """Return the exports with the state of each file, as data."""
    return {
        "exports": [
            {
                "form": plan.export.form,
                "out": plan.export.out,
                "files": [{"path": file.path, "state": str(file.state)} for file in plan.files],
            }
            for plan in plans
        ]
    }


def export_diff(plans: Iterable[ExportPlan], prefix: str) -> str:
    """Return a unified diff of all files that change, such as `git apply` accepts.

    Args:
        plans: What would be written.
        prefix: Path of the folder of the record from where the diff is applied, with `/`.
    """
    changes = [
        FileChange(file.path, _text(file.old), _text(file.new))
        for plan in plans
        for file in plan.files
        if file.old != file.new
    ]
    return plan_diff(Plan(files=tuple(changes)), prefix)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")
