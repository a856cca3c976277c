"""One table of a TOML file, added and taken: text → text, and every other byte stays.

The table is added to the end under a header of its own, which every TOML file takes that does not
define it otherwise. What an edit means is proved by reading the text before and after it; what
cannot be proved is refused. So no writer of TOML is needed, and nothing is ever laid out anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hardwon.errors import AgentFileError
from hardwon.markup.text import split_lines

_Values = Mapping[str, str | Sequence[str]]
_HEADER = re.compile(r"[ \t]*\[")
# Strings and comments; what stands in a text of several lines may look like a header.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*',
    re.DOTALL,
)
_AT_LINE = re.compile(r"\(at line (\d+)")


def has_table(text: str, name: Sequence[str], path: str) -> bool:
    """Return whether `text` has the table `name`, its parts from outside in.

    Raises:
        AgentFileError: The text is no TOML; the line is named.
    """
    return _table(_read(text, path), name) is not None


def set_table(text: str | None, name: Sequence[str], values: _Values, path: str) -> str:
    """Return `text` with `values` in the table `name`; for None, a file of its own.

    A table that is there keeps its place, its other keys and all that is said in it.

    Args:
        text: TOML; None where there is no file.
        name: Its parts from outside in, none of which needs quotes.
        values: Strings, and arrays of them.
        path: How an error names the file.

    Raises:
        AgentFileError: The text is no TOML, or defines the table in another form than under a
            header, with each of the values on a line.
    """
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    table = [f"[{'.'.join(name)}]", *lines]
    if text is None:
        return "\n".join([*table, ""])
    before = _read(text, path)
    old = _table(before, name)
    if old is not None and all(old.get(key) == value for key, value in values.items()):
        return text
    new = _add(text, table) if old is None else _replace(text, name, values)
    wanted = _with(before, name, {**(old or {}), **values})
    return _proved(new, wanted, path, f"cannot take [{'.'.join(name)}]", table)


def take_table(text: str, name: Sequence[str], path: str) -> str | None:
    """Return `text` without the table `name` and those below it; None where no file was before.

    Raises:
        AgentFileError: As `set_table`.
    """
    before = _read(text, path)
    if _table(before, name) is None:
        return text
    spans = _spans(text, name)
    new = text
    for start, end in reversed(spans):
        new = _cut(new, start, end)
    if new == "" and len(spans) == 1 and spans[0][0] == 0:
        return None
    return _proved(
        new, _with(before, name, None), path, f"holds {'.'.join(name)} in another form", []
    )


def _add(text: str, table: list[str]) -> str:
    end = next((end for end in ("\r\n", "\n") if text.endswith(end)), "")
    if end or not text:
        end = end or "\n"
        return text + end + end.join([*table, ""])
    # Without a line end the file goes on having none: so the way back is known.
    end = "\r\n" if "\r\n" in text else "\n"
    return text + end + end + end.join(table)


def _cut(text: str, start: int, end: int) -> str:
    """Return `text` without a span of whole lines, and without the empty line before it."""
    before, after = text[:start], text[end:]
    line_end = "\r\n" if before.endswith("\r\n") else "\n"
    is_apart = before == line_end or before.endswith(line_end * 2)
    if is_apart:
        before = before.removesuffix(line_end)
    if is_apart and not after and not text[:end].endswith("\n"):
        before = before.removesuffix(line_end)  # the file had no line end: the table brought two
    return before + after


def _replace(text: str, name: Sequence[str], values: _Values) -> str:
    """Return `text` with each value in the place of the one in its line, below the header."""
    for start, end in _spans(text, name)[:1]:
        body = text[start:end]
        for key, value in values.items():
            line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
            found = re.search(rf"^[ \t]*{re.escape(key)}[ \t]*=[^\r\n]*", body, re.MULTILINE)
            if found is not None:
                body = body[: found.start()] + line + body[found.end() :]
            else:
                header = re.match(r"[^\r\n]*(\r?\n)?", body)
                at = header.end() if header else 0
                gap = header[1] if header and header[1] else "\n"
                body = (
                    body[:at] + ("" if body[:at].endswith("\n") else gap) + line + gap + body[at:]
                )
        return text[:start] + body + text[end:]
    return text


def _spans(text: str, name: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the table and those below it stand: offsets, from header to last value."""
    named = r"[ \t]*\.[ \t]*".join(
        rf"(?:{re.escape(x)}|\"{re.escape(x)}\"|'{re.escape(x)}')" for x in name
    )
    own = re.compile(rf"[ \t]*\[[ \t]*{named}[ \t]*[.\]]")
    spans = []
    start: int | None = None
    at = end = 0
    for line in [*split_lines(_TOKEN.sub(_blank, text)), "["]:
        if _HEADER.match(line):
            if start is not None:
                spans.append((start, end))
            start = at if own.match(line) else None
            end = at + len(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            end = at + len(line)
        at += len(line)
    return spans


def _blank(token: re.Match[str]) -> str:
    """Return a string of several lines without its letters, and all else as it is."""
    is_long = token[0].startswith(('"""', "'''"))
    return re.sub(r"[^\r\n]", "x", token[0]) if is_long else token[0]


def _read(text: str, path: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        line = _AT_LINE.search(str(error))
        raise AgentFileError(
            f"is no TOML: {error}",
            path=path,
            line=int(line[1]) if line else None,
            hint="nothing was written; mend it, then run the command again",
        ) from error


def _table(data: dict[str, Any], name: Sequence[str]) -> dict[str, Any] | None:
    at: Any = data
    for part in name:
        at = at.get(part) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else None


def _with(
    data: dict[str, Any], name: Sequence[str], table: dict[str, Any] | None
) -> dict[str, Any]:
    """Return `data` with another table at `name`; for None, without it and what it leaves empty."""
    first, *rest = name
    inner = data.get(first)
    if not rest:
        new: Any = table
    else:
        new = _with(inner if isinstance(inner, dict) else {}, rest, table)
        if not new and table is None:
            new = None
    others = {key: value for key, value in data.items() if key != first}
    return others if new is None else {**others, first: new}


def _proved(text: str, wanted: dict[str, Any], path: str, fault: str, by_hand: list[str]) -> str:
    """Return `text`, if it means what is wanted."""
    try:
        is_right = _without_empty(_read(text, path)) == _without_empty(wanted)
    except AgentFileError:
        is_right = False
    if is_right:
        return text
    hint = "nothing was written; edit it by hand"
    raise AgentFileError(fault, path=path, hint="\n    ".join([hint, *by_hand]))


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` without empty tables at its top, which a header above may leave."""
    return {key: value for key, value in data.items() if value != {}}
