"""Exporting a memory: what would be written where, and writing it."""

from __future__ import annotations

import datetime as dt
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hardwon.actions.patterns import detail_all
from hardwon.actions.read import read_snapshot
from hardwon.actions.refresh import Progress
from hardwon.errors import ExportError, HardwonError, MemoryNotFoundError
from hardwon.files.exports import (
    digest,
    prune,
    read_exported,
    read_record,
    require_folder,
    write_exported,
    write_record,
)
from hardwon.files.folder import Folder, decode, find_folder
from hardwon.markup.managed_block import find_block, lay_block, take_block
from hardwon.model.export import (
    Contents,
    Export,
    ExportedFile,
    ExportPlan,
    Form,
    Recorded,
    Rendered,
    State,
)
from hardwon.model.values import Confidence

Forms = Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class Place:
    """Where exports go.

    Attributes:
        base: Folder of the record; paths of exports are relative to it.
        out: Named by a person, relative to `base`; None for what a form does by itself.
    """

    base: Path
    out: str | None = None


def find_place(folder: Folder, start: Path, out: str | None, *, is_file: bool = False) -> Place:
    """Return where an export goes that is started in `start`.

    By itself that is the project: the folder that holds the memory folder, or `start` where that
    lies outside of it. What is named elsewhere has its record beside it.

    Args:
        folder: The memory folder.
        start: Folder in which hardwon was started.
        out: Folder or file named by a person, relative to `start`.
        is_file: Whether the form is one file.

    Raises:
        ExportError: It lies in the memory, or names a folder where a file is meant.
    """
    start = start.resolve()
    project = folder.root.resolve().parent
    if not start.is_relative_to(project):
        project = start
    if out is None:
        return Place(project)
    # Links above what is named are followed; what lies below it is gone through part by part.
    named = start / Path(out).expanduser()
    target = (
        named.parent.resolve() / named.name if named.name not in {"", ".."} else named.resolve()
    )
    if target.is_relative_to(folder.root.resolve()):
        raise ExportError(
            "lies in the memory, which would read it as notes",
            path=out,
            hint="name a place outside of it with --out",
        )
    if is_file and (target.is_dir() or out.endswith(("/", os.sep))):
        raise ExportError("is a folder, and one file is to be written", path=out)
    if not is_file and target.is_file():
        raise ExportError("is a file, and a folder is to be written", path=out)
    if target.is_relative_to(project):
        return Place(project, target.relative_to(project).as_posix())
    return Place(target.parent, target.name) if is_file else Place(target, ".")


def read_contents(folder: Folder, base: Path, progress: Progress | None = None) -> Contents:
    """Return all that an export to `base` can be made of.

    Raises:
        IndexUnavailableError: Another process kept the index locked.
        SettingsError: `hardwon.toml` cannot be used.
    """
    snapshot = read_snapshot(folder, progress)
    root = folder.root.resolve()
    # What is stale depends on the day; an export says nothing of it, so any day will do.
    details = detail_all(folder, snapshot, dt.date.min)
    notes = sorted(
        snapshot.experiences, key=lambda one: (one.date.iso if one.date else "", one.key)
    )
    name = root.relative_to(base).as_posix() if root.is_relative_to(base) else root.name
    from importlib.metadata import version

    return Contents(
        patterns=tuple(details),
        workflows=tuple(snapshot.workflows),
        checklists=tuple(snapshot.checklists),
        experiences=tuple(notes),
        folder=name,
        version=version("hardwon"),
        memory="" if _is_found(root, base) else root.as_posix(),
        skipped=len(snapshot.skipped),
    )


def _is_found(root: Path, base: Path) -> bool:
    """Return whether hardwon, started in `base`, finds the memory folder `root` by itself."""
    try:
        return find_folder(base).root.resolve() == root
    except MemoryNotFoundError:
        return False


def render_export(contents: Contents, form: Form, export: Export) -> Rendered:
    """Return the files of `form`, of the patterns that `export` takes."""
    least = export.confidence or form.confidence or Confidence.LOW
    chosen = [one for one in contents.patterns if one.entry.confidence.rank >= least.rank]
    return form.render(replace(contents, patterns=tuple(chosen)))


