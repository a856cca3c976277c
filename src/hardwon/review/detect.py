"""What the detectors of patterns find in texts: places, and questions where facts are unknown."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardwon.model.detector import (
    Condition,
    Detector,
    DetectorRole,
    FactKey,
    Match,
    WordCondition,
)
from hardwon.model.globs import matches_globs
from hardwon.model.languages import TEXT, language_of
from hardwon.model.review import Finding, Fix, Status
from hardwon.model.values import Confidence, Fault
from hardwon.review.literals import Clauses, find_clauses, may_match
from hardwon.review.search import search_text
from hardwon.review.syntax import VARIABLE, Hit, Query, Refusal, names_in, query_of

FAULT = "detector"
# Tries queries on a text, as `search.search_text` does: text, language, queries, changed lines.
Search = Callable[
    [str, str, Sequence[Query], Collection[int] | None], Sequence[list[Hit] | Refusal]
]

# What metavariables of a match stand for, as `Hit.texts`, by name.
_Texts = Mapping[str, str | Sequence[str]]
# A match of a fact rule: whether it has a value hangs on the facts that the rule asks for.
Claim = tuple[Detector, tuple[tuple[str, str | tuple[str, ...]], ...]]
# On so many texts a rule may end its process, or be ended; then it is not tried any more.
_MAX_ENDS = 2
_QUOTED = re.compile(r"[A-Za-z]{0,2}(\"\"\"|'''|[\"'`])(.*)\1", re.DOTALL)
_BETWEEN_WORDS = re.compile(r"__|\W+")
_MAX_SHOWN = 80  # characters of a metavariable in a message


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


@dataclass(frozen=True, slots=True)
class Rest:
    """What fact rules matched in the rest of a checkout.

    Attributes:
        claims: Their matches, as the metavariables that were asked for.
        whole: The facts for which all rules were tried on all files; any other is unknown.
    """

    claims: frozenset[Claim] = frozenset()
    whole: frozenset[FactKey] = frozenset()


def find(
    texts: Mapping[str, str],
    detectors: Iterable[Detector],
    rest: Rest | Callable[[Sequence[Detector]], Rest] | None = None,
    changed: Mapping[str, Collection[int]] | None = None,
    search: Search = search_text,
) -> Found:
    """Return what `detectors` find in `texts`.

    Args:
        texts: Path from the top of the repository → the whole file as it is now.
        detectors: Of any patterns, in any order.
        rest: What fact rules found in the rest of the checkout, or a function that finds it for
            those rules whose facts are asked for. None says that there is no rest.
        changed: Path → 1-based lines on which matches count; of a file that is missing there
            only facts do. None for all lines of all files.
        search: Tries the rules; by default in this process, which they may end.
    """
    pool = _Pool(detectors, search)
    hits: list[tuple[Detector, str, Hit]] = []
    own: list[tuple[Detector, _Texts]] = []
    for path, text in texts.items():
        lines = None if changed is None else changed.get(path, ())
        for detector, hit in pool.try_on(path, text, lines):
            if detector.role is DetectorRole.FACT:
                own.append((detector, hit.texts))
            else:
                hits.append((detector, path, hit))
    if callable(rest):
        rest = rest(_asked({detector for detector, _, _ in hits}, pool.detectors))
    known = _Known(own, rest, pool.failed_facts)
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
) -> tuple[Rest, Found]:
    """Return what the fact rules among `detectors` find, and the faults met.

    Args:
        texts: Path and text of each file.
        detectors: Of any patterns; each fact of theirs is known in the end, unless a rule of it
            could not be tried on a file that it is for.
        search: As for `find`.
    """
    rules = [detector for detector in detectors if detector.role is DetectorRole.FACT]
    pool = _Pool(rules, search)
    claims = {
        (detector, tuple((name, _frozen(hit.texts[name])) for name in sorted(hit.texts)))
        for path, text in texts
        for detector, hit in pool.try_on(path, text, None)
    }
    whole = {rule.key_of(rule.id) for rule in rules} - pool.failed_facts
    found = Found(faults=pool.faults, unread=pool.unread)
    return Rest(frozenset(claims), frozenset(whole)), found


def _frozen(text: str | list[str]) -> str | tuple[str, ...]:
    return text if isinstance(text, str) else tuple(text)


def _asked(asking: Iterable[Detector], detectors: Iterable[Detector]) -> list[Detector]:
    """Return the rules for the facts that `asking` ask for, and for those that these ask for."""
    rules: dict[FactKey, list[Detector]] = {}
    for detector in detectors:
        if detector.role is DetectorRole.FACT:
            rules.setdefault(detector.key_of(detector.id), []).append(detector)
    keys: set[FactKey] = set()
    left = list(asking)
    while left:
        new = left.pop().asked() - keys
        keys |= new
        left += [rule for key in new for rule in rules.get(key, ())]
    return [rule for key, found in rules.items() if key in keys for rule in found]


def is_for(detector: Detector, path: str) -> bool:
    """Return whether `detector` is tried on the file `path`."""
    return _language_for(detector, path) is not None


def told_by(path: str, rules: Iterable[Detector]) -> set[FactKey]:
    """Return the facts of `rules` that the file `path` may tell something of."""
    return {rule.key_of(rule.id) for rule in rules if is_for(rule, path)}


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
                    for hit in answer:
                        if all(_has_words(condition, hit.texts) for condition in detector.words):
                            yield detector, hit

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
    if languages == (TEXT,):
        return TEXT if matches_globs(path, files) else None
    language = language_of(path)
    if language is None and any(not glob.startswith("!") for glob in files):
        language = languages[0]  # it names the files itself: `*.html.j2`
    if language not in languages:
        return None
    return language if matches_globs(path, files) else None


class _Known:
    """The values of facts, and which of them may have more that nobody knows."""

    def __init__(
        self,
        own: Iterable[tuple[Detector, _Texts]],
        rest: Rest | None,
        failed: Collection[FactKey],
    ) -> None:
        self._whole = None if rest is None else rest.whole
        self._open = set(failed)
        self._values: dict[FactKey, set[str]] = {}
        claims: dict[FactKey, list[tuple[Detector, _Texts]]] = {}
        others = () if rest is None else ((rule, dict(texts)) for rule, texts in rest.claims)
        for rule, texts in (*own, *others):
            claims.setdefault(rule.key_of(rule.id), []).append((rule, texts))
        for key in _in_order(claims):
            values = self._values[key] = set()
            for rule, texts in claims[key]:
                unknown = self.unknown(rule, texts)
                if unknown:
                    self._open.add(key)
                elif unknown is not None:
                    values.update(_subjects(rule.value, texts))

    def unknown(self, detector: Detector, texts: _Texts) -> tuple[str, ...] | None:
        """Return the ids of facts on which the conditions hang; None where one does not hold."""
        unknown: list[str] = []
        for condition in detector.where:
            answer = self._holds(condition, detector, texts)
            if answer is False:
                return None
            if answer is not True:
                unknown += answer
        return tuple(dict.fromkeys(unknown))

    def _holds(
        self, condition: Condition, detector: Detector, texts: _Texts
    ) -> bool | tuple[str, ...]:
        keys = [detector.key_of(fact) for fact in condition.facts]
        wanted = _subjects(condition.subject, texts) if condition.subject else None
        for key in keys:
            values = self._values.get(key, set())
            if values if wanted is None else not values.isdisjoint(wanted):
                return condition.holds
        if wanted == []:  # what matched nothing is among no values, whatever they are
            return not condition.holds
        unknown = tuple(key[2] for key in keys if not self._is_whole(key))
        return unknown or not condition.holds

    def _is_whole(self, key: FactKey) -> bool:
        return key not in self._open and (self._whole is None or key in self._whole)


def _in_order(claims: Mapping[FactKey, Sequence[tuple[Detector, _Texts]]]) -> list[FactKey]:
    """Return the keys of `claims`, each behind those that its rules ask for."""
    done: dict[FactKey, None] = {}
    begun: set[FactKey] = set()

    def visit(key: FactKey) -> None:
        if key in begun:
            return
        begun.add(key)
        asked = {asked for rule in {rule for rule, _ in claims[key]} for asked in rule.asked()}
        for other in sorted(asked & claims.keys()):
            visit(other)
        done[key] = None

    for key in sorted(claims):
        visit(key)
    return list(done)


def _match(
    detector: Detector, path: str, hit: Hit, known: _Known, rows: Sequence[str]
) -> Match | None:
    unknown = known.unknown(detector, hit.texts)
    if unknown is None:
        return None
    if unknown and detector.role is DetectorRole.FOLLOWS:
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


def _has_words(condition: WordCondition, texts: _Texts) -> bool:
    """Return whether `condition` holds; what matched nothing has no words, and is none."""
    only = VARIABLE.fullmatch(condition.subject)
    if only and not isinstance(texts.get(only[1], ""), str):
        whole = texts[only[1]][0]  # all that lies between several nodes, too
    else:
        whole = next(iter(_subjects(condition.subject, texts)), "")
    words = {word for word in _BETWEEN_WORDS.split(whole) if word}
    return all(
        condition.holds is not words.isdisjoint(_subjects(word, texts)) for word in condition.words
    )


def _subjects(template: str, texts: _Texts) -> list[str]:
    """Return the texts that a template stands for, without quotes: one, or one for each node.

    None where a metavariable of it matched nothing.
    """
    if template.startswith("="):
        return [template[1:]]
    if any(name not in texts for name in names_in(template)):
        return []
    only = VARIABLE.fullmatch(template)
    if only:
        found = texts[only[1]]
        return [_unquoted(text) for text in ([found] if isinstance(found, str) else found[1:])]

    def text(variable: re.Match[str]) -> str:
        found = texts[variable[1]]
        return _unquoted(found if isinstance(found, str) else found[0])

    return [VARIABLE.sub(text, template)]


def _unquoted(text: str) -> str:
    match = _QUOTED.fullmatch(text)
    return match[2] if match else text
