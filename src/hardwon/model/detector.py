"""Detectors: rules by which a pattern checks code itself, and what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hardwon.model.review import Fix

# A fact by the pattern that it belongs to (file of the memory, name) and its id.
FactKey = tuple[str, str, str]


class DetectorRole(StrEnum):
    """What a match of a detector says."""

    VIOLATES = "violates"  # the pattern is broken there
    FOLLOWS = "follows"  # it was followed there
    APPLIES = "applies"  # somebody must look whether it was
    FACT = "fact"  # a value that conditions of the same pattern ask for


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold of a match.

    Attributes:
        subject: What is asked about, a template; "" asks whether a fact has any value at all.
        facts: Ids of facts of the same pattern; their values count as one set.
        holds: Whether the subject must be among the values (or any be there), or must not.
    """

    subject: str
    facts: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class WordCondition:
    """Words that must stand in a text, or must not.

    Attributes:
        subject: Template of the text; what stands between `__`, blanks and signs are its words.
        words: Templates of the words.
        holds: Whether all of them must be there, or none may be.
    """

    subject: str
    words: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Detector:
    """A rule of ast-grep, and what its matches mean.

    A template is a text with metavariables as `$NAME`, or `=word` for that word itself.

    Attributes:
        id: Name within the pattern; facts of one id are one fact.
        role: What a match says.
        languages: Names out of `languages.LANGUAGES`, or `languages.TEXT` alone.
        files: Globs of paths from the top of the repository; one that begins with `!` leaves out.
        rule: What ast-grep takes: `rule`, and `constraints`, `utils` and `transform` if given;
            data as JSON has it. Of a rule for text: `regex`, and `inside` and `ignore` if given.
        at: Metavariable at which a match stands; "" for the whole match.
        also: Metavariables that count as well.
        where: What must hold besides; all of it. Facts ask for others in no circle.
        words: Likewise.
        value: Of a fact: a template.
        fences: Of a rule for text: the languages of the examples on which it is tried.
        message: One line, with `$NAME` where the text of a metavariable belongs.
        fix: What takes the place of the whole match, likewise; None for no rewrite.
        pattern: Name of the pattern that it belongs to.
        path: File of the pattern, relative to the memory folder.
        line: 1-based line at which it begins.
    """

    id: str
    role: DetectorRole
    languages: tuple[str, ...]
    rule: Mapping[str, Any] = field(hash=False)
    files: tuple[str, ...] = ()
    at: str = ""
    also: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    words: tuple[WordCondition, ...] = ()
    value: str = ""
    fences: tuple[str, ...] = ()
    message: str = ""
    fix: str | None = None
    pattern: str = ""
    path: str = ""
    line: int = 0

    def key_of(self, fact: str) -> FactKey:
        """Return the key of the fact with the id `fact` of the same pattern."""
        return self.path, self.pattern, fact

    def asked(self) -> set[FactKey]:
        """Return the keys of the facts that the conditions ask for."""
        return {self.key_of(fact) for condition in self.where for fact in condition.facts}


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a detector found, with all its conditions met.

    Attributes:
        detector: What found it.
        path: Of the file, from the top of the repository.
        line: 1-based line of the new file: the first changed one of what was found.
        column: 1-based, in characters; that of the first character on `line` that belongs to it.
        end_line: 1-based last line of what was found.
        end_column: 1-based first character behind it.
        evidence: The text of `line`, without blanks around it.
        message: What the detector says of it, on one line.
        fix: The rewrite that it proposes.
        unknown: Ids of facts that its conditions need and nobody knows: it is a question, then,
            whatever the detector's role.
    """

    detector: Detector
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    evidence: str
    message: str
    fix: Fix | None = None
    unknown: tuple[str, ...] = ()
