"""Procedures: what is done step by step, under numbered headings or in a numbered list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import Block, Section, parse_document
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    item_markdown,
    lines_of,
    one_line,
    text_below,
    walk_with_path,
)
from hardwon.markup.text import plain, split_lines, strip_emoji
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.values import Span

_STEP = re.compile(r"^(?:step|phase|stage|wave)\s*-?\s*\d+[a-z]?(?:\.\d+)*\b", re.IGNORECASE)
_STEP_NAME = re.compile(
    r"^(?:step|phase|stage|wave)\s*-?\s*\d+[a-z]?(?:\.\d+)*\s*[:：.)–—-]*\s*", re.IGNORECASE
)
_NUMBERED = re.compile(r"^\d{1,2}[.):]\s+\S")
# What is done in an order is called so.
_PROCESS = re.compile(
    r"\b(?:work ?flow|process|procedure|steps?|instructions?|execution|how to|method|protocol"
    r"|response approach|outline|your task|sequence|response structure|when invoked|run ?book"
    r"|playbook|plan of action|what to do|quick ?start)\b|절차|단계|워크플로|流程|步骤",
    re.IGNORECASE,
)
_NO_PROCESS = re.compile(
    r"\b(?:output|format|examples?|references?|best practices|principles|notes?|tips|mistakes"
    r"|pitfalls|anti-?patterns?|next steps|features?|resources|types?|types of|categories|rules"
    r"|constraints|guidelines|considerations|limitations|arguments|themes|criteria|pre-?flight\w*"
    r"|report|prerequisites|check-?lists?|priority|precedence|levels?)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:the )?(?:core |main |execution |usage |development )?(?:work ?flow|process|procedure"
    r"|steps?|instructions?|execution|execution flow|how to use|how it works|method|protocol"
    r"|your task|(?:response )?approach|outline|usage|pipeline|implementation|what to do"
    r"|quick ?start|what (?:this|it) .*|절차|단계|워크플로(?:우)?|流程|步骤)(?: overview)?\W*"
    r"(?:\([^()]*\))?\W*$",
    re.IGNORECASE,
)
_OUTLINE_LINE = re.compile(r"^\s*(?:[-*+]\s+\S|#|$)")
_MIN_STEPS = 2
_MIN_ITEMS = 3


def find_procedures(document: Outline, path: str, *, is_procedure: bool = False) -> Iterator[Found]:
    """Yield a workflow for each procedure of `document`.

    A procedure is a row of sections called "Step 1", "Phase 2" and the like, or a numbered list
    of three items below a heading that calls it a process. In a file that is one as a whole
    (`is_procedure`, a command), headings that are only numbered count, and where there are none,
    its first numbered list does. Each step is a `- [ ]` line with what stands below its
    heading; a fence that holds nothing but a list is laid out as that list.
    """
    whole = document_title(document, path)
    rows = list(_rows(document.root, only_named=not is_procedure))
    found: set[str] = set()
    for parent, steps in rows:
        is_all = is_procedure and len(rows) == 1
        title = whole if is_all else _title(parent, whole, found)
        body = "\n".join(_of_section(step, document) for step in steps)
        yield Found(FoundKind.WORKFLOW, title, steps[0].line, body=body)
    inside = lines_of(step.span for _, steps in rows for step in steps)
    # A list beside them tells them beforehand.
    inside |= lines_of(Span(parent.line, steps[0].line) for parent, steps in rows)
    lists = [
        (section, block)
        for section, block in _lists(document.root)
        if block.span.start not in inside
    ]
    named = [pair for pair in lists if _is_process(pair[0])]
    if is_procedure:
        others = [pair for pair in lists if not _NO_PROCESS.search(one_line(pair[0].title))]
        named = [] if rows else (named or others)[:1]
    for section, block in named:
        yield _of_list(block, document, _title(section, whole, found))


def find_numbered(section: Section, document: Outline) -> Iterator[Found]:
    """Yield a workflow for each numbered list of at least three items in one section."""
    for part, block in _lists(section):
        yield _of_list(block, document, one_line(part.title))


def _of_list(block: Block, document: Outline, title: str) -> Found:
    body = "\n".join(_of_text(item_markdown(item, document)) for item in block.items)
    return Found(FoundKind.WORKFLOW, title, block.span.start, body=body)


def step_spans(document: Outline) -> list[Span]:
    """Return the lines of the sections that are steps of a procedure."""
    return [step.span for _, steps in _rows(document.root, only_named=True) for step in steps]


def _rows(section: Section, *, only_named: bool) -> Iterator[tuple[Section, list[Section]]]:
    """Yield each row of steps with the section that holds it; steps within steps are no row."""
    named = [child for child in section.children if _STEP.match(_heading(child))]
    numbered = [child for child in section.children if _NUMBERED.match(_heading(child))]
    steps = named if len(named) >= _MIN_STEPS else []
    is_process = section.level > 1 and _is_process(section)
    is_named = section.level > 1 and bool(_NO_PROCESS.search(one_line(section.title)))
    if not steps and len(numbered) >= _MIN_STEPS and (is_process or not (only_named or is_named)):
        steps = numbered
    if steps:
        yield section, steps
    taken = set(map(id, steps))
    for child in section.children:
        if id(child) not in taken:
            yield from _rows(child, only_named=only_named)


def _heading(section: Section) -> str:
    return " ".join(strip_emoji(plain(section.title)).split())


def _is_process(section: Section) -> bool:
    title = one_line(section.title)
    return bool(_PROCESS.search(title)) and not (
        _NO_PROCESS.search(title) and not _GENERIC.match(title)
    )


def _lists(section: Section) -> Iterator[tuple[Section, Block]]:
    """Yield the numbered lists of at least three items with the section that they stand in.

    Those below a heading such as "Best practices" are left out.
    """
    for part, above in walk_with_path(section):
        if not any(map(_NO_PROCESS.search, above[1:])):
            for block in part.blocks:
                if len(block.items) >= _MIN_ITEMS and block.items[0].marker[:1].isdigit():
                    yield part, block


def _title(section: Section, whole: str, taken: set[str]) -> str:
    """Return the heading of a procedure, or the file's title where that says no more than so."""
    own = _STEP_NAME.sub("", one_line(section.title)) if section.heading is not None else ""
    title = own if own and section.level > 1 and not _GENERIC.match(own) else whole
    if title in taken and own and own != title:
        title = one_line(f"{whole}: {own}")
    taken.add(title)
    return title


