"""Detectors of a pattern: what is read, what is refused, and on which line."""

from __future__ import annotations

import time

import pytest

from detectors import PATH, RELATIONS, book, detectors_of, pattern_of, violating
from hardwon.markup.detectors import without_detectors
from hardwon.markup.pages import parse_page
from hardwon.model.detector import Condition, DetectorRole

TEXT = "role: violates\nlanguage: text\nfiles: '*.sql'\n"
RULE = "role: violates\nlanguage: python\nrule: {kind: call}\n"
SHARED = "role: utils\nlanguage: python\nutils: {u: {kind: call}}\n"
USING = RULE.replace("kind: call", "matches: u")


def test_all_keys_are_read() -> None:
    (one,) = detectors_of(
        """
        id: loop
        role: applies
        language: [Python, ts]
        files: ["src/**", "!**/tests/**"]
        rule: {pattern: $A($$$REST)}
        constraints: {A: {regex: ^f}}
        utils: {u: {kind: call}}
        transform: {B: {convert: {source: $A, toCase: upperCase}}}
        at: $A
        also: [REST]
        where:
          REST: {in: [one, two], not_in: two}
          $A.$B: {in: one}
          =fixed: {in: one, has: [$A, word]}
          exists: one
          missing: [two]
        message: |
          Is $A
          right?
        fix: g($$$REST)
        severity: error
        """,
        "id: one\nrole: fact\nlanguage: py\nrule: {kind: call}\nvalue: A",
        "id: two\nrole: fact\nlanguage: py\nrule: {kind: call}\nvalue: $A.$B",
    )[:1]
    assert one.role is DetectorRole.APPLIES
    assert one.languages == ("python", "typescript")
    assert one.files == ("src/**", "!**/tests/**")
    assert set(one.rule) == {"rule", "constraints", "utils", "transform"}
    assert (one.at, one.also) == ("A", ("REST",))
    assert one.where == (
        Condition("$REST", ("one", "two"), holds=True),
        Condition("$REST", ("two",), holds=False),
        Condition("$A.$B", ("one",), holds=True),
        Condition("fixed", ("one",), holds=True),
        Condition("fixed", (), holds=True, words=("$A", "word")),
        Condition("", ("one",), holds=True),
        Condition("", ("two",), holds=False),
    )
    assert (one.message, one.fix) == ("Is $A right?", "g($$$REST)")
    assert (one.pattern, one.path) == ("Fetch with the list", PATH)


def test_lines_are_those_of_the_file() -> None:
    text = book(RULE + "---\n" + RULE, "role: nobody\n" + RULE)
    (pattern,) = parse_page(text, PATH).patterns
    lines = text.split("\n")
    assert [lines[one.line - 1] for one in pattern.detectors] == ["role: violates"] * 2
    assert [one.id for one in pattern.detectors] == ["violates-1", "violates-2"]
    (fault,) = pattern.faults
    assert lines[fault.line - 1].startswith("role: ")
    assert pattern.moved(7).detectors[0].line == pattern.detectors[0].line + 7
    assert pattern.moved(7).faults[0].line == fault.line + 7


def test_a_detector_is_no_code_and_no_prose_but_stays_in_the_field() -> None:
    pattern = pattern_of(RULE, code="```python context\nx = 1\n```")
    assert [(code.language, code.role) for code in pattern.code] == [("python", "context")]
    assert pattern.detection == "Look for loops."
    assert "ast-grep" in next(f.text for f in pattern.extra if f.key == "detection")


@pytest.mark.parametrize(
    "section",
    [
        "**Detection:**\n\n{}",
        "### Detection\n\n{}",
        "**Check the loops:**\n\n{}",
        "**How to detect**\n\n- Like this:\n\n  {}",
    ],
)
def test_detection_in_each_spelling(section: str) -> None:
    fence = "~~~yaml ast-grep\nrole: violates\nlanguage: go\nrule: {kind: call_expression}\n~~~"
    indent = "  " if "- Like" in section else ""
    text = "## P\n\n**Confidence:** LOW\n**Pattern:** Do.\n\n" + section.format(
        fence.replace("\n", f"\n{indent}")
    )
    (pattern,) = parse_page(text + "\n", PATH).patterns
    assert [one.languages for one in pattern.detectors] == [("go",)]
    assert text.split("\n")[pattern.detectors[0].line - 1].strip() == "role: violates"


