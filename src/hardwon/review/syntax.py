"""Rules tried on one text with ast-grep, which reads it with tree-sitter.

ast-grep is imported here alone, and only when a text is read. Its core is written in Rust: what
it refuses is an exception, what it did not foresee a panic, and now and then a process ends or
never does. `actions/rules.py` holds a process for that; what stands here is what runs in it.
"""

from __future__ import annotations

import abc
import bisect
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from hardwon.model.detector import Detector, DetectorRole
from hardwon.model.languages import TEXT
from hardwon.review.origin import Origins

if TYPE_CHECKING:
    from ast_grep_py import SgNode

VARIABLE = re.compile(r"\$+([A-Z_][A-Z0-9_]*)")
# Matches of one rule in one text that count; the first ones.
_MAX_HITS = 1_000
_MAX_VALUES = 20_000
_BOM = "\ufeff"
_Place = tuple[int, int, int, int]  # line, column, end line, end column, all 1-based


class Query(NamedTuple):
    """What is asked of a text: the part of a detector that ast-grep is needed for.

    Attributes:
        rule: As ast-grep takes it.
        at: As `Detector.at`.
        also: As `Detector.also`.
        names: Metavariables whose texts are wanted.
        fix: As `Detector.fix`.
        origin: As `Detector.origin`.
        everywhere: Whether matches count that lie on no changed line: those of facts.
    """

    rule: Mapping[str, Any]
    at: str
    also: Sequence[str]
    names: Sequence[str]
    fix: str | None
    origin: Mapping[str, Any] | None
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


def query_of(detector: Detector) -> Query:
    """Return what a text is asked for `detector`."""
    templates = [detector.message, detector.value]
    for condition in detector.where:
        templates += [condition.subject, *condition.words]
    names = {name for template in templates for name in VARIABLE.findall(template)}
    is_fact = detector.role is DetectorRole.FACT
    return Query(
        detector.rule, detector.at, detector.also, sorted(names), detector.fix, detector.origin,
        is_fact,
    )  # fmt: skip


def search_text(
    text: str, language: str, queries: Sequence[Query], changed: Collection[int] | None
) -> list[list[Hit] | Refusal]:
    """Return the answer to each query, tried in this process.

    Args:
        text: The whole file.
        language: A name out of `languages.LANGUAGES`, or `languages.TEXT`.
        queries: What is asked.
        changed: 1-based numbers of the lines on which a match counts; None for all.
    """
    try:
        source = open_text(text, language)
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
        refusal = Refusal(f"could not be parsed: {explain(error)}", is_text=True)
        return [refusal] * len(queries)
    return [source.answer(query, changed) for query in queries]


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


def open_text(text: str, language: str) -> Opened:
    """Return `text` as rules for `language` look at it.

    Raises:
        BaseException: ast-grep cannot parse it; `explain` says whether it is one of those.
    """
    return Characters(text) if language == TEXT else Source(text, language)


class Opened(abc.ABC):
    """A text that rules are tried on."""

    def __init__(self, text: str) -> None:
        # Some grammars take a byte order mark for a fault; columns of line 1 move with it.
        self._text = text.removeprefix(_BOM)
        self._shift = len(text) - len(self._text)

    def answer(self, query: Query, changed: Collection[int] | None) -> list[Hit] | Refusal:
        """Return the matches that count, in the order of the tree; or why there are none."""
        try:
            return self._find(query, None if query.everywhere else changed)
        except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
            return Refusal(f"is wrong: {explain(error)}")

    @abc.abstractmethod
    def _find(self, query: Query, changed: Collection[int] | None) -> list[Hit]: ...

    @cached_property
    def _lines(self) -> list[str]:
        return [line.removesuffix("\r") for line in self._text.split("\n")]

    def _stand(self, places: Iterable[_Place], changed: Collection[int] | None) -> _Place | None:
        """Return the first of `places` that counts, from its first changed line on."""
        for place in places:
            line, column, end_line, end_column = place
            if end_column == 1 and end_line > line:  # it ends with the line break before
                end_line -= 1
                end_column = 1 + len(self._lines[end_line - 1])
            if changed is not None and line not in changed:
                later = next((n for n in range(line + 1, end_line + 1) if n in changed), None)
                if later is None:
                    continue
                first = self._lines[later - 1]
                line, column = later, 1 + len(first) - len(first.lstrip())
            return self._shifted(line, column, end_line, end_column)
        return None

    def _shifted(self, line: int, column: int, end_line: int, end_column: int) -> _Place:
        if not self._shift:
            return line, column, end_line, end_column
        return (
            line, column + self._shift * (line == 1),
            end_line, end_column + self._shift * (end_line == 1),
        )  # fmt: skip