def _of_section(step: Section, document: Outline) -> str:
    name = _STEP_NAME.sub("", one_line(step.title)) or one_line(step.title)
    return _of_text(f"{name}\n\n{_outlines(text_below(step, document))}".rstrip())


def _of_text(text: str) -> str:
    """Return `text` as a `- [ ]` line with what follows it indented; headings become bold."""
    first, *rest = text.split("\n")
    first = re.sub(r"^\[[ xX]\]\s+", "", first)
    lines = [f"- [ ] {first}", *(f"  {line}" if line.strip() else "" for line in rest)]
    return "\n".join(lines)


def _outlines(text: str) -> str:
    """Return `text` with headings as bold lines, and fences that hold only a list as that list."""
    document = parse_document(text)
    lines = [line.rstrip("\r\n") for line in document.lines]
    for section in document.root.walk():
        if section.heading is not None:
            span = section.heading.span
            name = one_line(section.title)
            lines[span.start - 1 : span.end - 1] = [f"**{name}**" if name else ""] + [""] * (
                span.end - span.start - 1
            )
        for block in section.blocks:
            if block.kind == "fence" and _is_outline(block):
                size = block.span.end - block.span.start
                items = [line for line in split_lines(block.text) if line.strip()]
                laid = [
                    f"- [ ] {line.strip().lstrip('-*+ ').rstrip()}"
                    for line in items
                    if not line.lstrip().startswith("#")
                ]
                lines[block.span.start - 1 : block.span.end - 1] = (laid + [""] * size)[:size]
    return "\n".join(lines).strip("\n")


def _is_outline(block: Block) -> bool:
    lines = block.text.split("\n")
    items = [line for line in lines if re.match(r"^\s*[-*+]\s+\S", line)]
    is_data = any(re.search(r":\s*(?:\S|$)", line) for line in items)
    return len(items) >= _MIN_ITEMS and not is_data and all(map(_OUTLINE_LINE.match, lines))
