"""Where a value comes from is found through names, loops, parameters, calls and attributes."""

from __future__ import annotations

import pytest

from hardwon.model.detector import Detector
from hardwon.review.detect import find
from tests.detectors import detectors_of

PYTHON = """\
id: row
role: violates
language: python
rule: {kind: attribute, pattern: $X.$REL}
constraints: {REL: {regex: ^customer$}}
origin:
  of: X
  has: {kind: attribute, regex: '^[A-Z]\\w*\\.objects$', has: {field: object, pattern: $MODEL}}
  lacks: {kind: call, has: {field: function, regex: '\\.values$'}}
  collect:
    LOADED: {kind: call, has: {field: function, regex: 'select_related$|prefetch_related_objects$'}}
where: {LOADED: {lacks: customer}}
message: of $MODEL
"""
SCRIPT = """\
id: row
role: violates
language: [javascript, typescript]
rule: {kind: member_expression, pattern: $X.$REL}
constraints: {REL: {regex: ^customer$}}
origin:
  of: X
  has: {kind: call_expression, has: {field: function, regex: '\\.findMany$'}}
  collect: {LOADED: {kind: pair, has: {field: key, regex: ^include$}}}
where: {LOADED: {lacks: customer}}
message: found
"""


def messages(text: str, detectors: tuple[Detector, ...], path: str = "a.py") -> list[str]:
    found = find({path: text}, detectors)
    assert not found.faults
    return [match.message for match in found.matches]


@pytest.mark.parametrize(
    "text",
    [
        "for o in Order.objects.all():\n    o.customer",
        "rows = Order.objects.all()\nfor o in rows:\n    o.customer",
        "def f():\n    q = Order.objects.all()\n    q = q.filter(a=1)[:9]\n    page = list(q)\n"
        "    return [o.customer for o in page]",
        "def f():\n    if x:\n        q = Order.objects.filter(a=1)\n    else:\n        q = []\n"
        "    for i, o in enumerate(q):\n        o.customer",
        "def rows():\n    return Order.objects.all()\n"
        "def f():\n    for o in rows():\n        o.customer",
        "class A:\n    def rows(self):\n        return Order.objects.all()\n"
        "    def f(self):\n        return {o.pk: o.customer for o in self.rows()}",
        "class A:\n    queryset = Order.objects.all()\n"
        "    def f(self):\n        return {o.pk: o.customer for o in self.queryset}",
        "def show(rows: list):\n    for o in rows:\n        o.customer\n"
        "def f():\n    show(Order.objects.all())",
        "def show(day, rows=()):\n    for o in rows:\n        o.customer\n"
        "def f():\n    q = Order.objects.all()\n    show(1, rows=q)",
        "def f():\n    return sorted(Order.objects.all(), key=lambda o: o.customer)",
        "def f():\n    kept = [o for o in Order.objects.all() if o.open]\n"
        "    for o in kept:\n        o.customer",
        "async def f():\n"
        "    for o in (await aslist(Order.objects.all())) or []:\n        o.customer",
    ],
)  # fmt: skip
def test_a_value_is_followed_in_python(text: str) -> None:
    assert messages(text, detectors_of(PYTHON)) == ["of Order"]


@pytest.mark.parametrize(
    "text",
    [
        "for o in rows:\n    o.customer",
        "def f():\n    for o in Order.objects.values():\n        o.customer",
        "def f():\n"
        "    for o in Order.objects.select_related('customer__user'):\n        o.customer",
        "def f():\n    q = Order.objects.all()\n    if x:\n"
        "        q = q.select_related('customer')\n"
        "    for o in q:\n        o.customer",
        "def f():\n    q = list(Order.objects.all())\n    prefetch_related_objects(q, 'customer')\n"
        "    for o in q:\n        o.customer",
        "def g():\n    rows = Order.objects.all()\ndef f(rows):\n"
        "    for o in rows:\n        o.customer",
        "def f():\n    lines = Line.objects.select_related('customer')\n"
        "    q = Order.objects.prefetch(Prefetch('lines', queryset=lines))\n"
        "    for o in q:\n        o.customer",
        "def f():\n    ids = Order.objects.all()\n"
        "    for o in other(pk__in=ids):\n        o.customer",
        "def show(day, rows):\n    for o in day:\n        o.customer\n"
        "def f():\n    show(1, Order.objects.all())",
    ],
)  # fmt: skip
def test_what_comes_from_elsewhere_is_left_alone_in_python(text: str) -> None:
    assert messages(text, detectors_of(PYTHON)) == []


@pytest.mark.parametrize(
    "text",
    [
        "for (const o of await db.order.findMany()) { o.customer }",
        "async function f() { const rows = await db.order.findMany();"
        " rows.map((o) => o.customer) }",
        "async function f() { const [rows, n] = await Promise.all([db.order.findMany(), 1]);\n"
        "  for (const o of rows) o.customer }",
        "async function f() { const { items } = await db.order.findMany();\n"
        "  return items.filter(Boolean).forEach(function (o) { o.customer }) }",
        "const rows = () => db.order.findMany()\n"
        "const f = async () => (await rows()).map(o => o.customer)",
        "class A { rows() { return this.db.order.findMany() }\n"
        "  async f() { for (const o of await this.rows()) o.customer } }",
        "function show(rows) { rows.forEach(o => o.customer) }\n"
        "async function f() { show(await db.order.findMany()) }",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["a.js", "a.ts"])
def test_a_value_is_followed_in_scripts(text: str, path: str) -> None:
    assert messages(text, detectors_of(SCRIPT), path) == ["found"]


@pytest.mark.parametrize(
    "text",
    [
        "rows.map((o) => o.customer)",
        "async function f() { const rows =\n"
        "  await db.order.findMany({ include: { customer: true } });\n"
        "  rows.map((o) => o.customer) }",
        "async function g() { const rows = await db.order.findMany() }\n"
        "function f(rows) { rows.map((o) => o.customer) }",
    ],
)  # fmt: skip
def test_what_comes_from_elsewhere_is_left_alone_in_scripts(text: str) -> None:
    assert messages(text, detectors_of(SCRIPT), "a.ts") == []


def test_words_that_were_collected_are_values_of_facts() -> None:
    rules = """\
id: loads
role: fact
language: python
rule: {pattern: show($Q)}
origin:
  of: Q
  collect: {LOADED: {kind: string, inside: {kind: argument_list}}}
value: show.$LOADED
---
id: told
role: violates
language: python
rule: {pattern: $O.$REL}
where: {show.$REL: {in: loads}}
"""
    text = "q = Order.objects.select_related('customer__user')\nshow(q)\no.user\no.shop\n"
    assert len(messages(text, detectors_of(rules))) == 1


def test_a_text_that_goes_in_circles_is_left_at_some_point() -> None:
    text = "def f(a):\n    b = a\n    a = b\n    f(a)\n    for o in g(a):\n        o.customer\n"
    text += "def g(x):\n    return g(f(x))\n"
    assert messages(text, detectors_of(PYTHON)) == []
    many = "".join(f"a{n} = a{n + 1}\n" for n in range(200))
    assert messages(many + "for o in a0:\n    o.customer\n", detectors_of(PYTHON)) == []
