"""A change as one unified diff, for whoever reads on."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.model.change import ChangedFile, ChangeSet, FileKind, Hunk
from hardwon.render.review.fixes import quoted


def diff_text(changes: ChangeSet) -> str:
    """Return the hunks of a change as a unified diff; files without any are left out."""
    return "".join(line for file in changes.files if file.hunks for line in _lines(file))


def _lines(file: ChangedFile) -> Iterator[str]:
    old = file.old_path or file.path
    before = "/dev/null" if file.kind is FileKind.ADDED else quoted(f"a/{old}")
    after = "/dev/null" if file.kind is FileKind.DELETED else quoted(f"b/{file.path}")
    yield f"--- {before}\n+++ {after}\n"
    for hunk in file.hunks:
        yield (
            f"@@ -{hunk.old_start},{len(hunk.old_lines)} "
            f"+{hunk.new_start},{len(hunk.new_lines)} @@\n"
        )
        yield from _hunk_lines(hunk)


def _hunk_lines(hunk: Hunk) -> Iterator[str]:
    """Yield the lines: what goes before what comes, and what stays between."""
    removed, added = set(hunk.removed), set(hunk.added)
    old, new = 0, 0
    while old < len(hunk.old_lines) or new < len(hunk.new_lines):
        if old < len(hunk.old_lines) and hunk.old_start + old in removed:
            yield _line("-", hunk.old_lines[old])
            old += 1
        elif new < len(hunk.new_lines) and hunk.new_start + new in added:
            yield _line("+", hunk.new_lines[new])
            new += 1
        else:
            yield _line(" ", hunk.new_lines[new])
            old, new = old + 1, new + 1


def _line(sign: str, text: str) -> str:
    return (
        f"{sign}{text}" if text.endswith("\n") else f"{sign}{text}\n\\ No newline at end of file\n"
    )
