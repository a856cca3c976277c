"""Decision records as MADR has them, one for each pattern.

Format: Markdown Architectural Decision Records 4.0.0 (adr.github.io/madr, template of
2024-09-17): optional front matter `status` and `date`, the sections Context and Problem
Statement, Considered Options and Decision Outcome, names `NNNN-title-with-dashes.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardwon.markup.contain import Value, code_span, contain, fenced, front_matter, inline, item
from hardwon.markup.detectors import without_detectors
from hardwon.markup.text import counted
from hardwon.model.export import Contents, Rendered
from hardwon.model.listing import PatternDetail
from hardwon.model.values import Confidence
from hardwon.render.export.guidance import codes, free_code, joined, standing, unique_names

WITHOUT = "Go on without it"
_NAME = re.compile(r"(?:.*/)?(?P<number>\d{4,})-(?P<slug>.+)\.md\Z")


def render_madr(contents: Contents) -> Rendered:
    """Return a record for each pattern.

    A record keeps its number for good: those of the last export have theirs, new ones follow
    behind the highest.
    """
    numbers = dict(_numbers(contents.earlier))
    named = list(unique_names(contents.patterns, lambda one: one.entry.pattern.slug))
    new = [name for name, _ in named if name not in numbers]
    last = max(numbers.values(), default=0)
    numbers.update({name: last + n for n, name in enumerate(sorted(new), start=1)})
    return Rendered(
        {
            f"{numbers[name]:04d}-{name}.md": _record(detail, contents.folder)
            for name, detail in named
        }
    )


def _numbers(paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    for path in paths:
        found = _NAME.match(path)
        if found:
            yield found["slug"], int(found["number"])


def _record(detail: PatternDetail, folder: str) -> str:
    entry, pattern = detail.entry, detail.entry.pattern
    is_high = entry.confidence is Confidence.HIGH
    header: dict[str, Value] = {"status": "accepted" if is_high else "proposed"}
    if entry.last is not None and entry.last.day is not None:
        header["date"] = entry.last.first_day
    name = inline(pattern.name)
    return joined(
        [
            "\n".join(front_matter(header)),
            f"# {name}",
            "## Context and Problem Statement",
            contain(pattern.context or "") or name,
            *([] if not pattern.why else ["## Decision Drivers", _drivers(pattern.why)]),
            "## Considered Options",
            f"* {name}\n* {WITHOUT}",
            "## Decision Outcome",
            f'Chosen option: "{name}", because {_because(detail)}.',
            *([contain(pattern.pattern)] if pattern.pattern else []),
            *codes(detail, {"good": "Like this:", "example": "Example:"}),
            *_consequences(detail),
            *_confirmation(detail),
            *_options(detail),
            "## More Information",
            standing(detail),
            *_evidence(detail, folder),
        ]
    )


def _drivers(why: str) -> str:
    """Return the reasons as the list that the template asks for; a list stays as it is."""
    text = contain(why)
    if "\n" in text or text.startswith(("-", "*", "+", "`", "~", ">", "|", " ", "\t")):
        return text
    return f"* {item(text)}"


def _because(detail: PatternDetail) -> str:
    entry = detail.entry
    if not entry.examples:
        return "it is proposed, and no case is listed yet"
    return f"it has held in {counted(entry.examples, 'case')}"


def _consequences(detail: PatternDetail) -> Iterator[str]:
    lines = [f"* Good: {item(one.text)}" for one in detail.examples]
    lines += [f"* Bad: {item(one.text)}" for one in detail.counter_examples]
    if lines:
        yield "### Consequences"
        yield "\n".join(lines)


def _confirmation(detail: PatternDetail) -> Iterator[str]:
    text = without_detectors(detail.entry.pattern.detection or "").strip()
    if text:
        yield "### Confirmation"
        yield contain(text)


def _options(detail: PatternDetail) -> Iterator[str]:
    bad = [code for code in free_code(detail) if code.role == "bad"]
    if bad:
        yield "## Pros and Cons of the Options"
        yield f"### {WITHOUT}"
        yield from (fenced(code.text, code.language) for code in bad)


def _evidence(detail: PatternDetail, folder: str) -> Iterator[str]:
    paths = [f"{folder}/{path}" for _, path in detail.entry.sources if path is not None]
    if paths:
        yield "\n".join(f"* {code_span(path)}" for path in paths)
