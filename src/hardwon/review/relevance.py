"""Which patterns a change is about, by the names that its added lines use.

A pattern names what it is about in its code examples and in code spans: functions that are
called, modules that are imported, options that are set. Names that an example makes up for itself
(its variables, its functions) say nothing about another code, and names such as `get` are used by
all. Comments, strings, tests and texts are no use of a name.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardwon.learning.words import STOP_WORDS, identifier_parts, stem
from hardwon.model.change import ChangedFile
from hardwon.model.globs import matches_globs
from hardwon.model.languages import language_named, language_of
from hardwon.model.pattern import Pattern
from hardwon.model.review import Cause

# A pattern is about a change from this sum of weights on: one name that no other pattern holds, or
# several that are less telling.
ENOUGH = 1.0
# Of one that has detectors, which know better, names must tell more.
ENOUGH_BESIDE_DETECTORS = 1.5
_CODE, _PROSE = 1.0, 0.4
_NAMED = 1.2  # in a code span of the prose: somebody meant this very name

_NOT_CODE = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|/\*[\s\S]*?\*/'
    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(?:#|//)[^\n]*'
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_IMPORT = re.compile(
    r"^.*?\bfrom\s+['\"]([^'\"]+)['\"]|^.*?\brequire\(\s*['\"]([^'\"]+)['\"]"
    r"|^\s*from\s+([\w.]+)\s+import\b|^\s*import\s+([\w.]+)"
)
# What an example makes up: it is assigned, defined or looped over there.
_DEFINED = re.compile(
    r"\b(?:def|class|function|interface|type|const|let|var|for|as|async\s+def)\s+([A-Za-z_$][\w$]*)"
    r"|^\s*([A-Za-z_$][\w$]*)\s*(?::[^=\n]+)?=(?!=)|\bfor\s*\(\s*(?:const|let)\s+([A-Za-z_$][\w$]*)",
    re.M,
)
_PARAMETERS = re.compile(r"\bdef\s+\w+\(([^)]*)\)|\bfunction\s+\w*\(([^)]*)\)|\(([\w\s,]*)\)\s*=>")
_SPAN = re.compile(r"`([^`\n]+)`")
_TEXTS = (".md", ".txt", ".rst", ".adoc", ".lock", ".csv", ".svg", ".json")
_TEST = re.compile(
    r"(^|/)(tests?|spec|__tests__|e2e|fixtures)/|(^|/)(test_|tests\.py$|conftest\.py$)"
    r"|[._-](test|spec|tests)\.\w+$"
)

# Words of the languages themselves, and names that all code uses, or all of a framework: a project
# that has one has it everywhere.
COMMON = frozenset(
    """abstract and any args as assert async await bool boolean break case catch class cls console
    const constructor continue data def default delete dict do elif else enum error except exports
    extends false final finally float for from func function get global id if implements import in
    index init int interface is item items key keys kwargs lambda len let list log main map match
    module name new none not null number object of or package pass path print private property
    protected public raise range readonly request res req response result return self set static
    str string super switch this throw true try type typeof undefined use user value values var
    void while with yield add all append close count create exists filter first find findall
    format insert join json last load open order pop post push put query read remove replace run
    save send size sort split start status step stop strip test then title to_dict update url
    write text date time models model views view app db session message code content body props
    state on off next each end options config params field fields
    django flask fastapi starlette rest_framework sqlalchemy pydantic express react nestjs prisma
    typeorm sequelize vue angular axios requests http https logging logger getlogger debug info
    warn warning utils helpers types typing pathlib datetime timezone shortcuts objects""".split()
)


# Languages in which the same libraries are used.
_FAMILY = {"typescript": "javascript", "tsx": "javascript", "kotlin": "java", "cpp": "c"}


@dataclass(frozen=True, slots=True)
class Use:
    """Where a file that changed first uses a name."""

    name: str
    path: str
    line: int


def is_code(path: str) -> bool:
    """Return whether a file is code under review: no text, and no test."""
    return not path.endswith(_TEXTS) and not _TEST.search(path)


def uses_of(files: Iterable[ChangedFile]) -> dict[str, list[Use]]:
    """Return the names that the added lines of code use, folded: first place in each file."""
    found: dict[str, dict[str, Use]] = {}
    for file in files:
        if is_code(file.path):
            added = file.added
            for line, text in _code_lines(file, added).items():
                for name in (*_imported(added[line]), *_NAME.findall(text)):
                    places = found.setdefault(name.casefold(), {})
                    places.setdefault(file.path, Use(name, file.path, line))
    return {name: list(places.values()) for name, places in found.items()}


def _code_lines(file: ChangedFile, added: Mapping[int, str]) -> dict[int, str]:
    """Return the added lines without comments and strings."""
    if file.new_text is None:
        return {line: _NOT_CODE.sub(" ", text) for line, text in added.items()}
    plain = _NOT_CODE.sub(lambda found: "\n" * found[0].count("\n"), file.new_text)
    lines = plain.split("\n")
    return {line: lines[line - 1] for line in added if line <= len(lines)}


def _imported(line: str) -> Iterator[str]:
    found = _IMPORT.match(line)
    module = next(filter(None, found.groups()), None) if found else None
    if module is not None and not module.startswith("."):
        yield from re.split(r"[./@]+", module.strip("./@"))


def bound_of(pattern: Pattern) -> float:
    """Return the sum of weights from which a pattern is about a change for its names alone."""
    return ENOUGH_BESIDE_DETECTORS if pattern.detectors else ENOUGH


class Relevance:
    """What the patterns of a memory are about, for holding changes against them."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._names = [_names_of(pattern) for pattern in patterns]
        self._patterns = patterns
        self._holders: dict[str, int] = {}
        for name in itertools.chain.from_iterable(self._names):
            self._holders[name] = self._holders.get(name, 0) + 1

    def weigh(
        self, uses: Mapping[str, Sequence[Use]]
    ) -> Iterator[tuple[Pattern, list[tuple[Cause, float]]]]:
        """Yield each pattern of which a name is used, with the uses and how telling each is.

        The most telling comes first; from the sum `bound_of` on the pattern is about the change.
        What a pattern's globs leave out is no use, nor is what stands in another language than
        all of its examples.
        """
        parts: dict[str, list[Use]] = {}
        for use in itertools.chain.from_iterable(uses.values()):
            for part in re.split(r"_+", "_".join(identifier_parts(use.name))):
                if len(part) > 3:
                    parts.setdefault(stem(part.casefold()), []).append(use)
        for pattern, names in zip(self._patterns, self._names, strict=True):
            weights: dict[Use, float] = {}
            languages = _languages_of(pattern)
            for name, weight in names.items():
                held = parts if name.startswith("~") else uses
                places = held.get(name.removeprefix("~"), ())
                place = next((p for p in places if _is_for(pattern, languages, p.path)), None)
                if place is not None:
                    value = weight * self._rarity(name)
                    weights[place] = max(value, weights.get(place, 0.0))
            ranked = sorted(weights, key=lambda use: (-weights[use], use.path, use.line, use.name))
            if ranked:
                yield pattern, [(_cause(use), round(weights[use], 4)) for use in ranked]

    def _rarity(self, name: str) -> float:
        return 1 / (1 + math.log(self._holders[name]))


