"""Rules tried on one text with ast-grep, which reads it with tree-sitter.

ast-grep is imported here alone, and only when a text is read. Its core is written in Rust: what
it refuses is an exception, what it did not foresee a panic, and now and then a process ends or
never does. `actions/rules.py` holds a process for that; what stands here is what runs in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from hardwon.model.detector import Detector, DetectorRole

if TYPE_CHECKING:
    from ast_grep_py import SgNode

VARIABLE = re.compile(r"\$+([A-Z_][A-Z0-9_]*)")
# Matches of one rule in one text that count; the first ones.
MAX_HITS = 1_000
MAX_VALUES = 20_000
BOM = "\ufeff"


class Query(NamedTuple):
    """What is asked of a text: the part of a detector that ast-grep is needed for.

    Attributes:
        rule: As ast-grep takes it.
        at: As `Detector.at`.
        also: As `Detector.also`.
        names: Metavariables whose texts are wanted.
        fix: As `Detector.fix`.
        everywhere: Whether matches count that lie on no changed line: those of facts.
    """

    rule: Mapping[str, Any]
    at: str
    also: Sequence[str]
    names: Sequence[str]
    fix: str | None
    everywhere: bool


class Hit(NamedTuple):
    """A match of a rule.

    Attributes:
        line: 1-based, as `Match.line`; so are the next three.
        column: 1-based.
        end_line: 1-based.
        end_column: 1-based.
        texts: Metavariable → its text, of those that are wanted and matched something; of one
            that stands for several nodes, a list of all of it and of each node.
        whole: Line, column, end line, end column of the whole match, where a fix is wanted.
        old: The text of the whole match, likewise.
        new: What takes its place.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    texts: Mapping[str, str | list[str]]
    whole: Sequence[int] = ()
    old: str = ""
    new: str | None = None


class Refusal(NamedTuple):
    """Why a rule could not be tried on a text.

    Attributes:
        message: The end of a sentence that begins with what could not be tried.
        is_text: Whether it is the text that cannot be tried, by any rule.
        is_end: Whether it took too long, or ended its process, which another text may not do.
    """

    message: str
    is_text: bool = False
    is_end: bool = False


def names_in(template: str) -> list[str]:
    """Return the metavariables of a template, as `Detector` has it."""
    return [] if template.startswith("=") else VARIABLE.findall(template)


def query_of(detector: Detector) -> Query:
    """Return what a text is asked for `detector`."""
    templates = [detector.value, *(condition.subject for condition in detector.where)]
    templates += [x for c in detector.words for x in (c.subject, *c.words)]
    names = {name for template in templates for name in names_in(template)}
    names.update(VARIABLE.findall(detector.message))
    is_fact = detector.role is DetectorRole.FACT
    return Query(detector.rule, detector.at, detector.also, sorted(names), detector.fix, is_fact)


def explain(error: BaseException) -> str:
    """Return what ast-grep says of a rule, on one line; raises what is not from ast-grep.

    Raises:
        BaseException: `error` itself, when it says that the process is to end.
    """
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error
    text = str(error).split("Stack backtrace:")[0]
    causes = re.findall(r"^\s+\d+: (.+(?:\n(?!\s+\d+: ).+)*)", text, re.MULTILINE)
    said = causes[-1] if causes else text.partition("Caused by:")[2] or text
    said = " ".join(said.split())[:300].rstrip(".")
    if type(error).__name__ == "PanicException":
        return f"ast-grep fails on it ({said})"
    return said or type(error).__name__


