"""Foreign files for tests: read, and adopted into a memory that exists in memory only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from hardwon.learning.adopt import adopt
from hardwon.markup.foreign.table import recognise
from hardwon.markup.pages import read_page
from hardwon.model.adoption import Adoption, Origin, Reading
from hardwon.model.foreign import Foreign, Found
from hardwon.model.settings import Settings
from hardwon.model.snapshot import Snapshot


def reading_of(path: str, text: str) -> Reading:
    """Return a foreign file as its reader gives it."""
    foreign = recognise(path, text)
    assert foreign is not None, path
    return reading_with(*foreign.found, path=path, text=text, family=foreign.family)


def reading_with(
    *found: Found, path: str = "notes/x.md", text: str = "", family: str = "made"
) -> Reading:
    """Return a foreign file that holds `found`."""
    digest = hashlib.sha256((path + text).encode("utf-8", "surrogatepass")).hexdigest()
    return Reading(Origin(path, digest), Foreign(family, found))


def adopt_into(
    texts: Mapping[str, str], readings: Sequence[Reading], *, domain: str | None = None
) -> tuple[Adoption, dict[str, str]]:
    """Return what importing into a memory with `texts` does, and its texts afterwards."""
    pages = tuple(read_page(text, path) for path, text in sorted(texts.items()))
    adoption = adopt(Snapshot(pages), readings, texts.__getitem__, Settings(), domain=domain)
    after = dict(texts)
    for file in adoption.files:
        assert file.new is not None
        assert texts.get(file.path) == file.old
        after[file.path] = file.new
    return adoption, after


def described(path: str, foreign: Foreign | None) -> dict[str, Any]:
    """Return all that a file holds as plain data, without what is empty."""
    if foreign is None:
        return {}
    assert all(fault.path == path for fault in foreign.faults)
    return _full(
        family=foreign.family,
        found=[
            _full(
                kind=one.kind.value,
                title=one.title,
                line=one.line,
                date=one.date.iso if one.date else None,
                project=one.project,
                domain=one.domain,
                parts=dict(one.parts),
                body=one.body,
                examples=list(one.examples),
                tags=list(one.tags),
                scores=dict(one.scores),
            )
            for one in foreign.found
        ],
        faults=[f"{fault.line} {fault.message}" for fault in foreign.faults],
    )


def _full(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
