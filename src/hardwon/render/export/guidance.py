"""A pattern as guidance for an agent or a reviewer: when, what, why, and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hardwon.markup.contain import contain, fenced
from hardwon.markup.text import counted, plain
from hardwon.model.listing import PatternDetail
from hardwon.model.pattern import Code
from hardwon.model.values import Confidence

_LONGEST = 240  # characters of a description, which agents hold in every session


def when(detail: PatternDetail) -> str:
    """Return when the pattern is to be used, in words on one line without markup.

    It is the first paragraph of its context, else its name.
    """
    pattern = detail.entry.pattern
    first = plain((pattern.context or "").strip().split("\n\n")[0]).lstrip("-*+ ")
    first = "".join(c if c.isprintable() else " " for c in first).strip()
    text = first.rstrip(".:;") or f"Where this applies: {pattern.name}"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def description(detail: PatternDetail) -> str:
    """Return one line that begins with when to use the pattern and ends in its name."""
    return f"{when(detail)}: {detail.entry.pattern.name}"


def standing(detail: PatternDetail) -> str:
    """Return how well the pattern is proven, as a sentence."""
    entry = detail.entry
    text = f"{entry.confidence}: {counted(entry.examples, 'example')}"
    if entry.counter_examples:
        text += f", {counted(entry.counter_examples, 'counter-example')}"
    return f"{text} in {counted(entry.projects, 'project')}." if entry.projects else f"{text}."


def guidance(detail: PatternDetail) -> Iterator[str]:
    """Yield the pattern as blocks of Markdown, each to be parted from the next by an empty line."""
    pattern = detail.entry.pattern
    yield from labelled("When", pattern.context)
    yield from labelled("Do", pattern.pattern)
    yield from labelled("Why", pattern.why)
    yield from codes(detail, {"bad": "Not like this:", "good": "Like this:", "example": "Example:"})


def labelled(label: str, text: str | None) -> Iterator[str]:
    """Yield a text below its bold label; nothing where there is none."""
    if text and text.strip():
        yield f"**{label}:**"
        yield contain(text)


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


def free_code(detail: PatternDetail) -> list[Code]:
    """Return the code of a pattern without what is shown as a part of its texts."""
    pattern = detail.entry.pattern
    shown = "\n".join(filter(None, (pattern.context, pattern.pattern, pattern.why)))
    own = [field.text for field in pattern.extra]
    return [
        code
        for code in pattern.code
        if code.text.strip()
        and code.text.strip() not in shown
        and not any(code.text.strip() in text for text in own)
    ]


def joined(blocks: Iterable[str]) -> str:
    """Return blocks of Markdown as one text that ends in a newline."""
    return "\n\n".join(blocks) + "\n"


def at_least(patterns: Iterable[PatternDetail], confidence: Confidence) -> list[PatternDetail]:
    """Return the patterns that stand at `confidence` or above, in their order."""
    return [one for one in patterns if one.entry.confidence.rank >= confidence.rank]


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
