"""What was said beforehand of proposals, by their IDs: replies for whoever asks while learning."""

from __future__ import annotations

from collections.abc import Collection

from hardwon.errors import HardwonError, NameNotFoundError
from hardwon.model.experience import Experience
from hardwon.model.plan import Proposal, Reply, Undecided, proposal_id


class NamedReplies:
    """Replies with the proposals that were named by their IDs.

    Raises HardwonError where an ID is both accepted and refused.
    """

    def __init__(self, accepted: Collection[str], refused: Collection[str]) -> None:
        both = sorted({*accepted} & {*refused})
        if both:
            raise HardwonError(
                f"{', '.join(both)} cannot be both accepted and refused", hint="name it once"
            )
        self._accepted, self._refused = frozenset(accepted), frozenset(refused)
        self._left = {*accepted, *refused}
        self._unkept: list[tuple[str, str]] = []  # ID and note of what no pattern can refuse

    def reply(self, note: Experience, undecided: Undecided) -> Reply:
        """Return what was said of the proposals for a note."""
        accepted: Proposal | None = None
        refused = []
        for candidate in undecided.candidates:
            number = proposal_id(note.key, candidate)
            if number in self._refused:
                refused.append(candidate)
                if candidate.path is None:
                    self._unkept.append((number, note.key))
            elif number in self._accepted and accepted is None:
                accepted = candidate
            else:
                continue
            self._left.discard(number)
        return Reply(accepted, tuple(refused))

    def require_used(self) -> None:
        """Raise where an ID names nothing that is proposed, or what cannot be refused.

        To be called when a plan has been made with `reply`.
        """
        if self._left:
            raise NameNotFoundError(
                f"nothing is proposed under {', '.join(sorted(self._left))}",
                hint="hardwon learn --dry-run lists what is proposed, each with its ID",
            )
        for number, note in self._unkept:
            raise HardwonError(
                f"{number} proposes a new pattern: there is none yet that could refuse the note",
                hint=f"write `patterns: none` into the front matter of {note}",
            )
