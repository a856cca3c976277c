"""JSON with comments as people and programs write it, and another reader of it than ours."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st

# What may stand between any two parts of such a file.
trivia = st.sampled_from(
    ["", " ", "\n", "\r\n  ", "\t", "/* c */", " // c\n", "\n// c\r\n", "/**/\n"]
)
scalars = st.sampled_from(
    ["1", "-2.5e3", "true", "null", '"a"', '""', r'"\"{[,//\\"', '"é\U0001f600"', r'"\u00e9"']
)
names = st.sampled_from(['"a"', '"b c"', r'"\""', '"mcpServers"', '"hooks"', '"//"', '"x"'])


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    used = draw(st.lists(names, unique=True, max_size=3))
    gap = lambda: draw(trivia)  # noqa: E731
    members = [f"{gap()}{name}{gap()}:{gap()}{draw(inner)}{gap()}" for name in used]
    tail = "," + gap() if members and draw(st.booleans()) else ""
    return "{" + ",".join(members) + tail + (gap() if not members else "") + "}"


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = [f"{draw(trivia)}{draw(inner)}{draw(trivia)}" for _ in range(draw(st.integers(0, 2)))]
    tail = "," + draw(trivia) if items and draw(st.booleans()) else ""
    return "[" + ",".join(items) + tail + (draw(trivia) if not items else "") + "]"


values = st.recursive(scalars, lambda inner: objects(inner) | arrays(inner), max_leaves=6)
texts = st.builds(
    "".join, st.tuples(st.sampled_from(["", "\ufeff"]), trivia, objects(values), trivia)
)


def plain(text: str) -> Any:
    """Return what a text means, read by another reader than ours."""
    pattern = r'("(?:[^"\\]|\\.)*")|//[^\r\n]*|/\*.*?\*/'
    bare = re.sub(pattern, lambda m: m[1] or " ", text.removeprefix("\ufeff"), flags=re.DOTALL)
    strings: list[str] = []
    held = re.sub(
        r'"(?:[^"\\]|\\.)*"', lambda m: f'"{strings.append(m[0]) or len(strings) - 1}"', bare
    )
    held = re.sub(r",(\s*[}\]])", r"\1", held)
    return json.loads(re.sub(r'"(\d+)"', lambda m: strings[int(m[1])], held))
