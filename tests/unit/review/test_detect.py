"""What detectors find: on which lines, under which conditions, with which words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pytest

from detectors import PATH, RELATIONS, book, detectors_of, violating
from hardwon.markup.pages import parse_page
from hardwon.model.detector import Detector, Facts
from hardwon.model.review import Fix, Status
from hardwon.model.values import Confidence
from hardwon.review.detect import Found, Gathered, facts_of, find, finding_of, gather

MODELS = "class Order:\n    customer = models.ForeignKey(Customer)\n"
VIEWS = "def show(orders):\n    for order in orders:\n        print(order.customer.name)\n"


def places(found: Found) -> list[tuple[str, int, int]]:
    assert not found.faults
    assert not found.unread
    return [(match.path, match.line, match.column) for match in found.matches]


def lines_in(text: str, fence: str, changed: set[int] | None = None) -> list[int]:
    lines = None if changed is None else {"a.py": changed}
    return [line for _, line, _ in places(find({"a.py": text}, detectors_of(fence), None, lines))]


def test_a_fact_of_one_file_decides_in_another() -> None:
    found = find({"app/models.py": MODELS, "views.py": VIEWS}, detectors_of(RELATIONS))
    (match,) = found.matches
    assert (match.path, match.line, match.column, match.end_line, match.end_column) == (
        "views.py", 3, 21, 3, 29,
    )  # fmt: skip
    assert match.message == "order.customer is fetched once for each order"
    assert match.evidence == "print(order.customer.name)"
    assert match.unknown == ()


def test_a_fact_counts_only_in_files_that_its_globs_mean() -> None:
    assert places(find({"app/other.py": MODELS, "views.py": VIEWS}, detectors_of(RELATIONS))) == []


def test_facts_are_those_of_the_same_pattern() -> None:
    relation, _ = RELATIONS.split("---\n")
    text = book(relation, name="One") + book(RELATIONS.replace("models.py", "x.py"), name="Two")
    detectors = [d for p in parse_page(text, PATH).patterns for d in p.detectors]
    assert len(detectors) == 3
    assert places(find({"models.py": MODELS, "views.py": VIEWS}, detectors)) == []


@pytest.mark.parametrize(
    ("facts", "expected", "unknown"),
    [
        (None, 0, ()),  # there is no rest: what is not in these files is nowhere
        ({}, 1, ("relation",)),
        ({"relation": frozenset()}, 0, ()),
        ({"relation": frozenset({"customer"})}, 1, ()),
    ],
)
def test_unknown_facts_make_a_question(
    facts: dict[str, frozenset[str]] | None, expected: int, unknown: tuple[str, ...]
) -> None:
    detectors = detectors_of(RELATIONS)
    known: Facts | None = (
        None if facts is None else {detectors[0].key_of(key): v for key, v in facts.items()}
    )
    found = find({"views.py": VIEWS}, detectors, known)
    assert len(found.matches) == expected
    assert all(match.unknown == unknown for match in found.matches)


def test_what_a_changed_file_says_holds_though_the_rest_is_unknown() -> None:
    found = find({"models.py": MODELS, "views.py": VIEWS}, detectors_of(RELATIONS), {})
    assert [match.unknown for match in found.matches] == [()]


def test_facts_are_asked_for_only_where_a_match_hangs_on_them() -> None:
    asked: list[list[str]] = []

    def facts(rules: Sequence[Detector]) -> Gathered:
        asked.append([rule.id for rule in rules])
        return Gathered()

    find({"views.py": "x = 1\n"}, detectors_of(RELATIONS), facts)
    find({"views.py": VIEWS}, detectors_of(RELATIONS), facts)
    assert asked == [[], ["relation"]]


CONDITIONS = """\
id: known
role: fact
language: python
rule: {pattern: 'register($NAME)'}
value: NAME
---
id: helper
role: fact
language: python
rule: {pattern: 'def error_response($$$A): $$$B'}
value: helper of $A
---
role: violates
language: python
rule: {any: [{pattern: use($X)}, {pattern: 'use($X, $$$REST)'}]}
"""


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        ("{X: {in: known}}", "register(a)\nuse(a)\nuse(b)\n", [2]),
        ("{X: {not_in: known}}", "register(a)\nuse(a)\nuse(b)\n", [3]),
        ("{X: {in: known}}", "register('a')\nuse(\"a\")\n", [2]),
        ("{X: {in: [known, helper]}}", "register(a)\nuse(a)\n", [2]),
        ("{X: {not_in: [helper, known]}}", "register(a)\nuse(a)\n", []),
        ("{$X: {in: known}}", "register(a)\nuse(a)\n", [2]),
        ("{$X.id: {in: known}}", "register('a.id')\nuse(a)\nuse(b)\n", [2]),
        ("{REST: {in: known}}", "register(c)\nuse(a, b, c)\nuse(a, b)\nuse(a)\n", [2]),
        ("{REST: {not_in: known}}", "register(c)\nuse(a, b, c)\nuse(a, b)\nuse(a)\n", [3, 4]),
        ("{exists: known}", "register(a)\nuse(b)\n", [2]),
        ("{exists: known}", "use(b)\n", []),
        ("{missing: known}", "register(a)\nuse(b)\n", []),
        ("{missing: known}", "use(b)\n", [1]),
        ("{missing: [known, helper]}", "register(a)\nuse(b)\n", []),
        ("{X: {in: known}, missing: helper}", "register(a)\nuse(a)\n", [2]),
        ("{=a: {in: known}}", "register(a)\nuse(b)\n", [2]),
        ("{=a: {not_in: known}}", "register(a)\nuse(b)\n", []),
        ("{X: {has: a}}", "use('x__a')\nuse(ab)\nuse(b.a)\n", [1, 3]),
        ("{X: {lacks: a}}", "use('x__a')\nuse(ab)\nuse(b.a)\n", [2]),
        ("{X: {has: [a, b]}}", "use(a(b))\nuse(a)\n", [1]),
        ("{X: {lacks: [a, b]}}", "use(a)\nuse(c)\nuse(b)\n", [2]),
        ("{REST: {has: $X}}", "use(a, b, a)\nuse(a, b)\nuse(a)\n", [1]),
        ("{REST: {lacks: '$X'}}", "use(a, b, a)\nuse(a, b)\nuse(a)\n", [2, 3]),
        ("{X: {has: $REST}}", "use(a)\n", []),
        ("{X: {in: known, lacks: a}}", "register(a)\nregister(b)\nuse(a)\nuse(b)\n", [4]),
        ("{Q: {in: known}}", "register(a)\nuse(a)\n", []),
        ("{Q: {not_in: known}}", "register(a)\nuse(a)\n", [2]),
    ],
)
def test_conditions(where: str, text: str, expected: list[int]) -> None:
    assert lines_in(text, f"{CONDITIONS}where: {where}") == expected


LOOP = """\
role: violates
language: python
rule: {pattern: "for $ROW in $ROWS:\\n    $$$BODY"}
message: for
"""


@pytest.mark.parametrize(
    ("keys", "changed", "expected"),
    [
        ("", None, [2]),
        ("", {1, 5}, []),
        ("", {4}, [4]),
        ("", {2, 4}, [2]),
        ("at: ROWS", {4}, []),
        ("at: ROWS", {2}, [2]),
        ("at: ROWS\nalso: [ROW]", {2}, [2]),
        ("at: NOBODY", {2}, []),
    ],
)
def test_a_match_counts_where_what_it_stands_at_has_changed(
    keys: str, changed: set[int] | None, expected: list[int]
) -> None:
    text = "a = 1\nfor x in y:\n    b()\n    c()\nd = 2\n"
    assert lines_in(text, LOOP + keys, changed) == expected


def test_also_counts_where_at_has_not_changed() -> None:
    text = "f(\n    a,\n    b,\n)\n"
    fence = violating("f($A, $B)", at="A", also="[B]")
    assert lines_in(text, fence, {2, 3}) == [2]
    assert lines_in(text, fence, {3}) == [3]
    assert lines_in(text, fence, {1, 4}) == []


def test_columns_of_a_later_line_begin_behind_its_blanks() -> None:
    found = find(
        {"a.py": "f(\n    a,\n    b)\n"}, detectors_of(violating("f($$$A)")), None, {"a.py": {2}}
    )
    (match,) = found.matches
    assert (match.line, match.column, match.end_line, match.end_column) == (2, 5, 3, 7)
    assert match.evidence == "a,"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("é = '😀'; f(a)\n", (1, 10, 14)),
        ("x = 1\r\nf(a)\r\n", (2, 1, 5)),
        ("\ufefff(a)\n", (1, 2, 6)),
        ("\ufeffx = 1\nf(a)\n", (2, 1, 5)),
        ("x = 1\n\x0cf(a)", (2, 2, 6)),
        ("s = '''\u2028'''\nf(a)", (2, 1, 5)),
    ],
)
def test_places_are_counted_in_characters_and_lines_as_git_counts(
    text: str, expected: tuple[int, int, int]
) -> None:
    (match,) = find({"a.py": text}, detectors_of(violating("f($A)"))).matches
    assert (match.line, match.column, match.end_column) == expected
    assert text.split("\n")[match.line - 1][match.column - 1 : match.end_column - 1] == "f(a)"


def test_a_message_is_one_line_with_what_matched() -> None:
    fence = violating("f($A, $$$REST)", message='"$A and $$$REST, not $HOME or $NOBODY"')
    long = "x" * 100
    found = find({"a.py": f"f(g(\n  1), b,  c)\nf({long}, y)\n"}, detectors_of(fence))
    first, second = (match.message for match in found.matches)
    assert first == "g( 1) and b, c, not $HOME or $NOBODY"
    assert second == f"{'x' * 79}… and y, not $HOME or $NOBODY"


def test_a_transformed_text_may_be_in_a_message() -> None:
    fence = (
        violating("f($A)", message="$B")
        + "transform: {B: {convert: {source: $A, toCase: upperCase}}}"
    )
    (match,) = find({"a.py": "f(word)\n"}, detectors_of(fence)).matches
    assert match.message == "WORD"


@pytest.mark.parametrize(
    ("pattern", "fix", "text", "expected"),
    [
        ("f($A)", "g($A)", "x = f(1)\n", "x = g(1)\n"),
        ("f($A, $$$R)", "g($$$R)", "f(1, 2, 3)\n", "g(2, 3)\n"),
        ("f($$$R)", "g($$$R)", "f()\n", "g()\n"),
        ("f($A)", "with a:\\n    g($A)", "if b:\n    f(1)\n", "if b:\n    with a:\n        g(1)\n"),
        ("f($A)", "with a:\\n    g($A)", "if b:\n  f([\n    1,\n  ])\n",
         "if b:\n  with a:\n      g([\n        1,\n      ])\n"),
        ("f($A)", "$A$HOME", "f(1)\n", "1$HOME\n"),
        ("f($A)", "g()", "\ufefff(1)\n", "\ufeffg()\n"),
        ("f($A)", "g()\\n", "é; f(1); x\r\n", "é; g(); x\r\n"),
    ],
)  # fmt: skip
def test_a_fix_rewrites_the_whole_match(pattern: str, fix: str, text: str, expected: str) -> None:
    fence = violating(pattern, fix=f'"{fix}"', at="A" if "$A)" in pattern else '""')
    fence = fence.replace('at: ""\n', "")
    (match,) = find({"a.py": text}, detectors_of(fence)).matches
    assert match.fix is not None
    assert applied(match.fix, text) == expected


def applied(fix: Fix, text: str) -> str:
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: fix.line - 1]) + fix.column - 1
    end = sum(len(line) + 1 for line in lines[: fix.end_line - 1]) + fix.end_column - 1
    assert text[start:end] == fix.old
    return text[:start] + fix.new + text[end:]


def test_a_question_proposes_no_fix() -> None:
    fence = RELATIONS + "fix: $ROW\n"
    assert [m.fix for m in find({"views.py": VIEWS}, detectors_of(fence), {}).matches] == [None]


def test_following_is_not_asked_about() -> None:
    fence = RELATIONS.replace("violates", "follows")
    assert find({"views.py": VIEWS}, detectors_of(fence), {}).matches == ()
    (match,) = find({"models.py": MODELS, "views.py": VIEWS}, detectors_of(fence), {}).matches
    finding = finding_of(match, Confidence.HIGH)
    assert (finding.status, finding.confidence) == (Status.FOLLOWED, Confidence.HIGH)
    assert (finding.line, finding.column, finding.rule) == (3, 21, "loop")


@pytest.mark.parametrize(
    ("language", "files", "path", "expected"),
    [
        ("python", "", "a.py", 1),
        ("python", "", "a.txt", 0),
        ("[go, python]", "", "a.py", 1),
        ("go", "", "a.py", 0),
        ("python", "'*.txt'", "a.txt", 1),
        ("[python, go]", "['*.txt', '!b/']", "b/a.txt", 0),
        ("python", "'!*.go'", "a.txt", 0),
        ("python", "src/", "a.py", 0),
        ("python", "['**/*.py', '!tests/']", "tests/a.py", 0),
    ],
)
def test_files_on_which_a_rule_is_tried(
    language: str, files: str, path: str, expected: int
) -> None:
    keys = {"files": files} if files else {}
    fence = violating("f($A)", **keys).replace("python", language, 1)
    assert len(find({path: "f(1)\n"}, detectors_of(fence)).matches) == expected


def test_a_wrong_rule_is_named_once_and_the_others_count() -> None:
    wrong = violating("f($A)").replace("pattern: 'f($A)'", "all: [{pattern: f($A)}, {kind: nope}]")
    detectors = detectors_of(wrong, violating("f($A)"))
    found = find({"a.py": "f(1)\n", "b.py": "f(2)\n"}, detectors)
    assert [match.path for match in found.matches] == ["a.py", "b.py"]
    (fault,) = found.faults
    assert (fault.path, fault.line) == (detectors[0].path, detectors[0].line)
    assert "Kind `nope` is invalid" in fault.message
    assert "\n" not in fault.message


def test_a_fact_whose_rule_is_wrong_is_unknown() -> None:
    wrong = RELATIONS.replace(
        "pattern: $NAME = models.ForeignKey($$$ARGS)",
        "all: [{pattern: $NAME = models.ForeignKey($$$ARGS)}, {kind: nope}]",
    )
    detectors = detectors_of(wrong)
    found = find({"models.py": MODELS, "views.py": VIEWS}, detectors)
    assert [match.unknown for match in found.matches] == [("relation",)]
    gathered = gather([("models.py", MODELS)], detectors)
    assert facts_of(gathered) == {}
    assert len(gathered.faults) == 1


def test_facts_of_many_files_are_united() -> None:
    detectors = detectors_of(RELATIONS)
    texts = [("a/models.py", MODELS), ("b/models.py", "item = models.ForeignKey(Item)\n")]
    facts = facts_of(gather(texts, detectors))
    assert facts == {detectors[0].key_of("relation"): {"customer", "item"}}


def test_a_text_that_cannot_be_parsed_is_named() -> None:
    found = find({"a.py": "f(1) # \ud800\n", "b.py": "f(1)\n"}, detectors_of(violating("f($A)")))
    assert [match.path for match in found.matches] == ["b.py"]
    assert [fault.path for fault in found.unread] == ["a.py"]


CHAIN = """\
id: relation
role: fact
language: python
rule: {pattern: $NAME = models.ForeignKey($$$A)}
value: NAME
---
id: reads
role: fact
language: python
rule:
  pattern: "def $F($$$P): $$$B"
  has: {pattern: self.$REL.name, stopBy: end}
