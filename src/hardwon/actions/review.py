"""Holding a change against the memory."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files as package_files
from pathlib import Path

from hardwon.actions.detect import detect
from hardwon.actions.patterns import get_pattern, get_patterns
from hardwon.actions.read import read_snapshot
from hardwon.actions.refresh import Progress
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.evidence import Notes, weigh
from hardwon.markup.compose import Draft
from hardwon.markup.text import fold
from hardwon.model.change import ChangedFile, ChangeSet, FileKind
from hardwon.model.listing import PatternDetail
from hardwon.model.page import Role
from hardwon.model.review import Finding, Item, Review, Signals, Status
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Fault, PartialDate
from hardwon.review.decide import Known, cause_of, decide
from hardwon.review.detect import Found
from hardwon.review.lists import ask_lists
from hardwon.review.questions import find_credentials, read_questions
from hardwon.review.relevance import Relevance, Use, bound_of, is_code, uses_of

_PLACES = 5  # that a drafted note names


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
    held = _hold(folder, changes, checkout, progress)
    findings = sorted([*held.findings, *find_credentials(changes.files)], key=_place)
    broken = {one.pattern for one in findings if one.confidence is None}
    asked = [i for i in held.items if i.confidence is not None or i.pattern not in broken]
    lists = [
        page.checklist
        for page in held.snapshot.pages
        if page.role is Role.CHECKLIST and page.checklist is not None
    ]
    return Review(
        base=changes.base,
        files=tuple(file.path for file in changes.files),
        findings=tuple(findings),
        checklist=(
            *(item for item in asked if item.confidence is not None),
            *ask_lists(lists, held.uses),
            *(item for item in asked if item.confidence is None),
        ),
        unread=(*_unread(changes.files), *held.found.unread),
        faults=(*held.found.faults, *held.snapshot.skipped),
        commit=changes.commit,
    )


def explain_pattern(
    folder: Folder, changes: ChangeSet, name: str, checkout: Path | None = None
) -> Signals:
    """Return why a pattern, or a question of every review, is on the list of a change, or not.

    Raises:
        NameNotFoundError: No pattern is called so.
    """
    held = _hold(folder, changes, checkout, None)
    wanted = next((one for one in held.known if fold(one.pattern.name) == fold(name)), None)
    if wanted is None:
        detail = get_pattern(folder, name, dt.date.min)  # a short form, or an error that helps
        wanted = next(one for one in held.known if one.pattern.name == detail.entry.pattern.name)
    pattern = wanted.pattern
    matches = [
        match
        for match in held.found.matches
        if (match.detector.path, match.detector.pattern) == (pattern.path, pattern.name)
    ]
    counts = Counter(match.detector.id for match in matches)
    patterns = [one.pattern for one in held.known]
    names = next((n for p, n in Relevance(patterns).weigh(held.uses) if p is pattern), [])
    return Signals(
        pattern=pattern.name,
        confidence=wanted.confidence,
        applies_to=pattern.applies_to,
        languages=tuple(sorted({code.language for code in pattern.code if code.language})),
        detectors=tuple((one.id, str(one.role), counts[one.id]) for one in pattern.detectors),
        matches=tuple(cause_of(match) for match in matches),
        names=tuple(names),
        weight=round(math.fsum(value for _, value in names), 4),
        enough=bound_of(pattern),
        findings=tuple(one for one in held.findings if one.pattern == pattern.name),
        items=tuple(one for one in held.items if one.pattern == pattern.name),
    )


def detail_patterns(folder: Folder, review: Review, today: dt.date) -> list[PatternDetail]:
    """Return the patterns of the memory that a review names, those of findings first."""
    named = [one.pattern for one in review.violations if one.confidence is not None]
    named += [item.pattern for item in review.checklist if item.confidence is not None]
    return get_patterns(folder, list(dict.fromkeys(named)), today)


def draft_notes(review: Review, today: dt.date) -> list[Draft]:
    """Return a note for each pattern that the review saw followed or broken.

    Each says where, and of which commit, and names the pattern as applied: once a person has
    confirmed it, `learn` counts it. What was broken and seen in review is an example as well,
    since the pattern was what showed it.
    """
    drafts = []
    for name in dict.fromkeys(one.pattern for one in review.findings if one.confidence):
        found = [one for one in review.findings if one.pattern == name]
        is_broken = any(one.status is Status.VIOLATED for one in found)
        where = ", ".join(f"`{one.path}:{one.line}`" for one in found[:_PLACES])
        change = f"commit {review.commit[:12]}" if review.commit else f"a change of {review.base}"
        what = "was broken, and the review showed it," if is_broken else "was followed"
        drafts.append(
            Draft(
                title=f"Review of {change}: {name}",
                date=PartialDate(today.year, today.month, today.day),
                patterns=(name,),
                body=f"The pattern {what} in {where}.",
            )
        )
    return drafts


@dataclass(frozen=True, slots=True)
class _Held:
    """A change, held against the patterns.

    Attributes:
        snapshot: The memory.
        known: Its patterns, and the questions of every review.
        found: What the detectors found.
        uses: The names that the change uses.
        findings: What followed from both.
        items: Likewise.
    """

    snapshot: Snapshot
    known: list[Known]
    found: Found
    uses: dict[str, list[Use]]
    findings: list[Finding]
    items: list[Item]


def _hold(
    folder: Folder, changes: ChangeSet, checkout: Path | None, progress: Progress | None
) -> _Held:
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
    findings, items = decide(known, uses, found.matches)
    return _Held(snapshot, known, found, uses, findings, items)


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
