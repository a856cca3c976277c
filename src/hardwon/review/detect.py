"""What the detectors of patterns find in texts: places, and questions where facts are unknown."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardwon.model.detector import Condition, Detector, DetectorRole, FactKey, Facts, Match
from hardwon.model.globs import matches_globs
from hardwon.model.languages import TEXT, language_of
from hardwon.model.review import Finding, Fix, Status
from hardwon.model.values import Confidence, Fault
from hardwon.review.literals import Clauses, find_clauses, may_match
from hardwon.review.syntax import VARIABLE, Hit, Query, Refusal, query_of, search_text

FAULT = "detector"
# Tries queries on a text, as `syntax.search_text` does: text, language, queries, changed lines.
Search = Callable[
    [str, str, Sequence[Query], Collection[int] | None], Sequence[list[Hit] | Refusal]
]

_WORD = re.compile(r"__|\W+")

# On so many texts a rule may end its process, or be ended; then it is not tried any more.
_MAX_ENDS = 2
_QUOTED = re.compile(r"[A-Za-z]{0,2}(\"\"\"|'''|[\"'`])(.*)\1", re.DOTALL)
_MAX_SHOWN = 80  # characters of a metavariable in a message


@dataclass(frozen=True, slots=True)
class Gathered:
    """What fact rules matched in the rest of a checkout, before their conditions are looked at.

    Attributes:
        hits: Each with its rule.
        whole: Facts of which nothing can be missing.
        faults: As in `Found`.
        unread: As in `Found`.
    """

    hits: tuple[tuple[Detector, Hit], ...] = ()
    whole: frozenset[FactKey] = frozenset()
    faults: tuple[Fault, ...] = ()
    unread: tuple[Fault, ...] = ()


# Facts of the rest of a checkout, or what gathers them for the rules that it is given.
FactSource = Facts | Callable[[Sequence[Detector]], Gathered]


@dataclass(frozen=True, slots=True)
class Found:
    """What detectors found.

    Attributes:
        matches: By path, line, column, pattern and id.
        faults: Detectors that could not be tried, with their place in the memory; one each.
        unread: Files that could not be tried, with their path from the top of the repository.
    """

    matches: tuple[Match, ...] = ()
    faults: tuple[Fault, ...] = ()
    unread: tuple[Fault, ...] = ()


def find(
    texts: Mapping[str, str],
    detectors: Iterable[Detector],
    facts: FactSource | None = None,
    changed: Mapping[str, Collection[int]] | None = None,
    search: Search = search_text,
) -> Found:
    """Return what `detectors` find in `texts`.

    Args:
        texts: Path from the top of the repository → the whole file as it is now.
        detectors: Of any patterns, in any order.
        facts: What fact rules found in the rest of the checkout, or a function that finds it for
            those rules whose facts are asked for; one that is missing is unknown. None says that
            there is no rest.
        changed: Path → 1-based lines on which matches count; of a file that is missing there
            only facts do. None for all lines of all files.
        search: Tries the rules; by default in this process, which they may end.
    """
    pool = _Pool(detectors, search)
    hits: list[tuple[Detector, str, Hit]] = []
    told: list[tuple[Detector, Hit]] = []
    for path, text in texts.items():
        lines = None if changed is None else changed.get(path, ())
        for detector, hit in pool.try_on(path, text, lines):
            if detector.role is DetectorRole.FACT:
                told.append((detector, hit))
            else:
                hits.append((detector, path, hit))
    if callable(facts):
        gathered = facts(_asked(hits, pool.detectors))
        told += gathered.hits
        facts = dict.fromkeys(gathered.whole, frozenset())
    known = _Known(facts, told, pool.failed_facts)
    rows = {path: texts[path].split("\n") for path in {path for _, path, _ in hits}}
    matches = {
        _place(match): match
        for detector, path, hit in hits
        if (match := _match(detector, path, hit, known, rows[path])) is not None
    }
    return Found(tuple(matches[key] for key in sorted(matches)), pool.faults, pool.unread)


def gather(
    texts: Iterable[tuple[str, str]],
    detectors: Iterable[Detector],
    search: Search = search_text,
) -> Gathered:
    """Return what the fact rules among `detectors` match, all lines of all texts.

    Args:
        texts: Path and text of each file.
        detectors: Of any patterns; each fact of theirs is whole, unless a rule of it could not
            be tried on a file that it is for.
        search: As for `find`.
    """
    rules = [detector for detector in detectors if detector.role is DetectorRole.FACT]
    pool = _Pool(rules, search)
    hits = tuple(pair for path, text in texts for pair in pool.try_on(path, text, None))
    whole = {rule.key_of(rule.id) for rule in rules} - pool.failed_facts
    return Gathered(hits, frozenset(whole), pool.faults, pool.unread)


def facts_of(gathered: Gathered) -> Facts:
    """Return the values of the facts of which nothing can be missing."""
    known = _Known(dict.fromkeys(gathered.whole, frozenset()), gathered.hits, set())
    values = {key: known.values(key) for key in gathered.whole}
    return {key: found for key, (found, is_whole) in values.items() if is_whole}


def _asked(
    hits: Iterable[tuple[Detector, str, Hit]], detectors: Iterable[Detector]
) -> list[Detector]:
    """Return the rules for the facts that conditions of `hits` ask for, and those for them."""
    rules = [detector for detector in detectors if detector.role is DetectorRole.FACT]
    left = list({detector for detector, _, _ in hits})
    keys: set[FactKey] = set()
    while left:
        asking = left.pop()
        new = {asking.key_of(fact) for c in asking.where for fact in c.facts} - keys
        keys |= new
        left += [rule for rule in rules if rule.key_of(rule.id) in new]
    return [rule for rule in rules if rule.key_of(rule.id) in keys]


def is_for(detector: Detector, path: str) -> bool:
    """Return whether `detector` is tried on the file `path`."""
    return _language_for(detector, path) is not None


def told_by(path: str, rules: Iterable[Detector]) -> set[FactKey]:
    """Return the facts of `rules` that the file `path` may tell something of."""
    return {rule.key_of(rule.id) for rule in rules if _language_for(rule, path) is not None}


def finding_of(match: Match, confidence: Confidence | None) -> Finding:
    """Return `match`, which is no question, as a finding of a review."""
    follows = match.detector.role is DetectorRole.FOLLOWS
    return Finding(
        pattern=match.detector.pattern,
        confidence=confidence,
        status=Status.FOLLOWED if follows else Status.VIOLATED,
        path=match.path,
        line=match.line,
        end_line=match.end_line,
        evidence=match.evidence,
        message=match.message,
        rule=match.detector.id,
        fix=match.fix,
        column=match.column,
        end_column=match.end_column,
    )


class _Pool:
    """Detectors, tried on one file after another; one that fails is not tried again."""

    def __init__(self, detectors: Iterable[Detector], search: Search) -> None:
        # In an order of their own: what is found must not hang on that of the caller.
        ordered = sorted(dict.fromkeys(detectors), key=_order)
        self._tried: list[tuple[Detector, Clauses, Query]] = [
            (detector, find_clauses(detector.rule), query_of(detector)) for detector in ordered
        ]
        self._search = search
        self._faults: dict[Detector, Fault] = {}
        self._ends: dict[Detector, int] = {}
        self._unread: dict[str, Fault] = {}
        self.failed_facts: set[FactKey] = set()

    @property
    def detectors(self) -> list[Detector]:
        """Return all of them, in an order of their own."""
        return [detector for detector, _, _ in self._tried]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return what is wrong with detectors, by their place in the memory."""
        return tuple(sorted(self._faults.values(), key=lambda f: (f.path, f.line, f.message)))

    @property
    def unread(self) -> tuple[Fault, ...]:
        """Return the files that could not be read, by path."""
        return tuple(self._unread[path] for path in sorted(self._unread))

    def try_on(
        self, path: str, text: str, lines: Collection[int] | None
    ) -> Iterator[tuple[Detector, Hit]]:
        """Yield what is found in one file: of facts everywhere, else on `lines`."""
        lowered = text.lower()
        by_language: dict[str, list[tuple[Detector, Query]]] = {}
        for detector, clauses, query in self._tried:
            if not (query.everywhere or lines is None or lines):
                continue
            if detector in self._faults and self._ends.get(detector, _MAX_ENDS) >= _MAX_ENDS:
                continue
            language = _language_for(detector, path)
            if language is not None and may_match(clauses, lowered):
                by_language.setdefault(language, []).append((detector, query))
        for language, asked in by_language.items():
            answers = self._search(text, language, [query for _, query in asked], lines)
            for (detector, _), answer in zip(asked, answers, strict=True):
                if isinstance(answer, Refusal):
                    self._fail(detector, path, answer)
                else:
                    yield from ((detector, hit) for hit in answer)

    def _fail(self, detector: Detector, path: str, refusal: Refusal) -> None:
        if detector.role is DetectorRole.FACT:
            self.failed_facts.add(detector.key_of(detector.id))
        if refusal.is_text:
            self._unread.setdefault(path, Fault("unreadable", path, 1, refusal.message))
            return
        said = refusal.message
        if refusal.is_end:
            self._ends[detector] = self._ends.get(detector, 0) + 1
            said += f" on {path}"
        message = f"{detector.pattern!r}: detector {detector.id!r} {said}"
        fault = Fault(FAULT, detector.path, detector.line, message)
        self._faults.setdefault(detector, fault)


