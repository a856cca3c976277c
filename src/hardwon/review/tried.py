"""Detectors tried on the examples of their own pattern: its bad ones, its good ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hardwon.model.detector import Detector, DetectorRole
from hardwon.model.finding import Finding
from hardwon.model.languages import TEXT, path_in
from hardwon.model.pattern import Code, Pattern
from hardwon.review.detect import Found, Search, find, is_for
from hardwon.review.syntax import Refusal, query_of

# Names of the checks, as docs/checks.md has them.
FAILS = "detector-fails"
MISSES = "detector-misses"
FALSE_ALARM = "detector-false-alarm"
IDLE = "detector-idle"
TRIED = (FAILS, MISSES, FALSE_ALARM, IDLE)


def try_detectors(pattern: Pattern, search: Search) -> Iterator[Finding]:
    """Yield what is wrong with the detectors of `pattern`, as its own examples show.

    Each bad example must be hit by a `violates` detector of its language, no good one may be, and
    for each such detector there must be a bad example that it is tried on. Globs of files do not
    count, since an example has no path, but for rules for text: they are tried where `example.sql`
    fits. Facts come from the example itself and from the fences marked `context`.

    Args:
        pattern: With its detectors and code.
        search: Tries a rule on a text.
    """
    failed = dict(_failures(pattern, search))
    for detector, message in failed.items():
        text = f"{pattern.name!r}: detector {detector.id!r} {message}"
        yield Finding(FAILS, pattern.path, detector.line, text)
    working = [_anywhere(detector) for detector in pattern.detectors if detector not in failed]
    judges = [detector for detector in working if detector.role is DetectorRole.VIOLATES]
    context = _texts(pattern, "context")
    bad = list(_examples(pattern, "bad"))
    for code, path in bad:
        if not any(is_for(judge, path) for judge in judges):
            continue
        found = _find(code, path, context, working, search)
        yield from _ended(pattern, code, found)
        if not any(_is_alarm(match.detector) for match in found.matches):
            message = f"{pattern.name!r}: no detector finds anything in this bad example"
            yield Finding(MISSES, pattern.path, code.line, message)
    for code, path in _examples(pattern, "good"):
        found = _find(code, path, context, working, search)
        yield from _ended(pattern, code, found)
        for match in found.matches:
            if _is_alarm(match.detector):
                message = f"{pattern.name!r}: detector {match.detector.id!r} finds something in "
                message += f"a good example: {match.message}"
                yield Finding(FALSE_ALARM, pattern.path, code.line + match.line, message)
    for judge in judges:
        if not any(is_for(judge, path) for _, path in bad):
            said = f"is shown by no bad example in {' or '.join(judge.languages)}"
            message = f"{pattern.name!r}: detector {judge.id!r} {said}"
            yield Finding(IDLE, pattern.path, judge.line, message)


def _failures(pattern: Pattern, search: Search) -> Iterator[tuple[Detector, str]]:
    """Yield the detectors that ast-grep refuses whatever the text is, with the reason."""
    for detector in pattern.detectors:
        for language in detector.languages:
            (answer,) = search("", language, [query_of(detector)], None)
            if isinstance(answer, Refusal):
                yield detector, answer.message
                break


def _find(
    code: Code,
    path: str,
    context: Mapping[str, str],
    detectors: Sequence[Detector],
    search: Search,
) -> Found:
    lines = range(1, code.text.count("\n") + 2)
    return find({**context, path: code.text}, detectors, None, {path: lines}, search)


def _ended(pattern: Pattern, code: Code, found: Found) -> Iterator[Finding]:
    for fault in found.faults:
        yield Finding(FAILS, pattern.path, fault.line, fault.message)
    for fault in found.unread:
        yield Finding(FAILS, pattern.path, code.line, f"{pattern.name!r}: it {fault.message}")


def _is_alarm(detector: Detector) -> bool:
    return detector.role is DetectorRole.VIOLATES


def _anywhere(detector: Detector) -> Detector:
    # What a rule for text is for, its globs alone say.
    return detector if TEXT in detector.languages else replace(detector, files=())


def _examples(pattern: Pattern, role: str) -> Iterator[tuple[Code, str]]:
    """Yield the fences of a role that say their language, with a path each."""
    for code in pattern.code:
        if code.role == role and code.language:
            yield code, path_in(code.language, f"{code.line}/example")


def _texts(pattern: Pattern, role: str) -> dict[str, str]:
    return {path: code.text for code, path in _examples(pattern, role)}
