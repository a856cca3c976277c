"""Patterns in a text: every spelling of docs/format.md, in all four dialects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hardwon.markup.blocks import Block, Document, ListItem, Section
from hardwon.markup.dates import find_date, parse_date, parse_minutes
from hardwon.markup.fields import Part, read_parts, section_part
from hardwon.markup.labels import (
    EVIDENCE,
    PROSE,
    SCALARS,
    fold_label,
    parse_bold_label,
    pattern_key,
)
from hardwon.markup.text import fold, plain, slugify, strip_emoji
from hardwon.markup.totals import totals_start
from hardwon.model.pattern import (
    Claim,
    Code,
    Dialect,
    Example,
    Field,
    Pattern,
    Related,
    Source,
)
from hardwon.model.values import Confidence, Span

_LEVEL = re.compile(r"\b(LOW|MEDIUM|HIGH)\b", re.IGNORECASE)
_GROUP = re.compile(
    r"^[\W\d]*(LOW|MEDIUM|HIGH)[ -]+CONFIDENCE(?:\s+PATTERNS?)?\s*(?:\(.*\))?\W*$", re.IGNORECASE
)
_CHOICE = re.compile(r"\b(?:LOW|MEDIUM|HIGH)\b\W*(?:[|/]|\bor\b)\W*\b(?:LOW|MEDIUM|HIGH)\b", re.I)
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)\s*%")
_FRACTION = re.compile(r"(?<![\w.])(0?\.\d+|[01](?:\.\d+)?)(?![\w.%])")
_COUNT = re.compile(r"(?<![\w.,+-])(\d{1,6})(?![\w.%+]|,\d)")
_COUNT_IN_CLAIM = re.compile(
    r"(?:based on|from|,|\()\s*(\d{1,6})\s+(?:examples?|uses|times|occurrences|observations)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"^(?!\W*\[\[)\W*(?:X|N|#|YYYY.*|\[[^\[\]]*\]|<[^<>]*>|\.\.\.|…|TBD|TODO)"
    r"(?:\s+(?:examples?|uses?|times?|occurrences?|minutes?|min|hours?))?\W*$",
    re.DOTALL,
)
_COUNT_PLACEHOLDER = re.compile(r"^\W*\d+\s*[-–]\s*\d+(?:\s+\w+)?\W*$")
_NAME_PLACEHOLDER = re.compile(r"^\W*[\[<{][^\[\]<>{}]*[\]>}]\W*$")
_NAME_PREFIX = re.compile(r"^(?:pattern(?:\s+\d+)?\s*[:：–—-]\s+)", re.IGNORECASE)
_NAME_NUMBER = re.compile(r"^\d{1,3}[.)]\s+")
_NAME_CLAIM = re.compile(
    r"\s*[(\[]\s*(\d{1,3}\s*%|[01]?\.\d+|(?:LOW|MEDIUM|HIGH)(?:\s+confidence)?)\s*[)\]]\s*$",
    re.IGNORECASE,
)
_UNLISTED = re.compile(r"\band\s+(\d{1,6})\s+(?:more|others?)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"^\W*(?:\.\.\.|…)\W*$")
_EXAMPLE_NUMBER = re.compile(r"^Example\s+\d+\s*", re.IGNORECASE)
_OUTCOME = re.compile(r"^\s*[)\]]?\s*(?:[-–—:→]+\s*)?")
_TARGET = re.compile(
    r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]|\]\(<([^<>]+)>|\]\(([^\s()\[\]<>]+)|`([^`]+)`"
    r"|(?<![^\s\[\]()])([^\s\[\]()]+\.md[^\s\])]*)"
)
# Sub-headings below which the fields of bookkeeping stand as list items.
_BOOKKEEPING = frozenset({"metadata", "statistics", "stats", "relations"})
_MARKS = {"❌": "bad", "✅": "good"}

# Shared scale of the fraction spellings met in the wild: 0.3 tentative, 0.5 moderate, 0.7 strong.
_FRACTION_MEDIUM = 0.5
_FRACTION_HIGH = 0.7

# What a file of one pattern may state in its front matter.
HEADER_KEYS = {
    "confidence": ("confidence",),
    "count": (
        "uses", "occurrences", "observation_count", "based_on", "times_applied", "times_used",
    ),
    "date": ("last_reinforced", "last_used", "last_applied", "updated_at", "last_seen"),
    "time_saved": ("time_saved", "time_saved_per_use"),
    "context": ("trigger", "context", "when_to_use", "applies_when"),
    "pattern": ("pattern", "action", "rule", "guidance"),
    "why": ("why_it_works", "rationale", "why"),
    "sources": ("sources", "source_experiences", "learned_from"),
    "tags": ("tags",),
    "aliases": ("aliases", "alias"),
    "related": ("related", "related_patterns"),
}  # fmt: skip
_LISTED = SCALARS | PROSE | EVIDENCE


def parse_patterns(document: Document, path: str) -> tuple[Pattern, ...]:
    """Return the patterns of `document` in the order of the text, with lines from 1."""
    root = _without_tail(document.root, totals_start(document))
    found = [
        pattern
        for section in (root, *root.children)
        for pattern in (
            _bullets(section.blocks, document, path)
            if section is root
            else _sections(section, document, path, None)
        )
    ]
    has_inner = any(pattern.level != 1 for pattern in found)
    if not has_inner:
        whole = _header_pattern(document, path)
        if whole is not None:
            return (whole,)
    return tuple(found)


def _without_tail(section: Section, tail: int) -> Section:
    """Return `section` without the blocks from line `tail` on: a book's totals are no fields."""
    return Section(
        section.heading,
        Span(section.span.start, min(section.span.end, max(tail, section.span.start + 1))),
        [block for block in section.blocks if block.span.start < tail],
        [_without_tail(child, tail) for child in section.children if child.line < tail],
    )


