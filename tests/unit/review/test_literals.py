"""Words that a text must hold for a rule to match: never one too many."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ast_grep_py import SgRoot

from hardwon.review.literals import find_clauses, may_match


def clauses(rule: Any, **more: Any) -> list[set[str]]:
    return [set(clause) for clause in find_clauses({"rule": rule, **more})]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"pattern": "$A.objects.get($$$B)"}, [{"get"}, {"objects"}]),
        ({"pattern": "Foo($A)"}, [{"foo"}]),
        ({"pattern": "$A"}, []),
        ({"pattern": "f($A) # why"}, []),
        ({"pattern": {"context": "class A: f()", "selector": "call"}}, []),
        ({"pattern": {"context": "one(two)", "strictness": "ast"}}, [{"one"}, {"two"}]),
        ({"pattern": {"context": "one(two)", "strictness": "signature"}}, []),
        ({"pattern": "prefix_$A"}, []),
        ({"pattern": "ök($A)"}, []),
        ({"kind": "call"}, []),
        ({"regex": "^(save|create)$"}, [{"save", "create"}]),
        ({"regex": "save"}, [{"save"}]),
        ({"regex": "(?:a1|b1)"}, [{"a1", "b1"}]),
        ({"regex": "^sa.e$"}, [{"sa"}]),
        ({"regex": "(?i)save"}, [{"ave"}]),
        ({"regex": r"\.objects\b.*\.(filter|get)$|^self\.\w+"}, [{"objects", "self"}]),
        ({"regex": "(Model|db\\.Base)\\b"}, [{"base", "model"}]),
        ({"regex": "one(two)?three*"}, [{"one"}, {"thre"}]),
        ({"regex": "a(?=later)(?!never)(?<=ago)b"}, []),
        ({"regex": "(?P<N>word)(?:more){0,1}"}, [{"word"}]),
        ({"regex": "[abc]def[^)]gh{2}i"}, [{"def"}]),
        ({"regex": "one|(two|.)"}, []),
        ({"regex": "one||two"}, []),
        ({"regex": "(one|)two"}, [{"two"}]),
        ({"regex": "\\x41bc"}, []),
        ({"regex": "\\p{Lu}abc"}, []),
        ({"regex": "(?x)a bc"}, []),
        ({"regex": "ab(?i)cd"}, []),
        ({"regex": "[a[b]cde]"}, []),
        ({"regex": "(((one"}, []),
        ({"regex": "one)two"}, []),
        ({"kind": "call", "inside": {"pattern": "loop($A)", "stopBy": "end"}}, [{"loop"}]),
        ({"has": {"all": [{"pattern": "one()"}, {"pattern": "two()"}]}}, [{"one"}, {"two"}]),
        ({"any": [{"pattern": "one()"}, {"pattern": "two()"}]}, [{"one", "two"}]),
        ({"any": [{"pattern": "one()"}, {"kind": "call"}]}, []),
        ({"any": []}, []),
        ({"not": {"pattern": "one()"}}, []),
        ({"matches": "u"}, [{"util"}]),
        ({"matches": "nobody"}, []),
        ("nonsense", []),
        ({"all": "nonsense", "any": 3, "matches": []}, []),
    ],
)
def test_words_of_a_rule(rule: Any, expected: list[set[str]]) -> None:
    assert clauses(rule, utils={"u": {"pattern": "util()"}}) == expected


def test_a_constraint_counts_where_its_variable_is_always_there() -> None:
    limit = {"M": {"regex": "^(save|create)$"}}
    assert clauses({"pattern": "$A.$M()"}, constraints=limit) == [{"save", "create"}]
    assert clauses({"any": [{"pattern": "$A.$M()"}]}, constraints=limit) == []


def test_utils_that_name_each_other_end() -> None:
    assert clauses({"matches": "a"}, utils={"a": {"matches": "b"}, "b": {"matches": "a"}}) == []


TEXTS = {
    "python": [
        "for row in Order.objects.all():\n    print(row.customer.name)\n",
        "try:\n    save(a, b=1)\nexcept ValueError as e:\n    log.error('no %s', e)\n",
        "@app.get('/x')\nasync def f(x: int = 1) -> str:\n    return await g(x) if x else ''\n",
        "if a is not None and not b: del a[1:2], b\nx = lambda *a, **k: {**k, 'save': a}\n",
    ],
    "typescript": [
        "export const f = async (a: number) => { await db.save(a); };\n",
        "for (const x of xs) { try { g(x) } catch (e) { console.error(e) } }\n",
    ],
    "php": ["<?php FOREACH ($a AS $b) { ECHO save($b); }\n"],
    "html": ["<DIV Class='a'><p>save</p></DIV>\n"],
    "css": ["A:Hover { COLOR: Red }\n"],
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_rule_that_matches_has_its_words_in_the_text(language: str) -> None:
    # Every node of every text becomes a pattern: it matches itself, in any spelling of keywords.
    for text in TEXTS[language]:
        nodes = [SgRoot(text, language).root()]
        patterns = set()
        while nodes:
            node = nodes.pop()
            nodes += node.children()
            if node.is_named() and node.text().strip():
                patterns |= {node.text(), node.text().lower()}
        matched = 0
        for pattern in sorted(patterns):
            rule: Any = {"rule": {"pattern": pattern}}
            for other in TEXTS[language]:
                try:
                    found = SgRoot(other, language).root().find_all(rule)
                except RuntimeError:  # half a statement
                    continue
                matched += len(found)
                assert not found or may_match(find_clauses(rule), other.lower()), (pattern, other)
        assert matched > 3


def test_words_of_a_rule_for_text() -> None:
    rule = {"regex": r"(?i)\bREFERENCES\b", "inside": "CREATE TABLE", "ignore": "comment"}
    assert find_clauses(rule) == tuple(
        frozenset({word}) for word in ("create", "reference", "table")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"\.objects\b.*\.(filter|get)$|^self\.\w+", "a.OBJECTS.objects.get"),
        (r"(?i)task|kiosk", "ta\u017f\u212a"),
        (r"(?i)(CREATE|ALTER)\s+TABLE", "alter\n table"),
        (r"colou?r(s|ing)?", "color"),
        (r"ab{0,2}c(de)*", "ac"),
        (r"[)(|]x(yz){1}", ")xyz"),
    ],
)
def test_no_word_is_asked_for_that_a_match_may_lack(expression: str, text: str) -> None:
    assert re.search(expression, text)
    for rule in ({"regex": expression}, {"rule": {"regex": expression}}):
        assert may_match(find_clauses(rule), text.lower())
