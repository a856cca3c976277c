"""Detectors of a pattern: fences of YAML under Detection, read as data and nothing else.

The fence comes from whoever wrote the note. PyYAML only says here which nodes there are; no tag
makes an object, no merge key multiplies what is there, and an alias costs what it stands for.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hardwon.model.detector import Condition, Detector, DetectorRole
from hardwon.model.languages import TEXT, language_named
from hardwon.model.pattern import Code
from hardwon.model.values import Fault

FAULT = "detector"
# The largest fence that a person has written for one pattern has 6,000 characters.
_MAX_CHARS = 50_000
_MAX_DEPTH = 50  # as that of front matter; ast-grep goes down one call for each level
_MAX_NODES = 10_000  # of one fence, each as often as aliases name it
_MAX_DETECTORS = 100  # of one pattern

# Keys that ast-grep takes, and those that only we read; the last ones tell people something.
_RULE = ("rule", "constraints", "utils", "transform")
_OWN = ("id", "role", "language", "files", "at", "also", "where", "value", "message", "fix")
_TOLD = ("note", "severity", "url", "metadata", "fences")
# The role of a document whose utils stand in the rules of the pattern; it finds nothing itself.
_UTILS = "utils"
_SHARED = ("role", "language", "utils")
# What a rule that looks at the text has below `rule`, each a regular expression.
_EXPRESSIONS = ("regex", "inside")
_MAX_EXPRESSION = 2_000  # characters
_MAX_GLOBS = 100  # of one detector
_TOO_MANY = f"more than {_MAX_DETECTORS} detectors are not read"
_PREFIX = "tag:yaml.org,2002:"
_NAME = re.compile(r"\$*([A-Z_][A-Z0-9_]*)")
_VARIABLE = re.compile(r"\$+[A-Z_][A-Z0-9_]*")
# How conditions are spelled: in or not, and without a subject.
_RELATIONS = {"in": True, "not_in": False}
_WORDS = {"has": True, "lacks": False}
_WHETHER = {"exists": True, "missing": False}


class _FaultyError(Exception):
    """A detector cannot be used.

    Attributes:
        line: 0-based line of the fence's text.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


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
    shared: list[_Utils] = []
    faults: list[Fault] = []
    for fence in fences:
        by = fence.line + 1
        if max(len(detectors) + len(shared), len(faults)) >= _MAX_DETECTORS:
            faults.append(Fault(FAULT, path, by, f"{pattern!r}: {_TOO_MANY}"))
            break
        found, utils, wrong = _read_fence(fence.text)
        shared += (replace(one, line=one.line + by) for one in utils)
        for one in found:
            own = replace(one, pattern=pattern, path=path, line=one.line + by)
            name = own.id or f"{own.role}-{1 + sum(d.role is own.role for d in detectors)}"
            detectors.append(replace(own, id=name))
        for line, message in wrong:
            faults.append(Fault(FAULT, path, line + by, f"{pattern!r}: {message}"))
    told = _twice(shared)
    detectors = [_with_utils(one, shared, told) for one in detectors]
    faults += (Fault(FAULT, path, line, f"{pattern!r}: {message}") for line, message in told)
    return _with_known_facts([one for one in detectors if one.rule], faults)


@dataclass(frozen=True, slots=True)
class _Utils:
    """Utils that rules of the pattern share.

    Attributes:
        line: Like that of a detector.
        languages: Names out of `languages.LANGUAGES`.
        utils: Name → rule of ast-grep.
    """

    line: int
    languages: tuple[str, ...]
    utils: Mapping[str, Any] = field(hash=False)


def _twice(shared: Iterable[_Utils]) -> list[tuple[int, str]]:
    """Return a line and a sentence for each util that is shared twice in one language."""
    seen: set[tuple[str, str]] = set()
    told = []
    for one in shared:
        for name in one.utils:
            here = {(name, language) for language in one.languages}
            if here & seen:
                language = min(here & seen)[1]
                told.append((one.line, f"the util {name!r} is shared twice for {language}"))
            seen |= here
    return told


