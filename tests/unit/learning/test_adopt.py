"""What becomes of found things: where they go, what counts, and what the memory has already."""

from __future__ import annotations

import pytest

from adopting import adopt_into, reading_of, reading_with
from hardwon.markup import imported
from hardwon.markup.pages import read_page
from hardwon.model.adoption import Adopted, Adoption, Fate
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.pattern import Pattern
from hardwon.model.values import Confidence, PartialDate

BOOK = "semantic/patterns/dev-patterns.md"
OWN = """# Development Patterns

## Small commits

**Confidence:** LOW
**Based on:** 1 example

**Pattern:**
One idea, one commit.

**Examples:**
1. Shop - Review (2026-01-14) - read in a minute
"""
DAY = PartialDate(2026, 2, 3)


def pattern(title: str = "Ask first", **more: object) -> Found:
    parts = {"parts": (("Pattern", "Ask when a request has two readings."),), **more}
    return Found(FoundKind.PATTERN, title, 3, **parts)  # type: ignore[arg-type]


def note(title: str = "Mail queue stuck", **more: object) -> Found:
    values = {"body": "## Lesson\n\nPark what fails.", "date": DAY, **more}
    return Found(FoundKind.EXPERIENCE, title, 1, **values)  # type: ignore[arg-type]


def fates(adoption: Adoption) -> list[Adopted]:
    return [one for source in adoption.sources for one in source.adopted]


def patterns_in(text: str, path: str = BOOK) -> dict[str, Pattern]:
    return {one.name: one for one in read_page(text, path).patterns}


def test_pattern_without_example_is_an_unproved_claim_with_its_source() -> None:
    found = pattern(scores=(("confidence", "0.9"), ("uses", "7")))
    adoption, after = adopt_into({}, [reading_with(found, path="a/b.md")])
    (one,) = fates(adoption)
    assert (one.fate, one.path, one.examples) == (Fate.WRITTEN, BOOK, 0)
    written = patterns_in(after[BOOK])["Ask first"]
    assert written.claim is None
    assert written.claimed_examples == 0
    assert {field.label: field.text for field in written.extra}["Stated there"] == (
        "confidence: 0.9; uses: 7"
    )
    (came_from,) = [f.text for f in written.extra if f.label == "Imported from"]
    assert came_from.startswith("a/b.md line 3, made, SHA-256 ")


def test_only_dated_sightings_count_and_no_stated_confidence_does() -> None:
    found = pattern(
        scores=(("Confidence", "HIGH"), ("Uses", "12")),
        examples=("Shop - Checkout (2025-03) - saved a day", "Observed 5 times", "Wiki (2025-04)"),
    )
    adoption, after = adopt_into({}, [reading_with(found)])
    written = patterns_in(after[BOOK])["Ask first"]
    assert fates(adoption)[0].examples == written.claimed_examples == len(written.examples) == 2
    assert written.claim is not None
    assert written.claim.confidence is Confidence.MEDIUM
    assert [f.text for f in written.extra if f.label == "Original examples"] == [
        "- Observed 5 times"
    ]


def test_imported_again_nothing_changes_even_where_a_person_has_edited() -> None:
    readings = [reading_with(pattern(), note(), path="x.md")]
    _, after = adopt_into({BOOK: OWN}, readings)
    again, same = adopt_into(after, readings)
    assert [one.fate for one in fates(again)] == [Fate.KNOWN, Fate.KNOWN]
    assert not again.files
    edited = {path: text.replace("two readings", "three readings") for path, text in same.items()}
    assert edited != same
    third, _ = adopt_into(edited, readings)
    assert [one.fate for one in fates(third)] == [Fate.KNOWN, Fate.KNOWN]


def test_what_says_the_same_elsewhere_is_known() -> None:
    _, after = adopt_into({}, [reading_with(pattern(), note(), path="x.md")])
    again, _ = adopt_into(after, [reading_with(pattern(), note(), path="other/y.md", text="z")])
    assert [one.reason for one in fates(again)] == ["is in the memory, word for word"] * 2


def test_another_pattern_of_one_name_is_told_and_gets_a_name_of_its_own() -> None:
    found = pattern("Small commits")
    adoption, after = adopt_into({BOOK: OWN}, [reading_with(found, path="team/rules.md")])
    (one,) = fates(adoption)
    assert (one.fate, one.name) == (Fate.RENAMED, "Small commits (from rules)")
    assert one.reason == f"another pattern has this name ({BOOK}:3)"
    before, now = patterns_in(OWN), patterns_in(after[BOOK])
    assert now["Small commits"].fields == before["Small commits"].fields
    assert adopt_into(after, [reading_with(found, path="team/rules.md")])[0].files == ()


