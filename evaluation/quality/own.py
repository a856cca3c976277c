"""Sets in our own words, which need no corpus: for the short run that `make test` does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from evaluation.quality.sets import Asked, MatchSet, Query, SearchSet, StreamSet, plain, write_shelf
from evaluation.quality.sources import PROJECT

_TEXTS = Path(__file__).with_name("own.toml")
_PAGES = ("architecture.md", "checks.md", "reliability.md")
_SECTION = re.compile(r"^(?=#{2,3} )", re.MULTILINE)


def own_search() -> SearchSet:
    """Return statements of a group → the others of it, and headings of our pages → sections.

    A heading counts where it has two words or more, and its section follows without it.
    """
    documents, queries = {}, []
    for group in _read()["group"]:
        paths = [f"episodic/code/x{len(documents) + n:04}.md" for n in range(len(group["notes"]))]
        documents |= {
            path: f"# {note}\n\n{group['text']}\n"
            for path, note in zip(paths, group["notes"], strict=True)
        }
        queries.append(Query(group["name"], dict.fromkeys(paths, 1)))
    for page in _PAGES:
        text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
        for section in _SECTION.split(text)[1:]:
            heading, _, body = section.partition("\n")
            path = f"episodic/code/x{len(documents):04}.md"
            documents[path] = body.strip() + "\n"
            words = plain(heading)
            if len(words.split()) > 1 and len(body.split()) > 20:
                queries.append(Query(words, {path: 1}))
    return SearchSet("own", "tune", documents, queries)


def own_match() -> MatchSet:
    """Return a memory with two examples of each group but the last; what is left is asked."""
    texts = _read()
    *known, strange = texts["group"]
    shelf = [(group["name"], group["text"], _asked(group["notes"][:2], None)) for group in known]
    asked = [note for group in known for note in _asked(group["notes"][2:], group["name"])]
    asked += _asked(strange["notes"], None)
    asked += _asked([one["text"] for one in texts["single"]], None)
    return MatchSet("own", "tune", write_shelf(shelf), [name for name, _, _ in shelf], asked)


def own_stream() -> StreamSet:
    """Return all statements, those of the groups by turns."""
    texts = _read()
    turns = zip(*(_asked(group["notes"], group["name"]) for group in texts["group"]), strict=True)
    notes = [note for turn in turns for note in turn]
    notes += [Asked(one["text"], one["text"], one["text"]) for one in texts["single"]]
    return StreamSet("own", "tune", notes)


def _asked(notes: list[str], pattern: str | None) -> list[Asked]:
    return [Asked(note, note, pattern) for note in notes]


def _read() -> dict[str, list[dict[str, str | list[str]]]]:
    return tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
