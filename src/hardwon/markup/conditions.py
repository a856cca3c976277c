"""What the keys of a detector say: texts, names of metavariables, conditions on facts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hardwon.model.detector import Condition

_NAME = re.compile(r"\$*([A-Z_][A-Z0-9_]*)")
_VARIABLE = re.compile(r"\$+[A-Z_][A-Z0-9_]*")
# How conditions are spelled: in or not, of words, and without a subject.
_RELATIONS = {"in": True, "not_in": False}
_WORDS = {"has": True, "lacks": False}
_WHETHER = {"exists": True, "missing": False}


def read_texts(value: Any, key: str, refuse: Any) -> list[str]:
    """Return one text or a list of them as a list."""
    values = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) and item.strip() for item in values):
        raise refuse(key, f"`{key}` is a text or a list of texts")
    return [item.strip() for item in values]


def read_variable(value: Any, key: str, refuse: Any) -> str:
    """Return the name of a metavariable, without its `$`."""
    match = _NAME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise refuse(key, f"`{key}` names metavariables, such as REL or $REL, not {value!r}")
    return match[1]


def read_template(value: Any) -> str:
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
    found = read_template(name)
    return found if _VARIABLE.search(found) else ""


def read_conditions(value: Any, refuse: Any) -> Iterator[Condition]:
    """Yield the conditions below `where`.

    Args:
        value: What stands there.
        refuse: Makes the error to raise, of a key and a message.
    """
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
                words = tuple(map(read_template, read_texts(named, "where", refuse)))
                if not words:
                    raise refuse("where", f"`{relation}` names a word, or a list of words")
                yield Condition(subject, (), _WORDS[relation], words)


def _fact_ids(value: Any, refuse: Any) -> tuple[str, ...]:
    found = tuple(read_texts(value, "where", refuse))
    if not found:
        raise refuse("where", "a condition names a fact, or a list of facts")
    return found


def say_near(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that names what is spelled like `word`, if anything is."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
