"""What is decided about a note: values, which `learner.py` carries out."""

from __future__ import annotations

from typing import NamedTuple

from hardwon.learning.trial import Answer
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern
from hardwon.model.plan import Proposal
from hardwon.model.values import Confidence


class Cite(NamedTuple):
    """The note is an example of a pattern, or a counter-example.

    Attributes:
        pattern: As it was when it became known.
        reason: Why.
        by_text: Whether only the likeness of its text says so.
    """

    pattern: Pattern
    reason: str
    by_text: bool = False


class Create(NamedTuple):
    """A new pattern is made.

    Attributes:
        name: Its name, as `clean_name` gives it; nothing is made of "".
        notes: The notes that it comes from, in the order of their dates.
        level: What they justify.
        reason: Why.
        by_text: Whether only the likeness of their texts brought the notes together.
    """

    name: str
    notes: tuple[Experience, ...]
    level: Confidence
    reason: str
    by_text: bool = False


class Propose(NamedTuple):
    """A person must say which pattern the note belongs to.

    Attributes:
        candidates: Best first.
        reason: Why it is not decided.
        likely: The answer by which a pattern stands out, if one does: what later notes prove
            may show that it is safe.
    """

    candidates: tuple[Proposal, ...]
    reason: str
    likely: Answer | None = None


Decision = Cite | Create | Propose
