"""From matches and names to findings and a checklist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardwon.markup.diffs import added_file
from hardwon.markup.pages import parse_page
from hardwon.model.detector import Detector, DetectorRole, Match
from hardwon.model.page import Checklist
from hardwon.model.review import ItemKind, Status
from hardwon.model.values import Confidence
from hardwon.review.decide import Known, decide
from hardwon.review.lists import ask_lists
from hardwon.review.relevance import ENOUGH, Relevance, uses_of

BOOK = """# Patterns

## Retry with Backoff

**Confidence:** HIGH
**Pattern:**
- Wait longer after each attempt. Up to a bound.
- Give up after `max_attempts`

**Code example:**
```python
from tenacity import retry, wait_exponential

def load(order):
    return fetch_with_backoff(order)
```

## Ship Behind a Flag

**Confidence:** LOW
**Applies to:** `flags/**`
**Pattern:** Every new switch has a day on which it goes.
"""
BACKOFF, FLAG = parse_page(BOOK, "dev-patterns.md").patterns
PLAIN = "total = price * count\n"


def known(level: Confidence) -> list[Known]:
    return [Known(BACKOFF, level), Known(FLAG, Confidence.LOW)]


def match(role: DetectorRole, line: int = 1, *, unknown: tuple[str, ...] = ()) -> Match:
    detector = Detector(
        "a-rule", role, ("python",), {}, pattern=BACKOFF.name, path=BACKOFF.path, line=9
    )
    return Match(detector, "a.py", line, 1, line, 5, "run()", "Is it bounded?", None, unknown)


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        (Confidence.HIGH, ItemKind.VERIFY),
        (Confidence.MEDIUM, ItemKind.CONSIDER),
        (Confidence.LOW, ItemKind.VALIDATE),
    ],
)
def test_confidence_says_what_is_asked(level: Confidence, kind: ItemKind) -> None:
    findings, (item,) = decide(known(level), {}, [match(DetectorRole.APPLIES)])
    assert findings == []
    assert (item.kind, item.item, item.status) == (kind, "Is it bounded?", Status.TO_CHECK)
    assert [(cause.path, cause.line) for cause in item.causes] == [("a.py", 1)]


def test_a_broken_pattern_is_a_finding_and_not_asked_about() -> None:
    matches = [match(DetectorRole.VIOLATES), match(DetectorRole.APPLIES, 2)]
    (finding,), items = decide(known(Confidence.HIGH), {}, matches)
    assert (finding.pattern, finding.status, finding.line) == (BACKOFF.name, Status.VIOLATED, 1)
    assert items == []


def test_what_hangs_on_an_unknown_fact_is_asked() -> None:
    broken = match(DetectorRole.VIOLATES, unknown=("helpers",))
    findings, (item,) = decide(known(Confidence.HIGH), {}, [broken])
    assert findings == []
    assert "helpers unknown" in item.causes[0].text


def test_what_was_followed_is_told_and_stays_on_the_list() -> None:
    (finding,), (item,) = decide(known(Confidence.HIGH), {}, [match(DetectorRole.FOLLOWS)])
    assert finding.status is item.status is Status.FOLLOWED


def test_the_same_is_said_of_a_line_once() -> None:
    matches = [match(DetectorRole.VIOLATES), match(DetectorRole.VIOLATES)]
    findings, _ = decide(known(Confidence.HIGH), {}, matches)
    assert len(findings) == 1


def test_what_is_said_of_a_named_thing_is_said_once_where_it_is_used_first() -> None:
    def named(line: int, thing: str) -> Match:
        plain = match(DetectorRole.VIOLATES, line)
        return replace(
            plain,
            detector=replace(plain.detector, message="`$A` asks for each."),
            message=f"`{thing}` asks for each.",
        )

    matches = [named(4, "a.user"), named(9, "a.user"), named(9, "a.team"), named(40, "a.user")]
    findings, _ = decide(known(Confidence.HIGH), {}, [*matches, named(12, "a.user")])
    assert [(one.line, one.message) for one in findings] == [
        (4, "`a.user` asks for each. (also on lines 9, 12)"),
        (9, "`a.team` asks for each."),
        (40, "`a.user` asks for each."),
    ]


def test_what_names_nothing_is_said_of_every_place() -> None:
    matches = [match(DetectorRole.VIOLATES, line) for line in (1, 2, 3)]
    findings, _ = decide(known(Confidence.HIGH), {}, matches)
    assert [one.line for one in findings] == [1, 2, 3]


def test_a_pattern_is_listed_for_the_names_of_its_examples() -> None:
    uses = uses_of([added_file("shop/api.py", "x = 1\nfetch_with_backoff(x)\n")])
    _, (item,) = decide(known(Confidence.HIGH), uses, [])
    assert item.item == "Wait longer after each attempt."
    assert [(cause.text, cause.line) for cause in item.causes] == [("adds `fetch_with_backoff`", 2)]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "# fetch_with_backoff\n",
        'name = "fetch_with_backoff"\n',
        '"""Call fetch_with_backoff."""\n',
        "def load(order):\n    return order\n",  # what the example makes up
        "import os\nfor item in items:\n    print(item)\n",
    ],
)
def test_nothing_is_listed_without_cause(text: str) -> None:
    assert decide(known(Confidence.HIGH), uses_of([added_file("shop/api.py", text)]), []) == (
        [], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "listed"),
    [
        ("flags/new.py", PLAIN, True),
        ("shop/new.py", PLAIN, False),
        ("flags/new.py", "# a word\n", False),
        ("flags/tests/new.py", PLAIN, False),
    ],
)
def test_new_code_in_a_file_that_the_globs_name_is_cause(
    path: str, text: str, listed: bool
) -> None:
    _, items = decide(known(Confidence.HIGH), uses_of([added_file(path, text)]), [])
    assert [item.pattern for item in items] == [FLAG.name] * listed


def test_a_name_in_a_file_that_the_globs_leave_out_is_no_cause() -> None:
    text = BOOK.replace("**Confidence:** HIGH", "**Confidence:** HIGH\n**Applies to:** `*.go`")
    (pattern, _) = parse_page(text, "dev-patterns.md").patterns
    uses = uses_of([added_file("shop/api.py", "fetch_with_backoff(1)\n")])
    assert list(Relevance([pattern]).weigh(uses)) == []


@pytest.mark.parametrize(
    ("language", "path", "line"),
    [
        ("python", "a.py", "from tenacity import retry"),
        ("typescript", "a.ts", "import x from 'tenacity'"),
        ("typescript", "a.js", "import x from 'tenacity'"),
    ],
)
def test_imports_count_in_python_and_javascript(language: str, path: str, line: str) -> None:
    book = BOOK.replace("```python", f"```{language}")
    patterns = parse_page(book, "dev-patterns.md").patterns
    ((pattern, names),) = Relevance(patterns).weigh(uses_of([added_file(path, f"{line}\n")]))
    assert pattern is patterns[0]
    assert sum(weight for _, weight in names) >= ENOUGH


def test_a_name_in_another_language_than_the_examples_is_no_cause() -> None:
    def named(path: str) -> bool:
        uses = uses_of([added_file(path, "fetch_with_backoff(1)\n")])
        return bool(list(Relevance([BACKOFF]).weigh(uses)))

    assert [named(path) for path in ("a.py", "a.ts", "a.unknown")] == [True, False, True]


@pytest.mark.parametrize("name", ["django", "logging", "__name__", "objects"])
def test_what_all_of_a_project_uses_tells_nothing(name: str) -> None:
    text = BOOK.replace("fetch_with_backoff", name).replace("Backoff", "Pauses")
    known = Relevance(parse_page(text, "dev-patterns.md").patterns)
    assert list(known.weigh(uses_of([added_file("a.py", f"run({name})\n")]))) == []


def checklist(*items: str) -> Checklist:
    text = "# Migrations\n\n" + "".join(f"- [ ] {item}\n" for item in items)
    page = parse_page(text, "procedural/checklists/migrations.md")
    assert page.checklist is not None
    return page.checklist


def test_items_of_checklists_are_asked_for_what_they_name() -> None:
    one = checklist(
        "Does `RunSQL` have a reverse?",
        "The rollback of the migration was tried",
        "The designer has seen it",
    )
    code = "migrations.RunSQL(forward)\ntry_rollback(the_migration)\n"
    asked = list(ask_lists([one], uses_of([added_file("a.py", code)])))
    assert [(item.item, item.causes[0].line) for item in asked] == [
        ("Does RunSQL have a reverse?", 1), ("The rollback of the migration was tried", 2),
    ]  # fmt: skip
    assert {(item.pattern, item.kind) for item in asked} == {("Migrations", ItemKind.CHECKLIST)}
    assert list(ask_lists([one], uses_of([added_file("a.py", PLAIN)]))) == []
