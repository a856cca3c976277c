"""Detectors: rules by which a pattern checks code itself, and what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hardwon.model.review import Fix

# A fact by the pattern that it belongs to (file of the memory, name) and its id.
FactKey = tuple[str, str, str]
Facts = Mapping[FactKey, frozenset[str]]
"""What is known of a checkout; a fact that is missing here is unknown."""


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
        subject: What is asked about: metavariables as `$NAME`, perhaps with text around them, or
            a text without any. "" asks whether a fact has any value at all.
        facts: Ids of facts of the same pattern; their values count as one set.
        holds: Whether the subject must be among the values (or any be there), or must not.
        words: Instead of facts: texts like `subject`, of which each must be a word of it, or none.
    """

    subject: str
    facts: tuple[str, ...]
    holds: bool
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Detector:
    """A rule of ast-grep, and what its matches mean.

    Attributes:
        id: Name within the pattern; facts of one id are one fact.
        role: What a match says.
        languages: Names out of `languages.LANGUAGES`; `languages.TEXT` alone for a rule that looks
            at the text.
        files: Globs of paths from the top of the repository; one that begins with `!` leaves out.
        rule: What ast-grep takes: `rule`, and `constraints`, `utils` and `transform` if given;
            data as JSON has it. Of a rule that looks at the text: `regex`, and `inside` and
            `ignore` if given, as Python takes them.
        at: Metavariable at which a match stands; "" for the whole match.
        also: Metavariables that count as well.
        where: What must hold besides; all of it.
        origin: What must be known of the place that a value comes from; None for nothing. `of`:
            the metavariable that stands for the value. `has`: a rule that one of the expressions
            which make the value must match, `lacks`: one that none may. `collect`: metavariable →
            a rule; it stands for the words of all that matches within them.
        value: Of a fact: metavariables as `$NAME`, perhaps with text around them, or a text.
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
    origin: Mapping[str, Any] | None = field(default=None, hash=False)
    value: str = ""
    message: str = ""
    fix: str | None = None
    pattern: str = ""
    path: str = ""
    line: int = 0

    def key_of(self, fact: str) -> FactKey:
        """Return the key of the fact with the id `fact` of the same pattern."""
        return self.path, self.pattern, fact


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
