"""What follows from the text of a note that names no pattern and states no pattern's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hardwon.learning.decision import Cite, Create, Decision, Propose
from hardwon.learning.drafts import clean_name
from hardwon.learning.evidence import confidence_of
from hardwon.learning.judge import Judge, by_date
from hardwon.learning.links import Links
from hardwon.learning.match import Profile, Signals
from hardwon.learning.open_notes import OpenNotes
from hardwon.learning.trial import MIN_RIGHT, Answer
from hardwon.model.experience import Experience
from hardwon.model.plan import Proposal
from hardwon.model.settings import Settings
from hardwon.model.values import Confidence

# A note of fewer different words tells too little to be judged by its text.
_TELLING_WORDS = 8

# More patterns than that are not proposed for one note.
_PROPOSED = 8

# Of those that stand out by the examples, so many are shown.
_LIKELY_SHOWN = 3

# Of the open notes that one resembles, so many are shown.
_TWINS_SHOWN = 3

_Alike = Sequence[tuple[str, Signals]]


class ByText:
    """Decides about notes by their texts, each when it is its turn; it writes nothing.

    Args:
        links: What the patterns say, and which notes they refuse.
        open_notes: What came before and no pattern lists.
        judge: What the examples so far say.
        experiences: All notes by key.
        settings: Thresholds.
        eager: Whether every free-form note becomes a LOW pattern at once.
    """

    def __init__(
        self,
        links: Links,
        open_notes: OpenNotes,
        judge: Judge,
        experiences: Mapping[str, Experience],
        settings: Settings,
        *,
        eager: bool,
    ) -> None:
        self._links = links
        self._open = open_notes
        self._judge = judge
        self._experiences = experiences
        self._settings = settings
        self._eager = eager
        self._answers: dict[str, Answer | None] = {}

    def decide(self, note: Experience, text: Profile, name: str) -> Decision | None:
        """Return what becomes of a note; None where it stays open.

        Args:
            note: The note.
            text: What it says.
            name: The name of the pattern that its lesson would make; "" for none.
        """
        tells = name or _tells(text)
        alike = self._alike(note, text) if tells else []
        if tells and not alike and (name or self._eager):
            alike = self._missed(note, text)
        followed = self._follow(alike, self._answer(note))
        if followed is None and name:
            return Create(name, (note,), Confidence.LOW, "the note states a lesson")
        return followed or self._recur(note, text)

    def find_safe(self, answer: Answer) -> Cite | None:
        """Return the merge that this memory's own links prove to be safe by now, or None."""
        safe = self._judge.safe_margin()
        if safe is None or answer.best is None or answer.margin < safe:
            return None
        reason = f"its text stands out by {answer.margin:.2f}; from {safe:.2f} on that proved right"
        return Cite(self._links.patterns[answer.best], reason, by_text=True)

    def forget(self, note: Experience) -> None:
        """Take back what was answered for `note`, of which more is refused since."""
        self._answers.pop(note.key, None)
        self._judge.forget(note)

    def _alike(self, note: Experience, text: Profile) -> _Alike:
        """Return the patterns most like `text`, of those that share its rarer words."""
        return self._not_refused(
            note, self._links.texts.find(text, self._settings.matching.propose)
        )

    def _missed(self, note: Experience, text: Profile) -> _Alike:
        """Return the patterns like `text`, all compared: one is made only where none is like it."""
        propose = self._settings.matching.propose
        found = self._links.texts.find_all(text, lambda _: propose)
        return self._not_refused(note, found)[:_PROPOSED]

    def _not_refused(self, note: Experience, found: _Alike) -> _Alike:
        refused = self._links.refused.get(note.key, ())
        return [(key, signals) for key, signals in found if key not in refused]

    def _answer(self, note: Experience) -> Answer | None:
        """Return what the examples so far say about `note`; None while there are too few.

        The answer at its own turn stays: later notes do not change it.
        """
        if note.key not in self._answers:
            few = self._judge.listed < MIN_RIGHT
            self._answers[note.key] = None if few else self._judge.answer(note)
        return self._answers[note.key]

    def _follow(self, alike: _Alike, answer: Answer | None) -> Cite | Propose | None:
        """Return the merge with the pattern most like a note, or a proposal of those alike."""
        patterns = self._links.patterns
        if alike and alike[0][1].score >= self._settings.matching.merge:
            key, score = alike[0][0], alike[0][1].score
            return Cite(patterns[key], f"its text matches with {score:.2f}", by_text=True)
        likely = answer if answer is not None and answer.best is not None else None
        safe = self.find_safe(likely) if likely is not None else None
        if safe is not None:
            return safe
        if likely is None and not alike:
            return None
        scores = {key: signals.score for key, signals in alike}
        if likely is not None:
            scores = {ranked.key: ranked.score for ranked in likely.ranked[:_LIKELY_SHOWN]} | scores
        proposals = tuple(
            Proposal(patterns[key].name, score, patterns[key].path) for key, score in scores.items()
        )
        return Propose(proposals[:_PROPOSED], "its text resembles a pattern", likely)

    def _recur(self, note: Experience, text: Profile) -> Decision | None:
        """Return what follows where a free-form note says what an open one said before."""
        recur = self._settings.matching.recur
        found = self._open.find_twins(note, text, recur) if _tells(text) else []
        twins = [(self._experiences[key], signals.score) for key, signals in found]
        if twins and twins[0][1] >= self._settings.matching.merge:
            return self._unite(note, text, *twins[0])
        if self._eager:
            name = clean_name(note.title)
            return Create(name, (note,), Confidence.LOW, "every note is learned")
        if not twins:
            return None
        proposals = tuple(Proposal(twin.title, score, None) for twin, score in twins[:_TWINS_SHOWN])
        return Propose(proposals, f"it resembles {twins[0][0].key}, which is no pattern yet")

    def _unite(
        self, note: Experience, text: Profile, earlier: Experience, score: float
    ) -> Decision:
        """Return the pattern that two notes make which say the same, unless one is like them."""
        if not self._eager:
            followed = self._follow(self._missed(note, text), self._answer(note))
            if followed is not None:
                return followed
        pair = sorted((earlier, note), key=by_date)
        level = confidence_of(len(pair), self._settings.confidence)
        reason = f"{earlier.key} says the same ({score:.2f})"
        return Create(clean_name(pair[0].title), tuple(pair), level, reason, by_text=True)


def _tells(text: Profile) -> bool:
    return len(text.stems) >= _TELLING_WORDS