value: F
where: {REL: {in: relation}}
---
id: loops
role: fact
language: python
rule: {pattern: loop}
value: yes
---
role: violates
language: python
rule: {pattern: $ROW.$METHOD()}
at: METHOD
where: {METHOD: {in: reads}}
"""
RELATION = "customer = models.ForeignKey(Customer)\n"
METHODS = "def to_dict(self): return self.customer.name\ndef total(self): return self.sum.name\n"
CALLS = "row.to_dict()\nrow.total()\n"


@pytest.mark.parametrize("rest", [set(), {"a.py"}, {"b.py"}, {"a.py", "b.py"}])
def test_a_fact_may_hang_on_another_wherever_the_two_stand(rest: set[str]) -> None:
    texts = {"a.py": RELATION, "b.py": METHODS, "c.py": CALLS}
    asked: list[str] = []

    def facts(rules: Sequence[Detector]) -> Gathered:
        asked.extend(rule.id for rule in rules)
        return gather(((path, texts[path]) for path in sorted(rest)), rules)

    here = {path: text for path, text in texts.items() if path not in rest}
    assert places(find(here, detectors_of(CHAIN), facts)) == [("c.py", 1, 5)]
    assert asked == ["relation", "reads"]


def test_a_fact_that_hangs_on_an_unknown_one_is_unknown() -> None:
    detectors = detectors_of(CHAIN)
    known = {detectors[1].key_of("reads"): frozenset[str]()}
    found = find({"b.py": METHODS, "c.py": CALLS}, detectors, known)
    assert [(match.line, match.unknown) for match in found.matches] == [
        (1, ("reads",)), (2, ("reads",)),
    ]  # fmt: skip
    found = find({"a.py": RELATION, "b.py": METHODS, "c.py": CALLS}, detectors, known)
    first = found.matches[0]
    assert (first.line, first.unknown) == (1, ())


TEXT = r"""
role: violates
language: text
files: '*.sql'
ignore: '--[^\n]*'
rule:
  inside: '(?is)create table\s+(?P<TABLE>\w+)\s*\(.*?\)'
  regex: '(?i)\b(?P<COL>\w+)\s+int\s+references\b'
