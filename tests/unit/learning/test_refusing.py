"""What a person refuses is written, and holds: nothing proposes or cites it any more."""

from __future__ import annotations

import pytest

from hardwon.model.plan import ChangeKind, Plan, Proposal, Reply
from hardwon.model.settings import Matching, Settings
from memories import BOOK, learn, note, pattern, plan

NOTE = "episodic/code/2026-02-05-pool-ran-dry.md"
OTHER = "semantic/patterns/ops-patterns.md"
CURSORS = "Close cursors in a finally block"
RULE = {
    "context": "When rows are read with a database cursor",
    "pattern": "Close the cursor in a finally block, or the connection pool runs dry.",
}
STORY = (
    "A database cursor was not closed in a finally block after rows failed to load, so the"
    " connection pool ran dry."
)


def memory(**fields: str) -> dict[str, str]:
    """Return a memory in which two patterns resemble a note."""
    return {
        BOOK: "# Patterns\n\n" + pattern(CURSORS, 1, **RULE),
        OTHER: "# Patterns\n\n" + pattern("Give connections back", 1, **RULE),
        NOTE: note("Pool ran dry", "2026-02-05", **{"happened": STORY, **fields}),
    }


def refusing(*names: str):
    """Return who refuses the proposals of these names, and leaves the rest open."""

    def ask(_, undecided):
        return Reply(refused=tuple(c for c in undecided.candidates if c.pattern in names))

    return ask


def refused(book: str, *paths: str) -> str:
    return book + "\n**Not examples:**\n" + "".join(f"- memory/{path}\n" for path in paths)


def proposed(made: Plan) -> list[str]:
    return [c.pattern for undecided in made.undecided for c in undecided.candidates]


def test_one_proposal_is_refused_and_the_other_stays() -> None:
    files = memory()
    made = plan(files, ask=refusing(CURSORS))
    (change,) = made.changes
    assert (change.kind, change.pattern, change.path) == (ChangeKind.REFUSED, CURSORS, BOOK)
    assert (change.experience, change.before, change.after) == (NOTE, None, None)
    assert proposed(made) == ["Give connections back"]
    after = learn(files, ask=refusing(CURSORS))
    assert after == {**files, BOOK: refused(files[BOOK], NOTE)}
    again = plan(after)
    assert (again.files, proposed(again)) == ((), ["Give connections back"])


def test_a_note_of_which_all_is_refused_stays_a_note() -> None:
    files = memory()
    after = learn(files, ask=refusing(CURSORS, "Give connections back"))
    assert after == {path: t if path == NOTE else refused(t, NOTE) for path, t in files.items()}
    assert plan(after) == Plan()


def test_a_stated_lesson_makes_a_pattern_once_all_that_is_like_it_is_refused() -> None:
    files = memory(lesson="Close database cursors in a finally block.")
    assert [c.kind for c in plan(files).changes] == []
    made = plan(files, ask=refusing(CURSORS, "Give connections back"))
    assert [c.kind for c in made.changes] == [*[ChangeKind.REFUSED] * 2, ChangeKind.CREATED]
    after = learn(files, ask=refusing(CURSORS, "Give connections back"))
    assert plan(after) == Plan()


def test_one_proposal_is_accepted_and_the_other_refused() -> None:
    def ask(_, undecided):
        right = [c for c in undecided.candidates if c.pattern == CURSORS]
        return Reply(right[0], tuple(c for c in undecided.candidates if c not in right))

    after = learn(memory(), ask=ask)
    assert f"**Source experiences:**\n- memory/{NOTE}" in after[BOOK]
    assert after[OTHER] == refused(memory()[OTHER], NOTE)
    assert plan(after) == Plan()


def test_what_is_no_pattern_yet_cannot_be_refused() -> None:
    story = "The nightly backup ran out of inodes because temporary files were {} removed."
    files = {
        f"episodic/code/2026-01-0{n}-backup.md": note("Backup", f"2026-01-0{n}",
                                                      happened=story.format(word))
        for n, word in enumerate(("never", "not"), start=1)
    }  # fmt: skip
    strict = Settings(matching=Matching(merge=1.0))
    (undecided,) = plan(files, strict).undecided
    (candidate,) = undecided.candidates
    assert (candidate.pattern, candidate.path) == ("Backup", None)
    assert plan(files, strict, ask=refusing("Backup")) == plan(files, strict)
    made = plan(files, strict, ask=lambda _, asked: Reply(asked.candidates[0]))
    assert [(c.kind, c.after) for c in made.changes] == [(ChangeKind.CREATED, "MEDIUM")]


def test_a_new_pattern_bears_the_name_that_is_given() -> None:
    after = learn(memory(), ask=lambda n, _: Reply(Proposal(n.title, 1.0, None)))
    assert after[BOOK].count("## Pool ran dry\n") == 1
    assert plan(after) == Plan()


def test_of_two_patterns_of_one_name_the_one_that_is_meant_is_taken() -> None:
    files = memory()
    files[OTHER] = files[OTHER].replace("Give connections back", CURSORS)

    def ask(_, undecided):
        return Reply(next(c for c in undecided.candidates if c.path == OTHER))

    after = learn(files, ask=ask)
    assert after[BOOK] == files[BOOK]
    assert f"memory/{NOTE}" in after[OTHER]


# -- a pattern that is made and refused in one go ------------------------------------------------


