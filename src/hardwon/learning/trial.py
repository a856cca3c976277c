"""What this memory's own links prove about judging a note by its text.

Each note that a pattern lists was once a question with a known answer: is it an example of a
pattern that was there before, or new? The notes are gone through in their order; each is asked
with what was known before it, and the answer is compared with where it stands. So a memory of
one-offs shows that most notes are new, and a memory whose patterns are easily taken for each
other shows that (docs/adr/0011-matching.md).
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from hardwon.learning.centroids import OWN_TEXT, Centroids, Ranked, Terms

# A note is likest an example of the best pattern from this margin on; from experiments with
# labelled sets (docs/adr/0011-matching.md), where a margin carries over and a score does not.
LIKELY = 0.04
# One example says little about a pattern: there the margin must be twice as wide.
# The margin is the best score less these shares of the second best one, and of what the best
# wrong pattern reached for the notes before.
_SECOND, _BACKGROUND = 0.7, 0.3
# What a cosine of meaning counts beside the words; from the same experiments.
_MEANING = 0.5
# How many notes before tell that, and what stands in for them while there are fewer.
RECENT, _UNKNOWN_SCORE, _UNKNOWN_COUNT = 100, 0.3, 3
_CANDIDATES = 8

# Text merges unasked when so many answers were right, and this share of all that would merge,
# if the errors are one standard error more than were seen, since few answers say little, and
# at least half of what comes is new.
MIN_RIGHT = 20
_SAFE_SHARE = 0.95
_DEVIATIONS = 1.0
_LEAST_NEW = 0.5
# What is safe is judged again when there are so many more answers.
_GROWTH = 1.05


class Outcome(Enum):
    """What an answer proved to be."""

    RIGHT = "right"  # the best pattern lists the note
    WRONG = "wrong"  # another one does
    NEW = "new"  # the note was the first of its pattern, or belongs to none


@dataclass(frozen=True, slots=True)
class Label:
    """An answer that proved right or wrong.

    Attributes:
        margin: That of the answer.
        outcome: What it proved to be.
        if_new: The margin that the note had if none of its patterns were known.
        group: What it belongs to: a pattern, or itself.
    """

    margin: float
    outcome: Outcome
    if_new: float
    group: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a note's text says about where it belongs.

    Attributes:
        ranked: The patterns most like it, best first.
        background: What the best wrong pattern reached for the notes before, 0 to 1.
        margin: How far the best pattern stands out.
        wanted: How far it must stand out to be likely.
    """

    ranked: tuple[Ranked, ...]
    background: float
    margin: float
    wanted: float

    @property
    def best(self) -> str | None:
        """Return the key of the pattern that the note is likeliest an example of; None: new."""
        return self.ranked[0].key if self.ranked and self.margin >= self.wanted else None


def with_meaning(answer: Answer, cosines: Mapping[str, float], background: float) -> Answer:
    """Return the answer that also goes by what the texts mean.

    Args:
        answer: What the words say.
        cosines: How near the text is to each pattern of the answer, 0 to 1.
        background: What the nearest wrong pattern reached for the notes before, 0 to 1.
    """
    found = [replace(r, meaning=round(_MEANING * cosines[r.key], 4)) for r in answer.ranked]
    ranked = tuple(sorted(found, key=lambda one: (-one.score, one.key)))
    total = round(answer.background + _MEANING * background, 4)
    return Answer(ranked, total, _margin(ranked, total), answer.wanted)


