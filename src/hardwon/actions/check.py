"""Checking a memory against itself, and mending what needs no guess."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardwon.actions.driver import find_missing_driver
from hardwon.actions.read import read_snapshot
from hardwon.errors import (
    ChangedOnDiskError,
    DetectorsError,
    NameNotFoundError,
    UnreadableFileError,
)
from hardwon.files.folder import Folder
from hardwon.files.gate import inside
from hardwon.files.settings import read_settings
from hardwon.files.write import write_note, writing
from hardwon.markup.book_edit import set_totals
from hardwon.markup.edit import Edit, apply_edits
from hardwon.markup.pages import read_page
from hardwon.markup.pattern_edit import PatternEditor
from hardwon.markup.secrets import mask_secrets
from hardwon.markup.text import split_lines
from hardwon.model.finding import Finding
from hardwon.model.page import Page
from hardwon.model.pattern import Pattern
from hardwon.model.plan import FileChange
from hardwon.model.snapshot import Snapshot
from hardwon.review.checks.context import Context, build_context
from hardwon.review.checks.dates import find_newest, newest_evidence
from hardwon.review.checks.table import USUAL, run_checks
from hardwon.review.checks.totals import count_levels
from hardwon.review.tried import TRIED, try_detectors

Progress = Callable[[int, int], None]
Wanted = Collection[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found.

    Attributes:
        findings: What is left, by path, line and code.
        mended: What was mended, or would be; in the same order.
        files: The files that this changes.
        patterns: Patterns that were looked at.
        experiences: Experiences that were looked at.
    """

    findings: tuple[Finding, ...]
    mended: tuple[Finding, ...] = ()
    files: tuple[FileChange, ...] = ()
    patterns: int = 0
    experiences: int = 0


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is asked for: checks by code, files by path ("" for all), the day; and who waits."""

    codes: Collection[str]
    paths: Sequence[str]
    today: dt.date | None
    progress: Progress | None

    def __contains__(self, path: str) -> bool:
        return any(not p or path == p or path.startswith(f"{p}/") for p in self.paths)


def check_memory(
    folder: Folder,
    *,
    today: dt.date | None = None,
    codes: Collection[str] = USUAL,
    paths: Sequence[str] = ("",),
    progress: Progress | None = None,
) -> Checked:
    """Return the findings of the checks in `codes` on the files in `paths`.

    Args:
        folder: The memory folder.
        today: The day that parts past from future; None where no date counts as future.
        codes: Names from docs/checks.md. Detectors are tried on examples only where one of the
            checks that need it is named.
        paths: Files and folders as `find_paths` returns them.
        progress: Told how many of how many files are read.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
        DetectorsError: Detectors are to be tried, and ast-grep is not installed.
    """
    return _check(folder, _Scope(codes, paths, today, progress))[0]


def plan_mends(
    folder: Folder,
    *,
    today: dt.date | None = None,
    codes: Collection[str] = USUAL,
    paths: Sequence[str] = ("",),
    progress: Progress | None = None,
) -> Checked:
    """Return the findings, all of them in `findings`, with the changes that would mend some.

    Arguments and errors as for `check_memory`; nothing is written.
    """
    checked, snapshot, context = _check(folder, _Scope(codes, paths, today, progress))
    files = tuple(_file_changes(folder, checked.findings, snapshot, context))
    changed = {file.path for file in files}
    mended = tuple(f for f in checked.findings if f.fixable and f.path in changed)
    return Checked(checked.findings, mended, files, checked.patterns, checked.experiences)


def mend_memory(
    folder: Folder,
    *,
    today: dt.date | None = None,
    codes: Collection[str] = USUAL,
    paths: Sequence[str] = ("",),
    progress: Progress | None = None,
) -> Checked:
    """Mend what needs no guess, and return what was mended and what is left.

    Arguments as for `check_memory`.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
        DetectorsError: As for `check_memory`.
        LockedError: Another process is writing.
        ChangedOnDiskError: A file changed meanwhile; those before it are mended.
        HardwonError: A file cannot be written.
    """
    scope = _Scope(codes, paths, today, progress)
    with writing(folder):
        checked, snapshot, context = _check(folder, scope)
        files = tuple(_file_changes(folder, checked.findings, snapshot, context))
        for path, old, new in [(file.path, file.old or "", file.new or "") for file in files]:
            write_note(folder, path, new.encode("utf-8"), old=old.encode("utf-8"))
        left = _check(folder, scope)[0] if files else checked
    places = {finding.place for finding in left.findings}
    mended = tuple(f for f in checked.findings if f.fixable and f.place not in places)
    return Checked(left.findings, mended, files, left.patterns, left.experiences)


def find_paths(folder: Folder, start: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return files and folders relative to the memory folder; "" is all of it.

    Args:
        folder: The memory folder.
        start: Folder to which `names` may be relative; else they are so to the memory folder.
        names: As written on the command line; none of them means all.

    Raises:
        NameNotFoundError: There is no such file or folder in the memory.
        OutsideMemoryError: Its name could mean something outside the memory.
    """
    return tuple(_find_path(folder, start, name) for name in names) or ("",)