def choose_exports(
    base: Path, forms: Forms, names: Sequence[str], out: str | None, confidence: Confidence | None
) -> list[Export]:
    """Return the exports that are meant: those named, else all that the record of `base` has.

    A block in AGENTS.md counts as recorded: `hardwon install` writes it. A form goes where the
    record says, or where it goes by itself; it keeps the confidence that was asked for the last
    time, unless another one is.

    Raises:
        ExportError: None is named and none is recorded, or the record cannot be used.
    """
    recorded, _ = read_record(base)
    before = [one.export for one in recorded if one.export.form in forms]
    if not names:
        if _has_block(base) and all(one.form != "agents-md" for one in before):
            before += [Export("agents-md", place) for place in forms["agents-md"].outs]
        if not before:
            raise ExportError(
                "nothing has been exported there yet",
                path=str(base),
                hint=f"name one or more of: {', '.join(forms)}",
            )
        return before
    exports = []
    for name in names:
        known = [one for one in before if one.form == name and out in {None, one.out}]
        places = (out,) if out is not None else forms[name].outs
        fresh = [Export(name, place) for place in places]
        exports += [replace(one, confidence=confidence or one.confidence) for one in known or fresh]
    return exports


def _has_block(base: Path) -> bool:
    try:
        data = read_exported(base, "AGENTS.md")
        return data is not None and find_block(decode(data, "AGENTS.md"), "AGENTS.md") is not None
    except HardwonError:  # a link, or not to be read: nothing of an export's
        return False


def plan_exports(
    contents: Contents, base: Path, forms: Forms, exports: Iterable[Export], *, remove: bool = False
) -> list[ExportPlan]:
    """Return what becomes of each file; nothing is written.

    Where a file of the memory could not be read, nothing counts as gone: it may hold the pattern.

    Args:
        contents: Of the memory.
        base: Folder of the record.
        forms: All there are.
        exports: Which to make.
        remove: Whether the files are to go instead.

    Raises:
        ExportError: The record cannot be used.
        OutsideMemoryError: A path leads out of `base`, or through a link.
        UnreadableFileError, AgentFileError: A file that is there cannot be used.
    """
    known = {(one.export.form, one.export.out): one for one in read_record(base)[0]}
    plans = []
    for export in exports:
        form = forms[export.form]
        recorded = known.get((export.form, export.out), Recorded(export))
        earlier = tuple(recorded.digests)
        rendered = Rendered()
        if not remove:
            rendered = render_export(replace(contents, earlier=earlier), form, export)
        files = list(_files(base, export.out, rendered, recorded))
        if contents.skipped and not remove:
            files = [_kept(file, recorded) for file in files]
        plans.append(ExportPlan(export, tuple(files), recorded, remove))
    return plans


def _files(base: Path, out: str, rendered: Rendered, recorded: Recorded) -> Iterator[ExportedFile]:
    written: set[str] = set()
    for path, text in sorted(rendered.files.items()):
        place = _join(out, path)
        written.add(place)
        new = text.encode("utf-8", "replace")
        yield _file(place, read_exported(base, place), new, recorded.digests.get(place, ()))
    for path, block in sorted(rendered.blocks.items()):
        place = _join(out, path)
        written.add(place)
        yield _block(place, read_exported(base, place), block)
    for place in sorted(recorded.digests.keys() - written):
        yield _stale(place, read_exported(base, place), recorded.digests[place])


def _join(out: str, path: str) -> str:
    return posixpath.normpath(f"{out}/{path}") if path else out


def _file(path: str, old: bytes | None, new: bytes, ours: Sequence[str]) -> ExportedFile:
    mark = digest(new)
    if old is None:
        state = State.MISSING
    elif digest(old) == mark:
        state, new = State.FRESH, old
    elif digest(old) in ours:
        state = State.OUTDATED
    else:
        state = State.EDITED if ours else State.FOREIGN
    return ExportedFile(path, state, old, new, mark)