def _order(detector: Detector) -> tuple[str, int, str, str]:
    return detector.path, detector.line, detector.pattern, detector.id


def _language_for(detector: Detector, path: str) -> str | None:
    """Return the language in which `detector` is tried on `path`, or None when it is not."""
    return _language_among(detector.languages, detector.files, path)


@functools.lru_cache(maxsize=4096)  # most rules of a pattern are for the same files
def _language_among(languages: tuple[str, ...], files: tuple[str, ...], path: str) -> str | None:
    language = TEXT if TEXT in languages else language_of(path)
    if language is None and any(not glob.startswith("!") for glob in files):
        language = languages[0]  # it names the files itself: `*.html.j2`
    if language not in languages:
        return None
    return language if matches_globs(path, files) else None


class _Known:
    """The values of facts, and which of them may have more that nobody knows.

    Args:
        rest: What is known of the rest of the checkout; None where there is none.
        told: What fact rules matched.
        failed: Facts of which a rule could not be tried.
    """

    def __init__(
        self, rest: Facts | None, told: Iterable[tuple[Detector, Hit]], failed: set[FactKey]
    ) -> None:
        self._rest = rest
        self._failed = failed
        self._told: dict[FactKey, list[tuple[Detector, Hit]]] = {}
        for detector, hit in told:
            self._told.setdefault(detector.key_of(detector.id), []).append((detector, hit))
        self._values: dict[FactKey, tuple[frozenset[str], bool]] = {}
        self._asks: dict[FactKey, set[FactKey]] = {}
        for key, pairs in self._told.items():
            for rule in {detector for detector, _ in pairs}:
                asked = {rule.key_of(fact) for condition in rule.where for fact in condition.facts}
                self._asks.setdefault(key, set()).update(asked)
        self._reached: dict[FactKey, set[FactKey]] = {}

    def values(self, key: FactKey) -> tuple[frozenset[str], bool]:
        """Return the values of a fact, and whether these are all."""
        if key not in self._values:
            self._settle(self._hanging_together(key))
        return self._values[key]

    def _settle(self, keys: Collection[FactKey]) -> None:
        """Find the values of facts that hang on each other's presence, or of a single one.

        Each begins with none, and those that conditions ask for are added until none is new.
        """
        rest = self._rest or {}
        for key in keys:
            is_whole = key not in self._failed and (self._rest is None or key in rest)
            self._values[key] = frozenset(rest.get(key, ())), is_whole
        left = [(key, *pair) for key in keys for pair in self._told.get(key, ())]
        is_circular = any(key in self._below(key) for key in keys)
        while True:
            new: dict[FactKey, set[str]] = {}
            answers = [(key, self.hold(detector, hit)) for key, detector, hit in left]
            for (key, detector, hit), (_, answer) in zip(left, answers, strict=True):
                if answer == ():
                    new.setdefault(key, set()).update(_subjects(detector.value, hit))
            for key, more in new.items():
                values, is_whole = self._values[key]
                self._values[key] = values | more, is_whole
            if not new or not is_circular:
                break
            left = [one for one, (_, answer) in zip(left, answers, strict=True) if answer != ()]
        for key in {key for key, answer in answers if answer}:  # it hangs on what nobody knows
            self._values[key] = self._values[key][0], False

    def _hanging_together(self, key: FactKey) -> list[FactKey]:
        """Return `key` and those facts that hang on it as it does on them."""
        below = self._below(key)
        return [key, *sorted(one for one in below - {key} if key in self._below(one))]

    def _below(self, key: FactKey) -> set[FactKey]:
        """Return the facts that one hangs on, at however many steps."""
        if key not in self._reached:
            found: set[FactKey] = set()
            left = [key]
            while left:
                new = self._asks.get(left.pop(), set()) - found
                found |= new
                left += new
            self._reached[key] = found
        return self._reached[key]

    def hold(self, detector: Detector, hit: Hit) -> tuple[str, ...] | None:
        """Return () where all conditions of a match hold, and None where one does not.

        Else the ids of the facts that it hangs on and nobody knows.
        """
        unknown: list[str] = []
        for condition in detector.where:
            answer = self._holds(condition, detector, hit)
            if answer is False:
                return None
            if answer is not True:
                unknown += answer
        return tuple(dict.fromkeys(unknown))

    def _holds(self, condition: Condition, detector: Detector, hit: Hit) -> bool | tuple[str, ...]:
        if condition.words:
            return _has_words(condition, hit)
        wanted = _subjects(condition.subject, hit) if condition.subject else None
        unknown = []
        for fact in condition.facts:
            values, is_whole = self.values(detector.key_of(fact))
            if values if wanted is None else not values.isdisjoint(wanted):
                return condition.holds
            if not is_whole:
                unknown.append(fact)
        return tuple(unknown) or not condition.holds


