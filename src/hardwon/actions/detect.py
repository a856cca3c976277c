"""Detectors of patterns against a change: texts, facts of the checkout, what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from hardwon.actions.rules import NOT_INSTALLED, Rules, can_run
from hardwon.errors import GitError
from hardwon.files.checkout import list_checkout, read_checkout
from hardwon.model.change import ChangedFile, ChangeSet, FileKind
from hardwon.model.detector import Detector
from hardwon.model.pattern import Pattern
from hardwon.model.values import Fault
from hardwon.review.detect import FAULT, Found, Gathered, find, gather, told_by

# Files that are read for facts; 10,000 of 60 lines take two seconds. What further
# files would tell is unknown.
MAX_FILES = 20_000


def detect(
    changes: ChangeSet,
    patterns: Iterable[Pattern],
    checkout: Path | None = None,
    memory: Path | None = None,
) -> Found:
    """Return what the detectors of `patterns` find on the changed lines, and all faults.

    Args:
        changes: Only files with their whole new text are looked at.
        patterns: From the memory; of each, what could not be read of it is among the faults.
        checkout: Folder of the working tree, from which facts are read; None where there is
            none, so that they are unknown.
        memory: The memory folder: no fact is read from what lies in it.
    """
    patterns = list(patterns)
    faults = tuple(fault for pattern in patterns for fault in pattern.faults)
    detectors = [detector for pattern in patterns for detector in pattern.detectors]
    if not detectors:
        return Found(faults=faults)
    if not can_run():
        first = detectors[0]
        return Found(faults=(*faults, Fault(FAULT, first.path, first.line, NOT_INSTALLED)))
    texts = {file.path: file.new_text for file in changes.files if file.new_text is not None}
    changed = {file.path: frozenset(file.added) for file in changes.files}
    aside = {path for file in changes.files for path in _not_on_disk(file)} | texts.keys()
    gathered: list[Gathered] = []
    with Rules() as rules:

        def facts(wanted: Sequence[Detector]) -> Gathered:
            if checkout is None or not wanted:
                return Gathered()
            gathered.append(_gather_rest(checkout, wanted, aside, memory, rules))
            return gathered[-1]

        found = find(texts, detectors, facts, changed, rules.search)
    met = (*found.faults, *(fault for other in gathered for fault in other.faults))
    unread = (*found.unread, *(fault for other in gathered for fault in other.unread))
    by_place = sorted({*faults, *met}, key=lambda fault: (fault.path, fault.line, fault.message))
    return replace(found, faults=tuple(by_place), unread=tuple(dict.fromkeys(unread)))


def _not_on_disk(file: ChangedFile) -> Iterable[str]:
    """Yield the paths at which a file of the change is no more, whatever the disk says."""
    if file.kind is FileKind.DELETED:
        yield file.path
    if file.kind is FileKind.RENAMED and file.old_path is not None:
        yield file.old_path


def _gather_rest(
    checkout: Path,
    wanted: Sequence[Detector],
    aside: set[str],
    memory: Path | None,
    rules: Rules,
) -> Gathered:
    try:
        listed = list_checkout(checkout)
    except GitError:
        return Gathered()
    below = ""
    if memory is not None and memory.resolve().is_relative_to(checkout.resolve()):
        below = memory.resolve().relative_to(checkout.resolve()).as_posix() + "/"
    telling = [
        path
        for path in listed
        if path not in aside and not (below and path.startswith(below)) and told_by(path, wanted)
    ]
    texts = read_checkout(checkout, telling[:MAX_FILES])
    found = gather(texts, wanted, rules.search)
    cut = {key for path in telling[MAX_FILES:] for key in told_by(path, wanted)}
    return replace(found, whole=found.whole - cut)