def _sections(
    section: Section, document: Document, path: str, group: Claim | None
) -> Iterator[Pattern]:
    title = section.title
    heads_group = _GROUP.search(title)
    if heads_group and not _CHOICE.search(title):
        level = Confidence(heads_group[1].upper())
        group = Claim(plain(title), level, None, section.line, inherited=True)
    below = [
        (child, None if _is_field(child) else list(_sections(child, document, path, group)))
        for child in section.children
    ]
    own = [child for child, inner in below if not inner]
    pattern = None if heads_group else _read(section, own, document, path, group)
    if pattern is not None:
        yield pattern
    else:
        yield from _bullets(section.blocks, document, path)
    for child, inner in below:
        if inner is not None:
            yield from inner
        elif pattern is None:
            yield from _sections(child, document, path, group)


def _is_field(section: Section) -> bool:
    return bool(pattern_key(_section_label(section)))


def _section_label(section: Section) -> str:
    """Return the heading up to a colon with a value ("Confidence: HIGH (6 examples)")."""
    title = strip_emoji(plain(section.title))
    label, colon, value = title.partition(":")
    return label if colon and value.strip() and pattern_key(label) in SCALARS else title


def _read(
    section: Section, own: list[Section], document: Document, path: str, group: Claim | None
) -> Pattern | None:
    name, name_claim = parse_name(section.title, section.line)
    if name is None:
        return None
    _, parts = read_parts(section.blocks, pattern_key, listed=_LISTED, plain_labels=True)
    for child in own:
        parts.extend(_section_parts(child))
    ends = [part.span.end for part in parts]
    ends += [block.span.end for block in section.blocks if block.kind != "rule"]
    end = max(ends, default=section.line + 1)
    while end - 2 >= section.line and _is_filler(document.lines[end - 2]):
        end -= 1
    return _assemble(
        name, parts, document, path,
        line=section.line, span=Span(section.line, end), level=section.level,
        claims=[claim for claim in (name_claim, group) if claim is not None],
    )  # fmt: skip


def _is_filler(line: str) -> bool:
    stripped = line.strip()
    return not stripped or bool(re.fullmatch(r"(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}", stripped))


def _section_parts(section: Section) -> list[Part]:
    label = _section_label(section)
    key = pattern_key(label)
    part = section_part(section, key)
    title = strip_emoji(plain(section.title))
    if label != title:
        part.label, part.inline = label, title.partition(":")[2].strip()
        part.inline_end = part.line + 1
    if key not in SCALARS and fold_label(label) not in _BOOKKEEPING:
        return [part]
    listed = SCALARS | EVIDENCE
    lead, inner = read_parts(section.blocks, pattern_key, listed=listed, plain_labels=True)
    for scalar in inner:
        scalar.dialect = Dialect.SECTION
    if not inner:
        return [part]
    if part.inline or any(b.kind != "list" for b in lead):
        part.blocks = lead
        return [part, *inner]
    return inner


