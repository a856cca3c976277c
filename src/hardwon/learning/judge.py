"""Judging notes by their texts, one after another, each with what was known before it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from hardwon.learning.centroids import Terms, terms
from hardwon.learning.links import Links
from hardwon.learning.trial import Answer, Trial
from hardwon.model.experience import Experience
from hardwon.model.pattern import Pattern


@dataclass(frozen=True, slots=True)
class _Passed:
    """A note whose turn is over.

    Attributes:
        note: The note.
        listed_by: The patterns that list it because a person, or the note itself, says so.
        made: The patterns that began with it, each with the notes before that it lists.
    """

    note: Experience
    listed_by: tuple[str, ...]
    made: tuple[tuple[str, tuple[Experience, ...]], ...]


def by_date(note: Experience) -> tuple[str, str, int]:
    """Return what sorts notes into their order: by date, undated ones last, then by place."""
    date = note.date.first_day.isoformat() if note.date is not None else "9999"
    return date, note.path.rsplit(".", 1)[0], note.line


class Judge:
    """Goes through the notes of a memory in their order and answers where each belongs.

    A pattern is known from the turn of the note that it was made from, and a note that it lists
    is an example from then on; so what is answered for a note does not change when later notes
    come. What learning merged on the strength of a text is no evidence here.
    """

    def __init__(self, links: Links, notes: Container[str]) -> None:
        """Begin before the first of `notes`, the keys of all whose turn will come."""
        self._links = links
        self._trial = Trial()
        self._queue: list[_Passed] = []
        self._passed: dict[str, Experience] = {}
        self._open: set[str] = set()
        self._answers: dict[str, Answer] = {}
        self._listed = 0
        self._origins: dict[str, list[str]] = {}  # note -> the patterns that began with it
        for key, pattern in links.patterns.items():
            origin = links.origin(key)
            if origin is not None and origin in notes:
                self._origins.setdefault(origin, []).append(key)
            else:
                self._trial.learn_pattern(key, terms_of_pattern(pattern))

    @property
    def listed(self) -> int:
        """Return how many of the notes so far are listed by a pattern, or settled as none's."""
        return self._listed

    def pass_by(self, note: Experience, made: Iterable[str] = ()) -> None:
        """Take in that the turn of `note` is over, and where it stands now.

        Args:
            note: The note.
            made: The patterns that were made in its turn.
        """
        listed_by = tuple(sorted(self._links.listed_by(note.key)))
        began = sorted({*self._origins.get(note.key, ()), *made})
        earlier = tuple((key, self._listed_before(key)) for key in began)
        self._listed += bool(listed_by) or note.settled
        self._passed[note.key] = note
        self._queue.append(_Passed(note, listed_by, earlier))

    def _listed_before(self, key: str) -> tuple[Experience, ...]:
        notes = (self._passed.get(note) for note in self._links.listed(key))
        return tuple(note for note in notes if note is not None)

    def answer(self, note: Experience) -> Answer:
        """Return what its text says about `note`, whose turn it is, or was."""
        known = self._answers.get(note.key)
        return known if known is not None else self._ask(note)

    def forget(self, note: Experience) -> None:
        """Take back what was answered for `note`, of which more is refused since."""
        self._answers.pop(note.key, None)

    def ask(self, title: str, text: str) -> Answer:
        """Return where a note with this title and text would belong, were it the next."""
        self._catch_up()
        return self._trial.ask(terms(title, text))

    def safe_margin(self) -> float | None:
        """Return the margin from which text merges unasked by now; None where nothing does."""
        self._catch_up()
        return self._trial.safe_margin

    @property
    def trial(self) -> Trial:
        """Return what is known by now."""
        self._catch_up()
        return self._trial

    def _ask(self, note: Experience) -> Answer:
        self._catch_up()
        refused = self._links.refused.get(note.key, set())
        answer = self._answers[note.key] = self._trial.ask(terms_of_note(note), refused)
        return answer

    def _catch_up(self) -> None:
        queue, self._queue = self._queue, []
        for passed in queue:
            self._take_in(passed)

    def _take_in(self, passed: _Passed) -> None:
        note, trial = passed.note, self._trial
        known = [key for key in passed.listed_by if trial.knows(key)]
        began = any(key in passed.listed_by for key, _ in passed.made)
        if known or began or note.settled or self._links.refused.get(note.key):
            own = [key for key, _ in passed.made if key in passed.listed_by]
            self._label(note, known, (*known, *own, note.key)[0])
        else:
            self._open.add(note.key)
        text = terms_of_note(note)
        for key in known:
            trial.learn_example(key, text)
        for key, earlier in passed.made:
            trial.learn_pattern(key, terms_of_pattern(self._links.patterns[key]))
            if key in passed.listed_by:
                trial.learn_example(key, text)
            for other in earlier:
                if other.key in self._open:
                    self._open.remove(other.key)
                    self._label(other, (), key)
                trial.learn_example(key, terms_of_note(other))
        trial.open = len(self._open)

    def _label(self, note: Experience, right: Iterable[str], group: str) -> None:
        answer = self._answers.get(note.key)
        if answer is None or note.key in self._links.refused:
            answer = self._trial.ask(terms_of_note(note))  # with what was refused since
        self._trial.learn_answer(answer, frozenset(right), group)


def terms_of_pattern(pattern: Pattern) -> Terms:
    """Return the words of what a pattern says, without its examples."""
    texts = (pattern.context, pattern.pattern, pattern.why)
    return terms(pattern.name, "\n".join(filter(None, texts)))


def terms_of_note(note: Experience) -> Terms:
    """Return the words of a note: its title, and the text below it."""
    first, _, rest = note.body.partition("\n")
    is_title = first.lstrip("# ").rstrip() == note.title
    return terms(note.title, rest if is_title else note.body)
