"""Review checklists, wherever they stand: prompts of reviewers, templates, guides, READMEs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.dates import find_date
from hardwon.markup.foreign.procedures import find_numbered
from hardwon.markup.foreign.sections import Outline, file_name, folders, one_line, read_outline
from hardwon.markup.foreign.task_lists import find_checklists
from hardwon.model.foreign import Foreign, Found

FAMILY = "review checklist"

# Plans, lists of tasks and forms to report something hold boxes that nobody reviews with.
_NO_REVIEW = frozenset(
    """plans plan tasks task todo todos backlog roadmap specs issue_template archive changelog
    fixtures""".split()
)
_NEAR = 3  # folders above a file that say what it is for; further up lies the rest of the disk
# A form that is filled in for each client or feature; that of a pull request is itself the list.
_FORM = re.compile(r"template")
_USED = re.compile(r"pull[-_]?request|merge[-_]?request|check[-_]?list")
# "Client: [Client Name]" is filled in for each.
_BLANK = re.compile(r"\[[A-Z][\w -]*\](?![(\[])")
_STRUCTURE = re.compile(
    r"\b(?:response|review|report|answer|feedback)\s+(?:structure|steps|process|procedure)\b",
    re.IGNORECASE,
)


def read_review_checklist(path: str, text: str) -> Foreign | None:
    """Return the checklists of a file that holds some; None for any other.

    Each section with checks becomes a checklist (`task_lists`). The steps of the review and the
    structure of its answer, where they are numbered, become a workflow each. Lists of things to
    do in one project, as in plans and dated notes, are no checks. Many files of other families
    hold checks, too: this reader is to be asked last.
    """
    names = {*folders(path)[-_NEAR:], file_name(path).split(".", 1)[0].replace("-", "_")}
    if not file_name(path).endswith((".md", ".mdx", ".markdown")) or names & _NO_REVIEW:
        return None
    if _FORM.search(file_name(path)) and not _USED.search(file_name(path)):
        return None
    document = read_outline(text)
    if document is None or _is_dated(path, document):
        return None
    if any(_BLANK.search(section.title) for section in document.root.children):
        return None
    checklists = list(find_checklists(document, path))
    if not checklists:
        return None
    found = [*checklists, *_structures(document)]
    return Foreign(FAMILY, tuple(sorted(found, key=lambda one: one.line)))


def _is_dated(path: str, document: Outline) -> bool:
    """Return whether this is a note about something that happened on a day."""
    stated = document.header.get_text("date", "created", "created_at", "problem_type") or ""
    return bool(stated) or find_date(file_name(path).replace("_", "-")) is not None


def _structures(document: Outline) -> Iterator[Found]:
    wanted = (s for s in document.root.walk() if _STRUCTURE.search(one_line(s.title)))
    for section in wanted:
        yield from find_numbered(section, document)