def parse_name(title: str, line: int) -> tuple[str | None, Claim | None]:
    """Return the pattern's name in a heading and a confidence behind it."""
    text = strip_emoji(plain(title))
    if not text or _NAME_PLACEHOLDER.match(text) or _GROUP.match(text):
        return None, None
    claim = None
    match = _NAME_CLAIM.search(text)
    if match:
        claim = _claim(match[1], line)
        text = text[: match.start()].rstrip()
    for prefix in (_NAME_NUMBER, _NAME_PREFIX, _NAME_NUMBER):
        text = prefix.sub("", text, count=1)
    text = strip_emoji(text).strip()
    if not text or _NAME_PLACEHOLDER.match(text):
        return None, None
    return text, claim


def _bullets(blocks: Iterable[Block], document: Document, path: str) -> Iterator[Pattern]:
    """Yield the patterns written as `- **name** (90%)` with fields as sub-items."""
    for block in blocks:
        for item in block.items:
            pattern = _bullet(item, document, path)
            if pattern is not None:
                yield pattern


def _bullet(item: ListItem, document: Document, path: str) -> Pattern | None:
    first, _, rest = item.text.partition("\n")
    match = re.match(r"^\*\*([^*\n]+)\*\*\s*(\([^)]*\))\s*$", first)
    if not match:
        return None
    name, claim = parse_name(f"{match[1]} {match[2]}", item.span.start)
    if name is None or claim is None:
        return None
    start, end = item.span.start, item.blocks[0].span.end
    blocks = [Block("paragraph", Span(start + 1, end), rest)] if rest else []
    blocks.extend(item.blocks[1:])
    _, parts = read_parts(blocks, pattern_key, listed=_LISTED, plain_labels=True)
    for part in parts:
        part.dialect = Dialect.BULLET
    return _assemble(
        name, parts, document, path, line=item.span.start, span=item.span, level=0, claims=[claim]
    )


def _header_pattern(document: Document, path: str) -> Pattern | None:
    """Return the one pattern of a file whose front matter states a confidence or a count."""
    header = document.header
    values = header.values
    if not any(key in values for kind in ("confidence", "count") for key in HEADER_KEYS[kind]):
        return None
    first = next((s for s in document.root.walk() if s.heading is not None), None)
    heading = parse_name(first.title, first.line)[0] if first is not None else None
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    name = header.get_text("name", "title") or heading or header.get_text("id") or stem
    parts: list[Part] = []
    for key, spellings in HEADER_KEYS.items():
        for spelling in spellings:
            if spelling in values:
                value = values[spelling]
                parts.append(
                    Part(key, spelling, value.line, Dialect.HEADER, value.text, value.line + 1)
                )
    top = first if first is not None and first.level == 1 else document.root
    lead, inner = read_parts(top.blocks, pattern_key, listed=_LISTED, plain_labels=True)
    parts.extend(inner)
    for section in top.children if top is first else document.root.children:
        parts.extend(_section_parts(section))
    text = "\n\n".join(block.text for block in lead if block.kind == "paragraph")
    if text and not any(part.key == "pattern" for part in parts):
        start = lead[0].span.start
        parts.append(Part("pattern", "", start, Dialect.BOLD, text, lead[-1].span.end))
    line = first.line if first is not None and first.level == 1 else 1
    return _assemble(
        name, parts, document, path,
        line=line, span=Span(1, len(document.lines) + 1), level=1, claims=[],
    )  # fmt: skip