def test_another_note_of_one_name_gets_a_file_of_its_own() -> None:
    _, after = adopt_into({}, [reading_with(note(), path="x.md")])
    adoption, both = adopt_into(after, [reading_with(note(body="Another day."), path="y.md")])
    assert fates(adoption)[0].path == "episodic/code/2026-02-03-mail-queue-stuck-2.md"
    assert after.items() <= both.items()


def test_each_kind_goes_to_its_folder_and_the_domain_is_what_was_asked_or_found() -> None:
    found = (
        pattern(domain="testing"),
        note(),
        Found(FoundKind.CHECKLIST, "Review", 1, body="- [ ] One\n- [ ] Two"),
        Found(FoundKind.WORKFLOW, "Release", 1, body="1. Tag\n2. Push"),
    )
    adoption, _ = adopt_into({}, [reading_with(*found)])
    assert [one.path for one in fates(adoption)] == [
        "semantic/patterns/testing-patterns.md",
        "episodic/code/2026-02-03-mail-queue-stuck.md",
        "procedural/checklists/review.md",
        "procedural/workflows/release.md",
    ]
    named, _ = adopt_into({}, [reading_with(*found)], domain="web")
    assert [one.path for one in fates(named)][:2] == [
        "semantic/patterns/web-patterns.md",
        "episodic/web/2026-02-03-mail-queue-stuck.md",
    ]


def test_an_imported_note_proves_the_example_that_names_it() -> None:
    found = pattern(
        examples=("[mail queue](../solutions/mail-queue.md)",),
        parts=(
            ("Pattern", "Park what fails."),
            ("Source experiences", "- episodic/disk.md\n- episodic/unknown.md"),
        ),
    )
    readings = [
        reading_with(found, path="docs/patterns/critical.md"),
        reading_with(note(), path="docs/solutions/mail-queue.md"),
        reading_with(
            note("Disk full", body="x", date=PartialDate(2026, 2, 9)), path="episodic/disk.md"
        ),
    ]
    _, after = adopt_into({}, readings)
    written = patterns_in(after[BOOK])["Ask first"]
    assert [one.text for one in written.examples] == [
        "mail queue (2026-02-03)", "Disk full (2026-02-09)",
    ]  # fmt: skip
    assert [one.target for one in written.sources] == [
        "episodic/code/2026-02-03-mail-queue-stuck.md", "episodic/code/2026-02-09-disk-full.md",
    ]  # fmt: skip
    assert written.claim is not None
    assert written.claim.confidence is Confidence.MEDIUM
    (left,) = [f.text for f in written.extra if f.label == "Original source experiences"]
    assert left == "- episodic/unknown.md"


def test_counter_examples_with_dates_count_against_it_and_others_are_words() -> None:
    parts = (
        ("Pattern", "Ask."),
        ("Counter-examples", "- Wiki - Mail queue stuck (2026-02-03)"),
        ("Exceptions", "- when nobody is there"),
    )
    seen = ("Shop (2025-03)", "Wiki (2025-04)")
    _, after = adopt_into({}, [reading_with(pattern(parts=parts, examples=seen), note())])
    written = patterns_in(after[BOOK])["Ask first"]
    assert [one.text for one in written.counter_examples] == [
        "Wiki - Mail queue stuck (2026-02-03)"
    ]
    assert [one.target for one in written.sources] == [
        "episodic/code/2026-02-03-mail-queue-stuck.md"
    ]
    assert written.claim is not None
    assert written.claim.confidence is Confidence.LOW
    assert "Original exceptions" in {field.label for field in written.extra}


