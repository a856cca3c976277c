"""Solutions: dated notes on solved problems with what they are about in front matter.

The format is that of the compound-engineering plugin (EveryInc/compound-engineering-plugin,
`docs/solutions/<category>/<name>.md`): `title`, `date`, `category`, `module`, `problem_type`,
`component`, `symptoms`, `root_cause`, `resolution_type`, `severity`, `tags`.
"""

from __future__ import annotations

import itertools

from hardwon.markup.dates import find_date, parse_date
from hardwon.markup.foreign.sections import (
    document_title,
    file_name,
    first_line,
    folders,
    read_outline,
    text_of,
)
from hardwon.markup.header import Header
from hardwon.model.foreign import Foreign, Found, FoundKind
from hardwon.model.values import PartialDate

# Keys of which two make a solution wherever it lies.
_SIGNS = frozenset({"problem_type", "resolution_type", "root_cause", "symptoms", "component"})
_FIELDS = {
    "problem_type": "Type",
    "category": "Category of the problem",
    "component": "Component",
    "severity": "Severity",
    "root_cause": "Root cause",
    "resolution_type": "Resolution type",
    "status": "Status",
}
_LISTS = {"symptoms": "Symptoms", "applies_when": "Applies when"}
_DATES = ("date", "created", "date_solved", "last_updated", "last_refreshed")


def read_solutions(path: str, text: str) -> Foreign | None:
    """Return a solution as one experience; None for anything else."""
    document = read_outline(text)
    if document is None or not document.header.values:
        return None
    header = document.header
    lies_there = folders(path)[-2:-1] == ["solutions"] or _below_solutions(path)
    signs = len(_SIGNS & header.values.keys())
    if signs < 2 and not (lies_there and (signs or _date(header, path) is not None)):
        return None
    if file_name(path) in {"readme.md", "critical-patterns.md"}:
        return None
    tags = header.values["tags"].values if "tags" in header.values else ()
    category = header.get_text("category")
    found = Found(
        FoundKind.EXPERIENCE,
        document_title(document, path),
        first_line(document),
        body="\n\n".join(part for part in (_stated(header), text_of(document)) if part),
        tags=tuple(dict.fromkeys((*tags, *([category] if category else [])))),
        date=_date(header, path),
        project=header.get_text("module", "project"),
    )
    return Foreign("solution", (found,))


def _below_solutions(path: str) -> bool:
    parts = folders(path)
    return any(pair == ("docs", "solutions") for pair in itertools.pairwise(parts))


def _date(header: Header, path: str) -> PartialDate | None:
    for key in _DATES:
        date = parse_date(header.get_text(key) or "")
        if date is not None:
            return date
    named = find_date(file_name(path))
    return named[0] if named else None


def _stated(header: Header) -> str:
    """Return what the front matter states, as fields of a note."""
    lines = [
        f"**{label}:** {value.replace('_', ' ')}"
        for key, label in _FIELDS.items()
        if (value := header.get_text(key))
    ]
    blocks = ["\n".join(lines)] if lines else []
    for key, label in _LISTS.items():
        values = header.values[key].values if key in header.values else ()
        if values:
            blocks.append("\n".join([f"**{label}:**", "", *(f"- {value}" for value in values)]))
    return "\n\n".join(blocks)