def test_a_pattern_that_the_same_learning_makes_can_be_refused() -> None:
    later = "episodic/code/2026-02-06-cursors.md"
    files = {
        NOTE: note("Pool ran dry", "2026-02-05", happened=STORY),
        later: note(CURSORS, "2026-02-06", happened=STORY.replace("rows", "all the lines"),
                    applied=CURSORS),
    }  # fmt: skip
    assert proposed(plan(files)) == [CURSORS]
    made = plan(files, ask=refusing(CURSORS))
    assert [c.kind for c in made.changes] == [ChangeKind.CREATED, ChangeKind.REFUSED]
    after = learn(files, ask=refusing(CURSORS))
    assert after[BOOK].endswith(f"**Not examples:**\n- memory/{NOTE}\n")
    assert plan(after) == Plan()


def test_a_book_that_takes_no_refusal_is_named_and_left() -> None:
    files = memory()
    files[BOOK] += "\n**Code example:**\n```python\nclose()\n"
    made = plan(files, ask=refusing(CURSORS))
    assert made.files == ()
    assert [f.message for f in made.skipped] == [
        f"'{CURSORS}' cannot list {NOTE} as no example such that it reads back"
    ]
    assert CURSORS in proposed(made)


# -- a note that names what refuses it -----------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        f"## Patterns applied\n- {CURSORS}\n",
        f"## Patterns applied\n- [[{CURSORS}]]\n",
        f"## Learnings extracted\n- New: {CURSORS}\n",
    ],
)
def test_a_note_that_names_what_refuses_it_is_left_to_a_person(says: str) -> None:
    files = memory()
    files[BOOK] = refused(files[BOOK], NOTE)
    files[NOTE] += f"\n{says}"
    line = len(files[NOTE].splitlines())
    made = plan(files, ask=refusing(CURSORS))
    assert (made.files, made.changes) == ((), ())
    (undecided,) = made.undecided
    assert (undecided.experience, undecided.candidates) == (NOTE, ())
    assert undecided.reason == (
        f"line {line} names “{CURSORS}”, which lists the note under Not examples in {BOOK}: "
        "delete one of the two"
    )


def test_front_matter_names_too() -> None:
    files = memory()
    files[BOOK] = refused(files[BOOK], NOTE)
    files[NOTE] = f"---\npatterns: [{CURSORS}]\n---\n\n{files[NOTE]}"
    made = plan(files)
    assert made.files == ()
    assert made.undecided[0].reason.startswith(f"line 2 names “{CURSORS}”, which lists the note")


def test_what_the_note_names_besides_is_counted() -> None:
    files = memory(applied="Give connections back")
    files[BOOK] = refused(files[BOOK], NOTE)
    files[NOTE] += f"- {CURSORS}\n"
    made = plan(files)
    assert [c.pattern for c in made.changes if c.kind is ChangeKind.REINFORCED] == [
        "Give connections back"
    ]
    assert len(made.undecided) == 1
    assert plan(learn(files)).files == ()


def test_a_mere_link_to_what_refuses_a_note_says_nothing() -> None:
    files = memory()
    files[NOTE] += f"\nSee [[{CURSORS}]].\n"
    assert [c.kind for c in plan(files).changes][:1] == [ChangeKind.REINFORCED]
    files[BOOK] = refused(files[BOOK], NOTE)
    made = plan(files)
    assert made.files == ()
    assert proposed(made) == ["Give connections back"]


def test_a_lesson_that_is_the_name_of_what_refuses_the_note_counts_for_nothing() -> None:
    files = {BOOK: "# Patterns\n\n" + pattern(CURSORS, 1), NOTE: note("Dry", lesson=CURSORS)}
    assert [c.kind for c in plan(files).changes][:1] == [ChangeKind.REINFORCED]
    files[BOOK] = refused(files[BOOK], NOTE)
    for eager in (False, True):
        after = learn(files, eager=eager)
        assert ("## Dry" in after[BOOK]) is eager
        assert after[BOOK].startswith(files[BOOK])
        assert plan(after, eager=eager).files == ()


# -- names of which it is unsure what they mean --------------------------------------------------


def unsure() -> dict[str, str]:
    """Return a memory in which a name fits two patterns."""
    return {
        BOOK: "# Patterns\n\n" + pattern("Retry Twice with Jitter", 1),
        OTHER: "# Patterns\n\n" + pattern("Retry Twice with a Pause", 1),
        NOTE: note("Flaky upload", applied="Retry Twice"),
    }


def test_which_pattern_a_name_means_can_be_confirmed() -> None:
    files = unsure()
    assert len(proposed(plan(files))) == 2
    after = learn(files, ask=lambda _, asked: Reply(asked.candidates[0]))
    assert sum(f"memory/{NOTE}" in text for text in after.values()) == 1
    assert plan(after) == Plan()


def test_a_name_that_means_none_of_those_like_it_is_new() -> None:
    files = unsure()
    new = learn(files, ask=lambda _, asked: Reply(Proposal("Flaky upload", 1.0, None)))
    assert new[BOOK].count("## Retry Twice\n") == 1
    assert plan(new) == Plan()


def test_an_ambiguous_name_of_which_all_meanings_are_refused_is_a_contradiction() -> None:
    names = ("Retry Twice with Jitter", "Retry Twice with a Pause")
    after = learn(unsure(), ask=refusing(*names))
    again = plan(after)
    assert again.files == ()
    assert "which lists the note under Not examples" in again.undecided[0].reason
