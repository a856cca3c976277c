"""Globs of paths, as `files:` of a detector and `Applies to` of a pattern have them."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Sequence

# A glob whose braces stand for more globs than anybody means is taken as it is.
_MAX_CHOICES = 100
# Tools disagree about these, and about `**` beside other characters of a name.
_NOT_SHARED = re.compile(r"[,{}\[\]\\!\s]|\*\*[^/]|[^/]\*\*")
_ANY = re.compile(r"(?s:.+)\Z")
# What a glob is, name by name; None for any number of folders.
_Glob = tuple[re.Pattern[str] | None, ...]


def matches_globs(path: str, globs: Sequence[str]) -> bool:
    """Return whether `path` is one of those that `globs` mean; capitals count.

    `*` and `?` stand for characters of one name, `**` for any folders, `[…]` for one character,
    `{a,b}` for either. A glob without `/` means files of that name in any folder, one that ends
    in `/` all that lies below. One that begins with `!` takes away, wherever it stands; where
    all do, everything else is meant. No glob means every path.

    Args:
        path: From the top of the repository, with `/`.
        globs: As their author wrote them.
    """
    names = path.split("/")
    wanted, unwanted = _compiled(tuple(globs))
    if any(_matches(names, glob) for glob in unwanted):
        return False
    return not wanted or any(_matches(names, glob) for glob in wanted)


def long_globs(globs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what `globs` mean and what they take away, in words that other tools share.

    Those know neither `!` nor that a bare name is meant in any folder, and part globs at commas:
    braces are written out, `**/` stands before a name, `**` behind a folder. What cannot be said
    so is left out.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for glob in globs:
        is_unwanted = glob.startswith("!")
        for choice in _choices(glob.removeprefix("!")):
            long = _long(choice)
            if long is not None:
                (unwanted if is_unwanted else wanted).append(long)
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(unwanted))


def _long(glob: str) -> str | None:
    glob = f"{glob}**" if glob.endswith("/") else glob
    glob = (glob if "/" in glob else f"**/{glob}").lstrip("/")
    is_plain = (
        glob and glob.isprintable() and not re.search(r"[,{}\[\]\\!\s]|\*\*[^/]|[^/]\*\*", glob)
    )
    return glob if is_plain else None


@functools.lru_cache(maxsize=1024)
def _compiled(globs: tuple[str, ...]) -> tuple[list[_Glob], list[_Glob]]:
    wanted = [x for glob in globs if not glob.startswith("!") for x in _choices(glob)]
    unwanted = [x for glob in globs if glob.startswith("!") for x in _choices(glob[1:])]
    return [_compile(glob) for glob in wanted], [_compile(glob) for glob in unwanted]


def _choices(glob: str) -> list[str]:
    """Return what the braces of `glob` stand for."""
    done, left = [], [glob.strip()]
    while left:
        text = left.pop()
        found = re.search(r"\{([^{}]*,[^{}]*)\}", text)
        if found is None:
            done.append(text)
            continue
        left += [text[: found.start()] + x + text[found.end() :] for x in found[1].split(",")]
        if len(left) + len(done) > _MAX_CHOICES:
            return [glob]
    return done


def _compile(glob: str) -> _Glob:
    if glob.endswith("/"):
        glob += "**"
    if "/" not in glob:
        glob = f"**/{glob}"
    names = [name for name in glob.split("/") if name not in {"", "."}]
    parts: list[re.Pattern[str] | None] = []
    for name in names:
        if name != "**":
            # What fnmatch makes of `*` looks at no text twice, whatever the glob.
            parts.append(re.compile(fnmatch.translate(name)))
        elif not parts or parts[-1] is not None:
            parts.append(None)
    if parts and parts[-1] is None:
        parts.append(_ANY)  # below a folder, not the folder itself
    return tuple(parts)


def _matches(names: Sequence[str], glob: _Glob) -> bool:
    """Return whether a path matches; in time of the product of both lengths at most."""
    last = glob[-1] if glob else None
    if last is None or not last.match(names[-1]):
        return False
    at = _skipping({0}, glob)
    for name in names:
        after = set()
        for place in at:
            if place == len(glob):
                continue
            part = glob[place]
            if part is None:
                after.add(place)
            elif part.match(name):
                after.add(place + 1)
        at = _skipping(after, glob)
    return len(glob) in at


def _skipping(places: set[int], glob: _Glob) -> set[int]:
    """Return `places` and those that a `**` lets follow without any folder."""
    found = set(places)
    for place in places:
        after = place
        while after < len(glob) and glob[after] is None:
            after += 1
            found.add(after)
    return found
