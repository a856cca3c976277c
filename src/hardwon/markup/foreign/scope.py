"""Which files a rule is for, as its front matter says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hardwon.markup.foreign.sections import Outline, one_line, united
from hardwon.model.foreign import Found, FoundKind

# Cursor's, Copilot's and Claude Code's.
_KEYS = ("globs", "applyto", "paths")
_EVERYTHING = frozenset({"*", "**", "**/*", "**/*.*", "/**/*.*"})


def globs_of(document: Outline) -> list[str]:
    """Return the globs of the front matter, each once; none where they mean every file."""
    values = document.header.values
    stated = (value for key in _KEYS if key in values for value in values[key].values)
    globs = dict.fromkeys(glob.strip() for value in stated for glob in _parted(value))
    return [glob for glob in globs if glob and glob not in _EVERYTHING]


def listed(globs: Iterable[str]) -> str:
    """Return globs as the value of `Applies to`."""
    return ", ".join(f"`{glob}`" for glob in globs)


def scoped(found: Iterable[Found], document: Outline) -> Iterator[Found]:
    """Yield what was found, its patterns with the file's description and globs before them."""
    description = one_line(document.header.get_text("description") or "")
    globs = globs_of(document)
    context = (("Context", description),) if description else ()
    applies = (("Applies to", listed(globs)),) if globs else ()
    for one in found:
        is_pattern = one.kind is FoundKind.PATTERN
        yield replace(one, parts=united((*context, *applies, *one.parts))) if is_pattern else one


def _parted(value: str) -> list[str]:
    """Return `value` parted at its commas, but not at those between braces."""
    parts, depth = [""], 0
    for character in value:
        depth += (character == "{") - (character == "}")
        if character == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
