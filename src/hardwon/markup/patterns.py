"""Patterns in a text: every spelling of docs/format.md, in all four dialects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardwon.markup.blocks import Block, Document, ListItem, Section
from hardwon.markup.dates import find_date, parse_date
from hardwon.markup.detectors import read_detectors, without_detectors
from hardwon.markup.fields import Part, read_parts, section_part
from hardwon.markup.labels import (
    EVIDENCE,
    PROSE,
    SCALARS,
    fold_label,
    pattern_key,
)
from hardwon.markup.pattern_values import (
    count_unlisted,
    find_detector_fences,
    first_text,
    is_choice,
    is_placeholder,
    is_prose_on_refusal,
    parse_claim,
    parse_code,
    parse_count,
    parse_evidence,
    parse_globs,
    parse_names,
    parse_refused,
    parse_related,
    parse_saved,
    parse_sources,
)
from hardwon.markup.text import plain, slugify, strip_emoji
from hardwon.markup.totals import totals_start
from hardwon.model.pattern import (
    Claim,
    Field,
    Pattern,
)
from hardwon.model.values import Confidence, Dialect, Span

_GROUP = re.compile(
    r"^[\W\d]*(LOW|MEDIUM|HIGH)[ -]+CONFIDENCE(?:\s+PATTERNS?)?\s*(?:\(.*\))?\W*$", re.IGNORECASE
)
_COUNT_IN_CLAIM = re.compile(
    r"(?:based on|from|,|\()\s*(\d{1,6})\s+(?:examples?|uses|times|occurrences|observations)\b",
    re.IGNORECASE,
)
_COUNT_PLACEHOLDER = re.compile(r"^\W*\d+\s*[-–]\s*\d+(?:\s+\w+)?\W*$")
_NAME_PLACEHOLDER = re.compile(r"^\W*[\[<{][^\[\]<>{}]*[\]>}]\W*$")
_NAME_PREFIX = re.compile(r"^(?:pattern(?:\s+\d+)?\s*[:：–—-]\s+)", re.IGNORECASE)
_NAME_NUMBER = re.compile(r"^\d{1,3}[.)]\s+")
_NAME_CLAIM = re.compile(
    r"\s*[(\[]\s*(\d{1,3}\s*%|[01]?\.\d+|(?:LOW|MEDIUM|HIGH)(?:\s+confidence)?)\s*[)\]]\s*$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\*\*([^*\n]+)\*\*\s*(\([^)]*\))\s*$")
# A longer heading names nothing that anybody could say again.
_MAX_NAME = 500
_MAX_GLOBS = 100  # of one pattern; each is held against each file of a change
# Sub-headings below which the fields of bookkeeping stand as list items.
_BOOKKEEPING = frozenset({"metadata", "statistics", "stats", "relations"})


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
    "refused": ("not_examples",),
    "tags": ("tags",),
    "aliases": ("aliases", "alias"),
    "related": ("related", "related_patterns"),
    "applies_to": ("applies_to",),
}  # fmt: skip
_LISTED = SCALARS | PROSE | EVIDENCE
# Without one of these, or a level beside a name, there is no pattern.
_CLAIMS = frozenset({"confidence", "count"})
# Of several such fields each counts.
_UNITED = frozenset({"", "sources", "refused"})
_HEADER_CLAIMS = frozenset(key for kind in _CLAIMS for key in HEADER_KEYS[kind])


def parse_patterns(document: Document, path: str) -> tuple[Pattern, ...]:
    """Return the patterns of `document` in the order of the text, with lines from 1."""
    return find_patterns(document, path) if may_claim(document) else ()


def may_claim(document: Document) -> bool:
    """Return whether `document` may state a confidence or a count: False only if it has none.

    Each place is looked at from which a pattern takes one; in most notes there is none.
    """
    if not _HEADER_CLAIMS.isdisjoint(document.header.values):
        return True
    return any(map(_claims, document.root.walk()))


def _claims(section: Section) -> bool:
    if section.heading is not None:
        title = section.title
        if pattern_key(_section_label(section)) in _CLAIMS or _GROUP.match(title):
            return True
        if (")" in title or "]" in title) and parse_name(title, section.line)[1] is not None:
            return True
    for part in read_parts(section.blocks, pattern_key, _CLAIMS)[1]:
        if part.key in _CLAIMS:
            return True
    for block in section.blocks:
        for item in block.items:
            if _BULLET.match(item.text.partition("\n")[0]):
                return True
    return False


def find_patterns(document: Document, path: str) -> tuple[Pattern, ...]:
    """Return what `parse_patterns` does, whether or not `document` claims anything."""
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
    heads_group = _GROUP.match(title)
    if heads_group and not is_choice(title):
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
    _, parts = read_parts(section.blocks, pattern_key, _LISTED)
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
    lead, inner = read_parts(section.blocks, pattern_key, SCALARS | EVIDENCE)
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
    if len(text) > _MAX_NAME:
        return None, None
    if not text or _NAME_PLACEHOLDER.match(text) or _GROUP.match(text):
        return None, None
    claim = None
    match = _NAME_CLAIM.search(text)
    if match:
        claim = parse_claim(match[1], line)
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
    match = _BULLET.match(first)
    if not match:
        return None
    name, claim = parse_name(f"{match[1]} {match[2]}", item.span.start)
    if name is None or claim is None:
        return None
    start, end = item.span.start, item.blocks[0].span.end
    blocks = [Block("paragraph", Span(start + 1, end), rest)] if rest else []
    blocks.extend(item.blocks[1:])
    _, parts = read_parts(blocks, pattern_key, _LISTED)
    for part in parts:
        part.dialect = Dialect.BULLET
    return _assemble(
        name, parts, document, path, line=item.span.start, span=item.span, level=0, claims=[claim]
    )


def _header_pattern(document: Document, path: str) -> Pattern | None:
    """Return the one pattern of a file whose front matter states a confidence or a count."""
    header = document.header
    values = header.values
    if _HEADER_CLAIMS.isdisjoint(values):
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
    lead, inner = read_parts(top.blocks, pattern_key, _LISTED)
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
    for part in parts:
        if part.key == "refused" and is_prose_on_refusal(part):
            part.key = ""
        elif part.key == "applies_to" and not any(parse_globs(part)):
            part.key = ""  # said in words: one of the author's own
    chosen = _choose(parts)
    claim_part, count_part = chosen.get("confidence"), chosen.get("count")
    if claim_part is not None:
        claim = parse_claim(claim_part.stated or first_text(claim_part), claim_part.line)
        claims = [claim, *claims] if claim is not None else claims
    count = parse_count(count_part)
    if count_part is not None and count is None:
        chosen.pop("count")
    if not (PROSE & chosen.keys()) or (not claims and count is None):
        return None
    fields = tuple(_fields(parts, chosen, document))
    texts = {field.key: field for field in fields if field.key}
    examples = parse_evidence(chosen.get("examples"))
    counters = parse_evidence(chosen.get("counter_examples"))
    sources = [part for part in parts if part.key == "sources"]
    refused = [part for part in parts if part.key == "refused"]
    date_part, saved = chosen.get("date"), chosen.get("time_saved")
    dialects = [part.dialect for part in (claim_part, count_part) if part is not None]
    count_line = count_part.line if count is not None and count_part is not None else None
    if count is None and claim_part is not None:
        in_claim = _COUNT_IN_CLAIM.search(claim_part.stated)
        if in_claim:
            count, count_line = int(in_claim[1]), claim_part.line
    shown = {"", "applies_to", "detection", "time_total", "when"}
    detectors, faults = read_detectors(find_detector_fences(parts), name, path)
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
        time_saved_minutes=parse_saved(saved)[0],
        time_saved_note=parse_saved(saved)[1],
        context=_text(texts, "context") or _text(texts, "when"),
        pattern=_text(texts, "pattern"),
        why=_text(texts, "why"),
        detection=without_detectors(_text(texts, "detection") or "") or None,
        examples=examples[0],
        unlisted_examples=examples[2],
        repeated_examples=examples[1],
        counter_examples=counters[0],
        code=tuple(parse_code(parts, document)),
        related=tuple(parse_related(chosen.get("related"))),
        sources=tuple(source for part in sources for source in parse_sources(part)),
        unlisted_sources=sum(count_unlisted(part) for part in sources),
        refused=tuple(note for part in refused for note in parse_refused(part)),
        tags=tuple(parse_names(chosen.get("tags"))),
        aliases=tuple(parse_names(chosen.get("aliases"))),
        extra=tuple(field for field in fields if field.key in shown and field.label),
        applies_to=tuple(dict.fromkeys(parse_globs(chosen.get("applies_to"))))[:_MAX_GLOBS],
        detectors=detectors,
        faults=faults,
    )


def _text(texts: dict[str, Field], key: str) -> str | None:
    field = texts.get(key)
    return field.text or None if field is not None else None


def _is_placeholder(part: Part) -> bool:
    if part.key == "confidence" and is_choice(part.stated):
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
        is_second = part.key not in _UNITED and chosen.get(part.key) is not part
        yield Field(
            key="" if is_second else part.key,
            label=part.label,
            text=part.markdown(document),
            line=part.line,
            span=part.span,
            dialect=part.dialect,
            value_line=part.value_line,
        )
