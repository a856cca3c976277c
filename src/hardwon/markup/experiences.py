"""Experiences in a text: one note, or the dated entries of one file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from hardwon.markup.blocks import Block, Document, Section
from hardwon.markup.dates import find_date, parse_date, parse_minutes
from hardwon.markup.fields import Part, read_parts, section_part
from hardwon.markup.labels import (
    NOTE_LABELS,
    fold_label,
    may_hold_label,
    note_key,
    parse_plain_label,
)
from hardwon.markup.references import name_of_wikilink, parse_related_name
from hardwon.markup.text import fold, plain, slugify, strip_emoji
from hardwon.model.experience import DateOrigin, Experience, Lesson, Link, PatternRef
from hardwon.model.values import Outcome, PartialDate, Span

_HEADER_DATES = (
    "date", "created", "created_at", "created_date", "date_created", "logged", "timestamp",
    "published",
)  # fmt: skip
# When a note was last touched says less of when it happened than its name does.
_HEADER_UPDATES = ("last_updated", "updated", "updated_at", "updated_date")
_DATE_LABELS = frozenset(NOTE_LABELS["date"])
_TIMELINE = re.compile(r"\b(?:timeline|chronology|event log)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"\b(?:on|of|in|from|since|for|by|until|before|after)$", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_OUTCOMES = (
    (re.compile(r"\b(?:PARTIAL(?:LY)?|MIXED)\b", re.IGNORECASE), Outcome.PARTIAL),
    (re.compile(r"\bBLOCKED\b", re.IGNORECASE), Outcome.BLOCKED),
    (re.compile(r"\b(?:FAILED|FAILURE)\b", re.IGNORECASE), Outcome.FAILED),
    (re.compile(r"\bSUCCESS(?:FUL)?\b", re.IGNORECASE), Outcome.SUCCESS),
)
_OUTCOME_CHOICE = re.compile(r"\bSUCCESS\b\W*[|/]\W*\bPARTIAL\b|\bsuccess/failure\b", re.IGNORECASE)
_WIKILINK = re.compile(r"\[\[([^\[\]|#\n]+)(?:#([^\[\]|\n]+))?(?:\|[^\[\]\n]*)?\]\]")
_NEW = re.compile(
    r"^(?:new(?:\s+pattern)?(?:\s+(?:discovered|created|learned))?|created|pattern\s+discovered)"
    r"\s*[:：]\s*",
    re.IGNORECASE,
)
_APPLIED = re.compile(r"^(?:reinforced|updated|applied|used|pattern)\s*[:：]\s*", re.IGNORECASE)
_RELATED = re.compile(r"^related(?:\s+patterns?)?\s*[:：]?", re.IGNORECASE)
_CONFIDENCE = re.compile(r"^(?:confidence|time saved|status)\s*[:：]", re.IGNORECASE)
_ANCHOR = re.compile(r"(?<!\S)\S*\.md#(\S+)")
_NOTHING = {"none", "n a", "na", "nothing", "no patterns", "none yet", "tbd"}
# Keys of which one as a list item makes fields of a list.
_LISTED = frozenset({"date", "project", "duration", "outcome", "tags", "kind", "time_saved"})
_MAX_NAME_WORDS = 14
_MAX_DATES = 8  # at the ends of a title; more is no title


_Read = tuple[Section, list[Part]]  # a section with the fields that stand directly in it


class _Date(NamedTuple):
    date: PartialDate | None
    origin: DateOrigin
    line: int | None = None


def parse_experiences(document: Document, path: str) -> tuple[Experience, ...]:
    """Return the experiences of `document`, in the order of the text, with lines from 1.

    A file with several dated entries holds one for each; any other file that has text holds
    one. The date stays None where neither the text nor the file's name tells it; git may.
    """
    entries = _entries(document, path)
    if entries:
        return tuple(_entry(section, document, path) for section in entries)
    if not document.root.blocks and not document.root.children and not document.header.values:
        return ()
    return (_whole(document, path),)


def _whole(document: Document, path: str) -> Experience:
    root = document.root
    sections = list(root.walk())
    first = next((s for s in sections if s.heading is not None), None)
    header = document.header
    heading = strip_emoji(plain(first.title)) if first is not None else ""
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    title = header.get_text("title") or heading
    title = title or re.sub(r"[-_]+", " ", strip_date(stem) or stem)
    line = first.line if first is not None else _first_line(root)
    end = len(document.lines) + 1
    read = [(section, _fields(section)) for section in sections]
    date = _date_of_note(document, path, read[:3], heading, line)
    return _build(
        document, path, title=title, anchor="", line=line, span=Span(1, end),
        read=read, date=date, with_header=True,
    )  # fmt: skip


def _entry(section: Section, document: Document, path: str) -> Experience:
    title = strip_emoji(plain(section.title))
    read = [(below, _fields(below)) for below in section.walk()]
    found = _leading_date(title)
    if found is not None:
        date = _Date(found, DateOrigin.TITLE, section.line)
    else:
        date = _field_date(read[:1]) or _Date(None, DateOrigin.UNKNOWN)
    return _build(
        document, path, title=title, anchor=slugify(title), line=section.line,
        span=section.span, read=read, date=date, with_header=False,
    )  # fmt: skip


def _first_line(root: Section) -> int:
    return root.blocks[0].span.start if root.blocks else 1


def _build(
    document: Document,
    path: str,
    *,
    title: str,
    anchor: str,
    line: int,
    span: Span,
    read: list[_Read],
    date: _Date,
    with_header: bool,
) -> Experience:
    parts = list(_parts(read))
    header = document.header if with_header and document.header.values else None
    named: dict[str, list[Part]] = {}
    for part in parts:
        named.setdefault(part.key, []).append(part)

    def value(key: str, *header_keys: str) -> str | None:
        text = header.get_text(*header_keys) if header is not None and header_keys else None
        if text is None and key in named:
            text = plain(named[key][0].inline.split("\n")[0])
        return text or None

    def markdown(key: str) -> str | None:
        texts = [part.markdown(document) for part in named.get(key, ())]
        return "\n\n".join(text for text in texts if text) or None

    outcome_text = value("outcome", "outcome", "result")
    saved = value("time_saved", "time_saved", "saved")
    duration = value("duration", "duration")
    tags = header.values["tags"].values if header is not None and "tags" in header.values else ()
    tag_text = ",".join(tags) if tags else value("tags") or ""
    lessons = list(_lessons(named.get("lessons", [])))
    if header is not None and header.get_text("lesson", "lessons"):
        at = header.get_line("lesson", "lessons") or 1
        lessons[:0] = [Lesson(header.get_text("lesson", "lessons") or "", at)]
    body = "".join(document.source(Span(max(span.start, document.header.lines + 1), span.end)))
    references = _stated_references(document, parts, with_header)
    if "[[" in body:
        references = chain(references, _mentioned((section for section, _ in read), parts))
    return Experience(
        path=path,
        anchor=anchor,
        line=line,
        span=span,
        domain=domain_of(path),
        title=strip_date(title) or title,
        date=date.date,
        date_origin=date.origin,
        date_line=date.line,
        project=value("project", "project", "module"),
        kind=value("kind", "type", "problem_type", "category"),
        outcome=parse_outcome(outcome_text) or parse_outcome(_deep(named.get("outcome"))),
        outcome_text=outcome_text,
        duration_minutes=parse_minutes(duration) if duration else None,
        time_saved_minutes=parse_minutes(saved) if saved else None,
        tags=tuple(tag.strip(" #`[]\"'") for tag in tag_text.split(",") if tag.strip(" #`[]\"'")),
        context=markdown("context"),
        root_cause=markdown("root_cause"),
        solution=markdown("solution"),
        next_time=markdown("next_time"),
        lessons=tuple(lessons),
        patterns=tuple(_distinct(references)),
        settled=header is not None and "patterns" in header.values,
        body=body,
    )


def _fields(section: Section) -> list[Part]:
    """Return the bold and plain fields that stand directly in a section."""
    return read_parts(section.blocks, note_key, _LISTED)[1]


def _parts(read: Iterable[_Read]) -> Iterator[Part]:
    """Yield all labelled parts: sections with a known name, and the fields of any."""
    for section, fields in read:
        key = note_key(section.title) if section.heading is not None else ""
        if key and key != "date":
            own = Section(section.heading, section.span, section.blocks)
            yield section_part(own if key == "lessons" else section, key)
        yield from fields


def _deep(parts: list[Part] | None) -> str | None:
    """Return the first line below a label that stands alone ("## Outcome" / "SUCCESS")."""
    if not parts or parts[0].inline:
        return None
    first = next((block for block in parts[0].blocks if block.text), None)
    return plain(first.text.split("\n")[0]) if first is not None else None


def parse_outcome(text: str | None) -> Outcome | None:
    """Return the outcome that begins `text`, or None when it states none of the four words."""
    if not text or _OUTCOME_CHOICE.search(text):
        return None
    head = " ".join(strip_emoji(text).split()[:3])
    found = [(m.start(), outcome) for regex, outcome in _OUTCOMES if (m := regex.search(head))]
    return min(found)[1] if found else None


def _lessons(parts: list[Part]) -> Iterator[Lesson]:
    for part in parts:
        if part.inline.strip():
            yield Lesson(part.inline.strip(), part.value_line)
        lists = [block for block in part.blocks if block.kind == "list"]
        if lists:
            for item in part.items:
                text = plain(item.text)
                if text and not _NEW.match(text) and not _APPLIED.match(text):
                    yield Lesson(" ".join(item.text.split()), item.span.start)
            continue
        for block in part.blocks:
            if block.kind == "paragraph":
                yield Lesson(" ".join(block.text.split()), block.span.start)


def _distinct(references: Iterable[PatternRef]) -> Iterator[PatternRef]:
    """Yield each reference once, and none to nothing; those that say most come first."""
    seen: set[tuple[str, Link]] = set()
    names: set[str] = set()
    for reference in references:
        name = fold(reference.name)
        key = (name, reference.link)
        if name in _NOTHING or not name or key in seen:
            continue
        if reference.link is Link.MENTIONED and name in names:
            continue
        seen.add(key)
        names.add(name)
        yield reference


def _stated_references(
    document: Document, parts: list[Part], with_header: bool
) -> Iterator[PatternRef]:
    if with_header:
        for key in ("patterns", "pattern", "applied_patterns", "patterns_applied"):
            value = document.header.values.get(key)
            for name in value.values if value is not None else ():
                yield PatternRef(parse_related_name(name), Link.APPLIED, value.line if value else 1)
    for part in parts:
        if part.key == "patterns":
            yield from _pattern_lines(part, only_marked=False)
        elif part.key == "lessons" and fold_label(part.label) == "learnings extracted":
            yield from _pattern_lines(part, only_marked=True)


def _mentioned(sections: Iterable[Section], parts: list[Part]) -> Iterator[PatternRef]:
    spans = (part.span for part in parts if part.key == "related")
    related = {number for span in spans for number in range(span.start, span.end)}
    for section in sections:
        yield from _wikilinks(section.blocks, related)


def _pattern_lines(part: Part, *, only_marked: bool) -> Iterator[PatternRef]:
    texts = [(part.inline, part.line, False)] if part.inline.strip() else []
    for block in part.blocks:
        if block.kind == "paragraph":
            lines = enumerate(block.text.split("\n"), block.span.start)
            texts += [(text, n, text.lstrip().startswith(("-", "*", "→"))) for n, text in lines]
        texts += [(item.text.split("\n")[0], item.span.start, True) for item in block.items]
    skipping = False
    for raw, line, is_item in texts:
        if raw.lstrip().startswith("[ ]"):
            continue  # a task that nobody ticked was not done
        source = re.sub(r"^\s*(?:\[[xX]\]|→|->|=>)\s*", "", raw)
        text = plain(source)
        skipping = skipping and is_item
        if _RELATED.match(text):
            skipping = True
            continue
        if skipping or _CONFIDENCE.match(text) or not text:
            continue
        reference = _pattern_line(source, text, line, only_marked=only_marked)
        if reference is not None:
            yield reference


def _pattern_line(source: str, text: str, line: int, *, only_marked: bool) -> PatternRef | None:
    link = Link.APPLIED
    new, applied = _NEW.match(text), _APPLIED.match(text)
    if new:
        link, text = Link.NEW, text[new.end() :]
    elif applied:
        text = text[applied.end() :]
    elif only_marked:
        return None
    anchor = _ANCHOR.search(source)
    if anchor:
        return PatternRef(anchor[1].strip(".,;)`"), link, line)
    if text.endswith(".md") or "/" in text.split(" ", 1)[0]:
        return None  # a whole file is no pattern
    wikilink = _WIKILINK.search(source)
    if wikilink:
        return PatternRef(name_of_wikilink(wikilink[1], wikilink[2]), link, line)
    name = parse_related_name(text if new or applied else source)
    if not name or len(name.split()) > _MAX_NAME_WORDS:
        return None
    return PatternRef(name, link, line)


def _wikilinks(blocks: Iterable[Block], related: Collection[int]) -> Iterator[PatternRef]:
    for block in blocks:
        if block.kind in {"paragraph", "heading"}:
            for number, text in enumerate(block.text.split("\n"), start=block.span.start):
                if number in related:
                    continue
                for match in _WIKILINK.finditer(re.sub(r"`[^`]*`", "", text)):
                    name = name_of_wikilink(match[1], match[2])
                    yield PatternRef(name, Link.MENTIONED, number)
        for item in block.items:
            yield from _wikilinks(item.blocks, related)


def domain_of(path: str) -> str:
    """Return the folder below `episodic/` in `path`, or "code"."""
    folders = path.split("/")[:-1]
    if "episodic" in folders:
        below = folders[folders.index("episodic") + 1 :]
        return below[0] if below else "code"
    return "code"


def strip_date(title: str) -> str:
    """Return `title` without a date in front or behind, and without what joined them."""
    for _ in range(_MAX_DATES):
        found = find_date(title)
        if found is None:
            break
        start, end = found[1]
        before, after = title[:start].rstrip(), title[end:].lstrip()
        if not re.sub(r"[\W_]", "", before):
            after = re.sub(r"^(?:T?\d{1,2}:\d{2}\S*)", "", after)
            title = re.sub(r"^[\s\])}:,;|–—-]+", "", after)
        elif not re.sub(r"[\W_]", "", after) and not _PREPOSITION.search(before):
            title = re.sub(r"[\s(\[{:,;|–—-]+$", "", before)
        else:
            break
    return title.strip()


def _leading_date(title: str) -> PartialDate | None:
    found = find_date(title)
    if found is None or re.sub(r"[\W_]", "", title[: found[1][0]]):
        return None
    return found[0]


def _entries(document: Document, path: str) -> list[Section]:
    """Return the sections that are dated entries of a file, or nothing when it is one note."""
    if document.header.get_text(*_HEADER_DATES):
        return []
    in_name = find_date(path.rsplit("/", 1)[-1])
    if in_name is not None and in_name[0].day is not None:
        return []
    for parent in document.root.walk():
        if len(parent.children) < 2 or _TIMELINE.search(parent.title):
            continue
        found = [child for child in parent.children if _is_entry(child)]
        if len(found) > 1:
            return found
    return []


def _is_entry(section: Section) -> bool:
    title = plain(section.title)
    if _leading_date(title) is not None:
        return not (_CLOCK.search(title) or _TIMELINE.search(title))
    own = Section(section.heading, section.span, section.blocks[:1])
    return _field_date([(own, _fields(own))]) is not None and not _TIMELINE.search(title)


def _date_of_note(
    document: Document, path: str, top: list[_Read], heading: str, line: int
) -> _Date:
    stated = _header_date(document, _HEADER_DATES)
    if stated is not None:
        return stated
    in_text = _field_date(top) or _table_date(section for section, _ in top)
    if in_text is not None:
        return in_text
    *folders, name = path.split("/")
    for part in (name.rsplit(".", 1)[0], *reversed(folders)):
        found = find_date(part.replace("_", "-"))
        if found is not None:
            return _Date(found[0], DateOrigin.NAME)
    found = find_date(heading)
    if found is not None:
        return _Date(found[0], DateOrigin.TITLE, line)
    return _header_date(document, _HEADER_UPDATES) or _Date(None, DateOrigin.UNKNOWN)


def _header_date(document: Document, keys: tuple[str, ...]) -> _Date | None:
    values = document.header.values
    for value in [values[key] for key in keys if key in values] if values else ():
        date = parse_date(value.text)
        if date is not None:
            return _Date(date, DateOrigin.HEADER, value.line)
    return None


def _field_date(read: Sequence[_Read]) -> _Date | None:
    for _, fields in read:
        for part in fields:
            date = parse_date(part.inline) if part.key == "date" else None
            if date is not None:
                return _Date(date, DateOrigin.FIELD, part.line)
    for section, _ in read:
        if not may_hold_label(section.title):
            continue
        heading = parse_plain_label(plain(section.title))  # "## Date: 2025-10-28"
        if heading is not None and note_key(heading.text) == "date":
            date = parse_date(heading.value)
            if date is not None:
                return _Date(date, DateOrigin.FIELD, section.line)
    return None


def _table_date(sections: Iterable[Section]) -> _Date | None:
    for section in sections:
        for block in section.blocks:
            for number, row in enumerate(block.rows):
                if len(row) > 1 and fold_label(row[0]) in _DATE_LABELS:
                    date = parse_date(row[1])
                    if date is not None:
                        # The line of dashes below the first row is no row.
                        offset = number + (1 if number else 0)
                        return _Date(date, DateOrigin.TABLE, block.span.start + offset)
    return None