at: COL
message: $TABLE.$COL
"""
SQL = (
    "CREATE TABLE a (\r\n  x int references b,\n  -- y int references c,\n  z int\n);\n"
    "w int references d\n"
)


def test_a_rule_for_text_looks_at_characters() -> None:
    (match,) = find({"m/1.sql": "\ufeff" + SQL, "a.py": SQL}, detectors_of(TEXT)).matches
    assert (match.path, match.line, match.column, match.end_line, match.end_column) == (
        "m/1.sql", 2, 3, 2, 4,
    )  # fmt: skip
    assert (match.message, match.evidence) == ("a.x", "x int references b,")


def test_a_rule_for_text_counts_on_changed_lines_and_where_conditions_hold() -> None:
    assert find({"a.sql": SQL}, detectors_of(TEXT), None, {"a.sql": {1, 3}}).matches == ()
    whole = TEXT.replace("at: COL\n", "at: TABLE\nalso: [COL]\n")
    (match,) = find({"a.sql": SQL}, detectors_of(whole), None, {"a.sql": {2}}).matches
    assert (match.line, match.column) == (2, 3)
    indexed = r"""
    id: indexed
    role: fact
    language: text
    files: '*.sql'
    rule: {regex: 'index on (?P<TABLE>\w+) ?\((?P<COL>\w+)\)'}
    value: $TABLE.$COL
    """
    fences = (indexed, TEXT + "where: {$TABLE.$COL: {not_in: indexed}}")
    assert len(find({"a.sql": SQL, "b.sql": "index on a (z)"}, detectors_of(*fences)).matches) == 1
    assert find({"a.sql": SQL, "b.sql": "index on a (x)"}, detectors_of(*fences)).matches == ()


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        ("{Q: {has: customer}}", 'f(q.join("customer__user"), r)\n', [1]),
        ("{Q: {has: custom}}", 'f(q.join("customer__user"), r)\n', []),
        ("{Q: {lacks: customer}}", 'f(q.join("customer__user"), r)\n', []),
        ("{Q: {lacks: custom}}", 'f(q.join("customer__user"), r)\n', [1]),
        ("{Q: {has: $R}}", 'f(q.join("a"), a)\nf(q.join("b"), a)\n', [1]),
        ("{Q: {lacks: R}}", 'f(q.join("a"), a)\nf(q.join("b"), a)\n', [2]),
        ("{$Q: {has: $R}}", "f(q.join('a'), 'a')\n", [1]),
        ("{Q: {has: [q, join]}}", "f(q.join(), a)\nf(q.only(), a)\n", [1]),
        ("{Q: {lacks: [only, join]}}", "f(q.join(), a)\nf(q.all(), a)\n", [2]),
        ("{Q: {has: =R}}", "f(R, a)\nf(a, a)\n", [1]),
        ("{Q: {has: UP}}", "f(A, a)\nf(a, a)\n", [1]),
        ("{UP: {has: $Q}}", "f(A, a)\nf(a, a)\n", [1]),
        ("{$Q.$R: {has: [a, b]}}", "f(a, b)\nf(a, c)\n", [1]),
        ("{=a: {has: $R}}", "f(x, a)\nf(x, b)\n", [1]),
        ("{REST: {has: [a, b, c]}}", "f(x, y, a, b(c))\nf(x, y, a, b)\n", [1]),
        ("{REST: {lacks: c}}", "f(x, y, a, b(c))\nf(x, y, a, b)\nf(x, y)\n", [2, 3]),
        ("{Q: {has: $NOBODY}}", "f(x, a)\n", []),
        ("{Q: {lacks: $NOBODY}}", "f(x, a)\n", [1]),
        ("{NOBODY: {has: x}}", "f(x, a)\n", []),
        ("{NOBODY: {lacks: x}}", "f(x, a)\n", [1]),
        ("{Q: {has: x, lacks: y}}", "f(x, a)\nf(x.y, a)\n", [1]),
        ("{Q: {has: x}, R: {lacks: b}}", "f(x, a)\nf(x, b)\nf(y, a)\n", [1]),
        ("{Q: {has: x, in: known}}", "f(x, a)\nf(x.y, b)\nregister(x.y)\n", [2]),
        ("{Q: {lacks: y, not_in: known}}", "f(x, a)\nf(z, b)\nf(y, c)\nregister(z)\n", [1]),
    ],
)
def test_words_of_one_text_in_another(where: str, text: str, expected: list[int]) -> None:
    fence = """\
        role: violates
        language: python
        rule: {any: [{pattern: 'f($Q, $R)'}, {pattern: 'f($Q, $R, $$$REST)'}]}
        transform: {UP: {convert: {source: $R, toCase: upperCase}}}
        """
    known, *_ = CONDITIONS.split("---\n")
    fence = f"{known}---\n{textwrap.dedent(fence)}where: {where}"
    assert lines_in(text, fence) == expected


WRITES = """\
id: unsafe
role: fact
language: python
rule: {pattern: 'def $NAME($$$): $$$BODY', has: {pattern: '$CALL()', stopBy: end}}
value: $NAME
where: {CALL: {in: [write, again]}}
---
id: again
role: fact
language: python
rule: {pattern: 'alias($NAME, $OTHER)'}
value: $NAME
where: {OTHER: {in: write, not_in: safe}, NAME: {lacks: $OTHER}}
---
id: write
role: fact
language: python
files: ["models.py", "a.py"]
rule: {pattern: writes($NAME)}
value: $NAME
---
id: safe
role: fact
language: python
rule: {pattern: safe($NAME)}
value: $NAME
---
id: call
role: violates
language: python
rule: {pattern: use($NAME)}
where: {NAME: {in: unsafe}}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f():\n  save()\nwrites(save)\nuse(f)\n", [4]),
        ("def f():\n  save()\nwrites(other)\nuse(f)\n", []),
        ("def f():\n  s()\nalias(s, save)\nwrites(save)\nuse(f)\n", [5]),
        ("def f():\n  s()\nalias(s, save)\nwrites(save)\nsafe(save)\nuse(f)\n", []),
        ("def f():\n  s.save()\nalias(s.save, save)\nwrites(save)\nuse(f)\n", []),
    ],
)
def test_facts_that_hang_on_other_facts(text: str, expected: list[int]) -> None:
    assert lines_in(text, WRITES) == expected
    # It does not matter in which order they stand.
    assert lines_in(text, "---\n".join(reversed(WRITES.split("---\n")))) == expected


