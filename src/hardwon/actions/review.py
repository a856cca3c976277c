"""Holding a change against the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files as package_files
from pathlib import Path

from hardwon.actions.detect import detect
from hardwon.actions.read import read_snapshot
from hardwon.actions.refresh import Progress
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.evidence import Notes, weigh
from hardwon.model.change import ChangedFile, ChangeSet, FileKind
from hardwon.model.page import Role
from hardwon.model.review import Finding, Review
from hardwon.model.values import Fault
from hardwon.review.decide import Known, decide
from hardwon.review.lists import ask_lists
from hardwon.review.questions import find_credentials, read_questions
from hardwon.review.relevance import is_code, uses_of


def review_changes(
    folder: Folder,
    changes: ChangeSet,
    checkout: Path | None = None,
    *,
    progress: Progress | None = None,
) -> Review:
    """Return what the memory, and the questions of every review, say of a change.

    Args:
        folder: The memory folder.
        changes: The change, as `actions.changes` reads it.
        checkout: Folder of the working tree, for facts that one file does not show; None where
            there is none, so that what hangs on them is asked.
        progress: Called with the number of files of the memory read and to read.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
    """
    snapshot = read_snapshot(folder, progress)
    thresholds = read_settings(folder).confidence
    notes = Notes(snapshot)
    questions = read_questions(
        (package_files("hardwon.review") / "questions.md").read_text(encoding="utf-8")
    )
    known = [
        *(Known(pattern, weigh(pattern, notes, thresholds).confidence)
          for pattern in snapshot.patterns),
        *(Known(pattern, None) for pattern in questions.patterns),
    ]  # fmt: skip
    code = replace(changes, files=tuple(file for file in changes.files if is_code(file.path)))
    found = detect(code, [one.pattern for one in known], checkout, folder.root)
    uses = uses_of(code.files)
    decided, items = decide(known, code.files, uses, found.matches)
    findings = sorted([*decided, *find_credentials(changes.files)], key=_place)
    broken = {one.pattern for one in findings if one.confidence is None}
    asked = [item for item in items if item.confidence is not None or item.pattern not in broken]
    lists = [
        page.checklist
        for page in snapshot.pages
        if page.role is Role.CHECKLIST and page.checklist is not None
    ]
    return Review(
        base=changes.base,
        files=tuple(file.path for file in changes.files),
        findings=tuple(findings),
        checklist=(
            *(item for item in asked if item.confidence is not None),
            *ask_lists(lists, uses),
            *(item for item in asked if item.confidence is None),
        ),
        unread=(*_unread(changes.files), *found.unread),
        faults=(*found.faults, *snapshot.skipped),
        commit=changes.commit,
    )


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.path, finding.line, finding.column, finding.pattern, finding.rule


def _unread(files: Iterable[ChangedFile]) -> Iterator[Fault]:
    """Yield the files of which not all was looked at, with the reason."""
    for file in files:
        if file.unread is not None:
            why = file.unread.value.replace("_", " ")
            yield Fault(file.unread.value, file.path, 1, file.detail or f"not read: {why}")
        elif file.hunks and file.new_text is None and file.kind is not FileKind.DELETED:
            yield Fault(
                "partial", file.path, min(file.added, default=1),
                "only the lines of the diff are known: no detector was tried",
            )  # fmt: skip
