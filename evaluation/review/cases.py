"""Labelled changes: what a file was, what it became, and what a review must say of it.

A case is one text file: a TOML head, then `=== base PATH`, `=== new PATH` and `=== gone PATH`
with the whole text of each file. A new line on which a finding should stand ends in `«name»`; one
on which a finding is right as well ends in `«name?»`. The marks are taken off.

The rules were made while looking at the cases in `cases/`, the half `tune`. Those in
`cases/unseen/`, the half `report`, are for measuring only.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "cases"
UNSEEN = "unseen"
# Names in the labels → names of the patterns.
PATTERNS = {
    "n-plus-one": "N+1 Query Prevention",
    "foreign-key-index": "PostgreSQL Index on Foreign Keys",
    "transaction": "Database Transaction Safety for Critical Operations",
    "error-context": "Error Logging with User Context",
    "error-response": "API Error Response Structure",
    "proactive-refresh": "Proactive JWT Token Refresh",
    "mobile-lifetime": "JWT Refresh Tokens for Mobile Apps",
}
Half = Literal["tune", "report"]

_SECTION = re.compile(r"^=== (base|new|gone) (\S.*)$")
_MARK = re.compile(r"\s*«([a-z0-9-]+)(\??)»\s*$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled line.

    Attributes:
        pattern: Name of the pattern.
        path: The file.
        line: 1-based, of the new file.
        is_main: Whether a finding should stand there; else one may.
    """

    pattern: str
    path: str
    line: int
    is_main: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A change with its labels.

    Attributes:
        name: Of its file, without the ending.
        half: What it may be used for: to make rules, or only to measure them.
        about: What the change does.
        framework: In what style it is written.
        pair: What both halves of a pair have in common; None for a single one.
        applies: Names of the patterns that a reviewer would think about.
        base: Path → text before.
        new: Path → text now; None for a deleted file.
        marks: In the order of the file.
    """

    name: str
    half: Half
    about: str
    framework: str
    pair: str | None
    applies: frozenset[str]
    base: dict[str, str]
    new: dict[str, str | None]
    marks: tuple[Mark, ...]

    def write(self, folder: Path) -> None:
        """Make a repository of it: what was is committed, what is lies in the working tree."""
        _git(folder, "init", "-q", "-b", "main")
        for path, text in self.base.items():
            _write(folder / path, text)
        _git(folder, "add", "-A")
        _git(folder, "-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm",
             "before", "--allow-empty")  # fmt: skip
        for path, new in self.new.items():
            if new is None:
                (folder / path).unlink()
            else:
                _write(folder / path, new)


def read_cases(half: Half | None = None) -> Iterator[Case]:
    """Yield the cases of one half, or all, by their names."""
    folders = {"tune": [FOLDER], "report": [FOLDER / UNSEEN], None: [FOLDER, FOLDER / UNSEEN]}
    files = [file for folder in folders[half] for file in folder.glob("*.txt")]
    yield from map(read_case, sorted(files, key=lambda file: (file.name, file.parent.name)))


def read_case(file: Path) -> Case:
    """Return the case in a file; raises ValueError for one that is not written as it should be."""
    head: list[str] = []
    sections: list[tuple[str, str, list[str]]] = []
    for line in file.read_text(encoding="utf-8").split("\n"):
        if found := _SECTION.match(line):
            sections.append((found[1], found[2].strip(), []))
        else:
            (sections[-1][2] if sections else head).append(line)
    facts = tomllib.loads("\n".join(head))
    base: dict[str, str] = {}
    new: dict[str, str | None] = {}
    marks: list[Mark] = []
    for kind, path, lines in sections:
        if kind == "gone":
            new[path] = None
            continue
        plain = []
        for number, line in enumerate(lines, start=1):
            if found := _MARK.search(line):
                marks.append(Mark(PATTERNS[found[1]], path, number, not found[2]))
            plain.append(line[: found.start()] if found else line)
        text = "\n".join(plain).rstrip("\n") + "\n"
        if kind == "base":
            base[path] = text
        else:
            new[path] = text
    return Case(
        file.stem,
        "report" if file.parent.name == UNSEEN else "tune",
        facts["about"],
        facts["framework"],
        facts.get("pair"),
        frozenset(PATTERNS[name] for name in facts["applies"]),
        base,
        new,
        tuple(marks),
    )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)