def test_a_fact_of_the_rest_may_hang_on_one_of_the_change_and_the_other_way_round() -> None:
    detectors = detectors_of(WRITES)
    rest = gather([("b.py", "alias(s, save)\nsafe(other)\n")], detectors)
    texts = {"a.py": "writes(save)\ndef f():\n  s()\nuse(f)\n"}
    (match,) = find(texts, detectors, lambda _: rest).matches
    assert (match.line, match.unknown) == (4, ())
    assert (
        find({"a.py": "writes(so)\ndef f():\n  s()\nuse(f)\n"}, detectors, lambda _: rest).matches
        == ()
    )


def test_a_fact_that_hangs_on_an_unknown_one_is_unknown_where_that_decides() -> None:
    detectors = detectors_of(WRITES)
    texts = {"a.py": "alias(s, save)\ndef f():\n  s()\nuse(f)\n"}
    rest = gather([], detectors)
    write = {key for key in rest.whole if key[2] == "write"}
    known = Gathered(whole=rest.whole - write)
    assert [match.unknown for match in find(texts, detectors, lambda _: known).matches] == [
        ("unsafe",)
    ]
    certain = {"a.py": texts["a.py"] + "safe(save)\nwrites(s)\n"}
    assert [match.unknown for match in find(certain, detectors, lambda _: known).matches] == [()]
    other = {"a.py": "use(f)\n"}
    assert find(other, detectors, lambda _: known).matches == ()


CALLING = """\
id: queries
role: fact
language: python
rule:
  pattern: db.get($A)
  inside: {kind: function_definition, stopBy: end, has: {field: name, pattern: $F}}
value: F
---
id: queries
role: fact
language: python
rule:
  pattern: $G($$$)
  inside: {kind: function_definition, stopBy: end, has: {field: name, pattern: $F}}
value: F
where: {G: {in: queries}}
---
id: calls
role: violates
language: python
rule: {pattern: $G(1)}
where: {G: {in: queries}}
message: $G
"""


def test_a_fact_may_hang_on_its_own_presence() -> None:
    text = (
        "def a():\n    b()\ndef b():\n    c()\ndef c():\n    db.get(1)\n"
        "def d():\n    e()\ndef e():\n    d()\na(1)\nd(1)\n"
    )
    found = find({"x.py": text}, detectors_of(CALLING))
    assert [match.message for match in found.matches] == ["a"]