def _find_path(folder: Folder, start: Path, name: str) -> str:
    for base in (start, folder.root):
        path = Path(os.path.realpath(base / name))
        if path.is_relative_to(folder.root) and path.exists():
            found = path.relative_to(folder.root).as_posix()
            if found == ".":
                return ""
            inside(folder.root, found)
            return found
    raise NameNotFoundError(f"no file or folder {name!r} in the memory {folder.root}")


def _check(folder: Folder, scope: _Scope) -> tuple[Checked, Snapshot, Context]:
    settings = read_settings(folder)
    snapshot = read_snapshot(folder, scope.progress)
    lines = dict(_lines(folder, snapshot))
    missing = find_missing_driver(folder) if "merge-driver" in scope.codes else None
    tried = tuple(_tried(snapshot, scope))
    context = build_context(snapshot, settings, scope.today, lines, missing, tried)
    found = run_checks(snapshot, context, scope.codes)
    pages = [page for page in snapshot.pages if page.path in scope]
    checked = Checked(
        findings=tuple(finding for finding in found if finding.path in scope),
        patterns=sum(len(page.patterns) for page in pages),
        experiences=sum(len(page.experiences) for page in pages),
    )
    return checked, snapshot, context


def _tried(snapshot: Snapshot, scope: _Scope) -> Iterator[Finding]:
    """Yield what is wrong with detectors, where a check asks for it."""
    patterns = [p for p in snapshot.patterns if p.detectors and p.path in scope]
    if not patterns or not set(TRIED) & set(scope.codes):
        return
    from hardwon.actions.rules import NOT_INSTALLED, Rules, can_run

    if not can_run():
        raise DetectorsError(NOT_INSTALLED, hint="pip install ast-grep-py")
    for pattern in patterns:
        with Rules() as rules:  # one of its own: what one pattern spoils is no fault of the next
            yield from try_detectors(pattern, rules.search)


def _lines(folder: Folder, snapshot: Snapshot) -> Iterator[tuple[str, list[str]]]:
    """Yield the files whose wording a check must see: shares in totals, and mojibake."""
    for page in snapshot.pages:
        if page.totals.breakdown or any(fault.code == "mojibake" for fault in page.faults):
            try:
                yield page.path, split_lines(mask_secrets(folder.read_text(page.path)))
            except UnreadableFileError:
                continue  # gone since it was read


def _file_changes(
    folder: Folder, findings: Sequence[Finding], snapshot: Snapshot, context: Context
) -> Iterator[FileChange]:
    pages: Mapping[str, Page] = {page.path: page for page in snapshot.pages}
    wanted: dict[str, set[tuple[str, int]]] = {}
    for finding in findings:
        if finding.fixable:
            wanted.setdefault(finding.path, set()).add((finding.code, finding.line))
    for path, places in wanted.items():
        text = folder.read_text(path)
        if read_page(text, path) != pages[path]:
            raise ChangedOnDiskError("changed on disk", path=path, hint="run the command again")
        new = _mend(text, path, places, context)
        if new != text:
            yield FileChange(path, text, new)


def _mend(text: str, path: str, wanted: Wanted, context: Context) -> str:
    """Return `text` with the values at the places `wanted` (code, line) set to what is counted."""
    # One value after the other: a line may hold two of them, and an edit replaces the line.
    for mend in (_mend_confidence, _mend_count, _mend_date):
        edits = [
            edit
            for pattern in read_page(text, path).patterns
            for edit in mend(PatternEditor(text, pattern), pattern, wanted, context)
        ]
        text = apply_edits(text, edits)
    page = read_page(text, path)
    newest = find_newest(page, context)
    updated = newest[0] if newest is not None else None
    lines = {line for code, line in wanted if code in {"totals", "last-updated"}}
    edits = set_totals(text, page.totals, count_levels(page, context), updated)
    return apply_edits(text, [edit for edit in edits if edit.span.start in lines])


def _mend_confidence(
    editor: PatternEditor, pattern: Pattern, wanted: Wanted, context: Context
) -> list[Edit]:
    line = pattern.claim.line if pattern.claim is not None else 0
    if {("claim-confidence", line), ("unknown-confidence", line)}.isdisjoint(wanted):
        return []
    return editor.set_confidence(context.weigh(pattern).confidence)


def _mend_count(
    editor: PatternEditor, pattern: Pattern, wanted: Wanted, context: Context
) -> list[Edit]:
    if ("claim-count", pattern.claimed_examples_line or pattern.line) not in wanted:
        return []
    return editor.set_count(context.weigh(pattern).examples)


def _mend_date(
    editor: PatternEditor, pattern: Pattern, wanted: Wanted, context: Context
) -> list[Edit]:
    newest = newest_evidence(pattern, context)
    line = pattern.last_reinforced_line or pattern.line
    if newest is None or ("last-reinforced", line) not in wanted:
        return []
    return editor.set_last_reinforced(newest)
