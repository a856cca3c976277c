"""A plan of changes as text, as a diff, and as data."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from typing import Any

from hardwon.markup.secrets import mask_secrets
from hardwon.markup.text import counted
from hardwon.model.plan import Change, ChangeKind, FileChange, Plan, proposal_id
from hardwon.render.terminal import one_line

_WORDS = {
    ChangeKind.CREATED: "new",
    ChangeKind.REINFORCED: "reinforced",
    ChangeKind.COUNTERED: "countered",
    ChangeKind.REFUSED: "refused",
    ChangeKind.PROMOTED: "promoted",
    ChangeKind.DEMOTED: "demoted",
    ChangeKind.WORKFLOW_WRITTEN: "workflow",
    ChangeKind.WORKFLOW_KEPT: "kept",
    ChangeKind.TOTALS_UPDATED: "totals",
}
_SHOWN = 10


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as data, with the keys of the JSON contract."""
    return {
        "changes": [
            {
                "kind": str(change.kind),
                "pattern": change.pattern,
                "path": change.path,
                "experience": change.experience,
                "before": change.before,
                "after": change.after,
                "reason": change.reason,
            }
            for change in plan.changes
        ],
        "undecided": [
            {
                "experience": undecided.experience,
                "candidates": [
                    {
                        "id": proposal_id(undecided.experience, c),
                        "pattern": c.pattern,
                        "score": round(c.score, 4),
                    }
                    for c in undecided.candidates
                ],
            }
            for undecided in plan.undecided
        ],
        "skipped": [
            {"path": fault.path, "line": fault.line, "reason": fault.message}
            for fault in plan.skipped
        ],
        "masked": [
            {"path": fault.path, "line": fault.line, "reason": fault.message}
            for fault in plan.masked
        ],
    }


def plan_lines(
    plan: Plan, show_path: Callable[[str], str], *, applied: bool
) -> Iterator[tuple[str, str]]:
    """Yield the lines of the plan for a person, each with its kind ("" for plain ones).

    Args:
        plan: What changes.
        show_path: Turns a path of the memory into one that the reader can open.
        applied: Whether it was written.
    """
    for change in plan.changes:
        yield str(change.kind), _line(change, show_path)
    if plan.changes:
        yield "", ""
    yield "summary", _summary(plan, applied=applied)
    if plan.undecided:
        yield "", ""
        yield "undecided", f"{counted(len(plan.undecided), 'note')} undecided:"
        for undecided in plan.undecided[:_SHOWN]:
            yield "", one_line(f"  {show_path(undecided.experience)}: {undecided.reason}")
            for proposal in undecided.candidates[:3]:
                number = proposal_id(undecided.experience, proposal)
                yield "", one_line(f"    {number}  {proposal.score:.2f}  {proposal.pattern}")
        if len(plan.undecided) > _SHOWN:
            yield "", f"  … and {len(plan.undecided) - _SHOWN} more (all of them with --json)"
        candidates = [one for undecided in plan.undecided for one in undecided.candidates]
        if candidates:
            # A pattern that is only proposed could not keep a note as no example of it.
            can_refuse = any(candidate.path is not None for candidate in candidates)
            refuse = ", or refuse it with --refuse ID" if can_refuse else ""
            yield (
                "hint",
                f"  confirm one with hardwon learn --accept ID{refuse}; or write"
                " `patterns: [NAME]` into the note's front matter, or `patterns: none`",
            )


def _line(change: Change, show_path: Callable[[str], str]) -> str:
    word = _WORDS[change.kind]
    step = change.after or ""
    if change.before:
        step = f"{change.before} → {change.after or 'removed'}"
    what = change.pattern or show_path(change.path)
    place = show_path(change.path) if change.pattern else ""
    tail = f"  {change.reason}"
    if change.experience and change.kind in {
        ChangeKind.CREATED, ChangeKind.REINFORCED, ChangeKind.COUNTERED, ChangeKind.REFUSED,
    }:  # fmt: skip
        tail = f"  {show_path(change.experience)}: {change.reason}"
    elif place:
        tail = f"  {place}: {change.reason}"
    first = one_line(f"{word:<10} {what}{'  ' + step if step else ''}")
    return f"{first}\n           {one_line(tail.strip())}"


def _summary(plan: Plan, *, applied: bool) -> str:
    kinds = [change.kind for change in plan.changes]
    written = [c for c in plan.changes if c.kind is ChangeKind.WORKFLOW_WRITTEN and c.after]
    refused = {c.experience for c in plan.changes if c.kind is ChangeKind.REFUSED}
    would = "" if applied else "would be "
    counts = [
        (kinds.count(ChangeKind.CREATED), "pattern", "created"),
        (kinds.count(ChangeKind.REINFORCED), "example", "added"),
        (kinds.count(ChangeKind.COUNTERED), "counter-example", "added"),
        (len(refused), "note", "refused"),
        (len(written), "workflow", "written"),
        (kinds.count(ChangeKind.WORKFLOW_WRITTEN) - len(written), "workflow", "removed"),
    ]
    said = [f"{counted(n, noun)} {would}{verb}" for n, noun, verb in counts if n]
    if not plan.files:
        return _nothing(len(plan.undecided))
    files = counted(len(plan.files), "file")
    return (
        f"{', '.join(said) or 'totals updated'}; {files} {'changed' if applied else 'would change'}"
    )


def _nothing(undecided: int) -> str:
    """Return why nothing is learned; `undecided` notes are neither counted nor wait for one."""
    every = "every note"
    if undecided:
        are = "is" if undecided == 1 else "are"
        every = f"{counted(undecided, 'note')} {are} undecided, every other one"
    return f"nothing to learn: {every} is counted or waits for a second one"


def plan_diff(plan: Plan, prefix: str) -> str:
    """Return a unified diff of all files, such as `git apply` accepts.

    Credentials in it are masked. Where one stands in a line of its context, `git apply` refuses.

    Args:
        plan: What would change.
        prefix: Path of the memory folder as seen from where the diff is applied, with `/` at
            its end; "" to apply it inside the memory folder.
    """
    return "".join(file_diff(file, prefix) for file in plan.files)


def file_diff(file: FileChange, prefix: str) -> str:
    """Return the diff of one file, as `plan_diff` has them."""
    path = prefix + file.path
    out = [f"diff --git a/{path} b/{path}\n"]
    if file.old is None:
        out.append("new file mode 100644\n")
    if file.new is None:
        out.append("deleted file mode 100644\n")
    old, new = (_git_lines(mask_secrets(text or "")) for text in (file.old, file.new))
    before = f"a/{path}" if file.old is not None else "/dev/null"
    after = f"b/{path}" if file.new is not None else "/dev/null"
    for line in difflib.unified_diff(old, new, before, after):
        out.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(out)


def _git_lines(text: str) -> list[str]:
    r"""Return lines that end in `\n`, as git sees them: a lone `\r` ends none."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