def _has_words(condition: Condition, hit: Hit) -> bool:
    text = _filled(condition.subject, hit)
    found = set(_WORD.split(text)) if text is not None else set()
    wanted = [_filled(word, hit) for word in condition.words]
    if condition.holds:
        return all(word in found for word in wanted)
    return not any(word in found for word in wanted)


def _match(
    detector: Detector, path: str, hit: Hit, known: _Known, rows: Sequence[str]
) -> Match | None:
    unknown = known.hold(detector, hit)
    if unknown is None or (unknown and detector.role is DetectorRole.FOLLOWS):
        return None
    message = _fill(detector.message, hit) or f"does not follow {detector.pattern!r}"
    fix = None
    if hit.new is not None and not unknown:
        line, column, end_line, end_column = hit.whole
        fix = Fix(path, line, column, end_line, end_column, hit.old, hit.new)
    return Match(
        detector, path, hit.line, hit.column, hit.end_line, hit.end_column,
        evidence=rows[hit.line - 1].removeprefix("\ufeff").strip(), message=message, fix=fix,
        unknown=unknown,
    )  # fmt: skip


def _place(match: Match) -> tuple[str, int, int, str, str, int, int, str]:
    detector = match.detector
    return (
        match.path, match.line, match.column, detector.pattern, detector.id, match.end_line,
        match.end_column, match.message,
    )  # fmt: skip


