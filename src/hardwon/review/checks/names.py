"""Names that mean no pattern, or more than one."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.learning.names import Resolution
from hardwon.markup.text import fold, slugify
from hardwon.model.experience import Link
from hardwon.model.finding import Finding
from hardwon.model.pattern import Pattern
from hardwon.model.snapshot import Snapshot
from hardwon.review.checks.context import Context
from hardwon.review.checks.wording import is_only_clash, nearest, place, quote


def check_related(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the related names that mean no pattern and no file of the memory."""
    titles = {fold(p.checklist.title) for p in snapshot.pages if p.checklist is not None}
    for pattern in snapshot.patterns:
        for related in pattern.related:
            found = context.names.resolve(related.name)
            is_file = context.notes.paths.find(related.name) is not None
            if _is_clear(found) or is_file or fold(related.name) in titles:
                continue
            message = f"related {quote(related.name)} {_names(found)}"
            yield Finding(
                "unknown-related", pattern.path, related.line, message, hint=nearest(found)
            )


def check_applied(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the patterns that a note says it applied and that do not exist."""
    for note in snapshot.experiences:
        for reference in note.patterns:
            if reference.link is not Link.APPLIED:
                continue  # `learn` makes a new one; a wikilink may mean anything
            found = context.names.resolve(reference.name)
            if not _is_clear(found):
                message = f"the applied pattern {quote(reference.name)} {_names(found)}"
                yield Finding(
                    "unknown-pattern", note.path, reference.line, message, hint=nearest(found)
                )


def check_clashes(snapshot: Snapshot, _: Context) -> Iterator[Finding]:
    """Yield the patterns that go by a name of an earlier one."""
    seen: dict[str, Pattern] = {}
    for pattern in snapshot.patterns:
        clash: tuple[str, Pattern] | None = None
        for name in (pattern.name, *pattern.aliases):
            for key in (fold(name), slugify(name)):
                earlier = seen.setdefault(key, pattern)
                if earlier is not pattern and clash is None:
                    clash = name, earlier
        if clash is not None:
            name, earlier = clash
            is_same = fold(name) == fold(earlier.name)
            other = "the pattern" if is_same else quote(earlier.name)
            is_near = earlier.path == pattern.path
            where = f"line {earlier.line}" if is_near else place(earlier)
            yield Finding(
                code="name-clash",
                path=pattern.path,
                line=pattern.line,
                message=f"{quote(name)} also names {other} in {where}",
                hint="merge the two, or rename one",
            )


def check_workflows(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the workflows whose pattern does not exist."""
    for workflow in snapshot.workflows:
        if workflow.pattern is None:
            continue
        found = context.names.resolve(workflow.pattern)
        if not _is_clear(found):
            message = f"the pattern {quote(workflow.pattern)} of this workflow {_names(found)}"
            yield Finding(
                "workflow-orphan", workflow.path, workflow.line, message, hint=nearest(found)
            )


def _is_clear(found: Resolution) -> bool:
    return found.pattern is not None or is_only_clash(found)


def _names(found: Resolution) -> str:
    return "means more than one pattern" if found.ambiguous else "means no pattern of this memory"
