"""No text ends an import, takes long, or changes what the memory says."""

from __future__ import annotations

import time

import pytest

from adopting import adopt_into
from hardwon.actions.import_reading import _decoded, read_text
from hardwon.errors import UnreadableFileError
from hardwon.files.folder import decode
from hardwon.markup.pages import parse_page
from hardwon.model.adoption import Origin, Reading
from hostile import QUICK, SHAPES, Shape

BOOK = "semantic/patterns/dev-patterns.md"
OWN = "# Patterns\n\n## Small commits\n\n**Confidence:** LOW\n**Pattern:**\nOne idea.\n"
# Names by which readers take a text that says nothing of itself.
NAMES = (
    "tasks/lessons.md", "AGENTS.md", ".cursor/rules/x.mdc", "skills/x/SKILL.md",
    "docs/solutions/patterns/critical-patterns.md", "memory/episodic/x.md",
    "memory/procedural/checklists/x.md", "docs/patterns/x.md", ".claude/commands/x.md",
)  # fmt: skip
SECONDS = 20.0  # of processor time for one text by all names; the slowest takes a tenth of it


TEXTS = [shape for shape in SHAPES if shape.data is not None]


@pytest.mark.parametrize("shape", TEXTS[::20], ids=lambda shape: shape.name)
def test_some_shapes_break_no_import(shape: Shape) -> None:
    import_by_all_names(shape)


@pytest.mark.slow
@pytest.mark.parametrize("shape", TEXTS, ids=lambda shape: shape.name)
def test_no_shape_breaks_an_import(shape: Shape) -> None:
    import_by_all_names(shape)


def import_by_all_names(shape: Shape) -> None:
    try:
        text = decode(shape.content(QUICK), "x.md")
    except UnreadableFileError:
        return
    started = time.process_time()
    readings = []
    for number, name in enumerate(NAMES):
        foreign, notes = _decoded(read_text(name, text), name)
        if foreign is not None:
            readings.append(Reading(Origin(name, f"{number:064x}"), foreign, notes))
    adoption, after = adopt_into({BOOK: OWN}, readings)
    assert time.process_time() - started < SECONDS
    before, now = parse_page(OWN, BOOK), parse_page(after[BOOK], BOOK)
    assert now.patterns[0] == before.patterns[0]
    assert all(pattern.claim is None or pattern.examples for pattern in now.patterns[1:])
    assert adopt_into(after, readings)[0].files == ()
    for source in adoption.sources:
        assert len(source.adopted) == len(source.reading.foreign.found)  # type: ignore[union-attr]
