"""Rules run in a process of their own; whatever becomes of that, the others run."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from detectors import detectors_of, violating
from hardwon.actions import rules as module
from hardwon.actions.rules import Rules
from hardwon.review.detect import find
from hardwon.review.syntax import Hit, Query, Refusal, search_text

NUMBERS = "".join(f"a{n} = b{n}\n" for n in range(2_000))
# For each name it looks at all names, and that again.
SLOW: dict[str, Any] = {"kind": "identifier"}
for _ in range(6):
    SLOW = {
        "kind": "identifier",
        "inside": {
            "kind": "module",
            "stopBy": "end",
            "has": {"stopBy": "end", "all": [SLOW, {"pattern": "nobody"}]},
        },
    }
bounded = pytest.mark.skipif(sys.platform == "win32", reason="no bounds on processor time there")


def query(rule: dict[str, Any], **more: Any) -> Query:
    return Query({"rule": rule, **more}, "", (), ("A",), None, None, everywhere=False)


NAME = query({"pattern": "a1", "kind": "identifier"})


def kinds(answers: list[list[Hit] | Refusal]) -> list[int | str]:
    return [answer.message if isinstance(answer, Refusal) else len(answer) for answer in answers]


def test_a_worker_finds_what_this_process_would() -> None:
    queries = [
        query({"pattern": "f($$$A)"}),
        Query({"rule": {"pattern": "f($A, $B)"}}, "B", ("A",), ("A", "B"), "g($B)", None, False),
        query({"kind": "nope"}),
    ]
    text = "\ufeffé = 'x'\nf(a,\n  b)\nif c:\n    f(d, e)\n"
    with Rules() as rules:
        for changed in (None, {3}, {1}, {5, 2}):
            assert rules.search(text, "python", queries, changed) == [
                *search_text(text, "python", queries, changed)
            ]
        assert rules.search("f(1)\n", "typescript", queries[:1], None) == [
            *search_text("f(1)\n", "typescript", queries[:1], None)
        ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"kind": "nope"}, "is wrong: Kind `nope` is invalid"),
        ({"regex": "("}, "is wrong: regex parse error: ( ^ error: unclosed group"),
        ({"regex": "(a{1000}){1000}"}, "is wrong: Compiled regex exceeds size limit"),
        ({"patern": "x"}, "is wrong: unknown field `patern`, expected one of"),
        ({"matches": "x"}, "is wrong: Rule `x` is not defined"),
        ({"pattern": ""}, "is wrong: No AST root is detected"),
        ({}, "is wrong: Rule must have one positive matcher"),
    ],
)
def test_what_ast_grep_says_of_a_wrong_rule(rule: dict[str, Any], said: str) -> None:
    with Rules() as rules:
        answers = kinds(rules.search("a1", "python", [NAME, query(rule), NAME], None))
    assert answers[::2] == [1, 1]
    assert str(answers[1]).startswith(said)


@bounded
def test_a_rule_that_takes_too_long_is_ended_and_the_rest_goes_on() -> None:
    with Rules(seconds=0.5) as rules:
        answers = rules.search(NUMBERS, "python", [NAME, query(SLOW), NAME], None)
        assert kinds(answers) == [1, "takes too long (more than 0.5 seconds)", 1]
        assert kinds(rules.search("a1", "python", [NAME], None)) == [1]


@bounded
def test_a_text_on_which_many_rules_take_too_long_is_given_up() -> None:
    slow = [query({**SLOW}) for _ in range(4)]
    with Rules(seconds=0.3) as rules:
        answers = rules.search(NUMBERS, "python", [*slow, NAME], None)
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        assert [refusal.is_end for refusal in refusals] == [True, True, False, False, False]
        assert [refusal.is_text for refusal in refusals] == [False, False, True, True, True]
        assert kinds(rules.search("a1", "python", [NAME], None)) == [1]


@bounded
def test_rules_are_ended_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_ALL_ENDS", 1)
    with Rules(seconds=0.3) as rules:
        rules.search(NUMBERS, "python", [query(SLOW)], None)
        (answer,) = rules.search("a1", "python", [NAME], None)
        assert isinstance(answer, Refusal)
        assert answer.is_text


@bounded
@pytest.mark.slow
def test_a_text_that_nests_deeply_costs_one_rule() -> None:
    deep = "x = " + "(" * 100_000 + "1" + ")" * 100_000
    looks = {"kind": "parenthesized_expression", "has": {"kind": "call", "stopBy": "end"}}
    number = query({"kind": "integer"})
    with Rules(seconds=1) as rules:
        answers = kinds(rules.search(deep, "python", [number, query(looks), number], None))
    assert answers == [1, "takes too long (more than 1 seconds)", 1]


@bounded
def test_an_expression_that_takes_for_ever_is_ended() -> None:
    def look(regex: str) -> Query:
        return Query({"regex": regex}, "", (), (), None, None, everywhere=False)

    with Rules(seconds=0.5) as rules:
        answers = rules.search("a" * 40, "text", [look("a+"), look("(a|a)+$b"), look("a")], None)
    assert kinds(answers) == [1, "takes too long (more than 0.5 seconds)", 40]


def test_a_panic_is_a_refusal() -> None:
    with Rules() as rules:
        (answer,) = rules.search("a1", "sql", [NAME], None)
        assert isinstance(answer, Refusal)
        assert answer.is_text
        assert kinds(rules.search("a1", "python", [NAME], None)) == [1]


def test_a_worker_that_dies_costs_the_rule_that_it_was_busy_with() -> None:
    # The rule for `die` ends the worker as a crash of its core would.
    serve = "from hardwon.actions.rules import serve;"
    dying = (
        f"import os; from hardwon.review import syntax; {serve}"
        "old = syntax.Source.answer;"
        "syntax.Source.answer = lambda self, query, changed: os._exit(3)"
        " if query.rule['rule'].get('pattern') == 'die' else old(self, query, changed);"
    )
    with Rules() as rules:
        rules._worker._start = rules._worker._start.replace(serve, dying)
        answers = rules.search("a1", "python", [NAME, query({"pattern": "die"}), NAME], None)
    assert kinds(answers) == [1, "ends the process that runs it", 1]


def test_a_worker_that_cannot_be_started_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Rules() as rules:
        (answer,) = rules.search("a1", "python", [NAME], None)
    assert isinstance(answer, Refusal)
    assert "cannot be started" in answer.message


@bounded
def test_a_rule_that_was_ended_on_two_files_is_not_tried_on_a_third() -> None:
    asked: list[tuple[str, int]] = []

    def search(text: str, language: str, queries: Any, changed: Any) -> list[Any]:
        asked.append((text, len(queries)))
        return [
            Refusal("takes too long", is_end=True) if "slow" in str(query.rule) else []
            for query in queries
        ]

    detectors = detectors_of(violating("$A(slow)"), violating("$A($B)"))
    texts = {f"{n}.py": f"f(slow) # {n}" for n in range(4)}
    found = find(texts, detectors, None, None, search)
    assert [number for _, number in asked] == [2, 2, 1, 1]
    (fault,) = found.faults
    assert fault.message.endswith("takes too long on 0.py")
