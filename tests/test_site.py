"""The site names every page of docs/ once, so that none is left where nobody finds it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from conftest import PROJECT


def named(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for target in entry.values():
            if isinstance(target, str):
                yield target
            else:
                yield from named(target)


def test_the_site_names_every_page_once() -> None:
    site = tomllib.loads((PROJECT / "zensical.toml").read_text(encoding="utf-8"))
    docs = PROJECT / "docs"
    there = sorted(page.relative_to(docs).as_posix() for page in docs.rglob("*.md"))
    assert sorted(named(site["project"]["nav"])) == there
