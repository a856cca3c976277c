"""Text from notes, names and arguments, made safe for a terminal."""

from __future__ import annotations

import re

# Joiners that emoji and several scripts are written with; all other format characters are
# invisible or turn the direction of text, and so show what does not stand there.
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# Around the codes of a style until the text is printed; no text of a person holds them.
_BEGIN, _END = "\ufdd0", "\ufdd1"
_STYLES = {"bold": 1, "dim": 2, "green": 32, "yellow": 33, "blue": 34, "cyan": 36}
_CODES = "|".join(map(str, _STYLES.values()))
_STYLE = re.compile(f"{_BEGIN}((?:{_CODES})(?:;(?:{_CODES}))*|0){_END}")


def safe(text: str) -> str:
    r"""Return `text` with what a terminal would obey or hide written as `\x1b`, `\u202e`.

    Those are control, escape, direction and invisible characters. Line ends and tabs stay.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(_shown(character) for character in text)


def one_line(text: str) -> str:
    r"""Return `text`, safe and with line ends as `\n`: a name on disk may hold some."""
    return safe(text).replace("\n", "\\n").replace("\t", "\\t")


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if character == "\r":
        return ""
    return _escaped(character) if _is_hidden(character) else character


def _is_hidden(character: str) -> bool:
    import unicodedata  # few texts need it: a search that prints none does not load its tables

    return character in {_BEGIN, _END} or (
        unicodedata.category(character) in _HIDDEN and character not in _JOINERS
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def safe_json(text: str) -> str:
    r"""Return JSON with what a terminal would obey or hide as `\u202e`: the data is the same."""
    if text.replace("\n", "").isprintable():  # indented JSON has line ends, and seldom more
        return text
    return "".join(_json_escaped(c) if c not in "\n\t\r" and _is_hidden(c) else c for c in text)


def _json_escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def styled(text: str, *styles: str) -> str:
    """Return `text` in bold, dim or a colour, once `for_terminal` has seen it."""
    codes = ";".join(str(_STYLES[style]) for style in styles)
    return f"{_BEGIN}{codes}{_END}{text}{_BEGIN}0{_END}" if styles else text


def for_terminal(text: str) -> str:
    """Return `text` as it may be printed: nothing in it but our own styles is obeyed."""
    if _BEGIN not in text:
        return safe(text)
    parts = _STYLE.split(text)  # texts and codes in turn
    return "".join(f"\x1b[{part}m" if n % 2 else safe(part) for n, part in enumerate(parts))
