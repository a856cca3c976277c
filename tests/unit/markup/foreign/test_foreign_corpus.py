"""Real files: what a person read in some, and that none of them stops a reader."""

from __future__ import annotations

import csv
import hashlib
import json
import time

import pytest

from conftest import CORPUS, PROJECT, needs_corpus
from foreign import read_foreign

SAMPLE = json.loads((PROJECT / "tests" / "corpus" / "imports_more.json").read_text("utf-8"))
# Seconds of processor time for all readers together: some to begin with, and some a character.
BASE, EACH = 2.0, 50e-6


@needs_corpus
@pytest.mark.parametrize("entry", SAMPLE["files"], ids=lambda entry: entry["file"])
def test_reads_what_a_person_read(entry: dict) -> None:
    data = (CORPUS / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    foreign = read_foreign(entry["path"], data.decode("utf-8"))
    assert (foreign.family if foreign is not None else None) == entry["family"]
    found = foreign.found if foreign is not None else ()
    assert [f"{one.kind.value}: {one.title}" for one in found] == entry["found"]


@needs_corpus
@pytest.mark.slow
def test_every_file_is_read_in_time() -> None:
    with (CORPUS / "SOURCES.csv").open(encoding="utf-8", newline="") as rows:
        files = [(row["file"], row["src_path"] or row["file"]) for row in csv.DictReader(rows)]
    read = 0
    for file, path in files:
        if not (CORPUS / file).is_file():
            continue
        text = (CORPUS / file).read_bytes().decode("utf-8", "replace")
        start = time.process_time()
        read_foreign(path, text)
        assert time.process_time() - start < BASE + EACH * len(text), file
        read += 1
    assert read > 3000