class Characters(Opened):
    """A text as it is, for regular expressions of Python; named groups are metavariables."""

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    def _find(self, query: Query, changed: Collection[int] | None) -> list[Hit]:
        text = self._text
        if "ignore" in query.rule:
            text = re.sub(query.rule["ignore"], lambda m: re.sub(r"[^\n]", " ", m[0]), text)
        regex = re.compile(query.rule["regex"])
        outer = query.rule.get("inside")
        around = re.finditer(outer, text) if outer is not None else [None]
        most = _MAX_VALUES if query.everywhere else _MAX_HITS
        hits = []
        for whole in around:
            span = whole.span() if whole is not None else (0, len(text))
            for match in regex.finditer(text, *span):
                groups = _groups(match) | ({} if whole is None else _groups(whole))
                named = [query.at, *query.also] if query.at else ["", *query.also]
                spans = (match.span() if not name else groups.get(name) for name in named)
                places = (self._place(span) for span in spans if span is not None)
                stands = self._stand(places, changed)
                if stands is not None:
                    texts = {n: text[slice(*groups[n])] for n in query.names if n in groups}
                    hits.append(Hit(*stands, texts))
                if len(hits) == most:
                    return hits
        return hits

    def _place(self, span: tuple[int, int]) -> _Place:
        line, end_line = (bisect.bisect_right(self._starts, at) for at in span)
        return (
            line, 1 + span[0] - self._starts[line - 1],
            end_line, 1 + span[1] - self._starts[end_line - 1],
        )  # fmt: skip


def _groups(match: re.Match[str]) -> dict[str, tuple[int, int]]:
    """Return the named groups that took part, with what they span."""
    return {name: match.span(name) for name in match.re.groupindex if match[name] is not None}


class Source(Opened):
    """A text, parsed once for all rules of its language.

    Raises:
        BaseException: ast-grep cannot parse it.
    """

    def __init__(self, text: str, language: str) -> None:
        from ast_grep_py import SgRoot

        super().__init__(text)
        self._root = SgRoot(self._text, language).root()
        self._language = language

    @cached_property
    def _origins(self) -> Origins:
        return Origins(self._root, self._language)

    def _find(self, query: Query, changed: Collection[int] | None) -> list[Hit]:
        hits: list[Hit] = []
        most = _MAX_VALUES if query.everywhere else _MAX_HITS
        config: Any = query.rule
        for node in self._root.find_all(config):
            stands = self._stand(self._places(node, query), changed)
            if stands is None:
                continue
            hit = self._hit(node, stands, query)
            if query.origin is None:
                hits.append(hit)
            else:
                hits += self._traced(node, hit, query)
            if len(hits) >= most:
                break
        return hits[:most]

    def _traced(self, node: SgNode, hit: Hit, query: Query) -> Iterator[Hit]:
        """Yield the hit once for each different origin of the kind that is asked for."""
        assert query.origin is not None
        value = _captured(node, query.origin["of"])
        traced = None
        if value is not None:
            traced = self._origins.trace(value, query.origin, query.rule.get("utils", {}))
        if traced is None:
            return
        collected = {name: words for name, words in traced.words.items() if name in query.names}
        asked = [name for name in query.names if name not in hit.texts]
        told: list[Mapping[str, str | list[str]]] = []
        for source in traced.matches or (node,):
            more = {name: text for name in asked if (text := self._capture(source, name))}
            texts = {**more, **hit.texts, **collected}
            if texts not in told:
                told.append(texts)
                yield hit._replace(texts=texts)

    def _places(self, node: SgNode, query: Query) -> Iterator[_Place]:
        nodes = [_captured(node, query.at)] if query.at else [node]
        for one in (*nodes, *(_captured(node, name) for name in query.also)):
            if one is not None:
                yield _place(one)

    def _hit(self, node: SgNode, stands: tuple[int, int, int, int], query: Query) -> Hit:
        texts = {name: text for name in query.names if (text := self._capture(node, name))}
        if query.fix is None:
            return Hit(*stands, texts)
        return Hit(
            *stands, texts, self._shifted(*_place(node)), node.text(), self._rewrite(node, query)
        )

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


def _captured(node: SgNode, name: str) -> SgNode | None:
    """Return what a metavariable stands for; of several nodes the first."""
    one = node.get_match(name)
    return one if one is not None else next(iter(node.get_multiple_matches(name)), None)


def _place(node: SgNode) -> _Place:
    place = node.range()
    start, end = place.start, place.end
    return start.line + 1, start.column + 1, end.line + 1, end.column + 1
