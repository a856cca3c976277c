"""What follows from changed patterns: totals that stay true, workflows that keep up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from hardwon.learning.evidence import Evidence, Notes, weigh
from hardwon.learning.names import Names
from hardwon.learning.shelf import Shelf
from hardwon.learning.themes import find_themes, theme_path
from hardwon.learning.workflow import (
    Draft,
    draft_theme,
    draft_workflow,
    is_edited,
    mark_under_review,
    merge_workflow,
    render_workflow,
    workflow_path,
)
from hardwon.markup.book_edit import set_totals
from hardwon.markup.edit import Edit
from hardwon.markup.pages import role_of_path
from hardwon.markup.text import fold, split_lines
from hardwon.model.page import Checklist, NextStep, Role, Totals
from hardwon.model.pattern import Pattern
from hardwon.model.plan import Change, ChangeKind, FileChange
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot
from hardwon.model.values import Confidence, Span

_MORE = re.compile(r"\b(?P<number>\d+) more (?P<noun>use|time|example)s?\b")
_STEP_NAME = re.compile(r"[\"“](?P<quoted>[^\"”]+)[\"”]|^\w+\s+(?P<bare>.+?)\s+pattern\b")


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Changes with the files in which they end."""

    changes: tuple[Change, ...]
    files: tuple[FileChange, ...]


def tend_totals(
    shelf: Shelf, notes: Notes, settings: Settings, touched: Iterable[str]
) -> list[Change]:
    """Make the totals of the touched books true; return what changed, by path."""
    changes = []
    for path in sorted(set(touched)):
        if not shelf.has(path):
            continue
        counted = [(p, weigh(p, notes, settings.confidence)) for p in shelf.patterns_of(path)]
        totals, text = shelf.totals_of(path), shelf.text(path)
        edits = totals_edits(text, totals, counted)
        edits += _next_steps(text, totals, counted, settings)
        if edits:
            levels = Counter(e.confidence for _, e in counted)
            after = ", ".join(f"{levels[level]} {level}" for level in reversed(Confidence))
            old = {level: count for level, count, _ in totals.breakdown}
            before = ", ".join(f"{old[lv]} {lv}" for lv in reversed(Confidence) if lv in old)
            shelf.edit(path, edits)
            reason = "its patterns are counted again"
            changes.append(
                Change(ChangeKind.TOTALS_UPDATED, None, path, None, before or None, after, reason)
            )
    return changes


def totals_edits(
    text: str, totals: Totals, counted: Iterable[tuple[Pattern, Evidence]]
) -> list[Edit]:
    """Return the edits that make the totals of a book true; none when they are."""
    counted = list(counted)
    dates = [
        date
        for pattern, evidence in counted
        for date in (pattern.last_reinforced, evidence.last)
        if date is not None
    ]
    newest = max(dates, key=lambda date: (date.first_day, date.iso), default=None)
    levels = Counter(evidence.confidence for _, evidence in counted)
    return set_totals(text, totals, levels, newest)


def _next_steps(
    text: str, totals: Totals, counted: list[tuple[Pattern, Evidence]], settings: Settings
) -> list[Edit]:
    """Return edits of next steps that count uses to HIGH ("after 2 more uses").

    The number follows the pattern's; a step whose pattern got there is done and goes.
    """
    if not totals.next_steps:
        return []
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    by_name = {fold(pattern.name): evidence for pattern, evidence in counted}
    names = Names(pattern for pattern, _ in counted)
    edits = []
    for step in totals.next_steps:
        pattern = _pattern_of_step(step, names)
        more = _MORE.search(lines[step.span.start - 1])
        if pattern is None or more is None:
            continue
        missing = settings.confidence.high - by_name[fold(pattern.name)].net
        if missing <= 0:
            edits.append(Edit(step.span, ()))
        elif missing != int(more["number"]):
            line = lines[step.span.start - 1]
            new = f"{missing} more {more['noun']}{'s' if missing != 1 else ''}"
            changed = line[: more.start()] + new + line[more.end() :]
            edits.append(Edit(Span(step.span.start, step.span.start + 1), (changed,)))
    return edits


def _pattern_of_step(step: NextStep, names: Names) -> Pattern | None:
    match = _STEP_NAME.search(step.text)
    return names.resolve(match["quoted"] or match["bare"]).pattern if match else None


