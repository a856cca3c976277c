"""Lists of checks: `- [ ]` items, and plain lists that are called a checklist."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hardwon.markup.blocks import Block, ListItem, Section
from hardwon.markup.foreign.sections import (
    Outline,
    document_title,
    is_placeholder,
    item_markdown,
    one_line,
    walk_with_path,
)
from hardwon.markup.text import plain
from hardwon.model.foreign import Found, FoundKind
from hardwon.model.values import Span

_TASK = re.compile(r"^\[(?P<mark>[ xX])\][ \t]+(?P<text>\S.*)$", re.DOTALL)
_CHECKLIST = re.compile(
    r"\b(?:check[ -]?list|definition of (?:done|ready))\b|^(?:what|things) to check\b"
    r"|체크리스트|检查清单",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:check[ -]?list|definition of (?:done|ready)|체크리스트|检查清单)\s*(?:\([^()]*\))?\W*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]*\)")
_SAYS_WHAT = re.compile(
    r"check|review|verif|definition of|criteria|quality|audit|gate|validat", re.IGNORECASE
)
# What a list of things to do in one project is called: it is nobody else's checklist.
_TODO = re.compile(
    r"\b(?:to-?dos?|backlog|roadmap|milestones?|in progress|completed?|tasks?|sprint|next steps"
    r"|action items?|open questions"
    r"|type of change|types of changes?)\b",
    re.IGNORECASE,
)
_MIN_ITEMS = 2


def find_checklists(document: Outline, path: str, *, plain_lists: bool = True) -> Iterator[Found]:
    """Yield a checklist for each section that holds checks, with the words that part them.

    Checks are the `- [ ]` items of a section, two at least, of which most are not ticked: a
    list that is mostly done says how far somebody is. With `plain_lists`, a plain list below
    a heading or line that calls it a checklist counts, too. Lists of things to do, of choices
    and of placeholders are none. A name that says little has the title of the file in front.
    """
    whole = document_title(document, path)
    all_found = list(_found(document, whole, plain_lists=plain_lists))
    times = Counter(found.title for found, _ in all_found)
    for found, parent in all_found:
        is_name = times[found.title] == 1
        title = found.title if is_name else one_line(f"{parent}: {found.title}")
        yield replace(found, title=title)


def checklist_spans(document: Outline, checklists: Iterable[Found]) -> list[Span]:
    """Return the lines of the sections that hold `checklists`, without those of deeper ones."""
    starts = sorted(found.line for found in checklists)
    spans = []
    for section in document.root.walk():
        end = section.children[0].line if section.children else section.span.end
        if bisect_left(starts, section.line) < bisect_left(starts, end):
            spans.append(Span(section.line, end))
    return spans


def _found(document: Outline, whole: str, *, plain_lists: bool) -> Iterator[tuple[Found, str]]:
    """Yield the checklists, each with the title of the section above its own."""
    for section, above in walk_with_path(document.root):
        name = one_line(section.title)
        if _TODO.search(name) and not _CHECKLIST.search(name):
            continue
        body = _checks(section.blocks, document)
        if body:
            label = _label(section.blocks)
            title = _of(label, name or whole) if label else _title(name, above, whole)
            yield Found(FoundKind.CHECKLIST, title, _line(section), body=body), _last(above, whole)
        elif plain_lists:
            for found in _plain(section, document, name, whole):
                yield found, _last(above, whole) if found.line == section.line else name or whole


def _label(blocks: list[Block]) -> str:
    """Return the line that calls the one list of checks a checklist; "" where there is none."""
    at = [number for number, block in enumerate(blocks) if list(_tasks(block))]
    above = blocks[at[0] - 1] if len(at) == 1 and at[0] > 0 else None
    return _label_text(above) if above is not None and _labels(above) else ""


def _of(label: str, section: str) -> str:
    """Return the label of a list; a single word says of which section."""
    return label if len(label.split()) > 1 else one_line(f"{section}: {label}")


def _label_text(block: Block) -> str:
    return one_line(block.text.rstrip().rsplit("\n", 1)[-1])


def _last(above: tuple[str, ...], whole: str) -> str:
    return above[-1] if above else whole


def _line(section: Section) -> int:
    if section.heading is not None:
        return section.line
    tasks = (block.span.start for block in section.blocks if _tasks(block))
    return next(tasks, section.line)


def _title(name: str, above: tuple[str, ...], whole: str) -> str:
    if name and name != whole and _CHECKLIST.search(whole) and not _CHECKLIST.search(name):
        parent = next((one for one in reversed(above[1:]) if _CHECKLIST.search(one)), whole)
        return one_line(f"{parent}: {name}")
    words = _BRACKETS.sub("", name).split()
    if not name or name == whole or not _SAYS_WHAT.search(name) or len(words) < 2:
        parent = above[-1] if len(above) > 1 else ""
        first = parent if _SAYS_WHAT.search(parent) and len(parent.split()) > 1 else whole
        return one_line(f"{first}: {name}") if name and name != first else first
    return name


def _checks(blocks: list[Block], document: Outline) -> str:
    """Return the checks of a section, below the lines that introduce them; "" for too few."""
    tasks = [task for block in blocks for task in _tasks(block)]
    texts = [match["text"] for match in tasks]
    open_tasks = [match for match in tasks if match["mark"] == " "]
    if len(tasks) < _MIN_ITEMS or 2 * len(open_tasks) < len(tasks):
        return ""
    if all(is_placeholder(text) for text in texts):
        return ""
    return _body(blocks, document)


def _tasks(block: Block) -> Iterator[re.Match[str]]:
    for item in block.items:
        match = _TASK.match(item.text)
        if match:
            yield match
        for inner in item.blocks:
            yield from _tasks(inner)


def _plain(section: Section, document: Outline, name: str, whole: str) -> Iterator[Found]:
    lists = [block for block in section.blocks if block.kind == "list"]
    if _CALLED.search(name) and sum(len(block.items) for block in lists) >= _MIN_ITEMS:
        body = _body(section.blocks, document, all_items=True)
        yield Found(FoundKind.CHECKLIST, _title(name, (), whole), section.line, body=body)
        return
    label = None
    for block in section.blocks:
        if block.kind == "list" and label is not None and len(block.items) >= _MIN_ITEMS:
            body = _body([block], document, all_items=True)
            title = _of(_label_text(label), name or whole)
            yield Found(FoundKind.CHECKLIST, title, label.span.start, body=body)
        label = block if block.kind == "paragraph" and _labels(block) else None


def _labels(block: Block) -> bool:
    text = plain(block.text.rstrip().rsplit("\n", 1)[-1])
    return text.endswith(":") and len(text.split()) < 10 and bool(_CHECKLIST.search(text))


def _body(blocks: list[Block], document: Outline, *, all_items: bool = False) -> str:
    """Return the checks as `- [ ]` lines with the words between them; `all_items` makes all so."""
    out: list[str] = []
    for number, block in enumerate(blocks):
        if block.kind == "list":
            wanted = (item for item in block.items if all_items or list(_tasks_of(item)))
            lines = [line for item in wanted for line in _check(item, document, all_items)]
            out.append("\n".join(lines))
        elif block.kind == "paragraph" and number + 1 < len(blocks):
            below = blocks[number + 1]
            if below.kind == "list" and (all_items or list(_tasks(below))):
                out.append(block.text.strip())
    return "\n\n".join(text for text in out if text)


def _tasks_of(item: ListItem) -> Iterator[re.Match[str]]:
    yield from _tasks(Block("list", item.span, items=(item,)))


def _check(item: ListItem, document: Outline, all_items: bool) -> Iterator[str]:
    text = item_markdown(item, document)
    task = _TASK.match(text)
    if task:
        text = task["text"]
    first, *rest = text.split("\n")
    yield f"- [ ] {first}" if task or all_items else f"- {first}"
    yield from (f"  {line}" if line else "" for line in rest)
