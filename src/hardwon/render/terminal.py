"""Text from notes, made safe for a terminal."""

from __future__ import annotations

import unicodedata

# Marks that turn the direction of the text behind them, and so can show what does not stand there.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def safe(text: str) -> str:
    r"""Return `text` with escape, control and direction characters as `\x1b`, `\u202e`.

    Line ends and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t" or character == " ":
        return character
    if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}:
        return "" if character == "\r" else character.encode("unicode_escape").decode("ascii")
    return character


_STYLES = {"bold": 1, "dim": 2, "green": 32, "yellow": 33, "blue": 34, "cyan": 36}


def styled(text: str, *styles: str) -> str:
    """Return `text` in bold, dim or a colour; `click.echo` takes that out where it is unwanted."""
    codes = ";".join(str(_STYLES[style]) for style in styles)
    return f"\x1b[{codes}m{text}\x1b[0m" if styles else text