def _fill(template: str, hit: Hit) -> str:
    """Return `template` with what the metavariables matched, on one line."""

    def text(variable: re.Match[str]) -> str:
        found = hit.texts.get(variable[1])
        if found is None:
            return variable[0]
        shown = " ".join((found[0] if isinstance(found, list) else found).split())
        return shown if len(shown) <= _MAX_SHOWN else f"{shown[: _MAX_SHOWN - 1]}…"

    return VARIABLE.sub(text, template)


def _subjects(template: str, hit: Hit) -> list[str]:
    """Return the texts that a template stands for, without quotes.

    It is one, or with metavariables that stand for several nodes or words one for each of these;
    none where a metavariable matched nothing.
    """
    only = VARIABLE.fullmatch(template)
    if only:
        return _each(hit.texts[only[1]]) if only[1] in hit.texts else []
    names = list(dict.fromkeys(VARIABLE.findall(template)))
    if any(name not in hit.texts for name in names):
        return []
    found = []
    for texts in itertools.product(*(_each(hit.texts[name]) for name in names)):
        filling = dict(zip(names, texts, strict=True))
        found.append(VARIABLE.sub(lambda match, by=filling: by[match[1]], template))  # type: ignore[misc]
    return found


def _each(texts: str | list[str]) -> list[str]:
    return [_unquoted(text) for text in (texts[1:] if isinstance(texts, list) else [texts])]


def _filled(template: str, hit: Hit) -> str | None:
    """Return `template` with texts without quotes; None where a metavariable matched nothing."""
    if any(name not in hit.texts for name in VARIABLE.findall(template)):
        return None

    def text(variable: re.Match[str]) -> str:
        found = hit.texts[variable[1]]
        return _unquoted(found[0] if isinstance(found, list) else found)

    return VARIABLE.sub(text, template)


def _unquoted(text: str) -> str:
    match = _QUOTED.fullmatch(text)
    return match[2] if match else text
