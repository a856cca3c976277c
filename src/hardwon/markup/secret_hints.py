"""What tells cheaply that a text holds no credential; most notes have none of it.

Nothing but this is imported, and nothing else is run, for a note without a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PASSWORD_WORDS = (
    "passw", "passphrase", "kennwort", "pwd", "pass:", "pass=", "pass =", 'pass"', "pass'", "pass`",
)  # fmt: skip
LOGIN_WORDS = ("-u ", "--user", "sshpass", "mysql")
# What announces a value that is no long run; "key" and "token" stand before such runs only.
_ANNOUNCING = tuple(
    word.encode()
    for word in (
        *PASSWORD_WORDS, *LOGIN_WORDS, "django-insecure-", "psw", "_pw", "-pw", ".pw", "login(",
        "login (", "log_in(", "authenticate(",
    )
)  # fmt: skip
# A few texts of which each word holds one, and the words that do.
_STEMS = tuple(
    (stem, tuple(word for word in _ANNOUNCING if stem in word))
    for stem in (
        b"pass", b"pw", b"psw", b"-u", b"kennwort", b"mysql", b"login", b"log_in(",
        b"authenticate(", b"django-insecure-",
    )
)  # fmt: skip
# An address with a name or a password in front of its host.
_LOGIN_URL = re.compile(rb"://[^\s/:]{0,200}+:[^\s@]{1,300}+@")

RUN = re.compile(r"[A-Za-z0-9_+-]{14,}+")
"""What a machine may have drawn: a run of so many characters."""

_SHORTEST_RUN = 14


def run_map(marks: str, *, letters_beyond_ascii: bool = False) -> bytes:
    """Return a table that translates letters, digits and `marks` to "x", all else to spaces."""
    return bytes(
        ord("x")
        if (letters_beyond_ascii if byte > 127 else chr(byte).isalnum() or chr(byte) in marks)
        else ord(" ")
        for byte in range(256)
    )


_RUN_MAP = run_map("_+-")


def find_runs(translated: bytes, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield where runs of at least `shortest` times "x" begin and end, in order."""
    run = b"x" * shortest
    start = translated.find(run)
    while start >= 0:
        end = translated.find(b" ", start + shortest)
        if end < 0:
            end = len(translated)
        yield start, end
        start = translated.find(run, end)


_DIGIT = re.compile(r"[0-9]")
_CAMEL = re.compile(r"[A-Z]?[a-z]{2,24}+(?:[A-Z][a-z]{2,24}+){0,8}")


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints at credentials in a text.

    Attributes:
        lower: The text in lower case.
        has_word: Whether it holds what announces a password.
        has_run: Whether it holds a run of characters that a machine may have drawn.
    """

    lower: str
    has_word: bool
    has_run: bool


def find_hints(text: str) -> Hints | None:
    """Return the hints at credentials in `text`, or None: then it holds none.

    That this loses nothing is shown on the labelled set and on the corpus
    (tests/unit/markup/test_secrets.py).
    """
    raw = text.encode("utf-8", "replace")
    has_word = _has_word(raw.lower()) or (b"@" in raw and _LOGIN_URL.search(raw) is not None)
    has_run = _has_run(raw)
    return Hints(text.lower(), has_word, has_run) if has_word or has_run else None


def _has_word(lower: bytes) -> bool:
    return any(stem in lower and any(word in lower for word in words) for stem, words in _STEMS)


def _has_run(raw: bytes) -> bool:
    for start, end in find_runs(raw.translate(_RUN_MAP), _SHORTEST_RUN):
        run = raw[start:end].decode()
        if is_mixed(run) and not _is_written(run):
            return True
    return False


def is_mixed(run: str) -> bool:
    """Return whether letters and digits, or many letters of both cases, make up `run`."""
    if _DIGIT.search(run):
        return run.lower() != run.upper()
    if len(run) < 25 or run.islower() or run.isupper():
        return False
    return run.replace("_", "").isalpha()


def _is_written(run: str) -> bool:
    """Return whether a person wrote `run`.

    Such are `2025-01-09-use-oauth2-login`, `CVE-2024-21647`, `formatSearchResults`.
    """
    parts = [part for part in run.replace("-", "_").replace("+", "_").split("_") if part]
    if run.islower():
        return all(map(_is_small_word, parts))
    if run.isupper():
        return all(len(part) < (10 if part.isdigit() else 13 * part.isalpha()) for part in parts)
    return all(_CAMEL.fullmatch(p) or (p.isupper() and p.isalpha() and len(p) < 13) for p in parts)


def _is_small_word(part: str) -> bool:
    letters = part.rstrip("0123456789")
    digits = len(part) - len(letters)
    if not letters:
        return digits < 10
    return letters.isalpha() and len(letters) < 25 and digits < 4