def test_a_fence_elsewhere_is_no_detector() -> None:
    pattern = pattern_of(code=f"```yaml ast-grep\n{RULE}```\n\n```yaml\n{RULE}```")
    assert pattern.detectors == ()


@pytest.mark.parametrize(
    ("fence", "said"),
    [
        ("", "holds no detector"),
        ("- a\n- b", "list of keys"),
        ("role: [", "not valid YAML"),
        ("rule: {kind: call}\nlanguage: python", "needs `role`"),
        ("role: nobody\n" + RULE.split("\n", 1)[1], "'nobody' is not known"),
        ("role: violates\nrule: {kind: call}", "needs `language`"),
        (RULE.replace("python", "sql"), "does not read the language 'sql'"),
        (RULE.replace("python", "[python, 3]"), "text or a list of texts"),
        ("role: violates\nlanguage: python", "needs `rule`"),
        ("role: violates\nlanguage: python\nrule: call", "needs `rule`"),
        ("role: violates\nlanguage: text\nrule: {regex: x}", "needs `files`"),
        (TEXT + "rule: {kind: x}", "`regex`, perhaps `inside`, and nothing else"),
        (TEXT + f"rule: {{regex: {'x' * 2_001}}}", "at most 2,000 characters"),
        (TEXT.replace("'*.sql'", "'!*.sql'") + "rule: {regex: x}", "needs `files`"),
        (RULE + "where: {REL: {has: []}}", "`has` names a word"),
        (TEXT + "rule: {regex: x}\nignore: [x]", "`ignore` is a text"),
        (TEXT + "rule: {regex: x}\nutils: {}", "no key 'utils'"),
        (TEXT + "rule: {regex: x}\nfix: y", "has no `fix`"),
        (RULE + "mesage: x", "did you mean 'message'?"),
        (RULE + "role: applies", "twice"),
        (RULE + "at: rel", "names metavariables"),
        (RULE + "also: [A, '$']", "names metavariables"),
        (RULE + "fix: {template: x}", "`fix` is a text"),
        (RULE + "value: A", "for facts alone"),
        (RULE.replace("violates", "fact"), "needs `value`"),
        (RULE + "utils: []\nconstraints: x", "`constraints` is a list of names"),
        (RULE + "where: REL", "`where` is a list"),
        (RULE + "where: {rel: {in: x}}", "names metavariables"),
        (RULE + "where: {REL: {is: x}}", "says `in`, `not_in`, `has` or `lacks`"),
        (RULE + "where: {REL: {in: []}}", "names a fact"),
        (
            RULE.replace("violates", "fact") + "id: a\nvalue: A\nwhere: {A: {not_in: a}}",
            "the fact 'a' hangs on its own absence",
        ),
        (RULE + "where: {REL: {in: relation}}", "'relation', which no fact here is called"),
        (RULE + "id: !!python/object/apply:os.system [x]", "means nothing here"),
        (RULE + "files: !!set {a, b}", "means nothing here"),
        (RULE + "note: !mine x", "means nothing here"),
        ("a: &a {kind: call}\nrule: {<<: *a}\n", "`<<` is not read"),
        (RULE + '? [a, b]\n: x', "a key is a word"),
        (RULE + 'message: "\\ud800"', "character"),
        (RULE + 'message: "\\0"', "NUL"),
        (RULE + "note: " + "[" * 60 + "]" * 60, "nested too deeply"),
        (RULE + "note: " + "[" * 90_000, "more than 50,000"),
        (RULE + "note: " + "x" * 60_000, "more than 50,000"),
        (RULE + "note: &a [*a]", "alias"),
        (RULE + "origin: A", "`origin` says `of`"),
        (RULE + "origin: {has: {kind: call}}", "`origin` says `of`"),
        (RULE + "origin: {of: A, is: {kind: call}}", "`origin` says `of`"),
        (RULE + "origin: {of: a}", "names metavariables"),
        (RULE + "origin: {of: A, has: call}", "has keys of ast-grep"),
        (RULE + "origin: {of: A, collect: call}", "has keys of ast-grep"),
        (RULE + "origin: {of: A, collect: {b: {kind: call}}}", "names metavariables"),
        (RULE.replace("python", "go") + "origin: {of: A}", "followed in these languages"),
        (RULE + f"files: [{'x, ' * 101}]", "more than 100 globs"),
        ("role: utils\nlanguage: python", "needs `utils`"),
        (SHARED.replace("{kind: call}", "call"), "the util 'u' is no rule"),
        (SHARED.replace("language: python\n", ""), "needs `language`"),
        (SHARED.replace("python", "text"), "does not read the language 'text'"),
        (SHARED + "rule: {kind: call}", "have no key 'rule'"),
        (SHARED + "---\n" + SHARED, "'u' is shared twice for python"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_faulty_detector_is_named_and_the_next_one_counts(fence: str, said: str) -> None:
    pattern = pattern_of(fence, RULE)
    assert len(pattern.faults) == 1
    fault = pattern.faults[0]
    assert said in fault.message
    assert (fault.code, fault.path) == ("detector", PATH)
    assert pattern.name in fault.message
    assert pattern.detectors[-1].id.startswith("violates")


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    start = time.process_time()
    pattern = pattern_of(bomb)
    assert time.process_time() - start < 2
    assert "alias" in pattern.faults[0].message


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    (one,) = detectors_of(
        RULE + "constraints: {A: {regex: yes}, B: {regex: 2024-01-01}, C: {nthChild: 2}}\n"
    )
    assert one.rule["constraints"] == {
        "A": {"regex": "yes"}, "B": {"regex": "2024-01-01"}, "C": {"nthChild": 2},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shared", "rule", "expected"),
    [
        ("{u: {kind: call}}", "{matches: u}", {"u": {"kind": "call"}}),
        ("{u: {kind: call}}", "{not: {any: [{matches: u}]}}", {"u": {"kind": "call"}}),
        ("{u: {kind: call}, v: {kind: list}}", "{matches: v}", {"v": {"kind": "list"}}),
        ("{u: {has: {matches: v}}, v: {kind: list}, w: {kind: pair}}", "{matches: u}",
         {"u": {"has": {"matches": "v"}}, "v": {"kind": "list"}}),
        ("{u: {matches: v}, v: {matches: u}}", "{matches: u}",
         {"u": {"matches": "v"}, "v": {"matches": "u"}}),
        ("{u: {kind: call}}", "{matches: w}", None),
        ("{u: {kind: call}}", "{kind: call}", None),
        # Its own win, also where a shared one uses them, and may use shared ones.
        ("{u: {kind: call}}", "{matches: u}\nutils: {u: {kind: list}}", {"u": {"kind": "list"}}),
        ("{u: {matches: v}, v: {kind: call}}", "{matches: u}\nutils: {v: {kind: list}}",
         {"v": {"kind": "list"}, "u": {"matches": "v"}}),
        ("{u: {kind: call}}", "{matches: v}\nutils: {v: {matches: u}}",
         {"v": {"matches": "u"}, "u": {"kind": "call"}}),
        ("{u: {kind: call}}", "{pattern: f($A)}\nconstraints: {A: {matches: u}}",
         {"u": {"kind": "call"}}),
    ],
)  # fmt: skip
def test_a_rule_gets_the_shared_utils_that_it_uses(
    shared: str, rule: str, expected: dict[str, object] | None
) -> None:
    document = f"role: utils\nlanguage: python\nutils: {shared}\n"
    own = f"role: violates\nlanguage: python\nrule: {rule}\n"
    for fences in ((document, own), (own, document), (f"{document}---\n{own}",)):
        pattern = pattern_of(*fences)
        assert [one.rule.get("utils") for one in pattern.detectors] == [expected]
        assert pattern.faults == ()


@pytest.mark.parametrize(
    ("shared", "own", "is_given"),
    [
        ("python", "python", True),
        ("[py, ts, tsx]", "[tsx, typescript]", True),
        ("typescript", "python", False),
        ("typescript", "[typescript, tsx]", False),
    ],
)
def test_utils_are_shared_with_rules_in_their_languages(
    shared: str, own: str, is_given: bool
) -> None:
    pattern = pattern_of(SHARED.replace("python", shared), USING.replace("python", own))
    assert ("utils" in pattern.detectors[0].rule) is is_given


def test_two_languages_may_have_a_util_of_one_name() -> None:
    other = SHARED.replace("python", "go").replace("call", "call_expression")
    pattern = pattern_of(SHARED, USING, USING.replace("python", "go"), other)
    kinds = [one.rule["utils"]["u"]["kind"] for one in pattern.detectors]
    assert (kinds, pattern.faults) == (["call", "call_expression"], ())


def test_faults_of_shared_utils_have_the_line_of_the_file() -> None:
    text = book(RULE, SHARED, SHARED, "role: utils\nlanguage: python\nutils: []")
    (pattern,) = parse_page(text, PATH).patterns
    lines = text.split("\n")
    assert [lines[fault.line - 1] for fault in pattern.faults] == ["role: utils", "utils: []"]
    again = [number for number, line in enumerate(lines, 1) if line == "role: utils"][1]
    assert pattern.faults[0].line == again


@pytest.mark.parametrize(
    "large", ["[" + ", ".join(["{kind: x}"] * 3_000) + "]", f"[{{regex: {'x' * 30_000}}}]"]
)
def test_a_rule_with_its_shared_utils_is_bounded_as_a_rule_is(large: str) -> None:
    shared = [SHARED.replace("{u: {kind: call}}", f"{{{name}: {{any: {large}}}}}") for name in "uv"]
    both = RULE.replace("kind: call", "any: [{matches: u}, {matches: v}]")
    pattern = pattern_of(*shared, USING, both)
    assert [set(one.rule["utils"]) for one in pattern.detectors] == [{"u"}]
    assert ["too large" in fault.message for fault in pattern.faults] == [True]


def test_facts_of_one_name_in_two_languages_are_one() -> None:
    found = detectors_of(RELATIONS, RELATIONS.split("---")[0].replace("python", "typescript"))
    assert [one.id for one in found] == ["relation", "loop", "relation"]
    assert found[0].key_of("relation") == found[2].key_of(found[2].id)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**/models.py", ("**/models.py",)),
        ("`src/app`, `Makefile`", ("src/app", "Makefile")),
        ("*.{ts,tsx}, src/", ("*.{ts,tsx}", "src/")),
        ("\n- `pages/[id].tsx`\n- src/a/v.py\n- our judgement", ("pages/[id].tsx", "src/a/v.py")),
        ("all services that call others", ()),
        ("Node.js", ()),
        ("Python/Django", ()),
    ],
)  # fmt: skip
def test_files_that_a_pattern_is_about(text: str, expected: tuple[str, ...]) -> None:
    book = f"## P\n\n**Confidence:** LOW\n**Pattern:** Do.\n**Applies to:** {text}\n"
    (pattern,) = parse_page(book, PATH).patterns
    assert pattern.applies_to == expected
    assert [field.label for field in pattern.extra] == ["Applies to"]  # it is shown either way


def test_files_in_front_matter() -> None:
    text = "---\nconfidence: LOW\napplies_to: ['**/models.py', '*.sql']\n---\n# P\n\nDo.\n"
    (pattern,) = parse_page(text, PATH).patterns
    assert pattern.applies_to == ("**/models.py", "*.sql")


def test_prose_around_detectors_stays() -> None:
    fences = ("```yaml ast-grep\nrole: x\n```", "~~~yaml AST-GREP\n~~~\n\n```yaml\na: b\n```")
    text = "Before.\n\n{}\n\nBetween.\n\n{}".format(*fences)
    kept = without_detectors(text)
    assert "role" not in kept
    assert kept.split() == ["Before.", "Between.", "```yaml", "a:", "b", "```"]
    assert without_detectors("No ast-grep here.") == "No ast-grep here."


def test_a_violating_fence_of_the_tests_is_one() -> None:
    assert detectors_of(violating("f($A)", message="no $A"))[0].message == "no $A"


def test_reading_compiles_no_regular_expression() -> None:
    hostile = "(?i)" + "[\\x00-\\U0010ffff]" * 90  # 0.3 seconds each
    fence = "---\n".join(f"{TEXT}rule: {{regex: '{hostile}', inside: '{n}'}}\n" for n in range(20))
    start = time.process_time()
    detectors = pattern_of(fence).detectors
    assert time.process_time() - start < 2
    assert len(detectors) == 20


def test_two_hundred_detectors_are_read() -> None:
    pattern = pattern_of("---\n".join([RULE] * 201))
    assert len(pattern.detectors) == 200
    assert len(pattern.faults) == 1
    named = [SHARED.replace("u:", f"u{number}:") for number in range(201)]
    pattern = pattern_of(*named, RULE)
    assert pattern.detectors == ()
    assert len(pattern.faults) == 1
    pattern = pattern_of(*["---\n".join([RULE] * 120)] * 3)
    assert len(pattern.detectors) == 240
    assert [fault.message.partition(": ")[2] for fault in pattern.faults] == [
        "more than 200 detectors are not read"
    ]
