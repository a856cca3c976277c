"""The languages that detectors know are those that ast-grep reads."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hardwon.model.languages import LANGUAGES, language_named, language_of, path_in

# One process for all that must work; what ast-grep does not know may end it.
_TRY = """
import json, sys
from ast_grep_py import SgRoot
read = []
for name in json.loads(sys.argv[1]):
    try:
        SgRoot("a = 1", name).root().find_all({"rule": {"regex": "nothing"}})
        read.append(name)
    except BaseException:
        pass
print(json.dumps(read))
"""


def _read(names: list[str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _TRY, json.dumps(names)],
        capture_output=True,
        text=True,
        check=False,
    )
    return list(json.loads(done.stdout)) if done.returncode == 0 else []


def test_ast_grep_reads_each_language() -> None:
    assert _read(sorted(LANGUAGES)) == sorted(LANGUAGES)


@pytest.mark.parametrize("name", ["sql", "dockerfile", "toml"])
def test_what_ast_grep_does_not_read_is_no_language(name: str) -> None:
    assert _read([name]) == []
    assert language_named(name) is None


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_has_a_suffix_that_means_it(language: str) -> None:
    assert language_of(path_in(language, "a.b")) == language
    assert language_named(language.upper()) == language


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("py", "python"), ("TypeScript", "typescript"), ("Tsx", "tsx"), ("jsx", "javascript"),
        ("C++", "cpp"), ("c#", "csharp"), ("sh", "bash"), (" js ", "javascript"), ("", None),
    ],
)  # fmt: skip
def test_names_of_languages(name: str, expected: str | None) -> None:
    assert language_named(name) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.PY", "python"), ("a.d.ts", "typescript"), ("x.tsx", "tsx"), ("x.jsx", "javascript"),
        ("Makefile", None), (".py", None), ("a.sql", None), ("a.py/b", None),
    ],
)  # fmt: skip
def test_languages_of_files(path: str, expected: str | None) -> None:
    assert language_of(path) == expected