def _languages_of(pattern: Pattern) -> frozenset[str]:
    """Return the families of languages of a pattern's examples; empty where none is known."""
    known = (language_named(code.language) for code in pattern.code)
    return frozenset(_FAMILY.get(one, one) for one in known if one is not None)


def _is_for(pattern: Pattern, languages: frozenset[str], path: str) -> bool:
    language = language_of(path)
    is_spoken = not languages or language is None or _FAMILY.get(language, language) in languages
    return is_spoken and matches_globs(path, pattern.applies_to)


def _cause(use: Use) -> Cause:
    return Cause(f"adds `{use.name}`", use.path, use.line, "identifier")


def _names_of(pattern: Pattern) -> dict[str, float]:
    """Return the names that a pattern is about, folded; stems of its name's words behind `~`."""
    names: dict[str, float] = {}
    for code in pattern.code:
        plain = _NOT_CODE.sub(" ", code.text)
        own = {name for found in _DEFINED.findall(plain) for name in found}
        for found in _PARAMETERS.findall(plain):
            own.update(_NAME.findall(" ".join(found)))
        imported = [name for line in code.text.splitlines() for name in _imported(line)]
        for name in (*imported, *_NAME.findall(plain)):
            if name not in own or name in imported:
                _add(names, name, _CODE)
    prose = "\n".join(filter(None, (pattern.pattern, pattern.context, pattern.why)))
    for span in _SPAN.findall(prose):
        for name in _NAME.findall(span):
            _add(names, name, _NAMED)
    for name in _NAME.findall(pattern.name):
        word = name.casefold()
        if word not in STOP_WORDS and word not in COMMON and len(word) > 3:
            names["~" + stem(word)] = _PROSE
    return names


def _add(names: dict[str, float], name: str, weight: float) -> None:
    folded = name.casefold()
    is_common = folded in COMMON or folded in STOP_WORDS or folded.startswith("__")
    if len(folded) > 2 and not is_common:
        names[folded] = max(weight, names.get(folded, 0.0))
