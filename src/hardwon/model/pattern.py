"""A pattern and its parts, as its author wrote them: counted nothing, believed nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hardwon.model.detector import Detector
from hardwon.model.values import Confidence, Dialect, Fault, PartialDate, Span


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled part of a pattern or an experience.

    Attributes:
        key: Name of the field in docs/format.md; "" for one of the author's own, and for a
            second field of one name.
        label: The label as written.
        text: Markdown of the value, common indentation removed.
        line: 1-based line of the label.
        span: Lines of label and value.
        dialect: How it is written.
        value_line: 1-based line on which the value begins (`line`, when beside the label).
    """

    key: str
    label: str
    text: str
    line: int
    span: Span
    dialect: Dialect
    value_line: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A confidence that somebody wrote down.

    Attributes:
        text: The words as written.
        confidence: The level that they name, or None for a word that is not known.
        fraction: 0.0 to 1.0, where a number was written instead of a word.
        line: 1-based.
        inherited: True when it comes from a group heading above the pattern.
    """

    text: str
    confidence: Confidence | None
    fraction: float | None
    line: int
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """One listed sighting of a pattern (or, in `counter_examples`, of its failure).

    Attributes:
        text: The item as written, on one line, without its marker.
        line: 1-based.
        span: Lines of the item.
        project: What stands before the first dash, when something does.
        date: The date in brackets, or another one in the text.
        outcome: What follows the date.
    """

    text: str
    line: int
    span: Span
    project: str | None = None
    date: PartialDate | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A reference to an experience: one that an example came from, or one that is refused.

    Attributes:
        text: The item as written, with a remark behind the path; without the mark of `by_text`.
        target: Path or note name in it, without `memory/` in front.
        line: 1-based.
        by_text: Whether learning listed it unasked, on the strength of its text alone, and
            nobody has confirmed it: `(by its text)` stands behind the path.
    """

    text: str
    target: str
    line: int
    by_text: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block of a pattern.

    Attributes:
        language: First word behind the fence, "" when none.
        role: "bad", "good", "context" or "example", from the info string or ❌/✅ comments; context
            is what stands around the bad and the good ones.
        text: The code.
        line: 1-based line of the opening fence.
    """

    language: str
    role: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Related:
    """A named neighbour of a pattern, as written; `name` is without suffix and brackets."""

    text: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one place of a book says about one pattern.

    Attributes:
        name: Heading without numbering, emoji and "Pattern:".
        slug: Name in lower case with hyphens, as in links and file names.
        path: File, relative to the memory folder.
        line: 1-based line of the heading or list item.
        span: Lines of the pattern, up to the next heading that is not its own.
        level: Depth of the heading, 1 to 6; 0 for a list item.
        dialect: How its confidence and count are written.
        fields: All labelled parts, in order.
        claim: The confidence that its author states.
        claimed_examples: The count that its author states.
        claimed_examples_line: 1-based line of that count.
        examples: Distinct listed sightings, in order.
        unlisted_examples: N of "[... and N more ...]".
        repeated_examples: Items that repeat an earlier one, not counted.
        time_saved_minutes: Whole minutes that one use saves; of a range the lower end.
        detection: How people notice that it was not followed, without the detectors.
        detectors: Rules by which a program notices, in the order of the text.
        applies_to: Globs of the files that it is about.
        refused: Notes of which a person says that they are no examples.
        faults: What could not be read of it: detectors.
        extra: Fields with a name of the author's own, and second fields of one name.
    """

    name: str
    slug: str
    path: str
    line: int
    span: Span
    level: int
    dialect: Dialect
    fields: tuple[Field, ...] = ()
    claim: Claim | None = None
    claimed_examples: int | None = None
    claimed_examples_line: int | None = None
    last_reinforced: PartialDate | None = None
    last_reinforced_line: int | None = None
    time_saved_minutes: int | None = None
    time_saved_note: str | None = None
    context: str | None = None
    pattern: str | None = None
    why: str | None = None
    detection: str | None = None
    examples: tuple[Example, ...] = ()
    unlisted_examples: int = 0
    repeated_examples: tuple[Example, ...] = ()
    counter_examples: tuple[Example, ...] = ()
    code: tuple[Code, ...] = ()
    related: tuple[Related, ...] = ()
    sources: tuple[Source, ...] = ()
    unlisted_sources: int = 0
    refused: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    extra: tuple[Field, ...] = ()
    applies_to: tuple[str, ...] = ()
    detectors: tuple[Detector, ...] = ()
    faults: tuple[Fault, ...] = ()

    def get_field(self, key: str) -> Field | None:
        """Return the field that counts for `key`, or None."""
        return next((item for item in self.fields if item.key == key), None)

    def moved(self, by: int) -> Pattern:
        """Return the pattern as it reads where its lines stand `by` lines further down.

        The heading that an inherited confidence comes from does not move with it.
        """
        if not by:
            return self

        def span(old: Span) -> Span:
            return Span(old.start + by, old.end + by)

        def line(number: int | None) -> int | None:
            return number + by if number is not None else None

        claim = self.claim
        if claim is not None and not claim.inherited:
            claim = Claim(claim.text, claim.confidence, claim.fraction, claim.line + by)

        def field(old: Field) -> Field:
            return Field(
                old.key, old.label, old.text, old.line + by, span(old.span), old.dialect,
                old.value_line + by,
            )  # fmt: skip

        def source(old: Source) -> Source:
            return Source(old.text, old.target, old.line + by, old.by_text)

        def example(old: Example) -> Example:
            return Example(
                old.text, old.line + by, span(old.span), old.project, old.date, old.outcome
            )

        return replace(
            self,
            line=self.line + by,
            span=span(self.span),
            fields=tuple(map(field, self.fields)),
            claim=claim,
            claimed_examples_line=line(self.claimed_examples_line),
            last_reinforced_line=line(self.last_reinforced_line),
            examples=tuple(map(example, self.examples)),
            repeated_examples=tuple(map(example, self.repeated_examples)),
            counter_examples=tuple(map(example, self.counter_examples)),
            code=tuple(Code(c.language, c.role, c.text, c.line + by) for c in self.code),
            related=tuple(Related(r.text, r.name, r.line + by) for r in self.related),
            sources=tuple(map(source, self.sources)),
            refused=tuple(map(source, self.refused)),
            extra=tuple(map(field, self.extra)),
            detectors=tuple(replace(d, line=d.line + by) for d in self.detectors),
            faults=tuple(replace(f, line=f.line + by) for f in self.faults),
        )
