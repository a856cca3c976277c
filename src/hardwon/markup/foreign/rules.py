"""Rules in instructions for agents: the list items that tell what to do or leave undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hardwon.markup.blocks import Block, ListItem
from hardwon.markup.foreign.demands import (
    forbids,
    is_crossed,
    is_demand,
    is_negative,
    may_be_demand,
    sentences,
)
from hardwon.markup.foreign.sections import (
    Outline,
    item_markdown,
    lines_of,
    one_line,
    walk_with_path,
)
from hardwon.markup.foreign.task_lists import checklist_spans, find_checklists
from hardwon.markup.text import plain
from hardwon.model.foreign import Found, FoundKind

# Below such a heading every item is one.
_ALL_RULES = re.compile(
    r"\brules\b|^(?:do not|don['’]ts?|never|avoid|do|dos|always|must)\W*$", re.IGNORECASE
)
# What makes the items of a numbered list rules, which else are steps.
_CALLS_RULES = re.compile(
    r"\b(?:must|never|always|rules?|do not|don['’]t|guidelines?|principles?|conventions?"
    r"|best practices|standards?)\b",
    re.IGNORECASE,
)
# Headings below which lists tell what there is, not what to do.
_DESCRIBES = re.compile(
    r"\b(?:overview|structure|architecture|layout|commands?|stack|technolog\w+|dependenc\w+|setup"
    r"|install\w*|getting started|prerequisites|files?|director\w+|quick ?start|about|resources"
    r"|references|links|features?|examples?|what is|usage|see also|components?|modules?|skills?"
    r"|tools|related|ownership|map|agents|responsibilities|expertise)\b",
    re.IGNORECASE,
)
_BOLD_LEAD = re.compile(
    r"^(?:\*\*|__)(?P<a>[^*_\n]{3,100}?)[.:：]?(?:\*\*|__)(?P<rest>.*)$", re.DOTALL
)
_START, _END = "<!-- hardwon:start", "<!-- hardwon:end"


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands above a list, and what that makes of its items.

    Attributes:
        heading: The nearest heading, "" for the title of the file.
        intro: Heading and the line above the list.
        describes: Whether the heading says that the list tells what there is.
        all_rules: Whether it says that all items are rules.
        forbidding: The words that forbid the items; "" where nothing does.
    """

    heading: str
    intro: str
    describes: bool
    all_rules: bool
    forbidding: str


def find_rules(document: Outline) -> Iterator[Found]:
    """Yield a pattern for each rule of `document`, with the heading that it stands below.

    A rule is a list item that demands in so many words (must, should, never, always, do not,
    prefer, …), one in the imperative, or any one below a heading that says "rules" or "do not".
    The imperative does not count below headings that describe (Structure, Commands, Overview,
    …), where it begins with code, and in numbered lists, which are steps unless their heading or
    introduction calls them rules. What stands below a list item belongs to it; where the item is
    only a label, its own items are looked at. Where the words above an item forbid it, they are
    put before it: without them it would ask for what it forbids. Skipped are task lists, entries
    of a list of files, code, and the block that hardwon keeps in such files.
    """
    managed = _managed(document)
    for section, above in walk_with_path(document.root):
        heading = one_line(section.title) if section.level > 1 else ""
        describes = bool(_DESCRIBES.search(" / ".join((*above[1:], heading))))
        all_rules = bool(_ALL_RULES.search(heading)) and not describes
        forbidding = heading if forbids(section.title) and section.level > 1 else ""
        top = _Place(heading, section.title, describes, all_rules, forbidding)
        place = top
        for block in section.blocks:
            if block.kind == "paragraph":
                place = _below(top, block.text)
            for item, where in _rules(block, place):
                if item.span.start not in managed:
                    yield _found(item, document, where)


def find_rules_and_checks(document: Outline, path: str) -> list[Found]:
    """Return the rules and the lists of checks of `document`; what is a check is no rule."""
    checklists = list(find_checklists(document, path))
    checked = lines_of(checklist_spans(document, checklists))
    rules = (one for one in find_rules(document) if one.line not in checked)
    return sorted([*rules, *checklists], key=lambda one: one.line)


def _managed(document: Outline) -> set[int]:
    inside, numbers = False, set()
    for number, line in enumerate(document.lines, start=1):
        inside = inside or line.lstrip().startswith(_START)
        if inside:
            numbers.add(number)
        inside = inside and _END not in line
    return numbers


def _below(place: _Place, text: str) -> _Place:
    """Return the place below a line that introduces a list; a label decides what is forbidden."""
    last = text.rstrip().rsplit("\n", 1)[-1]
    label = one_line(last)
    is_label = plain(last).rstrip().endswith((":", "："))
    forbidding = (label if forbids(last) else "") if is_label else place.forbidding
    return replace(place, intro=f"{place.intro}\n{text}", forbidding=forbidding)


def _rules(block: Block, place: _Place) -> Iterator[tuple[ListItem, _Place]]:
    for item in block.items:
        is_step = item.marker[:1].isdigit() and not _CALLS_RULES.search(place.intro)
        words = plain(item.text)
        is_label = len(words) < 100 and any(b.kind == "list" for b in item.blocks)
        is_one = place.all_rules and not is_label and may_be_demand(item) and " " in words
        if is_one or is_demand(item, only_stated=place.describes or is_step):
            yield item, place
        elif is_label and may_be_demand(item):
            inner_place = _below(replace(place, intro="", all_rules=False), item.text)
            for inner in item.blocks:
                yield from _rules(inner, inner_place)


def _found(item: ListItem, document: Outline, place: _Place) -> Found:
    text = item_markdown(item, document)
    title = _title(item)
    forbidding = "Avoid" if is_crossed(item) else place.forbidding
    if forbidding and not is_negative(item.text):
        title, text = one_line(f"{forbidding}: {title}"), f"{forbidding}: {text}"
    section = (("Section", place.heading),) if place.heading else ()
    return Found(FoundKind.PATTERN, title, item.span.start, (*section, ("Pattern", text)))


def _title(item: ListItem) -> str:
    """Return the bold words with which a rule begins, if they can stand alone, else the rule."""
    bold = _BOLD_LEAD.match(item.text)
    if bold and bold["rest"].strip() and len(bold["a"].split()) > 1:
        return one_line(bold["a"]) or "untitled"
    line = item.text.split("\n", 1)[0]
    text = line if line.rstrip().endswith(":") else " ".join(item.text.split())
    return one_line(sentences(text)[0]).rstrip(" .:") or one_line(item.text) or "untitled"