def _block(path: str, old: bytes | None, block: str) -> ExportedFile:
    """Lay a block into a file that may be somebody's: between its marks all is ours."""
    text = None if old is None else decode(old, path)
    new = lay_block(text, block, path)
    mark = digest(block.encode("utf-8", "replace"))
    if new == text:
        state = State.FRESH
    elif text is None or find_block(text, path) is None:
        state = State.MISSING
    else:
        state = State.OUTDATED
    return ExportedFile(path, state, old, new.encode("utf-8", "replace"), mark)


def _stale(path: str, old: bytes | None, ours: Sequence[str]) -> ExportedFile:
    if old is None:
        return ExportedFile(path, State.FRESH)
    if digest(old) in ours:
        return ExportedFile(path, State.STALE, old, None)
    block = _own_block(old, path)
    if block is not None:
        left = take_block(decode(old, path), path)
        new = None if left is None else left.encode("utf-8")
        return ExportedFile(path, State.STALE, old, new)
    return ExportedFile(path, State.EDITED, old, old)


def _kept(file: ExportedFile, recorded: Recorded) -> ExportedFile:
    """Return a file such that it stays when it is no longer made."""
    if file.digest is not None or file.old is None:
        return file
    return ExportedFile(file.path, State.FRESH, file.old, file.old, recorded.digests[file.path][-1])


def _own_block(old: bytes, path: str) -> str | None:
    return find_block(decode(old, path), path) if b"<!-- hardwon:start" in old else None


def is_fresh(plan: ExportPlan) -> bool:
    """Return whether all files of an export are as they would be written."""
    return all(file.state is State.FRESH for file in plan.files)


def apply_exports(base: Path, plans: Sequence[ExportPlan]) -> None:
    """Carry out what was planned, and record it.

    Nothing is written when a file stands in the way. A file that is no longer made and that
    somebody has edited stays, and is theirs from then on. What is stopped half-way is carried
    out by the next run.

    Args:
        base: Folder of the record; it is made where it is missing.
        plans: All of one `base`.

    Raises:
        ExportError: Files stand in the way; each is named.
        ChangedOnDiskError: A file is not as it was when the plan was made.
        HardwonError: The disk refuses.
    """
    require_ours(plans)
    require_folder(base)
    others, data = read_record(base)
    ours = {(plan.export.form, plan.export.out) for plan in plans}
    kept = [one for one in others if (one.export.form, one.export.out) not in ours]
    if any(not is_fresh(plan) for plan in plans):
        data = write_record(base, [*kept, *map(_unfinished, plans)], data)
    for plan in plans:
        for file in plan.files:
            if file.new != file.old:
                write_exported(base, file.path, file.new, old=file.old)
            if file.new is None and file.old is not None:
                prune(base, file.path, plan.export.out)
    left = [_finished(plan) for plan in plans if not plan.is_removed]
    write_record(base, [*kept, *left], data)


def require_ours(plans: Iterable[ExportPlan]) -> None:
    """Raise ExportError where a file would be replaced that somebody else wrote or edited."""
    wrong = [
        file
        for plan in plans
        for file in plan.files
        if file.digest is not None and file.state in {State.EDITED, State.FOREIGN}
    ]
    if not wrong:
        return
    why = {
        State.EDITED: "has been edited since hardwon wrote it",
        State.FOREIGN: "is there, and hardwon did not write it",
    }
    first, *more = wrong
    others = "".join(f"\n  {file.path}: {why[file.state]}" for file in more)
    raise ExportError(
        f"{why[first.state]}{others}",
        path=first.path,
        hint="nothing was written; move it away or delete it, or name another place with --out",
    )


def _unfinished(plan: ExportPlan) -> Recorded:
    """Return the record while an export is carried out: each file is the old or the new one."""
    both = dict(plan.recorded.digests)
    for file in plan.files:
        if file.digest is not None:
            both[file.path] = tuple(dict.fromkeys((*both.get(file.path, ()), file.digest)))
    return Recorded(plan.export, both)


def _finished(plan: ExportPlan) -> Recorded:
    return Recorded(
        plan.export,
        {file.path: (file.digest,) for file in plan.files if file.digest is not None},
    )
