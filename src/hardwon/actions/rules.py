"""Running rules of patterns in a process of their own, with bounds on time and memory.

A rule comes with a note, and the code with a diff: either may be made to take for ever, or to end
the process that runs ast-grep. Whatever becomes of the worker, the rule or the text that it was
busy with is told by name, and the rest is tried by another worker.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import IO, Any, Self

from hardwon.actions.worker import End, Worker, answer, bound_time, requests
from hardwon.review.syntax import Hit, Query, Refusal, explain, open_text

# Processor time for one rule on one text, or for parsing it. A rule takes 0.5 ms on 300 lines, and
# one that looks at all pairs of nodes 0.2 s.
SECONDS = 5.0
MEMORY = 1 << 30
# Of one text, and of all: whoever writes rules to take long gets this much and no more.
_MAX_ENDS = 2
_MAX_ALL_ENDS = 8

NOT_INSTALLED = "ast-grep-py is not installed, so that detectors cannot be tried"
_WITHOUT_FIX = Hit._fields.index("whole")  # what a match has where no fix is wanted


def can_run() -> bool:
    """Return whether ast-grep is installed; it is not made for every machine and Python."""
    import importlib.util

    return importlib.util.find_spec("ast_grep_py") is not None


class Rules:
    """Tries rules on texts, as a context manager: a worker that was started ends with it.

    Args:
        seconds: Processor time for one rule on one text.
        memory: Bytes that the worker may ask the system for, where the system counts them.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._worker = Worker(__name__, seconds, memory)
        self._known: dict[int, tuple[int, Query]] = {}  # by identity: number, and what it is
        self._sent: set[int] = set()  # numbers of those that this worker knows
        self._ends = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.stop()

    def search(
        self, text: str, language: str, queries: Sequence[Query], changed: Collection[int] | None
    ) -> list[list[Hit] | Refusal]:
        """Return what `review.syntax.search_text` does, whatever it takes to find it out."""
        answers: list[list[Hit] | Refusal] = []
        ends = 0
        while len(answers) < len(queries):
            if ends >= _MAX_ENDS or self._ends >= _MAX_ALL_ENDS:
                message = "was given up: rules were ended on it, or before it, too often"
                answers += [Refusal(message, is_text=True)] * (len(queries) - len(answers))
                break
            left = queries[len(answers) :]
            got, end = self._ask(text, language, left, changed)
            if end is not None:
                ends += 1
                self._ends += 1
            if got is None:
                message = f"could not be parsed: it {end or 'cannot be sent'}"
                answers += [Refusal(message, is_text=True)] * len(left)
                break
            answers += got
            if end is not None:
                answers.append(Refusal(end, is_end=True))
        return answers

    def _ask(
        self, text: str, language: str, queries: Sequence[Query], changed: Collection[int] | None
    ) -> tuple[list[list[Hit] | Refusal] | None, str | None]:
        """Return answers up to where the worker ended, None if that was at once; and how it did."""
        try:
            if self._worker.start():
                self._sent = set()
        except (OSError, ValueError):
            refusal = Refusal("needs a process of its own, which cannot be started", is_text=True)
            return [refusal] * len(queries), None
        numbers = [self._number(query) for query in queries]
        new = {number: q for number, q in zip(numbers, queries, strict=True)
               if number not in self._sent}  # fmt: skip
        request = [list(new.items()), text, language, numbers,
                   None if changed is None else sorted(changed)]  # fmt: skip
        given, end = self._worker.ask(request, 1 + len(queries))
        if end is None:
            self._sent |= new.keys()
        if given and given[0] is not None:
            return [Refusal(given[0], is_text=True)] * len(queries), None
        how: str | None = None
        if end is End.LATE:
            how = f"takes too long (more than {self._worker.seconds:g} seconds)"
        elif end is End.DIED:
            how = "ends the process that runs it"
        return (list(map(_found, given[1:])) if given else None), how

    def _number(self, query: Query) -> int:
        number, _ = self._known.setdefault(id(query), (len(self._known), query))
        return number


def _found(fields: Any) -> list[Hit] | Refusal:
    return Refusal(fields) if isinstance(fields, str) else list(map(_hit, fields))


def _hit(fields: list[Any]) -> Hit:
    if len(fields) > _WITHOUT_FIX:
        fields[_WITHOUT_FIX] = tuple(fields[_WITHOUT_FIX])
    return Hit(*fields)


def serve(seconds: float, memory: int) -> None:
    """Answer requests until there are no more: the worker's whole life.

    A request: queries that are new, with their numbers; text, language, numbers of the queries
    that are asked, changed lines. The first answer is null, or why the text cannot be parsed;
    one for each query follows: its hits, or why it cannot be tried. Where the time for one is up,
    the system ends the process.
    """
    asked, answers = requests(memory)
    queries: dict[int, Query] = {}
    for new, text, language, numbers, changed in asked:
        queries.update((number, Query(*fields)) for number, fields in new)
        lines = None if changed is None else frozenset(changed)
        _serve_one(text, language, [queries[n] for n in numbers], lines, answers, seconds)


def _serve_one(
    text: str,
    language: str,
    queries: Sequence[Query],
    changed: Collection[int] | None,
    answers: IO[bytes],
    seconds: float,
) -> None:
    bound_time(seconds)
    try:
        source = open_text(text, language)
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
        refused = f"could not be parsed: {explain(error)}"
        for _ in range(1 + len(queries)):
            answer(answers, refused)
        return
    answer(answers, None)
    for query in queries:
        bound_time(seconds)
        found = source.answer(query, changed)
        if isinstance(found, Refusal):
            answer(answers, found.message)
        else:
            answer(answers, [hit if hit.new is not None else hit[:_WITHOUT_FIX] for hit in found])
    bound_time(0)