class Source:
    """A text, parsed once for all rules of its language.

    Raises:
        BaseException: ast-grep cannot parse it; `explain` says whether it is one of those.
    """

    def __init__(self, text: str, language: str) -> None:
        from ast_grep_py import SgRoot

        # Some grammars take a byte order mark for a fault; columns of line 1 move with it.
        self._text = text.removeprefix(BOM)
        self._shift = len(text) - len(self._text)
        self._root = SgRoot(self._text, language).root()

    def answer(self, query: Query, changed: Collection[int] | None) -> list[Hit] | Refusal:
        """Return the matches that count, in the order of the tree; or why there are none."""
        try:
            return self._find(query, None if query.everywhere else changed)
        except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
            return Refusal(f"is wrong: {explain(error)}")

    def _find(self, query: Query, changed: Collection[int] | None) -> list[Hit]:
        hits = []
        most = MAX_VALUES if query.everywhere else MAX_HITS
        config: Any = query.rule
        for node in self._root.find_all(config):
            stands = self._stand(node, query, changed)
            if stands is None:
                continue
            hits.append(self._hit(node, stands, query))
            if len(hits) == most:
                break
        return hits

    def _stand(
        self, node: SgNode, query: Query, changed: Collection[int] | None
    ) -> tuple[int, int, int, int] | None:
        """Return line, column, end line and end column of what counts; None where nothing does."""
        nodes = [_first(node, query.at)] if query.at else [node]
        nodes += [_first(node, name) for name in query.also]
        for one in nodes:
            if one is None:
                continue
            line, column, end_line, end_column = self._place(one)
            if changed is None or line in changed:
                return line, column, end_line, end_column
            later = [n for n in range(line + 1, end_line + 1) if n in changed]
            if later:
                first = self._lines[later[0] - 1]
                column = 1 + len(first) - len(first.lstrip())
                return later[0], column, end_line, end_column
        return None

    def _place(self, node: SgNode) -> tuple[int, int, int, int]:
        place = node.range()
        line, end_line = place.start.line + 1, place.end.line + 1
        column, end_column = place.start.column + 1, place.end.column + 1
        if end_column == 1 and end_line > line:  # it ends with the line break before
            end_line -= 1
            end_column = 1 + len(self._lines[end_line - 1])
        return (
            line, column + self._shift * (line == 1),
            end_line, end_column + self._shift * (end_line == 1),
        )  # fmt: skip

    @cached_property
    def _lines(self) -> list[str]:
        return [line.removesuffix("\r") for line in self._text.split("\n")]

    def _hit(self, node: SgNode, stands: tuple[int, int, int, int], query: Query) -> Hit:
        texts = {name: text for name in query.names if (text := self._capture(node, name))}
        if query.fix is None:
            return Hit(*stands, texts)
        return Hit(*stands, texts, self._exact(node), node.text(), self._rewrite(node, query))

    def _exact(self, node: SgNode) -> tuple[int, int, int, int]:
        place = node.range()
        start, end = place.start, place.end
        return (
            start.line + 1, start.column + 1 + self._shift * (start.line == 0),
            end.line + 1, end.column + 1 + self._shift * (end.line == 0),
        )  # fmt: skip

    def _capture(self, node: SgNode, name: str) -> str | list[str] | None:
        one = node.get_match(name)
        if one is not None:
            return one.text()
        many = node.get_multiple_matches(name)
        if many:
            all_of_it = self._text[many[0].range().start.index : many[-1].range().end.index]
            return [all_of_it, *(part.text() for part in many if part.is_named())]
        return node.get_transformed(name)

    def _rewrite(self, node: SgNode, query: Query) -> str:
        """Return the fix with the texts of metavariables in it, indented as its place is.

        Lines of a text that is carried along keep their indentation to each other.
        """
        around = self._indent(node)
        lines = (query.fix or "").removesuffix("\n").split("\n")
        done = []
        for number, line in enumerate(lines):
            own = around + line[: len(line) - len(line.lstrip())] if number else around
            filled = VARIABLE.sub(lambda m, own=own: self._carried(node, m, own), line)  # type: ignore[misc]
            done.append(around + filled if number and filled else filled)
        return "\n".join(done)

    def _carried(self, node: SgNode, variable: re.Match[str], indent: str) -> str:
        text = self._capture(node, variable[1])
        if text is None:
            # One that matched nothing is left out; what is none, such as `$HOME`, stays.
            return "" if variable[0].startswith("$$$") else variable[0]
        first = node.get_match(variable[1])
        several = node.get_multiple_matches(variable[1]) if first is None else [first]
        before = self._indent(several[0]) if several else ""
        whole = text[0] if isinstance(text, list) else text
        lines = whole.split("\n")
        rest = (indent + x.removeprefix(before) if x.strip() else x for x in lines[1:])
        return "\n".join([lines[0], *rest])

    def _indent(self, node: SgNode) -> str:
        line = self._lines[node.range().start.line]
        return line[: len(line) - len(line.lstrip())]


def _first(node: SgNode, name: str) -> SgNode | None:
    """Return the node that a metavariable stands for, of several the first."""
    return node.get_match(name) or next(iter(node.get_multiple_matches(name)), None)
