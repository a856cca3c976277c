"""A git hook with a marked block of ours in it: bytes → bytes, and every other byte stays."""

from __future__ import annotations

import re

from hardwon.errors import HookError

BEGIN = b"# >>> hardwon install hook >>>"
END = b"# <<< hardwon install hook <<<"
# What a hook begins with that holds nothing but our block.
OWN_START = b"#!/bin/sh\n"

# The block is POSIX sh, which all of these understand.
_SHELLS = frozenset({b"sh", b"ash", b"bash", b"dash", b"ksh", b"mksh", b"zsh"})
# Lines that another program may have given Windows' ends since.
_BEGIN_LINE = re.compile(rb"^%s[^\n]*" % re.escape(BEGIN), re.MULTILINE)
_END_LINE = re.compile(rb"^%s[^\n]*" % re.escape(END), re.MULTILINE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def why_not_shell(data: bytes) -> str | None:
    """Return why the hook `data` cannot take lines of a shell script; None where it can.

    A text without `#!` can: git has `sh` run it.
    """
    if b"\0" in data:
        return "is a program, not a shell script"
    if data.startswith(_BYTE_ORDER_MARK):
        return "begins with a byte order mark, behind which no system finds its #!"
    if not data.startswith(b"#!"):
        return None
    first = data.split(b"\n", 1)[0]
    if first.endswith(b"\r"):
        return "has Windows' line ends, so that no shell is found by its first line"
    names = [word.rpartition(b"/")[2] for word in first[2:].split()]
    if names and names[0] == b"env":  # its options and variables stand before the name
        names = [name for name in names[1:] if not name.startswith(b"-") and b"=" not in name]
    if names and names[0] in _SHELLS:
        return None
    named = names[0].decode("utf-8", "replace") if names else "nothing"
    return f"is run by {named}, not by a shell"


def with_block(data: bytes | None, block: bytes, path: str) -> bytes:
    """Return the hook `data` with `block` in it; for None, a hook of its own.

    A block that is there is replaced where it stands. A new one comes first, behind `#!`: what
    follows may end the script (`exit`, `exec`) before anything behind it would run.

    Args:
        data: The hook; `why_not_shell` has nothing against it.
        block: From `BEGIN` to `END`, without a line end behind it.
        path: How an error names the hook.

    Raises:
        HookError: The marks of the block are damaged; the line is named.
    """
    if data is None:
        return OWN_START + block + b"\n"
    found = _find_block(data, path)
    if found is not None:
        return data[: found[0]] + block + data[found[1] :]
    if not data.startswith(b"#!"):
        return block + b"\n" + data
    first, end, rest = data.partition(b"\n")
    # Without a line end the file goes on having none: so the way back is known.
    return first + b"\n" + block + (b"\n" + rest if end else b"")


def without_block(data: bytes, path: str) -> bytes:
    """Return the hook `data` as it was before it got the block; as it is where it has none.

    `path` is how an error names the hook.

    Raises:
        HookError: The marks of the block are damaged; the line is named.
    """
    found = _find_block(data, path)
    if found is None:
        return data
    before, after = data[: found[0]], data[found[1] :]
    return before + after.removeprefix(b"\n") if after else before.removesuffix(b"\n")


def _find_block(data: bytes, path: str) -> tuple[int, int] | None:
    """Return where the block begins and where its last line ends."""
    begins = [match.span() for match in _BEGIN_LINE.finditer(data)]
    ends = [match.span() for match in _END_LINE.finditer(data)]
    if not begins and not ends:
        return None
    if len(begins) == len(ends) == 1 and begins[0] < ends[0]:
        return begins[0][0], ends[0][1]
    line = data.count(b"\n", 0, min(begins + ends)[0]) + 1
    raise HookError(
        "the marks around hardwon's block are not one beginning and one end",
        path=path,
        line=line,
        hint="take the block out by hand, then run the command again",
    )
