"""Pages survive the index; what is no page is noticed."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardwon.index.codec import DamagedRowError, decode_page, encode_page
from hardwon.markup.pages import parse_page
from hardwon.model import detector, experience, page, pattern, values
from hardwon.model.page import Page

BOOK = """\
---
tags: [a, b]
---
# Book

## Join Rows

**Confidence:** HIGH
**Based on:** 3 examples
**Last reinforced:** 2026-02
**Pattern:** Join “them”.

```python
join()
```

**Applies to:** `*.py`

**Detection:**

```yaml ast-grep
role: applies
language: python
rule: {pattern: join()}
where: {X: {in: rows}}
---
role: nobody
```

**Examples:**
1. shop (2026-01-05) - fine
- [... and 5 more ...]

**Counter-examples:**
- bank (2026-02)

**Related patterns:**
- Index Rows

**Source experiences:**
- episodic/code/x.md

**Last Updated:** 2026-02-01
**Total Patterns:** 1
**Confidence Breakdown:**
- HIGH: 1
"""
NOTE = """\
# Fixed it

**Date:** 2026-04
**Result:** SUCCESS
**Tags:** a, b

## Lessons
- One thing

## Patterns Applied
- Join Rows
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("semantic/patterns/dev-patterns.md", BOOK),
        ("episodic/code/fixed.md", NOTE),
        ("episodic/code/broken.md", "---\na: [\n---\n# â€™ x\n"),
        ("procedural/workflows/w.md", "---\npattern: Join Rows\n---\n# W\n\n- [x] do it\n"),
        ("empty.md", ""),
    ],
)
def test_page_comes_back_as_it_was(path: str, text: str) -> None:
    page = parse_page(text, path)
    assert decode_page(encode_page(page)) == page


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "7", '["a.md","nothing",[],[]]', "[[]]"])
def test_what_is_no_page_is_damage(text: str) -> None:
    with pytest.raises(DamagedRowError):
        decode_page(text)


@pytest.mark.parametrize(
    "text",
    [
        '["a.md","book",[[]],[],null,[null,null,null,null,[],[]],[]]',
        '["a.md","book",[],[["a.md"]],null,[null,null,null,null,[],[]],[]]',
        '["a.md","book",[],[],[],[null,null,null,null,[],[]],[]]',
        '["a.md","book",[],[],null,[[2025],null,null,null,[],[]],[]]',
        '["a.md","book",[],[],null,[null,null,null,null,[["HIGH",1]],[]],[]]',
        '["a.md","book",[],[],null,[null,null,null,null,[],[]],[["code","a.md",1]]]',
        "[" * 100_000,
    ],
)
def test_a_part_that_is_no_part_is_damage(text: str) -> None:
    with pytest.raises(DamagedRowError):
        decode_page(text)


NAMES = {
    name: value
    for module in (values, experience, detector, pattern, page)
    for name, value in vars(module).items()
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of any type that a page may hold, each field of each class filled."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, NAMES)
        return st.builds(kind, **{name: values_of(hint) for name, hint in hints.items()})
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        return st.one_of(map(values_of, typing.get_args(kind)))
    if typing.get_origin(kind) is tuple:
        kinds = typing.get_args(kind)
        if kinds[-1] is Ellipsis:
            return st.lists(values_of(kinds[0]), max_size=2).map(tuple)
        return st.tuples(*map(values_of, kinds))
    if typing.get_origin(kind) is Mapping:
        data = st.one_of(st.text(max_size=3), st.integers(0, 9), st.booleans(), st.none())
        return st.dictionaries(st.text(max_size=3), st.one_of(data, st.lists(data, max_size=2)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    plain = {
        str: st.text(max_size=3),
        int: st.integers(0, 9),
        float: st.floats(0, 1),
        bool: st.booleans(),
        types.NoneType: st.none(),
    }
    return plain[kind]


@given(values_of(Page))
def test_every_field_of_every_class_comes_back(page: Page) -> None:
    decoded = decode_page(encode_page(page))
    assert decoded == page
    assert repr(decoded) == repr(page)  # which shows its types
