"""Pages as JSON: frozen dataclasses as lists of their fields, in order, without names."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from enum import StrEnum
from operator import attrgetter
from typing import Any

from hardwon.index.seal import DamagedRowError
from hardwon.model.experience import DateOrigin, Experience, Lesson, Link, PatternRef
from hardwon.model.page import Checklist, Item, NextStep, Page, Role, Totals
from hardwon.model.values import Confidence, Dialect, Fault, Outcome, PartialDate, Span

# What makes data of a value, None where JSON takes the value itself; and what makes it again.
_Coder = Callable[[Any], Any]
_Coders = tuple[_Coder | None, _Coder]


def encode_page(page: Page) -> str:
    """Return `page` as JSON."""
    return _JSON.encode(_to_row(page))


def decode_page(text: str) -> Page:
    """Return the page that `encode_page` wrote.

    Raises:
        DamagedRowError: `text` is something else.
    """
    try:
        page: Page = _from_row(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DamagedRowError(f"a page of the index is damaged: {error}") from error
    return page


def _class(kind: type, **special: _Coders) -> tuple[_Coder, _Coder]:
    """Return the coders of a dataclass; `special` are those of fields that JSON gives otherwise."""
    names: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]
    fields = attrgetter(*names)
    encoders = [(names.index(name), encode) for name, (encode, _) in special.items() if encode]
    decoders = [(names.index(name), decode) for name, (_, decode) in special.items()]

    def encode(value: Any) -> Any:
        row = list(fields(value))
        for n, encode_field in encoders:
            if row[n]:
                row[n] = encode_field(row[n])
        return row

    def decode(row: list[Any]) -> Any:
        if len(row) != len(names):
            raise ValueError(f"{kind.__name__} with {len(row)} fields")
        for n, decode_field in decoders:
            row[n] = decode_field(row[n])
        return kind(*row)

    return encode if encoders else fields, decode


def _enum(kind: type[StrEnum]) -> _Coders:
    return None, {member.value: member for member in kind}.__getitem__


def _optional(coders: _Coders) -> _Coders:
    encode, decode = coders
    return encode, lambda value: None if value is None else decode(value)


def _many(coders: _Coders) -> _Coders:
    encode, decode = coders
    return (
        None if encode is None else lambda values: [encode(value) for value in values],
        lambda values: tuple([decode(value) for value in values]),
    )


_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_TUPLE: _Coders = (None, tuple)
_SPAN = _class(Span)
_DATE = _optional(_class(PartialDate))
_LEVEL = _optional(_enum(Confidence))


@functools.cache
def _pattern() -> tuple[_Coder, _Coder]:
    """Return the coders of a pattern: what a page of notes does without is not imported for it."""
    from hardwon.model.detector import Condition, Detector, DetectorRole
    from hardwon.model.pattern import Claim, Code, Example, Field, Pattern, Related, Source

    detectors = _class(
        Detector,
        role=_enum(DetectorRole),
        languages=_TUPLE,
        rule=(None, dict),
        files=_TUPLE,
        also=_TUPLE,
        where=_many(_class(Condition, facts=_TUPLE, words=_TUPLE)),
    )
    fields = _many(_class(Field, span=_SPAN, dialect=_enum(Dialect)))
    examples = _many(_class(Example, span=_SPAN, date=_DATE))
    return _class(
        Pattern,
        span=_SPAN,
        dialect=_enum(Dialect),
        fields=fields,
        claim=_optional(_class(Claim, confidence=_LEVEL)),
        last_reinforced=_DATE,
        examples=examples,
        repeated_examples=examples,
        counter_examples=examples,
        code=_many(_class(Code)),
        related=_many(_class(Related)),
        sources=_many(_class(Source)),
        refused=_many(_class(Source)),
        tags=_TUPLE,
        aliases=_TUPLE,
        extra=fields,
        applies_to=_TUPLE,
        detectors=_many(detectors),
        faults=_many(_class(Fault)),
    )


def _encode_patterns(patterns: tuple[Any, ...]) -> list[Any]:
    encode, _ = _pattern()
    return [encode(pattern) for pattern in patterns]


def _decode_patterns(rows: list[Any]) -> tuple[Any, ...]:
    if rows == []:
        return ()
    _, decode = _pattern()
    return tuple([decode(row) for row in rows])


_EXPERIENCE = _class(
    Experience,
    span=_SPAN,
    date=_DATE,
    date_origin=_enum(DateOrigin),
    outcome=_optional(_enum(Outcome)),
    tags=_TUPLE,
    lessons=_many(_class(Lesson)),
    patterns=_many(_class(PatternRef, link=_enum(Link))),
)
_CHECKLIST = _class(
    Checklist,
    items=_many(_class(Item)),
    confidence=_LEVEL,
    last_reinforced=_DATE,
    hashes=_many(_TUPLE),
    tags=_TUPLE,
)


def _decode_count(row: list[Any]) -> tuple[Any, ...]:
    level, patterns, line = row
    return _LEVEL[1](level), patterns, line


_TOTALS = _class(
    Totals,
    last_updated=_DATE,
    breakdown=_many((None, _decode_count)),
    next_steps=_many(_class(NextStep, span=_SPAN)),
)
_to_row, _from_row = _class(
    Page,
    role=_enum(Role),
    patterns=(_encode_patterns, _decode_patterns),
    experiences=_many(_EXPERIENCE),
    checklist=_optional(_CHECKLIST),
    totals=_TOTALS,
    faults=_many(_class(Fault)),
)
