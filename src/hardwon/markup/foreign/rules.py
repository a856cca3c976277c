"""Rules in instructions for agents: the list items that tell what to do or leave undone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardwon.markup.blocks import Block, ListItem
from hardwon.markup.foreign.sections import (
    Outline,
    item_markdown,
    lines_of,
    one_line,
    walk_with_path,
)
from hardwon.markup.foreign.task_lists import checklist_spans, find_checklists
from hardwon.markup.imperative import is_imperative, without_lead
from hardwon.markup.text import plain, slugify, strip_emoji
from hardwon.model.foreign import Found, FoundKind

# A demand in so many words, wherever it stands.
_DEMAND = re.compile(
    r"(?:^|[.;:,(–—-]\s+|\b(?:so|but|and)\s+)(?:please\s+)?"
    r"(?:always|never|avoid|do not|don['’]t|prefer|ensure|make sure)\b"
    r"|^(?:only|no(?! longer))\b"
    r"|\b(?:must|should|shall|not allowed|forbidden)\b",
    re.IGNORECASE,
)
_DEMAND_INTRO = re.compile(
    r"\b(?:must|never|always|rules?|do not|don['’]t|guidelines?|principles?|conventions?"
    r"|best practices|standards?)\b",
    re.IGNORECASE,
)
# Below such a heading every item is one.
_ALL_RULES = re.compile(
    r"\brules\b|^(?:do not|don['’]ts?|never|avoid|do|dos|always|must)\W*$", re.IGNORECASE
)
_FORBIDS = re.compile(r"^\W*(?:do not|don['’]t|never|avoid)\W*$", re.IGNORECASE)
# Headings below which lists tell what there is, not what to do.
_DESCRIBES = re.compile(
    r"\b(?:overview|structure|architecture|layout|commands?|stack|technolog\w+|dependenc\w+|setup"
    r"|install\w*|getting started|prerequisites|files?|director\w+|quick ?start|about|resources"
    r"|references|links|features?|examples?|what is|usage|see also|components?|modules?|skills?"
    r"|tools|related|ownership|map|agents|responsibilities|expertise)\b",
    re.IGNORECASE,
)
# Verbs that rules use beside those of patterns.
_MORE_VERBS = frozenset(
    """adhere adopt aim apply ban begin consult declare define delegate embrace employ favor
    favour fix highlight leverage log maintain opt optimise pin practice practise prioritise reach
    stick strive structure suffix utilize utilise wrap""".split()
)
# Verbs that are as often nouns: they count with a word behind them that a noun would not have.
_NOUNS = frozenset(
    """access back batch block break cache change check code design document double draft file
    fill filter flag force frame group guard handle hash import index install issue label lead
    link list load lock log look map mark match measure merge mock model monitor mount move name
    note open order override pack patch pause pin place plan plot poll pool prefix present print
    profile pull push queue quote range rate read record refactor release reload report request
    reset return review route run sample scale schedule scope search select set share show smoke
    sort split stage start state stop store stream strip structure submit switch sync tag target
    test throttle time track transform trigger trim trust try tune turn type update upgrade use
    view wait walk watch write build create deploy""".split()
) - frozenset("use write run read check create update build handle keep return avoid".split())
_ARTICLE = re.compile(
    r"^\S+\s+(?:the|an?|all|every|each|your|any|new|it|them|that|this|these|those|its|both|only"
    r"|with|for|in|on|at|to|from|via|using|by|before|after|when|if|as|down|up|out|over|where"
    r"|`)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:if|when|whenever|before|after|for|in|on|once)\b[^,:]*,\s+", re.IGNORECASE
)
_NOUN_OF = re.compile(r"^\S+\s+of\b")
_BOLD_LEAD = re.compile(
    r"^(?:\*\*|__)(?P<a>[^*_\n]{3,100}?)[.:：]?(?:\*\*|__)(?P<rest>.*)$", re.DOTALL
)
_TASK = re.compile(r"^\[[ xX]\]\s")
# "Anything the agent must honor" names things, and asks for nothing.
_THING = re.compile(r"^(?:anything|everything|what|whatever|things|those|items)\b", re.IGNORECASE)
_CODE_FIRST = re.compile(r"^(?:\*\*)?`")
# An entry of a list of files: what it points to is read elsewhere.
_LINK_FIRST = re.compile(r"^(?:\*\*)?!?\[[^\[\]]*\](?:\(|\[)")
_FLOW = re.compile(r"→|->|=>")
_SENTENCE = re.compile(r"(?<=[^.A-Z][.!?])\s+(?=[A-Z`*\"(])")
_START, _END = "<!-- hardwon:start", "<!-- hardwon:end"


def find_rules(document: Outline) -> Iterator[Found]:
    """Yield a pattern for each rule of `document`, tagged with the heading that it stands below.

    A rule is a list item that demands in so many words (must, should, never, always, do not,
    prefer, …), one in the imperative, or any one below a heading that says "rules". The
    imperative does not count below headings that describe
    (Structure, Commands, Overview, …), where it begins with code, and in numbered lists, which
    are steps unless their heading or introduction calls them rules. What stands below a list
    item belongs to it; where the item is only a label, its own items are looked at. Skipped are
    task lists, code, and the block that hardwon keeps in such files.
    """
    managed = _managed(document)
    for section, above in walk_with_path(document.root):
        named = one_line(section.title) if section.level > 1 else ""
        describes = bool(_DESCRIBES.search(" / ".join((*above[1:], named))))
        all_rules = bool(_ALL_RULES.search(named)) and not describes
        forbids = bool(_FORBIDS.match(named))
        intro = section.title
        for block in section.blocks:
            if block.kind == "paragraph":
                intro = f"{section.title}\n{block.text}"
            for item in _rules(block, describes=describes, intro=intro, all_rules=all_rules):
                if item.span.start not in managed:
                    yield _found(item, document, named, forbids=forbids)


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


def _rules(
    block: Block, *, describes: bool, intro: str, all_rules: bool = False
) -> Iterator[ListItem]:
    for item in block.items:
        words = len(plain(item.text).split())
        is_one = all_rules and words > 2 and not _is_label(item) and not _TASK.match(item.text)
        if is_one or is_rule(item, describes=describes, is_step=_is_step(item, intro)):
            yield item
        elif not _TASK.match(item.text) and _is_label(item):
            for inner in item.blocks:
                yield from _rules(inner, describes=describes, intro=item.text)


def _is_step(item: ListItem, intro: str) -> bool:
    return item.marker[:1].isdigit() and not _DEMAND_INTRO.search(intro)


def _is_label(item: ListItem) -> bool:
    return len(plain(item.text)) < 100 and any(block.kind == "list" for block in item.blocks)


def is_rule(item: ListItem, *, describes: bool = False, is_step: bool = False) -> bool:
    """Return whether a list item is a rule; `describes` and `is_step` leave only demands."""
    if _TASK.match(item.text) or _LINK_FIRST.match(item.text):
        return False
    text = strip_emoji(plain(item.text))
    if len(text.split()) < 2:
        return False
    if text.endswith(":") and any(block.kind == "list" for block in item.blocks):
        return False
    if _DEMAND.search(text):
        return not _THING.match(text)
    if describes or is_step or _CODE_FIRST.match(item.text) or _FLOW.search(text):
        return False
    return any(map(_commands, _readings(text)))


def _readings(text: str) -> Iterator[str]:
    """Yield what may be the instruction: each sentence, and what follows a label or "you"."""
    for sentence in _SENTENCE.split(text):
        yield sentence
        condition = _CONDITION.match(sentence)
        if condition:
            yield sentence[condition.end() :]
    for mark in (": ", " - ", " – ", " — "):
        label, found, rest = text.partition(mark)
        if found and len(label.split()) <= 6:
            yield rest
    if text.casefold().startswith("you "):
        yield text[4:]


def _commands(text: str) -> bool:
    bare = without_lead(text)
    word = re.match(r"[A-Za-z][A-Za-z-]*", bare)
    if word is None or bare[word.end() : word.end() + 1] not in {" ", "`"}:
        return False
    verb = word[0].casefold()
    if verb in _NOUNS and not _ARTICLE.match(bare):
        return False
    return (verb in _MORE_VERBS or is_imperative(word[0])) and not _NOUN_OF.match(bare)


def _found(item: ListItem, document: Outline, heading: str, *, forbids: bool) -> Found:
    text = item_markdown(item, document)
    title = _title(item)
    if forbids and not _DEMAND.search(title):
        title = one_line(f"{heading.rstrip(':')}: {title}")
    tags = (slugify(heading),) if heading else ()
    return Found(FoundKind.PATTERN, title, item.span.start, (("Pattern", text),), tags=tags)


def _title(item: ListItem) -> str:
    """Return the bold words with which a rule begins, if they can stand alone, else the rule."""
    bold = _BOLD_LEAD.match(item.text)
    if bold and bold["rest"].strip() and len(bold["a"].split()) > 1:
        return one_line(bold["a"])
    line = item.text.split("\n", 1)[0]
    text = line if line.rstrip().endswith(":") else " ".join(item.text.split())
    first = _SENTENCE.split(text, maxsplit=1)
    return one_line(first[0]).rstrip(".") or one_line(item.text) or "untitled"
