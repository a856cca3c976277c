"""Pages survive the index; what is no page is noticed."""

from __future__ import annotations

import pytest

from hardwon.index.codec import DamagedRowError, decode_page, encode_page
from hardwon.markup.pages import parse_page

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
