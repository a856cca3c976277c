"""Importing: plan what foreign files become, and write it under the lock, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hardwon.actions.import_reading import read_foreign
from hardwon.actions.learn import Progress, apply_plan
from hardwon.actions.note import check_domain
from hardwon.actions.read import read_with_texts
from hardwon.actions.unfinished import drop_plan, keep_plan, read_unfinished
from hardwon.errors import ChangedOnDiskError, HardwonError
from hardwon.files.folder import Folder
from hardwon.files.foreign import ForeignFile, find_foreign
from hardwon.files.settings import read_settings
from hardwon.learning.adopt import adopt
from hardwon.model.adoption import Adoption, Reading
from hardwon.model.plan import Plan

_ATTEMPTS = 5


def read_all(
    folder: Folder,
    named: Sequence[Path],
    here: Path,
    key: str | None = None,
    progress: Progress | None = None,
) -> tuple[Reading, ...]:
    """Return what the files and folders that were `named` hold, each file once.

    Args:
        folder: The memory.
        named: Files and folders.
        here: The current folder, absolute.
        key: The one family of markup/foreign/table.py that is asked; None for all.
        progress: Called with the number of files read and to read.

    Raises:
        HardwonError: One of them is not there, lies in the memory, or holds too many files.
    """
    files: dict[Path, ForeignFile] = {}
    for place in named:
        for file in find_foreign(place, folder.root, here):
            files.setdefault(file.base / file.name, file)
    readings = []
    for number, reading in enumerate(read_foreign(files.values(), key), start=1):
        readings.append(reading)
        if progress is not None:
            progress(number, len(files))
    return tuple(readings)


def plan_import(
    folder: Folder, readings: Sequence[Reading], *, domain: str | None = None
) -> Adoption:
    """Return what importing would do; nothing is written.

    Raises:
        HardwonError: The domain can be no folder's name.
    """
    if domain is not None:
        check_domain(domain)
    settings = read_settings(folder)
    snapshot, read_text = read_with_texts(folder)
    return adopt(snapshot, readings, read_text, settings, domain=domain)


def import_readings(
    folder: Folder, readings: Sequence[Reading], *, domain: str | None = None
) -> Adoption:
    """Plan and write under one lock; return what was done.

    When the memory changes between being read and being written, the plan is made again. What
    a crash leaves half done the next `learn` completes, as it does its own plans.

    Raises:
        ChangedOnDiskError: Files changed again and again; nothing of them is lost.
    """
    from hardwon.actions.learn import finish_unfinished
    from hardwon.files.write import clear_leftovers, writing

    with writing(folder):
        clear_leftovers(folder)
        plan = Plan()
        for attempt in range(_ATTEMPTS):
            try:
                finish_unfinished(folder)
                seen = list(folder.walk())
                adoption = plan_import(folder, readings, domain=domain)
                plan = Plan(files=adoption.files)
                if len(plan.files) > 1:
                    keep_plan(folder, plan, seen)
                apply_plan(folder, plan)
                drop_plan(folder)
            except ChangedOnDiskError:
                drop_plan(folder)
                if attempt == _ATTEMPTS - 1:
                    raise
            except HardwonError:
                left = read_unfinished(folder)
                if left is not None and left.files == plan.files:
                    drop_plan(folder)  # nothing was written, so there is nothing to complete
                raise
            else:
                break
    return adoption
