"""The labelled text that the sets are made of, read where it lies; none of it is stored here.

Notes by strangers lie beside the project (`../shared/corpus`). Functions come from the Python
that runs this. Weaknesses and questions come from two packages of PyPI that are used where they
are installed, and are no dependency: `cwe2` (MITRE's CWE list) and `chatterbot-corpus`.

Every text belongs to one half, by a hash of the name of its repository. Where a source is one
repository, a smaller unit stands for it: the folder of a TIL, the top-level module of a function,
the weakness, the answer.
"""

from __future__ import annotations

import ast
import csv
import functools
import hashlib
import importlib.util
import re
import sys
import sysconfig
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

Half = Literal["tune", "report"]
HALVES: tuple[Half, ...] = ("tune", "report")

PROJECT = Path(__file__).resolve().parents[2]
CORPUS = PROJECT.parent / "shared" / "corpus"

_HEADER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_TITLE = re.compile(r"^# +(.+?) *#*$", re.MULTILINE)


class SourceMissingError(Exception):
    """A source of labels is not on this machine; its text says which, and where it comes from."""


def half_of(name: str) -> Half:
    """Return the half to which all texts of the repository `name` belong.

    The salt was chosen before anything was measured, so that both halves hold a large
    repository with `docs/solutions`.
    """
    digest = hashlib.sha256(f"hardwon quality {_SALT} {name}".encode()).digest()
    return HALVES[digest[0] % 2]


_SALT = 2


