"""What the known answers prove, with values worked out by hand."""

from __future__ import annotations

from hardwon.learning.centroids import terms
from hardwon.learning.trial import LIKELY, Label, Outcome, Trial, safe_margin

RIGHT, WRONG, NEW = Outcome.RIGHT, Outcome.WRONG, Outcome.NEW


def labels(count: int, margin: float, outcome: Outcome, if_new: float = 0.0) -> list[Label]:
    return [Label(margin, outcome, if_new)] * count


def test_too_few_right_answers_prove_nothing() -> None:
    new = labels(10, 0.0, NEW)
    assert safe_margin([*labels(19, 0.5, RIGHT), *new], 0) is None
    assert safe_margin([*labels(20, 0.5, RIGHT), *new], 0) == 0.5


def test_wrong_answers_raise_the_margin() -> None:
    known = [*labels(40, 0.5, RIGHT), *labels(40, 0.3, RIGHT), *labels(10, 0.0, NEW)]
    assert safe_margin(known, 0) == 0.3
    assert safe_margin([*known, *labels(5, 0.3, WRONG)], 0) == 0.5


def test_what_would_have_merged_a_new_note_counts_against_it() -> None:
    known = [*labels(60, 0.5, RIGHT), *labels(20, 0.0, NEW)]
    assert safe_margin(known, 0) == 0.5
    assert safe_margin([*known, *labels(6, 0.6, NEW, if_new=0.6)], 0) is None
    assert safe_margin([*labels(60, 0.5, RIGHT, if_new=0.55), *labels(20, 0.0, NEW)], 0) is None


def test_many_notes_that_nobody_placed_may_all_be_new() -> None:
    known = [*labels(60, 0.5, RIGHT), *labels(1, 0.6, RIGHT, if_new=0.6), *labels(30, 0.0, NEW)]
    assert safe_margin(known, 0) == 0.5
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
    stories = {
        "cursor": "a cursor stayed open after rows failed and the pool ran dry",
        "upload": "all clients retried their upload in the same second",
        "clock": "the clock of the host was ahead and tokens expired early",
    }
    for number in range(15):
        for key, story in stories.items():
            text = terms(f"Incident {number}", f"{story}, time {number}")
            answer = trial.ask(text)
            trial.learn_answer(answer, {key} if number else ())
            if not number:
                trial.learn_pattern(key, terms(key, story))
            trial.learn_example(key, text)
    assert trial.safe_margin is not None
    assert trial.ask(terms("Again", stories["clock"])).margin >= trial.safe_margin
    assert trial.ask(terms("Printers", "They moved.")).margin < trial.safe_margin
