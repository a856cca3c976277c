"""What the known answers prove, with values worked out by hand."""

from __future__ import annotations

from hardwon.learning.centroids import terms
from hardwon.learning.trial import LIKELY, MIN_RIGHT, Label, Outcome, Trial, safe_margin

PARTS = ("lo", "mar", "ti", "ven", "sul", "kor")
# Thirty stories that share no telling word.
STORIES = {
    f"p{n}": " ".join(f"{chr(97 + n % 26)}{chr(107 + n // 26)}{part}{part[::-1]}" for part in PARTS)
    for n in range(30)
}
RIGHT, WRONG, NEW = Outcome.RIGHT, Outcome.WRONG, Outcome.NEW


def labels(
    count: int, margin: float, outcome: Outcome, if_new: float = 0.0, groups: int = 50
) -> list[Label]:
    """Return so many answers that are alike, about notes of so many patterns in turn."""
    return [Label(margin, outcome, if_new, f"p{n % groups}") for n in range(count)]


def test_too_few_right_answers_prove_nothing() -> None:
    new = labels(50, 0.0, NEW)
    assert safe_margin([*labels(MIN_RIGHT - 1, 0.5, RIGHT), *new], 0) is None
    assert safe_margin([*labels(40, 0.5, RIGHT), *new], 0) == 0.5


def test_wrong_answers_raise_the_margin() -> None:
    known = [*labels(100, 0.5, RIGHT), *labels(100, 0.3, RIGHT), *labels(50, 0.0, NEW)]
    assert safe_margin(known, 0) == 0.3
    assert safe_margin([*known, *labels(10, 0.3, WRONG)], 0) == 0.5


def test_few_patterns_do_not_show_what_a_new_note_would_reach() -> None:
    # One standard error above none of n is 1 / (n + 1): with half of all notes new, 95 % are
    # right from n = 18 on, for which 1 / (1 + 1 / 19) = 95 %.
    for groups, safe in ((17, None), (18, None), (19, 0.5), (50, 0.5)):
        known = [*labels(5000, 0.5, RIGHT, 0.0, groups), *labels(groups, 0.0, NEW, 0.0, groups)]
        assert safe_margin(known, 0) == safe, groups


def test_what_would_have_merged_a_new_note_counts_against_it() -> None:
    known = [*labels(200, 0.5, RIGHT), *labels(50, 0.0, NEW)]
    assert safe_margin(known, 0) == 0.5
    # All notes of three patterns: that many new notes of fifty would merge.
    alike = [Label(0.5, RIGHT, 0.6, f"twin {n % 3}") for n in range(30)]
    assert safe_margin([*known, *alike], 0) is None
    # One note of thirty, in each of three patterns: three in ninety is a tenth of that.
    some = [Label(0.5, RIGHT, 0.6 * (n < 3), f"some {n % 3}") for n in range(90)]
    assert safe_margin([*known, *some], 0) == 0.5


def test_many_notes_that_nobody_placed_may_all_be_new() -> None:
    known = [*labels(200, 0.5, RIGHT), *labels(50, 0.0, NEW)]
    assert safe_margin(known, 0) == 0.5
    assert safe_margin(known, 200) == 0.5
    assert safe_margin(known, 5000) is None


def test_no_margin_below_what_is_likely_is_safe() -> None:
    assert safe_margin(labels(100, LIKELY / 2, RIGHT), 0) is None


def test_nothing_known_is_new() -> None:
    trial = Trial()
    answer = trial.ask(terms("Pool ran dry", "A cursor was left open."))
    assert (answer.best, answer.ranked, trial.safe_margin) == (None, (), None)


def test_one_pattern_alone_does_not_draw_everything() -> None:
    trial = Trial()
    trial.learn_pattern("pool", terms("Pool ran dry", "A cursor was left open in the loader."))
    assert trial.ask(terms("Printers", "They moved to the second floor.")).best is None
    assert trial.ask(terms("Pool dry again", "A cursor was left open again.")).best == "pool"


def test_a_refused_pattern_is_not_offered() -> None:
    trial = Trial()
    for key in ("pool", "retry"):
        trial.learn_pattern(key, terms(f"{key} ran dry", "A cursor was left open."))
    assert trial.ask(terms("pool", "A cursor was left open."), {"pool"}).ranked[0].key == "retry"


def test_right_answers_make_a_memory_safe() -> None:
    trial = Trial()
    for number in range(5):
        for key, story in STORIES.items():
            text = terms(f"Incident {number}", f"{story}, time {number}")
            answer = trial.ask(text)
            trial.learn_answer(answer, {key} if number else (), key)
            if not number:
                trial.learn_pattern(key, terms(key, story))
            trial.learn_example(key, text)
    assert trial.safe_margin is not None
    assert trial.ask(terms("Again", STORIES["p7"])).margin >= trial.safe_margin
    assert trial.ask(terms("Printers", "They moved.")).margin < trial.safe_margin
