"""Detectors of a pattern: fences of YAML under Detection, read as data and nothing else."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from hardwon.markup.conditions import (
    read_conditions,
    read_template,
    read_texts,
    read_variable,
    say_near,
)
from hardwon.markup.fact_order import FAULT, with_known_facts
from hardwon.markup.shared_utils import Utils, find_twice, with_utils
from hardwon.markup.yaml_data import (
    MAX_DOCUMENTS,
    TOO_MANY,
    Document,
    FaultyError,
    read_documents,
)
from hardwon.model.detector import Detector, DetectorRole
from hardwon.model.languages import TEXT, language_named
from hardwon.model.pattern import Code
from hardwon.model.values import Fault

# Keys that ast-grep takes, and those that only we read; the last ones tell people something.
_RULE = ("rule", "constraints", "utils", "transform")
_OWN = (
    "id", "role", "language", "files", "at", "also", "origin", "where", "value", "message", "fix",
)  # fmt: skip
_ORIGIN = ("of", "has", "lacks", "collect")
# Languages in which values are followed to where they come from.
_FOLLOWED = frozenset({"python", "javascript", "typescript", "tsx"})
_TOLD = ("note", "severity", "url", "metadata", "fences")
# The role of a document whose utils stand in the rules of the pattern; it finds nothing itself.
_UTILS = "utils"
_SHARED = ("role", "language", "utils")
# What a rule that looks at the text has below `rule`, each a regular expression.
_EXPRESSIONS = ("regex", "inside")
_MAX_EXPRESSION = 2_000  # characters
_MAX_GLOBS = 100  # of one detector


def is_detector_fence(info: str) -> bool:
    """Return whether a fence with the info string `info` holds detectors."""
    words = info.lower().split()
    return len(words) > 1 and words[0] in {"yaml", "yml"} and "ast-grep" in words[1:]


_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})(?P<info>.*)")


def without_detectors(text: str) -> str:
    """Return the Markdown of a field without its fences of detectors: what people read."""
    if "ast-grep" not in text.lower():
        return text
    kept: list[str] = []
    fence = ""  # that of the block which the line is in
    is_dropped = False
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            closes = match and match["fence"].startswith(fence) and not match["info"].strip()
            if not is_dropped:
                kept.append(line)
            if closes:
                fence = ""
            continue
        if match:
            fence, is_dropped = match["fence"], is_detector_fence(match["info"])
        if not match or not is_dropped:
            kept.append(line)
    return "\n".join(kept).strip()


def read_detectors(
    fences: Iterable[Code], pattern: str, path: str
) -> tuple[tuple[Detector, ...], tuple[Fault, ...]]:
    """Return the detectors of a pattern, in the order of the text, and what is wrong with others.

    Args:
        fences: With the YAML as text and the line of the opening fence.
        pattern: Its name.
        path: Its file.
    """
    detectors: list[Detector] = []
    shared: list[Utils] = []
    faults: list[Fault] = []
    for fence in fences:
        by = fence.line + 1
        if max(len(detectors) + len(shared), len(faults)) >= MAX_DOCUMENTS:
            faults.append(Fault(FAULT, path, by, f"{pattern!r}: {TOO_MANY}"))
            break
        found, utils, wrong = _read_fence(fence.text)
        shared += (replace(one, line=one.line + by) for one in utils)
        for one in found:
            own = replace(one, pattern=pattern, path=path, line=one.line + by)
            name = own.id or f"{own.role}-{1 + sum(d.role is own.role for d in detectors)}"
            detectors.append(replace(own, id=name))
        for line, message in wrong:
            faults.append(Fault(FAULT, path, line + by, f"{pattern!r}: {message}"))
    told = find_twice(shared)
    detectors = [with_utils(one, shared, told) for one in detectors]
    faults += (Fault(FAULT, path, line, f"{pattern!r}: {message}") for line, message in told)
    return with_known_facts([one for one in detectors if one.rule], faults)


@functools.lru_cache(maxsize=256)  # a book that learning edits is read many times
def _read_fence(
    text: str,
) -> tuple[tuple[Detector, ...], tuple[Utils, ...], tuple[tuple[int, str], ...]]:
    """Return the detectors of a fence, what it shares, and the faults; all lines are 0-based."""
    detectors: list[Detector] = []
    shared: list[Utils] = []
    faults: list[tuple[int, str]] = []
    try:
        for document in read_documents(text):
            try:
                if document.data.get("role") == _UTILS:
                    shared.append(_utils(document))
                else:
                    detectors.append(_detector(document))
            except FaultyError as error:
                faults.append((error.line, error.message))
    except FaultyError as error:
        faults.append((error.line, error.message))
    if not detectors and not shared and not faults:
        faults.append((0, "the fence holds no detector"))
    return tuple(detectors), tuple(shared), tuple(faults)


def _refuse_others(document: Document, known: Iterable[str], what: str) -> None:
    for key in document.data:
        if key not in known:
            message = f"{what} no key {key!r}{say_near(key, known)}"
            raise FaultyError(document.lines.get(key, document.line), message)


def _utils(document: Document) -> Utils:
    data = document.data
    _refuse_others(document, _SHARED, "utils that are shared have")

    def refuse(key: str, message: str) -> FaultyError:
        return FaultyError(document.lines.get(key, document.line), message)

    utils = data.get("utils")
    if not isinstance(utils, dict) or not utils:
        raise refuse("utils", "`role: utils` needs `utils`: a list of names with rules")
    wrong = next((name for name, rule in utils.items() if not isinstance(rule, dict)), None)
    if wrong is not None:
        raise refuse("utils", f"the util {wrong!r} is no rule")
    return Utils(document.line, _languages(data, refuse), utils)


def _detector(document: Document) -> Detector:
    data, lines = document.data, document.lines
    is_text = data.get("language") == TEXT
    known = ("rule", "ignore", *_OWN, *_TOLD) if is_text else (*_RULE, *_OWN, *_TOLD)
    _refuse_others(document, known, "a detector has")

    def refuse(key: str, message: str) -> FaultyError:
        return FaultyError(lines.get(key, document.line), f"{message}{_of(data)}")

    role = _role(data, refuse)
    value = read_template(data.get("value"))
    if (role is DetectorRole.FACT) != bool(value):
        wanted = "needs `value`: the metavariable to remember" if not value else ""
        raise refuse("value", f"a fact {wanted}" if wanted else "`value` is for facts alone")
    if not isinstance(data.get("rule"), dict) or not data["rule"]:
        raise refuse("rule", "a detector needs `rule`, with keys of ast-grep below it")
    for key in _RULE[1:]:
        if not isinstance(data.get(key, {}), dict):
            raise refuse(key, f"`{key}` is a list of names with rules")
    fix = data.get("fix")
    if fix is not None and not isinstance(fix, str):
        raise refuse("fix", "`fix` is a text here")
    also = read_texts(data.get("also"), "also", refuse)
    files = tuple(read_texts(data.get("files"), "files", refuse))
    if len(files) > _MAX_GLOBS:
        raise refuse("files", f"more than {_MAX_GLOBS} globs are not read")
    return Detector(
        id=_one_line(data.get("id")),
        role=role,
        languages=(TEXT,) if is_text else _languages(data, refuse),
        rule=_expressions(data, refuse)
        if is_text
        else {key: data[key] for key in _RULE if data.get(key)},
        files=files,
        at=read_variable(data.get("at"), "at", refuse) if data.get("at") is not None else "",
        also=tuple(read_variable(name, "also", refuse) for name in also),
        origin=_origin(data, refuse) if data.get("origin") is not None else None,
        where=tuple(read_conditions(data.get("where"), refuse)),
        value=value,
        message=_one_line(data.get("message")),
        fix=fix,
        line=document.line,
    )


def _origin(data: Mapping[str, Any], refuse: Any) -> dict[str, Any]:
    """Return what is asked of the place that a value comes from."""
    given = data["origin"]
    known = ", ".join(f"`{key}`" for key in _ORIGIN)
    if not isinstance(given, dict) or set(given) - set(_ORIGIN) or "of" not in given:
        raise refuse("origin", f"`origin` says `of` which metavariable, and what: {known}")
    if not set(_languages(data, refuse)) <= _FOLLOWED:
        names = ", ".join(sorted(_FOLLOWED))
        raise refuse("origin", f"values are followed in these languages alone: {names}")
    found = {key: rule for key, rule in given.items() if rule is not None}
    collect = found.get("collect", {})
    rules = [found.get("has", {}), found.get("lacks", {})]
    rules += collect.values() if isinstance(collect, dict) else [collect]
    if not all(isinstance(rule, dict) for rule in rules):
        raise refuse("origin", "a rule below `origin` has keys of ast-grep")
    found["of"] = read_variable(given["of"], "origin", refuse)
    found["collect"] = {
        read_variable(name, "origin", refuse): rule for name, rule in collect.items()
    }
    return found


def _expressions(data: Mapping[str, Any], refuse: Any) -> dict[str, Any]:
    """Return the regular expressions of a rule that looks at the text."""
    if all(glob.startswith("!") for glob in read_texts(data.get("files"), "files", refuse)):
        raise refuse("files", "a rule for text needs `files`: no name tells what it is for")
    wrong = next((key for key in ("fix", "origin") if data.get(key) is not None), None)
    if wrong is not None:
        raise refuse(wrong, f"a rule for text has no `{wrong}`")
    found = dict(data["rule"])
    wrong = next((key for key in found if key not in _EXPRESSIONS), None)
    if wrong is not None or "regex" not in found:
        raise refuse("rule", "a rule for text has `regex`, perhaps `inside`, and nothing else")
    if data.get("ignore") is not None:
        found["ignore"] = data["ignore"]
    for key, value in found.items():
        at = "ignore" if key == "ignore" else "rule"
        if not isinstance(value, str) or len(value) > _MAX_EXPRESSION:
            raise refuse(at, f"`{key}` is a text of at most {_MAX_EXPRESSION:,} characters")
    return found  # whether Python takes them, the worker tells: to compile one may take long


def _of(data: Mapping[str, Any]) -> str:
    return f" (detector {data['id']!r})" if isinstance(data.get("id"), str) else ""


def _role(data: Mapping[str, Any], refuse: Any) -> DetectorRole:
    role = data.get("role")
    if role not in list(DetectorRole):
        names = ", ".join([*DetectorRole, _UTILS])
        said = f"the role {role!r} is not known" if role is not None else "a detector needs `role`"
        raise refuse("role", f"{said}: {names}")
    return DetectorRole(role)


def _languages(data: Mapping[str, Any], refuse: Any) -> tuple[str, ...]:
    names = read_texts(data.get("language"), "language", refuse)
    if not names:
        raise refuse("language", "a detector needs `language`")
    found = []
    for name in names:
        language = language_named(name)
        if language is None:
            raise refuse("language", f"ast-grep does not read the language {name!r}")
        found.append(language)
    return tuple(dict.fromkeys(found))


def _one_line(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""