def _assemble(
    name: str,
    parts: list[Part],
    document: Document,
    path: str,
    *,
    line: int,
    span: Span,
    level: int,
    claims: list[Claim],
) -> Pattern | None:
    """Return the pattern that `parts` describe, or None when they do not make one."""
    parts = [part for part in parts if not _is_placeholder(part)]
    chosen = _choose(parts)
    claim_part, count_part = chosen.get("confidence"), chosen.get("count")
    if claim_part is not None:
        claim = _claim(claim_part.stated or _first_text(claim_part), claim_part.line)
        claims = [claim, *claims] if claim is not None else claims
    count = _count(count_part)
    if count_part is not None and count is None:
        chosen.pop("count")
    if not (PROSE & chosen.keys()) or (not claims and count is None):
        return None
    fields = tuple(_fields(parts, chosen, document))
    texts = {field.key: field for field in fields if field.key}
    examples = _evidence(chosen.get("examples"))
    counters = _evidence(chosen.get("counter_examples"))
    sources = [part for part in parts if part.key == "sources"]
    date_part, saved = chosen.get("date"), chosen.get("time_saved")
    dialects = [part.dialect for part in (claim_part, count_part) if part is not None]
    count_line = count_part.line if count is not None and count_part is not None else None
    if count is None and claim_part is not None:
        in_claim = _COUNT_IN_CLAIM.search(claim_part.stated)
        if in_claim:
            count, count_line = int(in_claim[1]), claim_part.line
    shown = {"", "detection", "time_total", "when"}
    return Pattern(
        name=name,
        slug=slugify(name),
        path=path,
        line=line,
        span=span,
        level=level,
        dialect=dialects[0] if dialects else Dialect.BULLET if level == 0 else Dialect.BOLD,
        fields=fields,
        claim=claims[0] if claims else None,
        claimed_examples=count,
        claimed_examples_line=count_line,
        last_reinforced=parse_date(date_part.stated) if date_part else None,
        last_reinforced_line=date_part.line if date_part else None,
        time_saved_minutes=_saved(saved)[0],
        time_saved_note=_saved(saved)[1],
        context=_text(texts, "context") or _text(texts, "when"),
        pattern=_text(texts, "pattern"),
        why=_text(texts, "why"),
        detection=_text(texts, "detection"),
        examples=examples[0],
        unlisted_examples=examples[2],
        repeated_examples=examples[1],
        counter_examples=counters[0],
        code=tuple(_code(parts, document)),
        related=tuple(_related(chosen.get("related"))),
        sources=tuple(source for part in sources for source in _sources(part)),
        unlisted_sources=sum(_unlisted(part) for part in sources),
        tags=tuple(_comma_list(chosen.get("tags"))),
        aliases=tuple(_comma_list(chosen.get("aliases"))),
        extra=tuple(field for field in fields if field.key in shown and field.label),
    )


def _text(texts: dict[str, Field], key: str) -> str | None:
    field = texts.get(key)
    return field.text or None if field is not None else None


def is_placeholder(text: str) -> bool:
    """Return whether `text` stands where a template wants a value: `[What?]`, `X`, `TBD`."""
    return bool(_PLACEHOLDER.match(text.strip()))


def _is_placeholder(part: Part) -> bool:
    if part.key == "confidence" and _CHOICE.search(part.stated):
        return True
    if part.key == "count" and _COUNT_PLACEHOLDER.match(part.stated):
        return True
    if part.blocks or part.key not in SCALARS | PROSE:
        return False
    return bool(part.inline.strip()) and is_placeholder(part.inline)


def _choose(parts: list[Part]) -> dict[str, Part]:
    """Return the part that counts for each key: the first, but see `examples`.

    Of several Examples the last one with a dated item counts, else the last one: authors put
    samples of wording under the same label.
    """
    chosen: dict[str, Part] = {}
    for part in parts:
        if part.key and part.key not in {"examples", "counter_examples"}:
            chosen.setdefault(part.key, part)
    for key in ("examples", "counter_examples"):
        same = [part for part in parts if part.key == key]
        dated = [p for p in same if any(find_date(item.text) for item in p.items)]
        if same:
            chosen[key] = (dated or same)[-1]
    return chosen


def _fields(parts: list[Part], chosen: dict[str, Part], document: Document) -> Iterator[Field]:
    for part in sorted(parts, key=lambda part: part.line):
        field = part.to_field(document)
        if part.key not in {"", "sources"} and chosen.get(part.key) is not part:
            field = replace(field, key="")
        yield field


def _first_text(part: Part) -> str:
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


def _claim(text: str, line: int) -> Claim | None:
    text = plain(text.split("\n", maxsplit=1)[0])
    if not text or _CHOICE.search(text) or _PLACEHOLDER.match(text):
        return None
    confidence, fraction = parse_claim_text(text)
    if confidence is None and len(text.split()) > 2:
        return None  # a sentence about confidence, not a misspelt level
    return Claim(text, confidence, fraction, line)


def _count(part: Part | None) -> int | None:
    if part is None:
        return None
    match = _COUNT.search(part.stated.rsplit("→", 1)[-1])
    return int(match[1]) if match else None


def _saved(part: Part | None) -> tuple[int | None, str | None]:
    if part is None:
        return None, None
    text = plain(part.inline) or plain(_first_text(part))
    if fold_label(part.label) == "value" and parse_minutes(text) is None:
        return None, text or None
    return parse_minutes(text), text or None


