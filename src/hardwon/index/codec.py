"""Pages as JSON: frozen dataclasses as lists of their fields, in order, without names."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from typing import Any

from hardwon.index.seal import DamagedRowError
from hardwon.model.page import Page


def encode_page(page: Page) -> str:
    """Return `page` as JSON."""
    return json.dumps(_encode(page), ensure_ascii=False, separators=(",", ":"))


def decode_page(text: str) -> Page:
    """Return the page that `encode_page` wrote.

    Raises:
        DamagedRowError: `text` is something else.
    """
    try:
        page: Page = _decoder(Page)(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DamagedRowError(f"a page of the index is damaged: {error}") from error
    return page


def _encode(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if dataclasses.is_dataclass(value):
        return [_encode(getattr(value, name)) for name in _names(value.__class__)]
    return value


@functools.cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _same(value: Any) -> Any:
    return value


@functools.cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    """Return the function that turns decoded JSON into a value of the type `kind`."""
    if dataclasses.is_dataclass(kind):
        return _dataclass_decoder(typing.cast("type", kind))
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = (_decoder(arg) for arg in typing.get_args(kind) if arg is not types.NoneType)
        return _same if inner is _same else lambda v: None if v is None else inner(v)
    if origin is tuple:
        return _tuple_decoder(typing.get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind in {str, int, float, bool}:
        return _same
    raise TypeError(f"a page holds {kind}, which the index cannot store")  # pragma: no cover


def _dataclass_decoder(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    names = _names(kind)
    decoders = [(n, _decoder(hints[name])) for n, name in enumerate(names)]
    special = [(n, decode) for n, decode in decoders if decode is not _same]

    def decode(values: list[Any]) -> Any:
        if len(values) != len(names):
            raise ValueError(f"{kind.__name__} with {len(values)} fields")
        for n, decode_field in special:
            values[n] = decode_field(values[n])
        return kind(*values)

    return decode


def _tuple_decoder(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    if kinds[-1] is Ellipsis:
        inner = _decoder(kinds[0])
        return tuple if inner is _same else lambda values: tuple(map(inner, values))
    decoders = [_decoder(kind) for kind in kinds]
    return lambda values: tuple(d(v) for d, v in zip(decoders, values, strict=True))