class Trial:
    """Answers questions about notes, and remembers how right its answers were.

    Attributes:
        open: How many notes were asked about that nobody has placed.
    """

    def __init__(self) -> None:
        self._patterns = Centroids()
        self._wrong_scores: deque[float] = deque(maxlen=RECENT)
        self._examples: dict[str, int] = {}
        self._labels: list[Label] = []
        self._safe: float | None = None
        self._judged = 0  # how many labels there were when `_safe` was worked out
        self.open = 0

    def knows(self, key: str) -> bool:
        """Return whether the pattern `key` was learned."""
        return key in self._patterns

    def ask(self, text: Terms, refused: Collection[str] = ()) -> Answer:
        """Return which pattern a note with this text would be an example of.

        Args:
            text: Its words.
            refused: Patterns that it is known not to be an example of.
        """
        found = self._patterns.rank(text, _CANDIDATES + len(refused))
        ranked = tuple(r for r in found if r.key not in refused)[:_CANDIDATES]
        known = math.fsum(self._wrong_scores) + _UNKNOWN_COUNT * _UNKNOWN_SCORE
        background = known / (len(self._wrong_scores) + _UNKNOWN_COUNT)
        wanted = LIKELY * (1 + 1 / max(1, self._examples[ranked[0].key])) if ranked else LIKELY
        return Answer(ranked, round(background, 4), _margin(ranked, background), round(wanted, 4))

    def learn_pattern(self, key: str, text: Terms) -> None:
        """Take in what a pattern says."""
        self._patterns.add(key, text, OWN_TEXT)
        self._examples.setdefault(key, 0)

    def learn_example(self, key: str, text: Terms) -> None:
        """Take in a note that the pattern lists."""
        self._patterns.add(key, text)
        self._examples[key] += 1

    def learn_answer(self, answer: Answer, right: Collection[str], group: str) -> None:
        """Take in where a note belongs that was asked about.

        Args:
            answer: What was answered.
            right: The patterns known at that time that list it; none for a new one.
            group: The pattern that it belongs to, or its own key.
        """
        others = tuple(ranked for ranked in answer.ranked if ranked.key not in right)
        self._wrong_scores.append(others[0].score if others else 0.0)
        outcome = Outcome.NEW if not right else Outcome.WRONG
        if answer.ranked and answer.ranked[0].key in right:
            outcome = Outcome.RIGHT
        if_new = _margin(others, answer.background)
        self._labels.append(Label(answer.margin, outcome, if_new, group))
        if len(self._labels) >= _GROWTH * self._judged:
            self._judged = len(self._labels)
            self._safe = safe_margin(self._labels, self.open)

    @property
    def labels(self) -> int:
        """Return how many answers are known."""
        return len(self._labels)

    @property
    def safe_margin(self) -> float | None:
        """Return the margin from which text merges unasked; None where nothing proves it safe."""
        return self._safe


def safe_margin(labels: Sequence[Label], open_notes: int) -> float | None:
    """Return the least margin from which merging is right in 95 of 100 cases, or None.

    Of the notes that belong to a known pattern some would merge at that margin, a few of them
    wrongly; every label also tells whether a new note would. Both errors are taken at the upper
    end of what their number allows. New notes of one pattern are alike, so there are as many
    trials of a new note as there are patterns, not notes. As many of the notes to come are taken
    to be new as may be: those that nobody has placed may all be, and never fewer than half.

    Args:
        labels: All answers that are known.
        open_notes: How many notes nobody has placed.
    """
    known = [label for label in labels if label.outcome is not Outcome.NEW]
    if len(known) < MIN_RIGHT:
        return None
    sizes = Counter(label.group for label in labels)
    new = max(_LEAST_NEW, 1 - len(known) / (len(labels) + open_notes))
    # (margin, merges rightly, merges wrongly, share of a pattern of which a new note would merge)
    steps = [(label.if_new, 0, 0, 1 / sizes[label.group]) for label in labels]
    for label in known:
        is_right = label.outcome is Outcome.RIGHT
        steps.append((label.margin, int(is_right), int(not is_right), 0.0))
    steps.sort(key=lambda step: -step[0])
    best = None
    right = wrong = 0
    strange = 0.0
    for number, (margin, for_it, against, part) in enumerate(steps, start=1):
        if margin < LIKELY:
            break
        right += for_it
        wrong += against
        strange += part
        is_last = number == len(steps) or steps[number][0] < margin
        if not is_last or right < MIN_RIGHT:
            continue
        merged = (1 - new) * (right + wrong) / len(known)
        falsely = new * _upper_bound(strange, len(sizes))
        share = merged * (1 - _upper_bound(wrong, right + wrong)) / (merged + falsely)
        if share >= _SAFE_SHARE:
            best = margin
    return best


def _margin(ranked: Sequence[Ranked], background: float) -> float:
    """Return how far the first of `ranked` stands out from the second and the background.

    Beside one pattern alone nothing stands out: the background takes the second's place.
    """
    best = ranked[0].score if ranked else 0.0
    second = ranked[1].score if len(ranked) > 1 else background
    return round(best - _SECOND * second - _BACKGROUND * background, 4)


def _upper_bound(some: float, count: int) -> float:
    """Return the upper end of Wilson's interval for the share of `some` among `count`."""
    square = _DEVIATIONS**2
    share = some / count
    spread = _DEVIATIONS * math.sqrt((share * (1 - share) + square / (4 * count)) / count)
    return (share + square / (2 * count) + spread) / (1 + square / count)
