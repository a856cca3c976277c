"""Real files that a person read: an import must find in them what the person found."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from conftest import CORPUS, PROJECT, needs_corpus
from hardwon.actions.import_reading import read_foreign
from hardwon.files.foreign import ForeignFile

SAMPLES = sorted((PROJECT / "tests" / "corpus").glob("imports*.json"))
FILES = [
    entry for sample in SAMPLES for entry in json.loads(sample.read_text(encoding="utf-8"))["files"]
]


@needs_corpus
@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_finds_what_a_person_found(entry: dict[str, Any]) -> None:
    data = (CORPUS / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    (reading,) = read_foreign([ForeignFile(CORPUS, entry["file"], entry["path"])])
    found = reading.foreign.found if reading.foreign is not None else ()
    assert (reading.foreign.family if reading.foreign is not None else None) == entry["family"]
    assert [f"{one.kind}: {one.title}" for one in found] == entry["found"]
    if "dates" in entry:
        assert [one.date.iso if one.date else None for one in found] == entry["dates"]
