"""Refused notes and unconfirmed sources: what is read, in every form."""

from __future__ import annotations

import pytest

from hardwon.index.codec import decode_page, encode_page
from hardwon.markup.pages import parse_page
from hardwon.model.pattern import Pattern, Source

HEAD = "## Retry\n\n**Confidence:** LOW\n**Pattern:** Again.\n\n"
NOTE = "episodic/code/2025-03-02-mail.md"


def one(text: str) -> Pattern:
    (pattern,) = parse_page(text, "semantic/patterns/x.md").patterns
    return pattern


def refused(below: str) -> list[str]:
    return [note.target for note in one(HEAD + below).refused]


@pytest.mark.parametrize(
    ("item", "target"),
    [
        (NOTE, NOTE),
        (f"memory/{NOTE}", NOTE),
        (f"../{NOTE} - it gave up, and (rightly) so", NOTE),
        (f"{NOTE}#second-entry - other entry", f"{NOTE}#second-entry"),
        (f"[mail]({NOTE})", NOTE),
        ("[mail](<episodic/a b.md>) - no", "episodic/a b.md"),
        ("[[2025-03-02-mail]]", "2025-03-02-mail"),
        ("[[log#2025-03-02-mail|Mail]] - no", "log#2025-03-02-mail"),
        ("`episodic/a b.md` - no", "episodic/a b.md"),
        ("episodic/old.markdown - no", "episodic/old.markdown"),
    ],
)
def test_a_note_is_named_as_a_source_is_and_a_remark_may_follow(item: str, target: str) -> None:
    assert refused(f"**Not examples:**\n- {item}\n") == [target]
    assert refused(f"### Not examples\n\n1. {item}\n") == [target]
    (note,) = one(f"{HEAD}**Not examples:**\n- {item}\n").refused
    assert note.line == 7
    assert ("no" in note.text) == ("no" in item)


@pytest.mark.parametrize(
    "words",
    [
        "one-off scripts",
        "- one-off scripts\n- `retry()` calls, see [their page](https://example.com/retry.html)",
        "Whatever a machine wrote.",
        "- https://example.com/notes/a.md",
    ],
)
def test_prose_on_where_a_pattern_does_not_apply_is_a_field_of_the_authors_own(words: str) -> None:
    pattern = one(f"{HEAD}**Does not apply to:**\n{words}\n")
    assert pattern.refused == ()
    assert [(field.label, field.text) for field in pattern.extra] == [("Does not apply to", words)]


def test_words_beside_notes_are_no_notes() -> None:
    assert refused(f"**Not examples:**\n- none of the others\n- {NOTE}\n- N/A\n") == [NOTE]


@pytest.mark.parametrize("none", ["", "none yet", "- none", "- [episodic/code/YYYY-MM-DD-x.md]"])
def test_an_empty_list_refuses_nothing(none: str) -> None:
    assert refused(f"**Not examples:**\n{none}\n") == []


def test_several_lists_are_one() -> None:
    assert refused(f"**Not examples:** {NOTE}, [[b]]\n\n### Refused\n\n- [[c]]\n") == [
        NOTE, "b", "c",
    ]  # fmt: skip


def test_what_is_refused_is_no_source_and_no_example() -> None:
    pattern = one(f"{HEAD}**Examples:**\n1. Shop (2025-01)\n\n**Not examples:**\n- {NOTE}\n")
    assert (len(pattern.examples), pattern.sources, pattern.extra) == (1, (), ())


# -- sources that nobody confirmed ---------------------------------------------------------------


FORMS = [
    NOTE,
    f"memory/{NOTE}",
    f"[mail]({NOTE})",
    "[[2025-03-02-mail]]",
    f"`{NOTE}`",
    "2025-03-02-mail",
]


@pytest.mark.parametrize("item", FORMS)
@pytest.mark.parametrize("mark", ["(by its text)", "(By its text)", "*(by its text)*"])
@pytest.mark.parametrize("remark", ["", " - likely"])
def test_the_mark_is_read_behind_every_form_of_source(item: str, mark: str, remark: str) -> None:
    def source(text: str) -> Source:
        (found,) = one(f"{HEAD}**Source experiences:**\n- {text}\n").sources
        return found

    plainly, marked = source(f"{item}{remark}"), source(f"{item} {mark}{remark}")
    assert not plainly.by_text
    assert marked.by_text
    assert (marked.target, marked.text) == (plainly.target, plainly.text)


def test_each_source_has_a_mark_of_its_own() -> None:
    beside = one(f"{HEAD}**Sources:** [[a]] (by its text), [[b]], c.md (by its text)\n").sources
    header = one(
        "---\nconfidence: LOW\nsources: [a.md, b.md (by its text)]\n---\n\n# Retry\n\nAgain.\n"
    ).sources
    assert [(s.target, s.by_text) for s in beside] == [("a", True), ("b", False), ("c.md", True)]
    assert [(s.target, s.by_text) for s in header] == [("a.md", False), ("b.md", True)]


@pytest.mark.parametrize("text", ["`a (by its text).md`", "a.md (by its title)", "[[by its text]]"])
def test_other_words_are_no_mark(text: str) -> None:
    (source,) = one(f"{HEAD}**Sources:**\n- {text}\n").sources
    assert not source.by_text


def test_both_come_back_from_the_index_and_move_with_their_pattern() -> None:
    text = f"{HEAD}**Sources:**\n- [[a]] (by its text)\n\n**Not examples:**\n- {NOTE} - no\n"
    page = parse_page(text, "semantic/patterns/x.md")
    assert decode_page(encode_page(page)) == page
    assert page.patterns[0].moved(3) == parse_page("\n\n\n" + text, page.path).patterns[0]