def order(name: str, *, seed: str = "") -> bytes:
    """Return a key that sorts names at random, the same at each run."""
    return hashlib.sha256(f"{seed} {name}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Note:
    """A note by a stranger.

    Attributes:
        path: In the corpus.
        repository: As `owner__name`; for a TIL with the folder behind it.
        title: Of its front matter, else its first heading.
        body: The rest, without front matter and that heading.
        fields: Its front matter.
    """

    path: str
    repository: str
    title: str
    body: str
    fields: Mapping[str, Any]

    @property
    def half(self) -> Half:
        """Return the half to which its repository belongs."""
        return half_of(self.repository)


def repository_of(path: str) -> str:
    """Return what decides the half of a file of the corpus: its repository, or its TIL folder."""
    _, repository, *rest = path.split("/")
    return f"{repository}/{rest[0]}" if repository.endswith("__til") else repository


@functools.cache
def read_note(path: str) -> Note:
    """Return the note at `path` in the corpus."""
    text = (CORPUS / path).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    fields: dict[str, Any] = {}
    if header := _HEADER.match(text):
        text = text[header.end() :]
        try:
            found = yaml.safe_load(header[1])
        except yaml.YAMLError:
            found = None
        fields = found if isinstance(found, dict) else {}
    title = fields.get("title")
    if heading := _TITLE.search(text):
        title = title or heading[1]
        text = text[: heading.start()] + text[heading.end() :]
    return Note(path, repository_of(path), str(title or ""), text.strip() + "\n", fields)


@functools.cache
def _read_table(name: str) -> tuple[dict[str, str], ...]:
    if not CORPUS.is_dir():
        raise SourceMissingError(
            "the corpus is not beside the project: ../shared/corpus with SOURCES.csv is needed"
        )
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def read_notes(kind: str) -> tuple[Note, ...]:
    """Return the notes of a subfamily of the corpus (`til`, `docs-solutions`), by path.

    Raises:
        SourceMissingError: The corpus is not there.
    """
    rows = _read_table("SOURCES.csv")
    paths = sorted({row["file"] for row in rows if row["subfamily"] == kind})
    return tuple(note for path in paths if (note := read_note(path)).title and note.body.strip())


def read_kinds() -> tuple[str, ...]:
    """Return the names of the subfamilies of episodic notes, sorted."""
    return tuple(sorted({r["subfamily"] for r in _read_table("SOURCES.csv") if r["family"] == "B"}))


def read_described() -> tuple[Note, ...]:
    """Return skills, commands, agents and rules whose front matter describes them, by path."""
    rows = _read_table("SOURCES.csv")
    paths = sorted({row["file"] for row in rows if row["family"] == "C"})
    notes = [read_note(path) for path in paths]
    return tuple(
        note for note in notes
        if isinstance(note.fields.get("description"), str) and note.body.strip()
    )  # fmt: skip


def read_family_paths(families: str) -> tuple[str, ...]:
    """Return the paths of all Markdown files of these families, sorted."""
    rows = _read_table("SOURCES.csv")
    return tuple(sorted(
        row["file"] for row in rows if row["family"] in families and row["file"].endswith(".md")
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A line in which one file of the corpus refers to another."""

    kind: str
    source: str
    target: str
    line: str


def read_links() -> tuple[Link, ...]:
    """Return the links between files of the corpus, as LINKS.csv lists them."""
    rows = _read_table("LINKS.csv")
    return tuple(
        Link(row["kind"], row["from_file"], row["to_file"], row["line"].strip()) for row in rows
    )


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the standard library.

    Attributes:
        module: The top-level module.
        name: Dotted, with its class.
        sentence: The first of its docstring.
        source: Without the docstring and blank lines.
    """

    module: str
    name: str
    sentence: str
    source: str

    @property
    def half(self) -> Half:
        """Return the half to which its module belongs."""
        return half_of(f"python/{self.module}")


# Programs and tests that come with Python, and modules that are imported for a joke.
_NO_LIBRARY = {"test", "idlelib", "lib2to3", "turtledemo", "antigravity", "this", "ensurepip"}
_MIN_SENTENCE_WORDS = 3


@functools.cache
def read_functions() -> tuple[Function, ...]:
    """Return the documented functions of the standard library of this interpreter.

    Of functions whose docstrings begin alike there is one; they are sorted by module.
    """
    root = Path(sysconfig.get_path("stdlib"))
    found: dict[str, Function] = {}
    for module in sorted(sys.stdlib_module_names - _NO_LIBRARY):
        place = root / module
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        for file in files:
            if file.is_file() and not {"test", "tests"} & set(file.parts):
                for one in _functions(module, file.read_text("utf-8", errors="replace")):
                    found.setdefault(one.sentence.casefold(), one)
    return tuple(found.values())


def _functions(module: str, text: str) -> Iterator[Function]:
    lines = text.splitlines()

    def visit(node: ast.AST, names: tuple[str, ...]) -> Iterator[Function]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from visit(child, (*names, child.name))
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                words = ast.get_docstring(child)
                if words is None or child.end_lineno is None:
                    continue
                docs = child.body[0]
                kept = lines[child.lineno - 1 : docs.lineno - 1]
                kept += lines[docs.end_lineno or docs.lineno : child.end_lineno]
                kept = [line for line in kept if line.strip()]
                sentence = first_sentence(words)
                if len(sentence.split()) >= _MIN_SENTENCE_WORDS:
                    name = ".".join((*names, child.name))
                    yield Function(module, name, sentence, "\n".join(kept))

    try:
        tree = ast.parse(text)
    except SyntaxError:  # a module kept as a bad example
        return
    yield from visit(tree, ())


def first_sentence(text: str) -> str:
    """Return the first sentence of a paragraph, on one line."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z(`])", paragraph)[0]


@dataclass(frozen=True, slots=True)
class Weakness:
    """An entry of the CWE list.

    Attributes:
        number: Its number, as text.
        name: What it is called.
        text: Description and what follows it, paragraphs parted by blank lines.
        incidents: What was observed, as (name of the CVE, one or two sentences); those alone
            that the list gives to no other weakness too.
    """

    number: str
    name: str
    text: str
    incidents: tuple[tuple[str, str], ...]

    @property
    def half(self) -> Half:
        """Return the half to which it belongs by its number."""
        return half_of(f"cwe/{self.number}")


_NUMBERS = re.compile(r"\s*[\[(](?:CWE-\d+[,;/ ]*)+[\])]|\bCWE-\d+:?")


@functools.cache
def read_weaknesses() -> tuple[Weakness, ...]:
    """Return the weaknesses of the CWE list, by number.

    Raises:
        SourceMissingError: The package cwe2 is not installed.
    """
    files = sorted(_package("cwe2").rglob("cwec_v*.xml"))
    if not files:
        raise SourceMissingError("this version of the package cwe2 holds no CWE list as XML")
    root = ET.parse(files[-1]).getroot()
    space = {"c": root.tag.split("}")[0].strip("{")}

    def words(node: ET.Element | None) -> str:
        text = " ".join("".join(node.itertext()).split()) if node is not None else ""
        return _NUMBERS.sub("", text).strip()

    entries = []
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for entry in root.iterfind("c:Weaknesses/c:Weakness", space):
        if entry.get("Status") == "Deprecated":
            continue
        number = entry.attrib["ID"]
        observed = []
        for one in entry.iterfind("c:Observed_Examples/c:Observed_Example", space):
            name = words(one.find("c:Reference", space))
            observed.append((name, words(one.find("c:Description", space))))
            owners[name].add(number)
        paragraphs = [words(entry.find(f"c:{tag}", space)) for tag in _WEAKNESS_PARTS]
        text = "\n\n".join(filter(None, paragraphs))
        entries.append((number, entry.attrib["Name"], text, observed))
    return tuple(
        Weakness(number, name, text, tuple(one for one in seen if len(owners[one[0]]) == 1))
        for number, name, text, seen in sorted(entries, key=lambda entry: int(entry[0]))
    )


_WEAKNESS_PARTS = ("Description", "Extended_Description", "Background_Details/c:Background_Detail")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer."""

    question: str
    answer: str

    @property
    def half(self) -> Half:
        """Return the half to which the answer belongs by its words."""
        return half_of(f"answer/{self.answer}")


# The topics about computers; the others are small talk.
_TOPICS = ("ai", "coding", "computers", "science", "tech_support")


@functools.cache
def read_questions() -> tuple[Question, ...]:
    """Return questions about computers with their answers, each once, in the order of the files.

    Raises:
        SourceMissingError: The package chatterbot-corpus is not installed.
    """
    folder = _package("chatterbot_corpus") / "data" / "english"
    found: dict[str, Question] = {}
    for topic in _TOPICS:
        text = (folder / f"{topic}.yml").read_text(encoding="utf-8")
        for question, answer, *_ in yaml.safe_load(text)["conversations"]:
            found.setdefault(str(question).casefold(), Question(str(question), str(answer).strip()))
    answers = defaultdict(list)
    for one in found.values():
        answers[one.answer].append(one)
    return tuple(one for same in answers.values() if len(same) == 1 for one in same)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SourceMissingError(
            f"the package {name.replace('_', '-')} is not installed: pip install it to measure this"
        )
    return Path(spec.origin).parent
