"""The notes that a person must decide about, and what was said of them."""

from __future__ import annotations

from collections.abc import Collection

from hardwon.learning.links import Links, Pair, key_of_name
from hardwon.model.experience import Experience
from hardwon.model.plan import Ask, Proposal, Undecided

BY_PERSON = "a person decided so"


class Questions:
    """Asks a person about notes, and keeps which are undecided and what was refused.

    Attributes:
        undecided: Key of a note → what a person must say of it.
        refused: What was refused in a reply; it is in no list yet.
    """

    def __init__(self, ask: Ask | None, links: Links, written: Collection[Pair]) -> None:
        """Begin with no question asked.

        Args:
            ask: Asks a person; None where nobody is asked.
            links: Where a refusal becomes known at once.
            written: Refusals that were written before any note was taken, as far as the books
                take them; they are not kept again.
        """
        self._ask = ask
        self._links = links
        self._written = written
        self.undecided: dict[str, Undecided] = {}
        self.refused: set[Pair] = set()

    def reply(self, note: Experience, undecided: Undecided) -> Proposal | None:
        """Ask about a note: return the proposal that is right, and keep what is refused."""
        if self._ask is None or not undecided.candidates:
            return None
        reply = self._ask(note, undecided)
        for proposal in reply.refused:
            if proposal.path is not None:
                pair = note.key, key_of_name(proposal.path, proposal.pattern)
                if pair not in self._written:  # else its book does not take it
                    self._links.refuse(*pair)
                    self.refused.add(pair)
        return reply.accepted

    def leave_open(self, undecided: Undecided) -> None:
        """Keep a note for a person to decide about."""
        self.undecided[undecided.experience] = undecided

    def drop(self, note: Experience) -> None:
        """Take a note away about which a person need not decide, or not yet."""
        self.undecided.pop(note.key, None)
