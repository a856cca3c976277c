"""Rules for text: regular expressions for files that ast-grep cannot read.

They are Python's, and may take for ever; what stands here runs where `actions/rules.py` ends it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import Any

from hardwon.review.syntax import BOM, MAX_HITS, MAX_VALUES, Hit, Query, Refusal

_INK = re.compile(r"[^\s]")
# A match of `regex`, and that of `inside` around it.
_Found = tuple[re.Match[str], ...]


class PlainSource:
    """A text for rules that take it as such."""

    def __init__(self, text: str) -> None:
        self._text = text.removeprefix(BOM)
        self._shift = len(text) - len(self._text)
        lengths = (len(line) + 1 for line in self._text.split("\n"))
        self._starts = [0, *accumulate(lengths)][:-1]

    def answer(self, query: Query, changed: Collection[int] | None) -> list[Hit] | Refusal:
        """Return the matches that count, in the order of the text; or why there are none."""
        counting = None if query.everywhere else changed
        most = MAX_VALUES if query.everywhere else MAX_HITS
        hits: list[Hit] = []
        try:
            for found in self._find(query.rule):
                stands = self._stand(found, query, counting)
                if stands is not None:
                    hits.append(Hit(*stands, _texts(found, query)))
                if len(hits) == most:
                    break
        except (re.error, ValueError, OverflowError, RecursionError) as error:
            return Refusal(f"is wrong: {error}")
        return hits

    def _find(self, rule: Any) -> Iterator[_Found]:
        text = self._text
        if "ignore" in rule:
            text = re.sub(rule["ignore"], lambda found: _INK.sub(" ", found[0]), text)
        regex = re.compile(rule["regex"])
        if "inside" not in rule:
            for found in regex.finditer(text):
                yield (found,)
            return
        for around in re.finditer(rule["inside"], text):
            for found in regex.finditer(text, around.start(), around.end()):
                yield found, around

    def _stand(
        self, found: _Found, query: Query, changed: Collection[int] | None
    ) -> tuple[int, int, int, int] | None:
        """Return line, column, end line and end column of what counts; None where nothing does."""
        spans = [_span(found, query.at) if query.at else found[0].span()]
        spans += [_span(found, name) for name in query.also]
        for span in spans:
            if span is None:
                continue
            (line, column), (end_line, end_column) = map(self._place, span)
            if end_column == 1 and end_line > line:  # it ends with the line break before
                end_line, end_column = self._place(span[1] - 1)
            if changed is None or line in changed:
                return line, column, end_line, end_column
            later = [n for n in range(line + 1, end_line + 1) if n in changed]
            if later:
                ink = _INK.search(self._text, self._starts[later[0] - 1], span[1])
                column = 1 + ink.start() - self._starts[later[0] - 1] if ink else 1
                return later[0], column, end_line, end_column
        return None

    def _place(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._starts, index)
        return line, 1 + index - self._starts[line - 1] + self._shift * (line == 1)


def _named(found: _Found, name: str) -> re.Match[str] | None:
    for match in found:
        if match.re.groupindex.get(name) and match[name] is not None:
            return match
    return None


def _span(found: _Found, name: str) -> tuple[int, int] | None:
    match = _named(found, name)
    return match.span(name) if match else None


def _texts(found: _Found, query: Query) -> dict[str, str | list[str]]:
    return {name: match[name] for name in query.names if (match := _named(found, name))}