def tend_workflows(
    shelf: Shelf,
    snapshot: Snapshot,
    notes: Notes,
    settings: Settings,
    read_text: Callable[[str], str],
    *,
    touched: set[str],
    skipped: Collection[str],
) -> Upkeep:
    """Return the workflows that the patterns call for as they now stand.

    Every pattern that is or was HIGH has one; one whose pattern is HIGH no more is marked
    "under review", and so is the checklist of a theme with fewer than two HIGH patterns. A
    section that a person has edited stays. The checklist of a theme that has another name now
    goes, unless somebody has edited it.

    Args:
        shelf: The books as they will be.
        snapshot: The memory as it is, for its workflows.
        notes: Its experiences.
        settings: Thresholds.
        read_text: Gives the text of a workflow.
        touched: Names of the patterns for which it is said that an edited section stayed.
        skipped: Paths that are left as they are. While one of them may hold patterns, no theme
            is known to be no more.
    """
    existing = list(snapshot.workflows)
    by_pattern = {fold(w.pattern): w for w in existing if w.pattern}
    by_path = {w.path: w for w in existing}
    changes: list[Change] = []
    files: list[FileChange] = []
    taken: set[str] = set()

    def put(name: str, path: str, draft: Draft, old: Checklist | None, count: int) -> None:
        if path in taken or path in skipped:
            return
        taken.add(path)
        change = _write(name, path, draft, old, count, read_text, tell=name in touched)
        changes.extend(change.changes)
        files.extend(change.files)

    weighed = [(p, weigh(p, notes, settings.confidence)) for p in shelf.patterns]
    high = [(pattern, evidence) for pattern, evidence in weighed if evidence.was_high]
    # Of patterns whose names clash the proven ones come first, or they would take turns.
    for pattern, evidence in sorted(weighed, key=lambda member: not member[1].was_high):
        old = by_pattern.get(fold(pattern.name))
        path = old.path if old is not None else workflow_path(pattern)
        old = old or by_path.get(path)
        if evidence.was_high or (old is not None and old.hashes):
            put(pattern.name, path, draft_workflow(pattern, evidence, notes), old, evidence.net)
    themes = find_themes(high)
    by_theme = {fold(w.theme): w for w in existing if w.theme}
    for theme, members in themes.items():
        old = by_theme.get(fold(theme))
        path = old.path if old is not None else theme_path(theme)
        put(theme, path, draft_theme(theme, members), old or by_path.get(path), len(members))
    is_unsure = any(role_of_path(path) in {None, Role.BOOK} for path in skipped)
    for old in existing if not is_unsure else ():
        if old.theme and old.hashes and old.path not in taken and old.path not in skipped:
            changed = _retire(old, read_text(old.path))
            changes.extend(changed.changes)
            files.extend(changed.files)
    return Upkeep(tuple(changes), tuple(files))


def _retire(old: Checklist, text: str) -> Upkeep:
    """Return what becomes of the checklist of a theme that is no more."""
    edited = is_edited(text)
    if edited and old.status is not None:
        return Upkeep((), ())
    new = mark_under_review(text) if edited else None
    after = "under review" if edited else None
    reason = "its patterns belong together under another name, or no more"
    kind = ChangeKind.WORKFLOW_WRITTEN
    count = f"{old.examples} examples"
    change = Change(kind, old.theme, old.path, None, count, after, reason)
    return Upkeep((change,), (FileChange(old.path, text, new),))


def _write(
    name: str,
    path: str,
    draft: Draft,
    old: Checklist | None,
    count: int,
    read_text: Callable[[str], str],
    *,
    tell: bool,
) -> Upkeep:
    """Return how one workflow changes: written, merged, or kept as a person left it."""
    review = dict(draft.header).get("status")
    is_theme = "theme" in dict(draft.header)
    after = review or f"{count} {'patterns' if is_theme else 'examples'}"
    if old is None:
        reason = "they belong together" if is_theme else "it is HIGH and had none"
        change = Change(ChangeKind.WORKFLOW_WRITTEN, name, path, None, None, after, reason)
        return Upkeep((change,), (FileChange(path, None, render_workflow(draft)),))
    text = read_text(path)
    if text == render_workflow(draft):  # nobody has edited it, and nothing has changed
        return Upkeep((), ())
    merged = merge_workflow(text, draft)
    changes: list[Change] = []
    files: list[FileChange] = []
    if merged is None:
        reason = "it was written by hand"
    else:
        reason = f"edited by hand and left alone: {', '.join(merged.kept)}"
        if merged.text != text:
            before = f"{old.examples} examples" if old.examples is not None else None
            why = "its pattern fell below HIGH" if review else "its pattern has changed"
            kind = ChangeKind.WORKFLOW_WRITTEN
            changes.append(Change(kind, name, path, None, before, after, why))
            files.append(FileChange(path, text, merged.text))
    if tell and (merged is None or merged.kept):
        changes.append(Change(ChangeKind.WORKFLOW_KEPT, name, path, None, None, None, reason))
    return Upkeep(tuple(changes), tuple(files))