def _with_utils(
    detector: Detector, shared: Iterable[_Utils], told: list[tuple[int, str]]
) -> Detector:
    """Return `detector` with the shared utils that it uses; its own come first.

    One that is too large with them is told, and comes back without a rule.
    """
    known: dict[str, Any] = {}
    for one in shared:
        if set(detector.languages) <= set(one.languages):
            known = {**one.utils, **known}
    if not known:
        return detector
    own = detector.rule.get("utils", {})
    used: dict[str, Any] = {}
    nodes = chars = 0
    left: list[Any] = [detector.rule]
    while left and nodes <= _MAX_NODES and chars <= _MAX_CHARS:
        node = left.pop()
        nodes += 1
        if isinstance(node, dict):
            chars += sum(map(len, node))
            left += node.values()
            name = node.get("matches")
            if isinstance(name, str) and name in known and name not in own and name not in used:
                used[name] = known[name]
                left.append(known[name])
        elif isinstance(node, list):
            left += node
        elif isinstance(node, str):
            chars += len(node)
    if nodes > _MAX_NODES or chars > _MAX_CHARS:
        told.append(
            (detector.line, f"detector {detector.id!r} is too large with the utils it uses")
        )
        return replace(detector, rule={})
    if not used:
        return detector
    return replace(detector, rule={**detector.rule, "utils": {**own, **used}})


def _with_known_facts(
    detectors: list[Detector], faults: list[Fault]
) -> tuple[tuple[Detector, ...], tuple[Fault, ...]]:
    """Leave out those that ask for facts which nothing collects, or that hang on themselves."""
    facts = {one.id for one in detectors if one.role is DetectorRole.FACT}
    circular = _circular(detectors)
    kept = []
    for one in detectors:
        if one.role is DetectorRole.FACT and one.id in circular:
            message = f"the fact {one.id!r} hangs on itself"
            faults.append(Fault(FAULT, one.path, one.line, f"{one.pattern!r}: {message}"))
            continue
        asked = [fact for condition in one.where for fact in condition.facts]
        unknown = next((fact for fact in asked if fact not in facts), None)
        if unknown is None:
            kept.append(one)
            continue
        message = f"detector {one.id!r} asks for {unknown!r}, which no fact here is called"
        message += _near(unknown, facts)
        faults.append(Fault(FAULT, one.path, one.line, f"{one.pattern!r}: {message}"))
    return tuple(kept), tuple(sorted(faults, key=lambda fault: fault.line))


def _circular(detectors: Iterable[Detector]) -> set[str]:
    """Return the facts whose conditions lead back to them."""
    asks: dict[str, set[str]] = {}
    for one in detectors:
        if one.role is DetectorRole.FACT:
            named = (fact for condition in one.where for fact in condition.facts)
            asks.setdefault(one.id, set()).update(named)
    found = set()
    for fact, first in asks.items():
        reached, left = set(first), list(first)
        while left:
            new = asks.get(left.pop(), set()) - reached
            reached |= new
            left += new
        if fact in reached:
            found.add(fact)
    return found


@functools.lru_cache(maxsize=256)  # a book that learning edits is read many times
def _read_fence(
    text: str,
) -> tuple[tuple[Detector, ...], tuple[_Utils, ...], tuple[tuple[int, str], ...]]:
    """Return the detectors of a fence, what it shares, and the faults; all lines are 0-based."""
    detectors: list[Detector] = []
    shared: list[_Utils] = []
    faults: list[tuple[int, str]] = []
    try:
        for document in _documents(text):
            try:
                if document.data.get("role") == _UTILS:
                    shared.append(_utils(document))
                else:
                    detectors.append(_detector(document))
            except _FaultyError as error:
                faults.append((error.line, error.message))
    except _FaultyError as error:
        faults.append((error.line, error.message))
    if not detectors and not shared and not faults:
        faults.append((0, "the fence holds no detector"))
    return tuple(detectors), tuple(shared), tuple(faults)


@dataclass(slots=True)
class _Document:
    """One document of YAML as data.

    Attributes:
        line: 0-based line at which it begins.
        data: Its keys and values.
        lines: Key → 0-based line, for those at the top.
    """

    line: int
    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)


