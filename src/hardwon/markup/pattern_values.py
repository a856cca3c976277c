"""Values of a pattern's fields: claims, counts, examples, sources, neighbours, code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardwon.markup.blocks import Block, Document
from hardwon.markup.dates import find_date, parse_minutes
from hardwon.markup.detectors import is_detector_fence
from hardwon.markup.fields import Part
from hardwon.markup.labels import fold_label
from hardwon.markup.references import parse_related_name
from hardwon.markup.text import fold, plain
from hardwon.model.pattern import Claim, Code, Example, Related, Source
from hardwon.model.values import Confidence, Span

_LEVEL = re.compile(r"\b(LOW|MEDIUM|HIGH)\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:LOW|MEDIUM|HIGH)\b\W*(?:[|/]|\bor\b)\W*\b(?:LOW|MEDIUM|HIGH)\b", re.I)
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)\s*%")
_FRACTION = re.compile(r"(?<![\w.])(0?\.\d+|[01](?:\.\d+)?)(?![\w.%])")
_COUNT = re.compile(r"(?<![\w.,+-])(\d{1,6})(?![\w.%+]|,\d)")
_PLACEHOLDER = re.compile(
    r"^(?!\W*\[\[)\W*(?:X|N|#|YYYY.*|\[[^\[\]]*\]|<[^<>]*>|\.\.\.|…|TBD|TODO)"
    r"(?:\s+(?:examples?|uses?|times?|occurrences?|minutes?|min|hours?))?\W*$",
    re.DOTALL,
)
_UNLISTED = re.compile(
    r"^[\W_]*and\s+(\d{1,6})\s+(?:more|others?)(?:\s+[a-z]+){0,3}[\W_]*$", re.IGNORECASE
)
_NONE = re.compile(r"^\W*(?:none|n/a)\b(?:\s+[a-z]+){0,2}\W*$", re.IGNORECASE)
_ELLIPSIS = re.compile(r"^\W*(?:\.\.\.|…)\W*$")
_EXAMPLE_NUMBER = re.compile(r"^Example\s+\d+\s*", re.IGNORECASE)
_OUTCOME = re.compile(r"^\s*[)\]]?\s*(?:[-–—:→]+\s*)?")
_TARGET = re.compile(
    r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]|\]\(<([^<>]+)>|\]\(([^\s()\[\]<>]+)|`([^`]+)`"
    r"|(?<![^\s\[\]()])([^\s\[\]()]+\.m(?:d|arkdown)[^\s\])]*)"
)
# What learning writes behind a source that it listed unasked; a person deletes it to confirm.
BY_TEXT = "(by its text)"
_BY_TEXT = re.compile(r"\s+[*_]*\(\s*by\s+its\s+text\s*\)[*_]*(?=\W|\Z)", re.IGNORECASE)
_NOTE_FILE = re.compile(r"\.(?:md|markdown)(?:#.*)?$", re.IGNORECASE)
_MARKS = {"❌": "bad", "✅": "good"}
_ROLES = {"bad": "bad", "wrong": "bad", "good": "good", "right": "good", "context": "context"}
_LISTED_GLOB = re.compile(r"(?:\{[^{}]*\}|[^,])+")  # a comma between braces parts no globs
# What a glob is told from prose by, where it stands without backticks: `Node.js` and
# `Python/Django` are prose.
_GLOB = re.compile(r"(?=[^*?\[{]*[*?\[{]|[^/]*/.*\.|.*/\Z)[^\s`]+")

# Shared scale of the fraction spellings met in the wild: 0.3 tentative, 0.5 moderate, 0.7 strong.
_FRACTION_MEDIUM = 0.5
_FRACTION_HIGH = 0.7


def says_how_many_more(text: str) -> bool:
    """Return whether an item only says how many more there are: `[... and 5 more ...]`."""
    return bool(_UNLISTED.match(text))


def is_choice(text: str) -> bool:
    """Return whether `text` lets the author choose a level: `LOW | MEDIUM | HIGH`."""
    return bool(_CHOICE.search(text))


def is_placeholder(text: str) -> bool:
    """Return whether `text` stands where a template wants a value: `[What?]`, `X`, `TBD`."""
    return bool(_PLACEHOLDER.match(text.strip()))


def first_text(part: Part) -> str:
    """Return the first text below a label."""
    for block in part.blocks:
        if block.text:
            return block.text
        if block.items:
            return block.items[0].text
    return ""


def parse_claim_text(text: str) -> tuple[Confidence | None, float | None]:
    """Return the level and the fraction that the words of a confidence state."""
    head = re.split(r"[(\[]", text, maxsplit=1)[0]
    for part in (head, text):
        words = _LEVEL.findall(part.rsplit("→", 1)[-1]) or _LEVEL.findall(part)
        if words:
            return Confidence(words[0].upper()), None
        percent, fraction = _PERCENT.search(part), _FRACTION.search(part)
        if percent and float(percent[1]) <= 100:
            return level_of_fraction(float(percent[1]) / 100), float(percent[1]) / 100
        if fraction and float(fraction[1]) <= 1:
            return level_of_fraction(float(fraction[1])), float(fraction[1])
    return None, None


def level_of_fraction(fraction: float) -> Confidence:
    """Return the level that a stated fraction means: below .5 LOW, below .7 MEDIUM, else HIGH."""
    if fraction < _FRACTION_MEDIUM:
        return Confidence.LOW
    return Confidence.MEDIUM if fraction < _FRACTION_HIGH else Confidence.HIGH


def parse_claim(text: str, line: int) -> Claim | None:
    """Return the confidence that the first line of `text` states, or None when it states none."""
    text = plain(text.split("\n", maxsplit=1)[0])
    if not text or _CHOICE.search(text) or _PLACEHOLDER.match(text):
        return None
    confidence, fraction = parse_claim_text(text)
    if confidence is None and len(text.split()) > 2:
        return None  # a sentence about confidence, not a misspelt level
    return Claim(text, confidence, fraction, line)


def parse_count(part: Part | None) -> int | None:
    """Return the number of examples that a field states, or None."""
    if part is None:
        return None
    match = _COUNT.search(part.stated.rsplit("→", 1)[-1])
    return int(match[1]) if match else None


def parse_saved(part: Part | None) -> tuple[int | None, str | None]:
    """Return the minutes that one use saves, and what the field says in words."""
    if part is None:
        return None, None
    text = plain(part.inline) or plain(first_text(part))
    if fold_label(part.label) == "value" and parse_minutes(text) is None:
        return None, text or None
    return parse_minutes(text), text or None


def _says_nothing(text: str) -> bool:
    """Return whether an item of a list stands for none: "none yet", "…", a placeholder."""
    return any(p.match(text) for p in (_UNLISTED, _ELLIPSIS, _PLACEHOLDER, _NONE))


def parse_evidence(part: Part | None) -> tuple[tuple[Example, ...], tuple[Example, ...], int]:
    """Return the distinct examples of a list, those that repeat one, and the unlisted number."""
    if part is None:
        return (), (), 0
    distinct: dict[str, Example] = {}
    repeated: list[Example] = []
    for item in part.items:
        text = plain(item.text)
        if not text or _says_nothing(text):
            continue
        example = parse_example(text, item.span)
        key = fold(_EXAMPLE_NUMBER.sub("", text))
        if key in distinct:
            repeated.append(example)
        else:
            distinct[key] = example
    return tuple(distinct.values()), tuple(repeated), count_unlisted(part)


def parse_example(text: str, span: Span) -> Example:
    """Return one listed sighting, taken apart: `Project - Task (2024-11) - outcome`."""
    body = _EXAMPLE_NUMBER.sub("", text)
    found = find_date(body)
    if found is None:
        head, date, tail = body, None, ""
    else:
        date, (start, end) = found
        head, tail = body[:start], body[end:]
    head = head.rstrip(" ([-–—,:").lstrip("([ ")
    project, dash, rest = head.partition(" - ")
    if not head and tail:  # "Example 3 (2025-01-05): text"
        tail = _OUTCOME.sub("", tail)
        project, dash, rest = "", "", ""
    outcome = _OUTCOME.sub("", tail).strip(" ()") or None
    if date is None and dash:
        outcome = rest.strip() or None
    return Example(
        text=text,
        line=span.start,
        span=span,
        project=project.strip() or None if (dash or date is not None) else None,
        date=date,
        outcome=outcome,
    )


def count_unlisted(part: Part | None) -> int:
    """Return the sum of the N in "[... and N more ...]" of a list."""
    if part is None:
        return 0
    texts = [item.text for item in part.items]
    paragraphs = (block.text for block in part.blocks if block.kind == "paragraph")
    texts += [line for text in paragraphs for line in text.split("\n")]
    return sum(int(match[1]) for text in texts if (match := _UNLISTED.match(text)))


def _lines(part: Part | None) -> Iterator[tuple[str, int]]:
    """Yield the entries of a part with their lines: list items, or parts of the inline text."""
    if part is None:
        return
    if part.inline.strip():
        for text in re.split(r",\s+(?![^\[(]{0,200}[\])])", part.inline):
            if text.strip():
                yield text.strip(), part.line
    for block in part.blocks:
        if block.kind == "paragraph":
            for number, line in enumerate(block.text.split("\n"), start=block.span.start):
                yield line.strip(), number
    for item in part.items:
        if item.text:
            yield item.text.split("\n")[0].strip(), item.span.start


def parse_related(part: Part | None) -> Iterator[Related]:
    """Yield the neighbours that a list names."""
    for text, line in _lines(part):
        name = parse_related_name(text)
        if name and not _PLACEHOLDER.match(text) and fold(name) not in {"none", "n a"}:
            yield Related(plain(text), name, line)


def parse_sources(part: Part | None) -> Iterator[Source]:
    """Yield the sources that a list names, without "[... and N more ...]".

    A paragraph beside the list names one where it holds a path or a link; else it is prose.
    """
    items = {item.span.start for item in part.items} if part is not None else set()
    for item, line in _lines(part):
        text, by_text = _without_mark(item)
        if _says_nothing(text):
            continue
        is_beside = part is not None and items and line not in items and line != part.line
        if is_beside and not _TARGET.search(text):
            continue
        target = parse_target(text)
        if target and "YYYY" not in target:
            yield Source(plain(text), target, line, by_text)


def _without_mark(text: str) -> tuple[str, bool]:
    """Return a source item without `(by its text)` behind its path, and whether it was there."""
    path = _TARGET.search(text)
    mark = _BY_TEXT.search(text, path.end() if path else 0)
    return (text[: mark.start()] + text[mark.end() :], True) if mark else (text, False)


def parse_refused(part: Part | None) -> Iterator[Source]:
    """Yield the notes that a list refuses: of what it says those items that name a note's file.

    Prose may stand below the same label, so a bare name is none here; a wikilink is one.
    """
    for text, line in _lines(part):
        if _names_note(text):
            yield Source(plain(text), parse_target(text), line)


def is_prose_on_refusal(part: Part) -> bool:
    """Return whether a field tells in words where a pattern does not apply, and names no note."""
    texts = [text for text, _ in _lines(part) if not _says_nothing(text)]
    return bool(texts) and not any(map(_names_note, texts))


def _names_note(text: str) -> bool:
    match = _TARGET.search(text)
    if match is None or "://" in match[0] or "YYYY" in match[0]:
        return False
    return match[1] is not None or _NOTE_FILE.search(parse_target(text)) is not None


def parse_target(text: str) -> str:
    """Return the path or note name in a source item, without `./`, `../` and `memory/`."""
    match = _TARGET.search(text)
    target = next(group for group in match.groups() if group) if match else plain(text)
    target = target.replace("\\", "/").strip()
    target = re.sub(r"^(?:\.{1,2}/)+", "", target)
    return target.removeprefix("memory/").strip()


def source_text(path: str) -> str:
    """Return how `path` is written as a source, such that `parse_target` gives it back."""
    if re.fullmatch(r"[^\s()\[\]`]+", path):
        return path
    return f"`{path}`" if "`" not in path else f"[note](<{path}>)"


def refused_text(target: str) -> str:
    """Return how `target` is written as a refused note, such that `parse_refused` gives it back."""
    return source_text(target) if _NOTE_FILE.search(target) else f"[[{target}]]"


def parse_names(part: Part | None) -> Iterator[str]:
    """Yield the words of a comma-separated list, such as tags."""
    for text, _ in _lines(part):
        yield from (tag.strip(" #`[]\"'") for tag in plain(text).split(",") if tag.strip(" #`[]"))


def parse_globs(part: Part | None) -> Iterator[str]:
    """Yield the globs of a list, parted by commas outside braces; what is prose is left out."""
    for text, _ in _lines(part):
        for piece in _LISTED_GLOB.findall(text):
            stripped = piece.strip().strip("\"'")
            quoted = re.fullmatch(r"`([^`]+)`", stripped)
            glob = quoted[1].strip() if quoted else stripped
            if glob and (quoted or _GLOB.fullmatch(glob)):
                yield glob


def parse_code(parts: list[Part], document: Document) -> Iterator[Code]:
    """Yield the fenced blocks of a pattern, in their order."""
    for part in sorted(parts, key=lambda part: part.line):
        for block in _fences(part.blocks):
            if not is_detector_fence(block.info):
                role = _code_role(block, part, document)
                yield Code(_language(block), role, block.text, block.span.start)


def find_detector_fences(parts: list[Part]) -> Iterator[Code]:
    """Yield the fences of detectors, which stand under Detection, in their order."""
    for part in sorted(parts, key=lambda part: part.line):
        if part.key == "detection":
            for block in _fences(part.blocks):
                if is_detector_fence(block.info):
                    yield Code(_language(block), "", block.text, block.span.start)


def _language(block: Block) -> str:
    return block.info.split()[0].lower() if block.info else ""


def _fences(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.kind == "fence":
            yield block
        for item in block.items:
            yield from _fences(item.blocks)


def _code_role(block: Block, part: Part, document: Document) -> str:
    words = set(block.info.lower().split())
    for word, role in _ROLES.items():
        if word in words:
            return role
    above = document.lines[block.span.start - 2] if block.span.start > 1 else ""
    for text in (block.text, above, part.label):
        roles = {role for mark, role in _MARKS.items() if mark in text}
        if len(roles) == 1:
            return roles.pop()
    return "example"