def test_an_imported_note_proves_the_example_that_has_its_day_and_title() -> None:
    found = pattern(examples=("Wiki - Mail queue stuck (2026-02-03) - parked", "Disk (2026-02-03)"))
    _, after = adopt_into({}, [reading_with(found, note(), note("Other", body="x"))])
    written = patterns_in(after[BOOK])["Ask first"]
    assert [one.target for one in written.sources] == [
        "episodic/code/2026-02-03-mail-queue-stuck.md"
    ]
    assert len(written.examples) == 2


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (pattern("Context"), "its title can be no pattern's name"),
        (pattern("***"), "its title can be no pattern's name"),
        (pattern(parts=(("Pattern", "word " * 41_000),)), "it has 205,009 characters, more than"),
        (note("x", body="a" * 5_001), "it has a line of 5,001 characters"),
        (note(" "), "it has no title"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(found: Found, reason: str) -> None:
    adoption, after = adopt_into({BOOK: OWN}, [reading_with(found, pattern())])
    refused, taken = fates(adoption)
    assert refused.fate is Fate.REFUSED
    assert refused.reason.startswith(reason)
    assert taken.fate is Fate.WRITTEN
    assert set(patterns_in(after[BOOK])) == {"Small commits", "Ask first"}


def test_a_check_becomes_a_name_that_reads_back() -> None:
    adoption, after = adopt_into({}, [reading_with(pattern("Check the wrapper objects"))])
    assert fates(adoption)[0].name == "Advice: Check the wrapper objects"
    assert "Advice: Check the wrapper objects" in patterns_in(after[BOOK])


def test_totals_of_the_book_follow() -> None:
    totals = "\n---\n\n**Last Updated:** 2026-01-14\n**Total Patterns:** 1\n"
    _, after = adopt_into({BOOK: OWN + totals}, [reading_with(pattern())])
    assert "**Total Patterns:** 2" in after[BOOK]


def test_a_pattern_that_was_learned_from_since_is_known() -> None:
    readings = [reading_with(pattern())]
    _, after = adopt_into({}, readings)
    learned = after[BOOK].replace(
        "**Based on:** 0 examples", "**Based on:** 1 example\n**Last reinforced:** 2026-02-03"
    ) + "\n**Examples:**\n1. Shop - Mail (2026-02-03)\n"  # fmt: skip
    again, _ = adopt_into({BOOK: learned}, readings)
    assert [one.fate for one in fates(again)] == [Fate.KNOWN]


def test_two_patterns_of_one_file_stay_two() -> None:
    text = "- **Ask first**: when a request has two readings\n- **Ask first**: before a release\n"
    adoption, after = adopt_into({}, [reading_of("tasks/lessons.md", text)])
    assert [one.fate for one in fates(adoption)] == [Fate.WRITTEN, Fate.RENAMED]
    assert len(patterns_in(after[BOOK])) == 2


def test_a_book_does_not_grow_beyond_what_is_read() -> None:
    large = [
        pattern(f"Lesson {n}", parts=(("Pattern", "é" * 4_000 + f" {n}"),)) for n in range(130)
    ]
    adoption, after = adopt_into({BOOK: OWN}, [reading_with(*large)])
    assert 850_000 < len(after[BOOK].encode("utf-8")) < 950_000
    refused = [one for one in fates(adoption) if one.fate is Fate.REFUSED]
    assert refused[-1].reason.startswith(f"{BOOK} has as much as a book may have: --domain")
    assert len(patterns_in(after[BOOK])) == 1 + len(large) - len(refused)


def test_text_of_a_pattern_is_kept_and_means_nothing_to_the_book() -> None:
    text = (
        "Lead\n2. **Confidence**: HIGH\n\n## Heading\n\n**Based on:** 9 examples\n\n---\n\n"
        "<!-- hidden -->\n\n```python\n# Comment\n**Uses:** 3\n```\n\n- item\n\n```\nopen"
    )
    _, after = adopt_into({BOOK: OWN}, [reading_with(pattern(parts=(("Pattern", text),)))])
    assert after[BOOK].startswith(OWN)
    written = patterns_in(after[BOOK])["Ask first"]
    assert written.claim is None
    assert written.pattern == (
        "Lead\n\n2. **Confidence**: HIGH\n\n*Heading*\n\n*Based on:* 9 examples\n\n"
        "&lt;!-- hidden -->\n\n```python\n# Comment\n**Uses:** 3\n```\n\n- item\n\n```\nopen\n```"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Lead\n\n**Uses:** 3",
        "Lead\n\n## Small commits\n\n**Confidence:** HIGH\n**Pattern:** x",
        "Lead\n\n### Examples\n\n- Shop (2025-01-01)",
        "Lead\n\n# Heading",
    ],
)
def test_what_is_written_wrong_is_found_by_reading_it(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported, "neutral", lambda text: text)
    found = pattern(parts=(("Pattern", text),))
    _, after = adopt_into({BOOK: OWN}, [reading_with(found)])
    written = patterns_in(after[BOOK])
    assert list(written) == ["Small commits", "Ask first"]
    assert written["Ask first"].claimed_examples == 0
    assert written["Ask first"].claim is None
    assert written["Ask first"].pattern == f"```markdown\n{text}\n```"


@pytest.mark.parametrize(
    "path",
    [
        "a line 7, made, SHA-256 0123456789abcdef/b.md", "`odd`, at 1234567.md", "a\nb.md",
        'line 4, x, SHA-256 0123456789abcdef"', "é/😀.md",
    ],
)  # fmt: skip
def test_a_path_that_looks_like_a_provenance_is_none(path: str) -> None:
    readings = [reading_with(pattern(), note(), path=path)]
    _, after = adopt_into({}, readings)
    edited = {
        path: text.replace("two", "three").replace("Park", "Put") for path, text in after.items()
    }
    again, _ = adopt_into(edited, readings)
    assert [one.reason for one in fates(again)] == ["was imported before"] * 2
