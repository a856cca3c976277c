"""A pattern as guidance for an agent or a reviewer: when, what, why, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from hardwon.markup.contain import code_span, contain, fenced
from hardwon.markup.text import counted, plain
from hardwon.model.globs import long_globs
from hardwon.model.listing import PatternDetail
from hardwon.model.pattern import Code
from hardwon.render.terminal import safe

# Beginnings of a context that read on behind "Use".
_MOMENT = re.compile(r"(?:when|whenever|before|after|while|if|for|in|on|as|to|at)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+[.)]\s")
_MARK = re.compile(r"[❌✅]")
# Of a block of code: agnix (CUR-036, 2026) takes longer ones for files to refer to.
_MOST_LINES = 40
_LONGEST = 240  # characters of a description, which agents hold in every session


def description(detail: PatternDetail) -> str:
    """Return one line of plain words that begins with when to use the pattern."""
    pattern = detail.entry.pattern
    first = plain((pattern.context or "").strip().split("\n\n")[0]).lstrip("-*+ ")
    first = "".join(c if c.isprintable() else " " for c in first).strip().rstrip(".:;")
    if not first:
        return f"Use for: {_shortened(pattern.name)}"
    first = _shortened(first)
    used = f"Use {first[0].lower()}{first[1:]}" if _MOMENT.match(first) else f"Use for: {first}"
    return f"{used}. {_shortened(pattern.name)}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def standing(detail: PatternDetail) -> str:
    """Return how well the pattern is proven, as a sentence."""
    entry = detail.entry
    text = f"{entry.confidence}: {counted(entry.examples, 'example')}"
    if entry.counter_examples:
        text += f", {counted(entry.counter_examples, 'counter-example')}"
    return f"{text} in {counted(entry.projects, 'project')}." if entry.projects else f"{text}."


def guidance(detail: PatternDetail) -> Iterator[str]:
    """Yield the pattern as blocks of Markdown, each to be parted from the next by an empty line.

    Agents hold it beside their task: of the code one block of each kind stands in it.
    """
    pattern = detail.entry.pattern
    unwanted = long_globs(pattern.applies_to)[1]
    yield from labelled("Applies", pattern.context)
    yield from labelled("Do", pattern.pattern)
    yield from labelled("Why", pattern.why)
    yield from brief_codes(
        detail, {"bad": "Not like this:", "good": "Like this:", "example": "Example:"}
    )
    if unwanted:
        yield f"Not meant: {', '.join(map(code_span, unwanted))}."


def labelled(label: str, text: str | None) -> Iterator[str]:
    """Yield a text behind its bold label, or below it where it does not begin with a sentence.

    Nothing where there is none.
    """
    if text and text.strip():
        text = contain(text)
        if text[:1].isalnum() and not _NUMBERED.match(text):
            yield f"**{label}:** {text}"
        else:
            yield f"**{label}:**"
            yield text


def codes(detail: PatternDetail, titles: dict[str, str]) -> Iterator[str]:
    """Yield the code of a pattern that stands in none of its texts, each below its title.

    Args:
        detail: The pattern.
        titles: Role → title; code of another role is left out.
    """
    for code in free_code(detail):
        if code.role in titles:
            yield titles[code.role]
            yield fenced(code.text, code.language)


def brief_codes(detail: PatternDetail, titles: dict[str, str]) -> Iterator[str]:
    """Yield the first code of each role that is short enough for an agent, below its title."""
    seen: set[str] = set()
    for code in free_code(detail):
        is_short = code.text.count("\n") < _MOST_LINES
        if code.role in titles and code.role not in seen and is_short:
            seen.add(code.role)
            yield titles[code.role]
            yield fenced(code.text, code.language)


def free_code(detail: PatternDetail) -> list[Code]:
    """Return the code of a pattern that is no part of its texts.

    A block that has bad and good code below comments with ❌ and ✅ is parted at these.
    """
    pattern = detail.entry.pattern
    texts = [pattern.context, pattern.pattern, pattern.why, *(one.text for one in pattern.extra)]
    shown = "".join("\n".join(filter(None, texts)).split())  # whatever its indentation there
    free = (one for one in pattern.code if "".join(one.text.split()) not in shown)
    return [part for code in free for part in _parts(code)]


def own_fields(detail: PatternDetail) -> Iterator[tuple[str, str]]:
    """Yield label and text of the fields that its author has named, and of second ones."""
    for field in detail.entry.pattern.extra:
        if field.key not in {"detection", "applies_to"}:
            yield field.label, field.text


def _parts(code: Code) -> list[Code]:
    lines = code.text.strip("\n").split("\n")
    starts = [n for n, line in enumerate(lines) if _MARK.search(line)]
    if code.role != "example" or len(starts) < 2 or starts[0] != 0:
        return [code]
    ends = [*starts[1:], len(lines)]
    return [
        replace(
            code,
            role="bad" if "❌" in lines[start] else "good",
            text="\n".join(lines[start:end]).strip("\n"),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def fitted(
    patterns: Sequence[PatternDetail],
    render: Callable[[int, PatternDetail], Iterable[str]],
    room: int,
) -> Iterator[str]:
    """Yield the blocks of the first patterns that fit into `room` lines, and how many do not.

    Args:
        patterns: Strongest first.
        render: Makes the blocks of one, which is numbered from 1.
        room: Lines, with an empty one between blocks.
    """
    room -= 2  # the sentence on what was left out
    for number, detail in enumerate(patterns, start=1):
        blocks = list(render(number, detail))
        room -= sum(block.count("\n") + 2 for block in blocks)
        if room < 0:
            left = len(patterns) - number + 1
            yield f"{counted(left, 'pattern')} did not fit: `hardwon list` names them."
            return
        yield from blocks


def joined(blocks: Iterable[str]) -> str:
    """Return blocks of Markdown as one text that ends in a newline.

    What is invisible or turns the direction of text is shown as `\\u202e`: people review these
    files, and agents obey them.
    """
    return safe("\n\n".join(blocks) + "\n")


def unique_names(
    patterns: Iterable[PatternDetail],
    name: Callable[[PatternDetail], str],
    taken: Iterable[str] = (),
) -> Iterator[tuple[str, PatternDetail]]:
    """Yield each pattern with a name that no other one has, whatever the case of letters.

    The second of two alike gets a `-2`, as on systems where `A` and `a` are one file.
    """
    seen = {one.casefold() for one in taken}
    for detail in patterns:
        first = one = name(detail)
        number = 1
        while one.casefold() in seen:
            number += 1
            one = f"{first}-{number}"
        seen.add(one.casefold())
        yield one, detail