def _documents(text: str) -> Iterator[_Document]:
    """Yield the documents of a fence, up to the first place at which it is no YAML."""
    import yaml

    if len(text) > _MAX_CHARS:
        raise _FaultyError(0, f"detectors of more than {_MAX_CHARS:,} characters are not read")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    budget = _Budget()
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):  # this goes down no call for a level
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _MAX_DEPTH:
                    raise _FaultyError(_line(event), "the detector is nested too deeply")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass  # it is met again below, behind the documents in front of it
    try:
        for number, node in enumerate(yaml.compose_all(text, Loader=loader)):
            if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
                continue
            if number >= _MAX_DETECTORS:
                raise _FaultyError(_line(node), _TOO_MANY)
            if not isinstance(node, yaml.MappingNode):
                raise _FaultyError(_line(node), "a detector is a list of keys with values")
            lines = {str(key.value): _line(key) for key, _ in node.value}
            yield _Document(_line(node), budget.data(node), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        line = mark.line if mark is not None else 0
        raise _FaultyError(line, f"the detector is not valid YAML: {problem}") from error
    except (RecursionError, ValueError) as error:
        raise _FaultyError(0, "the detector is not valid YAML") from error


def _line(node: Any) -> int:
    return int(node.start_mark.line)


class _Budget:
    """Turns nodes of YAML into data as JSON has it, up to a number of nodes."""

    def __init__(self) -> None:
        self._left = _MAX_NODES

    def data(self, node: Any, depth: int = 0) -> Any:
        import yaml

        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise _FaultyError(_line(node), "the detector says too much: is there an alias in it?")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            if node.tag != f"{_PREFIX}seq":
                raise _FaultyError(_line(node), f"the tag {node.tag} means nothing here")
            return [self.data(item, depth + 1) for item in node.value]
        if node.tag != f"{_PREFIX}map":
            raise _FaultyError(_line(node), f"the tag {node.tag} means nothing here")
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_PREFIX}merge":
                raise _FaultyError(_line(key), "a key is a word here, and `<<` is not read")
            if key.value in found:
                raise _FaultyError(_line(key), f"the key {key.value!r} stands there twice")
            found[_text(key)] = self.data(value, depth + 1)
        return found


def _scalar(node: Any) -> Any:
    """Return text, a whole number, True, False or None: what YAML 1.2 calls so unquoted."""
    text = _text(node)
    kind = node.tag.removeprefix(_PREFIX)
    if node.tag == kind or kind in {"binary", "set", "omap", "pairs"}:
        raise _FaultyError(_line(node), f"the tag {node.tag} means nothing here")
    if kind == "int" and re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return None if kind == "null" else text


def _text(node: Any) -> str:
    text: str = node.value
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _FaultyError(_line(node), "half a character (a surrogate) is no text") from error
    if "\0" in text:
        raise _FaultyError(_line(node), "a NUL is no text")
    return text


def _refuse_others(document: _Document, known: Iterable[str], what: str) -> None:
    for key in document.data:
        if key not in known:
            message = f"{what} no key {key!r}{_near(key, known)}"
            raise _FaultyError(document.lines.get(key, document.line), message)


def _utils(document: _Document) -> _Utils:
    data = document.data
    _refuse_others(document, _SHARED, "utils that are shared have")

    def refuse(key: str, message: str) -> _FaultyError:
        return _FaultyError(document.lines.get(key, document.line), message)

    utils = data.get("utils")
    if not isinstance(utils, dict) or not utils:
        raise refuse("utils", "`role: utils` needs `utils`: a list of names with rules")
    wrong = next((name for name, rule in utils.items() if not isinstance(rule, dict)), None)
    if wrong is not None:
        raise refuse("utils", f"the util {wrong!r} is no rule")
    return _Utils(document.line, _languages(data, refuse), utils)