def _evidence(part: Part | None) -> tuple[tuple[Example, ...], tuple[Example, ...], int]:
    """Return the distinct examples of a list, those that repeat one, and the unlisted number."""
    if part is None:
        return (), (), 0
    distinct: dict[str, Example] = {}
    repeated: list[Example] = []
    for item in part.items:
        text = plain(item.text)
        if not text or _UNLISTED.search(text) or _ELLIPSIS.match(text) or _PLACEHOLDER.match(text):
            continue
        example = parse_example(text, item.span)
        key = fold(_EXAMPLE_NUMBER.sub("", text))
        if key in distinct:
            repeated.append(example)
        else:
            distinct[key] = example
    return tuple(distinct.values()), tuple(repeated), _unlisted(part)


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


def _unlisted(part: Part | None) -> int:
    if part is None:
        return 0
    texts = [item.text for item in part.items]
    texts += [block.text for block in part.blocks if block.kind == "paragraph"]
    return sum(int(match[1]) for text in texts for match in _UNLISTED.finditer(text))


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


def _related(part: Part | None) -> Iterator[Related]:
    for text, line in _lines(part):
        name = parse_related_name(text)
        if name and not _PLACEHOLDER.match(text) and fold(name) not in {"none", "n a"}:
            yield Related(plain(text), name, line)


def parse_related_name(text: str) -> str:
    """Return the name in an item of a list of patterns, without suffixes and explanations."""
    text = re.sub(r"^\s*(?:→|->|=>)\s*", "", text)
    name = plain(text)
    link = re.match(
        r"^\**\[(?:\[([^\[\]|#]+)(?:#([^\[\]|]+))?(?:\|[^\[\]]*)?\]\]|([^\[\]]+))", text
    )
    if link:  # a wikilink means its target, whatever it shows
        name = plain(link[3] or name_of_wikilink(link[1], link[2]))
        name = re.split(r"\s+[-–—]\s+", name, maxsplit=1)[0]
    name = re.sub(r"\s*\([^)]*\)\s*$", "", name)
    name = re.split(r"\s+[-–—→]\s+|:\s", name, maxsplit=1)[0]
    return re.sub(r"\s*\([^)]*\)\s*$", "", name).strip(" .,;:\"'")


def name_of_wikilink(target: str, heading: str | None) -> str:
    """Return what `[[target#heading]]` names: a pattern of a book, else the page itself."""
    return (heading if heading and not pattern_key(heading) else target).strip()


def _sources(part: Part | None) -> Iterator[Source]:
    for text, line in _lines(part):
        if _UNLISTED.search(text) or _PLACEHOLDER.match(text) or _ELLIPSIS.match(text):
            continue
        target = parse_target(text)
        if target and "YYYY" not in target:
            yield Source(plain(text), target, line)


def parse_target(text: str) -> str:
    """Return the path or note name in a source item, without `./`, `../` and `memory/`."""
    match = _TARGET.search(text)
    target = next(group for group in match.groups() if group) if match else plain(text)
    target = target.replace("\\", "/").strip()
    target = re.sub(r"^(?:\.{1,2}/)+", "", target)
    return target.removeprefix("memory/").strip()


def _comma_list(part: Part | None) -> Iterator[str]:
    for text, _ in _lines(part):
        yield from (tag.strip(" #`[]\"'") for tag in plain(text).split(",") if tag.strip(" #`[]"))


def _code(parts: list[Part], document: Document) -> Iterator[Code]:
    for part in sorted(parts, key=lambda part: part.line):
        for block in _fences(part.blocks):
            role = _code_role(block, part, document)
            language = block.info.split()[0].lower() if block.info else ""
            yield Code(language, role, block.text, block.span.start)


def _fences(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.kind == "fence":
            yield block
        for item in block.items:
            yield from _fences(item.blocks)


def _code_role(block: Block, part: Part, document: Document) -> str:
    words = set(block.info.lower().split())
    for word, role in (("bad", "bad"), ("wrong", "bad"), ("good", "good"), ("right", "good")):
        if word in words:
            return role
    above = document.lines[block.span.start - 2] if block.span.start > 1 else ""
    for text in (block.text, above, part.label):
        roles = {role for mark, role in _MARKS.items() if mark in text}
        if len(roles) == 1:
            return roles.pop()
    return "example"


def is_label_line(line: str) -> bool:
    """Return whether `line` begins with a bold label of a known pattern field."""
    label = parse_bold_label(line)
    return label is not None and bool(pattern_key(label.text))
