"""Forty real files, read by hand: the reader must find what a person found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardwon.markup.pages import parse_page

HERE = Path(__file__).parent.parent
CORPUS = HERE.parent.parent / "shared" / "corpus"
SAMPLE = json.loads((HERE / "corpus" / "sample.json").read_text(encoding="utf-8"))["files"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
@pytest.mark.parametrize("entry", SAMPLE, ids=lambda entry: entry["file"])
def test_reads_what_a_person_read(entry: dict) -> None:
    text = (CORPUS / entry["file"]).read_bytes().decode("utf-8")
    page = parse_page(text, entry["file"].split("/", 1)[1])
    patterns = [
        {
            "name": pattern.name,
            "line": pattern.line,
            "claimed_confidence": pattern.claim.confidence if pattern.claim else None,
            "claimed_examples": pattern.claimed_examples,
            "examples": len(pattern.examples),
            "unlisted_examples": pattern.unlisted_examples,
            "counter_examples": len(pattern.counter_examples),
            "last_reinforced": pattern.last_reinforced.iso if pattern.last_reinforced else None,
            "time_saved_minutes": pattern.time_saved_minutes,
            "sources": len(pattern.sources),
            "unlisted_sources": pattern.unlisted_sources,
        }
        for pattern in page.patterns
    ]
    experiences = [
        {
            "title": experience.title,
            "line": experience.line,
            "date": experience.date.iso if experience.date else None,
            "date_origin": experience.date_origin,
            "project": experience.project,
            "outcome": experience.outcome,
            "tags": list(experience.tags),
            "lessons": len(experience.lessons),
            "patterns": [ref.name for ref in experience.patterns],
        }
        for experience in page.experiences
    ]
    assert page.role == entry["role"]
    assert _only_known(patterns, entry["patterns"]) == entry["patterns"]
    assert _only_known(experiences, entry["experiences"]) == entry["experiences"]


def _only_known(found: list[dict], expected: list[dict]) -> list[dict]:
    """Leave out the keys that the person left out as undecidable."""
    known = [{k: v for k, v in f.items() if k in e} for f, e in zip(found, expected, strict=False)]
    return known + found[len(expected) :]
