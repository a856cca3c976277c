"""Making a memory folder: the first files, and nothing in place of others."""

from __future__ import annotations

from pathlib import Path

from hardwon.errors import HardwonError
from hardwon.files.folder import MARKS, Folder, reason
from hardwon.files.write import write_note
from hardwon.markup.compose import Draft, compose_experience
from hardwon.model.values import PartialDate

BOOK_PATH = "semantic/patterns/dev-patterns.md"
_BOOK = """\
# Development Patterns

A pattern is a heading with, below it, `**Confidence:**`, `**Based on:**`, and prose such as
`**Context:**` and `**Pattern:**`. `hardwon learn` writes them here from the notes in
`episodic/`; what you change by hand stays as you wrote it.
"""
_TITLE = "Example: write the note while the details are fresh"
_LESSON = (
    "Write the note on the day it happened: a week later the exact error and the cause are gone."
)
_BODY = """\
`hardwon init` wrote this note to show the format; nothing of the kind happened here. Replace
it with something that did, or delete it before the first `hardwon learn`.
"""


def create_memory(root: Path, today: PartialDate) -> list[str]:
    """Make a memory folder at `root`; return the paths of its new files, relative to it.

    Folders that hold nothing yet are left out: git would not keep them, and each is made when
    its first file is written. Files that are there already stay as they are.

    Args:
        root: Absolute; it and its parents may be missing.
        today: Date of the example note.

    Raises:
        HardwonError: A memory folder is there already, or the disk refuses.
    """
    marks = [mark for mark in MARKS if (root / mark).exists()]
    if marks:
        raise HardwonError(
            f"{root} is a memory folder already (it holds {', '.join(marks)}); nothing was changed",
            hint='capture into it with: hardwon note "..."',
        )
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HardwonError(f"cannot make {root}: {reason(error)}") from error
    example = Draft(_TITLE, today, tags=("example",), lessons=(_LESSON,), body=_BODY)
    files = {
        BOOK_PATH: _BOOK,
        f"episodic/code/{today.iso}-example-note.md": compose_experience(example),
    }
    for path, text in files.items():
        write_note(Folder(root), path, text.encode("utf-8"), old=None)
    return list(files)