def _detector(document: _Document) -> Detector:
    data, lines = document.data, document.lines
    is_text = data.get("language") == TEXT
    known = ("rule", "ignore", *_OWN, *_TOLD) if is_text else (*_RULE, *_OWN, *_TOLD)
    _refuse_others(document, known, "a detector has")

    def refuse(key: str, message: str) -> _FaultyError:
        return _FaultyError(lines.get(key, document.line), f"{message}{_of(data)}")

    role = _role(data, refuse)
    value = _template(data.get("value"))
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
    files = tuple(_texts(data.get("files"), "files", refuse))
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
        at=_variable(data.get("at"), "at", refuse) if data.get("at") is not None else "",
        also=tuple(_variable(x, "also", refuse) for x in _texts(data.get("also"), "also", refuse)),
        where=tuple(_conditions(data.get("where"), refuse)),
        value=value,
        message=_one_line(data.get("message")),
        fix=fix,
        line=document.line,
    )


def _expressions(data: Mapping[str, Any], refuse: Any) -> dict[str, Any]:
    """Return the regular expressions of a rule that looks at the text."""
    if all(glob.startswith("!") for glob in _texts(data.get("files"), "files", refuse)):
        raise refuse("files", "a rule for text needs `files`: no name tells what it is for")
    if data.get("fix") is not None:
        raise refuse("fix", "a rule for text has no `fix`")
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


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _role(data: Mapping[str, Any], refuse: Any) -> DetectorRole:
    role = data.get("role")
    if role not in list(DetectorRole):
        names = ", ".join([*DetectorRole, _UTILS])
        said = f"the role {role!r} is not known" if role is not None else "a detector needs `role`"
        raise refuse("role", f"{said}: {names}")
    return DetectorRole(role)


def _languages(data: Mapping[str, Any], refuse: Any) -> tuple[str, ...]:
    names = _texts(data.get("language"), "language", refuse)
    if not names:
        raise refuse("language", "a detector needs `language`")
    found = []
    for name in names:
        language = language_named(name)
        if language is None:
            raise refuse("language", f"ast-grep does not read the language {name!r}")
        found.append(language)
    return tuple(dict.fromkeys(found))


def _texts(value: Any, key: str, refuse: Any) -> list[str]:
    """Return one text or a list of them as a list."""
    values = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) and item.strip() for item in values):
        raise refuse(key, f"`{key}` is a text or a list of texts")
    return [item.strip() for item in values]


def _variable(value: Any, key: str, refuse: Any) -> str:
    match = _NAME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise refuse(key, f"`{key}` names metavariables, such as REL or $REL, not {value!r}")
    return match[1]


def _template(value: Any) -> str:
    """Return `REL`, `$REL` or `$MODEL.$FIELD` with a `$` before each metavariable.

    A text without any stands for itself.
    """
    text = value.strip() if isinstance(value, str) else ""
    if text.startswith("="):
        return text[1:].strip()
    return f"${text}" if _NAME.fullmatch(text) and not text.startswith("$") else text


def _subject(name: str) -> str:
    """Return a key of `where` as a template; "" for one that is none."""
    if name.startswith("="):
        return name[1:].strip()
    found = _template(name)
    return found if _VARIABLE.search(found) else ""


def _conditions(value: Any, refuse: Any) -> Iterator[Condition]:
    if value is None:
        return
    if not isinstance(value, dict):
        raise refuse("where", "`where` is a list of metavariables, each with what must hold of it")
    for name, asked in value.items():
        if name in _WHETHER:
            yield Condition("", _fact_ids(asked, refuse), _WHETHER[name])
            continue
        subject = _subject(name)
        if not subject:
            raise refuse("where", f"`where` names metavariables, such as REL or $REL, not {name!r}")
        if not isinstance(asked, dict) or not asked or set(asked) - {*_RELATIONS, *_WORDS}:
            raise refuse("where", f"of {name} `where` says `in`, `not_in`, `has` or `lacks`")
        for relation, named in asked.items():
            if relation in _RELATIONS:
                yield Condition(subject, _fact_ids(named, refuse), _RELATIONS[relation])
            else:
                words = tuple(map(_template, _texts(named, "where", refuse)))
                if not words:
                    raise refuse("where", f"`{relation}` names a word, or a list of words")
                yield Condition(subject, (), _WORDS[relation], words)


def _fact_ids(value: Any, refuse: Any) -> tuple[str, ...]:
    found = tuple(_texts(value, "where", refuse))
    if not found:
        raise refuse("where", "a condition names a fact, or a list of facts")
    return found


def _one_line(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""
